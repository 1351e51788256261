"""Persons in insertion, and who follows them."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from stdnum.fr.nir import calc_check_digits

from maillage.references.personnes.models import DemandeDroit, Ouverture, Personne, Relation
from tests.factories.accounts import OrganisationFactory, UserFactory


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


class OuvertureFactory(DjangoModelFactory[Ouverture]):
    class Meta:
        model = Ouverture

    exploitant = factory.SubFactory(UserFactory, exploitant=True)
    personne = factory.SubFactory(PersonneFactory)
    motif = "L’organisation ne parvient plus à corriger la fiche."
    fin = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


class DemandeDroitFactory(DjangoModelFactory[DemandeDroit]):
    class Meta:
        model = DemandeDroit

    personne = factory.SubFactory(PersonneFactory)
    droit = "acces"
    recue_le = date(2026, 1, 5)
    echeance = date(2026, 2, 5)


def nir(number: int, *, sexe: str = "1", annee: str = "80", mois: str = "05") -> str:
    """Return a NIR with a right key, of a département that does not exist (00)."""
    body = f"{sexe}{annee}{mois}00{number:06}"
    return body + calc_check_digits(body + "00")
