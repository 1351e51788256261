"""The table ContratMission of the ASP: contracts and their renewals."""

from pathlib import Path

from maillage.interfaces.imports.flux import SLICE
from maillage.interfaces.imports.flux_contrat_mission.card import CARD
from maillage.interfaces.imports.flux_contrat_mission.mapping import open_mapper
from maillage.interfaces.imports.flux_contrat_mission.reader import read_line
from maillage.interfaces.imports.source import Source, register

register(Source(CARD, read_line, open_mapper, Path(__file__).parent, slice=SLICE))
