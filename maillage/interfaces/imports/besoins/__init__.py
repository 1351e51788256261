"""The need of territories: how many people of a public live in each territory, one year."""

from pathlib import Path

from maillage.interfaces.imports.besoins.card import CARD
from maillage.interfaces.imports.besoins.reader import read_line
from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
