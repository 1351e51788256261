"""The quartiers prioritaires de la politique de la ville: their communes and, when given, their contours."""

from pathlib import Path

from maillage.interfaces.imports.qpv.card import CARD
from maillage.interfaces.imports.qpv.mapping import open_mapper
from maillage.interfaces.imports.qpv.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, whole=True))
