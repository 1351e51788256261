"""Three communes of two départements, and a fiche to start from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from maillage.references.structures.rules import FicheSiae
from maillage.references.structures.services.siae import Enregistrement, register_batch
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, Territoire

ON = date(2026, 11, 23)
SIRET = "00000001800010"


@pytest.fixture
def lieux(db: None) -> SimpleNamespace:
    """Return Saint-Denis and Montreuil (93, one EPT each) and the twelfth arrondissement of Paris."""
    common = {"millesime": 2026, "region": "11"}

    def create(niveau: Niveau, code: str, nom: str, **more: Any) -> Territoire:
        return Territoire.objects.create(niveau=niveau, code=code, nom=nom, **common, **more)

    saint_denis = create(Niveau.COMMUNE, "93066", "Saint-Denis", departement="93", x=652_000, y=6_870_000)
    montreuil = create(Niveau.COMMUNE, "93048", "Montreuil", departement="93", x=658_000, y=6_862_000)
    paris_12 = create(Niveau.COMMUNE, "75112", "Paris 12e Arrondissement", departement="75", x=655_000, y=6_860_000)
    ept = create(Niveau.EPT, "200057867", "Plaine Commune", departement="93")
    Appartenance.objects.create(unite=saint_denis, ensemble=ept, maille="intercommunalite")
    return SimpleNamespace(
        saint_denis=saint_denis,
        montreuil=montreuil,
        paris_12=paris_12,
        plaine_commune=ept,
        seine_saint_denis=create(Niveau.DEPARTEMENT, "93", "Seine-Saint-Denis", departement="93"),
        paris=create(Niveau.DEPARTEMENT, "75", "Paris", departement="75"),
    )


@pytest.fixture
def fiche() -> FicheSiae:
    """Return a full fiche in Saint-Denis."""
    return FicheSiae(
        siret=SIRET,
        type_siae="ACI",
        nom="Atelier du Tilleul",
        commune_code="93066",
        denomination="Association du Tilleul",
        naf="8899B",
        adresse="1 rue du Tilleul",
        code_postal="93200",
        ville="Saint-Denis",
        longitude=2.3575,
        latitude=48.9356,
        annee=2025,
        salaries=40,
        etp_realises=Decimal("18.50"),
    )


@pytest.fixture
def register() -> Callable[..., list[Enregistrement]]:
    """Return a function that registers fiches as the machine does."""

    def run(*fiches: FicheSiae) -> list[Enregistrement]:
        return register_batch(fiches=fiches, actor=None, on=ON, source="essai")

    return run
