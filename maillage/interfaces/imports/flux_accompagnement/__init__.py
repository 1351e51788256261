"""The table Accompagnement of the ASP: how many employees met each obstacle."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_accompagnement.card import CARD
from maillage.interfaces.imports.flux_accompagnement.mapping import open_mapper
from maillage.interfaces.imports.flux_accompagnement.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
