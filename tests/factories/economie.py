"""Trades, what the labour market says of them, employers and great projects."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.references.economie.enums import NiveauFap, Nomenclature, Programme
from maillage.references.economie.models import (
    BesoinRecrutement,
    Employeur,
    Fap,
    FapRome,
    GrandProjet,
    LieuProjet,
    MetierProjet,
    PhaseProjet,
    Rome,
    SerieOffres,
    Tension,
)
from maillage.references.territoires.enums import Niveau
from tests.factories.accounts import siret
from tests.factories.territoires import TerritoireFactory


class FapFactory(DjangoModelFactory[Fap]):
    class Meta:
        model = Fap
        django_get_or_create = ("nomenclature", "code")

    nomenclature = Nomenclature.FAP_2021
    niveau = NiveauFap.METIER
    code = "T4X60"
    libelle = "Agents d’entretien de locaux"
    source = "essai"


class RomeFactory(DjangoModelFactory[Rome]):
    class Meta:
        model = Rome
        django_get_or_create = ("code",)

    code = "K2204"
    libelle = "Agent / Agente de propreté de locaux"
    source = "essai"


class FapRomeFactory(DjangoModelFactory[FapRome]):
    class Meta:
        model = FapRome

    fap = factory.SubFactory(FapFactory)
    rome = factory.SubFactory(RomeFactory)


class BassinFactory(TerritoireFactory):
    niveau = Niveau.BASSIN
    code = factory.Sequence(lambda n: f"{1100 + n}")
    nom = factory.Sequence(lambda n: f"Bassin {n}")


class BesoinRecrutementFactory(DjangoModelFactory[BesoinRecrutement]):
    class Meta:
        model = BesoinRecrutement

    fap = factory.SubFactory(FapFactory)
    territoire = factory.SubFactory(BassinFactory)
    departement = "93"
    annee = 2024
    projets = 100
    difficiles = 40
    saisonniers = 10
    source = "essai"


class TensionFactory(DjangoModelFactory[Tension]):
    """Needs a `territoire`, a département."""

    class Meta:
        model = Tension

    fap = factory.SubFactory(FapFactory)
    annee = 2024
    niveau = 4
    source = "essai"


class SerieOffresFactory(DjangoModelFactory[SerieOffres]):
    """Needs a `territoire`."""

    class Meta:
        model = SerieOffres

    rome = factory.SubFactory(RomeFactory)
    periode = "2025"
    offres = 50
    source = "essai"


class EmployeurFactory(DjangoModelFactory[Employeur]):
    class Meta:
        model = Employeur

    siret = factory.Sequence(lambda n: siret(8000 + n))
    denomination = factory.Sequence(lambda n: f"Établissement {n}")
    commune = factory.SubFactory(TerritoireFactory)
    source = "essai"


class GrandProjetFactory(DjangoModelFactory[GrandProjet]):
    class Meta:
        model = GrandProjet

    code = factory.Sequence(lambda n: f"projet-{n}")
    nom = factory.Sequence(lambda n: f"Projet {n}")
    programme = Programme.GPE
    source = "essai"


class LieuProjetFactory(DjangoModelFactory[LieuProjet]):
    class Meta:
        model = LieuProjet

    projet = factory.SubFactory(GrandProjetFactory)
    commune = factory.SubFactory(TerritoireFactory)


class PhaseProjetFactory(DjangoModelFactory[PhaseProjet]):
    class Meta:
        model = PhaseProjet

    projet = factory.SubFactory(GrandProjetFactory)
    nom = "Gros œuvre"
    debut = date(2026, 1, 1)
    fin = date(2027, 1, 1)


class MetierProjetFactory(DjangoModelFactory[MetierProjet]):
    class Meta:
        model = MetierProjet

    projet = factory.SubFactory(GrandProjetFactory)
    fap = factory.SubFactory(FapFactory)
    postes = 10
