"""One line of a list of SIAE, typed: every fault of the line told at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.reading.values import Values
from maillage.references.accounts.rules import check_naf, check_siret, check_site_web
from maillage.references.structures import rules
from maillage.references.structures.rules import FicheSiae

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from decimal import Decimal

_POWER_OF_TEN = re.compile(r"\d([.,]\d*)?[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class LigneSiae:
    """What the line says; the commune of `fiche` is the INSEE code of the line, empty when it gives none."""

    fiche: FicheSiae
    departement: str
    secteurs: tuple[tuple[str, Decimal | None], ...]

    @property
    def key(self) -> Hashable:
        """A SIAE is an organisation for one kind."""
        return self.fiche.siret, self.fiche.type_siae


def read_line(cells: Mapping[str, str]) -> LigneSiae:
    """Return the typed line; raise `Refused` with every fault, each under its column."""
    values = Values(cells)
    longitude, latitude = _read_point(values)
    nom = values.text("nom", required=True, longest=200)
    salaries, postes = values.count("salaries"), values.count("postes")
    conventionnes, realises = values.amount("etp_conventionnes", digits=6), values.amount("etp_realises", digits=6)
    annee = values.year("annee")
    if annee is None and any(figure is not None for figure in (salaries, postes, conventionnes, realises)):
        values.fault("annee", "annee_manquante", "Un effectif est donné sans son année.")
    fiche = FicheSiae(
        siret=values.checked("siret", _read_siret, required=True),
        type_siae=values.checked("type_siae", rules.check_type, required=True),
        nom=values.text("nom_usage", longest=200) or nom,
        denomination=nom,
        commune_code=values.checked("commune_code", _read_commune),
        forme_juridique=values.text("forme_juridique", longest=80),
        naf=values.checked("naf", check_naf),
        site_web=values.checked("site_web", check_site_web),
        adresse=values.text("adresse"),
        code_postal=values.checked("code_postal", rules.check_code_postal),
        ville=values.text("ville", longest=200),
        longitude=longitude,
        latitude=latitude,
        annee=annee,
        salaries=salaries,
        postes=postes,
        etp_conventionnes=conventionnes,
        etp_realises=realises,
    )
    departement = values.text("departement", longest=3).upper()
    ligne = LigneSiae(fiche, departement.zfill(2) if departement else "", _read_secteurs(values))
    values.check()
    return ligne


def _read_point(values: Values) -> tuple[float | None, float | None]:
    x, y = values.number("longitude"), values.number("latitude")
    if not x and not y:  # nothing, or the 0, 0 of a geocoder that found nothing
        return None, None
    longitude, latitude = None if x is None else float(x), None if y is None else float(y)
    try:
        rules.check_coordinates(longitude, latitude)
    except Refused as refused:
        values.faults.extend(refused.refusals)
    return longitude, latitude


def _read_siret(text: str) -> str:
    """Return the SIRET; of one that a spreadsheet shows as a power of ten, too few digits are left to guess it."""
    if _POWER_OF_TEN.fullmatch(text.replace(" ", "")):
        message = (
            f"« {text} » n’est plus un SIRET : le tableur l’a remplacé par un nombre en affichage scientifique, et ses "
            "derniers chiffres sont perdus. Mettez la colonne au format « Texte », puis saisissez à nouveau les "
            "14 chiffres."
        )
        raise Refused(Refusal("siret_scientifique", message, "siret"))
    return check_siret(text)


def _read_commune(text: str) -> str:
    """Return an INSEE code; the leading zero that a spreadsheet lost is put back."""
    return text.upper().zfill(5)


def _read_secteurs(values: Values) -> tuple[tuple[str, Decimal | None], ...]:
    """Read « espaces-verts:60 | maraichage:40 »; the share of hours may be left out."""
    found = []
    for part in filter(None, (part.strip() for part in values.text("secteurs", longest=1000).split("|"))):
        name, _, share = part.partition(":")
        value = Values({"secteurs": share.strip().removesuffix("%")})
        found.append((name.strip(), value.amount("secteurs", digits=3)))
        values.faults.extend(value.faults)
    return tuple(found)
