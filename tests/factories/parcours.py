"""Pathways: rights, contracts, hours, ways out. A SIAE or a person that is not given is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import (
    Consentement,
    Contrat,
    EtatMensuel,
    Prolongation,
    Situation,
    Sortie,
    Suspension,
    TitreParcours,
)
from tests.factories.accounts import OrganisationFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory


class SituationFactory(DjangoModelFactory[Situation]):
    class Meta:
        model = Situation

    personne = factory.SubFactory(PersonneFactory)


class TitreFactory(DjangoModelFactory[TitreParcours]):
    """A PASS IAE of 730 days; read it again from the database to know its end."""

    class Meta:
        model = TitreParcours

    regime = "pass_iae"
    numero = factory.Sequence(lambda n: f"99999{n:07}")
    personne = factory.SubFactory(PersonneFactory)
    debut = date(2026, 1, 5)
    duree_jours = 730


class SuspensionFactory(DjangoModelFactory[Suspension]):
    class Meta:
        model = Suspension

    titre = factory.SubFactory(TitreFactory)
    motif = "contrat_suspendu"
    debut = date(2026, 3, 1)
    fin = date(2026, 3, 31)
    plafond_jours = 1096


class ProlongationFactory(DjangoModelFactory[Prolongation]):
    class Meta:
        model = Prolongation

    titre = factory.SubFactory(TitreFactory)
    motif = "rqth"
    jours = 365
    plafond_jours = 365
    plafond_cumul_jours = 1095
    accordee_le = date(2026, 6, 1)


class ContratFactory(DjangoModelFactory[Contrat]):
    class Meta:
        model = Contrat

    personne = factory.SubFactory(PersonneFactory)
    siae = factory.SubFactory(SiaeFactory)
    type = "cddi"
    debut = date(2026, 1, 5)
    fin_prevue = date(2026, 7, 5)
    heures_semaine = Decimal(26)


class EtatMensuelFactory(DjangoModelFactory[EtatMensuel]):
    class Meta:
        model = EtatMensuel

    contrat = factory.SubFactory(ContratFactory)
    mois = date(2026, 2, 1)
    heures = Decimal("104.00")


class SortieFactory(DjangoModelFactory[Sortie]):
    class Meta:
        model = Sortie

    contrat = factory.SubFactory(ContratFactory, fin=date(2026, 7, 5))
    motif = "cdi"
    saisie_le = date(2026, 7, 6)


class ConsentementFactory(DjangoModelFactory[Consentement]):
    class Meta:
        model = Consentement

    personne = factory.SubFactory(PersonneFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    objet = "cta"
    debut = date(2026, 1, 5)
    fin = date(2026, 7, 5)
