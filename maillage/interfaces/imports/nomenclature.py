"""Which of the two FAP a file speaks, for the sources whose lines hold a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.references.economie.enums import Nomenclature
from maillage.references.economie.models import Fap
from maillage.references.economie.rules import guess_nomenclature
from maillage.references.economie.services.nomenclatures import LigneFap, record_faps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maillage.interfaces.imports.reading.values import Values
    from maillage.interfaces.imports.source import Context


def read_nomenclature(values: Values, code: str, default: Nomenclature = Nomenclature.FAP_2009) -> Nomenclature:
    """Return the nomenclature that the line names, else that of its code's third letter, else the default."""
    text = values.text("nomenclature", longest=40)
    if not text:
        return guess_nomenclature(code) or default
    for nomenclature in Nomenclature:
        if nomenclature.value[-4:] in text:
            return nomenclature
    values.fault("nomenclature", "nomenclature_inconnue", f"« {text} » : écrivez « FAP 2009 » ou « FAP 2021 ».")
    return default


def add_unknown(context: Context, nomenclature: Nomenclature, titles: Mapping[str, str]) -> None:
    """Create the trades that a file names and no table has brought yet, with the title it gives (blank: none)."""
    known = set(Fap.objects.filter(nomenclature=nomenclature, code__in=titles).values_list("code", flat=True))
    lignes = [LigneFap(code, title) for code, title in titles.items() if code not in known]
    if lignes:
        record_faps(
            nomenclature=nomenclature, lignes=lignes, actor=context.actor, on=context.on, source=context.provenance
        )
