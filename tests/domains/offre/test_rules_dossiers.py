"""The workflows of dossiers and calls: what follows what, who acts, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maillage.domains.offre.enums import Demande, EtatDossier, Portee, Tour
from maillage.domains.offre.queries.demandes import list_demandes, list_pieces
from maillage.domains.offre.rules.dossiers import (
    ETAPES,
    PENDANTS,
    WORKFLOWS,
    check_accord,
    check_convention,
    check_etp,
    check_motifs,
    etape,
    next_acts,
    portee_avis,
    shows_opinions,
    tour,
)
from maillage.domains.offre.rules.projets import check_appel, receives
from maillage.foundations.kernel.errors import Refused

COMMUN = ["deposer", "declarer_complet", "instruire"]


def test_every_request_has_a_workflow_and_every_state_a_step() -> None:
    assert set(WORKFLOWS) == set(Demande) == set(list_demandes())
    assert {etat for _, etats in ETAPES for etat in etats} == set(EtatDossier)
    assert [etape(etat) for etat in ("brouillon", "pieces", "avis", "seance", "refuse", "actif")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("demande", "acts"),
    [
        (Demande.CREATION, [*COMMUN, "consulter", "inscrire", "rendre_avis", "accorder", "signer", "activer"]),
        (
            Demande.RENOUVELLEMENT,
            [*COMMUN, "dialoguer", "consulter", "inscrire", "rendre_avis", "accorder", "signer", "activer"],
        ),
        # An avenant that changes no post is decided right after its dialogue.
        (Demande.AVENANT, [*COMMUN, "dialoguer", "accorder", "signer", "activer"]),
        (Demande.EXTENSION, [*COMMUN, "inscrire", "ajourner", "inscrire", "rendre_avis", "refuser"]),
        (Demande.EVOLUTION, ["deposer", "demander_pieces", "completer", "declarer_complet", "classer"]),
    ],
)
def test_a_dossier_goes_through(demande: Demande, acts: list[str]) -> None:
    state = EtatDossier.BROUILLON.value
    for act in acts:
        state = WORKFLOWS[demande].target(act, state)
    assert state in {EtatDossier.ACTIF, EtatDossier.REFUSE, EtatDossier.SANS_SUITE}


@pytest.mark.parametrize(
    ("demande", "act", "state"),
    [
        (Demande.CREATION, "accorder", EtatDossier.INSTRUCTION),
        (Demande.CREATION, "dialoguer", EtatDossier.INSTRUCTION),
        (Demande.RENOUVELLEMENT, "inscrire", EtatDossier.INSTRUCTION),
        (Demande.EXTENSION, "accorder", EtatDossier.AVIS),
        (Demande.AVENANT, "accorder", EtatDossier.INSTRUCTION),
        (Demande.CREATION, "retirer", EtatDossier.ACCORDE),
        (Demande.CREATION, "activer", EtatDossier.ACCORDE),
    ],
)
def test_no_step_is_skipped(demande: Demande, act: str, state: EtatDossier) -> None:
    with pytest.raises(Refused, match="pas possible"):
        WORKFLOWS[demande].target(act, state)


def test_one_may_always_close_a_pending_dossier() -> None:
    for table in WORKFLOWS.values():
        assert {etat for etat in EtatDossier if any(t.act == "classer" for t in table.available(etat))} == set(PENDANTS)


@pytest.mark.parametrize(
    ("etat", "expected"),
    [
        (EtatDossier.BROUILLON, Tour.PORTEUR),
        (EtatDossier.DEPOSE, Tour.INSTRUCTEUR),
        (EtatDossier.PIECES, Tour.PORTEUR),
        (EtatDossier.AVIS, Tour.PARTENAIRES),
        (EtatDossier.SEANCE, Tour.COMMISSION),
        (EtatDossier.ACCORDE, Tour.INSTRUCTEUR),
        (EtatDossier.ACTIF, Tour.PERSONNE),
    ],
)
def test_whose_turn(etat: EtatDossier, expected: Tour) -> None:
    assert tour(etat) is expected


def test_the_usual_act_comes_first_and_each_side_has_its_own() -> None:
    service = [each.act for each in next_acts(Demande.CREATION, EtatDossier.DEPOSE, porteur=False)]
    assert service == ["declarer_complet", "demander_pieces", "classer"]
    assert [each.act for each in next_acts(Demande.CREATION, EtatDossier.DEPOSE, porteur=True)] == ["retirer"]


@pytest.mark.parametrize(
    ("portee", "changed", "beyond", "expected"),
    [
        ("information", False, False, Portee.INFORMATION),
        ("information", True, False, Portee.SIMPLE),
        ("information", False, True, Portee.CONFORME),
        ("simple", True, False, Portee.SIMPLE),
        ("simple", True, True, Portee.CONFORME),
        ("conforme", False, False, Portee.CONFORME),
    ],
)
def test_how_far_the_commission_binds(portee: str, changed: bool, beyond: bool, expected: Portee) -> None:
    assert portee_avis(portee, postes_changent=changed, part_marchande_derogatoire=beyond) is expected


@pytest.mark.parametrize(
    ("portee", "sens", "refused"),
    [
        (Portee.INFORMATION, "", []),
        (Portee.SIMPLE, "", ["avis_requis"]),
        (Portee.SIMPLE, "defavorable", []),
        (Portee.CONFORME, "", ["avis_requis"]),
        (Portee.CONFORME, "reserve", ["avis_favorable_requis"]),
        (Portee.CONFORME, "favorable", []),
    ],
)
def test_what_a_grant_needs(portee: Portee, sens: str, refused: list[str]) -> None:
    assert [each.code for each in check_accord(portee, sens)] == refused
    # Beyond what a derogation allows, no opinion helps.
    assert [each.code for each in check_accord(portee, sens, ["Trop de ventes."])] == ["part_interdite", *refused]


@pytest.mark.parametrize(
    ("etat", "porteur", "expected"),
    [("commission", True, False), ("commission", False, True), ("accorde", True, True), ("sans_suite", True, False)],
)
def test_the_carrier_reads_opinions_after_the_decision(etat: str, porteur: bool, expected: bool) -> None:
    assert shows_opinions(etat, porteur=porteur) is expected


@pytest.mark.parametrize(
    ("etp", "refused"),
    [("-1", ["etp_invalides"]), ("0", ["etp_invalides"]), ("0.5", []), ("1000", []), ("1000.01", ["etp_excessifs"])],
)
def test_how_many_etp_may_be_asked(etp: str, refused: list[str]) -> None:
    assert [each.code for each in check_etp(Decimal(etp), plafond=1000)] == refused


def test_a_refusal_says_why() -> None:
    assert [each.code for each in check_motifs("   trop court      ")] == ["motifs_courts"]
    assert check_motifs("L’offre existante suffit à ce public.") == []


@pytest.mark.parametrize(
    ("fin", "etp", "postes", "refused"),
    [
        (date(2028, 12, 31), 5, None, []),
        (date(2029, 1, 1), 5, 6, ["trop_longue"]),
        (date(2026, 1, 1), 5, 6, ["fin_avant_debut"]),
        (date(2026, 12, 31), 0, 6, ["postes_invalides"]),
        (date(2026, 12, 31), 5, 0, ["postes_invalides"]),
    ],
)
def test_a_convention(fin: date, etp: float, postes: int | None, refused: list[str]) -> None:
    found = check_convention(debut=date(2026, 1, 1), fin=fin, limite=date(2028, 12, 31), postes=postes, etp=etp)
    assert [each.code for each in found] == refused


@pytest.mark.parametrize(
    ("etat", "on", "expected"),
    [
        ("ouvert", date(2026, 1, 1), True),
        ("ouvert", date(2026, 1, 31), True),
        ("ouvert", date(2026, 2, 1), False),
        ("ouvert", date(2025, 12, 31), False),
        ("clos", date(2026, 1, 15), False),
    ],
)
def test_when_a_call_receives(etat: str, on: date, expected: bool) -> None:
    assert receives(etat, ouverture=date(2026, 1, 1), cloture=date(2026, 1, 31), on=on) is expected


def test_a_call_that_makes_no_sense() -> None:
    found = check_appel(ouverture=date(2026, 2, 1), cloture=date(2026, 1, 1), etp=None, postes=None, montant=Decimal(0))
    assert [each.code for each in found] == ["cloture_avant_ouverture", "objectif_manquant", "nombre_invalide"]


def test_pieces_follow_the_request_the_kind_and_the_day() -> None:
    on = date(2026, 3, 2)
    assert [piece.code for piece in list_pieces("avenant", "ACI", on=on)] == ["bilan", "previsionnel"]
    assert "financiere_etti" in [piece.code for piece in list_pieces("creation", "ETTI", on=on)]
    assert "financiere_etti" not in [piece.code for piece in list_pieces("creation", "EI", on=on)]
    assert list_pieces("creation", "EI", on=date(2018, 10, 31)) == ()
