"""Local employers: establishments, never persons."""

from pathlib import Path

from maillage.interfaces.imports.employeurs.card import CARD
from maillage.interfaces.imports.employeurs.mapping import open_mapper
from maillage.interfaces.imports.employeurs.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
