"""Three scenarios of places to open: one by hand, one that covers, one that brings closer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.domains.diagnostics.models import Scenario
from maillage.domains.diagnostics.rules import Demande, Part
from maillage.domains.diagnostics.services.scenarios import create_scenario, set_place, share_scenario
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import User
from maillage.references.territoires.queries.recherche import get_unite

if TYPE_CHECKING:
    from datetime import date

REGION = "11"
# By whom, what is asked, the places set by hand (commune, kind, ETP), whether it is shared.
SCENARIOS = (
    (
        ProfilMembre.ETAT_REGION,
        Demande(
            nom="Six ETTI pour rapprocher le travail temporaire",
            methode=Methode.COUVRIR,
            rayon_km=10,
            composition=(Part("ETTI", 6, Decimal(12)),),
            espacement_km=8,
        ),
        (),
        True,
    ),
    (
        ProfilMembre.ETAT_DEPARTEMENT,
        Demande(
            nom="Trois chantiers en grande couronne",
            methode=Methode.RAPPROCHER,
            rayon_km=10,
            composition=(Part("ACI", 3, Decimal(20)),),
            departements=("77", "78", "91", "95"),
        ),
        (),
        True,
    ),
    (
        ProfilMembre.DEPARTEMENT_PILOTAGE,
        Demande(nom="Et si un chantier ouvrait à Provins\u202f?", methode=Methode.MANUELLE, rayon_km=10),
        (("Provins", "ACI", Decimal(20)), ("Nangis", "EI", Decimal(12))),
        False,
    ),
)


def load_scenarios(on: date) -> int:
    """Make the scenarios that are not there yet and return how many there are."""
    for profil, demande, places, shared in SCENARIOS:
        actor = User.objects.get(email=f"{profil}@maillage.example")
        if Scenario.objects.filter(nom=demande.nom).exists():
            continue
        scenario = create_scenario(demande=demande, region=REGION, actor=actor, on=on)
        for commune, kind, etp in places:
            set_place(scenario=scenario, unite=get_unite(commune), type_siae=kind, etp=etp, actor=actor)
        if shared:
            share_scenario(scenario=scenario, visibilite=Visibilite.PARTAGE, actor=actor)
    return Scenario.objects.count()
