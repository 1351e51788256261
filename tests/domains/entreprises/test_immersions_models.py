"""Each invariant of an immersion, violated by name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from tests.factories.economie import EmployeurFactory
from tests.factories.entreprises import TODAY, BilanFactory, ImmersionFactory, SignatureFactory
from tests.factories.parcours import ContratFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"etat": "brouillon"}, "immersion_valeurs"),
        ({"objectif": "travailler"}, "immersion_valeurs"),
        ({"fin": TODAY + timedelta(days=14)}, "immersion_periode"),
        ({"heures_semaine": 49}, "immersion_heures"),
        ({"jours": 0}, "immersion_jours"),
        ({"rome": None}, "immersion_reprise"),
        ({"heures_semaine": None}, "immersion_reprise"),
        ({"reference": "1"}, "immersion_reprise"),
        ({"source": "ASP", "etat": "a_signer"}, "immersion_reprise"),
        ({"debut": date(2026, 1, 31), "fin": date(2026, 3, 1)}, "un mois au plus"),
    ],
)
def test_immersion(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ImmersionFactory(**fields)


def test_a_month_goes_from_date_to_date() -> None:
    assert ImmersionFactory(debut=date(2026, 3, 2), fin=date(2026, 4, 2)).pk


def test_a_number_of_the_asp_names_one_immersion() -> None:
    from_asp = {"reference": "1", "source": "ASP", "etat": "acceptee"}
    assert ImmersionFactory(**from_asp, rome=None, heures_semaine=None).reprise
    with pytest.raises(IntegrityError, match="immersion_reference"):
        ImmersionFactory(**from_asp)


def test_one_immersion_at_a_time() -> None:
    first = ImmersionFactory(etat="acceptee")
    ImmersionFactory(personne=first.personne, debut=first.fin)
    ImmersionFactory(personne=first.personne, etat="annulee", debut=first.debut)
    with pytest.raises(IntegrityError, match="immersion_une_a_la_fois"):
        ImmersionFactory(personne=first.personne, debut=first.fin - timedelta(days=1))


def test_the_contract_is_that_of_the_person() -> None:
    with pytest.raises(IntegrityError, match="contrat est celui d’une autre"):
        ImmersionFactory(contrat=ContratFactory())


@pytest.mark.parametrize("case", ["ailleurs", "avant", "deux_fois"])
def test_a_renewal_follows_a_first_immersion_in_the_same_place(case: str) -> None:
    first = ImmersionFactory(etat="acceptee")
    again = {
        "personne": first.personne,
        "employeur": first.employeur,
        "debut": first.fin,
        "precedente": first,
        "justification": "x",
    }
    if case == "ailleurs":
        again["employeur"] = EmployeurFactory()
    elif case == "avant":
        again |= {"debut": first.debut - timedelta(days=20)}
    else:
        second = ImmersionFactory(**again)
        again |= {"precedente": second, "debut": second.fin}
    with pytest.raises(IntegrityError, match="se renouvelle une fois"):
        ImmersionFactory(**again)


def test_a_renewal_says_why() -> None:
    first = ImmersionFactory(etat="acceptee")
    with pytest.raises(IntegrityError, match="immersion_renouvellement"):
        ImmersionFactory(personne=first.personne, employeur=first.employeur, debut=first.fin, precedente=first)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"document": "lettre"}, "signature_valeurs"),
        ({"signee_le": timezone.now()}, "signature_preuve"),
        ({"signee_le": timezone.now(), "mode": "lien", "version": 1}, "signature_preuve"),
        ({"empreinte": "a" * 64}, "signature_preuve"),
    ],
)
def test_signature(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        SignatureFactory(**fields)


def test_a_role_signs_a_document_once() -> None:
    first = SignatureFactory()
    with pytest.raises(IntegrityError, match="signature_unique"):
        SignatureFactory(immersion=first.immersion)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"deroulement": "partielle"}, "bilan_deroulement"),
        ({"deroulement": "autre"}, "bilan_deroulement"),
        ({"embauche": True}, "bilan_embauche"),
        ({"embauche": False, "contrat_suite": "cdi"}, "bilan_embauche"),
        ({"embauche_le": date(2026, 4, 1)}, "bilan_embauche"),
    ],
)
def test_bilan(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        BilanFactory(**fields)
