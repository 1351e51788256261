"""Write whom the SIAE employ: from an import, or by a SIAE for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.db import connection, transaction

from maillage.domains.offre.models import RealisationPublic
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.ecarts import list_mes_siae
from maillage.domains.offre.rules.publics import check_realisation
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.offre.rules.publics import LigneRealisation
    from maillage.references.accounts.models import User

Change = Literal["cree", "modifie", "inchange", "refuse"]
# Recordings queue up behind this PostgreSQL advisory lock: two never race for the same new figure.
LOCK = 5132_12


@dataclass(frozen=True, slots=True)
class RealisationsEnregistrees:
    """What became of each line, in the order given; `refusals` says why, by position, for the refused ones."""

    changes: tuple[Change, ...]
    refusals: dict[int, tuple[Refusal, ...]] = field(default_factory=dict)


@transaction.atomic
def record_realisations(
    *, lignes: Sequence[LigneRealisation], source: str, actor: User | None, on: date
) -> RealisationsEnregistrees:
    """Keep the publics of SIAE, several lines at once: create what is new, correct what differs, leave the rest.

    A public that a line does not give is left as it was: unknown, or known from elsewhere. A refused line stops no
    other. `actor` None is the machine; raise `Refused` when the actor may write none of these SIAE.
    """
    _check_right(actor, {ligne.siae for ligne in lignes})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    siae = Siae.objects.in_bulk({ligne.siae for ligne in lignes})
    known = {
        (row.siae_id, row.annee, row.public): row
        for row in RealisationPublic.objects.filter(siae__in=siae, annee__in={ligne.annee for ligne in lignes})
    }
    created: list[RealisationPublic] = []
    modified: list[RealisationPublic] = []
    changes: list[Change] = []
    refusals = {}
    for position, ligne in enumerate(lignes):
        if reasons := check_realisation(ligne, siae=siae, annee_max=on.year):
            refusals[position] = tuple(reasons)
            changes.append("refuse")
            continue
        before = len(created), len(modified)
        for public, effectif in ligne.effectifs:
            key, row = (ligne.siae, ligne.annee, public), None
            if (row := known.get(key)) is None:
                row = RealisationPublic(siae_id=ligne.siae, annee=ligne.annee, public=public)
                known[key] = row
                created.append(row)
            elif (row.effectif, row.total, row.source) == (effectif, ligne.total, source):
                continue
            elif row.pk:
                modified.append(row)
            row.effectif, row.total, row.source = effectif, ligne.total, source
        changes.append("cree" if len(created) > before[0] else "modifie" if len(modified) > before[1] else "inchange")
    RealisationPublic.objects.bulk_create(created, batch_size=2000)
    RealisationPublic.objects.bulk_update(modified, ["effectif", "total", "source"], batch_size=2000)
    touched = {row.siae_id for row in (*created, *modified)}
    details = {"source": source, "date": on.isoformat()}
    audit.record_all("offre.record_realisations", [(siae[pk], details) for pk in sorted(touched)], actor=actor)
    return RealisationsEnregistrees(tuple(changes), refusals)


def _check_right(actor: User | None, siae: set[int]) -> None:
    if actor is None or granted(actor, Permission.IMPORT_REALISATIONS):
        return
    if not (decision := granted(actor, Permission.RECORD_REALISATIONS)):
        raise Refused(Refusal("interdit", decision.reason))
    if siae - set(list_mes_siae(actor).values_list("pk", flat=True)):
        raise Refused(Refusal("autre_siae", "Vous saisissez les chiffres des SIAE de votre organisation seulement."))
