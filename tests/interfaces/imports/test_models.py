"""What the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from tests.factories.imports import AvertissementFactory, CorrespondanceFactory, LotFactory, RejetFactory

pytestmark = pytest.mark.django_db


def twice(factory: Any, **same: Any) -> Callable[[], Any]:
    def create() -> None:
        values = {name: value() if callable(value) else value for name, value in same.items()}
        factory(**values)
        factory(**values)

    return create


@pytest.mark.parametrize(
    ("constraint", "create"),
    [
        ("lot_compte_juste", lambda: LotFactory(lus=3, crees=1, rejetes=1)),
        ("lot_etat_connu", lambda: LotFactory(etat="perdu")),
        ("lot_applique_date", lambda: LotFactory(etat=EtatLot.APPLIQUE)),
        ("lot_applique_date", lambda: LotFactory(etat=EtatLot.CONTROLE, applique_le=timezone.now())),
        ("correspondance_unique", twice(CorrespondanceFactory, signature="0" * 64)),
        ("rejet_unique", twice(RejetFactory, lot=LotFactory, ligne=2)),
        ("rejet_traite_date", lambda: RejetFactory(etat=EtatRejet.REJOUE)),
        ("rejet_traite_date", lambda: RejetFactory(traite_le=timezone.now())),
    ],
)
def test_the_database_refuses(constraint: str, create: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        create()


def test_objects_say_what_they_are() -> None:
    lot = LotFactory(lus=3, crees=1, rejetes=2)
    rejet = RejetFactory(lot=lot, ligne=7)
    assert (str(lot), lot.valides) == (f"Lot n° {lot.pk}", 1)
    assert str(rejet) == f"ligne 7 du lot n° {lot.pk}"
    assert str(AvertissementFactory(lot=lot, ligne=3)).startswith(f"ligne 3 du lot n° {lot.pk}")
    assert str(CorrespondanceFactory(signature="a" * 64)) == "siae · aaaaaaaaaaaa"


def test_a_rejected_line_has_its_values_by_column_corrections_included() -> None:
    rejet = RejetFactory(valeurs=["123", "ACI"], corrections={"siret": "456"})
    assert rejet.cells() == {"siret": "456", "type_siae": "ACI"}
