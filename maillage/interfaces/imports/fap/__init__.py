"""The trades of the FAP, with their families."""

from pathlib import Path

from maillage.interfaces.imports.fap.card import CARD
from maillage.interfaces.imports.fap.mapping import open_mapper
from maillage.interfaces.imports.fap.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
