"""What the partners observe on the territories."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery

from maillage.domains.diagnostics.models import NoteBesoin
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune, Territoire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

TABLE = Path(__file__).resolve().parent.parent / "themes.toml"


@dataclass(frozen=True, slots=True)
class Theme:
    """What gets in the way of a job; `public` is the series that counts the same brake, if there is one."""

    code: str
    libelle: str
    public: str = ""


@cache
def list_themes() -> Mapping[str, Theme]:
    """Return the themes of the table by code, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["theme"]
    return {row["code"]: Theme(**row) for row in rows}


def list_notes() -> QuerySet[NoteBesoin]:
    """Return every note with its organisation and the `nom` of its territory, the open and most serious first."""
    territoires = Territoire.objects.filter(niveau=OuterRef("niveau"), code=OuterRef("code")).order_by("-millesime")
    return (
        NoteBesoin.objects.select_related("organisation")
        .annotate(
            nom=Subquery(territoires.values("nom")[:1]), departement=Subquery(territoires.values("departement")[:1])
        )
        .order_by(F("close_le").asc(nulls_first=True), "-annee", "-gravite", "pk")
    )


def list_notes_de(niveau: str, code: str) -> QuerySet[NoteBesoin]:
    """Return the open notes that concern a territory: its own, those of what it holds, those of what holds it."""
    units = Territoire.objects.unites().en_vigueur()
    inside = Appartenance.objects.filter(ensemble__niveau=niveau, ensemble__code=code).values("unite")
    quarter = QpvCommune.objects.filter(qpv__niveau=niveau, qpv__code=code).values("commune")
    own = units.filter(Q(pk__in=inside) | Q(pk__in=quarter) | Q(niveau=niveau, code=code))
    pairs = set(own.values_list("niveau", "code"))
    pairs |= set(
        Appartenance.objects.filter(unite__in=own).values_list("ensemble__niveau", "ensemble__code").distinct()
    )
    pairs |= set(QpvCommune.objects.filter(commune__in=own).values_list("qpv__niveau", "qpv__code").distinct())
    pairs.add((niveau, code))
    wanted = Q(pk__in=[])
    for level in Niveau:
        if codes := [code for other, code in pairs if other == level]:
            wanted |= Q(niveau=level, code__in=codes)
    return list_notes().filter(wanted, close_le=None)
