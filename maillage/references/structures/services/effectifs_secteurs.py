"""Record the women, the men and the hours of a SIAE in each of its sectors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import pghistory
from django.db import connection, transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import publish
from maillage.foundations.kernel.permissions import granted
from maillage.references.structures.models import EffectifSecteur, Secteur, Siae
from maillage.references.structures.permissions import Permission
from maillage.references.structures.services.rows import Rows
from maillage.references.structures.services.siae import LOCK, OffreModifiee

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.structures.services.rows import Change as Ecriture

Change: TypeAlias = Literal["cree", "modifie", "inchange"]


@dataclass(frozen=True, slots=True)
class LigneEffectif:
    """What a SIAE, told by the SIRET of its organisation and its kind, declares of one sector; None is unknown."""

    siret: str
    type_siae: str
    secteur: str
    annee: int
    femmes: int | None
    hommes: int | None
    heures: Decimal | None


@transaction.atomic
def record_effectifs_secteurs(
    *, lignes: Sequence[LigneEffectif], actor: User | None, on: date, source: str
) -> list[Change | Refusal]:
    """Keep the figures, an unknown one never erasing a known one; a line whose SIAE or sector is unknown is refused."""
    if actor is not None and not (decision := granted(actor, Permission.REGISTER)):
        raise Refused(Refusal("interdit", decision.reason))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    secteurs = Secteur.objects.in_bulk({ligne.secteur for ligne in lignes}, field_name="code")
    siae = {
        (row.organisation.siret, row.type_siae): row
        for row in Siae.objects.filter(organisation__siret__in={ligne.siret for ligne in lignes}).select_related(
            "organisation"
        )
    }
    rows = Rows(EffectifSecteur, source=source)
    known = EffectifSecteur.objects.filter(
        siae__in=[row.pk for row in siae.values()], annee__in={ligne.annee for ligne in lignes}
    )
    rows.add((row.siae_id, (row.secteur_id, row.annee), row) for row in known)
    done: list[Change | Refusal] = []
    written: defaultdict[int, list[Ecriture]] = defaultdict(list)
    with pghistory.context(auteur=actor.pk if actor else None, source=source, date=on.isoformat()):
        for ligne in lignes:
            owner, secteur = siae.get((ligne.siret, ligne.type_siae)), secteurs.get(ligne.secteur)
            if owner is None:
                message = f"Aucune SIAE de type {ligne.type_siae} n’est connue sous le SIRET {ligne.siret}."
                done.append(Refusal("siae_inconnue", message, "siret"))
                continue
            if secteur is None:
                message = f"Le secteur « {ligne.secteur} » n’est pas dans la nomenclature."
                done.append(Refusal("secteur_inconnu", message, "secteur"))
                continue
            key = (secteur.pk, ligne.annee)
            new = key not in rows.rows[owner.pk]
            figures = {"femmes": ligne.femmes, "hommes": ligne.hommes, "heures": ligne.heures}
            changes = rows.put(owner.pk, key, figures, siae=owner, secteur=secteur, annee=ligne.annee)
            written[owner.pk] += changes
            done.append("cree" if new else "modifie" if changes else "inchange")
        rows.flush()
    by_key = {row.pk: row for row in siae.values()}
    acts = [
        (by_key[pk], {"source": source, "date": on.isoformat(), "changements": [asdict(change) for change in changes]})
        for pk, changes in written.items()
        if changes
    ]
    audit.record_all("siae.effectifs", acts, actor=actor)
    if acts:
        publish(OffreModifiee(tuple(row.pk for row, _ in acts)))
    return done
