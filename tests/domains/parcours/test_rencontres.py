"""Meetings of SIAE: whom one sees there, as what, until when, and what came of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import Candidature, Consentement, InteretSuite, Rencontre
from maillage.domains.parcours.queries.rencontres import list_lignes, list_rencontres, read_bilans, tell_bilan
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.rules.rencontres import BilanRencontre, count_bilan
from maillage.domains.parcours.services.candidatures import accept
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.domains.parcours.services.suites_partagees import (
    FicheRencontre,
    cancel_rencontre,
    express_interest,
    hold_rencontre,
    invite,
    present_suite,
    withdraw_suite,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import member
from tests.factories.parcours import ConsentementFactory, TitreFactory
from tests.factories.parcours_accords import InteretFactory, PresentationSuiteFactory, RencontreFactory
from tests.factories.parcours_orientation import CandidatureFactory, RomeFactory
from tests.factories.parcours_titre import entourage
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from django.test import Client

TODAY = timezone.localdate()
JOUR = timedelta(days=1)


def codes(act: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    """A SIAE whose employee looks for a next step, another one invited, a network that holds a meeting in a week."""
    found = entourage()
    found.autre = member("siae_direction")
    found.invitee = SiaeFactory(organisation=found.autre.membre.organisation)
    found.reseau = member("reseau", "reseau_departemental")
    debut = timezone.make_aware(datetime.combine(TODAY + 7 * JOUR, datetime.min.time()))
    found.rencontre = hold_rencontre(fiche=FicheRencontre("Petit-déjeuner", debut, "Salle"), actor=found.reseau)
    for siae in (found.siae, found.invitee):
        invite(rencontre=found.rencontre, siae=siae, actor=found.reseau, on=TODAY)
    found.asked = {
        "rencontre": found.rencontre,
        "personne": found.personne,
        "siae": found.siae,
        "rome": RomeFactory(),
        "projet": "Travailler dans le nettoyage.",
        "actor": found.cip,
        "on": TODAY,
        "accord_jusqu_au": TODAY + 90 * JOUR,
    }
    return found


def opened(around: SimpleNamespace) -> list[tuple[int, date | None]]:
    rows = Relation.objects.filter(personne=around.personne, type="suite")
    return list(rows.values_list("organisation", "fin"))


@pytest.mark.parametrize(
    ("lines", "bilan"),
    [
        ([], BilanRencontre(0, 0, 0)),
        ([(1, None), (2, "nouvelle"), (2, "acceptee"), (3, "refusee")], BilanRencontre(3, 2, 1)),
    ],
)
def test_persons_are_counted_once(lines: list[tuple[int, str | None]], bilan: BilanRencontre) -> None:
    assert count_bilan(lines) == bilan


@pytest.mark.parametrize(
    ("bilan", "named", "told"),
    [
        (BilanRencontre(2, 1, 0), True, "2 présentées, 1 avec une SIAE intéressée, 0 acceptée à l’embauche"),
        (BilanRencontre(2, 1, 0), False, "moins de 5 personnes présentées"),
        (BilanRencontre(9, 6, 2), False, "9 présentées, 6 avec une SIAE intéressée, moins de 5 acceptées à l’embauche"),
    ],
)
@pytest.mark.django_db
def test_who_reads_no_name_reads_no_small_count(bilan: BilanRencontre, named: bool, told: str) -> None:
    assert tell_bilan(bilan, named=named) == told


def test_the_siae_invited_see_a_profile_and_open_nothing_social(around: SimpleNamespace) -> None:
    TitreFactory(personne=around.personne, debut=TODAY - 30 * JOUR)
    assert codes(present_suite, **{**around.asked, "accord_jusqu_au": None}) == ["sans_accord"]
    shown = present_suite(**around.asked)
    organisation = around.invitee.organisation_id
    assert opened(around) == [(organisation, TODAY + 38 * JOUR)]
    [theirs] = list_lignes(around.autre, around.rencontre, TODAY)
    assert (theirs.nom, theirs.mienne, theirs.restants, theirs.presentation) == (
        around.personne.prenom,
        False,
        700,
        shown,
    )
    assert (list(visible_to(around.autre)), reads_social(around.autre, around.personne)) == ([around.personne], False)
    [ours] = list_lignes(around.cip, around.rencontre, TODAY)
    assert (ours.nom, ours.mienne) == (str(around.personne), True)
    assert list_lignes(around.reseau, around.rencontre, TODAY) == []
    assert list_lignes(around.autre, around.rencontre, TODAY + 38 * JOUR) == []
    assert codes(present_suite, **around.asked) == ["deja_presentee"]


def test_a_presentation_is_refused_elsewhere_by_others_without_words(around: SimpleNamespace) -> None:
    assert codes(present_suite, **{**around.asked, "projet": "Agent"}) == ["projet_court"]
    assert codes(present_suite, **{**around.asked, "siae": around.invitee}) == ["autre_siae"]
    assert codes(present_suite, **{**around.asked, "rencontre": RencontreFactory()}) == ["autre_rencontre"]
    others = {**around.asked, "actor": around.autre, "siae": around.invitee}
    assert codes(present_suite, **others) == ["dossier_ferme"]
    Rencontre.objects.update(debut=timezone.now() - JOUR)
    assert codes(present_suite, **around.asked) == ["commencee"]


def test_an_interest_is_a_candidature_whose_answer_is_the_result(around: SimpleNamespace) -> None:
    shown = present_suite(**around.asked)
    said = {"presentation": shown, "siae": around.invitee, "actor": around.autre, "on": TODAY}
    assert codes(express_interest, **{**said, "siae": around.siae}) == ["autre_rencontre"]
    made = express_interest(**said)
    candidature = Candidature.objects.get()
    assert (made.candidature, candidature.siae, candidature.organisation, candidature.etat) == (
        candidature,
        around.invitee,
        around.invitee.organisation,
        "nouvelle",
    )
    assert codes(express_interest, **said) == ["deja_dit"]
    [ours] = list_lignes(around.cip, around.rencontre, TODAY)
    assert ours.interets == (f"{around.invitee.nom}\u202f: nouvelle",)
    assert Notification.objects.filter(destinataire=around.cip, type="parcours.rencontre").count() == 2
    accept(candidature=candidature, debut=TODAY + 9 * JOUR, actor=around.autre, on=TODAY)
    assert read_bilans([around.rencontre], TODAY) == {around.rencontre.pk: BilanRencontre(1, 1, 1)}
    assert reads_social(around.autre, around.personne)  # they follow the person now, as a candidate


def test_the_agreement_taken_back_stops_it_all_the_same_day(around: SimpleNamespace) -> None:
    shown = present_suite(**around.asked)
    withdraw_consent(consentement=Consentement.objects.get(), actor=around.adviser, on=TODAY)
    shown.refresh_from_db()
    assert (shown.retiree_le, opened(around)) == (TODAY, [(around.invitee.organisation_id, TODAY)])
    assert list_lignes(around.autre, around.rencontre, TODAY) == []
    assert list(visible_to(around.autre)) == []
    assert codes(express_interest, presentation=shown, siae=around.invitee, actor=around.autre, on=TODAY) == [
        "dossier_ferme"
    ]


def test_another_meeting_keeps_the_file_open(around: SimpleNamespace) -> None:
    first = present_suite(**around.asked)
    second = RencontreFactory(organisation=around.siae.organisation, debut=timezone.now() + 20 * JOUR)
    second.invitees.add(around.invitee)
    present_suite(**{**around.asked, "rencontre": second, "accord_jusqu_au": None})
    assert opened(around) == [(around.invitee.organisation_id, TODAY + 51 * JOUR)]
    withdraw_suite(presentation=first, actor=around.cip, on=TODAY)
    assert opened(around) == [(around.invitee.organisation_id, TODAY + 51 * JOUR)]
    assert codes(withdraw_suite, presentation=first, actor=around.cip, on=TODAY) == ["deja_retiree"]
    cancel_rencontre(rencontre=second, actor=around.cip, on=TODAY)
    assert opened(around) == [(around.invitee.organisation_id, TODAY)]


def test_who_holds_a_meeting_invites_and_who_comes_late_sees_the_same(around: SimpleNamespace) -> None:
    present_suite(**around.asked)
    late = member("siae_accompagnement")
    siae = SiaeFactory(organisation=late.membre.organisation)  # type: ignore[union-attr]
    assert list(list_rencontres(late)) == []
    asked = {"rencontre": around.rencontre, "siae": siae, "on": TODAY}
    assert codes(invite, **asked, actor=around.cip) == ["autre_organisation"]
    invite(**asked, actor=around.reseau)
    assert codes(invite, **asked, actor=around.reseau) == ["deja_invitee"]
    assert [each.nombre for each in list_rencontres(late)] == [3]
    assert [each.nom for each in list_lignes(late, around.rencontre, TODAY)] == [around.personne.prenom]
    past = FicheRencontre("Hier", timezone.now() - JOUR, "Salle")
    assert codes(hold_rencontre, fiche=past, actor=around.reseau) == ["debut_passe"]


@pytest.mark.django_db
def test_the_database_holds_the_agreement_and_the_candidature() -> None:
    first = PresentationSuiteFactory()
    with pytest.raises(IntegrityError, match="presentation_suite_une_fois"), transaction.atomic():
        PresentationSuiteFactory(personne=first.personne, rencontre=first.rencontre, consentement=first.consentement)
    with pytest.raises(IntegrityError, match="avec son accord"), transaction.atomic():
        PresentationSuiteFactory(consentement=ConsentementFactory(fin=TODAY + 9 * JOUR))
    with pytest.raises(IntegrityError, match="rencontre_etat"), transaction.atomic():
        RencontreFactory(etat="?")
    interet = InteretFactory(presentation=first)
    with pytest.raises(IntegrityError, match="interet_suite_une_fois"), transaction.atomic():
        InteretFactory(presentation=first, siae=interet.siae, candidature=interet.candidature)
    with pytest.raises(IntegrityError, match="cette personne"), transaction.atomic():
        InteretFactory(presentation=first, candidature=CandidatureFactory())
    assert InteretSuite.objects.count() == 1


def test_the_page_and_the_printed_list_give_first_names(around: SimpleNamespace, client: Client) -> None:
    present_suite(**around.asked)
    client.force_login(around.autre)
    page = client.get(reverse("parcours:rencontre", args=[around.rencontre.public_id])).content.decode()
    assert (around.personne.prenom in page, around.personne.nom in page) == (True, False)
    printed = client.get(reverse("parcours:rencontre_liste", args=[around.rencontre.public_id]))
    assert printed.content[:5] == b"%PDF-"


def test_the_persons_of_a_meeting_ask_as_many_queries_for_one_as_for_three(around: SimpleNamespace) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as found:
            list_lignes(around.autre, around.rencontre, TODAY)
        return len(found)

    made = [InteretFactory(presentation__rencontre=around.rencontre) for _ in range(1)]
    one = ask()
    made += [InteretFactory(presentation__rencontre=around.rencontre) for _ in range(2)]
    assert len(list_lignes(around.autre, around.rencontre, TODAY)) == len(made)
    assert ask() == one
