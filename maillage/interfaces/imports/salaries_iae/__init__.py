"""The employees in insertion, month by month: what there is, beside those who need it."""

from pathlib import Path

from maillage.interfaces.imports.salaries_iae.card import CARD
from maillage.interfaces.imports.salaries_iae.mapping import open_mapper
from maillage.interfaces.imports.salaries_iae.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
