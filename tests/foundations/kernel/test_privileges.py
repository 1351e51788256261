"""Under the application's own role, the platform works and no trace can be altered."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pghistory
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context, Event

from maillage.foundations.kernel import audit, privileges, readings
from maillage.foundations.kernel.jobs import enqueue
from maillage.foundations.kernel.mail import send_text
from maillage.foundations.kernel.models import Acte, JournalTransition, Lecture, Tache
from maillage.references.accounts.models import Organisation
from tests.database import program_environment
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.personnes import PersonneFactory
from tests.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.conf import LazySettings
    from django.db.models import Model
    from django.test import Client

pytestmark = pytest.mark.django_db

DENIED = "permission denied|must be owner"
ATTACKS = (
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table} cascade",
    "alter table {table} disable trigger all",
    "drop table {table} cascade",
    "alter table {table} owner to current_user",
    "create trigger mine before insert on {table} execute function suppress_redundant_updates_trigger()",
)


@pytest.fixture
def as_application(settings: LazySettings) -> Callable[[], None]:
    """Return what takes the application's role until the end of the test."""
    role = privileges.grant()

    def take() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"set local role {role}")

    return take


def attempt(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_traces_are_the_journals_the_row_history_and_its_context() -> None:
    found = set(privileges.journals())
    assert {Acte, Lecture, JournalTransition, Context} <= found
    assert found - {Acte, Lecture, JournalTransition, Context} >= {
        model for model in Event.__subclasses__() if model._meta.managed and not model._meta.abstract
    }


@pytest.mark.parametrize("model", privileges.journals(), ids=lambda model: model._meta.db_table)
def test_no_trace_can_be_changed_removed_or_unguarded(as_application: Any, model: type[Model]) -> None:
    as_application()
    # Of the context, two columns may change, and only while the transaction that made it lasts.
    column = model._meta.pk.column
    for attack in ATTACKS:
        with pytest.raises(ProgrammingError, match=DENIED):
            attempt(attack.format(table=model._meta.db_table, column=column))


def test_the_context_of_a_past_transaction_is_closed(as_application: Any) -> None:
    Context.objects.create(id="00000000-0000-4000-8000-000000000001", metadata={"auteur": 1})
    yesterday = timezone.now() - timedelta(days=1)
    Context.objects.update(created_at=yesterday)
    Context.objects.update(metadata={"auteur": 2})  # the owner may: retention does
    as_application()
    with pytest.raises(DatabaseError, match="past transaction"), transaction.atomic():
        Context.objects.update(metadata={"auteur": 3})
    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
        Context.objects.update(created_at=timezone.now())


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (id int)",
        "update django_migrations set name = name",
        "drop function maillage_contexte_clos cascade",
        "create role mine",
        "alter role {role} superuser",
        "truncate kernel_tache",
    ],
)
def test_the_role_owns_nothing(as_application: Any, settings: LazySettings, statement: str) -> None:
    as_application()
    with pytest.raises(ProgrammingError, match=DENIED):
        attempt(statement.format(role=settings.MAILLAGE_DB_ROLE))


def test_acts_readings_and_row_history_are_written_under_the_role(as_application: Any) -> None:
    user, personne = UserFactory(), PersonneFactory()
    as_application()
    with transaction.atomic():
        organisation = OrganisationFactory(denomination="Association Nouvelle")
        Organisation.objects.filter(pk=organisation.pk).update(denomination="Association Renommée")
        audit.record("accounts.rename", organisation, actor=user)
        readings.record([personne], reader=user, screen="personnes:detail")
    events = next(model for model in privileges.journals() if model._meta.model_name == "organisationevent")
    assert [event.denomination for event in events.objects.order_by("pk")] == [  # type: ignore[attr-defined]
        "Association Nouvelle",
        "Association Renommée",
    ]
    assert (Acte.objects.count(), Lecture.objects.count()) == (1, 1)
    Tache.objects.create(libelle="Essai").delete()


