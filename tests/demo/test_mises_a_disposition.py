"""For whom the people of the fictional associations intermédiaires work."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from maillage.demo.mises_a_disposition import load_mises_a_disposition
from maillage.domains.parcours.models import MiseADisposition
from maillage.domains.parcours.queries.contrats import get_compteur
from tests.factories.parcours import ContratFactory, EtatMensuelFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db


def test_nobody_goes_over_what_the_law_allows_and_again_changes_nothing() -> None:
    siae, personne = SiaeFactory(type_siae="AI"), PersonneFactory()
    ImplantationFactory(siae=siae, commune=TerritoireFactory(code="95018", departement="95"))
    for rank in range(12):
        start = date(2025, rank + 1, 1)
        contrat = ContratFactory(
            personne=personne, siae=siae, type="cddu", debut=start, fin_prevue=start + timedelta(days=20)
        )
        EtatMensuelFactory(contrat=contrat, mois=start, heures=Decimal(150))
    ContratFactory(siae=siae, personne=personne, type="cddi", debut=date(2026, 1, 1))
    assert load_mises_a_disposition(date(2026, 1, 31)) == 12
    before = list(MiseADisposition.objects.order_by("pk").values_list("contrat", "nature", "denomination"))
    assert load_mises_a_disposition(date(2026, 1, 31)) == 12
    assert list(MiseADisposition.objects.order_by("pk").values_list("contrat", "nature", "denomination")) == before
    compteur = get_compteur(personne, date(2026, 1, 31))
    assert compteur is not None
    assert compteur.faites <= 480
    assert compteur.inconnues == 0
