"""Needs observed, made by hand."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.domains.diagnostics.models import NoteBesoin
from tests.factories.accounts import OrganisationFactory


class NoteBesoinFactory(DjangoModelFactory[NoteBesoin]):
    class Meta:
        model = NoteBesoin

    organisation = factory.SubFactory(OrganisationFactory)
    niveau = "departement"
    code = "95"
    annee = 2026
    theme = "mobilite"
    gravite = 2
    texte = "Les bus ne passent pas avant sept heures."
    creee_le = date(2026, 11, 23)
