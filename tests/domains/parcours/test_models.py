"""Each invariant of the database, violated by name; the days that it counts itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError

from maillage.domains.parcours.models import TitreParcours
from tests.factories.parcours import (
    ConsentementFactory,
    ContratFactory,
    EtatMensuelFactory,
    ProlongationFactory,
    SituationFactory,
    SortieFactory,
    SuspensionFactory,
    TitreFactory,
)
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db


def days(titre: TitreParcours) -> tuple[int, int, date]:
    """Return what the database says of a right: suspended, prolonged, end."""
    return TitreParcours.objects.values_list("jours_suspendus", "jours_prolonges", "fin").get(pk=titre.pk)


def test_the_end_of_a_right_is_counted_by_the_database() -> None:
    """730 days from 5 January 2026, then 30 suspended, then 365 prolonged, then 10 suspended only."""
    titre = TitreFactory()
    assert days(titre) == (0, 0, date(2028, 1, 5))
    suspension = SuspensionFactory(titre=titre)
    assert days(titre) == (30, 0, date(2028, 2, 4))
    ProlongationFactory(titre=titre)
    assert days(titre) == (30, 365, date(2029, 2, 3))
    suspension.fin = date(2026, 3, 11)
    suspension.save()
    assert days(titre) == (10, 365, date(2029, 1, 14))
    suspension.delete()
    assert days(titre) == (0, 365, date(2029, 1, 4))


def test_nobody_writes_the_days_of_a_right() -> None:
    titre = TitreFactory()
    TitreParcours.objects.filter(pk=titre.pk).update(jours_suspendus=500, jours_prolonges=500)
    assert days(titre) == (0, 0, date(2028, 1, 5))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"regime": "agrement"}, "titre_regime"),
        ({"duree_jours": 0}, "titre_duree"),
        ({"motif_annulation": "erreur"}, "titre_annulation"),
        ({"numero": "99999"}, "titre_numero"),
    ],
)
def test_titre(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        TitreFactory(**fields)


def test_a_pass_names_no_siae() -> None:
    with pytest.raises(IntegrityError, match="titre_regime"):
        TitreFactory(siae=SiaeFactory())


def test_one_right_at_a_time() -> None:
    first = TitreFactory()
    TitreFactory(personne=first.personne, debut=date(2027, 1, 1), annule_le=date(2027, 1, 2))
    TitreFactory(personne=first.personne, debut=date(2028, 1, 5))
    with pytest.raises(IntegrityError, match="titre_un_a_la_fois"):
        TitreFactory(personne=first.personne, debut=date(2027, 6, 1))


def test_a_suspension_may_not_push_a_right_over_the_next_one() -> None:
    first = TitreFactory()
    TitreFactory(personne=first.personne, debut=date(2028, 1, 5))
    with pytest.raises(IntegrityError, match="titre_un_a_la_fois"):
        SuspensionFactory(titre=first)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"fin": date(2026, 3, 1)}, "suspension_periode"),
        ({"plafond_jours": 29}, "suspension_plafond"),
        ({"motif": "vacances"}, "suspension_motif"),
        ({"debut": date(2026, 1, 4)}, "commence pendant le titre"),
        ({"debut": date(2028, 1, 5), "fin": date(2028, 2, 1)}, "commence pendant le titre"),
    ],
)
def test_suspension(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        SuspensionFactory(**fields)


def test_suspensions_of_a_right_never_overlap() -> None:
    first = SuspensionFactory()
    SuspensionFactory(titre=first.titre, debut=date(2026, 3, 31), fin=date(2026, 4, 2))
    with pytest.raises(IntegrityError, match="suspension_une_a_la_fois"):
        SuspensionFactory(titre=first.titre, debut=date(2026, 3, 30), fin=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"jours": 0}, "prolongation_plafond"),
        ({"jours": 366}, "prolongation_plafond"),
        ({"motif": "envie"}, "prolongation_motif"),
        ({"plafond_cumul_jours": 364}, "dépassent ensemble"),
    ],
)
def test_prolongation(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ProlongationFactory(**fields)


def test_all_prolongations_count_together() -> None:
    titre = TitreFactory()
    for _ in range(3):
        ProlongationFactory(titre=titre)
    with pytest.raises(IntegrityError, match="dépassent ensemble"):
        ProlongationFactory(titre=titre, jours=1)


@pytest.mark.parametrize("factory", [SuspensionFactory, ProlongationFactory])
def test_what_moves_a_right_stays_with_it(factory: Any) -> None:
    moved = factory()
    moved.titre = TitreFactory()
    with pytest.raises(ProgrammingError, match="pgtrigger"):
        moved.save()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"type": "stage"}, "contrat_type"),
        ({"fin": date(2026, 1, 4)}, "contrat_periode"),
        ({"fin_prevue": date(2026, 1, 4)}, "contrat_periode"),
        ({"fin_prevue": None}, "contrat_fin_prevue"),
        ({"type": "cdi_inclusion"}, "contrat_fin_prevue"),
        ({"heures_semaine": Decimal(49)}, "contrat_heures"),
        ({"heures_semaine": Decimal(0)}, "contrat_heures"),
    ],
)
def test_contrat(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ContratFactory(**fields)


def test_one_contract_at_a_time_in_a_siae_but_for_assignments() -> None:
    first = ContratFactory()
    same = {"personne": first.personne, "siae": first.siae}
    ContratFactory(personne=first.personne)
    ContratFactory(**same, type="mission", debut=date(2026, 2, 1))
    ContratFactory(**same, type="mission", debut=date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="contrat_un_a_la_fois"):
        ContratFactory(**same, debut=date(2026, 7, 4), fin_prevue=date(2026, 12, 1))


def test_a_contract_stands_on_a_right_of_its_own_person() -> None:
    with pytest.raises(IntegrityError, match="celui d’une autre personne"):
        ContratFactory(titre=TitreFactory())


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"mois": date(2026, 2, 2)}, "etat_mensuel_mois"),
        ({"heures": Decimal(401)}, "etat_mensuel_heures"),
        ({"heures_payees": Decimal(-1)}, "etat_mensuel_heures"),
    ],
)
def test_etat_mensuel(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        EtatMensuelFactory(**fields)


def test_the_hours_of_a_month_are_said_once() -> None:
    first = EtatMensuelFactory()
    with pytest.raises(IntegrityError, match="etat_mensuel_unique"):
        EtatMensuelFactory(contrat=first.contrat)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"motif": "envie"}, "sortie_motif"), ({"contrat__fin": None}, "suit la fin du contrat")],
)
def test_sortie(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        SortieFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"rsa": "BOF"}, "situation_valeurs"),
        ({"niveau_formation": "99"}, "situation_valeurs"),
        ({"duree_chomage": 9}, "situation_duree_chomage"),
    ],
)
def test_situation(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        SituationFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"objet": "tout"}, "consentement_objet"), ({"fin": date(2026, 1, 4)}, "consentement_periode")],
)
def test_consentement(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ConsentementFactory(**fields)


def test_one_agreement_at_a_time_for_one_use() -> None:
    first = ConsentementFactory()
    ConsentementFactory(personne=first.personne, organisation=first.organisation, objet="suite")
    with pytest.raises(IntegrityError, match="consentement_un_a_la_fois"):
        ConsentementFactory(personne=first.personne, organisation=first.organisation)
