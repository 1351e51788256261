"""The supply as arrays."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from maillage.references.structures.queries.offre import get_offre
from maillage.references.structures.queries.siae import list_siae
from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory


@pytest.fixture
def offre_93_75(lieux: SimpleNamespace) -> SimpleNamespace:
    """Return a SIAE with two sites in 93 and one in Paris, one with a single site, and a closed one."""
    three, one = SiaeFactory(type_siae="AI"), SiaeFactory(type_siae="EI")
    ImplantationFactory(siae=three, commune=lieux.montreuil, longitude=2.44, latitude=48.86)
    ImplantationFactory(siae=three, commune=lieux.saint_denis, principale=False)
    ImplantationFactory(siae=three, commune=lieux.paris_12, principale=False)
    ImplantationFactory(siae=one, commune=lieux.saint_denis)
    ImplantationFactory(siae=SiaeFactory(fin="2025-01-01"), commune=lieux.saint_denis)
    return SimpleNamespace(three=three, one=one)


def test_one_position_per_site_of_an_active_siae(offre_93_75: SimpleNamespace, lieux: SimpleNamespace) -> None:
    offre = get_offre("11")

    assert offre.siae_pk.tolist() == [offre_93_75.three.pk] * 3 + [offre_93_75.one.pk]
    assert offre.type.tolist() == ["AI", "AI", "AI", "EI"]
    assert offre.unite_code.tolist() == ["93048", "93066", "75112", "93066"]
    assert offre.principale.tolist() == [True, False, False, True]
    assert offre.precis.tolist() == [True, False, False, False]
    assert offre.x[1:].tolist() == [652_000, 655_000, 652_000]
    assert np.hypot(offre.x[0] - 658_938, offre.y[0] - 6_862_400) < 500


def test_figures_are_shared_between_the_sites_of_their_departement(
    offre_93_75: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    EffectifFactory(siae=offre_93_75.three, departement=lieux.seine_saint_denis, salaries=30, etp_realises=Decimal(9))
    EffectifFactory(siae=offre_93_75.three, departement=lieux.paris, salaries=None, etp_realises=Decimal(2))

    offre = get_offre("11")

    assert offre.annee == 2025
    np.testing.assert_equal(offre.salaries, [15, 15, np.nan, np.nan])
    np.testing.assert_equal(offre.etp, [4.5, 4.5, 2, np.nan])


def test_figures_of_a_departement_without_a_site_go_to_the_principal_site_and_it_says_so(
    offre_93_75: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    EffectifFactory(siae=offre_93_75.three, departement=lieux.seine_saint_denis, salaries=30)
    EffectifFactory(siae=offre_93_75.one, departement=lieux.seine_saint_denis, salaries=10)
    EffectifFactory(siae=offre_93_75.one, departement=lieux.paris, salaries=4)

    offre = get_offre("11")

    np.testing.assert_equal(offre.salaries, [15, 15, np.nan, 14])
    assert offre.reporte.tolist() == [False, False, False, True]


def test_granted_posts_stand_in_for_unknown_worked_ones(offre_93_75: SimpleNamespace, lieux: SimpleNamespace) -> None:
    EffectifFactory(
        siae=offre_93_75.one, departement=lieux.seine_saint_denis, etp_realises=None, etp_conventionnes=Decimal("7.5")
    )

    np.testing.assert_equal(get_offre("11").etp, [np.nan, np.nan, np.nan, 7.5])


def test_granted_posts_stand_in_departement_by_departement_as_in_the_directory(
    offre_93_75: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    """Worked in one département, granted only in another where there is no site: nothing is lost."""
    EffectifFactory(
        siae=offre_93_75.one,
        departement=lieux.seine_saint_denis,
        etp_realises=Decimal(10),
        etp_conventionnes=Decimal(12),
    )
    EffectifFactory(siae=offre_93_75.one, departement=lieux.paris, etp_realises=None, etp_conventionnes=Decimal(5))

    assert get_offre("11").etp[-1] == 15
    assert list_siae().get(pk=offre_93_75.one.pk).etp == 15


def test_the_regions_share_what_the_directory_gives(offre_93_75: SimpleNamespace, lieux: SimpleNamespace) -> None:
    """A site beyond the region bears the figures of its département; those of a land without site stay at home."""
    common = {"millesime": 2026, "region": "32"}
    creil = TerritoireFactory(code="60175", departement="60", **common)
    oise, aisne = (
        TerritoireFactory(niveau="departement", code=code, departement=code, **common) for code in ("60", "02")
    )
    ImplantationFactory(siae=offre_93_75.one, commune=creil, principale=False)
    for departement, etp in ((lieux.seine_saint_denis, 10), (oise, 3), (aisne, 2)):
        EffectifFactory(siae=offre_93_75.one, departement=departement, etp_realises=Decimal(etp))

    assert get_offre("11").etp[-1] == 12
    assert get_offre("32").etp.tolist() == [3]
    assert list_siae().get(pk=offre_93_75.one.pk).etp == 15


def test_a_year_can_be_chosen(offre_93_75: SimpleNamespace, lieux: SimpleNamespace) -> None:
    for annee in (2024, 2025):
        EffectifFactory(siae=offre_93_75.one, departement=lieux.seine_saint_denis, annee=annee, salaries=annee)

    offre = get_offre("11", annee=2024)

    assert offre.salaries[offre.siae_pk == offre_93_75.one.pk].tolist() == [2024]


def test_a_year_holds_the_siae_that_were_in_activity_then(offre_93_75: SimpleNamespace, lieux: SimpleNamespace) -> None:
    ImplantationFactory(siae=SiaeFactory(debut="2025-06-01"), commune=lieux.saint_denis)

    sites = {annee: len(get_offre("11", annee=annee).siae_pk) for annee in (2023, 2024, 2025)}

    assert sites == {2023: 5, 2024: 5, 2025: 5}
    assert len(get_offre("11").siae_pk) == 5
    closed, begun = (set(get_offre("11", annee=annee).siae_pk.tolist()) for annee in (2024, 2025))
    assert len(closed - begun) == len(begun - closed) == 1


def test_three_queries_read_any_region(
    offre_93_75: SimpleNamespace, lieux: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    EffectifFactory(siae=offre_93_75.one, departement=lieux.paris)
    with django_assert_num_queries(3):
        get_offre("11")


def test_a_region_without_a_siae_is_empty(lieux: SimpleNamespace) -> None:
    offre = get_offre("84")

    assert (offre.siae_pk.size, offre.etp.size, offre.annee) == (0, 0, None)
