"""The census by commune, as Insee publishes it: working age, unemployed, without a diploma."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.recensement.card import CARD
from maillage.interfaces.imports.recensement.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
