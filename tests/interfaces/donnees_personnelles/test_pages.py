"""What everyone may read of personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.personal import declarations
from maillage.foundations.kernel.register import traitements

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


def test_the_privacy_page_says_what_is_missing(client: Client, settings: SettingsWrapper) -> None:
    settings.MAILLAGE_DPO = ""
    assert "À compléter par l’exploitant" in client.get(reverse("donnees_personnelles:accueil")).content.decode()


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
