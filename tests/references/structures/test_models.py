"""What the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from maillage.references.structures.models import (
    Activite,
    EffectifAnnuel,
    Implantation,
    Siae,
    ZoneIntervention,
)
from maillage.references.territoires.enums import Niveau
from tests.factories.structures import (
    ActiviteFactory,
    EffectifFactory,
    ImplantationFactory,
    SiaeFactory,
    ZoneInterventionFactory,
)
from tests.factories.territoires import TerritoireFactory


def two_kinds(lieux: SimpleNamespace) -> Model:
    return Siae(organisation=SiaeFactory().organisation, type_siae="ACI", nom="Autre")


def unknown_kind(lieux: SimpleNamespace) -> Model:
    return SiaeFactory.build(organisation=SiaeFactory().organisation, type_siae="XX")


def backward_period(lieux: SimpleNamespace) -> Model:
    return SiaeFactory.build(
        organisation=SiaeFactory().organisation, type_siae="EI", debut=date(2026, 1, 1), fin=date(2026, 1, 1)
    )


def two_principal_sites(lieux: SimpleNamespace) -> Model:
    site = ImplantationFactory(commune=lieux.montreuil)
    return Implantation(siae=site.siae, commune=lieux.montreuil)


def half_a_point(lieux: SimpleNamespace) -> Model:
    return Implantation(siae=SiaeFactory(), commune=lieux.montreuil, longitude=2.4)


def point_off_the_globe(lieux: SimpleNamespace) -> Model:
    return Implantation(siae=SiaeFactory(), commune=lieux.montreuil, longitude=2.4, latitude=480.0)


def same_zone_twice(lieux: SimpleNamespace) -> Model:
    zone = ZoneInterventionFactory(territoire=lieux.paris)
    return ZoneIntervention(siae=zone.siae, territoire=lieux.paris)


def same_sector_twice(lieux: SimpleNamespace) -> Model:
    activite = ActiviteFactory()
    return Activite(siae=activite.siae, secteur=activite.secteur)


def share_over_100(lieux: SimpleNamespace) -> Model:
    return ActiviteFactory.build(siae=SiaeFactory(), secteur=ActiviteFactory().secteur, part_heures=101)


def same_year_twice(lieux: SimpleNamespace) -> Model:
    effectif = EffectifFactory(departement=lieux.paris)
    return EffectifAnnuel(siae=effectif.siae, annee=effectif.annee, departement=lieux.paris)


def negative_etp(lieux: SimpleNamespace) -> Model:
    return EffectifAnnuel(siae=SiaeFactory(), annee=2025, departement=lieux.paris, etp_realises=-1)


@pytest.mark.parametrize(
    ("build", "constraint", "message"),
    [
        (two_kinds, "siae_unique_par_type", "Cette organisation porte déjà une SIAE de ce type."),
        (unknown_kind, "siae_type", "Ce type de SIAE n’existe pas."),
        (backward_period, "siae_periode", "La fin d’activité suit son début."),
        (two_principal_sites, "implantation_principale_unique", "Une SIAE n’a qu’une implantation principale."),
        (half_a_point, "implantation_coordonnees", "La longitude et la latitude vont ensemble, en degrés."),
        (point_off_the_globe, "implantation_coordonnees", "La longitude et la latitude vont ensemble, en degrés."),
        (same_zone_twice, "zone_intervention_unique", "Ce territoire est déjà dans la zone d’intervention."),
        (same_sector_twice, "activite_unique", "Ce secteur figure déjà parmi les activités de la SIAE."),
        (share_over_100, "activite_part_heures", "La part des heures est comprise entre 0 et 100 %."),
        (same_year_twice, "effectif_unique", "L’effectif de cette année est déjà saisi pour ce département."),
        (negative_etp, "effectif_etp_positifs", "Un nombre d’ETP n’est pas négatif."),
    ],
)
def test_the_database_refuses_and_says_why_in_french(
    lieux: SimpleNamespace, build: Callable[[SimpleNamespace], Model], constraint: str, message: str
) -> None:
    row = build(lieux)
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [message]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_a_site_is_in_a_unit(lieux: SimpleNamespace) -> None:
    ville = TerritoireFactory(niveau=Niveau.VILLE)
    with pytest.raises(IntegrityError, match="Une implantation est dans une unité"), transaction.atomic():
        ImplantationFactory(commune=ville)
    site = ImplantationFactory(commune=lieux.montreuil)
    with pytest.raises(IntegrityError, match="Une implantation est dans une unité"), transaction.atomic():
        Implantation.objects.filter(pk=site.pk).update(commune=ville)
