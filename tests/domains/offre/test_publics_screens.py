"""The pages: who reads them, what they say, what their forms refuse."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from maillage.domains.offre.models import BonnePratique, Objectif, RealisationPublic
from maillage.domains.offre.queries.attentes_publics import list_attentes
from maillage.domains.offre.queries.ecarts import list_mes_siae
from maillage.references.accounts.models import User
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.publics import (
    BonnePratiqueFactory,
    ObjectifFactory,
    RealisationFactory,
    make_region,
    siae_in,
)
from tests.factories.structures import EffectifSecteurFactory, SecteurFactory, SiaeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def etat() -> User:
    user = member("etat_departement", "ddets")
    user.membre.organisation.competences.create(niveau="departement", code="95")  # type: ignore[union-attr]
    return user


@pytest.fixture
def direction() -> User:
    return member("siae_direction")


def page(user: User, name: str, *args: object, **query: str) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("&#8239;", " ")


def rows(user: User, name: str, **query: str) -> list[list[str]]:
    client = Client()
    client.force_login(user)
    text = client.get(reverse(name), {**query, "format": "csv"}).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_the_list_opens_on_the_region_and_filters(etat: User) -> None:
    communes = make_region()
    siae_in(communes["95"], femmes=(30, 100))
    ObjectifFactory()
    ObjectifFactory(niveau="departement", code="95", annee=2026)
    text = page(etat, "offre:objectifs")
    assert "Part de la cible atteinte en 2025, Île-de-France" in text
    assert "1 objectif" in text
    every = rows(etat, "offre:objectifs", territoire="")
    assert sorted((row[1], row[3], row[5]) for row in every) == [
        ("Val-d’Oise", "2026", ""),
        ("Île-de-France", "2025", "30,0\u202f%"),
    ]
    assert len(rows(etat, "offre:objectifs", situation="inconnu")) == 1
    assert rows(etat, "offre:objectifs", type="EI") == []


def test_an_objective_tells_its_story_and_offers_its_acts_to_its_territory(etat: User, direction: User) -> None:
    communes = make_region()
    siae_in(communes["95"], femmes=(30, 100))
    BonnePratiqueFactory(titre="Des vestiaires séparés")
    mine, region = ObjectifFactory(niveau="departement", code="95"), ObjectifFactory()
    for objectif in (mine, region):
        objectif.refresh_from_db()
    text = page(etat, "offre:objectif", mine.public_id)
    assert "Des vestiaires séparés" in text
    assert reverse("offre:objectif_modifier", args=[mine.public_id]) in text
    assert f"{reverse('offre:ecarts')}?public=femmes" in text
    assert reverse("offre:objectif_modifier", args=[region.public_id]) not in page(
        etat, "offre:objectif", region.public_id
    )
    assert reverse("offre:ecarts") not in page(direction, "offre:objectif", mine.public_id)


def test_the_strategy_is_compared_to_the_region_and_all_kinds_alone(etat: User) -> None:
    siae_in(make_region()["95"], femmes=(30, 100))
    seen = {}
    for niveau, code, kind in (("region", "11", ""), ("region", "11", "ETTI"), ("departement", "95", "")):
        objectif = ObjectifFactory(niveau=niveau, code=code, type_siae=kind)
        objectif.refresh_from_db()
        seen[code, kind] = "2016 (stratégie)" in page(etat, "offre:objectif", objectif.public_id)
    assert seen == {("11", ""): True, ("11", "ETTI"): False, ("95", ""): False}


def test_an_agent_sets_for_their_land_the_objective_they_look_at(etat: User, direction: User) -> None:
    make_region()
    objectif = ObjectifFactory(type_siae="ETTI")
    objectif.refresh_from_db()
    asked = "public=femmes&amp;type_siae=ETTI&amp;annee=2025&amp;territoire=departement%3A95"
    link = f"{reverse('offre:objectif_fixer')}?{asked}"
    assert f'href="{link}"' in page(etat, "offre:objectif", objectif.public_id)
    assert reverse("offre:objectif_fixer") not in page(direction, "offre:objectif", objectif.public_id)
    client = Client()
    client.force_login(etat)
    form = client.get(link.replace("&amp;", "&")).context["form"]
    names = ("public", "type_siae", "annee", "territoire")
    assert [str(form.get_initial_for_field(form.fields[name], name)) for name in names] == [
        "femmes",
        "ETTI",
        "2025",
        "departement:95",
    ]
    ObjectifFactory(type_siae="ETTI", niveau="departement", code="95")
    assert reverse("offre:objectif_fixer") not in page(etat, "offre:objectif", objectif.public_id)
    assert f"{reverse('offre:objectif_fixer')}?public=rqth" in page(etat, "offre:ecarts", public="rqth")


def test_the_state_sets_changes_and_withdraws(etat: User) -> None:
    make_region()
    client = Client()
    client.force_login(etat)
    typed = {"territoire": "departement:95", "public": "femmes", "annee": 2026, "source": "cdiae", "cible_part": "40,5"}
    response = client.post(reverse("offre:objectif_fixer"), {**typed, "cible_nombre": 3})
    assert response.status_code == 422
    assert "l’un des deux" in response.content.decode()
    client.post(reverse("offre:objectif_fixer"), typed)
    objectif = Objectif.objects.get()
    assert (objectif.code, str(objectif.cible_part)) == ("95", "40.50")
    client.post(reverse("offre:objectif_modifier", args=[objectif.public_id]), {"cible_part": "42", "source": "cdiae"})
    objectif.refresh_from_db()
    assert str(objectif.cible_part) == "42.00"
    assert "au lieu de 40,5 %" in page(etat, "offre:objectif", objectif.public_id)
    client.post(reverse("offre:objectif_retirer", args=[objectif.public_id]), {"motif": "Erreur."})
    assert not Objectif.objects.exists()


def test_the_furthest_come_first_under_secrecy(etat: User) -> None:
    communes = make_region()
    siae_in(communes["95"], nom="Près", femmes=(35, 100))
    siae_in(communes["95"], nom="Loin", femmes=(10, 100))
    siae_in(communes["95"], "EI", nom="Muet")
    siae_in(communes["93"], nom="Ailleurs", femmes=(10, 100))
    ObjectifFactory()
    found = rows(etat, "offre:ecarts")
    assert [row[0] for row in found] == ["Loin", "Près", "Muet"]
    assert [row[4] for row in found] == ["10", "35", ""]
    assert [row[0] for row in rows(etat, "offre:ecarts", nom="lo")] == ["Loin"]
    assert [row[0] for row in rows(etat, "offre:ecarts", situation="inconnu")] == ["Muet"]
    assert "SIAE sans chiffre" in page(etat, "offre:ecarts", public="rqth")


def test_mixity_says_what_is_missing_then_shows_it(etat: User) -> None:
    communes = make_region()
    assert "Aucun effectif par métier n’est connu" in page(etat, "offre:mixite")
    secteur = SecteurFactory(groupe__libelle="bâtiment")
    EffectifSecteurFactory(siae=siae_in(communes["95"]), secteur=secteur, annee=2025, femmes=10, hommes=90)
    text = page(etat, "offre:mixite", departement="95")
    assert "Val-d’Oise, 2025" in text
    assert "10,0 %" in text


def test_a_direction_types_its_year_and_reads_it_in_full(direction: User) -> None:
    communes = make_region()
    own = siae_in(communes["95"], nom="Le Jardin")
    own.organisation = direction.membre.organisation  # type: ignore[union-attr]
    own.save()
    foreign = siae_in(communes["95"])
    client = Client()
    client.force_login(direction)
    address = reverse("offre:realisations", args=[own.pk])
    response = client.post(address, {"annee": 2025, "salaries": 10, "femmes": 11})
    assert response.status_code == 422
    assert "11 salariés pour un total de 10" in response.content.decode()
    client.post(address, {"annee": 2025, "salaries": 10, "femmes": 3, "rqth": ""})
    assert list(RealisationPublic.objects.values_list("public", "effectif", "total")) == [("femmes", 3, 10)]
    assert "Le Jardin" in page(direction, "offre:mes_siae")
    text = page(direction, "offre:ma_siae", own.pk)
    assert "3 sur 10" in text
    assert client.get(reverse("offre:ma_siae", args=[foreign.pk])).status_code == 404


def test_each_year_shows_its_own_figures_and_is_saved_under_its_own_name(direction: User) -> None:
    siae = SiaeFactory(organisation=direction.membre.organisation)  # type: ignore[union-attr]
    last = date.today().year - 1
    RealisationFactory(siae=siae, annee=last, effectif=4, total=12)
    client = Client()
    client.force_login(direction)
    address = reverse("offre:realisations", args=[siae.pk])
    for query, annee, salaries, femmes in (
        ("", last, 12, 4),
        (f"?annee={last}", last, 12, 4),
        (f"?annee={last - 1}", last - 1, None, None),
        ("?annee=1066", last, 12, 4),
        ("?annee=x", last, 12, 4),
    ):
        response = client.get(address + query)
        form = response.context["form"]
        seen = [form.get_initial_for_field(form.fields[name], name) for name in ("annee", "salaries", "femmes")]
        assert seen == [annee, salaries, femmes], query
        assert response.context["screen"].title == f"Saisir les publics de {annee}"
    client.post(f"{address}?annee={last - 1}", {"annee": last - 1, "salaries": 20, "femmes": 5})
    rows = RealisationPublic.objects.order_by("annee").values_list("annee", "effectif", "total")
    assert list(rows) == [(last - 1, 5, 20), (last, 4, 12)]
    response = client.post(f"{address}?annee={last - 1}", {"annee": last + 2, "salaries": 20})
    assert response.status_code == 422
    assert f"L’année {last + 2} est hors de portée" in response.content.decode()


def test_a_direction_is_told_which_of_its_siae_lack_last_year(direction: User) -> None:
    annee = date.today().year - 1
    for _ in range(2):
        SiaeFactory(organisation=OrganisationFactory())
    own = SiaeFactory(organisation=direction.membre.organisation)  # type: ignore[union-attr]
    assert [each.label for each in list_attentes(direction)] == [f"1 SIAE n’a pas saisi ses publics de {annee}"]
    SiaeFactory(organisation=own.organisation, type_siae="EI")
    assert [each.label for each in list_attentes(direction)] == [f"2 SIAE n’ont pas saisi leurs publics de {annee}"]
    for siae in list_mes_siae(direction):
        RealisationFactory(siae=siae, annee=annee)
    assert list(list_attentes(direction)) == []
    assert list(list_attentes(member("reseau", "reseau_regional"))) == []


def test_an_action_is_told_read_and_taken_back(direction: User) -> None:
    make_region()
    client = Client()
    client.force_login(direction)
    typed = {
        "titre": "Essai",
        "public": "femmes",
        "annee": date.today().year,
        "action": "Par groupes.",
        "resultat": "Neuf.",
    }
    client.post(reverse("offre:pratique_raconter"), typed)
    pratique = BonnePratique.objects.get()
    assert "Essai" in page(direction, "offre:pratiques", public="femmes")
    assert "Essai" not in page(direction, "offre:pratiques", public="rqth")
    assert "Neuf." in page(direction, "offre:pratique", pratique.public_id)
    client.post(reverse("offre:pratique_retirer", args=[pratique.public_id]))
    assert client.get(reverse("offre:pratique", args=[pratique.public_id])).status_code == 404
