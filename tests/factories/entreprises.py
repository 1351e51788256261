"""Immersions, sessions of POEC, partnerships. A host, a person, a trade that are not given are made up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.domains.entreprises.models import (
    ActionMediation,
    BesoinEntreprise,
    BilanImmersion,
    CandidatPoec,
    Contact,
    EmbaucheSuivie,
    Immersion,
    Partenariat,
    PresentationProfil,
    SessionPoec,
    Signature,
)
from tests.factories.accounts import MembreFactory, OrganisationFactory
from tests.factories.economie import EmployeurFactory, RomeFactory
from tests.factories.parcours import ConsentementFactory, SortieFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

TODAY = timezone.localdate()


class ImmersionFactory(DjangoModelFactory[Immersion]):
    """Two weeks of ten days, in a fortnight; read it again from the database to know its public number."""

    class Meta:
        model = Immersion

    personne = factory.SubFactory(PersonneFactory)
    prescripteur = factory.SubFactory(OrganisationFactory)
    accompagnement = factory.SelfAttribute("prescripteur")
    employeur = factory.SubFactory(EmployeurFactory)
    rome = factory.SubFactory(RomeFactory)
    adresse = "1 rue de l’Essai"
    accueil_nom = "Responsable Fictive"
    accueil_email = "accueil@maillage.example"
    tuteur_nom = "Tuteur Fictif"
    tuteur_fonction = "chef d’équipe"
    tuteur_email = "tuteur@maillage.example"
    objectif = "confirmer"
    debut = TODAY + timedelta(days=14)
    fin = factory.LazyAttribute(lambda each: each.debut + timedelta(days=14))
    jours_semaine = [1, 2, 3, 4, 5]
    jours = 10
    heures_semaine = Decimal(26)
    horaires = "8 h – 12 h"
    activites = "Entretien des locaux"


class SignatureFactory(DjangoModelFactory[Signature]):
    class Meta:
        model = Signature

    immersion = factory.SubFactory(ImmersionFactory)
    document = "convention"
    role = "beneficiaire"
    nom = "Personne Fictive"


class BilanFactory(DjangoModelFactory[BilanImmersion]):
    class Meta:
        model = BilanImmersion

    immersion = factory.SubFactory(ImmersionFactory, etat="acceptee", debut=date(2026, 3, 2))
    deroulement = "realisee"
    redige_le = date(2026, 3, 20)


class SessionPoecFactory(DjangoModelFactory[SessionPoec]):
    class Meta:
        model = SessionPoec

    organisation = factory.SubFactory(OrganisationFactory, types=["opco"])
    intitule = factory.Sequence(lambda n: f"Agent de propreté {n}")
    opco = "Opco fictif"
    branche = "propreté"
    rome = factory.SubFactory(RomeFactory)
    organisme = "Organisme fictif"
    commune = factory.SubFactory(TerritoireFactory)
    debut = TODAY + timedelta(days=30)
    fin = factory.LazyAttribute(lambda each: each.debut + timedelta(days=60))
    heures = 399
    places = 2


class CandidatFactory(DjangoModelFactory[CandidatPoec]):
    class Meta:
        model = CandidatPoec

    session = factory.SubFactory(SessionPoecFactory)
    personne = factory.SubFactory(PersonneFactory)
    siae = factory.SubFactory(SiaeFactory)
    numero = factory.Sequence(lambda n: n + 1)
    propose_le = TODAY


class PartenariatFactory(DjangoModelFactory[Partenariat]):
    class Meta:
        model = Partenariat

    organisation = factory.SubFactory(OrganisationFactory)
    employeur = factory.SubFactory(EmployeurFactory)
    depuis = date(2026, 1, 5)


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    partenariat = factory.SubFactory(PartenariatFactory)
    nom = "Responsable Fictive"
    fonction = "responsable du personnel"


class BesoinEntrepriseFactory(DjangoModelFactory[BesoinEntreprise]):
    class Meta:
        model = BesoinEntreprise

    partenariat = factory.SubFactory(PartenariatFactory)
    rome = factory.SubFactory(RomeFactory)
    postes = 3
    pour_le = TODAY + timedelta(days=60)


class ActionFactory(DjangoModelFactory[ActionMediation]):
    class Meta:
        model = ActionMediation

    partenariat = factory.SubFactory(PartenariatFactory)
    membre = factory.SubFactory(MembreFactory)
    type = "appel"
    faite_le = TODAY
    resultat = "Accord pour une visite."


class PresentationFactory(DjangoModelFactory[PresentationProfil]):
    """A profile shown today, with a consent of that day."""

    class Meta:
        model = PresentationProfil

    personne = factory.SubFactory(PersonneFactory)
    siae = factory.SubFactory(SiaeFactory)
    consentement = factory.SubFactory(
        ConsentementFactory,
        personne=factory.SelfAttribute("..personne"),
        objet="entreprise",
        debut=TODAY,
        fin=TODAY + timedelta(days=90),
    )
    destinataire = factory.SubFactory(OrganisationFactory, types=["ft_agence"])
    rome = factory.SubFactory(RomeFactory)
    atouts = "Entretient des locaux depuis huit mois, ponctuelle."
    disponible_le = TODAY
    presente_le = TODAY


class EmbaucheFactory(DjangoModelFactory[EmbaucheSuivie]):
    class Meta:
        model = EmbaucheSuivie

    partenariat = factory.SubFactory(PartenariatFactory)
    sortie = factory.SubFactory(SortieFactory)
    rome = factory.SubFactory(RomeFactory)
    enregistree_le = TODAY
