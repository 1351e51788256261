"""SIAE and what belongs to them. Territories come from the caller: none is made up here."""

from __future__ import annotations

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from maillage.references.structures.models import (
    Activite,
    EffectifAnnuel,
    EffectifSecteur,
    GroupeSecteur,
    Implantation,
    Secteur,
    Siae,
    ZoneIntervention,
)
from tests.factories.accounts import OrganisationFactory


class SiaeFactory(DjangoModelFactory[Siae]):
    class Meta:
        model = Siae

    organisation = factory.SubFactory(OrganisationFactory)
    type_siae = "ACI"
    nom = factory.Sequence(lambda n: f"Chantier {n}")


class ImplantationFactory(DjangoModelFactory[Implantation]):
    """Needs a `commune`."""

    class Meta:
        model = Implantation

    siae = factory.SubFactory(SiaeFactory)
    adresse = factory.Sequence(lambda n: f"{n} rue des Essais")


class EffectifFactory(DjangoModelFactory[EffectifAnnuel]):
    """Needs a `departement`."""

    class Meta:
        model = EffectifAnnuel

    siae = factory.SubFactory(SiaeFactory)
    annee = 2025
    salaries = 30
    etp_realises = Decimal("12.50")


class GroupeSecteurFactory(DjangoModelFactory[GroupeSecteur]):
    class Meta:
        model = GroupeSecteur

    code = factory.Sequence(lambda n: f"groupe-{n}")
    libelle = factory.Sequence(lambda n: f"Groupe {n}")


class SecteurFactory(DjangoModelFactory[Secteur]):
    class Meta:
        model = Secteur

    groupe = factory.SubFactory(GroupeSecteurFactory)
    code = factory.Sequence(lambda n: f"secteur-{n}")
    libelle = factory.Sequence(lambda n: f"Secteur {n}")


class ActiviteFactory(DjangoModelFactory[Activite]):
    class Meta:
        model = Activite

    siae = factory.SubFactory(SiaeFactory)
    secteur = factory.SubFactory(SecteurFactory)


class EffectifSecteurFactory(DjangoModelFactory[EffectifSecteur]):
    class Meta:
        model = EffectifSecteur

    siae = factory.SubFactory(SiaeFactory)
    secteur = factory.SubFactory(SecteurFactory)
    annee = 2025
    femmes = 8
    hommes = 12
    heures = Decimal("18000.00")


class ZoneInterventionFactory(DjangoModelFactory[ZoneIntervention]):
    """Needs a `territoire`."""

    class Meta:
        model = ZoneIntervention

    siae = factory.SubFactory(SiaeFactory)
