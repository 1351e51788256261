"""The support of a person, workshops, permanent staff. What is not given is made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import (
    Accompagnement,
    ActionParcours,
    Atelier,
    ConstatFrein,
    DocumentParcours,
    EffectifPermanent,
    Entretien,
    Evaluation,
    FreinDeclare,
    Inscription,
    ObjectifParcours,
)
from tests.factories.accounts import MembreFactory, OrganisationFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

JOUR = timezone.localdate()


class AccompagnementFactory(DjangoModelFactory[Accompagnement]):
    class Meta:
        model = Accompagnement

    relation = factory.SubFactory(RelationFactory)


class ConstatFactory(DjangoModelFactory[ConstatFrein]):
    class Meta:
        model = ConstatFrein

    accompagnement = factory.SubFactory(AccompagnementFactory)
    frein = "logement"
    etat = "concerne"
    le = JOUR


class ObjectifParcoursFactory(DjangoModelFactory[ObjectifParcours]):
    class Meta:
        model = ObjectifParcours

    accompagnement = factory.SubFactory(AccompagnementFactory)
    libelle = "Travailler dans un jardin"
    fixe_le = JOUR


class ActionParcoursFactory(DjangoModelFactory[ActionParcours]):
    class Meta:
        model = ActionParcours

    accompagnement = factory.SubFactory(AccompagnementFactory)
    libelle = "Demander la carte de transport"
    ouverte_le = JOUR
    echeance = JOUR + timedelta(days=10)


class EntretienFactory(DjangoModelFactory[Entretien]):
    class Meta:
        model = Entretien

    accompagnement = factory.SubFactory(AccompagnementFactory)
    membre = factory.SubFactory(MembreFactory)
    debut = factory.Sequence(lambda n: timezone.now() + timedelta(hours=2 * n + 1))


class DocumentParcoursFactory(DjangoModelFactory[DocumentParcours]):
    class Meta:
        model = DocumentParcours

    accompagnement = factory.SubFactory(AccompagnementFactory)
    libelle = "CV"
    fichier = factory.Sequence(lambda n: f"{n:032x}")
    nature = "pdf"
    taille = 20
    empreinte = "0" * 64
    depose_le = JOUR


class EvaluationFactory(DjangoModelFactory[Evaluation]):
    class Meta:
        model = Evaluation

    accompagnement = factory.SubFactory(AccompagnementFactory)
    jalon = "entree"
    le = JOUR


class AtelierFactory(DjangoModelFactory[Atelier]):
    """Ten days ahead, from 9 to 12, two seats."""

    class Meta:
        model = Atelier

    organisation = factory.SubFactory(OrganisationFactory, types=["france_travail"])
    titre = "Préparer un entretien"
    theme = "entretien"
    lieu = "Agence de Saint-Denis"
    departement = "93"
    debut = factory.LazyFunction(lambda: timezone.now().replace(microsecond=0) + timedelta(days=10))
    fin = factory.LazyAttribute(lambda atelier: _later(atelier.debut))
    places = 2


def _later(moment: datetime) -> datetime:
    return moment + timedelta(hours=3)


class InscriptionFactory(DjangoModelFactory[Inscription]):
    class Meta:
        model = Inscription

    atelier = factory.SubFactory(AtelierFactory)
    personne = factory.SubFactory(PersonneFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    etat = "inscrit"


class EffectifPermanentFactory(DjangoModelFactory[EffectifPermanent]):
    class Meta:
        model = EffectifPermanent

    siae = factory.SubFactory(SiaeFactory)
    annee = 2025
    fonction = "accompagnement"
    etp = Decimal("2.50")


def employed(membre: Any, **fields: Any) -> Any:
    """Return the relation of somebody whom the organisation of a member employs, and of whom they are the référent."""
    return RelationFactory(organisation=membre.organisation, referent=membre, **fields)


class FreinDeclareFactory(DjangoModelFactory[FreinDeclare]):
    class Meta:
        model = FreinDeclare

    siae = factory.SubFactory(SiaeFactory)
    annexe = factory.Sequence(lambda n: f"{9000 + n}")
    debut = date(2026, 1, 1)
    fin = date(2027, 1, 1)
    frein = "mobilite"
    concernes = 7
