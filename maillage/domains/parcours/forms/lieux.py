"""A place, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.errors import Refused
from maillage.references.territoires.queries.recherche import get_unite

if TYPE_CHECKING:
    from maillage.references.territoires.models import Territoire


class CommuneField(forms.CharField):
    """A commune in force, by its name or its code; None when nothing was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            found: Territoire = get_unite(text)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        return found
