"""The limits of the fields: told the French way, in every form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.validators import MaxValueValidator


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (forms.FloatField(min_value=0.5), "0", "Indiquez une valeur supérieure ou égale à 0,5."),
        (forms.DecimalField(min_value=Decimal("20.0")), "3", "Indiquez une valeur supérieure ou égale à 20."),
        (
            forms.IntegerField(max_value=2_000_000_000),
            "3000000000",
            "Indiquez une valeur inférieure ou égale à 2\u202f000\u202f000\u202f000.",
        ),
        (
            forms.DateField(validators=[MaxValueValidator(date(2026, 3, 2))]),
            "2026-03-03",
            "Indiquez une valeur inférieure ou égale à 02/03/2026.",
        ),
    ],
)
def test_a_limit_is_told_the_french_way(field: forms.Field, value: Any, expected: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    assert refused.value.messages == [expected]
