"""Filters of a list: a GET form that narrows the rows and names what is active."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.choices import flatten_choices

from maillage.foundations.kernel.templatetags.ui import valeur_ou_inconnu

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in use: what it says, and the field to drop to remove it."""

    name: str
    label: str
    value: str


class FilterForm(forms.Form):
    """Base of filter forms: every field is optional, and a wrong value drops that filter alone, with its error shown.

    `lookups` maps each field to an ORM lookup (`{"nom": "organisation__denomination__icontains"}`); a form with another
    logic, or over rows in memory, overrides `apply`. `folded` names the fields that few people touch: the page folds
    them under `folded_label`, open as soon as one of them is used or wrong.
    """

    lookups: ClassVar[Mapping[str, str]] = {}
    use_required_attribute = False
    is_filter = True
    folded: ClassVar[tuple[str, ...]] = ()
    folded_label: ClassVar[str] = "Plus de filtres"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    @property
    def values(self) -> dict[str, Any]:
        """The valid values that were chosen, without the empty ones."""
        self.is_valid()
        return {
            name: value
            for name, value in getattr(self, "cleaned_data", {}).items()
            if value is not None and value is not False and not _is_empty(value)
        }

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """The fields in sight."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """The fields that the page folds."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def unfolded(self) -> bool:
        """Whether a folded field is in use, or wrong: what acts on the page is in sight."""
        return any(name in self.folded for name in (*self.values, *self.errors))

    def apply(self, rows: Any) -> Any:
        """Return the rows that the active filters keep."""
        values = self.values
        return rows.filter(**{self.lookups[name]: value for name, value in values.items() if name in self.lookups})

    def active(self) -> Sequence[ActiveFilter]:
        """Return the active filters, in the form's order."""
        return [
            ActiveFilter(name, str(self[name].label), _display(self.fields[name], value))
            for name, value in self.values.items()
        ]


def _is_empty(value: Any) -> bool:
    return hasattr(value, "__len__") and len(value) == 0


def _display(field: forms.Field, value: Any) -> str:
    """Return a value as the person chose it: the label of a choice, not its code."""
    if isinstance(field, forms.ModelMultipleChoiceField) or isinstance(value, list):
        return ", ".join(_display_one(field, item) for item in value)
    return _display_one(field, value)


def _display_one(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.ChoiceField):
        choices: list[tuple[Any, Any]] = list(flatten_choices(field.widget.choices))
        labels = {str(code): str(label) for code, label in choices}
        return labels[str(value)]
    return str(valeur_ou_inconnu(value))
