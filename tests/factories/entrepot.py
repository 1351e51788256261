"""A small region with everything that the warehouse publishes, and the folder where it does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.models import Besoin, Public
from maillage.references.territoires.models import Territoire
from tests.factories.publics import ObjectifFactory, make_region, siae_in
from tests.factories.structures import (
    EffectifFactory,
    EffectifSecteurFactory,
    GroupeSecteurFactory,
    SecteurFactory,
)

if TYPE_CHECKING:
    from maillage.references.structures.models import Siae


def fill_region() -> dict[str, Siae]:
    """Make SIAE with figures of two years, a need, objectives; return the SIAE by name."""
    communes = make_region()
    departements = {code: Territoire.objects.get(niveau="departement", code=code) for code in communes}
    btp = SecteurFactory(groupe=GroupeSecteurFactory(code="btp"))
    found = {}
    rows: tuple[tuple[str, str, str, int, str, str | None, dict[str, tuple[int, int]]], ...] = (
        ("a", "93", "ACI", 40, "10.25", "11.00", {"femmes": (20, 40), "rqth": (6, 40)}),
        ("b", "93", "EI", 60, "20.10", "22.00", {"femmes": (15, 60), "rqth": (2, 60)}),
        ("c", "95", "ACI", 30, "9.05", None, {"femmes": (12, 30), "rqth": (7, 30)}),
        ("d", "95", "AI", 90, "15.55", "15.00", {"femmes": (70, 90)}),
    )
    for nom, code, kind, salaries, realises, conventionnes, publics in rows:
        siae = siae_in(communes[code], kind, nom=nom, **publics)
        for annee in (2024, 2025):
            figures: dict[str, Any] = {"etp_realises": Decimal(realises), "salaries": salaries}
            if conventionnes:
                figures["etp_conventionnes"] = Decimal(conventionnes)
            EffectifFactory(siae=siae, departement=departements[code], annee=annee, **figures)
        EffectifSecteurFactory(siae=siae, secteur=btp, annee=2025, femmes=6 + len(found), hommes=30)
        found[nom] = siae
    # One SIAE also works in the other département: it counts once in each, once in the region.
    EffectifFactory(
        siae=found["a"], departement=departements["95"], annee=2025, salaries=None, etp_realises=Decimal("1.15")
    )
    for public, values in (("defm_abc", (1000, 3000)), ("brsa", (200, None))):
        row = Public.objects.create(code=public, libelle=public)
        for commune, value in zip(communes.values(), values, strict=True):
            Besoin.objects.create(public=row, territoire=commune, annee=2025, valeur=value, estime=value == 3000)
    ObjectifFactory()
    return found
