"""Which trades of the ROME a trade of the FAP covers."""

from pathlib import Path

from maillage.interfaces.imports.fap_rome.card import CARD
from maillage.interfaces.imports.fap_rome.mapping import open_mapper
from maillage.interfaces.imports.fap_rome.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
