"""The table PMSMP of the ASP: immersions of employees in companies."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_pmsmp.card import CARD
from maillage.interfaces.imports.flux_pmsmp.mapping import open_mapper
from maillage.interfaces.imports.flux_pmsmp.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
