"""The acts on a support: who may, what they write, what the journal keeps, what the database holds."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from maillage.domains.parcours.models import (
    Accompagnement,
    ConstatFrein,
    DocumentParcours,
    EffectifPermanent,
    Entretien,
    Inscription,
)
from maillage.domains.parcours.queries.accompagnement import read_acces, read_fiche
from maillage.domains.parcours.queries.invariants_accompagnement import INVARIANTS
from maillage.domains.parcours.services.accompagnement import (
    LigneDiagnostic,
    evaluate,
    join_document,
    move_action,
    name_referent_social,
    plan_action,
    record_diagnostic,
    remove_document,
    set_objectif,
)
from maillage.domains.parcours.services.ateliers import (
    FicheAtelier,
    cancel_atelier,
    create_atelier,
    edit_atelier,
    record_presence,
    register,
    withdraw,
)
from maillage.domains.parcours.services.encadrement import record_permanents
from maillage.domains.parcours.services.entretiens import close_entretien, plan_entretien
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.invariants import walk
from maillage.foundations.kernel.models import Acte, JournalTransition, Notification
from maillage.references.personnes.models import Personne
from maillage.references.personnes.services.effacement import anonymise_personnes
from tests.factories.accounts import member
from tests.factories.parcours_accompagnement import (
    AccompagnementFactory,
    ActionParcoursFactory,
    AtelierFactory,
    ConstatFactory,
    DocumentParcoursFactory,
    EffectifPermanentFactory,
    EntretienFactory,
    EvaluationFactory,
    InscriptionFactory,
    ObjectifParcoursFactory,
    employed,
)
from tests.factories.personnes import RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db

ON = timezone.localdate()
SECRET = "ne jamais écrire ceci au journal"


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cip() -> User:
    return member("siae_accompagnement")


@pytest.fixture
def person(cip: User) -> Personne:
    return employed(cip.membre).personne


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.refusals]


def test_a_diagnosis_writes_what_changed_and_nothing_else(cip: User, person: Personne) -> None:
    known = [LigneDiagnostic("logement", "concerne", SECRET), LigneDiagnostic("sante", "inconnu")]
    yesterday = ON - timedelta(days=1)
    record_diagnostic(personne=person, lignes=known, le=yesterday, actor=cip, on=ON)
    record_diagnostic(personne=person, lignes=known, le=ON, actor=cip, on=ON)
    assert list(ConstatFrein.objects.values_list("frein", "etat", "le")) == [("logement", "concerne", yesterday)]
    for etat in ("interne", "leve"):  # said twice the same day: the last word counts
        record_diagnostic(personne=person, lignes=[LigneDiagnostic("logement", etat)], le=ON, actor=cip, on=ON)
    states = ConstatFrein.objects.order_by("le").values_list("etat", "texte")
    assert list(states) == [("concerne", SECRET), ("leve", "")]


def test_a_diagnosis_is_of_today_at_the_latest_and_of_known_obstacles(cip: User, person: Personne) -> None:
    for frein, le, code in (("logement", ON + timedelta(days=1), "date_future"), ("autre", ON, "frein_inconnu")):
        with pytest.raises(Refused) as refused:
            lignes = [LigneDiagnostic(frein, "concerne")]
            record_diagnostic(personne=person, lignes=lignes, le=le, actor=cip, on=ON)
        assert codes(refused) == [code]


def test_the_journal_never_holds_what_was_written(cip: User, person: Personne) -> None:
    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON}
    record_diagnostic(**who, lignes=[LigneDiagnostic("sante", "concerne", SECRET)], le=ON)
    evaluate(**who, jalon="entree", bilan=SECRET, lignes=[], le=ON)
    name_referent_social(**who, nom=SECRET, organisation=SECRET, telephone="01")
    set_objectif(**who, libelle=SECRET, echeance=None)
    action = plan_action(**who, libelle=SECRET, echeance=ON, frein="sante", partenaire=SECRET)
    move_action(action=action, acte="faire", actor=cip, on=ON)
    past = timezone.now() - timedelta(hours=1)
    plan_entretien(**who, debut=past, duree_minutes=30, membre=cip.membre, texte=SECRET)  # type: ignore[arg-type]
    written = [*Acte.objects.values_list("details", "motif"), *JournalTransition.objects.values_list("motif", "acte")]
    told = str(written)
    assert len(written) >= 8
    assert SECRET not in told
    assert "sante" not in told
    assert "concerne" not in told


@pytest.mark.parametrize(
    ("profil", "kind", "code"),
    [
        ("siae_accompagnement", "siae", "dossier_ferme"),
        ("prescripteur", "mission_locale", "interdit"),
        ("etat_departement", "ddets", "interdit"),
    ],
)
def test_nobody_else_supports(person: Personne, profil: str, kind: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        set_objectif(personne=person, libelle="x", echeance=None, actor=member(profil, kind), on=ON)
    assert codes(refused) == [code]


def test_a_siae_that_employs_no_more_reads_a_while_and_writes_nothing(cip: User) -> None:
    ended = employed(cip.membre, fin=ON - timedelta(days=10))
    acces = read_acces(cip, ended.personne, ON)
    assert acces is not None
    assert (acces.entier, acces.ecrit) == (True, False)
    with pytest.raises(Refused) as refused:
        set_objectif(personne=ended.personne, libelle="x", echeance=None, actor=cip, on=ON)
    assert codes(refused) == ["pas_salarie"]


def test_how_a_pathway_ended_is_told_afterwards_once_and_nothing_else(cip: User) -> None:
    ended = employed(cip.membre, fin=ON - timedelta(days=10))
    who: dict[str, Any] = {"personne": ended.personne, "bilan": "", "lignes": [], "le": ON, "actor": cip, "on": ON}
    acces = read_acces(cip, ended.personne, ON)
    assert acces is not None
    assert [each.value for each in read_fiche(acces, ON).jalons] == ["sortie"]
    with pytest.raises(Refused) as refused:
        evaluate(**who, jalon="m12")
    assert codes(refused) == ["pas_salarie"]
    assert evaluate(**who, jalon="sortie").le == ON
    assert read_fiche(acces, ON).jalons == []
    with pytest.raises(Refused) as refused:
        evaluate(**who, jalon="sortie")
    assert codes(refused) == ["deja_faite"]
    long_ago = employed(cip.membre, debut=date(2020, 1, 6), fin=date(2020, 7, 6))  # the file is closed
    with pytest.raises(Refused):
        evaluate(**{**who, "personne": long_ago.personne}, jalon="sortie")


def test_a_candidate_is_not_supported(cip: User) -> None:
    candidate = RelationFactory(organisation=cip.membre.organisation, type="candidature")  # type: ignore[union-attr]
    assert read_acces(cip, candidate.personne, ON) is None
    with pytest.raises(Refused) as refused:
        set_objectif(personne=candidate.personne, libelle="x", echeance=None, actor=cip, on=ON)
    assert codes(refused) == ["pas_salarie"]


@pytest.mark.parametrize(
    ("profil", "kind", "type_relation", "reads"),
    [
        ("prescripteur", "mission_locale", "prescription", True),
        ("emploi_conseiller", "france_travail", "conseil_emploi", True),
        ("departement_referent", "departement", "referent_rsa", True),
        ("siae_accompagnement", "siae", "candidature", False),
        ("prescripteur", "mission_locale", "cta", False),
        ("etat_departement", "ddets", None, False),
        ("siae_encadrement", "siae", None, False),
    ],
)
def test_who_follows_from_outside_reads_a_summary_without_notes(
    cip: User, person: Personne, profil: str, kind: str, type_relation: str | None, *, reads: bool
) -> None:
    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON}
    record_diagnostic(**who, lignes=[LigneDiagnostic("logement", "concerne", SECRET)], le=ON)
    evaluate(**who, jalon="entree", bilan=SECRET, lignes=[], le=ON)
    support = Accompagnement.objects.get()
    EntretienFactory(accompagnement=support, membre=cip.membre, note=SECRET)
    DocumentParcoursFactory(accompagnement=support, libelle=SECRET)
    reader = member(profil, kind)
    if type_relation:
        membre = reader.membre
        assert membre
        RelationFactory(personne=person, organisation=membre.organisation, referent=membre, type=type_relation)
    acces = read_acces(reader, person, ON)
    assert (acces is not None) == reads
    if acces:
        fiche = read_fiche(acces, ON)
        assert (acces.entier, acces.ecrit) == (False, False)
        assert [ligne.frein for ligne in fiche.concernes] == ["logement"]
        assert [ligne.constat.texte for ligne in fiche.freins if ligne.constat] == [""]
        assert [each.bilan for each in fiche.evaluations] == [""]
        assert (fiche.entretiens, fiche.documents, fiche.inscriptions) == ([], [], [])


def test_an_action_is_done_given_up_taken_up_again(cip: User, person: Personne) -> None:
    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON}
    objectif = set_objectif(**who, libelle="Être autonome", echeance=None)
    action = plan_action(**who, libelle="Passer le code", echeance=ON, objectif=objectif)
    for acte, etat, day in (("faire", "fait", ON), ("reprendre", "en_cours", None), ("abandonner", "abandonne", ON)):
        moved = move_action(action=action, acte=acte, actor=cip, on=ON)
        assert (moved.etat, moved.close_le) == (etat, day)
    with pytest.raises(Refused) as refused:
        move_action(action=action, acte="faire", actor=cip, on=ON)
    assert codes(refused) == ["transition_interdite"]
    with pytest.raises(Refused) as refused:
        plan_action(**who, libelle="x", echeance=ON - timedelta(days=1))
    assert codes(refused) == ["echeance_passee"]
    with pytest.raises(Refused) as refused:
        plan_action(**who, libelle="x", echeance=ON, objectif=ObjectifParcoursFactory())
    assert codes(refused) == ["autre_objectif"]


def test_an_interview_is_planned_then_held_or_missed(cip: User, person: Personne) -> None:
    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON, "membre": cip.membre, "duree_minutes": 30}
    later = timezone.now() + timedelta(hours=2)
    planned = plan_entretien(**who, debut=later)
    for acte, code in (("tenir", "a_venir"), ("rien", "a_venir")):
        with pytest.raises(Refused) as refused:
            close_entretien(entretien=planned, acte=acte, actor=cip, on=ON)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        plan_entretien(**who, debut=later)
    assert codes(refused) == ["occupe"]
    with pytest.raises(Refused) as refused:
        plan_entretien(**who, debut=later + timedelta(hours=1), texte="déjà ?")
    assert codes(refused) == ["note_avant"]
    Entretien.objects.update(debut=timezone.now() - timedelta(hours=1))
    assert close_entretien(entretien=planned, acte="tenir", actor=cip, on=ON, texte="Bien.").etat == "tenu"
    stranger = member("siae_accompagnement").membre
    with pytest.raises(Refused) as refused:
        plan_entretien(**who | {"membre": stranger}, debut=later)
    assert codes(refused) == ["autre_membre"]


def test_a_document_is_scanned_kept_given_back_and_forgotten(
    cip: User, person: Personne, django_capture_on_commit_callbacks: Any
) -> None:
    def upload(content: bytes) -> Any:
        return SimpleUploadedFile("cv.pdf", content)

    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON}
    document = join_document(**who, libelle="CV", fichier=upload(b"%PDF-1.4\n%%EOF\n"))
    assert uploads.read(document.fichier) == b"%PDF-1.4\n%%EOF\n"
    with pytest.raises(Refused) as refused:
        join_document(**who, libelle="CV", fichier=upload(b"#!/bin/sh"))
    assert codes(refused) == ["type_refuse"]
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document=document, actor=cip, on=ON)
    assert not DocumentParcours.objects.exists()
    with pytest.raises(FileNotFoundError):
        uploads.read(document.fichier)


def test_what_was_said_goes_with_the_names(
    cip: User, person: Personne, django_capture_on_commit_callbacks: Any
) -> None:
    who: dict[str, Any] = {"personne": person, "actor": cip, "on": ON}
    name_referent_social(**who, nom="Référente", organisation="CCAS", telephone="01")
    pdf: Any = SimpleUploadedFile("cv.pdf", b"%PDF-1.4\n%%EOF\n")
    document = join_document(**who, libelle="CV", fichier=pdf)
    support = document.accompagnement
    for make in (ConstatFactory, ActionParcoursFactory, ObjectifParcoursFactory, EvaluationFactory):
        make(accompagnement=support)  # type: ignore[operator]
    EntretienFactory(accompagnement=support, membre=cip.membre, note=SECRET)
    with django_capture_on_commit_callbacks(execute=True):
        anonymise_personnes(personnes=Personne.objects.filter(pk=person.pk), actor=None)
    support.refresh_from_db()
    assert (support.referent_social, support.referent_social_telephone) == ("", "")
    names = ("constats", "actions", "objectifs", "evaluations", "entretiens", "documents")
    assert [getattr(support, name).count() for name in names] == [0] * 6
    with pytest.raises(FileNotFoundError):
        uploads.read(document.fichier)


@pytest.mark.parametrize(
    ("make", "fields", "constraint"),
    [
        (ConstatFactory, {"etat": "peut-être"}, "constat_frein_valeurs"),
        (ActionParcoursFactory, {"etat": "fait"}, "action_parcours_etat"),
        (ActionParcoursFactory, {"frein": "autre"}, "action_parcours_frein"),
        (ObjectifParcoursFactory, {"close_le": ON}, "objectif_parcours_etat"),
        (EntretienFactory, {"duree_minutes": 2}, "entretien_duree"),
        (EntretienFactory, {"etat": "raté"}, "entretien_etat"),
        (EvaluationFactory, {"jalon": "m9"}, "evaluation_jalon"),
        (AtelierFactory, {"fin": timezone.now()}, "atelier_horaires"),
        (AtelierFactory, {"places": 0}, "atelier_places"),
        (AtelierFactory, {"theme": "jardin"}, "atelier_valeurs"),
        (InscriptionFactory, {"etat": "peut-être"}, "inscription_etat"),
        (EffectifPermanentFactory, {"etp": Decimal(-1)}, "effectif_permanent_valeurs"),
    ],
)
def test_constraints(make: Any, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make(**fields)


@pytest.mark.parametrize(
    ("make", "shared", "constraint"),
    [
        (ConstatFactory, ("accompagnement",), "constat_frein_un_par_jour"),
        (EvaluationFactory, ("accompagnement",), "evaluation_une_par_jalon"),
        (EntretienFactory, ("membre", "debut"), "entretien_un_a_la_fois"),
        (InscriptionFactory, ("atelier", "personne"), "inscription_une_fois"),
        (EffectifPermanentFactory, ("siae",), "effectif_permanent_unique"),
    ],
)
def test_once(make: Any, shared: tuple[str, ...], constraint: str) -> None:
    first = make()
    with pytest.raises(IntegrityError, match=constraint):
        make(**{name: getattr(first, name) for name in shared})


def test_a_siae_supports_whom_it_employs() -> None:
    with pytest.raises(IntegrityError, match="Une SIAE accompagne qui elle emploie"):
        AccompagnementFactory(relation=RelationFactory(type="candidature"))


def test_seats_are_counted_by_the_database() -> None:
    atelier = AtelierFactory(places=1)
    InscriptionFactory(atelier=atelier)
    InscriptionFactory(atelier=atelier, etat="attente")
    with pytest.raises(IntegrityError, match="complet"), transaction.atomic():
        InscriptionFactory(atelier=atelier, etat="present")
    with pytest.raises(IntegrityError, match="complet"), transaction.atomic():
        Inscription.objects.filter(etat="attente").update(etat="inscrit")
    other = AtelierFactory(places=2)
    InscriptionFactory.create_batch(2, atelier=other)
    with pytest.raises(IntegrityError, match="plus d’inscrits"), transaction.atomic():
        other.places = 1
        other.save()


@pytest.mark.django_db(transaction=True)
def test_two_siae_cannot_both_take_the_last_seat() -> None:
    atelier = AtelierFactory(places=1)
    users = [member("siae_accompagnement") for _ in range(2)]
    persons = [employed(user.membre).personne for user in users]
    start = threading.Barrier(2)
    states: list[str] = []

    def take(user: User, personne: Personne) -> None:
        try:
            start.wait(timeout=20)
            states.append(register(atelier=atelier, personne=personne, actor=user, on=ON).etat)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in zip(users, persons, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(states) == ["attente", "inscrit"]


@pytest.fixture
def leader() -> User:
    return member("emploi_conseiller", "france_travail")


def fiche(**changes: Any) -> FicheAtelier:
    debut = timezone.now().replace(microsecond=0) + timedelta(days=5)
    told = {"titre": "CV", "theme": "candidature", "lieu": "Agence", "places": 1}
    return FicheAtelier(**{**told, "debut": debut, "fin": debut + timedelta(hours=2)} | changes)


def test_a_free_seat_goes_to_the_first_who_waits(leader: User, cip: User) -> None:
    atelier = create_atelier(fiche=fiche(), actor=leader)
    persons = [employed(cip.membre).personne for _ in range(3)]
    made = [register(atelier=atelier, personne=each, actor=cip, on=ON) for each in persons]
    assert [each.etat for each in made] == ["inscrit", "attente", "attente"]
    withdraw(inscription=made[0], actor=cip)
    assert list(Inscription.objects.order_by("pk").values_list("etat", flat=True)) == ["retire", "inscrit", "attente"]
    edit_atelier(atelier=atelier, fiche=fiche(places=2), actor=leader)
    assert list(Inscription.objects.order_by("pk").values_list("etat", flat=True)) == ["retire", "inscrit", "inscrit"]
    assert Notification.objects.filter(destinataire=cip, type="parcours.atelier").count() == 2
    with pytest.raises(Refused) as refused:
        edit_atelier(atelier=atelier, fiche=fiche(places=1), actor=leader)
    assert codes(refused) == ["trop_d_inscrits"]
    with pytest.raises(Refused) as refused:
        register(atelier=atelier, personne=persons[1], actor=cip, on=ON)
    assert codes(refused) == ["deja_inscrite"]
    cancel_atelier(atelier=atelier, actor=leader)
    assert Notification.objects.filter(destinataire=cip, type="parcours.atelier").count() == 3
    with pytest.raises(Refused) as refused:
        register(atelier=atelier, personne=persons[0], actor=cip, on=ON)
    assert codes(refused) == ["annule"]


def test_each_organisation_acts_on_its_own_workshops_and_employees(leader: User, cip: User) -> None:
    atelier, personne = AtelierFactory(), employed(cip.membre).personne
    inscription = register(atelier=atelier, personne=personne, actor=cip, on=ON)
    stranger = member("siae_accompagnement")
    for act, code in (
        (lambda: edit_atelier(atelier=atelier, fiche=fiche(), actor=leader), "autre_organisation"),
        (lambda: cancel_atelier(atelier=atelier, actor=leader), "autre_organisation"),
        (lambda: create_atelier(fiche=fiche(), actor=cip), "interdit"),
        (lambda: register(atelier=atelier, personne=personne, actor=stranger, on=ON), "dossier_ferme"),
        (lambda: withdraw(inscription=inscription, actor=stranger), "interdit"),
        (lambda: register(atelier=atelier, personne=personne, actor=leader, on=ON), "interdit"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == [code]


def test_presence_is_said_once_begun_by_either_side(leader: User, cip: User) -> None:
    membre = leader.membre
    assert membre
    atelier = AtelierFactory(organisation=membre.organisation, places=3)
    rows = [register(atelier=atelier, personne=employed(cip.membre).personne, actor=cip, on=ON) for _ in range(2)]
    keys = [row.pk for row in rows]
    with pytest.raises(Refused) as refused:
        record_presence(atelier=atelier, presents=keys, absents=[], actor=leader)
    assert codes(refused) == ["a_venir"]
    type(atelier).objects.update(debut=timezone.now() - timedelta(hours=3), fin=timezone.now() - timedelta(hours=1))
    record_presence(atelier=atelier, presents=keys[:1], absents=[], actor=leader)
    record_presence(atelier=atelier, presents=[], absents=keys[1:], actor=cip)
    assert list(Inscription.objects.order_by("pk").values_list("etat", flat=True)) == ["present", "absent"]
    with pytest.raises(Refused) as refused:
        record_presence(atelier=atelier, presents=keys[1:], absents=[], actor=member("siae_accompagnement"))
    assert codes(refused) == ["interdit"]
    with pytest.raises(Refused) as refused:
        withdraw(inscription=rows[0], actor=cip)
    assert codes(refused) == ["commence"]


def test_permanent_staff_is_said_by_its_direction() -> None:
    direction = member("siae_direction")
    siae = SiaeFactory(organisation=direction.membre.organisation)  # type: ignore[union-attr]
    told: dict[str, Any] = {"siae": siae, "annee": 2025, "actor": direction, "on": date(2026, 11, 26)}
    record_permanents(**told, etp={"accompagnement": Decimal("1.5"), "formation": Decimal(0)})
    record_permanents(**told, etp={"accompagnement": Decimal(2), "formation": None})
    assert list(EffectifPermanent.objects.values_list("fonction", "etp")) == [("accompagnement", Decimal("2.00"))]
    for changes, code in (
        ({"annee": 2027}, "annee"),
        ({"siae": SiaeFactory()}, "autre_siae"),
        ({"actor": member("siae_accompagnement")}, "interdit"),
    ):
        with pytest.raises(Refused) as refused:
            record_permanents(**told | changes, etp={})
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        record_permanents(**told, etp={"jardinage": Decimal(1)})
    assert codes(refused) == ["fonction"]


def test_the_walk_of_the_database_finds_what_constraints_would_have_refused(cip: User) -> None:
    relation = employed(cip.membre)
    support = AccompagnementFactory(relation=relation)
    EntretienFactory(accompagnement=support, membre=cip.membre)
    action = ActionParcoursFactory(accompagnement=support, objectif=ObjectifParcoursFactory(accompagnement=support))
    InscriptionFactory.create_batch(2, atelier=AtelierFactory(places=2))

    def broken() -> set[str]:
        codes = {invariant.code for invariant in INVARIANTS}
        return {constat.code for constat in walk() if constat.nombre and constat.code in codes}

    assert broken() == set()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update personnes_relation set type = 'candidature', organisation_id = 0")
        cursor.execute("update parcours_atelier set places = 1")
        cursor.execute("update parcours_actionparcours set accompagnement_id = 0 where id = %s", [action.pk])
        cursor.execute("set session_replication_role = origin")
    assert broken() == {invariant.code for invariant in INVARIANTS}
