"""Acts on posts and candidatures: what they write, open, close and refuse, what the journal keeps."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from maillage.domains.parcours.models import Candidature, Poste
from maillage.domains.parcours.queries.candidatures import archived
from maillage.domains.parcours.rules.orientation import Etape, default_chain
from maillage.domains.parcours.services import candidatures as acts
from maillage.domains.parcours.services.chaines import set_chaine
from maillage.domains.parcours.services.postes import (
    FichePoste,
    close_poste,
    close_stale,
    confirm_poste,
    edit_poste,
    publish_poste,
    reopen_poste,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, JournalTransition, Notification
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import MembreFactory, OrganisationFactory, member
from tests.factories.parcours_orientation import CandidatureFactory, PosteFactory, RomeFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def scene() -> SimpleNamespace:
    """A person followed by an adviser; a SIAE with its CIP and an open post, that does not know them."""
    return make_scene()


def make_scene() -> SimpleNamespace:
    conseiller = member(P.PRESCRIPTEUR, "mission_locale")
    personne = PersonneFactory()
    RelationFactory(
        personne=personne,
        organisation=conseiller.membre.organisation,
        type="prescription",
        debut=TODAY - timedelta(days=10),
    )
    siae = SiaeFactory()
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.organisation)
    poste = PosteFactory(siae=siae, ouvert_le=TODAY)
    return SimpleNamespace(conseiller=conseiller, personne=personne, siae=siae, cip=cip, poste=poste)


def presented(scene: SimpleNamespace, **fields: Any) -> Candidature:
    options = {"personne": scene.personne, "siae": scene.siae, "actor": scene.conseiller, "on": TODAY} | fields
    found = acts.present(**options)
    found.refresh_from_db()
    return found


def refused(service: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        service(**{"on": TODAY, **fields})
    return [each.code for each in caught.value.refusals]


def relation_of(scene: SimpleNamespace) -> list[tuple[date, date | None]]:
    rows = Relation.objects.filter(organisation=scene.siae.organisation, type="candidature")
    return list(rows.order_by("debut").values_list("debut", "fin"))


def test_to_present_opens_the_file_to_the_siae_and_tells_it(scene: SimpleNamespace) -> None:
    assert not visible_to(scene.cip).exists()
    candidature = presented(scene, poste=scene.poste, message="Très motivée.")
    assert (candidature.etat, candidature.origine, candidature.echeance) == (
        "nouvelle",
        "orientation",
        TODAY + timedelta(days=60),
    )
    assert list(visible_to(scene.cip)) == [scene.personne]
    assert relation_of(scene) == [(TODAY, None)]
    told = Notification.objects.get()
    assert (told.destinataire, told.type) == (scene.cip, "parcours.candidature")
    assert scene.personne.nom not in told.texte
    assert list(Acte.objects.order_by("pk").values_list("acte", flat=True)) == [
        "personnes.follow",
        "parcours.presenter",
    ]


def test_twice_the_same_day_is_once(scene: SimpleNamespace) -> None:
    assert presented(scene, poste=scene.poste).pk == presented(scene, poste=scene.poste).pk
    assert Candidature.objects.count() == Acte.objects.filter(acte="parcours.presenter").count() == 1


def test_a_second_candidature_for_a_post_is_refused(scene: SimpleNamespace) -> None:
    CandidatureFactory(
        personne=scene.personne, siae=scene.siae, deposee_le=TODAY - timedelta(days=2), echeance=TODAY + timedelta(9)
    )
    assert refused(acts.present, personne=scene.personne, siae=scene.siae, actor=scene.conseiller) == ["deja_candidate"]


def test_an_expired_candidature_does_not_stand_in_the_way(scene: SimpleNamespace) -> None:
    late = CandidatureFactory(
        personne=scene.personne, siae=scene.siae, deposee_le=TODAY - timedelta(days=70), echeance=TODAY
    )
    presented(scene)
    late.refresh_from_db()
    assert (late.etat, late.motif_refus) == ("refusee", "sans_reponse")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("poste_ferme", "poste_ferme"),
        ("poste_perime", "poste_ferme"),
        ("siae_finie", "siae_finie"),
        ("opposition", "opposition"),
        ("inconnue", "dossier_ferme"),
        ("role", "interdit"),
    ],
)
def test_whom_one_may_not_present(scene: SimpleNamespace, change: str, code: str) -> None:
    actor, personne = scene.conseiller, scene.personne
    match change:
        case "poste_ferme":
            Poste.objects.update(etat="ferme", ferme_le=TODAY, motif_fermeture="pourvu")
        case "poste_perime":
            long_ago = TODAY - timedelta(days=90)
            Poste.objects.update(ouvert_le=long_ago, confirme_le=long_ago)
        case "siae_finie":
            scene.siae.fin = TODAY
            scene.siae.save()
        case "opposition":
            personne.opposition_le = timezone.now()
            personne.save()
        case "inconnue":
            personne = PersonneFactory()
        case "role":
            actor = member(P.ETAT_DEPARTEMENT, "ddets")
    assert refused(acts.present, personne=personne, siae=scene.siae, poste=scene.poste, actor=actor) == [code]


def test_a_siae_presents_to_itself_alone(scene: SimpleNamespace) -> None:
    RelationFactory(personne=scene.personne, organisation=scene.siae.organisation, type="candidature", debut=TODAY)
    candidature = presented(scene, actor=scene.cip)
    assert (candidature.origine, candidature.organisation) == ("spontanee", scene.siae.organisation)
    assert not Notification.objects.exists()
    assert refused(acts.present, personne=scene.personne, siae=SiaeFactory(), actor=scene.cip) == ["autre_siae"]


def test_a_refusal_is_told_and_closes_the_file_after_the_delay(scene: SimpleNamespace) -> None:
    candidature = presented(scene)
    acts.refuse(candidature=candidature, motif="objectifs", reponse=" Revenez en mai. ", actor=scene.cip, on=TODAY)
    candidature.refresh_from_db()
    assert (candidature.etat, candidature.motif_refus, candidature.reponse, candidature.repondue_le) == (
        "refusee",
        "objectifs",
        "Revenez en mai.",
        TODAY,
    )
    assert relation_of(scene) == [(TODAY, TODAY)]
    assert list(visible_to(scene.cip)) == [scene.personne]  # for the delay in force
    Relation.objects.filter(type="candidature").update(
        debut=TODAY - timedelta(days=200), fin=TODAY - timedelta(days=100)
    )
    assert not visible_to(scene.cip).exists()
    assert list(visible_to(scene.conseiller)) == [scene.personne]
    assert Notification.objects.filter(destinataire=scene.conseiller, type="parcours.reponse").count() == 1
    move = JournalTransition.objects.get()
    assert (move.acte, move.de, move.vers, move.auteur) == ("refuser", "nouvelle", "refusee", scene.cip)


def test_another_candidature_keeps_the_file_open(scene: SimpleNamespace) -> None:
    first, _ = presented(scene), presented(scene, poste=scene.poste)
    acts.refuse(candidature=first, motif="plus_de_place", reponse="", actor=scene.cip, on=TODAY)
    assert relation_of(scene) == [(TODAY, None)]


def test_an_acceptance_makes_the_others_without_object(scene: SimpleNamespace) -> None:
    elsewhere = SiaeFactory()
    other_cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=elsewhere.organisation)
    candidature, waiting = presented(scene, poste=scene.poste), presented(scene, siae=elsewhere)
    kept = presented(scene, siae=SiaeFactory())
    Candidature.objects.filter(pk=kept.pk).update(etat="vivier")
    acts.accept(candidature=candidature, debut=TODAY + timedelta(days=7), actor=scene.cip, on=TODAY)
    for each in (candidature, waiting, kept):
        each.refresh_from_db()
    assert (candidature.etat, waiting.etat, kept.etat) == ("acceptee", "obsolete", "vivier")
    assert candidature.debut_prevu == TODAY + timedelta(days=7)
    # The file stays open until the hiring, that may be put off by thirty days.
    assert relation_of(scene) == [(TODAY, TODAY + timedelta(days=7 + 31))]
    closed = Relation.objects.get(organisation=elsewhere.organisation)
    assert closed.fin == TODAY
    assert Notification.objects.filter(destinataire=other_cip).count() == 2
    scene.poste.refresh_from_db()
    assert (scene.poste.places, scene.poste.etat) == (1, "ouvert")


def test_the_last_place_closes_the_post(scene: SimpleNamespace) -> None:
    Poste.objects.update(places=1)
    scene.poste.refresh_from_db()
    acts.accept(candidature=presented(scene, poste=scene.poste), debut=TODAY, actor=scene.cip, on=TODAY)
    scene.poste.refresh_from_db()
    assert (scene.poste.etat, scene.poste.motif_fermeture, scene.poste.ferme_le) == ("ferme", "pourvu", TODAY)


def test_accepted_twice_is_refused_the_second_time(scene: SimpleNamespace) -> None:
    candidature = presented(scene)
    stale = Candidature.objects.get(pk=candidature.pk)
    acts.accept(candidature=candidature, debut=TODAY, actor=scene.cip, on=TODAY)
    assert refused(acts.accept, candidature=stale, debut=TODAY, actor=scene.cip) == ["a_change"]
    stale.refresh_from_db()
    assert refused(acts.accept, candidature=stale, debut=TODAY, actor=scene.cip) == ["transition_interdite"]


@pytest.mark.parametrize(
    ("path", "etat", "opened"),
    [
        (["examiner"], "etude", True),
        (["reporter"], "reportee", True),
        (["garder"], "vivier", True),
        (["garder", "examiner"], "etude", True),
        (["accepter", "annuler"], "annulee", False),
        (["accepter", "annuler", "garder"], "vivier", True),
        (["retirer"], "retiree", False),
    ],
)
def test_the_path_of_a_candidature(scene: SimpleNamespace, path: list[str], etat: str, opened: bool) -> None:
    candidature = presented(scene)
    for act in path:
        candidature.refresh_from_db()
        if act == "accepter":
            acts.accept(candidature=candidature, debut=TODAY, actor=scene.cip, on=TODAY)
        else:
            actor = scene.conseiller if act == "retirer" else scene.cip
            acts.move_candidature(candidature=candidature, act=act, actor=actor, on=TODAY)
    candidature.refresh_from_db()
    assert candidature.etat == etat
    running = Relation.objects.filter(organisation=scene.siae.organisation, fin__isnull=True)
    assert running.exists() is opened
    assert JournalTransition.objects.count() == len(path)


def test_another_siae_answers_nothing(scene: SimpleNamespace) -> None:
    stranger = member(P.SIAE_DIRECTION)
    RelationFactory(personne=scene.personne, organisation=stranger.membre.organisation, debut=TODAY)
    options = {"candidature": presented(scene), "actor": stranger}
    assert refused(acts.move_candidature, act="examiner", **options) == ["autre_siae"]
    assert refused(acts.accept, debut=TODAY, **options) == ["autre_siae"]
    assert refused(acts.refuse, motif="autre", reponse="Pas de place.", **options) == ["autre_siae"]
    with pytest.raises(Refused, match="une autre SIAE"):
        acts.comment(texte="Bonjour.", **options)


def test_only_who_presented_withdraws(scene: SimpleNamespace) -> None:
    candidature = presented(scene)
    assert refused(acts.move_candidature, candidature=candidature, act="retirer", actor=scene.cip) == [
        "autre_orienteur"
    ]


def test_transfer_to_another_siae_of_ones_own(scene: SimpleNamespace) -> None:
    sister = SiaeFactory()
    MembreFactory(user=scene.cip, organisation=sister.organisation, profil=P.SIAE_ACCOMPAGNEMENT)
    candidature = presented(scene, poste=scene.poste)
    acts.comment(candidature=candidature, texte="Bon contact.", actor=scene.cip)
    assert refused(acts.transfer, candidature=candidature, siae=SiaeFactory(), actor=scene.cip) == ["autre_siae"]
    acts.transfer(candidature=candidature, siae=sister, actor=scene.cip, on=TODAY)
    candidature.refresh_from_db()
    assert (candidature.etat, candidature.siae, candidature.poste, candidature.commentaires.count()) == (
        "nouvelle",
        sister,
        None,
        0,
    )
    assert relation_of(scene) == [(TODAY, TODAY)]
    assert Relation.objects.get(organisation=sister.organisation).fin is None


def test_pass_on_to_the_siae_of_somebody_else(scene: SimpleNamespace) -> None:
    candidature, elsewhere = presented(scene), SiaeFactory()
    acts.refuse(candidature=candidature, motif="plus_de_place", reponse="", actor=scene.cip, on=TODAY)
    candidature.refresh_from_db()
    created = acts.pass_on(candidature=candidature, siae=elsewhere, message="Idéale.", actor=scene.cip, on=TODAY)
    candidature.refresh_from_db()
    assert (candidature.etat, candidature.motif_refus) == ("refusee", "plus_de_place")
    assert (created.etat, created.origine, created.issue_de, created.organisation_id) == (
        "nouvelle",
        "transfert",
        candidature,
        scene.siae.organisation_id,
    )
    assert Relation.objects.get(organisation=elsewhere.organisation).fin is None
    opened = Acte.objects.filter(acte="parcours.presenter").latest("pk")
    assert (opened.auteur, opened.details) == (scene.cip, {"siae": elsewhere.pk, "origine": "transfert"})


def test_comments_are_written_once(scene: SimpleNamespace) -> None:
    candidature = presented(scene)
    first = acts.comment(candidature=candidature, texte="À rappeler. ", actor=scene.cip)
    assert acts.comment(candidature=candidature, texte="À rappeler.", actor=scene.cip) == first
    with pytest.raises(Refused, match="Écrivez"):
        acts.comment(candidature=candidature, texte=" ", actor=scene.cip)


def test_the_night_refuses_what_had_no_answer_once(scene: SimpleNamespace) -> None:
    late = presented(scene)
    assert acts.expire_candidatures(on=TODAY + timedelta(days=59)) == 0
    assert acts.expire_candidatures(on=TODAY + timedelta(days=60)) == 1
    assert acts.expire_candidatures(on=TODAY + timedelta(days=60)) == 0
    late.refresh_from_db()
    assert (late.etat, late.motif_refus) == ("refusee", "sans_reponse")
    assert relation_of(scene) == [(TODAY, TODAY + timedelta(days=60))]


def test_the_night_puts_away_what_nothing_moves_and_a_move_takes_it_out(scene: SimpleNamespace) -> None:
    kept = presented(scene)
    acts.move_candidature(candidature=kept, act="garder", actor=scene.cip, on=TODAY)
    days = [TODAY + timedelta(days=n) for n in (179, 180, 181)]
    assert [acts.archive_candidatures(on=day) for day in days] == [0, 1, 0]
    kept.refresh_from_db()
    assert (kept.etat, kept.archivee_le) == ("vivier", TODAY + timedelta(days=180))
    assert Candidature.objects.filter(archived(TODAY)).get() == kept
    acts.move_candidature(candidature=kept, act="examiner", actor=scene.cip, on=days[2])
    kept.refresh_from_db()
    assert kept.archivee_le is None
    assert not Candidature.objects.filter(archived(days[2])).exists()


def test_a_late_night_lets_nothing_false_be_done(scene: SimpleNamespace) -> None:
    """The term is past and the job did not run: the candidature is refused for the acts too."""
    candidature, later = presented(scene), TODAY + timedelta(days=61)
    with pytest.raises(Refused, match="refusée"):
        acts.move_candidature(candidature=candidature, act="examiner", actor=scene.cip, on=later)
    acts.accept(candidature=candidature, debut=later, actor=scene.cip, on=later)
    candidature.refresh_from_db()
    assert candidature.etat == "acceptee"


@pytest.mark.django_db(transaction=True)
def test_two_siae_accept_at_once_and_one_alone_succeeds() -> None:
    scene = make_scene()
    elsewhere = SiaeFactory()
    other = member(P.SIAE_ACCOMPAGNEMENT, organisation=elsewhere.organisation)
    both = [(presented(scene), scene.cip), (presented(scene, siae=elsewhere), other)]
    barrier, outcomes = threading.Barrier(2), []

    def act(candidature: Candidature, actor: Any) -> None:
        barrier.wait()
        try:
            acts.accept(candidature=candidature, debut=TODAY, actor=actor, on=TODAY)
            outcomes.append("acceptée")
        except Refused as error:
            outcomes.append(error.refusals[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(Candidature.objects.values_list("etat", flat=True))
    assert sorted(outcomes) == ["a_change", "acceptée"]
    assert states == ["acceptee", "obsolete"]


def fiche(**fields: Any) -> FichePoste:
    values = {
        "rome": RomeFactory(),
        "intitule": "Agent de propreté",
        "type_contrat": "cddi",
        "places": 2,
        "commune": TerritoireFactory(),
        "description": "En équipe.",
    }
    return FichePoste(**values | fields)


def test_the_life_of_a_post(scene: SimpleNamespace) -> None:
    day = date(2026, 3, 2)
    poste = publish_poste(siae=scene.siae, fiche=fiche(), actor=scene.cip, on=day)
    assert (poste.etat, poste.ouvert_le, poste.confirme_le) == ("ouvert", day, day)
    later = day + timedelta(days=70)
    confirm_poste(poste=poste, actor=scene.cip, on=later)
    confirm_poste(poste=poste, actor=scene.cip, on=later)  # a second click
    poste.refresh_from_db()
    assert poste.confirme_le == later
    close_poste(poste=poste, motif="suspendu", actor=scene.cip, on=later)
    reopen_poste(poste=poste, actor=scene.cip, on=later + timedelta(days=1))
    poste.refresh_from_db()
    assert (poste.etat, poste.motif_fermeture, poste.ferme_le) == ("ouvert", "", None)
    edit_poste(poste=poste, fiche=fiche(places=5), actor=scene.cip, on=later + timedelta(days=9))
    poste.refresh_from_db()
    assert (poste.places, poste.confirme_le) == (5, later + timedelta(days=9))
    assert list(Acte.objects.order_by("pk").values_list("acte", flat=True)) == [
        "parcours.poste_publier",
        "parcours.poste_confirmer",
        "parcours.poste_fermer",
        "parcours.poste_rouvrir",
        "parcours.poste_modifier",
    ]


def test_a_post_is_its_siae_s(scene: SimpleNamespace) -> None:
    stranger = member(P.SIAE_DIRECTION)
    assert refused(publish_poste, siae=scene.siae, fiche=fiche(), actor=stranger) == ["autre_siae"]
    assert refused(confirm_poste, poste=scene.poste, actor=stranger) == ["autre_siae"]
    assert refused(close_poste, poste=scene.poste, motif="retire", actor=scene.conseiller) == ["interdit"]
    assert refused(close_poste, poste=scene.poste, motif="perime", actor=scene.cip) == ["motif_inconnu"]
    assert refused(publish_poste, siae=scene.siae, fiche=fiche(places=0), actor=scene.cip) == ["sans_place"]


def test_the_night_closes_the_posts_that_nobody_confirmed(scene: SimpleNamespace) -> None:
    assert close_stale(on=TODAY + timedelta(days=89)) == 0
    assert close_stale(on=TODAY + timedelta(days=90)) == 1
    assert close_stale(on=TODAY + timedelta(days=90)) == 0
    scene.poste.refresh_from_db()
    assert (scene.poste.etat, scene.poste.motif_fermeture) == ("ferme", "perime")


def test_the_chain_is_set_by_who_answers_for_the_departement() -> None:
    organisation = OrganisationFactory(types=["ddets"])
    organisation.competences.create(niveau="departement", code="95")
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    agent = member(P.ETAT_DEPARTEMENT, organisation=organisation)
    steps = [*default_chain(), Etape("valider", "cta", 10, "cta95@maillage.example")]
    for etapes in (default_chain(), steps):
        chaine = set_chaine(departement="95", etapes=etapes, texte=" Voir le CTA. ", actor=agent, on=TODAY)
    assert (chaine.texte, chaine.organisation, chaine.etapes.count()) == ("Voir le CTA.", organisation, 5)
    assert chaine.etapes.get(rang=5).contact == "cta95@maillage.example"
    where = {"etapes": steps, "texte": ""}
    assert refused(set_chaine, departement="77", actor=agent, **where) == ["hors_competence"]
    assert refused(set_chaine, departement="95", actor=member(P.SIAE_DIRECTION), **where) == ["interdit"]
    assert refused(set_chaine, departement="95", actor=agent, etapes=[], texte="") == ["etape_manquante"] * 3
