"""After the notice and the delay, nobody is named anywhere, and the figures are the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from maillage.foundations.kernel import privileges, retention
from maillage.foundations.kernel.models import Acte, Compteur, Lecture, Notification
from maillage.foundations.kernel.retention import Bilan
from maillage.interfaces.imports.models import Fichier, Rejet
from maillage.references.accounts.models import Invitation, Membre, Session, User
from maillage.references.accounts.services.effacement import anonymise_comptes
from maillage.references.personnes.models import DemandeDroit, Personne, Relation
from maillage.references.personnes.services.effacement import anonymise_personnes
from tests.factories.accounts import MembreFactory, UserFactory
from tests.factories.connus import SECRETS, Connus, sought
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

# Every person followed at the end of each month, by département, sex and age band: read on the rows themselves.
INDICATEURS = """
    with premiers as (select generate_series('2019-01-01'::date, '2022-12-01', '1 month') as jour),
         mois as (select (jour + interval '1 month - 1 day')::date as fin from premiers)
    select mois.fin, p.departement, p.sexe,
           width_bucket(extract(year from age(mois.fin + 1, p.date_naissance)), array[26, 50]),
           count(distinct p.id)
    from mois
    join personnes_relation r on r.debut <= mois.fin and (r.fin is null or r.fin > mois.fin)
    join personnes_personne p on p.id = r.personne_id
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
ENTREES = """
    select date_trunc('month', debut)::date, date_trunc('month', fin)::date, type, count(*)
    from personnes_relation group by 1, 2, 3 order by 1, 2, 3
"""


def figures() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(INDICATEURS)
        rows = cursor.fetchall()
        cursor.execute(ENTREES)
        return [*rows, *cursor.fetchall()]


def run(on: date, **options: Any) -> dict[str, int]:
    return {bilan.libelle: bilan.nombre for bilan in retention.run(on=on, **options) if bilan.nombre}


def rested(day: date) -> date:
    """Return a day when everything planted has been kept long enough, notices included."""
    return day + timedelta(days=900)


def end_account(connus: Connus) -> None:
    Membre.objects.filter(pk=connus.membre.pk).update(fin=datetime(2021, 6, 1, tzinfo=timezone.get_current_timezone()))


def test_nobody_is_named_anywhere_and_the_figures_are_the_same(
    connus: Connus, dump: Callable[[], str], run_jobs: Callable[[], int]
) -> None:
    end_account(connus)
    before = figures()
    assert len(before) > 10
    readable = [word for word in SECRETS if word != "280059512345678"]  # the NIR is encrypted from the start
    assert sought(dump()) == readable
    today = timezone.localdate()

    run(today)
    assert Personne.objects.get(pk=connus.personne.pk).nom == "Zubrowska"  # told, not yet forgotten
    run_jobs()
    later = rested(today)
    run(later)
    with connection.cursor() as cursor:  # as the worker does of what it has sent
        cursor.execute("delete from procrastinate_jobs where status = 'succeeded'")

    assert sought(dump()) == []
    assert figures() == before
    personne = Personne.objects.get(pk=connus.personne.pk)
    assert personne.anonymisee_le is not None
    assert (personne.date_naissance, personne.sexe, personne.departement) == (date(1980, 5, 1), "F", "95")
    assert not personne.nir
    assert personne.nir_empreinte is None
    relations = personne.relations.order_by("debut").values_list("debut", "fin")
    assert list(relations) == [(date(2020, 3, 1), date(2020, 9, 1)), (date(2020, 9, 1), date(2021, 4, 1))]
    compte = User.objects.get(pk=connus.compte.pk)
    assert compte.email == f"anonyme-{compte.public_id}@maillage.invalid"
    assert (compte.is_active, compte.has_usable_password(), compte.nom) == (False, False, "")
    assert not Session.objects.filter(user=compte).exists()
    assert not Notification.objects.exists()


