"""Posts, candidatures, chains. A post stands in a commune of its own if none is given."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import (
    Candidature,
    ChainePrescription,
    CommentaireCandidature,
    EtapeChaine,
    Poste,
)
from maillage.references.economie.models import Rome
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory


class RomeFactory(DjangoModelFactory[Rome]):
    class Meta:
        model = Rome
        django_get_or_create = ("code",)

    code = "K2204"
    libelle = "Nettoyage de locaux"


class PosteFactory(DjangoModelFactory[Poste]):
    class Meta:
        model = Poste

    siae = factory.SubFactory(SiaeFactory)
    rome = factory.SubFactory(RomeFactory)
    intitule = "Agent de propreté"
    type_contrat = "cddi"
    heures_semaine = 26
    places = 2
    commune = factory.SubFactory(TerritoireFactory)
    description = "Entretien de bureaux, en équipe."
    ouvert_le = date(2026, 1, 5)
    confirme_le = factory.SelfAttribute("ouvert_le")


class CandidatureFactory(DjangoModelFactory[Candidature]):
    """A candidature presented on 5 January 2026, for no post."""

    class Meta:
        model = Candidature

    personne = factory.SubFactory(PersonneFactory)
    siae = factory.SubFactory(SiaeFactory)
    origine = "orientation"
    organisation = factory.SubFactory(OrganisationFactory, types=["pole_emploi"])
    deposee_le = date(2026, 1, 5)
    echeance = date(2026, 3, 6)
    maj_le = factory.SelfAttribute("deposee_le")


class CommentaireFactory(DjangoModelFactory[CommentaireCandidature]):
    class Meta:
        model = CommentaireCandidature

    candidature = factory.SubFactory(CandidatureFactory)
    auteur = factory.SubFactory(UserFactory)
    organisation = factory.SelfAttribute("candidature.siae.organisation")
    texte = "À rappeler."


class ChaineFactory(DjangoModelFactory[ChainePrescription]):
    class Meta:
        model = ChainePrescription

    departement = "95"
    organisation = factory.SubFactory(OrganisationFactory, types=["ddets"])
    maj_le = date(2026, 1, 5)


class EtapeFactory(DjangoModelFactory[EtapeChaine]):
    class Meta:
        model = EtapeChaine

    chaine = factory.SubFactory(ChaineFactory)
    rang = factory.Sequence(lambda n: n + 1)
    role = "orienter"
    acteur = "prescripteurs"
    delai_jours = 15
