"""Women, men and hours of each SIAE by sector."""

from pathlib import Path

from maillage.interfaces.imports.effectifs_secteurs.card import CARD
from maillage.interfaces.imports.effectifs_secteurs.mapping import open_mapper
from maillage.interfaces.imports.effectifs_secteurs.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
