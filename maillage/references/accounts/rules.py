"""Tables and pure rules of the accounts: kinds of organisations, dated names, who needs a second factor."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.references.accounts.enums import ProfilMembre

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

# Their holders read people by name: their session asks for a second factor (CNIL, délibération 2022-100; RGPD art. 32).
LECTEURS_DE_PERSONNES = frozenset(
    {
        ProfilMembre.SIAE_DIRECTION,
        ProfilMembre.SIAE_ACCOMPAGNEMENT,
        ProfilMembre.ETAT_DEPARTEMENT,
        ProfilMembre.DEPARTEMENT_REFERENT,
        ProfilMembre.EMPLOI_CONSEILLER,
        ProfilMembre.PRESCRIPTEUR,
        ProfilMembre.DPO,
    }
)


@dataclass(frozen=True, slots=True)
class TypeOrganisation:
    """A kind of organisation. `noms` holds (first day or None, name), oldest first."""

    code: str
    famille: str
    noms: tuple[tuple[date | None, str], ...]
    roles: tuple[ProfilMembre, ...]
    habilite: bool
    code_asp: str

    def nom(self, on: date) -> str:
        """Return what the kind was called on a day."""
        return next(nom for depuis, nom in reversed(self.noms) if depuis is None or depuis <= on)


@cache
def types_organisation() -> Mapping[str, TypeOrganisation]:
    """Return every kind of organisation by its code, in the order of the table."""
    text = Path(__file__).with_name("facts").joinpath("types_organisation.toml").read_text("utf-8")
    return {
        row["code"]: TypeOrganisation(
            row["code"],
            row["famille"],
            tuple((nom.get("depuis"), nom["nom"]) for nom in row["noms"]),
            tuple(ProfilMembre(role) for role in row["roles"]),
            row.get("habilite", False),
            row.get("code_asp", ""),
        )
        for row in tomllib.loads(text)["type"]
    }


def roles_offerts(types: Iterable[str]) -> tuple[ProfilMembre, ...]:
    """Return the roles that the members of an organisation of these kinds may hold; any may name its DPO."""
    offered = [role for code in types for role in types_organisation()[code].roles]
    return (*dict.fromkeys(offered), ProfilMembre.DPO)


def needs_second_factor(*, exploitant: bool, profils: Iterable[str]) -> bool:
    """Tell whether a person must sign in with a second factor: operators, and whoever may read people by name."""
    return exploitant or bool(LECTEURS_DE_PERSONNES & set(profils))
