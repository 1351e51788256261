"""What everyone may read of personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.personal import declarations
from maillage.foundations.kernel.register import traitements
from maillage.interfaces.donnees_personnelles.views.pages import COOKIES
from tests.factories.accounts import UserFactory, member

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def test_the_privacy_page_names_who_answers(client: Client, settings: SettingsWrapper) -> None:
    settings.MAILLAGE_RESPONSABLE = "Association d’essai"
    settings.MAILLAGE_DPO = "dpo@exemple.invalid"
    content = client.get(reverse("donnees_personnelles:accueil")).content.decode()
    assert "Association d’essai" in content
    assert "dpo@exemple.invalid" in content
    assert "À compléter" not in content


def test_the_privacy_page_tells_the_operator_what_is_missing(client: Client, settings: SettingsWrapper) -> None:
    settings.MAILLAGE_DPO = ""
    address = reverse("donnees_personnelles:accueil")
    assert "À compléter par l’exploitant" not in client.get(address).content.decode()
    client.force_login(UserFactory(exploitant=True))
    assert "À compléter par l’exploitant" in client.get(address).content.decode()


def test_the_privacy_page_says_who_reads_a_file_and_how_long(client: Client) -> None:
    content = client.get(reverse("donnees_personnelles:accueil")).content.decode()
    for words in (
        "92\u202fjours après la fin de leur suivi",
        "délégué à la protection des données de chaque organisation qui vous suit ou vous a suivi·e",
        "à un exploitant de la plateforme, pour dépanner, 4\u202fheures au plus",
        "24\u202fmois après la fin du dernier",
        "Ces durées restent à confirmer",
    ):
        assert words in " ".join(content.replace("&#8239;", "\u202f").split(" ")), words


def test_the_privacy_page_names_every_cookie(client: Client) -> None:
    client.force_login(member("siae_accompagnement"))
    client.get(reverse("accounts:nom"))
    assert client.post(reverse("accounts:nom"), {"prenom": "Essai", "nom": "Fictif"}).status_code == 302
    content = client.get(reverse("donnees_personnelles:accueil")).content.decode()
    assert sorted(client.cookies) == sorted(name for name, _ in COOKIES)
    assert [name for name, _ in COOKIES if f"<code>{name}</code>" not in content] == []


def test_the_register_says_the_readers_and_the_legal_basis_of_the_nir(client: Client) -> None:
    content = client.get(reverse("donnees_personnelles:registre")).content.decode()
    assert "92\u202fjours (non confirmé) après la fin de leur relation" in content
    assert "un exploitant, pour un motif écrit et 4\u202fheures (non confirmé) au plus" in content
    assert "art. 30, et décret n° 2019-341 du 19 avril 2019 (à confirmer par les responsables du traitement)" in content
    assert "{personnes." not in content


def test_every_page_leads_to_it(client: Client) -> None:
    url = reverse("donnees_personnelles:accueil")
    assert f'href="{url}"' in client.get(reverse("workspaces:mentions")).content.decode()


def test_the_register_holds_every_declared_field() -> None:
    told = sum(len(each.donnees) for each in traitements(timezone.localdate()))
    assert told == sum(len(declared.champs) for _, declared in declarations())


def test_the_register_marks_what_nobody_confirmed(client: Client) -> None:
    content = client.get(reverse("donnees_personnelles:registre")).content.decode()
    assert "Suivre le parcours d’insertion d’une personne" in content
    assert "non confirmé" in content
    assert "ramené au mois" in content


def test_the_register_is_exported_field_by_field(client: Client) -> None:
    response = client.get(reverse("donnees_personnelles:registre"), {"format": "csv"})
    lines = response.content.decode("utf-8-sig").splitlines()
    assert "Finalité" in lines[0]
    assert len(lines) > sum(len(declared.champs) for _, declared in declarations())
