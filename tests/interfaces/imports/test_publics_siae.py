"""The publics of SIAE: one column each, unknown is not zero, a SIAE must be known."""

from __future__ import annotations

import pytest

from maillage.domains.offre.models import RealisationPublic
from maillage.interfaces.imports.source import get_source
from tests.factories.accounts import OrganisationFactory, siret
from tests.factories.structures import SiaeFactory
from tests.interfaces.imports.conftest import Import, counts, rejects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]

HEADER = "siret;type;annee;salaries en insertion;femmes;RQTH;QPV"


@pytest.fixture(autouse=True)
def siae() -> None:
    SiaeFactory(organisation=OrganisationFactory(siret=siret(900)), type_siae="ACI")


def publics(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def known() -> dict[str, tuple[int, int]]:
    rows = RealisationPublic.objects.values_list("public", "effectif", "total")
    return {public: (effectif, total) for public, effectif, total in rows}


def test_a_column_is_a_public_and_an_empty_cell_is_unknown(imported: Import) -> None:
    lot = imported(publics(f"{siret(900)};ACI;2025;42;17;nd;0"), "publics_siae")
    assert counts(lot) == (1, 1, 0, 0, 0)
    assert known() == {"femmes": (17, 42), "qpv": (0, 42)}


def test_the_same_file_twice_changes_nothing_and_a_blank_erases_nothing(imported: Import) -> None:
    content = publics(f"{siret(900)};ACI;2025;42;17;;12")
    assert counts(imported(content, "publics_siae", provenance="essai")) == (1, 1, 0, 0, 0)
    assert counts(imported(content, "publics_siae", provenance="essai")) == (1, 0, 0, 1, 0)
    later = publics(f"{siret(900)};ACI;2025;42;18;;")
    assert counts(imported(later, "publics_siae", provenance="essai")) == (1, 0, 1, 0, 0)
    assert known() == {"femmes": (18, 42), "qpv": (12, 42)}


def test_what_cannot_be_is_rejected_and_kept(imported: Import) -> None:
    lot = imported(
        publics(
            f"{siret(900)};ACI;2025;42;17;2;12",
            f"{siret(901)};ACI;2025;42;17;2;12",
            f"{siret(900)};EI;2025;42;17;2;12",
            f"{siret(900)};ACI;2024;10;17;2;5",
            f"{siret(900)};ACI;2023;nd;17;2;5",
            f"{siret(900)};ACI;2022;40;nd;;",
            f"{siret(900)};ACI;2021;40;beaucoup;;",
        ),
        "publics_siae",
    )
    assert [(line, code) for line, code, _ in rejects(lot)] == [
        (3, "siae_inconnue"),
        (4, "siae_inconnue"),
        (5, "effectif_trop_grand"),
        (6, "valeur_absente"),
        (7, "public_absent"),
        (8, "nombre_illisible"),
    ]


def test_the_sample_is_readable(imported: Import) -> None:
    SiaeFactory(organisation=OrganisationFactory(siret="00009001900019"), type_siae="ACI")
    lot = imported(get_source("publics_siae").sample.read_bytes(), "publics_siae")
    assert [(line, code) for line, code, _ in rejects(lot)] == [(3, "siae_inconnue"), (4, "siae_inconnue")]
    assert known()["rqth"] == (6, 42)
