"""The economic sheet as a grid: one field per line and year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.offre.enums import Nature
from maillage.domains.offre.forms.champs import AmountField
from maillage.domains.offre.rules.economie import ANNEES, POSTES
from maillage.domains.offre.services.economie import FicheSaisie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.domains.offre.rules.economie import Plan

DELAIS = {"ventes": "ventes", "aides": "aides", "achats": "achats"}


@dataclass(frozen=True, slots=True)
class Grille:
    """One column of the plan on screen: its lines, each with its three fields."""

    titre: str
    lignes: tuple[tuple[str, tuple[forms.BoundField, ...]], ...]


class EconomieForm(forms.Form):
    """Amounts in euros by line and year, ETP, treasury and delays."""

    hypotheses = forms.CharField(
        label="Hypothèses retenues",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Prix, clients, marchés, salaires\u202f: ce sur quoi reposent les chiffres.",
    )
    tresorerie = AmountField(label="Trésorerie de départ (€)", min_value=None)
    delai_ventes = forms.IntegerField(label="Délai de paiement des clients (jours)", min_value=0, max_value=365)
    delai_aides = forms.IntegerField(label="Délai de versement des aides (jours)", min_value=0, max_value=365)
    delai_achats = forms.IntegerField(label="Délai de paiement des fournisseurs (jours)", min_value=0, max_value=365)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for annee in ANNEES:
            self.fields[f"etp_{annee}"] = AmountField(label=f"ETP, année {annee}", required=False, max_digits=8)
            for postes in POSTES.values():
                for poste in postes:
                    self.fields[f"{poste.value}_{annee}"] = AmountField(
                        label=f"{poste.label}, année {annee} (€)", required=False
                    )

    def grilles(self) -> Iterator[Grille]:
        """Yield the grids in the order of the sheet, ETP first."""
        yield Grille("Effectifs", (("ETP en insertion", tuple(self[f"etp_{annee}"] for annee in ANNEES)),))
        for nature in Nature:
            lines = (
                (poste.label, tuple(self[f"{poste.value}_{annee}"] for annee in ANNEES)) for poste in POSTES[nature]
            )
            yield Grille(f"{nature.label[:1].upper()}{nature.label[1:]} (€)", tuple(lines))

    def autres(self) -> list[forms.BoundField]:
        """Return the fields that stand outside the grids."""
        return [self[name] for name in self.base_fields]

    def fiche(self) -> FicheSaisie:
        """Return what was typed, as the act takes it."""
        data = self.cleaned_data
        return FicheSaisie(
            montants={
                (poste.value, annee): data[f"{poste.value}_{annee}"] or Decimal(0)
                for postes in POSTES.values()
                for poste in postes
                for annee in ANNEES
            },
            etp={annee: data[f"etp_{annee}"] for annee in ANNEES},
            tresorerie=data["tresorerie"],
            delais={name: data[f"delai_{name}"] for name in DELAIS},
            hypotheses=data["hypotheses"],
        )


def initial_of(plan: Plan, hypotheses: str) -> dict[str, Any]:
    """Return a plan as the grid shows it."""
    return {
        **{f"{poste}_{annee}": _plain(montant) for (poste, annee), montant in plan.montants.items()},
        **{f"etp_{annee}": _plain(plan.etp.get(annee)) for annee in ANNEES},
        "tresorerie": _plain(plan.tresorerie_initiale),
        "delai_ventes": plan.delais.ventes,
        "delai_aides": plan.delais.aides,
        "delai_achats": plan.delais.achats,
        "hypotheses": hypotheses,
    }


def _plain(value: Decimal | None) -> Decimal | int | None:
    """Return a whole amount without its cents: it is shorter to read and to type over."""
    return int(value) if value is not None and value == int(value) else value
