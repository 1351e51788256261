"""What narrows the list of the rights that end, and their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.queries.fins import (
    ECHEANCES,
    keep_sans_suite,
    keep_siae,
    keep_suspendus,
    keep_type,
    keep_within,
)
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import search_name
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import TitreParcours
    from maillage.domains.parcours.queries.fins import LigneFins


class FinsFilter(FilterForm):
    """When it ends, where, with whom, and what is planned."""

    q = forms.CharField(label="Nom ou prénom", max_length=100)
    echeance = forms.TypedChoiceField(
        label="Finit dans les",
        choices=[("", "quand que ce soit"), *((str(months), f"{months} mois") for months in ECHEANCES)],
        coerce=int,
        empty_value=None,
    )
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous"), *TypeSiae.choices])
    siae = forms.CharField(label="SIAE (nom)", max_length=100)
    departement = forms.CharField(label="Département (code)", max_length=3)
    suspendu = forms.BooleanField(label="Suspendus")
    sans_suite = forms.BooleanField(label="Sans suite prévue")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def apply(self, rows: QuerySet[TitreParcours]) -> QuerySet[TitreParcours]:
        values = self.values
        if "q" in values:
            rows = rows.filter(personne__in=search_name(Personne.objects.all(), values["q"]).values("pk"))
        if "echeance" in values:
            rows = keep_within(rows, values["echeance"], self.on)
        if "type" in values:
            rows = keep_type(rows, values["type"])
        if "siae" in values:
            rows = keep_siae(rows, values["siae"])
        if "departement" in values:
            rows = rows.filter(personne__departement=values["departement"].upper())
        if values.get("suspendu"):
            rows = keep_suspendus(rows, self.on)
        return keep_sans_suite(rows) if values.get("sans_suite") else rows


class FinsChiffresFilter(FilterForm):
    """One of the départements that the organisation answers for."""

    departement = forms.ChoiceField(label="Département")

    def __init__(self, *args: Any, departements: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departement"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "tous"), *departements]

    def apply(self, rows: Sequence[LigneFins]) -> Sequence[LigneFins]:
        asked = self.values.get("departement")
        return [each for each in rows if asked in {None, each.code}]
