"""The list of SIAE, as the services of the State, a network or an open directory give it."""

from pathlib import Path

from maillage.interfaces.imports.siae.card import CARD
from maillage.interfaces.imports.siae.mapping import open_mapper
from maillage.interfaces.imports.siae.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
