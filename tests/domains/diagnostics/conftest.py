"""A small region: two départements, three intercommunalités, four communes on a line, six SIAE."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Population, Territoire
from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory

REGION, MILLESIME, ANNEE = "11", 2026, 2023

# code, name, département, kilometres eastwards, population (None: unknown)
COMMUNES = (
    ("93066", "Saint-Denis", "93", 0, 100_000),
    ("93001", "Aubervilliers", "93", 4, 50_000),
    ("77288", "Melun", "77", 40, 40_000),
    ("77186", "Fontainebleau", "77", 60, None),
)
ENSEMBLES = (
    (Niveau.EPT, Maille.INTERCOMMUNALITE, "200057867", "Plaine Commune", "93", ("93066", "93001")),
    (Niveau.EPCI, Maille.INTERCOMMUNALITE, "247700057", "Melun Val de Seine", "77", ("77288",)),
    (Niveau.EPCI, Maille.INTERCOMMUNALITE, "200072346", "Pays de Fontainebleau", "77", ("77186",)),
    (Niveau.DEPARTEMENT, Maille.DEPARTEMENT, "93", "Seine-Saint-Denis", "93", ("93066", "93001")),
    (Niveau.DEPARTEMENT, Maille.DEPARTEMENT, "77", "Seine-et-Marne", "77", ("77288", "77186")),
    (Niveau.REGION, Maille.REGION, "11", "Île-de-France", "", ("93066", "93001", "77288", "77186")),
)


@pytest.fixture
def region(db: None) -> SimpleNamespace:
    """Return the territories by code, without any SIAE."""

    def create(niveau: Niveau, code: str, nom: str, departement: str, **more: Any) -> Territoire:
        return Territoire.objects.create(
            niveau=niveau, code=code, nom=nom, departement=departement, region=REGION, millesime=MILLESIME, **more
        )

    communes = {}
    for code, nom, departement, east, population in COMMUNES:
        point = {"x": 652_000.0 + 1000 * east, "y": 6_870_000.0}
        communes[code] = create(Niveau.COMMUNE, code, nom, departement, **point)
        if population is not None:
            Population.objects.create(unite=communes[code], annee=ANNEE, valeur=population, source="essai")
    ensembles = {}
    for niveau, maille, code, nom, departement, members in ENSEMBLES:
        ensembles[code] = create(niveau, code, nom, departement)
        for member in members:
            Appartenance.objects.create(unite=communes[member], ensemble=ensembles[code], maille=maille)
    return SimpleNamespace(code=REGION, communes=communes, ensembles=ensembles)


def add_siae(region: SimpleNamespace, commune: str, type_siae: str, *, etp: str | None = None, **more: Any) -> Any:
    """Create a SIAE whose only site stands at the point of a commune."""
    siae = SiaeFactory(type_siae=type_siae)
    place = region.communes[commune]
    ImplantationFactory(siae=siae, commune=place, principale=True)
    if etp is not None or more:
        departement = region.ensembles[place.departement]
        EffectifFactory(siae=siae, departement=departement, **{"etp_realises": etp, "salaries": None, **more})
    return siae


@pytest.fixture
def offre(region: SimpleNamespace) -> SimpleNamespace:
    """Return the region with six SIAE: 10, 20 and 5 ETP in Saint-Denis, 12 in Aubervilliers, 3 and 4 in Melun.

    The one of 5 ETP has a second site, in Aubervilliers.
    """
    add_siae(region, "93066", "ACI", etp="10", salaries=25)
    add_siae(region, "93066", "EI", etp="20")
    double = add_siae(region, "93066", "AI", etp="5")
    ImplantationFactory(siae=double, commune=region.communes["93001"], principale=False)
    add_siae(region, "93001", "ETTI", etp="12")
    add_siae(region, "77288", "ACI", etp="3")
    add_siae(region, "77288", "ACI", etp="4")
    return region
