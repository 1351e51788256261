"""The households on RSA by commune, as the Caf publish them."""

from pathlib import Path

from maillage.interfaces.imports.chiffres import open_mapper
from maillage.interfaces.imports.rsa_caf.card import CARD
from maillage.interfaces.imports.rsa_caf.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent))
