"""Tell what was done for a public, and take the story back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.domains.offre.models import BonnePratique
from maillage.domains.offre.permissions import Permission
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import GroupeSecteur

ANNEE_MIN = 2010


@dataclass(frozen=True, slots=True)
class FichePratique:
    """An action as it is typed."""

    titre: str
    public: str
    type_siae: str
    groupe: GroupeSecteur | None
    departement: str
    annee: int
    action: str
    resultat: str
    part_avant: Decimal | None = None
    part_apres: Decimal | None = None


@transaction.atomic
def tell_pratique(*, fiche: FichePratique, actor: User, on: date) -> BonnePratique:
    """Write an action in the name of the actor's organisation; raise `Refused` with every reason."""
    if not (decision := granted(actor, Permission.TELL_PRATIQUE)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None:
        raise Refused(Refusal("interdit", "Une action se raconte au nom d’une organisation."))
    if refusals := _check(fiche, on):
        raise Refused(*refusals)
    values = {name: getattr(fiche, name) for name in fiche.__dataclass_fields__}
    pratique = BonnePratique.objects.create(organisation_id=actor.membre.organisation_id, **values)
    pratique.refresh_from_db(fields=["public_id"])
    audit.record("offre.tell_pratique", pratique, actor=actor, public=fiche.public, annee=fiche.annee)
    return pratique


@transaction.atomic
def withdraw_pratique(*, pratique: BonnePratique, actor: User, on: date) -> None:
    """Show an action no more: its organisation alone does it."""
    if not (decision := granted(actor, Permission.TELL_PRATIQUE)):
        raise Refused(Refusal("interdit", decision.reason))
    locked = BonnePratique.objects.select_for_update().get(pk=pratique.pk)
    if actor.membre is None or locked.organisation_id != actor.membre.organisation_id:
        raise Refused(Refusal("autre_organisation", "Cette action est celle d’une autre organisation."))
    if locked.retiree_le is not None:
        raise Refused(Refusal("deja_retiree", "Cette action est déjà retirée."))
    locked.retiree_le = on
    locked.save(update_fields=["retiree_le"])
    audit.record("offre.withdraw_pratique", locked, actor=actor)


def _check(fiche: FichePratique, on: date) -> list[Refusal]:
    refusals = []
    for name, message in (
        ("titre", "Donnez un titre à l’action."),
        ("action", "Dites ce qui a été fait."),
        ("resultat", "Dites ce que cela a donné, même si c’est peu."),
    ):
        if not getattr(fiche, name).strip():
            refusals.append(Refusal(f"{name}_manquant", message, name))
    if fiche.public not in PublicPrioritaire.values:
        refusals.append(Refusal("public_inconnu", "Choisissez un public suivi.", "public"))
    if not ANNEE_MIN <= fiche.annee <= on.year:
        message = f"L’année {fiche.annee} est hors de portée\u202f: de {ANNEE_MIN} à {on.year}."
        refusals.append(Refusal("annee_invalide", message, "annee"))
    parts = (fiche.part_avant, fiche.part_apres)
    if (parts[0] is None) != (parts[1] is None):
        refusals.append(Refusal("parts_ensemble", "Donnez la part avant et la part après, ou aucune.", "part_apres"))
    if any(part is not None and not 0 <= part <= 100 for part in parts):
        refusals.append(Refusal("part_invalide", "Une part se situe entre 0 et 100 %.", "part_apres"))
    return refusals