def test_no_exact_day_stays_in_the_history(connus: Connus) -> None:
    anonymise_personnes(personnes=Personne.objects.filter(pk=connus.personne.pk), actor=None)
    events = Relation.pgh_event_model.objects.filter(personne=connus.personne)  # type: ignore[attr-defined]
    assert events.exists()
    assert {day.day for pair in events.values_list("debut", "fin") for day in pair if day} == {1}
    demande = DemandeDroit.objects.get()
    assert (demande.texte, demande.reponse, demande.recue_le) == ("", "", date(2020, 4, 1))


def test_a_dry_run_counts_and_writes_nothing(connus: Connus, dump: Callable[[], str]) -> None:
    before = dump()
    counts = run(timezone.localdate(), dry_run=True)
    assert counts["annoncer l’effacement des dossiers que plus personne ne suit"] == 1
    assert dump() == before


def test_a_second_run_changes_nothing(connus: Connus, dump: Callable[[], str]) -> None:
    end_account(connus)
    today = timezone.localdate()
    run(today)
    run(rested(today))
    before = dump()
    assert run(rested(today)) == {}
    assert dump() == before


def test_a_run_killed_in_the_middle_ends_in_the_same_state(connus: Connus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is a transaction: what was committed stays, the rest is found again."""
    old = [PersonneFactory() for _ in range(5)]
    for personne in old:
        RelationFactory(personne=personne, debut=date(2020, 1, 9), fin=date(2020, 6, 9))
    today = timezone.localdate()
    monkeypatch.setattr(retention, "LOT", 2)
    run(today)
    steps = iter(retention.run(on=rested(today)))
    original = anonymise_personnes
    calls: list[int] = []

    def dying(**fields: Any) -> int:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return original(**fields)

    module = "maillage.references.personnes.services.retention.anonymise_personnes"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, dying)
        list(steps)
    assert Personne.objects.filter(anonymisee_le__isnull=False).count() == 2

    run(rested(today))

    assert Personne.objects.filter(anonymisee_le__isnull=False).count() == 6
    assert Acte.objects.filter(acte="personnes.anonymise").count() == 6


def test_a_step_that_deals_with_nothing_is_stopped(connus: Connus, monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = retention.Etape("ne rien faire", lambda on: Personne.objects.all(), lambda rows, on: None)
    monkeypatch.setattr(retention, "etapes", lambda: [lazy])
    with pytest.raises(RuntimeError, match="ne rien faire"):
        list(retention.run(on=timezone.localdate()))


def test_the_person_and_the_last_referent_are_told_without_a_name(connus: Connus, run_jobs: Callable[[], int]) -> None:
    run_jobs()
    mail.outbox.clear()
    run(timezone.localdate())
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == [
        "kowalczyk@exemple.invalid",
        "zubrowska@exemple.invalid",
    ]
    assert [message.body for message in mail.outbox if "Zubrowska" in message.body or "Anastazja" in message.body] == []
    assert all("30\u202fjours" in message.body for message in mail.outbox)


@pytest.mark.parametrize(
    ("fin", "told"),
    [(None, False), (timedelta(days=-100), False), (timedelta(days=-760), True), (timedelta(days=30), False)],
    ids=["still followed", "left lately", "left long ago", "leaves next month"],
)
def test_only_a_person_left_long_ago_is_told(fin: timedelta | None, told: bool) -> None:
    today = timezone.localdate()
    personne = PersonneFactory()
    RelationFactory(personne=personne, debut=date(2020, 1, 1), fin=None if fin is None else today + fin)
    run(today)
    personne.refresh_from_db()
    assert (personne.avis_le is not None) is told


def test_a_relation_begun_after_the_notice_keeps_the_file(connus: Connus) -> None:
    today = timezone.localdate()
    run(today)
    RelationFactory(personne=connus.personne, organisation=connus.membre.organisation, debut=today)
    run(rested(today))
    connus.personne.refresh_from_db()
    assert connus.personne.anonymisee_le is None


def test_it_waits_for_the_whole_notice(connus: Connus) -> None:
    today = timezone.localdate()
    run(today)
    run(today + timedelta(days=29))
    connus.personne.refresh_from_db()
    assert connus.personne.anonymisee_le is None
    run(today + timedelta(days=30))
    connus.personne.refresh_from_db()
    assert connus.personne.anonymisee_le is not None


def test_the_nightly_job_undoes_nobody(connus: Connus) -> None:
    today = timezone.localdate()
    run(today)
    run(rested(today), automatiques=True)
    connus.personne.refresh_from_db()
    assert connus.personne.anonymisee_le is None


def test_an_account_that_acts_or_operates_is_kept() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())
    active, staff, idle = MembreFactory(debut=long_ago).user, UserFactory(exploitant=True), UserFactory()
    User.objects.update(cree_le=long_ago)
    run(timezone.localdate())
    run(rested(timezone.localdate()))
    kept = {user.pk: user.anonymise_le is None for user in User.objects.all()}
    assert kept == {active.pk: True, staff.pk: True, idle.pk: False}


def test_anonymising_twice_changes_nothing(connus: Connus, dump: Callable[[], str]) -> None:
    comptes = User.objects.filter(pk=connus.compte.pk)
    assert anonymise_comptes(comptes=comptes, actor=None) == 1
    before = dump()
    assert anonymise_comptes(comptes=comptes, actor=None) == 0
    assert dump() == before


def test_files_invitations_and_counters_have_their_time(connus: Connus) -> None:
    Compteur.objects.create(cle="c", nombre=1, expire_le=timezone.now() - timedelta(minutes=1))
    later = rested(timezone.localdate())
    run(later)
    assert not Compteur.objects.filter(cle="c").exists()
    assert not any(bytes(contenu) for contenu in Fichier.objects.values_list("contenu", flat=True))
    assert list(Rejet.objects.values_list("valeurs", flat=True)) == [[]]


def test_an_answered_invitation_loses_its_name(connus: Connus) -> None:
    Invitation.objects.update(etat="revoquee", reponse_le=datetime(2021, 1, 5, tzinfo=timezone.get_current_timezone()))
    run(timezone.localdate())
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.nom, invitation.prenom, invitation.etat) == ("", "", "", "revoquee")


def test_the_command_tells_and_refuses_the_future(connus: Connus, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retention", "--dry-run")
    out = capsys.readouterr().out
    assert "       1 personnes — annoncer l’effacement des dossiers que plus personne ne suit" in out.splitlines()
    assert out.splitlines()[-1] == "Essai : rien n’a été écrit."
    with pytest.raises(CommandError, match="date à venir"):
        call_command("retention", "--on", "2199-01-01")


def test_a_summary_is_one_line_by_step() -> None:
    assert list(retention.run(on=timezone.localdate(), dry_run=True)) == [
        Bilan(etape.libelle, str(etape.echus(timezone.localdate()).model._meta.verbose_name_plural), 0)
        for etape in retention.etapes()
    ]


def test_journals_hold_no_planted_word(connus: Connus) -> None:
    anonymise_personnes(personnes=Personne.objects.filter(pk=connus.personne.pk), actor=None)
    assert [acte for acte in Acte.objects.all() if sought(f"{acte.details}{acte.motif}")] == []
    assert [motif for motif in Lecture.objects.values_list("motif", flat=True) if sought(motif)] == []


def test_a_page_forgets_all_but_the_history_and_the_owner_ends_it(connus: Connus) -> None:
    role = privileges.grant()
    events = Relation.pgh_event_model.objects.filter(personne=connus.personne)  # type: ignore[attr-defined]

    def days() -> set[int]:
        return {day.day for pair in events.values_list("debut", "fin") for day in pair if day}

    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
        anonymise_personnes(personnes=Personne.objects.filter(pk=connus.personne.pk), actor=None)
        cursor.execute("reset role")
    assert Personne.objects.get(pk=connus.personne.pk).nom == ""
    assert days() > {1}

    run(timezone.localdate())

    assert days() == {1}
