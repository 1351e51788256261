"""Recruitment projects by trade and bassin: the survey BMO of France Travail."""

from pathlib import Path

from maillage.interfaces.imports.bmo.card import CARD
from maillage.interfaces.imports.bmo.mapping import open_mapper
from maillage.interfaces.imports.bmo.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
