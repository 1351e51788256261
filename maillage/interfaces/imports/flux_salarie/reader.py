"""One line of the table Salarie, typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.parcours.rules.flux import LigneSalarie
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.flux import read_boolean, read_day, read_number
from maillage.interfaces.imports.reading.values import Values
from maillage.references.personnes.rules import check_nir, differences

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_SEXES = {"M": "H", "M.": "H", "MR": "H", "MME": "F", "MLLE": "F"}
_QPV = {"QP": True, "NQP": False}
_COMMUNE, _NUMERO = re.compile(r"[0-9AB]{5}"), re.compile(r"[0-9]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Ligne:
    """What the line says."""

    salarie: LigneSalarie

    @property
    def key(self) -> Hashable:
        """A person has one line by number."""
        return self.salarie.identifiant


def read_line(cells: Mapping[str, str]) -> Ligne:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    identifiant = read_number(values, "salarie", required=True)
    nom = values.text("nom", longest=80) or values.text("nom_naissance", longest=80)
    if not nom:
        values.fault("nom", "valeur_absente", "La valeur est obligatoire.")
    prenom = values.text("prenom", required=True, longest=80)
    naissance = read_day(values, "date_naissance", required=True, first=1920)
    sexe = _SEXES.get(values.text("civilite").upper(), "")
    nir = values.checked("nir", check_nir)
    if nir and (wrong := differences(nir, sexe, naissance)):
        message = f"Le NIR et la ligne ne disent pas la même chose : {', '.join(wrong)}."
        values.fault("nir", "nir_different", message)
    commune = values.text("commune", longest=10).upper()
    numero = values.checked("numero", _read_numero)
    email = values.text("email", longest=254)
    values.check()
    assert naissance is not None  # a missing day is a fault, raised just above
    street = (values.text("numero_voie"), values.text("type_voie"), values.text("voie"))
    return Ligne(
        LigneSalarie(
            identifiant=identifiant,
            nom=nom,
            prenom=prenom,
            date_naissance=naissance,
            sexe=sexe,
            nir=nir,
            numero=numero,
            commune=commune if _COMMUNE.fullmatch(commune) else "",
            adresse=" ".join(part for part in street if part)[:300],
            email=email if _EMAIL.fullmatch(email) else "",
            telephone=values.text("telephone")[:20],
            qpv=_QPV.get(values.text("qpv").upper()),
            zrr=read_boolean(values, "zrr"),
        )
    )


def _read_numero(text: str) -> str:
    number = text.replace(" ", "").removesuffix(".0")
    if not _NUMERO.fullmatch(number):
        message = f"« {text} » n’est pas un numéro de PASS ni d’agrément : douze chiffres."
        raise Refused(Refusal("numero_illisible", message, "numero"))
    return number
