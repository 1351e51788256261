"""Great projects: places, calendar, trades, hours of insertion, buyers."""

from pathlib import Path

from maillage.interfaces.imports.grands_projets.card import CARD
from maillage.interfaces.imports.grands_projets.mapping import open_mapper
from maillage.interfaces.imports.grands_projets.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
