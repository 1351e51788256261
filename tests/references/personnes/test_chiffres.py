"""Counts for analysts: on their territory, under secrecy, the same after people are forgotten."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.chiffres import Ligne, count_personnes, list_departements
from tests.factories.accounts import member
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

MAI = date(2026, 5, 1)
VAL_D_OISE = [("95", "Val-d’Oise")]


@pytest.fixture
def suivis() -> None:
    """Follow at the end of May 2026, in each of three bands of age, 6 women and 9 men; and 7 women elsewhere."""
    for born in (date(2003, 6, 20), date(1990, 5, 31), date(1960, 1, 1)):
        for sexe, number in (("F", 6), ("H", 9)):
            for _ in range(number):
                personne = PersonneFactory(sexe=sexe, date_naissance=born)
                RelationFactory(personne=personne, debut=date(2026, 5, 31))
    for personne in PersonneFactory.create_batch(7, sexe="F", departement="93"):
        RelationFactory(personne=personne)
    RelationFactory(personne=PersonneFactory(sexe="F"), fin=date(2026, 5, 31))  # over on the last day
    RelationFactory(personne=PersonneFactory(sexe="F"), debut=date(2026, 6, 1))  # not begun


def line(lignes: list[Ligne], kind: str, sexe: str) -> tuple[int | None, ...]:
    return next(each.effectifs for each in lignes if (each.type, each.sexe) == (kind, sexe))


@pytest.mark.usefixtures("suivis")
def test_persons_are_counted_at_the_end_of_a_month_under_secrecy() -> None:
    lignes = count_personnes(VAL_D_OISE, MAI)

    assert line(lignes, "salarié de la SIAE", "femme") == (6, 6, 6, 0, 18)
    assert line(lignes, "salarié de la SIAE", "homme") == (9, 9, 9, 0, 27)
    assert line(lignes, "référent RSA", "femme") == (0, 0, 0, 0, 0)
    assert {each.departement for each in lignes} == {"Val-d’Oise (95)"}


@pytest.mark.usefixtures("suivis")
def test_a_few_persons_are_not_told_nor_found_again() -> None:
    for personne in PersonneFactory.create_batch(3, sexe="F", date_naissance=None):
        RelationFactory(personne=personne)
    lignes = count_personnes(VAL_D_OISE, MAI)

    # Three women of unknown age: their cell goes, and with it what would give it back.
    assert line(lignes, "salarié de la SIAE", "femme")[3] is None
    hidden = [place for place, number in enumerate(line(lignes, "salarié de la SIAE", "femme")) if number is None]
    assert len(hidden) >= 2
    assert line(lignes, "ensemble", "ensemble")[3] is None


@pytest.mark.usefixtures("suivis")
def test_a_month_counts_the_same_once_persons_are_anonymous() -> None:
    before = count_personnes(VAL_D_OISE, MAI)
    for relation in Relation.objects.all():
        relation.debut = relation.debut.replace(day=1)
        relation.fin = relation.fin and relation.fin.replace(day=1)
        relation.save()
    for personne in Personne.objects.all():
        personne.nom = personne.prenom = ""
        personne.date_naissance = personne.date_naissance and personne.date_naissance.replace(day=1)
        personne.anonymisee_le = timezone.now()
        personne.save()

    assert count_personnes(VAL_D_OISE, MAI) == before


def analyst(*competences: tuple[str, str], profil: P = P.ANALYSTE) -> User:
    user = member(profil, "dreets")
    for niveau, code in competences:
        user.membre.organisation.competences.create(niveau=niveau, code=code)
    return user


@pytest.mark.parametrize(
    ("competences", "expected"),
    [
        ([("departement", "95")], ["95"]),
        ([("region", "11")], ["93", "95"]),
        ([("region", "32")], ["60"]),
        ([("commune", "95018")], []),
        ([], []),
    ],
)
def test_figures_stop_at_the_territory(competences: list[tuple[str, str]], expected: list[str]) -> None:
    for code, region in (("93", "11"), ("95", "11"), ("60", "32")):
        TerritoireFactory(niveau="departement", code=code, nom=f"D{code}", departement=code, region=region)
    assert [code for code, _ in list_departements(analyst(*competences).membre)] == expected


@pytest.mark.usefixtures("suivis")
def test_the_page_shows_counts_and_no_name(client: Client) -> None:
    TerritoireFactory(niveau="departement", code="95", nom="Val-d’Oise", departement="95")
    client.force_login(analyst(("departement", "95")))

    page = client.get("/personnes/chiffres/?mois=2026-05").content.decode()
    assert [name for name in Personne.objects.values_list("nom", flat=True) if f">{name}<" in page] == []
    assert "Val-d’Oise (95)" in page
    assert "(93)" not in page

    response = client.get("/personnes/chiffres/?mois=2026-05&format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert ["Val-d’Oise (95)", "salarié de la SIAE", "femme", "6", "6", "6", "0", "18"] in rows


@pytest.mark.parametrize("mois", ["2026-13", "mai", "2999-01", "2018-10"])
def test_a_wrong_month_is_the_current_one_and_says_so(client: Client, mois: str) -> None:
    client.force_login(analyst())
    page = client.get("/personnes/chiffres/", {"mois": mois}).content.decode()
    assert ("Un mois s’écrit avec son année" in page) or ("Les chiffres vont de novembre 2018" in page)


def test_figures_are_read_one_departement_at_a_time(client: Client) -> None:
    for code in ("93", "95", "60"):
        TerritoireFactory(niveau="departement", code=code, nom=f"D{code}", departement=code)
    client.force_login(analyst(("departement", "93"), ("departement", "95")))

    def told(query: str) -> set[str]:
        rows = client.get(f"/personnes/chiffres/?format=csv{query}").content.decode("utf-8-sig").splitlines()[1:]
        return {row.partition(";")[0] for row in rows if row.startswith(("D6", "D9"))}

    assert told("") == {"D93 (93)", "D95 (95)"}
    assert told("&departement=95") == {"D95 (95)"}
    assert told("&departement=60") == {"D93 (93)", "D95 (95)"}  # not theirs: the filter is dropped


def test_an_analyst_reaches_no_name(client: Client) -> None:
    client.force_login(analyst(("region", "11")))
    for address in ("/personnes/", "/personnes/creer/", "/personnes/lectures/", "/personnes/ouvertures/"):
        assert client.get(address).status_code == 403
