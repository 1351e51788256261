"""Sessions of POEC: seats held by the database, candidates known by a number, figures under secrecy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from maillage.domains.entreprises.models import CandidatPoec, SessionPoec
from maillage.domains.entreprises.queries.attentes_entreprises import list_attentes
from maillage.domains.entreprises.queries.poec import count_etapes, list_candidats, list_sessions
from maillage.domains.entreprises.services.poec import (
    FicheSession,
    cancel_session,
    edit_session,
    move_candidat,
    open_session,
    propose,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Lecture, Notification
from maillage.foundations.kernel.views.journal import particulars, subject
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Personne
from tests.factories.accounts import member
from tests.factories.economie import RomeFactory
from tests.factories.entreprises import TODAY, CandidatFactory, SessionPoecFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [each.code for each in refused.value.refusals]


def fiche(**more: Any) -> FicheSession:
    base = FicheSession(
        intitule="Agent de propreté",
        opco="Opco fictif",
        branche="propreté",
        rome=RomeFactory(),
        organisme="Organisme fictif",
        commune=TerritoireFactory(),
        debut=TODAY + timedelta(days=30),
        fin=TODAY + timedelta(days=90),
        heures=399,
        places=1,
    )
    return replace(base, **more)


@pytest.fixture
def opco(db: None) -> User:
    return member(P.OPCO, "opco")


def another(cip: User) -> Personne:
    person = PersonneFactory()
    RelationFactory(personne=person, organisation=cip.membre.organisation)  # type: ignore[union-attr]
    return person


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"fin": TODAY + timedelta(days=30)}, "session_poec_periode"),
        ({"places": 0}, "session_poec_places"),
        ({"heures": 0}, "session_poec_places"),
    ],
)
def test_session(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        SessionPoecFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"etat": "ailleurs"}, "candidat_poec_embauche"),
        ({"etat": "embauche"}, "candidat_poec_embauche"),
        ({"contrat_suite": "cdi"}, "candidat_poec_embauche"),
    ],
)
def test_candidat(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CandidatFactory(**fields)


def test_a_person_is_proposed_once_and_has_a_number() -> None:
    first = CandidatFactory()
    with pytest.raises(IntegrityError, match="candidat_poec_unique"), connection.cursor():
        CandidatFactory(session=first.session, personne=first.personne)


def test_a_number_is_given_once() -> None:
    first = CandidatFactory()
    with pytest.raises(IntegrityError, match="candidat_poec_numero"):
        CandidatFactory(session=first.session, numero=first.numero)


def test_the_database_holds_the_seats() -> None:
    session = SessionPoecFactory(places=1)
    CandidatFactory(session=session, etat="retenu")
    CandidatFactory(session=session, etat="abandon")
    with pytest.raises(IntegrityError, match="places de la session sont prises"):
        CandidatFactory(session=session, etat="entre")


def test_a_session_keeps_the_seats_that_are_taken() -> None:
    session = SessionPoecFactory(places=2)
    for _ in range(2):
        CandidatFactory(session=session, etat="retenu")
    session.places = 1
    with pytest.raises(IntegrityError, match="déjà retenus"):
        session.save()


@pytest.mark.django_db(transaction=True)
def test_two_who_retain_for_the_last_seat_cannot_both_succeed() -> None:
    opco = member(P.OPCO, "opco")
    session = SessionPoecFactory(organisation=opco.membre.organisation, places=1)  # type: ignore[union-attr]
    both = [CandidatFactory(session=session), CandidatFactory(session=session)]
    gate, found = Barrier(2), []

    def retain(candidat: CandidatPoec) -> None:
        try:
            gate.wait(timeout=20)
            move_candidat(candidat=candidat, act="retenir", actor=opco)
            found.append("retenu")
        except Refused as refused:
            found.append(refused.refusals[0].code)
        finally:
            connection.close()

    threads = [Thread(target=retain, args=(each,)) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(found) == ["complet", "retenu"]
    assert CandidatPoec.objects.filter(etat="retenu").count() == 1


def test_from_a_proposal_to_a_hire(opco: User, cip: User, contrat: Any, personne: Personne) -> None:
    session = open_session(fiche=fiche(), actor=opco)
    candidat = propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)
    assert Notification.objects.filter(destinataire=opco).count() == 1
    assert [each.label for each in list_attentes(opco)] == ["1 candidat à une POEC à retenir ou non"]
    for act in ("retenir", "entrer", "achever"):
        move_candidat(candidat=candidat, act=act, actor=opco)
    assert codes(lambda: move_candidat(candidat=candidat, act="embaucher", actor=cip)) == ["contrat_manquant"]
    moved = move_candidat(candidat=candidat, act="embaucher", actor=cip, contrat_suite="cdi")
    assert (moved.etat, moved.contrat_suite) == ("embauche", "cdi")


def test_the_journal_of_who_leads_names_the_candidate_of_the_session_alone(
    opco: User, cip: User, contrat: Any, personne: Personne
) -> None:
    session = open_session(fiche=fiche(), actor=opco)
    candidat = propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)
    move_candidat(candidat=candidat, act="retenir", actor=opco)
    [act] = audit.visible_to(opco).filter(acte="entreprises.retenir_poec")
    assert subject(act) == "personne"
    assert particulars(act) == f"session : {session.public_id} ; candidat : 1"


@pytest.mark.parametrize(
    ("act", "who", "expected"),
    [
        ("retenir", "cip", ["interdit"]),
        ("desister", "opco", ["interdit"]),
        ("ecarter", "opco", ["motif_manquant"]),
        ("desister", "cip", ["motif_manquant"]),
        ("entrer", "opco", ["transition_interdite"]),
    ],
)
def test_who_may_move_a_candidate(
    opco: User, cip: User, contrat: Any, personne: Personne, act: str, who: str, expected: list[str]
) -> None:
    session = open_session(fiche=fiche(), actor=opco)
    candidat = propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)
    actor = {"cip": cip, "opco": opco}[who]
    assert codes(lambda: move_candidat(candidat=candidat, act=act, actor=actor)) == expected


def test_a_session_that_is_full_begun_or_cancelled_takes_nobody(
    opco: User, cip: User, contrat: Any, personne: Personne
) -> None:
    full, begun, off = (open_session(fiche=fiche(), actor=opco) for _ in range(3))
    CandidatFactory(session=full, etat="retenu")
    SessionPoec.objects.filter(pk=begun.pk).update(debut=TODAY)
    cancel_session(session=off, actor=opco, on=TODAY)
    for session in (full, begun, off):
        refused = codes(
            lambda session=session: propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)  # type: ignore[misc]
        )
        assert refused == ["session_fermee"]


def test_a_session_is_changed_by_who_leads_it(opco: User) -> None:
    session = open_session(fiche=fiche(places=2), actor=opco)
    assert edit_session(session=session, fiche=fiche(places=3), actor=opco).places == 3
    stranger = member(P.OPCO, "opco")
    assert codes(lambda: edit_session(session=session, fiche=fiche(), actor=stranger)) == ["interdit"]
    assert codes(lambda: open_session(fiche=fiche(fin=TODAY), actor=opco)) == ["fin_avant_debut"]
    for _ in range(2):
        CandidatFactory(session=session, etat="retenu")
    assert codes(lambda: edit_session(session=session, fiche=fiche(places=1), actor=opco)) == ["places"]


def test_who_leads_a_session_reads_numbers_and_a_siae_its_own_names(
    opco: User, cip: User, contrat: Any, personne: Personne
) -> None:
    session = open_session(fiche=fiche(places=5), actor=opco)
    propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)
    CandidatFactory(session=session, numero=2)
    assert [(ligne.candidat.numero, ligne.personne) for ligne in list_candidats(session, opco)] == [
        (1, None),
        (2, None),
    ]
    assert [(ligne.candidat.numero, ligne.personne) for ligne in list_candidats(session, cip)] == [(1, personne)]
    assert list_candidats(session, member(P.SIAE_DIRECTION)) == []


def test_the_page_of_a_session_names_nobody_to_who_leads_it(
    client: Client, opco: User, cip: User, contrat: Any, personne: Personne
) -> None:
    session = open_session(fiche=fiche(), actor=opco)
    propose(session=session, personne=personne, siae=contrat.siae, actor=cip, on=TODAY)
    address = f"/entreprises/poec/{session.public_id}/"
    client.force_login(opco)
    page = client.get(address).content.decode()
    assert ("n° 1" in page, personne.nom in page, Lecture.objects.count()) == (True, False, 0)
    client.force_login(cip)
    assert personne.nom in client.get(address).content.decode()
    assert Lecture.objects.get().objet == personne


def test_steps_are_withheld_with_what_would_lead_back_to_them() -> None:
    session = SessionPoecFactory(places=50)
    for etat, count in (("propose", 7), ("retenu", 1), ("embauche", 6), ("acheve", 2)):
        for _ in range(count):
            CandidatFactory(session=session, etat=etat, contrat_suite="cdi" if etat == "embauche" else "")
    # 16 proposed, 9 retained; 8 entered would tell the one who did not; 8 achieved and 6 hired likewise.
    assert [count for _, count in count_etapes(list_sessions())] == [16, 9, None, None, None]
    assert [count for _, count in count_etapes(SessionPoec.objects.none())] == [0, 0, 0, 0, 0]


def test_the_list_asks_as_many_queries_for_one_session_as_for_three(
    client: Client, opco: User, django_assert_constant_queries: Any
) -> None:
    client.force_login(opco)

    def create(number: int) -> None:
        for _ in range(number):
            CandidatFactory(session=SessionPoecFactory(organisation=opco.membre.organisation))  # type: ignore[union-attr]

    django_assert_constant_queries(create, lambda: client.get("/entreprises/poec/"))


def test_a_person_of_ours_is_proposed_from_their_sheet(
    client: Client, opco: User, cip: User, contrat: Any, personne: Personne
) -> None:
    session = open_session(fiche=fiche(), actor=opco)
    client.force_login(cip)
    address = f"/entreprises/personnes/{personne.public_id}/poec/"
    assert session.intitule in client.get(address).content.decode()
    response = client.post(address, {"session": str(session.public_id), "siae": str(contrat.siae.pk)})
    assert (response.status_code, session.candidats.get().personne) == (302, personne)
    assert another(cip).pk
