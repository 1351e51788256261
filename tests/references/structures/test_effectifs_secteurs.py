"""Women, men and hours by sector: constraints, and who records them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.structures.models import EffectifSecteur
from maillage.references.structures.services.effectifs_secteurs import LigneEffectif, record_effectifs_secteurs
from tests.factories.accounts import UserFactory
from tests.factories.structures import EffectifSecteurFactory, SecteurFactory, SiaeFactory

pytestmark = pytest.mark.django_db

COMMON: dict[str, Any] = {"on": date(2026, 11, 23), "source": "essai"}


def test_the_database_refuses_the_same_year_twice_and_negative_hours() -> None:
    known = EffectifSecteurFactory()
    twice = EffectifSecteur(siae=known.siae, secteur=known.secteur, annee=known.annee)
    negative = EffectifSecteur(siae=known.siae, secteur=SecteurFactory(), annee=2025, heures=-1)
    for row, constraint, message in (
        (twice, "effectif_secteur_unique", "L’effectif de ce secteur est déjà saisi pour cette année."),
        (negative, "effectif_secteur_heures", "Un nombre d’heures n’est pas négatif."),
    ):
        with pytest.raises(ValidationError) as error:
            row.validate_constraints()
        assert error.value.messages == [message]
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()


def test_a_change_is_kept_in_the_history_of_the_row_and_in_the_journal() -> None:
    siae, secteur = SiaeFactory(), SecteurFactory()
    line = LigneEffectif(siae.organisation.siret, "ACI", secteur.code, 2025, 8, None, Decimal(1000))
    more = LigneEffectif(siae.organisation.siret, "ACI", secteur.code, 2025, None, 12, None)
    done = [record_effectifs_secteurs(lignes=[each], actor=None, **COMMON) for each in (line, line, more)]
    assert done == [["cree"], ["inchange"], ["modifie"]]
    row = EffectifSecteur.objects.get()
    assert (row.femmes, row.hommes, row.heures) == (8, 12, Decimal(1000))
    assert list(row.events.order_by("pgh_id").values_list("femmes", "hommes")) == [(8, None), (8, 12)]
    assert Acte.objects.filter(acte="siae.effectifs", objet_id=siae.pk).count() == 2


def test_only_operators_record_headcounts() -> None:
    with pytest.raises(Refused):
        record_effectifs_secteurs(lignes=[], actor=UserFactory(), **COMMON)
    assert record_effectifs_secteurs(lignes=[], actor=UserFactory(exploitant=True), **COMMON) == []
