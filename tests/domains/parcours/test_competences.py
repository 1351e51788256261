"""Portfolios: said, seen, attested; who may read and write them; the screens that do it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.domains.parcours.enums.competences import EtatCompetence as E
from maillage.domains.parcours.models import (
    AttestationCompetences,
    Competence,
    FicheLiaison,
    PreuveCompetence,
    ProfilPartage,
)
from maillage.domains.parcours.queries.competences import list_equipe, observables, portefeuille, skilled
from maillage.domains.parcours.queries.volet_competences import competences, list_attentes
from maillage.domains.parcours.rules.competences import ALPHABET, COMPETENCE, blocs, draw_code, read_code, show_code
from maillage.domains.parcours.services.competences import (
    join_preuve,
    remove_preuve,
)
from maillage.domains.parcours.services.fusion import join_competences
from maillage.domains.parcours.services.valorisation import (
    deliver_attestation,
)
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory
from tests.factories.parcours_competences import (
    START,
    TODAY,
    CompetenceFactory,
    PreuveFactory,
    attested,
    make_scene,
    move,
    say,
)
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def scene() -> SimpleNamespace:
    return make_scene()


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusals[0].code


# --- Rules ------------------------------------------------------------------------------------------------------------


def test_blocs_are_sourced_and_their_codes_are_their_own() -> None:
    known = blocs()
    assert len(known) == 4 + 3 + 4 + 3 + 7
    assert [each.code for each in known.values() if not each.source or not each.libelle] == []
    assert (known["OP1"].libelle, known["OP1"].fiche) == ("Entretenir un espace paysager", "RNCP37875")
    assert max(map(len, known)) <= 8


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ABCD-EFGH-JKMN", "ABCDEFGHJKMN"),
        (" abcd efgh jkmn ", "ABCDEFGHJKMN"),
        ("ABCD-EFGH-JKM", ""),
        ("ABCD-EFGH-JKMO", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, kept: str) -> None:
    assert read_code(typed) == kept


def test_a_code_is_drawn_in_legible_letters() -> None:
    drawn = draw_code()
    assert read_code(show_code(drawn)) == drawn
    assert set(ALPHABET) & set("01OIL") == set()


@pytest.mark.parametrize(
    ("etat", "acts"),
    [
        (E.DECLAREE, ["observer", "retirer"]),
        (E.OBSERVEE, ["observer", "attester", "retirer"]),
        (E.ATTESTEE, ["observer", "retirer"]),
        (E.RETIREE, []),
    ],
)
def test_what_may_be_done_of_a_competence(etat: E, acts: list[str]) -> None:
    assert [each.act for each in COMPETENCE.available(etat)] == acts


# --- Who reads, who writes --------------------------------------------------------------------------------------------


def test_an_encadrant_knows_at_work_only_who_works_that_day(scene: SimpleNamespace) -> None:
    user = scene.encadrant
    elsewhere = RelationFactory(debut=START).personne
    candidate = RelationFactory(organisation=user.membre.organisation, type="candidature", debut=START).personne
    assert list(skilled(user)) == [scene.aldo]
    assert list(visible_to(user)) == []
    assert not observables(user, TODAY).filter(pk__in=[elsewhere.pk, candidate.pk]).exists()
    Relation.objects.filter(pk=scene.relation.pk).update(fin=TODAY)
    assert list(skilled(user)) == []
    assert list(observables(scene.cip, TODAY)) == [scene.aldo]  # there are papers to finish


def test_who_follows_from_outside_reads_and_does_not_write(scene: SimpleNamespace) -> None:
    assert list(skilled(scene.conseiller)) == [scene.aldo]
    assert list(observables(scene.conseiller, TODAY)) == []
    with pytest.raises(Refused) as refused:
        move(scene, say(scene), "observer", niveau=2, actor=scene.conseiller)
    assert code(refused) == "interdit"


def test_another_siae_neither_reads_nor_writes(scene: SimpleNamespace) -> None:
    other = member(P.SIAE_ENCADREMENT)
    assert list(skilled(other)) == []
    with pytest.raises(Refused) as refused:
        move(scene, say(scene), "observer", niveau=2, actor=other)
    assert code(refused) == "pas_salarie"


# --- Said, seen, attested ---------------------------------------------------------------------------------------------


def test_a_competence_is_said_then_seen_then_attested_and_its_past_is_kept(scene: SimpleNamespace) -> None:
    made = attested(scene)
    assert (made.etat, made.niveau, made.contrat) == ("attestee", 3, scene.contrat)
    assert (made.observee_par, made.attestee_par) == (scene.encadrant.membre,) * 2
    again = move(scene, made, "observer", niveau=4, actor=scene.cip)
    assert (again.etat, again.niveau, again.attestee_par, again.attestee_le) == ("observee", 4, None, None)
    history = Competence.pgh_event_model.objects.filter(pgh_obj=made).order_by("pgh_id")  # type: ignore[attr-defined]
    assert list(history.values_list("etat", "niveau")) == [
        ("declaree", 2),
        ("observee", 3),
        ("attestee", 3),
        ("observee", 4),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"bloc": "OP1"}, "bloc_ou_mots"),
        ({"intitule": " "}, "bloc_ou_mots"),
        ({"bloc": "ZZ1", "intitule": ""}, "bloc_inconnu"),
        ({"niveau": 5}, "niveau_inconnu"),
    ],
)
def test_what_cannot_be_said(scene: SimpleNamespace, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        say(scene, **fields)
    assert code(refused) == reason


def test_a_bloc_is_held_once_and_again_once_it_left(scene: SimpleNamespace) -> None:
    made = say(scene, bloc="OP1", intitule="")
    with pytest.raises(Refused) as refused:
        say(scene, bloc="OP1", intitule="")
    assert code(refused) == "deja_la"
    move(scene, made, "retirer")
    assert say(scene, bloc="OP1", intitule="").etat == "declaree"
    [line] = portefeuille(scene.aldo)
    assert (line.libelle, line.detail) == ("Entretenir un espace paysager", "RNCP37875")


def test_what_was_not_seen_is_not_attested(scene: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        move(scene, say(scene), "attester")
    assert code(refused) == "transition_interdite"


def test_a_proof_is_kept_and_leaves_with_its_file(scene: SimpleNamespace) -> None:
    made = say(scene)
    upload: Any = SimpleUploadedFile("muret.pdf", PDF)
    preuve = join_preuve(competence=made, libelle="Muret", fichier=upload, actor=scene.encadrant, on=TODAY)
    assert uploads.read(preuve.fichier) == PDF
    with transaction.atomic():
        remove_preuve(preuve=preuve, actor=scene.encadrant, on=TODAY)
    assert PreuveCompetence.objects.count() == 0
    PreuveFactory.create_batch(5, competence=made)
    with pytest.raises(Refused) as refused:
        join_preuve(competence=made, libelle="Encore", fichier=upload, actor=scene.encadrant, on=TODAY)
    assert code(refused) == "trop_de_preuves"
    Competence.objects.filter(pk=made.pk).delete()
    assert PreuveCompetence.objects.count() == 0


def test_merged_files_keep_the_surest(scene: SimpleNamespace) -> None:
    kept = attested(scene)
    other = PersonneFactory()
    same = CompetenceFactory(personne=other, intitule=kept.intitule, niveau=4)
    alone = CompetenceFactory(personne=other)
    join_competences(scene.aldo, other, scene.cip, TODAY)
    for each in (kept, same, alone):
        each.refresh_from_db()
    assert [each.etat for each in (kept, same, alone)] == ["attestee", "retiree", "declaree"]


# --- Lists, sheet, what awaits ----------------------------------------------------------------------------------------


def test_the_team_tells_what_is_to_be_done(scene: SimpleNamespace) -> None:
    say(scene)
    move(scene, say(scene, intitule="Tondre"), "observer", niveau=2)
    attested(scene, intitule="Semer")
    row = list_equipe(scene.encadrant, TODAY).get()
    assert (row.declarees, row.observees, row.attestees, row.a_faire, row.depart, row.remise) == (1, 1, 1, 2, 0, False)
    assert [each.label for each in list_attentes(scene.encadrant)] == [
        "1 compétence est à observer",
        "1 compétence observée est à attester",
    ]
    scene.contrat.fin_prevue = TODAY + timedelta(days=10)
    scene.contrat.save()
    assert list_equipe(scene.cip, TODAY).get().depart == 1
    assert [each.label for each in list_attentes(scene.cip)][-1] == "1 salarié part sans attestation"
    volet = competences(scene.cip, scene.aldo, TODAY)
    assert volet is not None
    assert volet.contexte["proposee"]
    deliver_attestation(contrat=scene.contrat, actor=scene.cip, on=TODAY)
    row = list_equipe(scene.cip, TODAY).get()
    assert (row.depart, row.remise) == (0, True)
    assert competences(scene.encadrant, scene.aldo, TODAY) is None


def test_the_queries_of_the_team_do_not_depend_on_its_size(scene: SimpleNamespace, client: Client) -> None:
    client.force_login(scene.encadrant)
    pages = [reverse("parcours:competences_equipe"), reverse("parcours:competences", args=[scene.aldo.public_id])]
    say(scene)
    [client.get(each) for each in pages]
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert [client.get(each).status_code for each in pages] == [200, 200]
        counts.append(len(queries))
        for number in range(2):
            relation = RelationFactory(organisation=scene.encadrant.membre.organisation, debut=START)
            ContratFactory(personne=relation.personne, siae=scene.contrat.siae, debut=START, fin_prevue=TODAY)
            PreuveFactory(competence=say(scene, intitule=f"Semer {len(counts)}{number}"))
    assert counts[0] == counts[1]


def test_an_encadrant_reads_nothing_but_work(scene: SimpleNamespace, client: Client) -> None:
    move(scene, say(scene), "observer", niveau=3)
    client.force_login(scene.encadrant)
    shown = client.get(reverse("parcours:competences", args=[scene.aldo.public_id])).content.decode()
    assert "Tailler une haie" in shown
    assert [word for word in ("0199000000", "exemple.invalid", "17 mai 1980", "Délivrer") if word in shown] == []
    assert client.get(reverse("personnes:detail", args=[scene.aldo.public_id])).status_code == 403


def test_the_acts_go_through_their_screens(scene: SimpleNamespace, client: Client) -> None:
    of = [scene.aldo.public_id]
    client.force_login(scene.encadrant)
    client.post(reverse("parcours:competence_ajouter", args=of), {"bloc": "CLEA1", "niveau": "1"})
    held = Competence.objects.get()
    client.post(reverse("parcours:competence_acte", args=[*of, held.public_id, "observer"]), {"niveau": "3"})
    client.post(reverse("parcours:competence_acte", args=[*of, held.public_id, "attester"]))
    held.refresh_from_db()
    assert (held.bloc, held.niveau, held.etat) == ("CLEA1", 3, "attestee")
    client.force_login(scene.cip)
    client.post(reverse("parcours:attestation_delivrer", args=of), {"contrat": _public_id(scene.contrat)})
    made = AttestationCompetences.objects.get()
    paper = client.get(reverse("parcours:attestation_fichier", args=[*of, made.public_id]))
    assert paper.content[:5] == b"%PDF-"
    agence = scene.agence
    client.post(
        reverse("parcours:liaison_envoyer", args=of), {"destinataire": str(agence.public_id), "projet": "Jardinier"}
    )
    fiche = FicheLiaison.objects.get()
    until = (TODAY + timedelta(days=60)).isoformat()
    asked = {"parts": ["nom", "attestees"], "jusqu_au": until}
    assert client.post(reverse("parcours:profil_partager", args=of), asked).status_code == 422  # nobody agreed
    client.post(reverse("parcours:profil_partager", args=of), {**asked, "accord": "on"})
    assert ProfilPartage.objects.get().parts == ["attestees", "nom"]
    client.force_login(scene.conseiller)
    paper = client.get(reverse("parcours:liaison_fichier", args=[*of, fiche.public_id]))
    assert paper.content[:5] == b"%PDF-"
    client.post(reverse("parcours:liaison_accuser", args=[*of, fiche.public_id]))
    fiche.refresh_from_db()
    assert fiche.lue_par == scene.conseiller.membre


def _public_id(row: Any) -> str:
    row.refresh_from_db(fields=["public_id"])
    return str(row.public_id)
