"""Batches and their rejected lines."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.models import Avertissement, Correspondance, Fichier, Lot, Rejet
from tests.factories.accounts import UserFactory


class FichierFactory(DjangoModelFactory[Fichier]):
    class Meta:
        model = Fichier

    contenu = factory.Sequence(lambda n: f"siret;type\n{n};ACI\n".encode())
    empreinte = factory.LazyAttribute(lambda fichier: hashlib.sha256(fichier.contenu).hexdigest())
    taille = factory.LazyAttribute(lambda fichier: len(fichier.contenu))


class LotFactory(DjangoModelFactory[Lot]):
    class Meta:
        model = Lot

    source = "siae"
    fichier = factory.SubFactory(FichierFactory)
    nom_fichier = factory.Sequence(lambda n: f"liste-{n}.csv")
    provenance = "essai"
    auteur = factory.SubFactory(UserFactory, exploitant=True)
    entete = ["siret", "type", "nom"]
    colonnes = {"siret": 0, "type_siae": 1, "nom": 2}
    etat = EtatLot.CONTROLE

    class Params:
        applique = factory.Trait(etat=EtatLot.APPLIQUE, applique_le=factory.LazyFunction(timezone.now))


class RejetFactory(DjangoModelFactory[Rejet]):
    class Meta:
        model = Rejet

    lot = factory.SubFactory(LotFactory)
    ligne = factory.Sequence(lambda n: n + 2)
    valeurs = ["123", "ACI", "Chantier"]
    motifs: list[dict[str, Any]] = [
        {"code": "siret_format", "message": "Un SIRET compte 14 chiffres.", "colonne": "siret"}
    ]
    code = "siret_format"


class AvertissementFactory(DjangoModelFactory[Avertissement]):
    class Meta:
        model = Avertissement

    lot = factory.SubFactory(LotFactory)
    ligne = factory.Sequence(lambda n: n + 2)
    code = "hors_contour"
    message = "Le point est hors de tout contour."


class CorrespondanceFactory(DjangoModelFactory[Correspondance]):
    class Meta:
        model = Correspondance

    source = "siae"
    signature = factory.Sequence(lambda n: f"{n:064}")
    colonnes = {"siret": 0}
