"""News of the persons who left."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import Enquete
from tests.factories.parcours import SortieFactory


class EnqueteFactory(DjangoModelFactory[Enquete]):
    class Meta:
        model = Enquete

    sortie = factory.SubFactory(SortieFactory)
    mois = 3
    echeance = date(2026, 10, 5)
    expire_le = date(2026, 11, 19)
