"""What others did for a public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Value, When

from maillage.domains.offre.models import BonnePratique

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def list_pratiques(*, public: str = "", type_siae: str = "") -> QuerySet[BonnePratique]:
    """Return the actions that are not withdrawn, of a public if asked; those of the same kind of SIAE first."""
    rows = BonnePratique.objects.filter(retiree_le__isnull=True).select_related("organisation", "groupe")
    if public:
        rows = rows.filter(public=public)
    near = Case(When(type_siae=type_siae, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.alias(proche=near).order_by("proche", "-annee", "pk") if type_siae else rows.order_by("-annee", "pk")


def get_pratique(public_id: UUID) -> BonnePratique | None:
    """Return an action that is not withdrawn."""
    return list_pratiques().filter(public_id=public_id).first()
