"""Diagnoses, requests of prolongation, advice of CTA, extensions; people who act on a pathway."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import AvisCta, CritereRetenu, DemandeProlongation, Diagnostic, Extension
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import TitreFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory


class DiagnosticFactory(DjangoModelFactory[Diagnostic]):
    """That of a prescripteur; give a `siae` and `auteur="siae"` for that of a SIAE."""

    class Meta:
        model = Diagnostic

    personne = factory.SubFactory(PersonneFactory)
    auteur = "prescripteur"
    organisation = factory.SubFactory(OrganisationFactory)
    debut = date(2026, 1, 5)
    fin = date(2026, 7, 5)


class CritereFactory(DjangoModelFactory[CritereRetenu]):
    class Meta:
        model = CritereRetenu

    diagnostic = factory.SubFactory(DiagnosticFactory)
    code = "rsa"
    niveau = 1


class DemandeFactory(DjangoModelFactory[DemandeProlongation]):
    class Meta:
        model = DemandeProlongation

    titre = factory.SubFactory(TitreFactory)
    siae = factory.SubFactory(SiaeFactory)
    destinataire = factory.SubFactory(OrganisationFactory)
    motif = "rqth"
    jours = 365
    bilan = "Le permis reste à passer."
    demandee_le = date(2026, 6, 1)
    echeance = date(2026, 7, 1)


class AvisCtaFactory(DjangoModelFactory[AvisCta]):
    class Meta:
        model = AvisCta

    titre = factory.SubFactory(TitreFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    rendu_le = date(2026, 6, 1)
    texte = "Le comité convient d’une suspension."


class AgrementFactory(TitreFactory):
    """An agrément of two years, given for a SIAE."""

    regime = "agrement"
    siae = factory.SubFactory(SiaeFactory)
    debut = date(2019, 1, 7)
    duree_jours = 731


class ExtensionFactory(DjangoModelFactory[Extension]):
    class Meta:
        model = Extension

    titre = factory.SubFactory(AgrementFactory)
    siae = factory.SubFactory(SiaeFactory)
    debut = date(2019, 6, 3)


def entourage(**fields: Any) -> SimpleNamespace:
    """Return a person, the SIAE that employs them and a prescripteur who follows them, each with an account."""
    cip = member("siae_accompagnement")
    adviser = member("prescripteur", "prescripteur")
    siae = SiaeFactory(organisation=cip.membre.organisation, type_siae=fields.pop("type_siae", "ACI"))  # type: ignore[union-attr]
    personne = PersonneFactory(**fields)
    RelationFactory(personne=personne, organisation=siae.organisation, debut=date(2018, 1, 1))
    RelationFactory(
        personne=personne,
        organisation=adviser.membre.organisation,  # type: ignore[union-attr]
        type="prescription",
        debut=date(2018, 1, 1),
    )
    personne.refresh_from_db()
    return SimpleNamespace(personne=personne, siae=siae, cip=cip, adviser=adviser)
