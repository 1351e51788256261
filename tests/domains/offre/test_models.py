"""Each invariant of the database, violated by name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from maillage.domains.offre.models import AvisPartenaire, FicheEconomique, LigneEconomique
from tests.factories.offre import (
    JOUR,
    AppelFactory,
    AvisFactory,
    ConventionFactory,
    DemandePiecesFactory,
    DossierFactory,
    PieceFactory,
)

if TYPE_CHECKING:
    from types import SimpleNamespace

    from maillage.domains.offre.models import Dossier

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"etat": "perdu"}, "appel_etat"),
        ({"cloture": JOUR - timedelta(days=1)}, "appel_calendrier"),
        ({"etp": None}, "appel_objectif"),
        ({"types": ["GEIQ"]}, "appel_types"),
    ],
)
def test_appel(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        AppelFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"type_siae": "GEIQ"}, "dossier_valeurs"),
        ({"etat": "depose"}, "dossier_depot"),
        ({"depose_le": JOUR}, "dossier_depot"),
        ({"demande": "extension"}, "dossier_siae"),
        ({"etat": "seance", "depose_le": JOUR}, "dossier_seance"),
        ({"commission_sens": "favorable"}, "dossier_avis_date"),
        ({"etat": "accorde", "depose_le": JOUR}, "dossier_decision_date"),
        ({"depose": True, "decision_le": JOUR}, "dossier_decision_date"),
        ({"etat": "refuse", "depose_le": JOUR, "decision_le": JOUR}, "dossier_refus_motive"),
        ({"etp": 0}, "dossier_etp"),
        ({"adequation": {"jour": "x"}}, "dossier_adequation_datee"),
    ],
)
def test_dossier(region: SimpleNamespace, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        DossierFactory(commune=region.communes["93066"], **fields)


def test_a_dossier_is_in_a_unit(region: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="Un projet est dans une unité"):
        DossierFactory(commune=region.ensembles["93"], departement="93")


def test_a_deposited_dossier_stays_in_its_departement(region: SimpleNamespace) -> None:
    draft = DossierFactory(commune=region.communes["93066"])
    draft.departement = "77"
    draft.save()
    deposited = DossierFactory(commune=region.communes["93066"], depose=True)
    deposited.departement = "77"
    with pytest.raises(DatabaseError, match="Cannot update"):
        deposited.save()


@pytest.mark.parametrize(
    ("factory", "first", "second", "constraint"),
    [
        (DemandePiecesFactory, None, {"limite": JOUR}, "demande_pieces_dates"),
        (DemandePiecesFactory, None, {"recue": JOUR}, "demande_pieces_dates"),
        (DemandePiecesFactory, {}, {}, "demande_pieces_une_a_la_fois"),
        (PieceFactory, None, {"etat": "refusee"}, "piece_refus_motive"),
        (PieceFactory, {}, {}, "piece_unique"),
        (AvisFactory, None, {"sens": "favorable"}, "avis_entier"),
        (AvisFactory, None, {"rendu_le": JOUR, "sens": "favorable", "texte": ""}, "avis_entier"),
        (AvisFactory, None, {"echeance": JOUR - timedelta(days=1)}, "avis_echeance"),
        (ConventionFactory, None, {"fin": JOUR}, "convention_periode"),
        (ConventionFactory, None, {"etp": 0}, "convention_etp"),
    ],
)
def test_what_belongs_to_a_dossier(
    dossier: Dossier, factory: Any, first: dict[str, Any] | None, second: dict[str, Any], constraint: str
) -> None:
    if first is not None:
        factory(dossier=dossier, **first)
    with pytest.raises(IntegrityError, match=constraint):
        factory(dossier=dossier, **second)


def test_one_request_at_a_time_for_each_partner(dossier: Dossier) -> None:
    first = AvisFactory(dossier=dossier)
    with pytest.raises(IntegrityError, match="avis_un_a_la_fois"), transaction.atomic():
        AvisFactory(dossier=dossier, organisation=first.organisation)
    AvisPartenaire.objects.filter(pk=first.pk).update(rendu_le=JOUR, sens="reserve", texte="À revoir.")
    AvisFactory(dossier=dossier, organisation=first.organisation)
    assert dossier.avis.count() == 2


def test_an_opinion_given_is_locked(dossier: Dossier) -> None:
    avis = AvisFactory(dossier=dossier, rendu_le=JOUR, sens="reserve", texte="À revoir.")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        AvisPartenaire.objects.filter(pk=avis.pk).update(sens="favorable")
    with pytest.raises(DatabaseError, match="or delete"), transaction.atomic():
        avis.delete()


def test_the_file_of_a_piece_never_changes(dossier: Dossier) -> None:
    piece = PieceFactory(dossier=dossier)
    piece.fichier = "1" * 32
    with pytest.raises(DatabaseError, match="Cannot update"):
        piece.save()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"annee": 4}, "ligne_economique_valeurs"),
        ({"montant": 0}, "ligne_economique_valeurs"),
        ({"poste": "loto"}, "ligne_economique_valeurs"),
    ],
)
def test_ligne_economique(dossier: Dossier, fields: dict[str, Any], constraint: str) -> None:
    fiche = FicheEconomique.objects.create(dossier=dossier)
    with pytest.raises(IntegrityError, match=constraint):
        LigneEconomique.objects.create(**{"fiche": fiche, "poste": "ventes", "annee": 1, "montant": 1, **fields})


def test_a_line_is_written_once_a_year(dossier: Dossier) -> None:
    fiche = FicheEconomique.objects.create(dossier=dossier)
    LigneEconomique.objects.create(fiche=fiche, poste="ventes", annee=1, montant=1)
    with pytest.raises(IntegrityError, match="ligne_economique_unique"):
        LigneEconomique.objects.create(fiche=fiche, poste="ventes", annee=1, montant=2)


def test_a_delay_is_a_year_at_most(dossier: Dossier) -> None:
    with pytest.raises(IntegrityError, match="fiche_delais"):
        FicheEconomique.objects.create(dossier=dossier, delai_ventes=366)
