"""One line of a table of needs, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.chiffres import LigneChiffres, read_commune, read_figure
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.reading.values import Values
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping

# How a level is written in files, besides its code and its label.
_NIVEAUX = {
    "com": Niveau.COMMUNE,
    "arrondissement": Niveau.COMMUNE,
    "ville": Niveau.VILLE,
    "quartier": Niveau.QPV,
    "quartier prioritaire": Niveau.QPV,
    "ze": Niveau.ZONE_EMPLOI,
    "zone emploi": Niveau.ZONE_EMPLOI,
    "bassin": Niveau.BASSIN,
    "dep": Niveau.DEPARTEMENT,
    "reg": Niveau.REGION,
    **{normalise(niveau): niveau for niveau in Niveau},
    **{normalise(niveau.label): niveau for niveau in Niveau},
}


def read_line(cells: Mapping[str, str]) -> LigneChiffres:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    valeur = read_figure(values, cells, "valeur")
    estime = normalise(cells.get("estime", ""))
    if estime not in {"", "oui", "non", "o", "n", "1", "0", "vrai", "faux", "true", "false"}:
        values.fault("estime", "oui_non", f"« {cells['estime']} » : écrivez « oui » ou « non ».")
    public = values.checked("public", find_public, required=True)
    niveau = values.checked("niveau", find_niveau) or Niveau.COMMUNE
    code = read_commune(values) if niveau == Niveau.COMMUNE else values.text("code", required=True, longest=12).upper()
    annee = values.year("annee", required=True)
    values.check()
    assert annee is not None  # a missing year is a fault, raised just above
    code = code.zfill(2) if niveau in {Niveau.DEPARTEMENT, Niveau.REGION} else code
    return LigneChiffres(niveau, code, annee, ((public, valeur),), estime in {"oui", "o", "1", "vrai", "true"})


def find_public(text: str) -> str:
    """Return the code of a public from its code or its label; raise `Refused` with the known ones."""
    publics = list_publics()
    for code, public in publics.items():
        if normalise(text) in {normalise(code), normalise(public.libelle)}:
            return code
    message = f"Le public « {text} » est inconnu. Publics connus : {', '.join(publics)}."
    raise Refused(Refusal("public_inconnu", message, "public"))


def find_niveau(text: str) -> str:
    """Return the level that a word names; raise `Refused` with the usual words."""
    if niveau := _NIVEAUX.get(normalise(text)):
        return niveau
    message = f"Le niveau « {text} » est inconnu. Niveaux connus : {', '.join(Niveau)}."
    raise Refused(Refusal("niveau_inconnu", message, "niveau"))
