"""Travel times: kept by origin, idempotent, never invented."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from maillage.foundations.kernel.errors import Refused
from maillage.references.territoires.enums import Maille, Mode, Niveau
from maillage.references.territoires.models import Trajet
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.trajets import get_matrice, list_modes
from maillage.references.territoires.services.trajets import LigneTrajet, record_trajets
from tests.factories.accounts import UserFactory
from tests.factories.territoires import AppartenanceFactory, PassageCogFactory, TerritoireFactory

ON = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> SimpleNamespace:
    """Three communes, a city made of one arrondissement, a vanished code."""
    found = SimpleNamespace(
        denis=TerritoireFactory(code="93066"),
        melun=TerritoireFactory(code="77288"),
        paris=TerritoireFactory(code="75101"),
    )
    ville = TerritoireFactory(niveau=Niveau.VILLE, code="75056")
    AppartenanceFactory(unite=found.paris, ensemble=ville, maille=Maille.VILLE)
    PassageCogFactory(ancien_code="93059", code="93066")
    TerritoireFactory(niveau=Niveau.REGION, code="11", departement="")
    return found


def record(*rows, mode=Mode.TRANSPORTS, annee=2026, **more):
    lignes = [LigneTrajet(origin, end, minutes, mode, annee) for origin, end, minutes in rows]
    options = {"source": "essai", "actor": None, "on": ON, **more}
    return record_trajets(lignes=lignes, **options)


def test_times_are_kept_by_origin_and_corrected(places):
    first = record(("93066", "77288", 80), ("93066", "75101", 20), ("77288", "93066", 85))
    again = record(("93066", "77288", 80), ("93066", "75101", 22), ("93059", "93066", 5))

    assert [result.change for result in first] == ["cree", "cree", "cree"]
    assert [result.change for result in again] == ["inchange", "modifie", "cree"]
    row = Trajet.objects.get(origine=places.denis)
    assert dict(zip(row.destinations, row.minutes, strict=True)) == {"77288": 80, "75101": 22, "93066": 5}
    assert Trajet.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (("93066", "99999", 10), ["commune_inconnue"]),
        (("00000", "99999", 10), ["commune_inconnue", "commune_inconnue"]),
        (("75056", "93066", 10), ["ville_a_arrondissements"]),
        (("93066", "77288", 601), ["minutes_invalides"]),
        (("93066", "77288", -1), ["minutes_invalides"]),
    ],
)
def test_a_refused_line_stops_no_other(places, row, codes):
    refused, kept = record(row, ("77288", "93066", 85))

    assert [refusal.code for refusal in refused.refusals] == codes
    assert kept.change == "cree"


def test_of_two_lines_about_a_pair_the_first_is_kept(places):
    first, second = record(("93066", "77288", 80), ("93059", "77288", 90))

    assert first.change == "cree"
    assert [refusal.code for refusal in second.refusals] == ["trajet_double"]


def test_only_who_loads_territories_records_times(places):
    with pytest.raises(Refused):
        record(("93066", "77288", 80), actor=UserFactory())


def test_the_matrix_tells_what_it_knows(places):
    record(("93066", "77288", 80), annee=2025)
    record(("93066", "93066", 5), mode=Mode.VOITURE, annee=2024)
    record(("93066", "75101", 20), annee=2024)
    geographie = get_geographie("11", mailles=())
    matrice = get_matrice(geographie, Mode.TRANSPORTS, 2025)

    assert list_modes("11") == {"transports": 2025, "voiture": 2024}
    codes = geographie.codes
    pairs = zip(codes[matrice.origines], codes[matrice.destinations], matrice.minutes, strict=True)
    assert list(pairs) == [("93066", "77288", 80.0)]
    assert dict(zip(codes.tolist(), matrice.connues.tolist(), strict=True)) == {
        "75101": False,
        "77288": True,
        "93066": True,
    }


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"destinations": ["93066"], "minutes": []}, "trajet_apparie"),
        ({"destinations": [], "minutes": [], "annee": 2026}, "trajet_unique"),
    ],
)
def test_the_base_refuses_what_makes_no_row(places, values, constraint):
    Trajet.objects.create(origine=places.denis, mode=Mode.VOITURE, annee=2026, destinations=[], minutes=[], source="")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Trajet.objects.create(**{"origine": places.denis, "mode": Mode.VOITURE, "annee": 2025, "source": "", **values})


def test_a_row_starts_from_a_commune(places):
    region = TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="93")
    with pytest.raises(IntegrityError, match="Un trajet part d’une commune"), transaction.atomic():
        Trajet.objects.create(origine=region, mode=Mode.VOITURE, annee=2026, destinations=[], minutes=[], source="")
