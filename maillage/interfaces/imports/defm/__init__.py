"""Job seekers by commune: one column per public."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.defm.card import CARD
from maillage.interfaces.imports.defm.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
