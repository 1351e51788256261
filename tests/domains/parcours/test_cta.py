"""Cases of CTA: who presents, who sits, what the session decides, what closes when."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.domains.parcours.forms.cta import AvisCasForm
from maillage.domains.parcours.models import AvisCta, CasCta, DecisionCta
from maillage.domains.parcours.queries.attentes_cta import list_attentes
from maillage.domains.parcours.queries.cta import list_cas, list_seances, members, seats, to_do
from maillage.domains.parcours.rules.cta import CAS_CTA, Decision, check_avis, end_of_opening
from maillage.domains.parcours.services import cta as services
from maillage.domains.parcours.services.cta import (
    FicheCas,
    close_case,
    do_action,
    present_case,
    schedule_case,
    withdraw_case,
)
from maillage.domains.parcours.services.evenements_consentements import CasCtaPropose
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ConsentementFactory, TitreFactory
from tests.factories.parcours_accords import CasFactory, DecisionFactory
from tests.factories.parcours_titre import DemandeFactory, entourage
from tests.factories.personnes import RelationFactory
from tests.factories.territoires import TerritoireFactory

TODAY = timezone.localdate()
JOUR = timedelta(days=1)
QUESTION = "Comment débloquer la garde d’enfants avant la fin du contrat ?"
AVIS = "Le comité propose un rendez-vous à trois avant la fin du mois."


def codes(act: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def around(db: None) -> SimpleNamespace:
    """A person followed by a SIAE and a prescripteur, and the three members of the CTA of the 95."""
    found = entourage()
    commune = TerritoireFactory(departement="95")
    found.ddets = member("etat_departement", "ddets")
    found.conseiller = member("emploi_conseiller", "ft_agence")
    found.referent = member("departement_referent", "conseil_departemental")
    for each, (niveau, code) in (
        (found.ddets, ("departement", "95")),
        (found.conseiller, ("commune", commune.code)),
        (found.referent, ("departement", "95")),
    ):
        each.membre.organisation.competences.create(niveau=niveau, code=code)
    OrganisationFactory(types=["mission_locale"]).competences.create(niveau="departement", code="95")
    return found


def asking(around: SimpleNamespace, **changes: Any) -> dict[str, Any]:
    fiche = {"motif": "blocage", "departement": "95", "question": QUESTION, **changes}
    return {
        "personne": around.personne,
        "fiche": FicheCas(**fiche),
        "actor": around.cip,
        "on": TODAY,
        "accord_jusqu_au": TODAY + 60 * JOUR,
    }


def heard(around: SimpleNamespace, **changes: Any) -> CasCta:
    """Return a case whose session is today."""
    cas = present_case(**asking(around, **changes))
    return schedule_case(cas=cas, seance_le=TODAY, actor=around.ddets, on=TODAY)


def opened(around: SimpleNamespace, type_relation: str = "cta") -> set[date | None]:
    rows = Relation.objects.filter(personne=around.personne, type=type_relation)
    return set(rows.values_list("fin", flat=True))


def test_the_table_of_the_states() -> None:
    assert {each.act: (each.sources, each.target) for each in CAS_CTA} == {
        "inscrire": (("propose",), "inscrit"),
        "reporter": (("inscrit",), "inscrit"),
        "traiter": (("inscrit",), "traite"),
        "retirer": (("propose", "inscrit"), "retire"),
    }


@pytest.mark.parametrize(
    ("avis", "decision", "on", "found"),
    [
        (AVIS, Decision("Appeler", 1, date(2026, 5, 5)), date(2026, 5, 4), []),
        ("Oui.", Decision(" ", 1, date(2026, 5, 4)), date(2026, 5, 4), ["avis_court", "action_vide", "action_passee"]),
        (AVIS, Decision("Appeler", 1, date(2026, 5, 5)), date(2026, 5, 3), ["seance_a_venir"]),
    ],
)
def test_what_a_session_decides_is_whole(avis: str, decision: Decision, on: date, found: list[str]) -> None:
    told = check_avis(avis, [decision], seance=date(2026, 5, 4), on=on)
    assert [each.code for each in told] == found


@pytest.mark.parametrize(
    ("echeances", "accord", "fin"),
    [
        ([], date(2027, 1, 1), date(2026, 6, 3)),
        ([date(2026, 5, 20), date(2026, 7, 1)], date(2027, 1, 1), date(2026, 7, 1)),
        ([date(2026, 7, 1)], date(2026, 5, 10), date(2026, 5, 10)),
    ],
)
def test_the_file_closes_after_the_case_and_never_after_the_agreement(
    echeances: list[date], accord: date, fin: date
) -> None:
    assert end_of_opening(clos_le=date(2026, 5, 4), jours=30, echeances=echeances, accord=accord) == fin


def test_the_members_sit_at_the_cta_of_their_land(around: SimpleNamespace) -> None:
    sitting = (around.ddets, around.conseiller, around.referent)
    assert set(members("95")) == {each.membre.organisation for each in sitting}
    assert [seats(each) for each in (*sitting, around.cip)] == [{"95"}, {"95"}, {"95"}, set()]
    assert list(members("77")) == []


def test_a_case_opens_the_file_to_the_members_as_long_as_the_agreement(
    around: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[Any] = []
    monkeypatch.setattr(services.events, "publish", published.append)
    assert codes(present_case, **{**asking(around), "accord_jusqu_au": None}) == ["sans_accord"]
    assert list(visible_to(around.referent)) == []
    cas = present_case(**asking(around))
    assert published == [CasCtaPropose(cas.pk, around.personne.pk, "95")]
    assert opened(around) == {TODAY + 60 * JOUR}
    for each in (around.ddets, around.conseiller, around.referent, around.cip):
        assert list(list_cas(each, TODAY)) == [cas]
    assert list(visible_to(around.referent)) == [around.personne]
    assert list(list_cas(around.adviser, TODAY)) == []
    told = Notification.objects.filter(type="parcours.cta").values_list("destinataire", flat=True)
    assert set(told) == {around.ddets.pk, around.conseiller.pk}
    assert codes(present_case, **asking(around)) == ["cas_en_cours"]
    assert [(each.url, each.nombre) for each in list_attentes(around.ddets)] == [("/parcours/cta/?voir=a_inscrire", 1)]


def test_a_case_is_refused_without_words_members_or_a_follower(around: SimpleNamespace) -> None:
    assert codes(present_case, **asking(around, question="Que faire ?")) == ["question_courte"]
    assert codes(present_case, **asking(around, motif="humeur")) == ["motif_inconnu"]
    assert codes(present_case, **asking(around, departement="77")) == ["cta_inconnu"]
    assert codes(present_case, **{**asking(around), "actor": around.ddets}) == ["interdit"]
    RelationFactory(personne=around.personne, organisation=around.conseiller.membre.organisation, type="cta")
    assert codes(present_case, **{**asking(around), "actor": around.conseiller}) == ["pas_suivie"]


def test_about_the_right_the_case_is_bound_to_it_and_to_the_request_that_waits(around: SimpleNamespace) -> None:
    titre = TitreFactory(personne=around.personne, debut=TODAY - 30 * JOUR)
    demande = DemandeFactory(titre=titre)
    cas = heard(around, motif="prolongation")
    assert (cas.titre, cas.demande) == (titre, demande)
    close_case(cas=cas, avis=AVIS, decisions=[], actor=around.ddets, on=TODAY)
    [avis] = AvisCta.objects.all()
    cas.refresh_from_db()
    assert (avis.titre, avis.texte, avis.organisation, cas.avis_titre) == (
        titre,
        AVIS,
        around.ddets.membre.organisation,
        avis,
    )


def test_a_session_writes_its_advice_and_who_does_what(around: SimpleNamespace) -> None:
    cas = present_case(**asking(around))
    closing: dict[str, Any] = {"avis": AVIS, "decisions": [], "actor": around.ddets, "on": TODAY}
    assert codes(close_case, cas=cas, **closing) == ["transition_interdite"]
    assert codes(schedule_case, cas=cas, seance_le=TODAY - JOUR, actor=around.ddets, on=TODAY) == ["seance_passee"]
    assert codes(schedule_case, cas=cas, seance_le=TODAY, actor=around.cip, on=TODAY) == ["interdit"]
    later = schedule_case(cas=cas, seance_le=TODAY + 5 * JOUR, actor=around.conseiller, on=TODAY)
    assert list_seances(around.cip, TODAY) == [(TODAY + 5 * JOUR, "95", 1)]
    assert codes(close_case, cas=later, **closing) == ["seance_a_venir"]
    now = schedule_case(cas=later, seance_le=TODAY, actor=around.ddets, on=TODAY)
    stranger = Decision("Appeler", OrganisationFactory().pk, TODAY + 9 * JOUR)
    assert codes(close_case, cas=now, **{**closing, "decisions": [stranger]}) == ["acteur_inconnu"]
    todo = Decision("Recevoir la personne", around.conseiller.membre.organisation_id, TODAY + 40 * JOUR)
    done = close_case(cas=now, **{**closing, "decisions": [todo]})
    assert (done.etat, done.avis, done.clos_le, opened(around)) == ("traite", AVIS, TODAY, {TODAY + 40 * JOUR})
    [decision] = to_do(around.conseiller, TODAY)
    assert codes(do_action, decision=decision, actor=around.ddets, on=TODAY) == ["autre_organisation"]
    assert do_action(decision=decision, actor=around.conseiller, on=TODAY).faite_le == TODAY
    assert list(to_do(around.conseiller, TODAY)) == []


def test_a_case_withdrawn_closes_the_file_today(around: SimpleNamespace) -> None:
    cas = present_case(**asking(around))
    assert codes(withdraw_case, cas=cas, actor=around.adviser, on=TODAY) == ["autre_organisation"]
    assert withdraw_case(cas=cas, actor=around.cip, on=TODAY).etat == "retire"
    assert opened(around) == {TODAY}
    assert [list(list_cas(each, TODAY)) for each in (around.cip, around.ddets)] == [[cas], []]
    assert present_case(**asking(around)).pk != cas.pk
    assert opened(around) == {TODAY + 60 * JOUR}


@pytest.mark.parametrize("treated", [False, True])
def test_the_agreement_taken_back_stops_it_all_the_same_day(around: SimpleNamespace, treated: bool) -> None:
    cas = heard(around)
    if treated:
        close_case(cas=cas, avis=AVIS, decisions=[], actor=around.ddets, on=TODAY)
    withdraw_consent(consentement=cas.consentement, actor=around.adviser, on=TODAY)
    cas.refresh_from_db()
    assert (cas.etat, opened(around)) == ("traite" if treated else "retire", {TODAY})
    assert [list(list_cas(each, TODAY)) for each in (around.ddets, around.referent)] == [[], []]
    assert list(visible_to(around.referent)) == []


def test_the_list_asks_as_many_queries_for_one_case_as_for_three(around: SimpleNamespace) -> None:
    def ask() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            list(list_cas(around.ddets, TODAY))
        return len(found)

    for _ in range(3):
        each = CasFactory()
        RelationFactory(personne=each.personne)
        DecisionFactory.create_batch(2, cas=each)
        if _ == 0:
            one = ask()
    assert list_cas(around.ddets, TODAY).count() == 3
    assert {each.a_faire for each in list_cas(around.ddets, TODAY)} == {2}
    assert ask() == one


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"motif": "humeur"}, "cas_cta_valeurs"),
        ({"departement": "Paris"[:3]}, "cas_cta_departement"),
        ({"etat": "inscrit"}, "cas_cta_seance"),
        ({"etat": "retire"}, "cas_cta_clos"),
        ({"avis": AVIS}, "cas_cta_avis"),
    ],
)
@pytest.mark.django_db
def test_what_the_database_holds(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CasFactory(**fields)


@pytest.mark.django_db
def test_one_living_case_and_never_without_the_agreement_to_it() -> None:
    first = CasFactory()
    with pytest.raises(IntegrityError, match="cas_cta_un_a_la_fois"), transaction.atomic():
        CasFactory(personne=first.personne, consentement=first.consentement)
    for wrong in ({"objet": "suite"}, {"fin": TODAY}, {"personne": first.personne}):
        with pytest.raises(IntegrityError, match="avec l’accord de la personne"), transaction.atomic():
            CasFactory(consentement=ConsentementFactory(**{"debut": TODAY - JOUR, "fin": TODAY + JOUR, **wrong}))
    assert DecisionCta.objects.count() == 0


@pytest.mark.django_db
def test_an_action_is_typed_whole_or_not_at_all() -> None:
    acteur = OrganisationFactory()
    acteur.refresh_from_db()
    typed = {"avis": AVIS, "quoi_1": "Appeler", "qui_1": str(acteur.public_id), "avant_1": TODAY}
    form = AvisCasForm(typed, acteurs=[acteur])
    assert form.is_valid()
    assert form.decisions == [Decision("Appeler", acteur.pk, TODAY + JOUR)]
    partial = AvisCasForm({"avis": AVIS, "quoi_2": "Appeler"}, acteurs=[acteur])
    assert not partial.is_valid()
    assert set(partial.errors) == {"qui_2", "avant_2"}
