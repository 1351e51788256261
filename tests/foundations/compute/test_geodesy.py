from __future__ import annotations

import numpy as np
import pytest

from maillage.foundations.compute.geodesy import to_lambert93, to_wgs84


def test_the_origin_of_lambert_93_is_where_its_definition_says():
    """3° E, 46° 30' N is the false origin: x = 700 000 m, y = 6 600 000 m (IGN, NTG_71)."""
    x, y = to_lambert93([3.0], [46.5])

    assert (x[0], y[0]) == (pytest.approx(700_000, abs=1e-3), pytest.approx(6_600_000, abs=1e-3))


def test_there_and_back_is_the_same_place():
    longitude, latitude = np.array([2.3522, 2.4653, 7.7521]), np.array([48.8566, 48.9362, 48.5734])

    back = to_wgs84(*to_lambert93(longitude, latitude))

    np.testing.assert_allclose(back, (longitude, latitude), atol=1e-9)


def test_an_unknown_point_stays_unknown_and_spoils_no_other():
    x, y = to_lambert93([np.nan, 3.0], [48.0, 46.5])

    assert np.isnan([x[0], y[0]]).all()
    assert x[1] == pytest.approx(700_000, abs=1e-3)


def test_a_lone_point_is_an_array_of_one():
    assert to_lambert93(3.0, 46.5)[0].shape == (1,)


def test_coordinates_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="different shapes"):
        to_lambert93([1.0, 2.0], [48.0])
