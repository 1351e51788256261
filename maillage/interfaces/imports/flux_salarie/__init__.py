"""The table Salarie of the ASP: the persons employed in the IAE."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_salarie.card import CARD
from maillage.interfaces.imports.flux_salarie.mapping import open_mapper
from maillage.interfaces.imports.flux_salarie.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
