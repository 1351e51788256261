"""The shared diagnostic: its life, what binds it, who may open it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from maillage.domains.diagnostics.enums import EtatDiagnostic as E
from maillage.domains.diagnostics.enums import RoleCoAuteur as R
from maillage.domains.diagnostics.models import Bloc, CoAuteur, DiagnosticPartage
from maillage.domains.diagnostics.queries.competences import name_territoire
from maillage.domains.diagnostics.queries.partage import (
    droits,
    list_absents,
    list_candidates,
    list_co_auteurs,
    list_diagnostics,
    list_members,
    list_sections,
    list_territoires,
    visible_to,
)
from maillage.domains.diagnostics.queries.partage_attentes import list_attentes
from maillage.domains.diagnostics.rules import check_cloture, check_periode, partenaires_absents, periode_suivante
from maillage.domains.diagnostics.services.partage import (
    DiagnosticPublie,
    PiloteChange,
    ask_validation,
    begin_next,
    hand_over,
    invite_co_auteur,
    move_diagnostic,
    open_diagnostic,
    remove_co_auteur,
    validate_for,
)
from maillage.domains.diagnostics.services.partage_textes import comment, take_position, write_section
from maillage.foundations.kernel import events
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, JournalTransition, Notification
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.territoires.models import Appartenance, Territoire
from tests.factories.accounts import OrganisationFactory, UserFactory, member
from tests.factories.partage import (
    BlocFactory,
    CoAuteurFactory,
    DiagnosticFactory,
    as_author,
    freeze_state,
    partner,
)

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def etat() -> Any:
    return partner("etat", ("departement", "93"))


@pytest.fixture
def conseil() -> Any:
    return partner("conseil", ("departement", "93"))


@pytest.fixture
def partage(etat: Any, conseil: Any) -> DiagnosticPartage:
    """Return a draft of the State, that the Département writes too."""
    diagnostic = DiagnosticFactory(pilote=etat.organisation, code="93", departement="93")
    CoAuteurFactory(diagnostic=diagnostic, organisation=conseil.organisation)
    return diagnostic


def move(diagnostic: DiagnosticPartage, act: str, who: Any, motif: str = "") -> DiagnosticPartage:
    return move_diagnostic(diagnostic=diagnostic, act=act, motif=motif, **as_author(who), on=ON)


def validate(diagnostic: DiagnosticPartage, who: Any) -> CoAuteur:
    diagnostic.refresh_from_db()
    return validate_for(diagnostic=diagnostic, lu_le=diagnostic.modifie_le, **as_author(who))


def test_a_period_and_a_closing_make_sense_or_say_why() -> None:
    assert check_periode(2026, 2026) == []
    assert [each.code for each in check_periode(2026, 2025)] == ["periode"]
    assert [each.code for each in check_periode(1800, 1800)] == ["annee_invalide"]
    assert [periode_suivante(*years) for years in ((2026, 2026), (2024, 2026))] == [(2027, 2027), (2027, 2029)]
    nothing: dict[str, Any] = {"a_relire": [], "a_reunir": [], "manquants": [], "motif": ""}
    assert check_cloture(**nothing) == []
    missing = {**nothing, "manquants": ["France Travail"]}
    assert [each.code for each in check_cloture(**missing)] == ["validations_manquantes"]
    assert check_cloture(**{**missing, "motif": "Trois relances sans réponse."}) == []
    found = check_cloture(**{**nothing, "a_relire": ["Le territoire"], "a_reunir": ["Enjeux"]})
    assert [each.code for each in found] == ["a_relire", "a_reunir"]
    assert partenaires_absents(["ddets", "ft_agence"]) == ["le Conseil départemental", "un réseau de l’IAE"]


def test_opening_prefills_the_sections_with_frozen_figures(offre: SimpleNamespace, etat: Any) -> None:
    territoire = offre.ensembles["93"]
    diagnostic = open_diagnostic(territoire=territoire, annee_debut=2026, annee_fin=2026, **as_author(etat))
    assert str(diagnostic) == "Diagnostic partagé de l’IAE\u202f: Seine-Saint-Denis, 2026"
    assert (diagnostic.etat, diagnostic.departement, diagnostic.region) == (E.BROUILLON, "93", "11")
    assert [(each.nom, each.role) for each in list_co_auteurs(diagnostic)] == [(str(etat.organisation), R.PILOTE)]
    found = Bloc.objects.filter(section__diagnostic=diagnostic).order_by("section__ordre", "ordre")
    blocs = {each.code: each for each in found}
    opened = ("population", "siae_par_type", "mesures", "siae", "accessibilite_comparee", "sous_dotes", "reperes")
    assert tuple(blocs) == opened  # no outline, no need imported: neither map nor publics
    kinds = blocs["siae_par_type"].tableau
    assert kinds["columns"] == ["Type", "Seine-Saint-Denis", "Île-de-France"]
    assert [row for row in kinds["rows"] if row[0] in {"Ensemble", "ETP"}] == [["Ensemble", 4, 6], ["ETP", 47.0, 54.0]]
    assert blocs["population"].tableau["rows"][0] == ["Seine-Saint-Denis", "département", 2, 150000, "100,0\u202f%"]
    assert Acte.objects.filter(acte="diagnostics.open_shared", objet_id=diagnostic.pk).count() == 1

    with pytest.raises(Refused) as refused:
        open_diagnostic(territoire=territoire, annee_debut=2026, annee_fin=2026, **as_author(etat))
    assert codes(refused) == ["diagnostic_existant"]
    with pytest.raises(Refused) as refused:
        open_diagnostic(territoire=offre.ensembles["77"], annee_debut=2026, annee_fin=2026, **as_author(etat))
    assert codes(refused) == ["hors_competence"]


def test_an_organisation_opens_what_it_answers_for(region: SimpleNamespace) -> None:
    def land(*competences: tuple[str, str]) -> list[str]:
        organisation = OrganisationFactory()
        for niveau, code in competences:
            organisation.competences.create(niveau=niveau, code=code)
        return [each.code for each in list_territoires(organisation)]

    assert land(("departement", "93")) == ["93", "200057867", "93001", "93066"]
    assert land(("ept", "200057867")) == ["200057867", "93001", "93066"]
    assert land(("commune", "77288")) == ["77288"]
    assert land(("region", "11")) == ["11", "93", "77", "200057867", "247700057", "200072346"]
    assert land() == []


def test_an_intercommunalite_astride_is_opened_from_each_of_its_departements(region: SimpleNamespace) -> None:
    epci = Territoire.objects.create(
        niveau="epci", code="200055655", nom="Roissy Pays de France", region="11", millesime=2026
    )
    for code in ("77288", "93001"):
        Appartenance.objects.filter(unite__code=code, maille="intercommunalite").delete()
        Appartenance.objects.create(unite=region.communes[code], ensemble=epci, maille="intercommunalite")
    seine_et_marne, seine_saint_denis = (
        partner("etat", ("departement", "77")),
        partner("conseil", ("departement", "93")),
    )
    commune = OrganisationFactory()
    commune.competences.create(niveau="commune", code="93001")
    for each in (seine_et_marne.organisation, seine_saint_denis.organisation):
        found = {one.code: one for one in list_territoires(each)}
        told = "Roissy Pays de France (200055655), à cheval\u202f: 1 de ses 2 communes ici"
        assert name_territoire(found["200055655"]) == told
    assert "200055655" not in [each.code for each in list_territoires(commune)]
    opened = open_diagnostic(territoire=epci, annee_debut=2026, annee_fin=2026, **as_author(seine_et_marne))
    assert [each for each, _ in list_candidates(opened)] == [seine_saint_denis.organisation]


def test_who_may_open_one(region: SimpleNamespace) -> None:
    territoire = region.ensembles["93"]
    for profil, kind in ((P.RESEAU, "reseau_departemental"), (P.EMPLOI_DIRECTION, "ft_direction")):
        user = member(profil, kind)
        user.membre.organisation.competences.create(niveau="departement", code="93")
        with pytest.raises(Refused) as refused:
            open_diagnostic(
                territoire=territoire,
                annee_debut=2026,
                annee_fin=2026,
                actor=user,
                organisation=user.membre.organisation,
            )
        assert codes(refused) == ["interdit"]


def test_each_state_opens_to_whom_it_should(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    stranger = partner("reseau", ("departement", "77")).user
    people = {
        "author": conseil.user,
        "stranger": stranger,
        "connected": UserFactory(),
        "operator": UserFactory(is_staff=True),
        "visitor": AnonymousUser(),
    }

    def readers() -> set[str]:
        return {name for name, user in people.items() if visible_to(user).exists()}

    assert readers() == {"author", "operator"}
    freeze_state(partage, E.CONCERTATION, ON)
    assert readers() == {"author", "operator", "stranger", "connected"}
    freeze_state(partage, E.PUBLIE, ON)
    assert readers() == set(people)


@pytest.mark.parametrize(
    ("role", "etat_", "expected"),
    [
        (R.PILOTE, E.BROUILLON, {"ecrire", "commenter", "piloter"}),
        (R.PILOTE, E.CONCERTATION, {"ecrire", "commenter", "se_prononcer", "valider", "piloter"}),
        (R.CO_AUTEUR, E.CONCERTATION, {"ecrire", "commenter", "se_prononcer", "valider"}),
        (R.CONSULTE, E.CONCERTATION, {"commenter", "se_prononcer"}),
        (R.CO_AUTEUR, E.PUBLIE, set()),
        (R.PILOTE, E.VALIDE, {"piloter"}),
        (None, E.CONCERTATION, set()),
    ],
)
def test_what_a_role_may_do_in_a_state(role: R | None, etat_: E, expected: set[str]) -> None:
    membre = partner("conseil")
    diagnostic = DiagnosticFactory(pilote=membre.organisation if role == R.PILOTE else None)
    if role not in (None, R.PILOTE):
        CoAuteurFactory(diagnostic=diagnostic, organisation=membre.organisation, role=role)
    freeze_state(diagnostic, etat_, ON)
    found = droits(membre.user, diagnostic)
    names = ("ecrire", "commenter", "se_prononcer", "valider", "piloter")
    assert {name for name in names if getattr(found, name)} == expected


def test_the_pilot_hands_over_to_who_could_have_opened_it(
    partage: DiagnosticPartage,
    etat: Any,
    conseil: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    travail, reseau = partner("travail", ("departement", "93")), partner("reseau", ("departement", "93"))
    CoAuteurFactory(diagnostic=partage, organisation=travail.organisation)
    CoAuteurFactory(diagnostic=partage, organisation=reseau.organisation, role=R.CONSULTE)
    rows = {each.organisation_id: each for each in partage.co_auteurs.all()}
    told: list[PiloteChange] = []
    monkeypatch.setitem(events._SUBSCRIBERS, PiloteChange, [told.append])
    for membre in (travail, reseau):  # one may not open a diagnostic, the other does not write in this one
        with pytest.raises(Refused) as refused:
            hand_over(co_auteur=rows[membre.organisation_id], **as_author(etat))
        assert codes(refused) == ["pilote_impossible"]
    with pytest.raises(Refused) as refused:
        hand_over(co_auteur=rows[conseil.organisation_id], **as_author(conseil))
    assert codes(refused) == ["pas_co_auteur"]
    with django_capture_on_commit_callbacks(execute=True):
        hand_over(co_auteur=rows[conseil.organisation_id], **as_author(etat))
    roles = dict(partage.co_auteurs.values_list("organisation", "role"))
    assert roles == {
        etat.organisation_id: R.CO_AUTEUR,
        conseil.organisation_id: R.PILOTE,
        travail.organisation_id: R.CO_AUTEUR,
        reseau.organisation_id: R.CONSULTE,
    }
    assert told == [PiloteChange(str(partage.public_id), conseil.organisation_id)]
    assert Acte.objects.filter(acte="diagnostics.hand_over").count() == 1
    assert droits(etat.user, partage).piloter is False
    freeze_state(partage, E.VALIDE, ON)
    with pytest.raises(Refused) as refused:
        hand_over(co_auteur=partage.co_auteurs.get(organisation=etat.organisation), **as_author(conseil))
    assert codes(refused) == ["etat"]


def test_the_pilot_invites_and_the_partners_of_the_strategy_come_first(partage: DiagnosticPartage, etat: Any) -> None:
    reseau, dla = partner("reseau", ("departement", "93")), OrganisationFactory(types=["dla"])
    dla.competences.create(niveau="departement", code="93")
    assert list_candidates(partage) == [(reseau.organisation, True), (dla, False)]
    assert list_absents(list_co_auteurs(partage)) == ["France Travail", "un réseau de l’IAE"]
    made = invite_co_auteur(diagnostic=partage, invitee=reseau.organisation, role=R.CONSULTE, **as_author(etat))
    assert list_candidates(partage) == [(dla, False)]
    with pytest.raises(Refused) as refused:
        invite_co_auteur(diagnostic=partage, invitee=dla, role=R.CO_AUTEUR, **as_author(reseau))
    assert codes(refused) == ["pas_co_auteur"]
    with pytest.raises(Refused) as refused:
        invite_co_auteur(diagnostic=partage, invitee=dla, role=R.PILOTE, **as_author(etat))
    assert codes(refused) == ["role"]
    remove_co_auteur(co_auteur=made, **as_author(etat))
    assert partage.co_auteurs.count() == 2
    with pytest.raises(Refused) as refused:
        remove_co_auteur(co_auteur=partage.co_auteurs.get(role=R.PILOTE), **as_author(etat))
    assert codes(refused) == ["pilote"]


def test_publishing_tells_the_other_rooms(
    partage: DiagnosticPartage, etat: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[DiagnosticPublie] = []
    monkeypatch.setitem(events._SUBSCRIBERS, DiagnosticPublie, [told.append])
    freeze_state(partage, E.VALIDE, ON)
    with django_capture_on_commit_callbacks(execute=True):
        move(partage, "publier", etat)
    assert told == [DiagnosticPublie(str(partage.public_id), "departement", "93", 2026)]


def test_from_draft_to_publication(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    with pytest.raises(Refused) as refused:
        move(partage, "valider", etat)
    assert codes(refused) == ["transition_interdite"]
    move(partage, "ouvrir", etat)
    assert list(Notification.objects.values_list("destinataire", "type")) == [
        (conseil.user.pk, "diagnostics.concertation")
    ]
    with pytest.raises(Refused) as refused:
        move(partage, "reprendre", etat, "non")
    assert codes(refused) == ["motif_court"]
    move(partage, "reprendre", etat, "Les chiffres du RSA étaient faux.")
    move(partage, "ouvrir", etat)
    with pytest.raises(Refused) as refused:
        ask_validation(diagnostic=partage, avant=ON - timedelta(days=1), **as_author(etat), on=ON)
    assert codes(refused) == ["date_passee"]
    ask_validation(diagnostic=partage, avant=ON + timedelta(days=21), **as_author(etat), on=ON)
    validate(partage, etat)
    with pytest.raises(Refused) as refused:
        move(partage, "valider", etat)
    assert codes(refused) == ["validations_manquantes"]
    with pytest.raises(Refused) as refused:
        move(partage, "valider", conseil)
    assert codes(refused) == ["pas_co_auteur"]
    validate(partage, conseil)
    valid = move(partage, "valider", etat)
    assert (valid.etat, valid.valide_le, valid.cloture_motif) == (E.VALIDE, ON, "")
    published = move(partage, "publier", etat)
    assert (published.etat, published.publie_le) == (E.PUBLIE, ON)
    moves = JournalTransition.objects.filter(objet_id=partage.pk).order_by("pk")
    assert list(moves.values_list("acte", "motif")) == [
        ("ouvrir", ""),
        ("reprendre", "Les chiffres du RSA étaient faux."),
        ("ouvrir", ""),
        ("valider", ""),
        ("publier", ""),
    ]
    assert Acte.objects.filter(acte="diagnostics.validate_for", auteur=conseil.user).count() == 1


def test_a_consultation_is_led_with_others(etat: Any) -> None:
    with pytest.raises(Refused) as refused:
        move(DiagnosticFactory(pilote=etat.organisation), "ouvrir", etat)
    assert codes(refused) == ["seul"]


def test_a_validation_holds_for_what_was_read(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    move(partage, "ouvrir", etat)
    partage.refresh_from_db()
    seen = partage.modifie_le
    section = partage.sections.get(code="enjeux")
    write_section(section=section, texte="Créer trois chantiers.", depuis=0, **as_author(etat))
    with pytest.raises(Refused) as refused:
        validate_for(diagnostic=partage, lu_le=seen, **as_author(conseil))
    assert codes(refused) == ["modifie_depuis"]
    validate(partage, conseil)
    write_section(section=section, texte="Créer deux chantiers.", depuis=1, **as_author(etat))
    partage.refresh_from_db()
    assert {each.nom: each.a_jour for each in list_co_auteurs(partage)} == {  # type: ignore[attr-defined]
        str(etat.organisation): False,
        str(conseil.organisation): False,
    }


def test_a_pilot_closes_without_a_partner_by_saying_why(partage: DiagnosticPartage, etat: Any) -> None:
    move(partage, "ouvrir", etat)
    validate(partage, etat)
    closed = move(partage, "valider", etat, "Trois relances du Conseil sans réponse.")
    assert closed.cloture_motif == "Trois relances du Conseil sans réponse."


def test_next_year_begins_from_the_last(offre: SimpleNamespace, etat: Any, conseil: Any) -> None:
    last = open_diagnostic(territoire=offre.ensembles["93"], annee_debut=2026, annee_fin=2026, **as_author(conseil))
    invite_co_auteur(diagnostic=last, invitee=etat.organisation, role=R.CO_AUTEUR, **as_author(conseil))
    section = last.sections.get(code="enjeux")
    write_section(section=section, texte="Créer trois chantiers.", depuis=0, **as_author(etat))
    last.refresh_from_db()
    with pytest.raises(Refused) as refused:
        begin_next(diagnostic=last, **as_author(etat))
    assert codes(refused) == ["etat"]
    freeze_state(last, E.PUBLIE, ON)
    Territoire.objects.filter(pk=offre.ensembles["93"].pk).update(nom="Seine-St-Denis")

    new = begin_next(diagnostic=last, **as_author(etat))
    assert (new.annee_debut, new.annee_fin, new.etat, new.precedent, new.territoire) == (
        2027,
        2027,
        E.BROUILLON,
        last,
        "Seine-St-Denis",
    )
    assert [(each.nom, each.role) for each in list_co_auteurs(new)] == [
        (str(etat.organisation), R.PILOTE),
        (str(conseil.organisation), R.CO_AUTEUR),
    ]
    carried = new.sections.get(code="enjeux")
    assert (carried.texte, carried.version, carried.a_relire) == ("Créer trois chantiers.", 1, True)
    assert list(carried.revisions.values_list("numero", "origine", "texte")) == [
        (1, "report", "Créer trois chantiers.")
    ]
    assert not new.sections.get(code="offre").a_relire
    frozen = {each.code for each in Bloc.objects.filter(section__diagnostic=new)}
    assert frozen == {each.code for each in Bloc.objects.filter(section__diagnostic=last)}

    move(new, "ouvrir", etat)
    for who in (etat, conseil):
        validate(new, who)
    with pytest.raises(Refused) as refused:
        move(new, "valider", etat)
    assert codes(refused) == ["a_relire"]
    write_section(section=carried, texte=carried.texte, depuis=1, **as_author(conseil))
    carried.refresh_from_db()
    assert (carried.a_relire, carried.version) == (False, 2)
    with pytest.raises(Refused) as refused:
        begin_next(diagnostic=last, **as_author(conseil))
    assert codes(refused) == ["deja_suivi"]


def test_what_awaits_each_partner(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    def waits(who: Any) -> list[tuple[str, int]]:
        return [(each.label.partition("\u202f")[0], each.nombre) for each in list_attentes(who.user)]

    assert (waits(etat), waits(conseil)) == ([], [])
    move(partage, "ouvrir", etat)
    assert waits(conseil) == [("Votre avis est attendu sur «", 8)]
    for section in partage.sections.all():
        take_position(section=section, sens="accord", texte="", **as_author(conseil))
    assert waits(conseil) == []
    ask_validation(diagnostic=partage, avant=ON + timedelta(days=9), **as_author(etat), on=ON)
    assert waits(conseil) == [("Votre validation est demandée sur «", 1)]
    validate(partage, conseil)
    validate(partage, etat)
    assert waits(conseil) == []
    assert [label for label, _ in waits(etat)] == ["Votre avis est attendu sur «", "«"]
    assert list(list_attentes(UserFactory())) == []


def test_members_told_are_those_who_contribute(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    member(P.DEPARTEMENT_REFERENT, organisation=conseil.organisation)
    assert set(list_members(partage, but=etat.user)) == {conseil.user}


def test_lists_and_tasks_ask_as_many_queries_for_one_as_for_three(
    etat: Any, django_assert_constant_queries: Any
) -> None:
    def create(items: int) -> None:
        for _ in range(items):
            diagnostic = DiagnosticFactory(pilote=etat.organisation)
            section = diagnostic.sections.get(code="offre")
            BlocFactory(section=section)
            freeze_state(diagnostic, E.CONCERTATION, ON)
            comment(section=section, texte="Une remarque.", **as_author(etat))
            take_position(section=section, sens="accord", texte="", **as_author(etat))

    def read() -> None:
        list(list_diagnostics(etat.user))
        list(list_attentes(etat.user))
        for section in list_sections(DiagnosticPartage.objects.latest("pk")):
            list(section.blocs.all())
            list(section.positions.all())

    etat.user.membre  # noqa: B018  (kept for the request, as the middleware does)
    django_assert_constant_queries(create, read)
