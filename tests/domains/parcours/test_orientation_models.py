"""Posts, candidatures and chains: each invariant of the database, violated by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from tests.factories.parcours_orientation import (
    CandidatureFactory,
    ChaineFactory,
    EtapeFactory,
    PosteFactory,
)
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"type_contrat": "cdd"}, "poste_type_contrat"),
        ({"heures_semaine": 49}, "poste_heures"),
        ({"places": 0}, "poste_places"),
        ({"qpv": True}, "poste_qpv"),
        ({"etat": "ferme"}, "poste_fermeture"),
        ({"ferme_le": date(2026, 2, 1)}, "poste_fermeture"),
        ({"confirme_le": date(2026, 1, 4)}, "poste_confirme"),
    ],
)
def test_poste(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        PosteFactory(**fields)


def test_a_post_stands_in_a_commune() -> None:
    with pytest.raises(IntegrityError, match="Un poste est dans une unité"):
        PosteFactory(commune=TerritoireFactory(niveau="departement", code="93"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"etat": "perdue"}, "candidature_etat"),
        ({"origine": "hasard"}, "candidature_etat"),
        ({"etat": "refusee", "repondue_le": date(2026, 2, 1)}, "candidature_motif"),
        ({"motif_refus": "autre"}, "candidature_motif"),
        ({"etat": "retiree"}, "candidature_reponse"),
        ({"repondue_le": date(2026, 2, 1)}, "candidature_reponse"),
        ({"etat": "acceptee", "repondue_le": date(2026, 2, 1)}, "candidature_debut"),
        ({"debut_prevu": date(2026, 2, 1)}, "candidature_debut"),
        ({"echeance": date(2026, 1, 4)}, "candidature_dates"),
        ({"maj_le": date(2026, 1, 4)}, "candidature_dates"),
        ({"archivee_le": date(2026, 1, 4)}, "candidature_archive"),
    ],
)
def test_candidature(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CandidatureFactory(**fields)


def test_one_living_candidature_for_a_post() -> None:
    first = CandidatureFactory()
    who = {"personne": first.personne, "siae": first.siae}
    CandidatureFactory(**who, poste=PosteFactory(siae=first.siae))
    CandidatureFactory(**who, etat="retiree", repondue_le=date(2026, 1, 6))
    with pytest.raises(IntegrityError, match="candidature_une_a_la_fois"):
        CandidatureFactory(**who, etat="vivier")


def test_the_post_of_a_candidature_is_one_of_its_siae() -> None:
    with pytest.raises(IntegrityError, match="Ce poste est celui d’une autre SIAE"):
        CandidatureFactory(poste=PosteFactory())


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"rang": 1, "role": "repondre"}, "etape_chaine_rang"),
        ({"rang": 2}, "etape_chaine_unique"),
        ({"rang": 2, "role": "rêver"}, "etape_chaine_valeurs"),
        ({"rang": 2, "role": "repondre", "delai_jours": 0}, "etape_chaine_delai"),
    ],
)
def test_etape(fields: dict[str, Any], constraint: str) -> None:
    first = EtapeFactory(rang=1)
    with pytest.raises(IntegrityError, match=constraint):
        EtapeFactory(chaine=first.chaine, **fields)


def test_a_departement_has_one_chain() -> None:
    ChaineFactory()
    with pytest.raises(IntegrityError, match="departement"):
        ChaineFactory()
