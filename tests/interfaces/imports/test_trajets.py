"""Matrices of travel times: the plain file, what other tools write, what is refused."""

from __future__ import annotations

import pytest

from maillage.interfaces.imports.source import get_source
from maillage.references.territoires.models import Trajet
from tests.interfaces.imports.conftest import Import, counts, rejects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]


def times(code: str) -> dict[str, int]:
    row = Trajet.objects.get(origine__code=code)
    return dict(zip(row.destinations, row.minutes, strict=True))


def test_the_plain_file_is_imported_once(imported: Import) -> None:
    content = b"origine;destination;minutes;mode;annee\n93066;93001;17,4;transports;2026\n93066;77288;95;TC;2026\n"

    assert counts(imported(content, "trajets")) == (2, 2, 0, 0, 0)
    assert times("93066") == {"93001": 17, "77288": 95}
    assert counts(imported(content, "trajets")) == (2, 0, 0, 2, 0)


def test_the_columns_of_a_routing_engine_are_recognised(imported: Import) -> None:
    lot = imported(b"from_id,to_id,travel_time_p50,mode\n93066,93001,17,transit\n93066,93066,4,transit\n", "trajets")

    assert counts(lot) == (2, 2, 0, 0, 0)
    assert Trajet.objects.get().annee == 2026  # that of the import


def test_every_rejected_line_is_kept_with_its_reason(imported: Import) -> None:
    lot = imported(
        "origine;destination;minutes;mode\n"
        "93066;93001;;voiture\n"
        "93066;93001;12;fusée\n"
        "99999;93001;12;voiture\n"
        "75056;93001;12;voiture\n"
        "93066;93001;x;voiture\n"
        "93059;77288;50;voiture\n".encode(),
        "trajets",
    )

    assert counts(lot) == (6, 1, 0, 0, 5)
    assert [(line, code) for line, code, _ in rejects(lot)] == [
        (2, "valeur_absente"),
        (3, "mode_inconnu"),
        (4, "commune_inconnue"),
        (5, "ville_a_arrondissements"),
        (6, "nombre_illisible"),
    ]
    assert times("93066") == {"77288": 50}


def test_the_sample_is_read_whole(check: Import) -> None:
    lot = check(get_source("trajets").sample.read_bytes(), "trajets")

    assert (lot.lus, [code for _, code, _ in rejects(lot)]) == (5, ["commune_inconnue"])  # 75118 is not of the test
