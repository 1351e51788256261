"""Persons in insertion, and who follows them."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.references.personnes.models import Personne, Relation
from tests.factories.accounts import OrganisationFactory


class PersonneFactory(DjangoModelFactory[Personne]):
    class Meta:
        model = Personne

    nom = factory.Sequence(lambda n: f"Nom{n}")
    prenom = factory.Sequence(lambda n: f"Prénom{n}")
    date_naissance = date(1980, 5, 17)
    commune = "95018"
    departement = "95"


class RelationFactory(DjangoModelFactory[Relation]):
    class Meta:
        model = Relation

    personne = factory.SubFactory(PersonneFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    type = "contrat"
    debut = date(2026, 1, 5)
