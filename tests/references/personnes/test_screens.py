"""The screens of persons: who reaches them, what they show, what they leave in the journals."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.models import Lecture
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.accounts.services.membres import change_membre
from maillage.references.personnes.models import Ouverture, Personne, Relation
from maillage.references.personnes.queries.identite import empreinte_nir
from tests.factories.accounts import MembreFactory, UserFactory, member
from tests.factories.personnes import OuvertureFactory, PersonneFactory, RelationFactory, nir
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MOTIF = "La CIP n’arrive plus à corriger la fiche."


@pytest.fixture
def cip(client: Client) -> User:
    TerritoireFactory(code="95018", nom="Argenteuil", departement="95")
    user = member(P.SIAE_ACCOMPAGNEMENT)
    client.force_login(user)
    return user


def follow(user: User, nom: str = "Brindille", **fields: Any) -> Personne:
    relation = {name: fields.pop(name) for name in ("type", "debut", "fin", "referent") if name in fields}
    number = fields.pop("number", None)
    if number:
        fields |= {"nir": number, "nir_empreinte": empreinte_nir(number)}
    personne = PersonneFactory(nom=nom, **fields)
    RelationFactory(personne=personne, organisation=user.membre.organisation, **relation)
    personne.refresh_from_db()
    return personne


def url(name: str, personne: Personne, *more: Any) -> str:
    return reverse(f"personnes:{name}", args=[personne.public_id, *more])


def names(page: str) -> list[str]:
    return re.findall(r'<a class="fr-link" href="/personnes/[0-9a-f-]{36}/">([^<]+)</a>', page)


def cells(page: str) -> list[str]:
    return [unescape(text.strip()) for text in re.findall(r"<td[^>]*>([^<]*)</td>", page)]


def told() -> list[tuple[str, str, str]]:
    return [(each.ecran, each.objet.nom, each.motif) for each in Lecture.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Bruyère", "Écorce", "Ortie"]),
        ("?tri=-nom", ["Ortie", "Écorce", "Bruyère"]),
        ("?q=ecorce", ["Écorce"]),
        ("?q=BRUYERE", ["Bruyère"]),
        ("?commune=argenteuil", ["Bruyère", "Écorce"]),
        ("?departement=93", ["Ortie"]),
        ("?type=candidature", ["Écorce"]),
        ("?moi=on", ["Bruyère"]),
        ("?terminee=on", ["Ortie"]),
        ("?sans_referent=on", ["Écorce"]),
        ("?fin_proche=on", ["Bruyère"]),
        ("?tri=depuis", ["Bruyère", "Écorce", "Ortie"]),
        ("?q=personne-de-ce-nom", []),
    ],
)
def test_the_list_is_searched_and_filtered(client: Client, cip: User, query: str, expected: list[str]) -> None:
    follow(cip, "Bruyère", referent=cip.membre, debut=date(2025, 1, 1), fin=TODAY + timedelta(days=30))
    follow(cip, "Écorce", type="candidature", debut=date(2025, 2, 1))
    follow(cip, "Ortie", departement="93", commune="93066", fin=TODAY)
    follow(member(P.SIAE_DIRECTION), "Voisine")

    assert names(client.get(f"/personnes/{query}").content.decode()) == expected


def test_one_s_own_files_stay_so_after_a_change_of_role(client: Client, cip: User) -> None:
    follow(cip, "Bruyère", referent=cip.membre)
    follow(cip, "Ortie")
    change_membre(membre=cip.membre, profil=P.SIAE_DIRECTION, administrateur=False, actor=UserFactory(exploitant=True))

    assert names(client.get("/personnes/?moi=on").content.decode()) == ["Bruyère"]


def test_the_list_and_its_export_are_readings(client: Client, cip: User) -> None:
    follow(cip, "Bruyère")
    follow(cip, "Ortie")
    client.get("/personnes/?q=ortie")
    assert told() == [("personnes:list", "Ortie", "")]

    response = client.get("/personnes/?format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[-2:]] == ["Bruyère", "Ortie"]
    assert [name for _, name, _ in told()[1:]] == ["Bruyère", "Ortie"]
    assert set(Lecture.objects.values_list("lecteur", "pour_id")) == {(cip.pk, cip.membre.organisation_id)}


def test_the_list_asks_as_many_queries_for_one_person_as_for_three(
    client: Client, cip: User, django_assert_constant_queries: Any
) -> None:
    ContentType.objects.get_for_model(Personne)  # known from here on

    def create(number: int) -> None:
        for _ in range(number):
            follow(cip, referent=cip.membre)

    django_assert_constant_queries(create, lambda: client.get("/personnes/"))


def test_the_sheet_masks_the_nir_and_is_a_reading(client: Client, cip: User) -> None:
    number = nir(12)
    personne = follow(cip, number=number)
    page = client.get(url("detail", personne)).content.decode()

    assert "1 80 05 ** *** *** **" in page
    assert number not in page.replace(" ", "")
    assert told() == [("personnes:detail", "Brindille", "")]


def test_the_sheet_leads_who_answers_for_rights_to_them_and_tells_an_objection(client: Client, cip: User) -> None:
    personne = follow(cip)
    rights = f"/donnees-personnelles/personnes/{personne.public_id}/"
    agent = member(P.ETAT_DEPARTEMENT, "ddets")
    agent.membre.organisation.competences.create(niveau="departement", code="95")

    for user, count in ((cip, 1), (member(P.DPO, organisation=cip.membre.organisation), 1), (agent, 0)):
        client.force_login(user)
        page = client.get(url("detail", personne)).content.decode()
        links = [page.count(f'href="{address}"') for address in (rights, f"{rights}demander/")]
        assert (links, "Opposition" in page) == ([count, count], False)

    Personne.objects.update(opposition_le=timezone.make_aware(datetime(2026, 2, 3, 10)))
    page = client.get(url("detail", personne)).content.decode()
    assert "s’est opposée à l’utilisation de ses données le 3 février 2026." in page


@pytest.mark.parametrize("name", ["detail", "rectify", "nir", "personne_lectures", "begin"])
def test_a_neighbour_s_person_is_not_found(client: Client, cip: User, name: str) -> None:
    theirs = follow(member(P.SIAE_DIRECTION))
    assert client.get(url(name, theirs)).status_code == 404
    assert client.post(url(name, theirs)).status_code in {404, 405}
    assert told() == []


def test_a_neighbour_s_relation_is_not_found(client: Client, cip: User) -> None:
    personne = follow(cip)
    theirs = RelationFactory(personne=personne)
    theirs.refresh_from_db()
    for name in ("referent", "end"):
        assert client.get(url(name, personne, theirs.public_id)).status_code == 404
        assert client.get(url(name, personne, uuid4())).status_code == 404


def test_an_agent_of_the_state_reads_but_does_not_write(client: Client, cip: User) -> None:
    personne = follow(cip, number=nir(3))
    agent = member(P.ETAT_DEPARTEMENT, "ddets")
    agent.membre.organisation.competences.create(niveau="departement", code="95")
    client.force_login(agent)

    page = client.get(url("detail", personne)).content.decode()
    assert "Afficher le NIR" not in page
    assert "Corriger" not in page
    for name in ("rectify", "nir", "begin", "personne_lectures"):
        assert client.get(url(name, personne)).status_code == 403


DONNEES = {
    "nom": "Ortie",
    "prenom": "Ida",
    "date_naissance": "1990-03-02",
    "sexe": "F",
    "nir": "",
    "email": "ida@maillage.example",
    "telephone": "01 23 45 67 89",
    "adresse": "",
    "commune": "argenteuil",
    "type_relation": "contrat",
    "debut": "2026-01-05",
}


def test_a_file_is_created_and_its_commune_found(client: Client, cip: User) -> None:
    response = client.post("/personnes/creer/", {**DONNEES, "referent": str(cip.membre.public_id)})

    personne = Personne.objects.get()
    assert response["Location"] == url("detail", personne)
    assert (personne.commune, personne.departement, personne.relations.get().referent) == ("95018", "95", cip.membre)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"commune": "nulle-part-du-tout"}, "Aucune commune ne correspond à « nulle-part-du-tout »."),
        ({"telephone": "appelez-moi"}, "Un numéro de téléphone ne compte que des chiffres."),
        ({"nir": "123"}, "Un numéro de sécurité sociale compte 15 chiffres, clé comprise."),
        ({"referent": str(uuid4())}, "Sélectionnez un choix valide."),
    ],
)
def test_a_wrong_field_says_so(client: Client, cip: User, change: dict[str, str], message: str) -> None:
    data = {**DONNEES, "referent": str(cip.membre.public_id), **change}
    response = client.post("/personnes/creer/", data)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert Personne.objects.count() == 0


def test_a_likely_double_is_shown_once_then_created(client: Client, cip: User) -> None:
    follow(cip, "Ortie", prenom="Ida", date_naissance=date(1990, 3, 2))
    follow(member(P.SIAE_DIRECTION), "Ortie", prenom="Ida", date_naissance=date(1990, 3, 2))
    data = {**DONNEES, "referent": str(cip.membre.public_id)}

    response = client.post("/personnes/creer/", data)
    page = response.content.decode()
    assert (response.status_code, page.count("Ida Ortie</a>")) == (422, 1)
    assert told() == [("personnes:create", "Ortie", "")]

    client.post("/personnes/creer/", {**data, "malgre": "1"})
    assert Personne.objects.filter(nom="Ortie").count() == 3


def test_a_file_is_corrected(client: Client, cip: User) -> None:
    personne = follow(cip)
    page = client.get(url("rectify", personne)).content.decode()
    assert 'value="Brindille"' in page
    client.post(url("rectify", personne), {**DONNEES, "nom": "Bruyère"})

    personne.refresh_from_db()
    assert (personne.nom, personne.prenom) == ("Bruyère", "Ida")


def test_the_nir_is_shown_by_a_reasoned_act_only(client: Client, cip: User) -> None:
    number = nir(12)
    personne = follow(cip, number=number)
    assert number not in client.get(url("nir", personne)).content.decode().replace(" ", "")

    refused = client.post(url("nir", personne), {"motif": MOTIF})
    assert (refused.status_code, number in refused.content.decode().replace(" ", "")) == (422, False)

    shown = client.post(url("nir", personne), {"motif": "controle"})
    assert number in shown.content.decode().replace(" ", "")
    assert "no-store" in shown["Cache-Control"]
    asked, sent_back = ("personnes:nir", "Brindille", ""), ("personnes:nir", "Brindille", "")
    assert told() == [asked, sent_back, ("personnes:nir", "Brindille", "comparer avec un document")]


def test_relations_begin_change_hands_and_end(client: Client, cip: User) -> None:
    personne = follow(cip)
    colleague = MembreFactory(organisation=cip.membre.organisation, profil=P.SIAE_DIRECTION)
    begin = {"type_relation": "candidature", "debut": "2026-02-01", "referent": str(cip.membre.public_id)}
    assert client.post(url("begin", personne), begin)["Location"] == url("detail", personne)
    relation = Relation.objects.get(type="candidature")

    client.post(url("referent", personne, relation.public_id), {"referent": str(colleague.public_id)})
    client.post(url("end", personne, relation.public_id), {"fin": "2026-03-01"})
    relation.refresh_from_db()
    assert (relation.referent, relation.fin) == (colleague, date(2026, 3, 1))


def test_a_planned_end_is_shown_and_moved(client: Client, cip: User) -> None:
    personne = follow(cip)
    address = url("end", personne, personne.relations.get().public_id)
    client.post(address, {"fin": str(TODAY + timedelta(days=9))})

    page = client.get(url("detail", personne)).content.decode()
    assert (page.count("Déplacer la fin prévue"), page.count("Désigner le référent")) == (1, 1)
    client.post(address, {"fin": str(TODAY)})
    page = client.get(url("detail", personne)).content.decode()
    assert (page.count("Déplacer la fin prévue"), page.count("Désigner le référent")) == (0, 0)


def test_a_referent_rsa_who_hands_a_person_over_is_led_to_the_list(client: Client) -> None:
    referent = member(P.DEPARTEMENT_REFERENT, "conseil_departemental")
    colleague = MembreFactory(organisation=referent.membre.organisation, profil=P.DEPARTEMENT_REFERENT)
    personne = follow(referent, type="referent_rsa", referent=referent.membre)
    client.force_login(referent)
    relation = personne.relations.get()

    response = client.post(url("referent", personne, relation.public_id), {"referent": str(colleague.public_id)})
    assert response["Location"] == "/personnes/"
    assert client.get(url("detail", personne)).status_code == 404


def test_a_known_person_is_followed(client: Client, cip: User) -> None:
    number = nir(5)
    theirs = follow(member(P.SIAE_DIRECTION), number=number)
    data = {"nir": number, "date_naissance": "1980-05-17", "type_relation": "contrat", "debut": "2026-01-05"}
    assert client.post("/personnes/suivre/", data)["Location"] == url("detail", theirs)

    wrong = client.post("/personnes/suivre/", {**data, "date_naissance": "1980-05-18"})
    assert (wrong.status_code, "Brindille" in wrong.content.decode()) == (422, False)


def test_who_read_a_file_is_told_to_its_followers_and_their_dpo(client: Client, cip: User) -> None:
    personne = follow(cip)
    follow(member(P.SIAE_DIRECTION), "Voisine")
    client.get(url("detail", personne))
    dpo = member(P.DPO, organisation=cip.membre.organisation)

    for user, count in ((cip, 1), (dpo, 2)):  # to read the list of one file is itself a reading
        client.force_login(user)
        page = client.get("/personnes/lectures/").content.decode()
        assert (cells(page).count(str(cip)), "Brindille" in page) == (count, False)
        own = client.get(url("personne_lectures", personne)).content.decode()
        assert str(cip) in cells(own)
    client.force_login(member(P.SIAE_DIRECTION))
    assert cells(client.get("/personnes/lectures/").content.decode()).count(str(cip)) == 0


def test_an_operator_opens_reads_under_a_reason_and_closes(client: Client, cip: User) -> None:
    personne = follow(cip, email="ida@maillage.example")
    operator = UserFactory(exploitant=True)
    client.force_login(operator)
    assert client.get(url("detail", personne)).status_code == 404

    opened = client.post(
        "/personnes/ouvertures/ouvrir/", {"identifiant": "ida@maillage.example", "motif": MOTIF, "heures": "2"}
    )
    assert opened["Location"] == url("detail", personne)
    assert MOTIF in client.get(url("detail", personne)).content.decode()
    client.get("/personnes/")
    ouverture = Ouverture.objects.get()
    motif = f"ouverture exceptionnelle {ouverture.public_id}"
    assert told() == [("personnes:detail", "Brindille", motif), ("personnes:list", "Brindille", motif)]

    client.post(reverse("personnes:refermer", args=[ouverture.public_id]))
    assert client.get(url("detail", personne)).status_code == 404


@pytest.mark.parametrize("name", ["lectures", "personne_lectures"])
def test_readings_show_the_reason_of_their_opening_until_it_is_erased(
    client: Client, cip: User, name: str, django_assert_constant_queries: Any
) -> None:
    personne = follow(cip)
    address = url(name, personne) if name == "personne_lectures" else reverse(f"personnes:{name}")

    def read(number: int) -> None:
        for _ in range(number):
            ouverture = OuvertureFactory(personne=personne, motif=MOTIF)
            client.force_login(ouverture.exploitant)
            client.get(url("detail", personne))
        client.force_login(cip)

    read(1)
    reference = Lecture.objects.get().motif
    shown = cells(client.get(address).content.decode())
    assert (shown.count(MOTIF), shown.count(reference)) == (1, 0)
    django_assert_constant_queries(read, lambda: client.get(address))
    Ouverture.objects.update(motif="")
    shown = cells(client.get(address).content.decode())
    assert (shown.count(MOTIF), shown.count(reference)) == (0, 1)


def test_openings_are_told_to_whom_they_concern(client: Client, cip: User) -> None:
    ouverture = OuvertureFactory(personne=follow(cip))
    ouverture.refresh_from_db()
    other = UserFactory(exploitant=True)
    for user, count in (
        (ouverture.exploitant, 1),
        (cip, 1),
        (member(P.DPO, organisation=cip.membre.organisation), 1),
        (member(P.DPO), 0),
        (other, 0),
    ):
        client.force_login(user)
        page = client.get("/personnes/ouvertures/").content.decode()
        assert (cells(page).count(ouverture.motif), "Brindille" in page) == (count, False)
    client.force_login(other)
    assert client.get(reverse("personnes:refermer", args=[ouverture.public_id])).status_code == 404


def test_an_expired_opening_is_over(client: Client, cip: User) -> None:
    ouverture = OuvertureFactory(personne=follow(cip))
    past = timezone.now() - timedelta(hours=3)
    Ouverture.objects.update(debut=past, fin=past + timedelta(hours=1))
    client.force_login(ouverture.exploitant)

    assert client.get(url("detail", ouverture.personne)).status_code == 404
    assert "Expirée" in client.get("/personnes/ouvertures/").content.decode()
