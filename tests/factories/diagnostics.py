"""Scenarios of the territorial diagnostic. Territories come from the caller: none is made up here."""

from __future__ import annotations

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from maillage.domains.diagnostics.models import PlaceScenario, Scenario
from tests.factories.accounts import OrganisationFactory


class ScenarioFactory(DjangoModelFactory[Scenario]):
    """A scenario made by hand."""

    class Meta:
        model = Scenario

    nom = factory.Sequence(lambda n: f"Scénario {n}")
    region = "11"
    organisation = factory.SubFactory(OrganisationFactory)
    methode = "manuelle"
    public = "population_active_age"
    rayon_km = 5

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        scenario = super()._create(model_class, *args, **kwargs)
        scenario.refresh_from_db()  # the identifier comes from the database
        return scenario


class PlaceScenarioFactory(DjangoModelFactory[PlaceScenario]):
    """Needs a `unite`."""

    class Meta:
        model = PlaceScenario

    scenario = factory.SubFactory(ScenarioFactory)
    type_siae = "ACI"
    etp = Decimal(20)
