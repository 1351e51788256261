"""The ways out with their stay: what the database counts is what the rule says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import pytest

from maillage.domains.parcours.enums.sorties import CategorieSortie
from maillage.domains.parcours.models import Contrat, Sortie
from maillage.domains.parcours.queries.sorties import seuils_sortie, with_sejour
from maillage.domains.parcours.rules.sorties import decompte
from tests.factories.parcours import ContratFactory, EtatMensuelFactory, SortieFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
ON = date(2026, 8, 1)


def stay_of(sortie: Sortie) -> tuple[date, int, Decimal | None, str, str]:
    found = with_sejour(Sortie.objects.filter(pk=sortie.pk), ON).get()
    return found.debut, found.jours, found.heures, found.categorie, found.decompte  # type: ignore[attr-defined]


def renew(contrat: Contrat, debut: date, fin: date) -> Contrat:
    renewed: Contrat = ContratFactory(
        personne=contrat.personne, siae=contrat.siae, debut=debut, fin_prevue=fin, fin=fin
    )
    return renewed


def test_a_stay_runs_through_renewals_and_sums_their_hours() -> None:
    first = ContratFactory(debut=date(2026, 1, 5), fin=date(2026, 3, 5), fin_prevue=date(2026, 3, 5))
    last = renew(first, date(2026, 3, 5), date(2026, 7, 5))
    EtatMensuelFactory(contrat=first, mois=date(2026, 2, 1), heures=Decimal(100))
    EtatMensuelFactory(contrat=last, mois=date(2026, 4, 1), heures=Decimal("20.5"))
    EtatMensuelFactory(mois=date(2026, 4, 1))  # somebody else
    sortie = SortieFactory(contrat=last)
    assert stay_of(sortie) == (date(2026, 1, 5), 181, Decimal("120.50"), "durable", "comptee")


def test_who_came_back_has_two_stays() -> None:
    first = ContratFactory(debut=date(2025, 1, 6), fin=date(2025, 7, 6), fin_prevue=date(2025, 7, 6))
    again = renew(first, date(2026, 5, 4), date(2026, 6, 4))
    EtatMensuelFactory(contrat=first, mois=date(2025, 2, 1), heures=Decimal(100))
    EtatMensuelFactory(contrat=again, mois=date(2026, 5, 1), heures=Decimal(90))
    one, two = SortieFactory(contrat=first, motif="chomage"), SortieFactory(contrat=again)
    assert stay_of(one) == (date(2025, 1, 6), 181, Decimal(100), "autre", "comptee")
    assert stay_of(two) == (date(2026, 5, 4), 31, Decimal(90), "durable", "courte")


def test_the_contracts_with_another_siae_are_another_stay() -> None:
    first = ContratFactory(debut=date(2025, 1, 6), fin=date(2025, 7, 6), fin_prevue=date(2025, 7, 6))
    elsewhere = ContratFactory(
        personne=first.personne, debut=date(2025, 8, 4), fin=date(2026, 2, 4), fin_prevue=date(2026, 2, 4)
    )
    sortie = SortieFactory(contrat=elsewhere)
    assert stay_of(sortie) == (date(2025, 8, 4), 184, None, "durable", "heures_inconnues")


def test_the_database_counts_as_the_rule_says() -> None:
    lengths = (date(2026, 3, 26), date(2026, 3, 27), date(2026, 3, 28), date(2026, 7, 5))  # 80, 81, 82, 181 days
    for kind, fin, heures, motif in product(
        ("ACI", "ETTI", "EITI"), lengths, (None, "0.99", "1", "149.99", "150"), ("cdi", "chomage", "deces")
    ):
        contrat = ContratFactory(siae=SiaeFactory(type_siae=kind), fin=fin)
        if heures:
            EtatMensuelFactory(contrat=contrat, heures=Decimal(heures))
        SortieFactory(contrat=contrat, motif=motif)
    seuils = seuils_sortie(ON)
    rows = with_sejour(Sortie.objects.select_related("contrat__siae"), ON)
    assert len(rows) == 180
    for row in rows:
        category = CategorieSortie(row.categorie)  # type: ignore[attr-defined]
        expected = decompte(category, row.jours, row.heures, seuils[row.contrat.siae.type_siae])  # type: ignore[attr-defined]
        assert row.decompte == expected  # type: ignore[attr-defined]


def test_one_query_whatever_the_rows(django_assert_num_queries: Callable[..., object]) -> None:
    for _ in range(3):
        SortieFactory()
    with django_assert_num_queries(1):
        assert len(with_sejour(Sortie.objects.select_related("contrat__siae"), ON)) == 3
