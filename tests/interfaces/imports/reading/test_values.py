"""Cells to values: every fault at once, unknown is never zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.reading.values import Values


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("", None),
        ("nd", None),
        ("ND", None),
        ("s", None),
        ("*", None),
        ("0", Decimal(0)),
        ("12,5", Decimal("12.5")),
        ("12.5", Decimal("12.5")),
        ("1 234,5", Decimal("1234.5")),
        ("1\u202f234", Decimal(1234)),
        ("-3", Decimal(-3)),
    ],
)
def test_numbers(cell: str, value: Decimal | None) -> None:
    values = Values({"etp": cell})
    assert values.number("etp") == value
    assert values.faults == []


@pytest.mark.parametrize(
    ("getter", "cell", "message"),
    [
        ("number", "douze", "«\u00a0douze\u00a0» n’est pas un nombre."),
        ("number", "Infinity", "«\u00a0Infinity\u00a0» n’est pas un nombre."),
        ("amount", "-1", "«\u00a0-1\u00a0» est négatif."),
        ("amount", "9999999999999", "«\u00a09999999999999\u00a0» est trop grand."),
        ("count", "1,5", "«\u00a01,5\u00a0» n’est pas un nombre entier."),
        ("year", "25", "«\u00a025\u00a0» n’est pas une année\u202f: écrivez-la avec quatre chiffres."),
    ],
)
def test_faults_are_said_under_their_column(getter: str, cell: str, message: str) -> None:
    values = Values({"etp": cell})
    assert getattr(values, getter)("etp") is None
    assert [(fault.field, fault.message) for fault in values.faults] == [("etp", message)]


def test_every_fault_of_a_line_comes_at_once() -> None:
    values = Values({"a": "", "b": "x" * 11, "c": "zut"})
    values.text("a", required=True)
    values.text("b", longest=10)
    values.number("c")
    with pytest.raises(Refused) as refused:
        values.check()
    assert [(each.field, each.code) for each in refused.value.refusals] == [
        ("a", "valeur_absente"),
        ("b", "trop_long"),
        ("c", "nombre_illisible"),
    ]


@given(st.text(max_size=20))
def test_no_text_breaks_a_getter(text: str) -> None:
    getters: list[Any] = [Values.number, Values.amount, Values.count, Values.year, Values.text]
    for getter in getters:
        getter(Values({"x": text}), "x")
