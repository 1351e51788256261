"""Pure rules of the persons: the NIR, who may follow whom as what, openings, age bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdnum import exceptions
from stdnum.fr import nir as nir_number

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.enums import EtatOuverture
from maillage.references.personnes.enums import TypeRelation as T

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

# What each role follows a person as: the first one is the usual.
TYPES_PAR_ROLE: Mapping[str, tuple[T, ...]] = {
    P.SIAE_DIRECTION: (T.CONTRAT, T.CANDIDATURE),
    P.SIAE_ACCOMPAGNEMENT: (T.CONTRAT, T.CANDIDATURE),
    P.PRESCRIPTEUR: (T.PRESCRIPTION,),
    P.EMPLOI_CONSEILLER: (T.CONSEIL_EMPLOI, T.PRESCRIPTION),
    P.DEPARTEMENT_REFERENT: (T.REFERENT_RSA,),
}

MOTIF_MIN = 20  # characters: fewer do not say why


@dataclass(frozen=True, slots=True)
class Identite:
    """What is known of a person, as it is typed. `nir` None leaves the number as it is."""

    nom: str
    prenom: str
    sexe: str = ""
    date_naissance: date | None = None
    nir: str | None = None
    email: str = ""
    telephone: str = ""
    adresse: str = ""
    commune: str = ""


def check_nir(text: str) -> str:
    """Return the 15 characters of a NIR; raise `Refused` when its length, its characters or its key are wrong."""
    try:
        return str(nir_number.validate(text))
    except exceptions.InvalidChecksum as error:
        message = "La clé (deux derniers chiffres) ne correspond pas\u202f: relisez le numéro."
        raise Refused(Refusal("nir_cle", message, "nir")) from error
    except exceptions.ValidationError as error:
        message = "Un numéro de sécurité sociale compte 15 chiffres, clé comprise."
        raise Refused(Refusal("nir_format", message, "nir")) from error


def mask_nir(nir: str) -> str:
    """Return a NIR whose sex, year and month alone are legible: 1 80 05 ** *** *** **."""
    return f"{nir[:1]} {nir[1:3]} {nir[3:5]} ** *** *** **"


def format_nir(nir: str) -> str:
    """Return a NIR as it is printed on a card: 1 80 05 99 126 111 93."""
    return str(nir_number.format(nir))


def differences(nir: str, sexe: str, date_naissance: date | None) -> list[str]:
    """Return, in French, what a NIR says otherwise than the civil status; a month above 12 says nothing (Insee)."""
    found = []
    known = {"1": "H", "2": "F", "3": "H", "4": "F", "7": "H", "8": "F"}.get(nir[0], "")
    if sexe and known and sexe != known:
        found.append("le sexe")
    if date_naissance is not None:
        if nir[1:3] != f"{date_naissance:%y}":
            found.append("l’année de naissance")
        if "01" <= nir[3:5] <= "12" and nir[3:5] != f"{date_naissance:%m}":
            found.append("le mois de naissance")
    return found


def etat_ouverture(*, fin: datetime, close_le: datetime | None, now: datetime) -> EtatOuverture:
    """Return the state of an opening: closed by its operator, else expired by itself at its end."""
    if close_le is not None:
        return EtatOuverture.CLOSE
    return EtatOuverture.EN_COURS if now < fin else EtatOuverture.EXPIREE


def check_ouverture(*, motif: str, heures: int, maximum: int) -> list[Refusal]:
    """Return why a file may not be opened: the reason is too short to be one, or the time out of bounds."""
    found = []
    if len(motif.strip()) < MOTIF_MIN:
        message = f"Dites pourquoi, en une phrase ({MOTIF_MIN} caractères au moins)\u202f: le motif sera lu."
        found.append(Refusal("motif_court", message, "motif"))
    if not 1 <= heures <= maximum:
        found.append(Refusal("duree", f"Une ouverture dure de 1 à {maximum}\u202fheures.", "heures"))
    return found


TRANCHES = ("moins de 26 ans", "26 à 49 ans", "50 ans et plus", "âge inconnu")
_BORNES = (26, 50)


def age(naissance: date | None, on: date) -> int | None:
    """Return the age at the end of a month, by year and month alone: a person made anonymous keeps those two."""
    if naissance is None:
        return None
    return (on.year * 12 + on.month - naissance.year * 12 - naissance.month) // 12


def tranche(years: int | None) -> int:
    """Return the position in `TRANCHES` of an age."""
    return len(TRANCHES) - 1 if years is None else sum(years >= borne for borne in _BORNES)