def test_a_change_within_a_context_keeps_its_author(as_application: Any) -> None:
    as_application()
    with pghistory.context(auteur=7):
        OrganisationFactory()
        with pghistory.context(source="essai"):
            OrganisationFactory()
    assert Context.objects.get().metadata == {"auteur": 7, "source": "essai"}


def test_screens_and_jobs_work_under_the_role(
    as_application: Any, client: Client, run_jobs: Callable[[], int], mailoutbox: list[Any]
) -> None:
    UserFactory(email="essai@maillage.example", is_staff=True)
    as_application()
    answer = client.post(
        reverse("accounts:login"), {"email": "essai@maillage.example", "password": "correct-horse-battery"}
    )
    assert answer.status_code == 302
    pages = ["workspaces:accueil", "structures:list", "territoires:list", "imports:list", "diagnostics:carte"]
    assert {name: client.get(reverse(name)).status_code for name in pages} == dict.fromkeys(pages, 200)
    assert client.post(reverse("accounts:logout")).status_code == 302
    enqueue(send_text, to="essai@maillage.example", subject="Essai", text="Bonjour")
    assert (run_jobs(), len(mailoutbox)) == (1, 1)


def test_granting_again_changes_nothing(as_application: Any) -> None:
    query = "select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1"

    def rights() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    before = rights()
    privileges.grant()
    assert rights() == before


def test_a_table_to_come_is_read_and_written_but_not_changed(as_application: Any) -> None:
    attempt("create table a_venir (id int generated always as identity, nom text)")
    as_application()
    attempt("insert into a_venir (nom) values ('un')")
    attempt("select * from a_venir")
    with pytest.raises(ProgrammingError, match=DENIED):
        attempt("delete from a_venir")


def test_an_account_that_may_not_make_roles_is_told_what_to_do(settings: LazySettings) -> None:
    privileges.grant()
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {settings.MAILLAGE_DB_ROLE}")
    settings.MAILLAGE_DB_ROLE = "maillage_autre"
    with pytest.raises(privileges.PrivilegesError, match="create role maillage_autre"):
        privileges.grant()


def test_no_role_is_asked_for_when_the_setting_is_empty(settings: LazySettings) -> None:
    settings.MAILLAGE_DB_ROLE = ""
    assert privileges.grant() == ""


WHO = "from django.db import connection as c; c.cursor().execute('select 1'); print(c.settings_dict['USER'], end=' ');"
ASK = WHO + "k = c.cursor(); k.execute('select current_user, session_user'); print(*k.fetchone())"


@pytest.mark.parametrize(
    ("start", "variables", "user"),
    [
        ("import django; django.setup()", {}, "owner"),
        ("import config.wsgi", {}, "role"),
        ("import sys; sys.argv = ['manage.py', 'worker']; import django; django.setup()", {}, "role"),
        ("import config.wsgi", {"MAILLAGE_DB_ROLE": ""}, "owner"),
    ],
    ids=["command", "web", "worker", "no role"],
)
@pytest.mark.django_db(transaction=True)
def test_what_serves_connects_under_the_role(
    settings: LazySettings, start: str, variables: dict[str, str], user: str
) -> None:
    role = privileges.grant()
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; {ASK}"],
        env=program_environment(**variables),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    current = done.stdout.split()[1]
    assert (current == role) == (user == "role"), done.stdout


def test_the_account_of_the_web_may_be_another(tmp_path: Path) -> None:
    environment = program_environment(DATABASE_URL_APP="postgresql://web@hote/base")
    program = "import config.wsgi; from django.conf import settings as s; print(s.DATABASES['default']['USER'])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "web"


def test_the_embedded_server_lets_the_role_sign_in(tmp_path: Path) -> None:
    environment = {**program_environment(MAILLAGE_OFFLINE="1", MAILLAGE_VAR=str(tmp_path)), "DATABASE_URL": ""}
    program = "import config.wsgi; from django.conf import settings as s; print(s.DATABASES['default']['USER'])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "maillage_app"
