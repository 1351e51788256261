"""Fields that the forms of the room share: a commune, territories by name, publics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from maillage.domains.diagnostics.queries.publics import ESTIMABLES, list_publics
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.ui.forms import FoldedOptions
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Secteur
from maillage.references.territoires.queries.recherche import get_unite, search_territoires

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maillage.references.territoires.models import Territoire


class CommuneField(forms.CharField):
    """A commune or arrondissement, by its name or code; cleans to the territory."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Nom, code Insee ou code postal\u202f: « St-Denis », « 93200 ».")
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return get_unite(text)
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.refusals[0].code) from refused


class TerritoiresField(forms.CharField):
    """Territories of any level, by names or codes separated by commas or lines; cleans to the list of territories."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Noms ou codes, séparés par des virgules\u202f: « Plaine Commune, Sarcelles ».")
        super().__init__(max_length=1000, **kwargs)

    def clean(self, value: Any) -> Any:
        found: dict[int, Territoire] = {}
        for text in filter(None, map(str.strip, re.split(r"[,\n]", super().clean(value) or ""))):
            best = search_territoires(text, limit=1)
            if not best:
                raise ValidationError(f"Aucun territoire ne correspond à « {text} ».", code="territoire_inconnu")
            found[best[0].pk] = best[0]
        return list(found.values())


def _group(choices: Iterable[tuple[str, Any, str]]) -> list[tuple[str, list[tuple[Any, str]]]]:
    """Return (group, value, label) as choices by group, each in the order that it first comes."""
    groups: dict[str, list[tuple[Any, str]]] = {}
    for group, value, label in choices:
        groups.setdefault(capfirst(group), []).append((value, label))
    return list(groups.items())


class SecteursField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Sectors of activity, by group."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Activités")
        super().__init__(queryset=Secteur.objects.all(), required=False, widget=FoldedOptions, **kwargs)

    def offer(self) -> None:
        """Read what may be chosen, once a form shows it."""
        rows = Secteur.objects.select_related("groupe").order_by("groupe__ordre", "groupe__libelle", "libelle")
        self.choices = _group((row.groupe.libelle, row.pk, row.libelle) for row in rows)


class PublicsField(forms.MultipleChoiceField):
    """Publics of the reference table, by family."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Publics visés")
        choices = _group(
            (public.famille, code, public.libelle) for code, public in list_publics().items() if code not in ESTIMABLES
        )
        super().__init__(choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class TypesField(forms.MultipleChoiceField):
    """Kinds of SIAE."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Types de SIAE visés")
        kwargs.setdefault("help_text", "Aucun coché\u202f: tous les types.")
        super().__init__(choices=TypeSiae.choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class AmountField(forms.DecimalField):
    """An amount of money, or a number of posts, that is positive; a comma or a dot, spaces allowed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(re.sub(r"[\s\u202f\u00a0]", "", value) if isinstance(value, str) else value)


def label_publics(codes: Sequence[str]) -> str:
    """Write publics by their names."""
    known = list_publics()
    return ", ".join(known[code].libelle for code in codes if code in known) or "tous les publics"
