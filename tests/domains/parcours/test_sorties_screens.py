"""The screens of the ways out: by name for who follows, in counts for who steers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.sorties import CategorieSortie
from maillage.domains.parcours.models import Sortie
from maillage.domains.parcours.queries.sorties_chiffres import count_sorties, list_annees
from maillage.foundations.kernel.models import Lecture
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, EtatMensuelFactory, SituationFactory, SortieFactory
from tests.factories.parcours_contrats import employer, followed
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def left(*, motif: str = "cdi", rsa: str = "", fin: date = date(2026, 7, 5), **fields: Any) -> Sortie:
    """Return a way out that counts: six months in an ACI, with hours."""
    contrat = ContratFactory(fin=fin, debut=fin - timedelta(days=180), fin_prevue=fin, **fields)
    EtatMensuelFactory(contrat=contrat, mois=fin.replace(day=1), heures=Decimal(80))
    if rsa:
        SituationFactory(personne=contrat.personne, rsa=rsa)
    made: Sortie = SortieFactory(contrat=contrat, motif=motif)
    return made


def test_a_siae_reads_its_own_ways_out_and_the_journal_keeps_it(client: Client) -> None:
    user, siae = employer()
    mine, other = followed(user), followed(user)
    left(personne=mine, siae=siae, rsa="OUI-NM", fin=TODAY)
    left(personne=other, fin=TODAY)  # somebody else's employer
    client.force_login(user)
    answer = client.get(reverse("parcours:sorties"))
    assert [row.contrat.personne for row in answer.context["page"]] == [mine]
    row = answer.context["page"][0]
    assert (row.categorie, row.decompte, row.brsa) == ("durable", "comptee", True)
    assert (answer.context["total"], answer.context["comptees"]) == (1, 1)
    assert str(answer.context["durable"]).startswith("100\u202f% (1 sur 1")
    assert [(read.ecran, read.objet_id) for read in Lecture.objects.all()] == [("parcours:sorties", mine.pk)]


def test_the_sheet_tells_how_the_person_left(client: Client) -> None:
    cip = member("siae_accompagnement")
    organisation = cip.membre.organisation  # type: ignore[union-attr]
    sortie = left(fin=TODAY - timedelta(days=9), siae=SiaeFactory(organisation=organisation, nom="Les Osiers"))
    RelationFactory(personne=sortie.contrat.personne, organisation=organisation)
    sortie.contrat.personne.refresh_from_db()
    client.force_login(cip)
    text = client.get(reverse("personnes:detail", args=[sortie.contrat.personne.public_id])).content.decode()
    told = " ".join(re.sub(r"<[^>]+>", "", text).split())
    assert f"{sortie.get_motif_display()}, le {jour(TODAY - timedelta(days=10))}, Les Osiers, après 180" in told


def test_filters_keep_what_they_say(client: Client) -> None:
    user, siae = employer()
    left(personne=followed(user), siae=siae, rsa="OUI-M", fin=TODAY)
    left(personne=followed(user), siae=siae, motif="chomage", rsa="NON", fin=TODAY)
    client.force_login(user)
    for query, motifs in (
        ("categorie=durable", ["cdi"]),
        ("brsa=on", ["cdi"]),
        ("categorie=autre", ["chomage"]),
        (f"annee={(TODAY - timedelta(days=1)).year}", ["cdi", "chomage"]),
        ("decompte=courte", []),
    ):
        page = client.get(reverse("parcours:sorties") + "?" + query).context["page"]
        assert sorted(row.motif for row in page) == motifs


def test_who_does_not_read_situations_does_not_learn_who_had_the_rsa(client: Client) -> None:
    agent = member(P.ETAT_DEPARTEMENT, "etat")
    client.force_login(agent)
    answer = client.get(reverse("parcours:sorties"))
    assert answer.status_code == 200
    assert "brsa" not in answer.context["form"].fields


def test_the_list_costs_as_many_queries_for_three_as_for_one(
    client: Client, django_assert_constant_queries: Callable[..., None]
) -> None:
    user, siae = employer()
    client.force_login(user)

    def create(number: int) -> None:
        for _ in range(number):
            left(personne=followed(user), siae=siae, fin=TODAY)

    django_assert_constant_queries(create, lambda: client.get(reverse("parcours:sorties")))


@pytest.mark.parametrize("code", ["csv", "xlsx", "ods"])
def test_a_departement_exports_the_ways_out_of_its_allocataires(client: Client, code: str) -> None:
    client.force_login(member(P.DEPARTEMENT_PILOTAGE, "departement"))
    answer = client.get(reverse("parcours:sorties_rsa") + f"?format={code}")
    assert answer.status_code == 200
    assert f"sorties-allocataires-rsa-{TODAY:%Y-%m-%d}.{code}" in answer["Content-Disposition"]


def lignes(public: str = "") -> dict[str, tuple[int | None, ...]]:
    found = count_sorties([("93", "Seine-Saint-Denis")], 2026, date(2026, 12, 1), public)
    return {ligne.type: ligne.effectifs for ligne in found if ligne.effectifs[-1] != 0}


def several(number: int, *, motif: str = "cdi", rsa: str = "OUI-NM", departement: str = "93") -> None:
    siae = SiaeFactory(type_siae="ACI")
    for _ in range(number):
        left(motif=motif, rsa=rsa, siae=siae, personne=PersonneFactory(departement=departement))


def test_counts_are_by_kind_and_category_of_who_lives_there() -> None:
    several(6)
    several(5, motif="chomage")
    several(7, motif="deces")  # neutralised
    several(9, departement="75")
    assert lignes() == {"ACI": (6, 0, 0, 5, 7, 18), "ensemble": (6, 0, 0, 5, 7, 18)}


def test_rates_are_of_those_that_count() -> None:
    several(6)
    several(6, motif="chomage")
    several(7, motif="deces")
    [*_, total] = count_sorties([("93", "Seine-Saint-Denis")], 2026, date(2026, 12, 1))
    taux = total.taux(CategorieSortie.DURABLE)
    assert taux
    assert (taux.part, taux.total) == (6, 12)
    assert (round(taux.bas, 3), round(taux.haut, 3)) == (0.254, 0.746)


def test_a_public_is_told_apart() -> None:
    several(6)
    several(8, rsa="NON")
    assert lignes("brsa") == {"ACI": (6, 0, 0, 0, 0, 6), "ensemble": (6, 0, 0, 0, 0, 6)}
    assert lignes()["ensemble"] == (14, 0, 0, 0, 0, 14)


def test_neither_a_few_nor_the_few_that_are_left_are_told() -> None:
    several(3)
    several(20, motif="chomage")
    assert lignes()["ACI"][0] is None
    several(30, motif="cdd_court")
    several(2, motif="cdd_court", rsa="NON")
    assert lignes()["ACI"][1] == 32
    assert lignes("brsa")["ACI"][1] is None  # 32 less 30 would tell 2


def test_years_are_those_of_the_last_days() -> None:
    left(fin=date(2025, 6, 1))
    left(fin=date(2024, 6, 1))
    assert list_annees(TODAY) == [2025, 2024]
