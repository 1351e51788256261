"""Territories made by hand, and a whole region loaded once then copied in each test that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import factory
import shapely
from django.db import connection, transaction
from factory.django import DjangoModelFactory

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import (
    Appartenance,
    Contour,
    PassageCog,
    Population,
    QpvCommune,
    Territoire,
)
from maillage.references.territoires.services.territoires import load_territoires, refresh_statistics


class TerritoireFactory(DjangoModelFactory[Territoire]):
    class Meta:
        model = Territoire

    niveau = Niveau.COMMUNE
    code = factory.Sequence(lambda n: f"{93900 + n}")
    millesime = 2026
    nom = factory.Sequence(lambda n: f"Commune {n}")
    departement = "93"
    region = "11"


class AppartenanceFactory(DjangoModelFactory[Appartenance]):
    class Meta:
        model = Appartenance

    unite = factory.SubFactory(TerritoireFactory)
    ensemble = factory.SubFactory(TerritoireFactory, niveau=Niveau.EPT)
    maille = Maille.INTERCOMMUNALITE


class PopulationFactory(DjangoModelFactory[Population]):
    class Meta:
        model = Population

    unite = factory.SubFactory(TerritoireFactory)
    annee = 2023
    valeur = 1000
    source = "essai"


class ContourFactory(DjangoModelFactory[Contour]):
    """A square kilometre of Lambert-93 in Île-de-France."""

    class Meta:
        model = Contour

    territoire = factory.SubFactory(TerritoireFactory)
    region = "11"
    source = "essai"
    millesime = 2025
    geometrie = factory.LazyFunction(lambda: shapely.to_wkb(shapely.box(650_000, 6_860_000, 651_000, 6_861_000)))
    trace = "M0 0h1v1h-1z"


class PassageCogFactory(DjangoModelFactory[PassageCog]):
    class Meta:
        model = PassageCog

    ancien_code = factory.Sequence(lambda n: f"{95900 + n}")
    code = "93066"
    millesime = 2026


class QpvCommuneFactory(DjangoModelFactory[QpvCommune]):
    class Meta:
        model = QpvCommune

    qpv = factory.SubFactory(TerritoireFactory, niveau=Niveau.QPV)
    commune = factory.SubFactory(TerritoireFactory)


_TABLES = tuple(model._meta.db_table for model in (Territoire, Appartenance, Population, PassageCog, Contour))


@dataclass(frozen=True, slots=True)
class RegionCopiee:
    """The rows of a loaded region, ready to be poured in a test's transaction in a fraction of a second."""

    rows: dict[str, bytes]
    columns: dict[str, str]

    def pour(self) -> None:
        with connection.cursor() as cursor:
            for table in _TABLES:
                with cursor.copy(f"copy {table} ({self.columns[table]}) from stdin (format binary)") as copy:
                    copy.write(self.rows[table])
        refresh_statistics()


def copy_region(region: str = "11") -> RegionCopiee:
    """Load a region in a transaction, keep its rows, and leave the database as it was."""
    rows, columns = {}, {}
    with transaction.atomic():
        load_territoires(region=region, actor=None, on=date(2026, 1, 1))
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(
                    "select string_agg(attname, ',') from pg_attribute "
                    "where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
                    [table],
                )
                columns[table] = cursor.fetchone()[0]
                with cursor.copy(f"copy {table} ({columns[table]}) to stdout (format binary)") as copy:
                    rows[table] = b"".join(bytes(block) for block in copy)
        transaction.set_rollback(True)
    return RegionCopiee(rows, columns)
