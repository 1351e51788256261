"""What every form of the house promises: a number too large for the database is told under its field."""

from __future__ import annotations

import importlib
import pkgutil

from django import forms

import maillage


def every_form() -> list[type[forms.Form]]:
    """Import every module of forms and return the forms of the house."""
    for module in pkgutil.walk_packages(maillage.__path__, "maillage."):
        if ".forms" in module.name:
            importlib.import_module(module.name)
    found, rest = [], [forms.Form]
    while rest:
        for each in rest.pop().__subclasses__():
            rest.append(each)
            found.append(each)
    return [each for each in found if each.__module__.startswith("maillage.")]


def test_every_whole_number_is_bounded() -> None:
    unbounded = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in every_form()
        for name, field in form.base_fields.items()
        if type(field) is forms.IntegerField and field.max_value is None
    ]
    assert len(every_form()) > 30
    assert unbounded == []
