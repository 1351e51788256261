"""The file of a diagnostic: which territory is meant, which format is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.couverture import Couverture, compute_couverture
from maillage.domains.diagnostics.queries.document import to_document
from maillage.domains.diagnostics.queries.fiche import Fiche, get_fiche
from maillage.domains.diagnostics.queries.tableaux import lignes_of, to_json, to_tableur
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable

    from maillage.domains.diagnostics.rules import Choix

# The levels that a diagnostic covers.
NIVEAUX = (Niveau.COMMUNE, Niveau.VILLE, Niveau.EPT, Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION)


def _json(couverture: Couverture, fiche: Fiche | None) -> bytes:
    return to_json(couverture, lignes_of(couverture, fiche))


def _ods(couverture: Couverture, fiche: Fiche | None) -> bytes:
    return to_tableur(couverture, lignes_of(couverture, fiche))


FORMATS: dict[str, tuple[str, Callable[[Couverture, Fiche | None], bytes]]] = {
    "pdf": ("application/pdf", to_document),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ods),
    "json": ("application/json", _json),
}


def find_territoire(code: str, niveau: str = "") -> Territoire:
    """Return the territory in force that a code designates (commune, EPT, EPCI, Paris, département, region).

    Raise `Refused` when there is none, or when two levels share the code and none is given.
    """
    found = list(Territoire.objects.en_vigueur().filter(code=code, niveau__in=[niveau] if niveau else NIVEAUX))
    if not found:
        kind = f" de niveau « {Niveau(niveau).label} »" if niveau else ""
        message = (
            f"Aucun territoire{kind} chargé ne porte le code « {code} ». Donnez un code INSEE (93066, 93, 11), le SIREN"
            " d’une intercommunalité (200057867) ou « region »."
        )
        raise Refused(Refusal("territoire_inconnu", message, "territoire"))
    if len(found) > 1:
        levels = ", ".join(territoire.niveau for territoire in found)
        message = f"Le code « {code} » désigne plusieurs territoires\u202f: précisez le niveau ({levels})."
        raise Refused(Refusal("territoire_ambigu", message, "territoire"))
    return found[0]


def build_file(region: str, territoire: Territoire | None, choix: Choix, extension: str) -> bytes:
    """Compute the diagnostic of a territory, or of every territory of the region when it is None, and write it.

    The region as a territory is the whole region. Raise `Refused` when the choice makes no sense.
    """
    couverture = compute_couverture(region, choix)
    if territoire is None or territoire.niveau == Niveau.REGION:
        return FORMATS[extension][1](couverture, None)
    fiche = get_fiche(couverture, territoire.niveau, territoire.code)
    if fiche is None:
        message = f"« {territoire.nom} » n’a aucune commune dans la région {region}."
        raise Refused(Refusal("hors_region", message, "territoire"))
    return FORMATS[extension][1](couverture, fiche)
