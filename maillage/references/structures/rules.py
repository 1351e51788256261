"""What a SIAE may be: its number, its kind, where it stands, what may be written of it.

Functions return the value in its one accepted form, or raise `Refused` with a reason a person can act upon.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.rules import check_naf, check_siret, check_site_web, clean_line
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Structures that stand close to the IAE without being SIAE in the sense of article L. 5132-4 of the Code du travail.
NOT_SIAE = {
    "GEIQ": (
        "un GEIQ (groupement d’employeurs pour l’insertion et la qualification, art. L. 1253-1 du Code du travail) "
        "n’est pas une SIAE au sens de l’article L. 5132-4"
    ),
    "EA": (
        "une EA (entreprise adaptée, art. L. 5213-13 du Code du travail) relève de l’emploi des travailleurs "
        "handicapés, pas de l’insertion par l’activité économique (art. L. 5132-4)"
    ),
    "EATT": (
        "une EATT (entreprise adaptée de travail temporaire, art. L. 5213-13-3 du Code du travail) relève de l’emploi "
        "des travailleurs handicapés, pas de l’insertion par l’activité économique (art. L. 5132-4)"
    ),
    "ESAT": (
        "un ESAT (établissement ou service d’accompagnement par le travail, art. L. 344-2 du Code de l’action sociale "
        "et des familles) est médico-social, pas une SIAE (art. L. 5132-4 du Code du travail)"
    ),
}

# Rough frames of the French lands, WGS 84 degrees: (west, south, east, north). They tell a swap, not a commune.
FRAMES = (
    (-5.5, 41.2, 9.8, 51.3),  # metropolitan France
    (-63.3, 14.2, -60.7, 18.2),  # Antilles
    (-54.7, 2.0, -51.5, 6.0),  # Guyane
    (44.9, -21.5, 56.0, -12.5),  # Mayotte, La Réunion
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
)


# What the columns hold: longest texts, texts that may not miss, figures and the greatest of one row.
LENGTHS = {"nom": 200, "denomination": 200, "forme_juridique": 80, "adresse": 300, "ville": 200, "site_web": 300}
REQUIRED = {"nom": "Le nom de la SIAE manque.", "commune_code": "La commune de la SIAE n’est pas connue."}
FIGURES = ("salaries", "postes", "etp_conventionnes", "etp_realises")
FIGURE_MAX = 999_999


@dataclass(frozen=True, slots=True)
class FicheImplantation:
    """A secondary site, as a source describes it."""

    commune_code: str
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class FicheSiae:
    """What a source says of a SIAE. What it does not say (empty, None) leaves what is known untouched.

    `nom` is the name people know, `denomination` the legal one (default: `nom`). The figures are those of `annee` in
    `departement` (code; default: the one of the commune). `secteurs` are pairs of a sector code and its share of hours
    in per cent (None: unknown); `zones` are (niveau, code) pairs; sectors, zones and secondary sites replace the known
    ones.
    """

    siret: str
    type_siae: str
    nom: str
    commune_code: str
    denomination: str = ""
    forme_juridique: str = ""
    naf: str = ""
    site_web: str = ""
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    longitude: float | None = None
    latitude: float | None = None
    annee: int | None = None
    departement: str = ""
    salaries: int | None = None
    postes: int | None = None
    etp_conventionnes: Decimal | None = None
    etp_realises: Decimal | None = None
    secteurs: tuple[tuple[str, Decimal | None], ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    secondaires: tuple[FicheImplantation, ...] = ()


def check_type(text: str) -> str:
    """Return the kind's acronym, from it or the full name; refuse what is not a SIAE, and say what it is."""
    word = clean_line(text)
    for kind in TypeSiae:
        if word.upper() == kind.value or word.casefold().replace("'", "’") == kind.label:
            return kind.value
    if reason := NOT_SIAE.get(word.upper()):
        raise Refused(Refusal("pas_une_siae", f"{reason[0].upper()}{reason[1:]}.", "type_siae"))
    message = f"Type de SIAE inconnu : « {word} ». Types attendus : {', '.join(TypeSiae)}."
    raise Refused(Refusal("type_inconnu", message, "type_siae"))


def check_code_postal(text: str) -> str:
    """Return the five digits; a leading zero lost by a spreadsheet is put back; empty stays empty."""
    code = clean_line(text).replace(" ", "")
    if code and not re.fullmatch(r"[0-9]{4,5}", code):
        message = f"Un code postal compte cinq chiffres ; reçu : « {text.strip()} »."
        raise Refused(Refusal("code_postal_format", message, "code_postal"))
    return code.zfill(5) if code else ""


