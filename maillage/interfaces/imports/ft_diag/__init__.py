"""The brakes that France Travail diagnoses: a cross table by local committee, whose lines add up."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.ft_diag.card import CARD
from maillage.interfaces.imports.ft_diag.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
