"""Which commune belongs to which zone d'emploi, bassin d'emploi or comité local pour l'emploi."""

from pathlib import Path

from maillage.interfaces.imports.source import Source, register
from maillage.interfaces.imports.zonages.card import CARD
from maillage.interfaces.imports.zonages.mapping import open_mapper
from maillage.interfaces.imports.zonages.reader import read_line

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, whole=True))
