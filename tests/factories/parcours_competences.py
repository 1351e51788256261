"""Competences, what proves them, what leaves the platform."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import (
    AttestationCompetences,
    Competence,
    FicheLiaison,
    PreuveCompetence,
    ProfilPartage,
)
from maillage.domains.parcours.services.competences import FicheCompetence, declare_competence, move_competence
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import MembreFactory, OrganisationFactory, member
from tests.factories.parcours import ConsentementFactory, ContratFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory


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


# --- A scene ----------------------------------------------------------------------------------------------------------

TODAY = timezone.localdate()
START = TODAY - timedelta(days=100)


def make_scene() -> SimpleNamespace:
    """Aldo works in a SIAE that has a CIP and an encadrant; an agency of France Travail follows him."""
    organisation = OrganisationFactory(types=["siae"])
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=organisation)
    encadrant = member(P.SIAE_ENCADREMENT, organisation=organisation)
    conseiller = member(P.EMPLOI_CONSEILLER, "france_travail")
    assert conseiller.membre
    aldo = PersonneFactory(nom="Brindille", prenom="Aldo", telephone="0199000000", email="aldo@exemple.invalid")
    relation = RelationFactory(personne=aldo, organisation=organisation, debut=START)
    contrat = ContratFactory(
        personne=aldo,
        siae=SiaeFactory(organisation=organisation, nom="Le Jardin"),
        debut=START,
        fin_prevue=TODAY + timedelta(days=90),
    )
    agence = conseiller.membre.organisation
    RelationFactory(personne=aldo, organisation=agence, type="conseil_emploi", debut=START)
    for each in (aldo, contrat):
        each.refresh_from_db()
    return SimpleNamespace(
        cip=cip,
        encadrant=encadrant,
        conseiller=conseiller,
        agence=agence,
        aldo=aldo,
        relation=relation,
        contrat=contrat,
    )


def say(scene: SimpleNamespace, **fields: Any) -> Competence:
    """Write what Aldo says that he can do."""
    fiche = FicheCompetence(**{"niveau": 2, "intitule": "Tailler une haie", **fields})
    return declare_competence(personne=scene.aldo, fiche=fiche, actor=scene.encadrant, on=TODAY)


def move(scene: SimpleNamespace, competence: Competence, acte: str, **fields: Any) -> Competence:
    """Let the encadrant observe, attest or take out."""
    return move_competence(competence=competence, acte=acte, **{"actor": scene.encadrant, "on": TODAY, **fields})


def attested(scene: SimpleNamespace, **fields: Any) -> Competence:
    """Say, see and attest."""
    return move(scene, move(scene, say(scene, **fields), "observer", niveau=3), "attester")
