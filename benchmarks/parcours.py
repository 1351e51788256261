"""The pages about persons at a region's scale: 100,000 pathways, 200 ms of server time each.

The fictional region is built in a scratch database, with as many employees as it takes, then dropped. Each page is
asked by an account of the demonstration through the test client: middleware, rights, journal of readings and rendering
count, the network does not. The median of the runs is told.
"""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.timing import Result, once

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHWAYS = 100_000
BAR_MS = 200
RUNS = 9
SCRATCH = "bench_parcours"
# Who looks: the rights of each are other conditions, other indexes.
LISTS = {
    "cip": "siae_accompagnement",
    "ddets": "etat_departement",
    "conseiller": "emploi_conseiller",
    "referent_rsa": "departement_referent",
    "prescripteur": "prescripteur",
}


@contextmanager
def scratch_database() -> Iterator[None]:
    """Make an empty database beside that of the tests, and drop it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from maillage.foundations.kernel import privileges

    setup_test_environment(debug=False)
    connection.settings_dict["TEST"]["NAME"] = SCRATCH
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        privileges.grant()
        yield
    finally:
        connection.creation.destroy_test_db(SCRATCH, verbosity=0)
        teardown_test_environment()


@cache
def fill() -> int:
    """Build the region in a scratch database, once for all benches; return how many pathways it holds.

    The database is dropped when the program ends.
    """
    kept = ExitStack()
    kept.enter_context(scratch_database())
    atexit.register(kept.close)
    return _build()


def _build() -> int:
    """Load the region with its organisations and accounts, then enough persons; return how many pathways there are."""
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from maillage.demo import economie, load, organisations, parcours, publics
    from maillage.demo.region import get_region
    from maillage.domains.parcours.models import TitreParcours
    from maillage.references.structures.services.secteurs import load_secteurs

    on = timezone.localdate()
    call_command("load_territoires", region=get_region().code, verbosity=0)
    load_secteurs()
    email, password = settings.MAILLAGE_DEMO_COMPTE
    actor = load.load_exploitant(email, password)
    load.load_siae(actor, on)
    organisations.load_organisations(actor, on)
    organisations.load_comptes(password)
    load.load_besoins(actor, on)
    economie.load_economie(actor, on)
    economie.load_effectifs(actor, on)
    publics.load_publics(actor, on)
    parcours.load_parcours(on, scale=parcours.scale_for(PATHWAYS, on))
    return TitreParcours.objects.count()


def measure(email: str, address: str) -> dict[str, Any]:
    """Return the queries and the median time of a page for an account."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from maillage.references.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))

    def ask() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answers {response.status_code} to {email}")

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
        queries = len(captured)  # read now: each request empties the log
    times = [once(ask) for _ in range(RUNS)]
    return {"queries": queries, "median_ms": f"{median(times):.0f}", "bar_ms": BAR_MS}


def _result(profil: str, *, sheet: bool = False) -> Result:
    """Measure the list of an account, or the sheet of the first person on it."""
    pathways = fill()  # sets Django up: models cannot be imported before
    from django.urls import reverse

    from maillage.references.accounts.models import User
    from maillage.references.personnes.queries.visibilite import visible_to

    email = f"{profil}@maillage.example"
    visible = visible_to(User.objects.get(email=email))
    address = reverse("personnes:list")
    if sheet:
        address = reverse("personnes:detail", args=[visible.order_by("pk")[0].public_id])
    figures = {"pathways": pathways, "visible": visible.count(), **measure(email, address)}
    return Result(figures, held=pathways >= PATHWAYS and float(figures["median_ms"]) <= BAR_MS)


BENCHES = {
    **{f"parcours_liste_{name}": partial(_result, profil) for name, profil in LISTS.items()},
    "parcours_fiche_cip": partial(_result, LISTS["cip"], sheet=True),
}
