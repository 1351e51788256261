"""The screens of an immersion: rules before the click, the page of a personal link, who reads what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.domains.entreprises.models import Immersion
from maillage.domains.entreprises.queries.immersions import sign_link
from maillage.foundations.kernel.models import Lecture
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Personne
from tests.factories.accounts import member
from tests.factories.economie import EmployeurFactory, RomeFactory
from tests.factories.entreprises import TODAY, ImmersionFactory
from tests.factories.personnes import PersonneFactory, RelationFactory

pytestmark = pytest.mark.django_db

Write = Callable[..., Immersion]


def typed(contrat: Any, prescripteur: Any, **more: Any) -> dict[str, Any]:
    """Return a whole convention as a browser sends it: from the 14th day on, two weeks."""
    return {
        "siret": EmployeurFactory().siret,
        "adresse": "1 rue de l’Essai",
        "accueil_nom": "Responsable Fictive",
        "tuteur_nom": "Tuteur Fictif",
        "tuteur_fonction": "chef d’équipe",
        "objectif": "confirmer",
        "rome": RomeFactory().code,
        "debut": (TODAY + timedelta(days=14)).isoformat(),
        "fin": (TODAY + timedelta(days=27)).isoformat(),
        "jours_semaine": ["1", "2", "3", "4", "5"],
        "heures_semaine": "26",
        "horaires": "8 h – 13 h",
        "activites": "Entretien",
        "contrat": str(contrat.public_id),
        "prescripteur": str(prescripteur.public_id),
        **more,
    }


def url(name: str, immersion: Immersion, *more: object) -> str:
    immersion.refresh_from_db()
    return reverse(f"entreprises:{name}", args=[immersion.personne.public_id, immersion.public_id, *more])


def test_rules_are_told_before_anything_is_written(client: Client, cip: User, contrat: Any, personne: Personne) -> None:
    client.force_login(cip)
    address = reverse("entreprises:immersion_proposer", args=[personne.public_id])
    organisation = cip.membre.organisation  # type: ignore[union-attr]
    page = client.post(address, {**typed(contrat, organisation), "verifier": "1"}).content.decode()
    assert "L’immersion respecte les règles" in page
    assert "Il reste 60 jours de présence chez cet accueil" in page
    assert Immersion.objects.count() == 0
    late = typed(contrat, organisation, fin=(TODAY + timedelta(days=60)).isoformat())
    page = client.post(address, {**late, "verifier": "1"}).content.decode()
    assert "Ce qui empêche l’immersion" in page
    response = client.post(address, late)
    assert (response.status_code, Immersion.objects.count()) == (422, 0)
    response = client.post(address, typed(contrat, organisation))
    assert (response.status_code, Immersion.objects.get().fin) == (302, TODAY + timedelta(days=28))


@pytest.mark.parametrize(
    ("text", "message"),
    [("Z9999", "Aucun métier ROME"), ("agent", "Plusieurs métiers correspondent"), ("propreté", None)],
)
def test_a_trade_is_named_without_doubt(
    client: Client, cip: User, contrat: Any, personne: Personne, text: str, message: str | None
) -> None:
    RomeFactory(code="K2503", libelle="Agent / Agente de sécurité")
    client.force_login(cip)
    address = reverse("entreprises:immersion_proposer", args=[personne.public_id])
    sent = typed(contrat, cip.membre.organisation, rome=text)  # type: ignore[union-attr]
    response = client.post(address, sent)
    assert response.status_code == (422 if message else 302)
    if message:
        assert message in response.content.decode()


def test_a_link_signs_without_an_account(client: Client, write: Write) -> None:
    immersion = write()
    signature = immersion.signatures.get(role="accueil")
    address = reverse("entreprises:signer", args=[sign_link(signature, 1)])
    page = client.get(address).content.decode()
    assert "Ondeline Bruyère" in page
    assert client.post(address, {"nom": "Responsable Fictive"}).status_code == 422
    response = client.post(address, {"nom": "Responsable Fictive", "accord": "on"}, follow=True)
    assert (response.status_code, "C’est signé" in response.content.decode()) == (200, True)
    assert "Ondeline" not in response.content.decode()
    altered = client.get(reverse("entreprises:signer", args=["abc"]))
    assert (altered.status_code, "Ce lien n’ouvre rien" in altered.content.decode()) == (404, True)
    immersion.version = 2
    immersion.save()
    old = client.get(reverse("entreprises:signer", args=[sign_link(immersion.signatures.get(role="employeur"), 1)]))
    assert old.status_code == 410


def test_from_the_spot_to_the_bilan(client: Client, cip: User, write: Write) -> None:
    client.force_login(cip)
    immersion = write()
    for signature in immersion.signatures.all():
        address = url("immersion_signer", immersion, signature.public_id)
        assert client.get(address).status_code == 200
        assert client.post(address, {"nom": "Nom Signé", "accord": "on"}).status_code == 302
        assert client.get(address).status_code == 404
    assert client.post(url("immersion_decider", immersion), {"accord": "oui"}).status_code == 302
    assert client.get(url("immersion_bilan", immersion)).status_code == 409
    Immersion.objects.update(debut=TODAY - timedelta(days=20), fin=TODAY - timedelta(days=6))
    sent = {"deroulement": "realisee", "atteint": "oui", "embauche": "oui", "contrat_suite": "cdi"}
    assert client.post(url("immersion_bilan", immersion), sent).status_code == 302
    page = client.get(url("immersion", immersion)).content.decode()
    assert ("Corriger le bilan" in page, "oui, CDI" in page, "Annuler l’immersion" in page) == (True, True, False)
    pdf = client.get(url("immersion_pdf", immersion))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_change_and_an_end(client: Client, cip: User, contrat: Any, write: Write) -> None:
    client.force_login(cip)
    immersion = write()
    organisation = cip.membre.organisation  # type: ignore[union-attr]
    sent = typed(contrat, organisation, siret=immersion.employeur.siret, horaires="9 h – 14 h")
    assert client.get(url("immersion_modifier", immersion)).status_code == 200
    assert client.post(url("immersion_modifier", immersion), sent).status_code == 302
    immersion.refresh_from_db()
    assert (immersion.horaires, immersion.version) == ("9 h – 14 h", 2)
    assert client.post(url("immersion_relancer", immersion)).status_code == 302
    assert client.post(url("immersion_annuler", immersion), {"motif": "Annulée."}).status_code == 302
    assert client.get(url("immersion_modifier", immersion)).status_code == 409


def test_the_list_the_sheet_and_the_pdf_are_readings(
    client: Client, cip: User, personne: Personne, write: Write
) -> None:
    client.force_login(cip)
    immersion = write()
    other = PersonneFactory(nom="Ortie")
    ImmersionFactory(personne=other)
    page = client.get("/entreprises/immersions/").content.decode()
    assert ("Bruyère" in page, "Ortie" in page) == (True, False)
    client.get(url("immersion", immersion))
    client.get(url("immersion_pdf", immersion))
    assert list(Lecture.objects.order_by("pk").values_list("ecran", flat=True)) == [
        "entreprises:immersions",
        "entreprises:immersion",
        "entreprises:immersion_pdf",
    ]
    assert {each.objet for each in Lecture.objects.all()} == {personne}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=bruyère", 1),
        ("?q=ortie", 0),
        ("?etat=a_signer", 1),
        ("?etat=acceptee", 0),
        ("?sans_bilan=on", 0),
        ("?a_signer=on", 1),
    ],
)
def test_the_list_is_filtered(client: Client, cip: User, write: Write, query: str, expected: int) -> None:
    write()
    client.force_login(cip)
    assert client.get(f"/entreprises/immersions/{query}").content.decode().count("Bruyère</a>") == expected


def test_the_list_asks_as_many_queries_for_one_immersion_as_for_three(
    client: Client, cip: User, django_assert_constant_queries: Any
) -> None:
    client.force_login(cip)
    organisation = cip.membre.organisation  # type: ignore[union-attr]

    def create(number: int) -> None:
        for _ in range(number):
            person = PersonneFactory()
            RelationFactory(personne=person, organisation=organisation)
            ImmersionFactory(personne=person, prescripteur=organisation)

    django_assert_constant_queries(create, lambda: client.get("/entreprises/immersions/"))


def test_the_sheet_of_a_person_tells_their_immersions(
    client: Client, cip: User, personne: Personne, write: Write
) -> None:
    immersion = write()
    client.force_login(cip)
    page = client.get(reverse("personnes:detail", args=[personne.public_id])).content.decode()
    assert (immersion.employeur.denomination in page, "Proposer une immersion" in page) == (True, True)


def test_once_the_person_left_their_sheet_proposes_nothing(client: Client, cip: User, personne: Personne) -> None:
    """The file stays open a while: to read, to tell how it ended."""
    address = reverse("personnes:detail", args=[personne.public_id])
    client.force_login(cip)
    offers = ("Proposer une immersion", "Proposer une session", "Présenter un profil", "Enregistrer une candidature")
    before = client.get(address).content.decode()
    personne.relations.filter(organisation=cip.membre.organisation).update(fin=TODAY)  # type: ignore[union-attr]
    after = client.get(address).content.decode()
    assert [(offer in before, offer in after) for offer in offers] == [(True, False)] * 4


def test_whoever_pilots_reads_rates(client: Client) -> None:
    client.force_login(member(P.ETAT_DEPARTEMENT, "ddets"))
    assert client.get("/entreprises/immersions/chiffres/?annee=2026&type=ACI").status_code == 200
