"""Competences, what proves them, what leaves the platform."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import (
    AttestationCompetences,
    Competence,
    FicheLiaison,
    PreuveCompetence,
    ProfilPartage,
)
from tests.factories.accounts import MembreFactory, OrganisationFactory
from tests.factories.parcours import ConsentementFactory, ContratFactory
from tests.factories.personnes import PersonneFactory


class CompetenceFactory(DjangoModelFactory[Competence]):
    class Meta:
        model = Competence

    personne = factory.SubFactory(PersonneFactory)
    intitule = factory.Sequence(lambda n: f"Tailler la haie n° {n}")
    niveau = 2
    declaree_le = date(2026, 2, 2)


class PreuveFactory(DjangoModelFactory[PreuveCompetence]):
    class Meta:
        model = PreuveCompetence

    competence = factory.SubFactory(CompetenceFactory)
    libelle = "Photo du muret"
    fichier = "0" * 32
    nature = "pdf"
    taille = 14
    empreinte = "0" * 64
    depose_le = date(2026, 2, 3)


class AttestationFactory(DjangoModelFactory[AttestationCompetences]):
    class Meta:
        model = AttestationCompetences

    contrat = factory.SubFactory(ContratFactory)
    signataire = factory.SubFactory(MembreFactory)
    delivree_le = date(2026, 7, 1)
    code = factory.Sequence(lambda n: f"ABCDEFGH{n:04}".replace("0", "Z").replace("1", "Y"))
    contenu = factory.LazyFunction(
        lambda: {
            "personne": "Aldo Brindille",
            "naissance": "",
            "siae": "Le Jardin",
            "type_siae": "ACI",
            "metier": "",
            "sejour": "depuis le 5 janvier 2026",
            "signataire": "Conseil Fictif",
            "fonction": "conseil en insertion (CIP)",
            "jour": "1er juillet 2026",
            "competences": [["Tailler une haie", "", "en autonomie", "attestée le 01/06/2026"]],
        }
    )


class FicheLiaisonFactory(DjangoModelFactory[FicheLiaison]):
    class Meta:
        model = FicheLiaison

    contrat = factory.SubFactory(ContratFactory)
    destinataire = factory.SubFactory(OrganisationFactory)
    auteur = factory.SubFactory(MembreFactory)
    contenu = factory.LazyFunction(
        lambda: {
            "identite": [["Nom", "Aldo Brindille"]],
            "titre": "",
            "contrats": [],
            "competences": [],
            "freins": None,
            "projet": "Jardinier",
            "suites": "",
            "siae": "Le Jardin",
            "auteur": "Conseil Fictif",
            "jour": "1er juillet 2026",
        }
    )


class ProfilFactory(DjangoModelFactory[ProfilPartage]):
    class Meta:
        model = ProfilPartage

    consentement = factory.SubFactory(ConsentementFactory, objet="profil")
    parts = factory.LazyFunction(lambda: ["attestees", "metiers"])
    cree_le = date(2026, 7, 1)
    expire_le = date(2026, 9, 1)
