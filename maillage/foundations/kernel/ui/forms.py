"""Forms in the DSFR's markup: templates under `templates/django/forms/`, hints, errors and optional marks included."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Render forms, fields and widgets through the project's templates (`FORM_RENDERER`)."""


class DateInput(forms.DateInput):
    """A date chosen in the browser's calendar, or typed."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")  # the only format that a date input accepts
