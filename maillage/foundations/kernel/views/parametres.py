"""The page of the dated parameters: which figures the platform applies, since when, on whose word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone

from maillage.foundations.kernel.parameters import Parametre, catalogue
from maillage.foundations.kernel.screens import Column, FilterForm, ListScreen
from maillage.foundations.kernel.tableur import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page

    from maillage.foundations.kernel.screens.list import Cell

NON_CONFIRME = "non confirmé"
ETATS = {"en_vigueur": "en vigueur", "a_venir": "à venir", "passee": "passée"}


def etat(value: Parametre) -> str:
    """Return whether a value is in force today, to come, or past: a key of `ETATS`."""
    today = timezone.localdate()
    return "en_vigueur" if value.holds(today) else "a_venir" if today < value.valid_from else "passee"


def period(value: Parametre) -> str:
    """Return when a value is in force, in words; one that is not in force today says so."""
    words = f"à compter du {value.valid_from:%d/%m/%Y}"
    if value.valid_to:
        words = f"du {value.valid_from:%d/%m/%Y} au {value.valid_to - timedelta(days=1):%d/%m/%Y}"
    return words if etat(value) == "en_vigueur" else f"{words} ({ETATS[etat(value)]})"


def confirmation(value: Parametre) -> str:
    """Return whether a value was read in the text that fixes it."""
    return "confirmé" if value.confirmed else NON_CONFIRME


class ParametreFilter(FilterForm):
    recherche = forms.CharField(label="Mot du libellé ou du code")
    etat = forms.ChoiceField(label="Valeurs", choices=[("", "toutes"), *ETATS.items()])
    a_confirmer = forms.BooleanField(label="Seulement les valeurs non confirmées")

    def apply(self, rows: Sequence[Parametre]) -> Sequence[Parametre]:
        words = self.values.get("recherche", "").casefold().split()
        wanted = self.values.get("etat", "")
        return [
            row
            for row in rows
            if all(word in f"{row.code} {row.label}".casefold() for word in words)
            and wanted in {"", etat(row)}
            and not (row.confirmed and self.values.get("a_confirmer"))
        ]


class ParametreList(ListScreen):
    """Every value of every parameter: in force, past and to come."""

    public = True
    limit = None  # a few lines in memory: there is nothing to spare
    title = "Paramètres"
    intro = (
        "Les chiffres que la loi, une circulaire ou la doctrine régionale fixent, et que la plateforme applique. "
        "Chacun est daté\u202f: un calcul utilise la valeur en vigueur à sa date."
    )
    columns = (
        Column("label", "Paramètre", "label", sort="label"),
        Column("valeur", "Valeur", "amount", numeric=True),
        Column("periode", "En vigueur", period, sort="valid_from"),
        Column("reference", "Article et source", "reference"),
        Column("confirmation", "Vérification", confirmation),
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

    def sheet(self) -> Sheet:
        """Return the values field by field: an export is calculated with, the page is read."""
        columns = ("Code", "Paramètre", "Valeur", "Unité", "À compter du", "Avant le", "Article", "Source", "Confirmé")
        rows = (
            (v.code, v.label, v.value, v.unit, v.valid_from, v.valid_to, v.article, v.source, v.confirmed)
            for v in self.rows
        )
        return Sheet(self.title, columns, rows)
