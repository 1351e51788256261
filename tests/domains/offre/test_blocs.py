"""The block of the objectives: those of the territory, else those of a larger one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from maillage.domains.diagnostics.queries.partage_blocs import get_contexte
from maillage.domains.offre.queries.blocs import produce_objectifs
from tests.factories.publics import ObjectifFactory

pytestmark = pytest.mark.django_db


def told(niveau: str, code: str) -> tuple[list[str], str] | None:
    """Return the targets that the block tells, and what its note says first."""
    chiffres = produce_objectifs(get_contexte(niveau, code, 2026))
    if chiffres is None:
        return None
    return [row[2] for row in chiffres.tableau.rows], chiffres.tableau.note.partition(" Parts des salariés")[0]


def test_a_territory_without_objectives_is_told_those_of_a_larger_one(region: SimpleNamespace) -> None:
    assert told("ept", "200057867") is None
    ObjectifFactory(cible_part=40)
    own = "Parts des salariés en insertion. Un réalisé secret ou non renseigné n’est pas écrit."
    assert told("region", "11") == (["40,0"], own)
    of_region = "n’a pas d’objectif en propre\u202f: ceux de Île-de-France, cibles et réalisés."
    assert told("departement", "93") == (["40,0"], f"Seine-Saint-Denis {of_region}")
    assert told("ept", "200057867") == (["40,0"], f"Plaine Commune {of_region}")
    ObjectifFactory(niveau="departement", code="93", cible_part=45)
    of_departement = "n’a pas d’objectif en propre\u202f: ceux de Seine-Saint-Denis, cibles et réalisés."
    assert told("ept", "200057867") == (["45,0"], f"Plaine Commune {of_departement}")
    assert told("departement", "93") == (["45,0"], own)
    assert told("departement", "77") == (["40,0"], f"Seine-et-Marne {of_region}")
