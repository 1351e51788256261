"""Whom the SIAE employ: for each of them and each year, how many employees of each priority public."""

from pathlib import Path

from maillage.interfaces.imports.publics_siae.card import CARD
from maillage.interfaces.imports.publics_siae.mapping import open_mapper
from maillage.interfaces.imports.publics_siae.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
