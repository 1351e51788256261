"""Cooperation conventions, and what is written in them."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import ConventionCooperation, EngagementConvention, PartieConvention
from tests.factories.accounts import MembreFactory, OrganisationFactory


class ConventionFactory(DjangoModelFactory[ConventionCooperation]):
    """A draft of one party alone, for the year 2026."""

    class Meta:
        model = ConventionCooperation

    objet = "Suites de parcours"
    organisation = factory.SubFactory(OrganisationFactory)
    debut = date(2026, 1, 1)
    fin = date(2027, 1, 1)


class PartieFactory(DjangoModelFactory[PartieConvention]):
    class Meta:
        model = PartieConvention

    convention = factory.SubFactory(ConventionFactory)
    organisation = factory.SubFactory(OrganisationFactory)

    class Params:
        signee = factory.Trait(
            signee_le=date(2025, 12, 20),
            signataire=factory.SubFactory(
                MembreFactory, organisation=factory.SelfAttribute("..organisation"), profil="siae_direction"
            ),
        )


class EngagementFactory(DjangoModelFactory[EngagementConvention]):
    class Meta:
        model = EngagementConvention

    convention = factory.SubFactory(ConventionFactory)
    rang = factory.Sequence(lambda n: n % 1000 + 1)
    quoi = "Ouvrir des places aux salariés de l’autre structure"
