"""The dashboard of September 2023: job seekers and RSA recipients by département."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.source import Source, register
from maillage.interfaces.imports.tableau_insertion.card import CARD
from maillage.interfaces.imports.tableau_insertion.reader import read_line

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
