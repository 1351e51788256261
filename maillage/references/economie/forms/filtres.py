"""How the lists of the local economy are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.foundations.kernel.screens import FilterForm
from maillage.references.economie.enums import EtatProjet, Programme, TrancheEffectif
from maillage.references.economie.queries.employeurs import keep_territoire
from maillage.references.economie.queries.metiers import list_annees, list_domaines, list_zones
from maillage.references.territoires.queries.liste import list_departements
from maillage.references.territoires.queries.recherche import search_territoires
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.references.economie.models import Employeur, GrandProjet
    from maillage.references.economie.queries.metiers import Metier
    from maillage.references.territoires.models import Territoire


class TerritoireField(forms.CharField):
    """A territory told by its name or code."""

    def clean(self, value: Any) -> Territoire | None:
        text: str = super().clean(value)
        found = search_territoires(text, limit=1)
        if text and not found:
            raise ValidationError(f"Aucun territoire ne correspond à « {text} ».")
        return found[0] if found else None


class MetiersForm(FilterForm):
    """Words, where, which domain, what tension, whether SIAE work there."""

    q = forms.CharField(label="Métier ou code", max_length=100)
    zone = forms.ChoiceField(label="Département ou bassin")
    annee = forms.TypedChoiceField(label="Année de l’enquête", coerce=int, empty_value=None)
    domaine = forms.ChoiceField(label="Domaine")
    tension = forms.BooleanField(label="En forte tension seulement")
    siae = forms.BooleanField(label="Où des SIAE travaillent")

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[Any]] = {
            "zone": [("", "toute la région"), *list_zones(region)],
            "annee": [("", "la plus récente"), *((annee, str(annee)) for annee in list_annees())],
            "domaine": [("", "tous les domaines"), *list_domaines()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[Metier]) -> list[Metier]:
        """Return the trades that the filters keep; zone and year were applied when they were counted."""
        values = self.values
        words = plain_words(values.get("q", ""))
        return [
            row
            for row in rows
            if ("domaine" not in values or row.code.startswith(values["domaine"]))
            and ("tension" not in values or row.forte)
            and ("siae" not in values or row.fap.secteurs)
            and _holds(row, words)
        ]


def _holds(metier: Metier, words: Sequence[str]) -> bool:
    text = " ".join(plain_words(f"{metier.code} {metier.libelle}"))
    return all(word in text for word in words)


class ProjetsForm(FilterForm):
    """Words, programme, state, where."""

    lookups = {
        "q": "nom__icontains",
        "programme": "programme",
        "etat": "etat",
        "departement": "lieux__commune__departement",
    }
    q = forms.CharField(label="Nom", max_length=100)
    programme = forms.ChoiceField(label="Programme", choices=[("", "tous les programmes"), *Programme.choices])
    etat = forms.ChoiceField(label="État", choices=[("", "tous les états"), *EtatProjet.choices])
    departement = forms.ChoiceField(label="Département")

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, f"{nom} ({code})") for code, nom in list_departements(region)]
        self.fields["departement"].choices = [("", "tous les départements"), *known]  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[GrandProjet]) -> QuerySet[GrandProjet]:
        """Return the projects that the filters keep, each once."""
        kept = super().apply(rows.model._default_manager.all())
        return rows.filter(pk__in=kept.values("pk"))


class EmployeursForm(FilterForm):
    """Name, where, size, whether hires are announced."""

    lookups = {"q": "denomination__icontains", "tranche": "tranche", "naf": "naf__istartswith"}
    q = forms.CharField(label="Dénomination", max_length=100)
    territoire = TerritoireField(label="Territoire (nom ou code)", max_length=200)
    naf = forms.CharField(label="Code NAF (ou son début)", max_length=5)
    tranche = forms.ChoiceField(label="Effectif", choices=[("", "toutes les tailles"), *TrancheEffectif.choices])
    recrute = forms.BooleanField(label="Recrutements annoncés")

    def apply(self, rows: QuerySet[Employeur]) -> QuerySet[Employeur]:
        """Return the establishments that the filters keep."""
        values = self.values
        rows = super().apply(rows)
        if values.get("recrute"):
            rows = rows.filter(intentions__gt=0)
        return keep_territoire(rows, values["territoire"]) if "territoire" in values else rows
