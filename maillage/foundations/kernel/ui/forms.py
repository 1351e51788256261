"""Forms in the DSFR's markup: templates under `templates/django/forms/`, hints, errors and optional marks included."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Render forms, fields and widgets through the project's templates (`FORM_RENDERER`)."""


class FoldedOptions(forms.CheckboxSelectMultiple):
    """Many boxes in groups: each is folded, unless one of its boxes is ticked."""

    template_name = "django/forms/widgets/folded_options.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        context["groups"] = [(group, boxes, any(box["selected"] for box in boxes)) for group, boxes, _ in groups]
        return context


class LimitMessage(str):
    """The message of a limit, which writes it the French way: 0,5 and 2 000 000 000, where Django writes 0.5."""

    __slots__ = ()

    def __mod__(self, params: Any) -> str:
        from maillage.foundations.kernel.templatetags.ui import valeur_ou_inconnu

        return super().__mod__({**params, "limit_value": valeur_ou_inconnu(params["limit_value"])})


def write_limits() -> None:
    """Let every field with a least or a greatest value tell it in French."""
    MinValueValidator.message = LimitMessage("Indiquez une valeur supérieure ou égale à %(limit_value)s.")
    MaxValueValidator.message = LimitMessage("Indiquez une valeur inférieure ou égale à %(limit_value)s.")


class DateInput(forms.DateInput):
    """A date chosen in the browser's calendar, or typed."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")  # the only format that a date input accepts
