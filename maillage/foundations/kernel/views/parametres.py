"""The page of the dated parameters: which figures the platform applies, since when, on whose word."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone

from maillage.foundations.kernel.parameters import Parametre, catalogue
from maillage.foundations.kernel.screens import Column, FilterForm, ListScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page

    from maillage.foundations.kernel.screens.list import Cell

NON_CONFIRME = "non confirmé"
ETATS = (("en_vigueur", "en vigueur"), ("a_venir", "à venir"), ("passee", "passée"))


def etat(value: Parametre) -> str:
    """Return whether a value is in force today, to come, or past, as the page says it."""
    today = timezone.localdate()
    code = "en_vigueur" if value.holds(today) else "a_venir" if today < value.valid_from else "passee"
    return dict(ETATS)[code]


class ParametreFilter(FilterForm):
    recherche = forms.CharField(label="Mot du libellé ou du code")
    etat = forms.ChoiceField(label="Valeurs", choices=[("", "toutes"), *ETATS])
    a_confirmer = forms.BooleanField(label="Seulement les valeurs non confirmées")

    def apply(self, rows: Sequence[Parametre]) -> Sequence[Parametre]:
        words = self.values.get("recherche", "").casefold().split()
        wanted = dict(ETATS).get(self.values.get("etat", ""))
        return [
            row
            for row in rows
            if all(word in f"{row.code} {row.label}".casefold() for word in words)
            and (wanted is None or etat(row) == wanted)
            and not (row.confirmed and self.values.get("a_confirmer"))
        ]


class ParametreList(ListScreen):
    public = True
    title = "Paramètres"
    intro = (
        "Les chiffres que la loi, une circulaire ou la doctrine régionale fixent, et que la plateforme applique. "
        "Chacun est daté\u202f: un calcul utilise la valeur en vigueur à sa date."
    )
    columns = (
        Column("label", "Paramètre", "label", sort="label"),
        Column("valeur", "Valeur", "value", sort="value", numeric=True),
        Column("unite", "Unité", lambda row: row.unit or "sans unité"),
        Column("depuis", "En vigueur du", "valid_from", sort="valid_from"),
        Column("jusqu_a", "Jusqu’au (exclu)", lambda row: row.valid_to or "sans terme"),
        Column("etat", "État", etat),
        Column("article", "Article", lambda row: row.article or "aucun"),
        Column("source", "Source", "source"),
        Column("confirmation", "Vérification", lambda row: "confirmé" if row.confirmed else NON_CONFIRME),
        Column("code", "Code", "code", sort="code"),
    )
    filter_form = ParametreFilter
    default_sort = "code"
    export_name = "parametres"
    noun = ("valeur", "valeurs")
    empty_title = "Aucun paramètre"
    empty_text = "Les salles installées n’appliquent aucun chiffre daté."

    def get_queryset(self) -> list[Parametre]:
        return list(chain.from_iterable(catalogue().values()))

    def lines(self, page: Page[Parametre]) -> list[list[Cell]]:
        badge = render_to_string("kernel/_non_confirme.html")
        return [
            [replace(cell, value=badge) if cell.value == NON_CONFIRME else cell for cell in line]
            for line in super().lines(page)
        ]
