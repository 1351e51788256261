"""Find an establishment by its SIRET, or keep one that nobody had described yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.rules import check_siret
from maillage.references.economie.models import Employeur
from maillage.references.economie.services.employeurs import LigneEmployeur, record_employeurs

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.territoires.models import Territoire


def get_host(
    *, siret: str, actor: User, on: date, denomination: str = "", commune: Territoire | None = None
) -> Employeur:
    """Return the establishment of a SIRET; one that is unknown is kept under the name and commune given.

    Raise `Refused` when the key of the SIRET is wrong, or when an unknown one comes without name and commune. The
    caller has checked what the actor may do.
    """
    number = check_siret(siret)
    if (known := Employeur.objects.filter(siret=number).first()) is not None:
        return known
    if not denomination.strip() or commune is None:
        message = "Cet établissement n’est pas encore connu\u202f: donnez sa dénomination et sa commune."
        raise Refused(Refusal("hote_inconnu", message, "denomination"))
    ligne = LigneEmployeur(siret=number, denomination=denomination.strip(), commune=commune.code)
    source = f"saisi par {actor.membre.organisation}" if actor.membre else "saisi"
    [result] = record_employeurs(lignes=[ligne], actor=None, on=on, source=source[:200])
    if isinstance(result, Refusal):
        raise Refused(result)
    return Employeur.objects.get(siret=number)
