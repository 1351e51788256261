"""The table Structure of the ASP: under which number it knows an organisation."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_structure.card import CARD
from maillage.interfaces.imports.flux_structure.mapping import open_mapper
from maillage.interfaces.imports.flux_structure.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
