"""The small region of the diagnostics, an agent who answers for the Seine-Saint-Denis, a SIAE that carries projects."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.dossiers import deposit
from tests.domains.diagnostics.conftest import offre, region
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.offre import DossierFactory

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from maillage.domains.offre.models import Dossier
    from maillage.foundations.kernel.errors import Refused
    from maillage.references.accounts.models import User

__all__ = ["offre", "region"]
DAY = date(2026, 3, 2)


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


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refused.value.refusals]


def examined(dossier: Dossier, agent: User, direction: User) -> Dossier:
    """Return the dossier, deposited, complete and under examination."""
    deposit(dossier=dossier, actor=direction, on=DAY)
    acts.declare_complete(dossier=dossier, actor=agent, on=DAY)
    return acts.examine(dossier=dossier, actor=agent, on=DAY)


def heard(dossier: Dossier, agent: User, direction: User, sens: str = "favorable") -> Dossier:
    """Return the dossier, on which the commission has spoken."""
    examined(dossier, agent, direction)
    acts.put_on_agenda(dossier=dossier, seance=DAY + timedelta(days=10), actor=agent, on=DAY)
    le = DAY + timedelta(days=10)
    return acts.record_commission(dossier=dossier, sens=sens, texte="", le=le, actor=agent, on=le)
