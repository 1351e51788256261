"""The trades of the ROME."""

from pathlib import Path

from maillage.interfaces.imports.rome.card import CARD
from maillage.interfaces.imports.rome.mapping import open_mapper
from maillage.interfaces.imports.rome.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
