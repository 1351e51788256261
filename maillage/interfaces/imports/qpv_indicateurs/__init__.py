"""The indicators of the quartiers prioritaires: one column per public."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.qpv_indicateurs.card import CARD
from maillage.interfaces.imports.qpv_indicateurs.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
