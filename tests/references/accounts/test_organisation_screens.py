"""The screens of organisations: who opens them, what they show, what they do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.references.accounts.models import AncienNom, Competence, Invitation, Membre, Organisation, User
from maillage.references.accounts.queries.membres import sign_invitation
from maillage.references.accounts.rules import types_organisation
from maillage.references.territoires.enums import Niveau
from tests.factories.accounts import (
    InvitationFactory,
    MembreFactory,
    OrganisationFactory,
    UserFactory,
    member,
    siret,
)
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db
LIST = "/organisations/"
SECRET = "mot-de-passe-assez-long"
OVER = {"debut": timezone.now() - timedelta(days=2), "fin": timezone.now() - timedelta(days=1)}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def names(response: Any) -> list[str]:
    return re.findall(r'<a class="fr-link" href="/organisations/[0-9a-f-]{36}/">([^<]+)</a>', text(response))


def url(name: str, thing: Any) -> str:
    return reverse(f"organisations:{name}", args=[thing.public_id])


@pytest.fixture
def chantier() -> Organisation:
    return OrganisationFactory(denomination="Chantier du Tilleul")


@pytest.fixture
def directrice(chantier: Organisation) -> User:
    """Return the director of the chantier, who administers it."""
    return member("siae_direction", organisation=chantier, administrateur=True)


@pytest.fixture
def region() -> None:
    """Île-de-France, Val-d’Oise, Yvelines and Cergy."""
    for niveau, code, nom, departement in (
        (Niveau.REGION, "11", "Île-de-France", ""),
        (Niveau.DEPARTEMENT, "95", "Val-d’Oise", "95"),
        (Niveau.DEPARTEMENT, "78", "Yvelines", "78"),
        (Niveau.COMMUNE, "95127", "Cergy", "95"),
    ):
        TerritoireFactory(niveau=niveau, code=code, nom=nom, departement=departement)


@pytest.fixture
def annuaire(region: None) -> None:
    """Four organisations, of several kinds and lands."""
    for nom, types, competence in (
        ("DREETS fictive", ["dreets"], ("region", "11")),
        ("Mission locale de l’Érable", ["mission_locale"], ("departement", "95")),
        ("CCAS de Cergy", ["ccas", "siae"], ("commune", "95127")),
        ("Conseil départemental des Yvelines", ["conseil_departemental"], ("departement", "78")),
    ):
        organisation = OrganisationFactory(denomination=nom, types=types)
        Competence.objects.create(organisation=organisation, niveau=competence[0], code=competence[1])
    former = Organisation.objects.get(denomination="DREETS fictive")
    AncienNom.objects.create(organisation=former, nom="Direccte fictive", fin=date(2021, 4, 1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["CCAS de Cergy", "Conseil départemental des Yvelines", "DREETS fictive", "Mission locale de l’Érable"]),
        ("?q=erable", ["Mission locale de l’Érable"]),
        ("?q=direccte", ["DREETS fictive"]),
        ("?q=conseil+yvelines", ["Conseil départemental des Yvelines"]),
        ("?type=siae", ["CCAS de Cergy"]),
        ("?famille=prescription", ["CCAS de Cergy", "Mission locale de l’Érable"]),
        ("?departement=95", ["CCAS de Cergy", "DREETS fictive", "Mission locale de l’Érable"]),
        ("?departement=78&famille=collectivite", ["Conseil départemental des Yvelines"]),
        ("?tri=-nom&famille=prescription", ["Mission locale de l’Érable", "CCAS de Cergy"]),
        ("?sans_administrateur=on&type=siae", ["CCAS de Cergy"]),
    ],
)
def test_any_person_signed_in_searches_the_directory(annuaire: None, query: str, expected: list[str]) -> None:
    assert names(as_(UserFactory()).get(f"{LIST}{query}")) == expected


def test_a_siret_is_found_by_its_first_digits() -> None:
    OrganisationFactory(siret=siret(7001), denomination="Une")
    OrganisationFactory(siret=siret(8001), denomination="Autre")

    assert names(as_(UserFactory()).get(f"{LIST}?q={siret(7001)[:8]}")) == ["Une"]


def test_the_directory_is_exported_as_it_is_shown(annuaire: None) -> None:
    content = as_(UserFactory()).get(f"{LIST}?type=dreets&format=csv").content.decode("utf-8-sig")

    header, row = csv.reader(io.StringIO(content), delimiter=";")
    assert header == ["Nom", "Types", "Territoires de compétence", "Rattachée à", "SIRET"]
    assert row[:4] == ["DREETS fictive", "DREETS", "Île-de-France", "—"]


def test_operators_alone_filter_those_without_administrator(chantier: Organisation, directrice: User) -> None:
    OrganisationFactory(denomination="Sans personne")
    operator = as_(UserFactory(exploitant=True))

    assert "Sans administrateur" not in text(as_(directrice).get(LIST))
    assert names(operator.get(f"{LIST}?sans_administrateur=on")) == ["Sans personne"]
    assert names(operator.get("/organisations/sans-administrateur/")) == ["Sans personne"]
    assert as_(directrice).get("/organisations/sans-administrateur/").status_code == 403


def test_the_register_of_kinds_is_public_and_exported(client: Client) -> None:
    page = text(client.get("/organisations/types/"))
    content = client.get("/organisations/types/?format=csv").content.decode("utf-8-sig")

    rows = {row["Code dans la plateforme"]: row for row in csv.DictReader(io.StringIO(content), delimiter=";")}
    assert rows.keys() == types_organisation().keys()
    assert rows["dreets"]["Anciens noms"] == "Direccte jusqu’au 31/03/2021"
    assert (rows["ccas"]["Code ASP"], rows["ccas"]["Prescripteur habilité"]) == ("11", "oui")
    assert "Direccte jusqu’au 31/03/2021" in page


@pytest.mark.parametrize("address", [LIST, "/organisations/creer/", "/organisations/sans-administrateur/"])
def test_a_visitor_is_led_to_the_sign_in_page(client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"/compte/connexion/?next={address}"


def test_the_page_shows_names_members_and_journal_to_those_concerned(
    chantier: Organisation, directrice: User, region: None
) -> None:
    AncienNom.objects.create(
        organisation=chantier, nom="Chantier du Chêne", debut=date(2019, 1, 1), fin=date(2021, 4, 1)
    )
    Competence.objects.create(organisation=chantier, niveau="departement", code="95")
    OrganisationFactory(parent=chantier, denomination="Antenne du Tilleul")
    MembreFactory(organisation=chantier, user__prenom="Conseil", user__nom="Fictif", profil="siae_accompagnement")
    InvitationFactory(organisation=chantier, email="attendue@maillage.example")
    colleague = member("siae_encadrement", organisation=chantier)
    shown = {
        who: text(as_(user).get(url("detail", chantier)))
        for who, user in {
            "administrator": directrice,
            "colleague": colleague,
            "operator": UserFactory(exploitant=True),
            "stranger": member("siae_direction", administrateur=True),
        }.items()
    }

    common = ["«&nbsp;Chantier du Chêne&nbsp;», du 1er janvier 2019 jusqu’au 31 mars 2021", "Val-d’Oise", "Antenne du"]
    assert [(who, part) for who, page in shown.items() for part in common if part not in page] == []
    assert [who for who, page in shown.items() if "Conseil Fictif" in page] == [
        "administrator",
        "colleague",
        "operator",
    ]
    assert [who for who, page in shown.items() if "attendue@maillage.example" in page] == ["administrator", "operator"]
    assert [who for who, page in shown.items() if 'id="actes"' in page] == ["administrator", "operator"]
    assert [who for who, page in shown.items() if "Modifier la fiche" in page] == ["operator"]
    assert [who for who, page in shown.items() if "Quitter l’organisation" in page] == ["administrator", "colleague"]


def test_a_kind_tells_what_it_was_called() -> None:
    dreets = OrganisationFactory(types=["dreets"])

    page = text(as_(UserFactory()).get(url("detail", dreets)))

    assert "DREETS (appelée Direccte jusqu’au 31/03/2021)" in page


# Who gets what at each address that concerns the chantier: the page, a refusal with its reason, or nothing at all.
ADDRESSES = ("inviter", "role", "retirer", "renvoyer", "revoquer", "modifier")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("administrator", [200, 200, 200, 200, 200, 403]),
        ("colleague", [403, 403, 403, 403, 403, 403]),
        ("operator", [200, 200, 200, 200, 200, 200]),
        ("administrator of another", [403, 404, 404, 404, 404, 403]),
        ("connected", [403, 403, 403, 403, 403, 403]),
        ("visitor", [302, 302, 302, 302, 302, 302]),
        ("gone", [403, 403, 403, 403, 403, 403]),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_act_is_for_administrators_and_operators(
    chantier: Organisation, directrice: User, who: str, expected: list[int], method: str
) -> None:
    membre = MembreFactory(organisation=chantier)
    invitation = InvitationFactory(organisation=chantier)
    targets = dict(zip(ADDRESSES, (chantier, membre, membre, invitation, invitation, chantier), strict=True))
    user = {
        "administrator": lambda: directrice,
        "colleague": lambda: member("siae_direction", organisation=chantier),
        "operator": lambda: UserFactory(exploitant=True),
        "administrator of another": lambda: member("siae_direction", administrateur=True),
        "connected": UserFactory,
        "visitor": lambda: None,
        "gone": lambda: member("siae_direction", organisation=chantier, administrateur=True, **OVER),
    }[who]()
    client = as_(user) if user else Client()

    statuses = []
    for name, target in targets.items():
        response = getattr(client, method)(url(name, target), {})
        statuses.append(response.status_code)

    # An accepted post answers by the page that follows, or says which field is missing.
    accepted = {"get": {200: 200}, "post": {302: 200, 422: 200}}[method] if user else {}
    assert [accepted.get(status, status) for status in statuses] == expected


def test_an_administrator_of_two_acts_for_the_one_in_whose_name_they_are(chantier: Organisation) -> None:
    both = member("siae_direction", administrateur=True, debut=timezone.now() - timedelta(days=1))
    MembreFactory(user=both, organisation=chantier, administrateur=True)

    response = as_(both).get(url("inviter", chantier))

    assert response.status_code == 403
    assert "Les membres de «\u202fChantier du Tilleul\u202f» se voient au nom de cette organisation." in text(response)


def test_who_belongs_to_no_organisation_is_told_so_in_short(chantier: Organisation) -> None:
    page = text(as_(UserFactory()).get(url("inviter", chantier)))

    assert "Cette page est réservée aux membres d’une organisation." in page


def test_a_directrice_invites_changes_and_removes(chantier: Organisation, directrice: User) -> None:
    client, membre = as_(directrice), MembreFactory(organisation=chantier)
    values = {"email": "cip@maillage.example", "prenom": "Conseil", "nom": "Fictif", "profil": "siae_accompagnement"}

    answers = [client.post(url("inviter", chantier), values)]
    invitation = Invitation.objects.get()
    answers += [
        client.post(url("renvoyer", invitation)),
        client.post(url("revoquer", invitation)),
        client.post(url("role", membre), {"profil": "siae_encadrement"}),
    ]
    new = Membre.objects.get(user=membre.user, fin=None)
    answers.append(client.post(url("retirer", new)))

    assert {(each.status_code, each["Location"]) for each in answers} == {(302, url("detail", chantier))}
    invitation.refresh_from_db()
    assert (invitation.etat, invitation.envois, new.profil) == ("revoquee", 2, "siae_encadrement")
    assert not Membre.objects.actifs().filter(user=membre.user).exists()


def test_a_refusal_is_shown_on_its_field(chantier: Organisation, directrice: User) -> None:
    MembreFactory(organisation=chantier, user__email="cip@maillage.example")
    values = {"email": "cip@maillage.example", "prenom": "C", "nom": "F", "profil": "siae_accompagnement"}

    response = as_(directrice).post(url("inviter", chantier), values)

    assert response.status_code == 422
    assert response.context["form"].errors["email"] == ["Cette personne est déjà membre de l’organisation."]


def test_a_member_who_is_removed_loses_access_at_the_next_click(chantier: Organisation, directrice: User) -> None:
    cip = member("siae_accompagnement", organisation=chantier, user__prenom="Conseil", user__nom="Fictif")
    client = as_(cip)
    before = text(client.get(url("detail", chantier)))

    as_(directrice).post(url("retirer", Membre.objects.get(user=cip)))

    after = text(client.get(url("detail", chantier)))
    assert ("Quitter l’organisation" in before, "Quitter l’organisation" in after) == (True, False)


def test_an_operator_creates_then_renames(region: None) -> None:
    client = as_(UserFactory(exploitant=True))
    values = {
        "siret": siret(7001),
        "denomination": "Mission locale du Chêne",
        "types": ["mission_locale"],
        "competences": "département 95\ncommune 95127",
    }

    created = client.post("/organisations/creer/", values)
    organisation = Organisation.objects.get(siret=siret(7001))
    form = text(client.get(url("modifier", organisation)))
    renamed = client.post(
        url("modifier", organisation),
        {**values, "denomination": "Mission locale du Tilleul", "nom_depuis": "2026-01-01"},
    )

    assert (created["Location"], renamed["Location"]) == (url("detail", organisation), url("detail", organisation))
    assert "commune 95127\ndépartement 95" in form
    assert [each.nom for each in organisation.anciens_noms.all()] == ["Mission locale du Chêne"]
    assert Competence.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("siret", "12345678901234", "clé fausse"),
        ("competences", "95", "Écrivez un territoire par ligne"),
        ("competences", "département 99", "ne connaît pas ces territoires"),
        ("parent", siret(7999), "Aucune organisation ne porte ce SIRET"),
        ("types", [], "obligatoire"),
    ],
)
def test_a_wrong_fiche_is_told_on_the_field(region: None, field: str, value: Any, message: str) -> None:
    values = {"siret": siret(7001), "denomination": "A", "types": ["ccas"], field: value}

    response = as_(UserFactory(exploitant=True)).post("/organisations/creer/", values)

    assert response.status_code == 422
    assert message in str(response.context["form"].errors[field])


def test_pages_ask_a_constant_number_of_queries(
    chantier: Organisation, directrice: User, django_assert_constant_queries: Callable[..., None]
) -> None:
    def create(items: int) -> None:
        for _ in range(items):
            MembreFactory(organisation=chantier)
            MembreFactory(organisation=chantier, **OVER)
            InvitationFactory(organisation=chantier)
            organisation = OrganisationFactory(parent=chantier)
            Competence.objects.create(organisation=organisation, niveau="departement", code="95")
            Competence.objects.create(organisation=chantier, niveau="departement", code=f"{organisation.pk}"[-12:])
            as_(directrice).post(url("role", MembreFactory(organisation=chantier)), {"profil": "siae_encadrement"})

    operator = as_(UserFactory(exploitant=True))
    for address in (
        LIST,
        f"{LIST}?format=csv",
        f"{LIST}?q=association&departement=95",
        "/organisations/sans-administrateur/",
        url("detail", chantier),
    ):
        django_assert_constant_queries(create, lambda address=address: operator.get(address).content)


# The page of the link.


def page_of(invitation: Invitation) -> str:
    return reverse("organisations:invitation", args=[sign_invitation(invitation)])


def test_an_unknown_person_creates_an_account_and_is_signed_in(client: Client) -> None:
    invitation = InvitationFactory()
    values = {"prenom": "Conseil", "nom": "Fictif", "password": SECRET, "confirmation": SECRET}

    assert "Créer votre compte" in text(client.get(page_of(invitation)))
    response = client.post(page_of(invitation), values)

    assert response["Location"] == url("detail", invitation.organisation)
    assert "Bienvenue" in text(client.get(response["Location"]))
    assert Membre.objects.get().user.email == invitation.email


def test_who_owes_a_second_factor_is_led_to_it_then_to_the_organisation(client: Client, settings: Any) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    invitation = InvitationFactory(profil="siae_direction")
    values = {"prenom": "Direction", "nom": "Fictive", "password": SECRET, "confirmation": SECRET}

    response = client.post(page_of(invitation), values)

    next_page = url("detail", invitation.organisation).replace("/", "%2F")
    assert response["Location"] == f"/compte/double-authentification/?next={next_page}"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"password": "court", "confirmation": "court"}, "password"),
        ({"password": SECRET, "confirmation": "autre"}, "confirmation"),
        ({"prenom": ""}, "prenom"),
    ],
)
def test_a_wrong_answer_is_told_on_its_field(client: Client, values: dict[str, str], field: str) -> None:
    good = {"prenom": "Conseil", "nom": "Fictif", "password": SECRET, "confirmation": SECRET}

    response = client.post(page_of(InvitationFactory()), {**good, **values})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Membre.objects.count() == 0


def test_a_known_person_signs_in_then_accepts_in_one_click(client: Client) -> None:
    user = UserFactory(email="cip@maillage.example")
    elsewhere = MembreFactory(user=user, organisation__denomination="Ailleurs").organisation
    invitation = InvitationFactory(email="Cip@maillage.example")
    address = page_of(invitation)

    page = text(client.get(address))
    assert f"/compte/connexion/?next={address.replace(':', '%3A')}" in page.replace("%2F", "/")
    assert client.post(address).status_code == 422
    client.force_login(user)
    assert client.get("/compte/").wsgi_request.user.membre.organisation == elsewhere
    assert client.post(address).status_code == 302
    assert Membre.objects.exclude(organisation=elsewhere).get().user == user
    assert client.get("/compte/").wsgi_request.user.membre.organisation == invitation.organisation


def test_somebody_else_is_told_so_and_accepts_nothing() -> None:
    other = as_(UserFactory(email="autre@maillage.example"))
    address = page_of(InvitationFactory())

    assert "Vous êtes connecté avec un autre compte" in text(other.get(address))
    assert other.post(address).status_code == 422
    assert Membre.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "message", "status"),
    [
        ({"expire_le": timezone.now() - timedelta(days=1)}, "Cette invitation a expiré.", 410),
        ({"etat": "revoquee", "reponse_le": timezone.now()}, "Cette invitation a été annulée", 410),
        ({"envois": 2}, "Un lien plus récent vous a été envoyé", 410),
        ({"email": ""}, "Ce lien n’est pas entier", 404),
    ],
    ids=["expired", "revoked", "replaced", "erased"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_opens_nothing_says_why_and_nothing_of_the_invitation(
    client: Client, fields: dict[str, Any], message: str, status: int, method: str
) -> None:
    invitation = InvitationFactory(nom="Nomsecret", organisation__denomination="Organisation secrète")
    address = page_of(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(**fields)

    response = getattr(client, method)(address)

    assert response.status_code == status
    assert message in text(response)
    assert re.findall("secr[eè]t|@maillage", text(response)) == []


@pytest.mark.parametrize("lien", ["x", "a:b:c", "WyJ4IiwxXQ:1x:y", "é", "a" * 3000])
def test_an_altered_link_is_a_clear_page(client: Client, lien: str) -> None:
    response = client.get(f"/organisations/invitation/{lien}/")

    assert response.status_code == 404
    assert "Ce lien n’est pas entier" in text(response)


def test_the_link_in_the_message_opens_the_page(
    client: Client, chantier: Organisation, directrice: User, run_jobs: Callable[[], int]
) -> None:
    values = {"email": "cip@maillage.example", "prenom": "C", "nom": "F", "profil": "siae_accompagnement"}
    as_(directrice).post(url("inviter", chantier), values)
    run_jobs()

    [message] = mail.outbox
    [found] = re.findall(r"http://testserver(/\S+)", str(message.body))
    assert "Chantier du Tilleul" in text(client.get(found))
    assert "no-store" in client.get(found)["Cache-Control"]


@pytest.mark.parametrize("demo", [True, False])
def test_the_accounts_of_the_demonstration_are_shown_in_the_demonstration_only(
    client: Client, settings: Any, demo: bool
) -> None:
    settings.MAILLAGE_DEMO = demo
    member("dla", "dla", user__email="dla@maillage.example")
    member("dla", "dla", user__email="autre@maillage.example")

    page = text(client.get("/compte/connexion/"))

    assert ("dla@maillage.example" in page, "autre@maillage.example" in page) == (demo, False)
