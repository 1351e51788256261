"""Each invariant of eligibility, requests and extensions, violated by name; what the database guards of a right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from maillage.domains.parcours.models import TitreParcours
from tests.factories.parcours import ProlongationFactory, SuspensionFactory, TitreFactory
from tests.factories.parcours_titre import (
    AgrementFactory,
    CritereFactory,
    DemandeFactory,
    DiagnosticFactory,
    ExtensionFactory,
)
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"auteur": "siae"}, "diagnostic_eligibilite_auteur"),
        ({"auteur": "voisin"}, "diagnostic_eligibilite_auteur"),
        ({"fin": date(2026, 1, 4)}, "diagnostic_eligibilite_periode"),
    ],
)
def test_diagnostic(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        DiagnosticFactory(**fields)


def test_a_prescripteur_names_no_siae() -> None:
    with pytest.raises(IntegrityError, match="diagnostic_eligibilite_auteur"):
        DiagnosticFactory(siae=SiaeFactory())


def test_one_diagnosis_opens_a_right() -> None:
    titre = TitreFactory()
    DiagnosticFactory(personne=titre.personne, titre=titre)
    with pytest.raises(IntegrityError, match="titre_id"):
        DiagnosticFactory(personne=titre.personne, titre=titre)


def test_a_criterion_is_kept_once() -> None:
    first = CritereFactory()
    with pytest.raises(IntegrityError, match="critere_retenu_unique"):
        CritereFactory(diagnostic=first.diagnostic)


def test_a_criterion_is_of_level_1_or_2() -> None:
    with pytest.raises(IntegrityError, match="critere_retenu_niveau"):
        CritereFactory(niveau=3)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"motif": "envie"}, "demande_prolongation_valeurs"),
        ({"etat": "perdue", "repondue_le": date(2026, 6, 2)}, "demande_prolongation_valeurs"),
        ({"jours": 0}, "demande_prolongation_jours"),
        ({"repondue_le": date(2026, 6, 2)}, "demande_prolongation_reponse"),
        ({"etat": "retiree"}, "demande_prolongation_reponse"),
        ({"etat": "refusee", "repondue_le": date(2026, 6, 2)}, "demande_prolongation_refus"),
        (
            {"etat": "refusee", "repondue_le": date(2026, 6, 2), "motif_refus": "iae"},
            "demande_prolongation_refus",
        ),
        ({"motif_refus": "iae", "proposition": "sortie"}, "demande_prolongation_refus"),
        ({"etat": "accordee", "repondue_le": date(2026, 6, 2)}, "demande_prolongation_accord"),
    ],
)
def test_demande(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        DemandeFactory(**fields)


def test_a_request_that_waits_has_no_prolongation() -> None:
    prolongation = ProlongationFactory()
    with pytest.raises(IntegrityError, match="demande_prolongation_accord"):
        DemandeFactory(titre=prolongation.titre, prolongation=prolongation)


def test_one_request_waits_at_a_time() -> None:
    first = DemandeFactory()
    DemandeFactory(titre=first.titre, etat="retiree", repondue_le=date(2026, 6, 2))
    with pytest.raises(IntegrityError, match="demande_prolongation_une_a_la_fois"):
        DemandeFactory(titre=first.titre)


def test_extension() -> None:
    first = ExtensionFactory()
    ExtensionFactory(titre=first.titre)
    with pytest.raises(IntegrityError, match="extension_une_a_la_fois"):
        ExtensionFactory(titre=first.titre, siae=first.siae, debut=date(2020, 1, 6))


def test_a_pass_is_not_extended() -> None:
    with pytest.raises(IntegrityError, match="Seul un agrément en cours"):
        ExtensionFactory(titre=TitreFactory(), debut=date(2026, 2, 2))


@pytest.mark.parametrize("debut", [date(2019, 1, 6), date(2021, 1, 7)])
def test_an_agrement_is_extended_while_it_runs(debut: date) -> None:
    with pytest.raises(IntegrityError, match="Seul un agrément en cours"):
        ExtensionFactory(debut=debut)


def test_an_agrement_is_extended_to_another_siae() -> None:
    agrement = AgrementFactory()
    with pytest.raises(IntegrityError, match="Seul un agrément en cours"):
        ExtensionFactory(titre=agrement, siae=agrement.siae)


def test_the_cdi_of_seniors_prolongs_once() -> None:
    first = ProlongationFactory(motif="senior_cdi", plafond_cumul_jours=3650)
    with pytest.raises(IntegrityError, match="prolongation_senior_cdi_une_fois"):
        ProlongationFactory(titre=first.titre, motif="senior_cdi", plafond_cumul_jours=3650)


def test_no_suspension_is_left_beyond_the_end_of_its_right() -> None:
    titre = TitreFactory(debut=date(2026, 1, 1), duree_jours=10)
    first = SuspensionFactory(titre=titre, debut=date(2026, 1, 5), fin=date(2026, 2, 4))
    SuspensionFactory(titre=titre, debut=date(2026, 2, 8), fin=date(2026, 2, 20))
    first.fin = date(2026, 1, 10)
    with pytest.raises(IntegrityError, match="commence pendant le titre"):
        first.save()


def test_a_right_does_not_begin_after_its_suspensions() -> None:
    titre = SuspensionFactory().titre
    TitreParcours.objects.filter(pk=titre.pk).update(debut=date(2026, 3, 1))
    with pytest.raises(IntegrityError, match="commence pendant le titre"):
        TitreParcours.objects.filter(pk=titre.pk).update(debut=date(2026, 3, 2))


def test_a_forgotten_right_keeps_its_months_whatever_was_suspended() -> None:
    """Brought back to the first of its month, a right ends earlier: its last suspension may stand beyond."""
    titre = TitreFactory(debut=date(2026, 1, 31), duree_jours=10)
    SuspensionFactory(titre=titre, debut=date(2026, 2, 9), fin=date(2026, 2, 12))
    TitreParcours.objects.filter(pk=titre.pk).update(debut=date(2026, 1, 1), numero=None)
    assert TitreParcours.objects.get(pk=titre.pk).fin == date(2026, 1, 14)
