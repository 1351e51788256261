"""The tables of the ASP: what they bring, what is refused, what a second delivery changes, what a kill leaves."""

from __future__ import annotations

import pytest

from maillage.domains.parcours.models import Contrat
from tests.factories.flux import contrats, salaries, structures
from tests.interfaces.imports.conftest import Import, counts, rejects


@pytest.mark.django_db
def test_three_tables(imported: Import) -> None:
    assert counts(imported(structures(8), "flux_structure")) == (8, 8, 0, 0, 0)
    lot = imported(salaries(100), "flux_salarie")
    assert counts(lot) == (100, 100, 0, 0, 0), rejects(lot)[:3]
    content, fautes = contrats(300, persons=100, structures=8, every=10)
    lot = imported(content, "flux_contrat_mission")
    assert counts(lot) == (300, 300 - fautes.total, 0, 0, fautes.total)
    assert Contrat.objects.count() == 300 - fautes.total
    lot = imported(content, "flux_contrat_mission")
    assert counts(lot) == (300, 0, 0, 300 - fautes.total, fautes.total)
