"""The table EtatMensuelIndiv of the ASP: the hours of each month."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_etat_mensuel.card import CARD
from maillage.interfaces.imports.flux_etat_mensuel.mapping import open_mapper
from maillage.interfaces.imports.flux_etat_mensuel.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
