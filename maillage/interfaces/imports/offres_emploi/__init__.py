"""Vacancies by trade, territory and period."""

from pathlib import Path

from maillage.interfaces.imports.offres_emploi.card import CARD
from maillage.interfaces.imports.offres_emploi.mapping import open_mapper
from maillage.interfaces.imports.offres_emploi.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
