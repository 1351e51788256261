"""Cases of CTA, meetings of SIAE; each rests on an agreement of its person, given today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import CasCta, DecisionCta, InteretSuite, PresentationSuite, Rencontre
from tests.factories.accounts import OrganisationFactory
from tests.factories.parcours import ConsentementFactory
from tests.factories.parcours_orientation import CandidatureFactory, RomeFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory

TODAY = timezone.localdate()


def accord(objet: str, **fields: Any) -> Any:
    """Return the agreement of the person of the row, before its organisation, from its day on for three months."""
    return factory.SubFactory(
        ConsentementFactory,
        personne=factory.SelfAttribute("..personne"),
        objet=objet,
        **{"debut": TODAY, "fin": TODAY + timedelta(days=90), **fields},
    )


class CasFactory(DjangoModelFactory[CasCta]):
    class Meta:
        model = CasCta

    personne = factory.SubFactory(PersonneFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    consentement = accord("cta")
    departement = "95"
    motif = "blocage"
    question = "Quelle suite après deux ans de chantier ?"
    propose_le = TODAY


class DecisionFactory(DjangoModelFactory[DecisionCta]):
    class Meta:
        model = DecisionCta

    cas = factory.SubFactory(CasFactory)
    quoi = "Proposer un atelier."
    qui = factory.SubFactory(OrganisationFactory)
    avant_le = TODAY + timedelta(days=20)


class RencontreFactory(DjangoModelFactory[Rencontre]):
    """A meeting in a week."""

    class Meta:
        model = Rencontre

    organisation = factory.SubFactory(OrganisationFactory)
    titre = "Petit-déjeuner suites de parcours"
    debut = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    lieu = "Salle des fêtes"


class PresentationSuiteFactory(DjangoModelFactory[PresentationSuite]):
    class Meta:
        model = PresentationSuite

    rencontre = factory.SubFactory(RencontreFactory)
    personne = factory.SubFactory(PersonneFactory)
    siae = factory.SubFactory(SiaeFactory)
    consentement = accord("suite")
    rome = factory.SubFactory(RomeFactory)
    projet = "Devenir agent de propreté à temps plein."
    presente_le = TODAY


class InteretFactory(DjangoModelFactory[InteretSuite]):
    class Meta:
        model = InteretSuite

    presentation = factory.SubFactory(PresentationSuiteFactory)
    siae = factory.SubFactory(SiaeFactory)
    candidature = factory.SubFactory(
        CandidatureFactory,
        personne=factory.SelfAttribute("..presentation.personne"),
        siae=factory.SelfAttribute("..siae"),
    )
    exprime_le = date(2026, 1, 5)
