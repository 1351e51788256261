"""The small region of the diagnostics, an agent who answers for the Seine-Saint-Denis, a SIAE that carries projects."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.domains.diagnostics.conftest import offre, region
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.offre import DossierFactory

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import User

__all__ = ["offre", "region"]


def answering(profil: str, kind: str, niveau: str, code: str) -> User:
    """Return a member of an organisation that answers for a territory."""
    organisation = OrganisationFactory(types=[kind])
    organisation.competences.create(niveau=niveau, code=code)
    return member(profil, organisation=organisation)


@pytest.fixture
def agent(db: None) -> User:
    return answering("etat_departement", "ddets", "departement", "93")


@pytest.fixture
def direction(db: None) -> User:
    return member("siae_direction")


@pytest.fixture(autouse=True)
def kept_files(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def new_dossier(region: SimpleNamespace, direction: User, **fields: object) -> Dossier:
    """Return a dossier that a direction carries, in Saint-Denis."""
    values = {"organisation": direction.membre and direction.membre.organisation, "commune": region.communes["93066"]}
    dossier: Dossier = DossierFactory(**{**values, **fields})
    dossier.refresh_from_db()
    return dossier


@pytest.fixture
def dossier(region: SimpleNamespace, direction: User) -> Dossier:
    return new_dossier(region, direction)
