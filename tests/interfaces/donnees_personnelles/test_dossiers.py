"""The export of somebody holds every row that names them, in every model that declares personal data."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from maillage.foundations.kernel.models import Acte, Lecture
from maillage.foundations.kernel.personal import declarations
from maillage.interfaces.donnees_personnelles.queries import dossier
from maillage.interfaces.donnees_personnelles.queries.dossier import TU, collect
from maillage.interfaces.imports.models import Rejet
from maillage.references.accounts.models import Invitation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.services.effacement import anonymise_personnes
from tests.factories.accounts import member
from tests.factories.connus import NIR, PLANTS, Connus
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_every_declared_model_has_its_plant() -> None:
    assert sorted(model._meta.label for model, _ in declarations()) == sorted(PLANTS)


def test_the_export_finds_each_planted_row(connus: Connus) -> None:
    today = timezone.localdate()
    rubriques = [*collect(connus.personne, today), *collect(connus.compte, today)]
    found = [(each.objet, json.dumps(each.as_json(), ensure_ascii=False)) for each in rubriques]
    missing = [
        model._meta.label
        for model, declared in declarations()
        if (word := PLANTS[model._meta.label][1])
        and not any(objet.startswith(declared.objet(model)) and word in text for objet, text in found)
    ]
    assert missing == []


def test_the_person_gets_their_nir_and_nobody_a_password(connus: Connus) -> None:
    person = {
        each.objet: dict(zip(each.champs, each.lignes[0], strict=True))
        for each in collect(connus.personne, timezone.localdate())
    }
    account = {
        each.objet: dict(zip(each.champs, each.lignes[0], strict=True))
        for each in collect(connus.compte, timezone.localdate())
    }
    assert person["personne"]["numéro de sécurité sociale (NIR)"] == NIR
    assert account["utilisateur"]["mot de passe"] == TU
    assert account["second facteur"]["secret"] == TU


def test_a_queued_message_is_told_without_its_text(client: Client, connus: Connus) -> None:
    url = reverse("donnees_personnelles:moi")
    client.force_login(connus.compte)
    for content in (client.get(url).content.decode(), client.post(url, {"format": "json"}).content.decode()):
        assert "kowalczyk@exemple.invalid · courriel-plante" in content
        assert "Un lien qui ouvre un compte" not in content


def test_the_address_typed_for_a_person_leads_to_nobody_else_s_data(connus: Connus) -> None:
    Personne.objects.filter(pk=connus.personne.pk).update(email=connus.compte.email)
    before = ProcrastinateJob.objects.count(), Rejet.objects.get().valeurs, Invitation.objects.get().email

    told = [each.objet for each in collect(connus.personne, timezone.localdate())]
    anonymise_personnes(personnes=Personne.objects.filter(pk=connus.personne.pk), actor=None)

    assert {"courriel à envoyer", "rejet", "invitation"} & set(told) == set()
    assert (ProcrastinateJob.objects.count(), Rejet.objects.get().valeurs, Invitation.objects.get().email) == before


def test_a_neighbour_is_not_in_the_export(connus: Connus) -> None:
    other = PersonneFactory(nom="Autrenom")
    RelationFactory(personne=other, organisation=connus.membre.organisation)
    text = json.dumps([each.as_json() for each in collect(connus.personne, timezone.localdate())], ensure_ascii=False)
    assert "Autrenom" not in text
    assert connus.compte.nom not in text.replace("Bonjour", "")  # who read the file is an organisation, not a name


def open_file(connus: Connus) -> None:
    RelationFactory(personne=connus.personne, organisation=connus.membre.organisation, type="prescription")


def test_a_file_is_handed_over_and_leaves_its_traces(client: Client, connus: Connus) -> None:
    open_file(connus)
    client.force_login(connus.compte)
    url = reverse("donnees_personnelles:personne", args=[connus.personne.public_id])

    response = client.post(url, {"format": "json"})

    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["personne"] == "Anastazja Zubrowska"
    acte = Acte.objects.latest("pk")
    assert (acte.acte, acte.auteur, acte.details) == ("donnees_personnelles.export", connus.compte, {"forme": "json"})
    lecture = Lecture.objects.latest("pk")
    assert (lecture.objet_id, lecture.ecran) == (connus.personne.pk, "donnees_personnelles:personne")


def test_the_document_is_readable_and_accessible(client: Client, connus: Connus) -> None:
    open_file(connus)
    client.force_login(connus.compte)
    url = reverse("donnees_personnelles:personne", args=[connus.personne.public_id])

    response = client.post(url, {"format": "pdf"})

    with pikepdf.open(io.BytesIO(response.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.docinfo["/Title"]) == "Toutes les données gardées sur vous"


def test_looking_at_the_page_is_a_reading(client: Client, connus: Connus) -> None:
    open_file(connus)
    client.force_login(connus.compte)
    before = Lecture.objects.count()

    response = client.get(reverse("donnees_personnelles:personne", args=[connus.personne.public_id]))

    assert response.status_code == 200
    assert Lecture.objects.count() == before + 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_neighbour_s_file_does_not_exist(client: Client, connus: Connus, method: str) -> None:
    client.force_login(member("siae_accompagnement"))
    url = reverse("donnees_personnelles:personne", args=[connus.personne.public_id])
    before = Acte.objects.count()
    assert getattr(client, method)(url, {"format": "json"}).status_code == 404
    assert Acte.objects.count() == before


def test_who_sees_the_person_but_answers_for_nobody_gets_no_file(client: Client, connus: Connus) -> None:
    open_file(connus)
    agent = member("siae_encadrement", organisation=connus.membre.organisation)
    client.force_login(agent)
    assert client.get(reverse("donnees_personnelles:personne", args=[connus.personne.public_id])).status_code == 403


def test_an_unknown_format_is_refused_in_words(client: Client, connus: Connus) -> None:
    client.force_login(connus.compte)
    response = client.post(reverse("donnees_personnelles:moi"), {"format": "xml"})
    assert response.status_code == 422
    assert "Choisissez JSON ou PDF." in response.content.decode()


def test_everyone_sees_and_takes_their_own_data(client: Client, connus: Connus) -> None:
    client.force_login(connus.compte)
    url = reverse("donnees_personnelles:moi")
    assert "kowalczyk@exemple.invalid" in client.get(url).content.decode()
    content = json.loads(client.post(url, {"format": "json"}).content)
    assert content["personne"] == "Bronislawa Kowalczyk"
    assert client.post(url, {"format": "pdf"}).content.startswith(b"%PDF")


def test_a_page_says_how_many_rows_it_leaves_to_the_files(
    client: Client, connus: Connus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(connus.compte)
    url = reverse("donnees_personnelles:moi")
    assert "dernières lignes sur" not in client.get(url).content.decode()
    monkeypatch.setattr(dossier, "EXTRAIT", 1)
    assert "Les 1 dernières lignes sur" in client.get(url).content.decode()


def test_own_data_need_an_account(client: Client) -> None:
    assert client.get(reverse("donnees_personnelles:moi")).status_code == 302
