"""One month of one territory, typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import NiveauSerie
from maillage.interfaces.imports.reading.values import Values

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


@dataclass(frozen=True, slots=True)
class LigneSalaries:
    """How many employees in insertion a territory has at the end of a month (its first day stands for it)."""

    niveau: NiveauSerie
    code: str
    nom: str
    mois: date
    valeur: int

    @property
    def key(self) -> Hashable:
        """A territory has one count a month."""
        return self.niveau, self.code, self.mois


def read_line(cells: Mapping[str, str]) -> LigneSalaries:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    departement = values.text("departement", longest=3).upper()
    region = values.text("region", longest=3)
    if departement and region:
        values.fault("region", "deux_niveaux", "Donnez le département ou la région, pas les deux.")
    niveau = NiveauSerie.DEPARTEMENT if departement else NiveauSerie.REGION if region else NiveauSerie.PAYS
    code = (departement or region).zfill(2) if departement or region else ""
    text = values.text("mois", required=True, longest=20)
    found = re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", text)
    if text and not (found and 1990 <= int(found[1]) <= 2100 and 1 <= int(found[2]) <= 12):
        values.fault("mois", "mois_illisible", f"« {text} » n’est pas un mois : écrivez 2022-09 ou 2022-09-30.")
    valeur = values.count("valeur")
    if valeur is None and not values.faults:
        values.fault("valeur", "valeur_absente", "Le nombre de salariés est inconnu : ce mois n’est pas enregistré.")
    nom = values.text("nom", longest=100) or (NiveauSerie.PAYS.label if niveau == NiveauSerie.PAYS else code)
    values.check()
    assert found is not None  # a missing month is a fault, raised just above
    assert valeur is not None
    return LigneSalaries(niveau, code, nom, date(int(found[1]), int(found[2]), 1), valeur)