def check_coordinates(longitude: float | None, latitude: float | None) -> None:
    """Refuse half a point, a swap, a point out of France (WGS 84 degrees); accept an unknown point."""
    if longitude is None and latitude is None:
        return
    if longitude is None or latitude is None:
        message = "La longitude et la latitude vont ensemble : l’une des deux manque."
        raise Refused(Refusal("coordonnees_incompletes", message, "longitude"))
    if _in_france(longitude, latitude):
        return
    point = f"longitude {longitude:g}, latitude {latitude:g}"
    if _in_france(latitude, longitude):
        message = f"La longitude et la latitude sont interverties ({point}) : échangez les deux colonnes."
        raise Refused(Refusal("coordonnees_interverties", message, "longitude"))
    raise Refused(Refusal("hors_de_france", f"Le point est hors de France ({point}).", "longitude"))


def check_fiche(fiche: FicheSiae, *, annee_max: int) -> FicheSiae:
    """Return the fiche in its accepted form; refuse with every reason at once, not the first one.

    `annee_max` is the year of the act: a figure of a later year is refused.
    """
    accepted: dict[str, Any] = {}
    refusals = [*_check_year(fiche, annee_max), *_check_figures(fiche), *_check_shares(fiche)]
    for name, check in CHECKS.items():
        try:
            accepted[name] = check(getattr(fiche, name))
        except Refused as refused:
            refusals.extend(refused.refusals)
    sites: list[FicheSiae | FicheImplantation] = [fiche, *fiche.secondaires]
    for site in sites:
        try:
            check_coordinates(site.longitude, site.latitude)
        except Refused as refused:
            refusals.extend(refused.refusals)
    refusals += _check_texts(accepted)
    if refusals:
        raise Refused(*refusals)
    for name in ("etp_conventionnes", "etp_realises"):
        accepted[name] = _to_cents(getattr(fiche, name))
    return replace(fiche, **accepted)


def _check_year(fiche: FicheSiae, annee_max: int) -> list[Refusal]:
    if fiche.annee is None:
        if any(getattr(fiche, name) is not None for name in FIGURES):
            return [Refusal("annee_manquante", "Un effectif est donné sans son année.", "annee")]
    elif not 1900 <= fiche.annee <= annee_max:
        return [Refusal("annee_invalide", f"L’année {fiche.annee} n’est pas possible.", "annee")]
    return []


def _check_figures(fiche: FicheSiae) -> list[Refusal]:
    refusals = []
    for name in FIGURES:
        value = getattr(fiche, name)
        if value is not None and not (Decimal(value).is_finite() and 0 <= value <= FIGURE_MAX):
            message = f"Un effectif va de 0 à {FIGURE_MAX} ; reçu : {value}."
            refusals.append(Refusal("effectif_invalide", message, name))
    return refusals


def _check_shares(fiche: FicheSiae) -> list[Refusal]:
    counts = Counter(code for code, _ in fiche.secteurs)
    if twice := [code for code, count in counts.items() if count > 1]:
        message = f"Ces secteurs sont donnés plusieurs fois\u202f: {', '.join(twice)}."
        return [Refusal("secteur_repete", message, "secteurs")]
    shares = [share for _, share in fiche.secteurs if share is not None]
    if any(not 0 <= share <= 100 for share in shares) or sum(shares) > 100:
        message = "Les parts des heures par secteur vont de 0 à 100 % et leur somme ne dépasse pas 100 %."
        return [Refusal("parts_invalides", message, "secteurs")]
    return []


def _check_texts(texts: Mapping[str, str]) -> list[Refusal]:
    refusals = [
        Refusal(f"{name}_manquant", message, name) for name, message in REQUIRED.items() if texts.get(name) == ""
    ]
    for name, limit in LENGTHS.items():
        if len(texts.get(name, "")) > limit:
            message = f"Texte trop long : {len(texts[name])} caractères, {limit} au plus."
            refusals.append(Refusal("texte_trop_long", message, name))
    return refusals


def _to_cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _in_france(longitude: float, latitude: float) -> bool:
    return any(west <= longitude <= east and south <= latitude <= north for west, south, east, north in FRAMES)


TEXTS = ("nom", "denomination", "forme_juridique", "adresse", "ville", "commune_code", "departement")
CHECKS: Mapping[str, Callable[[str], str]] = {
    "siret": check_siret,
    "type_siae": check_type,
    "naf": check_naf,
    "code_postal": check_code_postal,
    "site_web": check_site_web,
    **dict.fromkeys(TEXTS, clean_line),
}
