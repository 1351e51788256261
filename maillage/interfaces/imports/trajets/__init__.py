"""How long it takes to go from one commune to another: the travel times that stand in for straight distances."""

from pathlib import Path

from maillage.interfaces.imports.source import Source, register
from maillage.interfaces.imports.trajets.card import CARD
from maillage.interfaces.imports.trajets.mapping import open_mapper
from maillage.interfaces.imports.trajets.reader import read_line

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
