"""How tight the market of trades is: the indicators of the Dares."""

from pathlib import Path

from maillage.interfaces.imports.source import Source, register
from maillage.interfaces.imports.tensions.card import CARD
from maillage.interfaces.imports.tensions.mapping import open_mapper
from maillage.interfaces.imports.tensions.reader import read_line

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
