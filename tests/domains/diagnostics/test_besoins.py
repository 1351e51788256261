"""The need is written once, corrected when it differs, and never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from maillage.domains.diagnostics.models import Besoin, Public
from maillage.domains.diagnostics.queries.publics import list_publics, list_series
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from tests.factories.accounts import UserFactory

ON = date(2026, 11, 23)
LIGNES = (LigneBesoin("93066", 2024, Decimal("120")), LigneBesoin("93001", 2024, None, estime=True))

pytestmark = pytest.mark.django_db


def record(*lignes, public="brsa", source="Cnaf", actor=None):
    return record_besoins(public_code=public, lignes=lignes, source=source, actor=actor, on=ON)


def test_new_lines_are_created_with_their_source(region):
    assert record(*LIGNES).changes == ("cree", "cree")

    rows = Besoin.objects.order_by("territoire__code").values_list(
        "territoire__code", "annee", "valeur", "estime", "source"
    )
    assert list(rows) == [("93001", 2024, None, True, "Cnaf"), ("93066", 2024, Decimal("120.00"), False, "Cnaf")]


def test_doing_it_twice_changes_nothing_and_leaves_no_trace(region):
    record(*LIGNES)

    assert record(*LIGNES).changes == ("inchange", "inchange")
    assert Acte.objects.filter(acte="diagnostics.record_besoins").count() == 1


def test_only_what_differs_is_corrected(region):
    record(*LIGNES)

    again = record(LIGNES[0], LigneBesoin("93001", 2024, Decimal("7.005")), LigneBesoin("93001", 2025, Decimal("8")))

    assert again.changes == ("inchange", "modifie", "cree")
    values = Besoin.objects.filter(territoire__code="93001").order_by("annee").values_list("annee", "valeur", "estime")
    assert list(values) == [(2024, Decimal("7.00"), False), (2025, Decimal("8.00"), False)]


def test_a_refused_line_stops_no_other(region):
    done = record(LigneBesoin("99999", 2024, Decimal("1")), LIGNES[0], LIGNES[0])

    assert done.changes == ("refuse", "cree", "refuse")
    assert {position: [reason.code for reason in reasons] for position, reasons in done.refusals.items()} == {
        0: ["territoire_inconnu"],
        2: ["ligne_double"],
    }


def test_an_unknown_public_is_refused_with_the_known_ones(region):
    with pytest.raises(Refused, match=r"« inconnu » n’est pas dans la table de référence .*brsa"):
        record(*LIGNES, public="inconnu")
    assert Besoin.objects.count() == 0


def test_only_operators_and_the_machine_record(region):
    with pytest.raises(Refused, match="réservée"):
        record(*LIGNES, actor=UserFactory())
    assert record(*LIGNES, actor=UserFactory(is_staff=True)).changes == ("cree", "cree")


def test_the_public_comes_from_the_reference_table(region):
    record(*LIGNES)

    public = Public.objects.get()
    assert (public.code, public.libelle) == ("brsa", "bénéficiaires du RSA")


def test_the_reference_table_holds_the_publics_the_strategy_names():
    publics = list_publics()
    assert {code for code, public in publics.items() if public.objectif} == {
        "defm_abc",
        "deld_1an",
        "deld_2ans",
        "brsa",
        "brsa_de",
        "femmes",
        "seniors",
        "seniors_deld",
        "jeunes",
        "rqth",
        "infra_cap",
        "refugies",
        "hebergement",
        "campements",
        "qpv",
        "defm_qpv",
    }


def test_every_public_says_who_is_counted_by_whom_and_what_it_is_spread_with():
    publics = list_publics()
    for code, public in publics.items():
        assert all((public.libelle, public.court, public.famille, public.definition, public.producteur)), code
        assert {public.dans or "population", *public.repartition} <= publics.keys(), code
        assert code not in public.repartition, code


def test_the_series_known_by_public_newest_year_first(region):
    record(*LIGNES, LigneBesoin("93066", 2025, Decimal("1")))
    record(LigneBesoin("93066", 2023, Decimal("1")), public="deld_2ans")

    assert list_series("11") == {"deld_2ans": (2023,), "brsa": (2025, 2024)}


@pytest.mark.parametrize(
    ("constraint", "rows"),
    [
        ("besoin_unique", [{"valeur": 1}, {"valeur": 2}]),
        ("besoin_positif", [{"valeur": -1}]),
    ],
)
def test_the_database_refuses(region, constraint, rows):
    public = Public.objects.create(code="essai", libelle="essai")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        for row in rows:
            Besoin.objects.create(public=public, territoire=region.communes["93066"], annee=2024, **row)
