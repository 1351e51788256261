"""Calls for projects: where they may be raised, and their life."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from maillage.domains.offre.models import AppelProjets
from maillage.domains.offre.queries.visibilite import within_competence
from maillage.domains.offre.services.appels import FicheAppel, edit_appel, move_appel, raise_appel
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from tests.domains.offre.conftest import DAY, answering, codes
from tests.factories.accounts import member
from tests.factories.offre import AppelFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db


def call(region: SimpleNamespace, **fields: Any) -> FicheAppel:
    values = {
        "titre": "Un chantier",
        "territoires": [region.ensembles["200057867"]],
        "ouverture": DAY,
        "cloture": DAY + timedelta(days=60),
        "contexte": "Peu d’offre.",
        "etp": Decimal(20),
    }
    return FicheAppel(**{**values, **fields})


def test_a_call_keeps_what_the_diagnostic_said(offre: SimpleNamespace, agent: User) -> None:
    appel = raise_appel(fiche=call(offre), actor=agent, on=DAY)
    [territoire] = appel.constat["territoires"]
    assert (territoire["code"], territoire["etp"], appel.etat) == ("200057867", 47.0, "brouillon")
    assert [acte.acte for acte in audit.history(appel)] == ["offre.appel_creer"]


def test_a_call_is_raised_where_one_answers(region: SimpleNamespace, agent: User) -> None:
    with pytest.raises(Refused) as refused:
        raise_appel(fiche=call(region, territoires=[region.ensembles["247700057"]]), actor=agent, on=DAY)
    assert codes(refused) == ["hors_competence"]
    with pytest.raises(Refused) as refused:
        raise_appel(fiche=call(region), actor=member("siae_direction"), on=DAY)
    assert codes(refused) == ["interdit"]


def test_competence_holds_a_department_and_a_region(region: SimpleNamespace, agent: User) -> None:
    dreets = answering("etat_region", "dreets", "region", "11")
    assert set(within_competence(agent).values_list("code", flat=True)) == {"93", "200057867", "93066", "93001"}
    assert within_competence(dreets).count() == 10
    assert within_competence(member("siae_direction")).count() == 0


def test_the_life_of_a_call(region: SimpleNamespace, agent: User) -> None:
    appel = raise_appel(fiche=call(region), actor=agent, on=DAY)
    edit_appel(appel=appel, fiche=call(region, titre="Deux chantiers"), actor=agent, on=DAY)
    for act, etat in (("ouvrir", "ouvert"), ("clore", "clos"), ("rouvrir", "ouvert"), ("clore", "clos")):
        assert move_appel(appel=appel, act=act, actor=agent, on=DAY).etat == etat
    with pytest.raises(Refused) as refused:
        edit_appel(appel=appel, fiche=call(region), actor=agent, on=DAY)
    assert codes(refused) == ["deja_publie"]
    with pytest.raises(Refused) as refused:
        move_appel(appel=appel, act="rouvrir", actor=agent, on=DAY + timedelta(days=61))
    assert codes(refused) == ["cloture_passee"]
    assert AppelProjets.objects.get().titre == "Deux chantiers"


def test_a_call_is_its_organisation_s(agent: User) -> None:
    with pytest.raises(Refused, match="autre organisation"):
        move_appel(appel=AppelFactory(), act="ouvrir", actor=agent, on=DAY)
