"""`manage.py check_invariants` reads the whole database, and fails on what the constraints would have refused."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from maillage.foundations.kernel.invariants import walk
from tests.factories.parcours import ContratFactory, EtatMensuelFactory, ProlongationFactory, SuspensionFactory
from tests.factories.personnes import PersonneFactory, RelationFactory

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {constat.code for constat in walk() if constat.nombre}


def by_hand(query: str) -> None:
    """Do what an administrator could, triggers and foreign keys asleep."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(query)
        cursor.execute("set session_replication_role = origin")


def test_a_sound_database_is_clean() -> None:
    contrat = ContratFactory(fin=date(2026, 7, 5))
    RelationFactory(personne=contrat.personne, organisation=contrat.siae.organisation)
    EtatMensuelFactory(contrat=contrat)
    SuspensionFactory()
    ProlongationFactory()
    output = StringIO()
    call_command("check_invariants", stdout=output)
    assert "aucun écart" in output.getvalue()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("update parcours_titreparcours set jours_suspendus = 29", "parcours.titre_jours"),
        ("update parcours_suspension set debut = '2020-01-01', fin = '2020-01-31'", "parcours.suspension_seule"),
        ("update parcours_prolongation set plafond_cumul_jours = 300", "parcours.prolongation_cumul"),
        ("update parcours_etatmensuel set mois = '2025-12-01'", "parcours.heures_du_contrat"),
        ("update parcours_contrat set siae_id = 0", "reference.parcours_contrat.siae_id"),
        ("delete from personnes_relation", "parcours.relation_du_contrat"),
    ],
)
def test_each_breach_is_found(query: str, code: str) -> None:
    contrat = ContratFactory(debut=date(2026, 1, 5), fin_prevue=date(2099, 1, 1))
    RelationFactory(personne=contrat.personne, organisation=contrat.siae.organisation)
    EtatMensuelFactory(contrat=contrat)
    SuspensionFactory()
    ProlongationFactory()
    assert broken() == set()
    by_hand(query)
    assert code in broken()
    with pytest.raises(CommandError, match="rompus"):
        call_command("check_invariants", stdout=StringIO())


def test_a_row_written_before_its_constraint_is_found() -> None:
    personne = PersonneFactory()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table personnes_personne drop constraint personne_commune_format")
        cursor.execute("update personnes_personne set commune = '7' where id = %s", [personne.pk])
        cursor.execute(
            "alter table personnes_personne add constraint personne_commune_format "
            "check (commune = '' or commune ~ '^[0-9AB]{5}$') not valid"
        )
    assert {"contrainte.personne_commune_format", "schema.contraintes"} <= broken()


def test_a_sleeping_trigger_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table parcours_suspension disable trigger all")
    assert "schema.declencheurs" in broken()
