"""Two départements, three bassins, one of them astride; an EPT of two communes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from maillage.references.territoires.enums import Maille, Niveau
from tests.factories.economie import BassinFactory
from tests.factories.territoires import AppartenanceFactory, PopulationFactory, TerritoireFactory


@pytest.fixture
def lieux(db: None) -> SimpleNamespace:
    """Return the places: `nord` and `sud` in the 93, `astride` in the 93 and the 95."""
    region = TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
    seine = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93", nom="Seine-Saint-Denis")
    oise = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="95", nom="Val-d’Oise", departement="95")
    nord, sud = BassinFactory(nom="Nord"), BassinFactory(nom="Sud")
    astride = BassinFactory(nom="Astride", departement="")
    ept = TerritoireFactory(niveau=Niveau.EPT, code="200057867", nom="Plaine Commune")
    big, small = TerritoireFactory(nom="Grande", x=650_000, y=6_870_000), TerritoireFactory(nom="Petite")
    for unite, bassin, people in ((big, nord, 950), (small, sud, 50)):
        AppartenanceFactory(unite=unite, ensemble=bassin, maille=Maille.BASSIN)
        AppartenanceFactory(unite=unite, ensemble=ept, maille=Maille.INTERCOMMUNALITE)
        PopulationFactory(unite=unite, valeur=people)
    return SimpleNamespace(
        region=region, seine=seine, oise=oise, nord=nord, sud=sud, astride=astride, ept=ept, big=big, small=small
    )
