"""Give, suspend, lift, prolong, extend, cancel: what is written, what is refused and why."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.domains.parcours.models import CompteurTitre, Suspension, TitreParcours
from maillage.domains.parcours.queries.titres import read_titre, remaining_days, titre_en_cours
from maillage.domains.parcours.rules.jours import count
from maillage.domains.parcours.services.titres import (
    Avis,
    cancel_titre,
    extend_agrement,
    lift_suspension,
    open_titre,
    prolong_titre,
    record_avis,
    suspend_titre,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, ProlongationFactory, SuspensionFactory, TitreFactory
from tests.factories.parcours_titre import AgrementFactory, DemandeFactory, DiagnosticFactory, entourage
from tests.factories.personnes import RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

DAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def refusals(act: Callable[..., Any], **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    return entourage()


def opening(around: SimpleNamespace, **changes: Any) -> dict[str, Any]:
    return {
        "personne": around.personne,
        "siae": around.siae,
        "debut": DAY,
        "actor": around.cip,
        "on": DAY,
        **changes,
    }


def titled(around: SimpleNamespace, debut: date = date(2026, 1, 5), **fields: Any) -> TitreParcours:
    made = TitreFactory(personne=around.personne, debut=debut, **fields)
    return TitreParcours.objects.get(pk=made.pk)


def test_a_pass_is_opened_for_730_days_by_the_diagnosis(around: SimpleNamespace) -> None:
    diagnostic = DiagnosticFactory(personne=around.personne)
    titre = open_titre(**opening(around))
    assert (titre.regime, titre.debut, titre.fin, titre.siae) == ("pass_iae", DAY, date(2028, 3, 1), None)
    assert titre.numero == "999990000001"
    diagnostic.refresh_from_db()
    assert diagnostic.titre == titre
    assert [each.acte for each in audit.history(around.personne)] == ["parcours.titre_ouvrir"]
    assert open_titre(**opening(around, debut=date(2027, 1, 4), on=date(2027, 1, 4))) == titre


def test_numbers_follow_each_other_and_never_come_back(around: SimpleNamespace) -> None:
    TitreFactory(numero="999990000041", annule_le=DAY)
    TitreFactory(numero="123450000099")
    DiagnosticFactory(personne=around.personne)
    assert open_titre(**opening(around)).numero == "999990000042"
    TitreParcours.objects.filter(numero="999990000042").update(numero=None)  # forgotten
    other = entourage()
    DiagnosticFactory(personne=other.personne)
    assert open_titre(**opening(other)).numero == "999990000043"
    assert CompteurTitre.objects.get().dernier == 43


def test_who_is_not_eligible_has_no_right(around: SimpleNamespace) -> None:
    DiagnosticFactory(personne=around.personne, fin=DAY)
    DiagnosticFactory(personne=around.personne, siae=SiaeFactory(), auteur="siae")  # another SIAE says so for itself
    assert refusals(open_titre, **opening(around)) == ["non_eligible"]


def test_a_right_ended_too_recently_asks_for_a_prescripteur(around: SimpleNamespace) -> None:
    titled(around, date(2022, 1, 3))  # ended on 3 January 2024
    DiagnosticFactory(personne=around.personne, siae=around.siae, auteur="siae", fin=date(2027, 1, 1))
    first = date(2026, 1, 2)
    early = {"debut": first, "on": first}
    DiagnosticFactory(personne=around.personne, siae=around.siae, auteur="siae", debut=date(2025, 12, 1))
    assert refusals(open_titre, **opening(around, **early)) == ["carence"]
    assert open_titre(**opening(around, debut=date(2026, 1, 3), on=date(2026, 1, 3))).debut == date(2026, 1, 3)


def test_a_prescripteur_lifts_the_delay(around: SimpleNamespace) -> None:
    titled(around, date(2023, 1, 2))
    DiagnosticFactory(personne=around.personne)
    assert open_titre(**opening(around)).debut == DAY


def test_a_hire_is_planned_six_months_ahead_at_most(around: SimpleNamespace) -> None:
    DiagnosticFactory(personne=around.personne, fin=date(2027, 1, 1))
    assert refusals(open_titre, **opening(around, debut=date(2026, 9, 3))) == ["debut_lointain"]
    assert open_titre(**opening(around, debut=date(2026, 9, 2))).debut == date(2026, 9, 2)


def test_another_siae_does_not_hire_for_one(around: SimpleNamespace) -> None:
    assert refusals(open_titre, **opening(around, siae=SiaeFactory())) == ["autre_organisation"]
    assert refusals(open_titre, **opening(around, actor=around.adviser)) == ["interdit"]
    stranger = member("siae_direction")
    siae = SiaeFactory(organisation=stranger.membre.organisation)  # type: ignore[union-attr]
    assert refusals(open_titre, **opening(around, actor=stranger, siae=siae)) == ["dossier_ferme"]


def test_a_next_right_leaves_no_room(around: SimpleNamespace) -> None:
    titled(around, date(2026, 6, 1))
    DiagnosticFactory(personne=around.personne)
    assert refusals(open_titre, **opening(around)) == ["titre_suivant"]


def test_a_hire_ends_the_suspension(around: SimpleNamespace) -> None:
    titre = titled(around)
    SuspensionFactory(titre=titre, debut=date(2026, 2, 1), fin=date(2026, 5, 1))
    assert open_titre(**opening(around)).jours_suspendus == 29  # 1 February to 1 March
    SuspensionFactory(titre=titre, debut=date(2026, 4, 1), fin=date(2026, 5, 1))
    resumed = open_titre(**opening(around, debut=date(2026, 4, 1), on=date(2026, 4, 1)))
    assert resumed.jours_suspendus == 29


def test_before_the_pass_an_agrement_names_its_siae(around: SimpleNamespace) -> None:
    day = date(2019, 3, 4)
    DiagnosticFactory(personne=around.personne, debut=date(2019, 2, 1), fin=date(2019, 8, 1))
    titre = open_titre(**opening(around, debut=day, on=day))
    assert (titre.regime, titre.siae, titre.fin) == ("agrement", around.siae, date(2021, 3, 4))
    assert titre.duree_jours == 731  # a leap year


def test_an_agrement_is_extended_to_work_elsewhere(around: SimpleNamespace) -> None:
    titre = AgrementFactory(personne=around.personne)
    day = date(2019, 6, 3)
    extending = {"titre": titre, "siae": around.siae, "debut": day, "actor": around.cip, "on": day}
    assert refusals(open_titre, **opening(around, debut=day, on=day)) == ["agrement_autre_siae"]
    assert refusals(extend_agrement, **{**extending, "debut": date(2021, 1, 7)}) == ["hors_titre"]
    assert extend_agrement(**extending).siae == around.siae
    assert open_titre(**opening(around, debut=day, on=day)) == titre
    assert refusals(extend_agrement, **extending) == ["deja_etendu"]


def test_a_pass_needs_no_extension(around: SimpleNamespace) -> None:
    acting = {"titre": titled(around), "siae": around.siae, "debut": DAY, "actor": around.cip, "on": DAY}
    assert refusals(extend_agrement, **acting) == ["pass_sans_extension"]


def suspending(around: SimpleNamespace, titre: TitreParcours, **changes: Any) -> dict[str, Any]:
    return {
        "titre": titre,
        "siae": around.siae,
        "motif": "contrat_suspendu",
        "debut": DAY,
        "fin": date(2026, 4, 1),
        "actor": around.cip,
        "on": DAY,
        **changes,
    }


def test_suspending_moves_the_end_and_lifting_brings_it_back(around: SimpleNamespace) -> None:
    titre = titled(around)
    suspension = suspend_titre(**suspending(around, titre))
    titre.refresh_from_db()
    assert (suspension.plafond_jours, titre.jours_suspendus, titre.fin) == (1096, 30, date(2028, 2, 4))
    assert remaining_days(titre, DAY) == 730 - 56
    lifted = lift_suspension(suspension=suspension, fin=date(2026, 3, 12), actor=around.cip, on=date(2026, 3, 12))
    titre.refresh_from_db()
    assert lifted is not None
    assert (lifted.fin, titre.fin) == (date(2026, 3, 12), date(2028, 1, 15))
    assert lift_suspension(suspension=suspension, fin=DAY, actor=around.cip, on=date(2026, 3, 12)) is None
    titre.refresh_from_db()
    assert (titre.suspensions.count(), titre.fin) == (0, date(2028, 1, 5))
    gone = {"suspension": suspension, "fin": DAY, "actor": around.cip, "on": DAY}
    assert refusals(lift_suspension, **gone) == ["suspension_retiree"]


@pytest.mark.parametrize(("on", "mois"), [(date(2020, 3, 2), 6), (date(2021, 10, 4), 12), (date(2026, 3, 2), 36)])
def test_the_longest_suspension_is_that_of_its_day(around: SimpleNamespace, on: date, mois: int) -> None:
    titre = titled(around, on - timedelta(days=30))
    year, month = divmod(on.year * 12 + on.month - 1 + mois, 12)
    fin = date(year, month + 1, on.day)
    acting = suspending(around, titre, debut=on, fin=fin + timedelta(days=1), on=on)
    assert refusals(suspend_titre, **acting) == ["plafond"]
    assert suspend_titre(**{**acting, "fin": fin}).fin == fin


def test_the_siae_of_the_last_contract_alone_suspends(around: SimpleNamespace) -> None:
    titre = titled(around)
    ContratFactory(personne=around.personne, siae=around.siae, titre=titre)
    assert suspend_titre(**suspending(around, titre, fin=date(2026, 3, 5))).pk
    ContratFactory(personne=around.personne, titre=titre, debut=date(2026, 2, 2))
    assert refusals(suspend_titre, **suspending(around, titre)) == ["autre_siae"]


def test_passing_between_siae_is_agreed_in_a_cta(around: SimpleNamespace) -> None:
    titre = titled(around)
    acting = suspending(around, titre, motif="entre_siae")
    assert refusals(suspend_titre, **acting) == ["avis_manquant"]
    suspend_titre(**acting, avis=Avis(date(2026, 2, 27), "Passage vers une entreprise d’insertion en avril."))
    avis = titre.avis_cta.get()
    assert (avis.rendu_le, avis.organisation) == (date(2026, 2, 27), around.siae.organisation)


def test_an_advice_is_recorded_once_given(around: SimpleNamespace) -> None:
    titre = titled(around)
    acting = {"titre": titre, "actor": around.adviser, "on": DAY}
    assert refusals(record_avis, **acting, avis=Avis(date(2026, 3, 3), "Prolonger le parcours.")) == ["avis_futur"]
    assert refusals(record_avis, **acting, avis=Avis(DAY, "Oui.")) == ["avis_court"]
    assert record_avis(**acting, avis=Avis(DAY, "Prolonger le parcours.")).texte == "Prolonger le parcours."


def test_a_suspension_may_not_push_a_right_over_the_next_one(around: SimpleNamespace) -> None:
    titre = titled(around)
    titled(around, date(2028, 1, 5))
    assert refusals(suspend_titre, **suspending(around, titre)) == ["titre_suivant"]


def prolonging(around: SimpleNamespace, titre: TitreParcours, **changes: Any) -> dict[str, Any]:
    return {
        "titre": titre,
        "siae": around.siae,
        "motif": "fin_formation",
        "jours": 120,
        "actor": around.cip,
        "on": date(2027, 6, 1),
        **changes,
    }


def test_the_end_of_a_training_prolongs_without_anybody_else(around: SimpleNamespace) -> None:
    titre = titled(around)
    prolongation = prolong_titre(**prolonging(around, titre))
    titre.refresh_from_db()
    assert (prolongation.plafond_jours, prolongation.plafond_cumul_jours) == (365, None)
    assert titre.fin == date(2028, 5, 4)
    assert refusals(prolong_titre, **prolonging(around, titre, jours=366)) == ["plafond"]
    assert refusals(prolong_titre, **prolonging(around, titre, on=date(2026, 6, 1))) == ["fenetre"]
    assert refusals(prolong_titre, **prolonging(around, titre, motif="difficultes")) == ["prescripteur_requis"]
    assert refusals(prolong_titre, **prolonging(around, titre, motif="envie")) == ["motif_inconnu"]


def test_the_cdi_of_a_senior_prolongs_once(db: None) -> None:
    around = entourage(date_naissance=date(1965, 5, 17), type_siae="EI")
    titre = titled(around)
    acting = prolonging(around, titre, motif="senior_cdi", jours=3000)
    assert refusals(prolong_titre, **acting) == ["contrat"]
    ContratFactory(personne=around.personne, siae=around.siae, titre=titre, type="cdi_inclusion", fin_prevue=None)
    prolong_titre(**acting)
    later = {**acting, "jours": 10, "on": date(2035, 6, 1)}
    assert refusals(prolong_titre, **later) == ["une_fois"]


def cancelling(around: SimpleNamespace, titre: TitreParcours, **changes: Any) -> dict[str, Any]:
    motif = "Ouvert pour une autre personne."
    return {"titre": titre, "siae": around.siae, "motif": motif, "actor": around.cip, "on": DAY, **changes}


def test_a_right_opened_by_mistake_is_cancelled_for_good(around: SimpleNamespace) -> None:
    titre = titled(around)
    assert refusals(cancel_titre, **cancelling(around, titre, motif="Non")) == ["motif_court"]
    cancelled = cancel_titre(**cancelling(around, titre))
    assert (cancelled.annule_le, titre_en_cours(around.personne, DAY)) == (DAY, None)
    assert refusals(cancel_titre, **cancelling(around, titre)) == ["titre_annule"]
    assert refusals(suspend_titre, **suspending(around, titre)) == ["titre_annule"]


def test_a_right_that_was_lived_is_not_cancelled(around: SimpleNamespace) -> None:
    titre = titled(around)
    contrat = ContratFactory(personne=around.personne, siae=around.siae, titre=titre)
    assert refusals(cancel_titre, **cancelling(around, titre)) == ["titre_vecu"]
    contrat.fin = contrat.debut  # it never began
    contrat.save()
    DemandeFactory(titre=titre)
    assert refusals(cancel_titre, **cancelling(around, titre)) == ["demande_en_attente"]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("suspendre", "lever", "prolonger", "attendre")), st.integers(0, 400), st.integers(0, 1200)
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_order_of_acts_beats_the_caps_that_the_database_holds(around: SimpleNamespace, acts: Any) -> None:
    """Play acts through the services: each is refused in words, never by the database, and the days add up."""
    titre = titled(around)
    on = titre.debut
    for kind, days, length in acts:
        try:
            if kind == "attendre":
                on += timedelta(days=days)
            elif kind == "suspendre":
                debut = on - timedelta(days=days % 30)
                fin = debut + timedelta(days=length)
                suspend_titre(**suspending(around, titre, debut=debut, fin=fin, on=on))
            elif kind == "lever" and (stopped := titre.suspensions.order_by("debut").first()):
                fin = stopped.debut + timedelta(days=length)
                lift_suspension(suspension=stopped, fin=fin, actor=around.cip, on=on)
            elif kind == "prolonger":
                prolong_titre(**prolonging(around, titre, jours=days, on=on))
        except Refused:
            continue
    titre = TitreParcours.objects.get(pk=titre.pk)
    jours = read_titre(titre)
    assert (titre.fin, titre.jours_suspendus, titre.jours_prolonges) == (jours.fin, jours.suspendus, jours.prolonges)
    assert jours.holds_suspensions()
    assert all(each.fin - each.debut <= timedelta(days=each.plafond_jours) for each in titre.suspensions.all())
    compte = count(jours, on)
    assert compte.utilises + compte.restants + compte.suspendus == (titre.fin - titre.debut).days
    Suspension.objects.filter(titre=titre).delete()
    titre.prolongations.all().delete()
    titre.delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_act_at_once_do_not_both_succeed() -> None:
    """Two colleagues suspend the same days at the same time, in two sessions of the database."""
    around = entourage()
    titre = titled(around)
    colleague = member("siae_direction", organisation=around.siae.organisation)
    gate, told = Barrier(2), []

    def act(actor: Any) -> None:
        try:
            gate.wait()
            suspend_titre(**suspending(around, titre, actor=actor))
            told.append("suspendu")
        except Refused as refused:
            told.append(refused.refusals[0].code)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(actor,)) for actor in (around.cip, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(told) == ["chevauchement", "suspendu"]
    titre.refresh_from_db()
    assert titre.jours_suspendus == 30


@pytest.mark.django_db(transaction=True)
def test_two_siae_that_hire_at_once_share_one_right() -> None:
    """The second one finds the right that the first one opened: one number is taken."""
    around = entourage()
    other = member("siae_accompagnement")
    siae = SiaeFactory(organisation=other.membre.organisation)  # type: ignore[union-attr]
    RelationFactory(personne=around.personne, organisation=siae.organisation)
    DiagnosticFactory(personne=around.personne)
    gate, opened = Barrier(2), []

    def act(actor: Any, employer: Any) -> None:
        try:
            gate.wait()
            opened.append(open_titre(**opening(around, actor=actor, siae=employer)).pk)
        finally:
            connection.close()

    threads = [Thread(target=act, args=pair) for pair in ((around.cip, around.siae), (other, siae))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(opened) == 2
    assert set(opened) == {TitreParcours.objects.get().pk}


def test_the_database_holds_the_cap_of_all_prolongations(around: SimpleNamespace) -> None:
    titre = titled(around)
    ProlongationFactory.create_batch(3, titre=titre)
    with pytest.raises(IntegrityError, match="dépassent ensemble"):
        ProlongationFactory(titre=titre, jours=1)
