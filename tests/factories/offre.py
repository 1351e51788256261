"""Calls for projects and dossiers. Territories come from the caller: none is made up here."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from maillage.domains.offre.models import AppelProjets, AvisPartenaire, Convention, DemandePieces, Dossier, PieceDossier
from tests.factories.accounts import OrganisationFactory
from tests.factories.structures import SiaeFactory

JOUR = date(2026, 3, 2)


class AppelFactory(DjangoModelFactory[AppelProjets]):
    class Meta:
        model = AppelProjets

    titre = factory.Sequence(lambda n: f"Appel {n}")
    organisation = factory.SubFactory(OrganisationFactory, types=("ddets",))
    etp = Decimal(20)
    contexte = "Peu d’offre pour beaucoup de personnes."
    ouverture = JOUR
    cloture = JOUR + timedelta(days=60)


class DossierFactory(DjangoModelFactory[Dossier]):
    """Needs a `commune`."""

    class Meta:
        model = Dossier

    demande = "creation"
    organisation = factory.SubFactory(OrganisationFactory)
    nom = factory.Sequence(lambda n: f"Projet {n}")
    type_siae = "EI"
    departement = factory.LazyAttribute(lambda dossier: dossier.commune.departement)
    annee = 2026
    etp = Decimal(10)

    class Params:
        existante = factory.Trait(
            siae=factory.SubFactory(SiaeFactory, organisation=factory.SelfAttribute("..organisation")),
            type_siae="ACI",
        )
        depose = factory.Trait(etat="depose", depose_le=JOUR)


class DemandePiecesFactory(DjangoModelFactory[DemandePieces]):
    """Needs a `dossier`."""

    class Meta:
        model = DemandePieces

    debut = JOUR + timedelta(days=5)
    limite = JOUR + timedelta(days=35)
    message = "Il manque les statuts."


class PieceFactory(DjangoModelFactory[PieceDossier]):
    """Needs a `dossier`; its file is nowhere."""

    class Meta:
        model = PieceDossier

    code = "statuts"
    libelle = "Statuts"
    fichier = "0" * 32
    nature = "pdf"
    taille = 1000
    empreinte = "0" * 64
    deposee_le = JOUR


class AvisFactory(DjangoModelFactory[AvisPartenaire]):
    """Needs a `dossier`."""

    class Meta:
        model = AvisPartenaire

    organisation = factory.SubFactory(OrganisationFactory, types=("ft_agence",))
    demande_le = JOUR
    echeance = JOUR + timedelta(days=21)


class ConventionFactory(DjangoModelFactory[Convention]):
    """Needs a `dossier`."""

    class Meta:
        model = Convention

    numero = factory.Sequence(lambda n: f"EI93-{n}")
    signee_le = JOUR
    debut = JOUR
    fin = JOUR + timedelta(days=364)
    etp = Decimal(10)
