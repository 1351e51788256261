"""What the database refuses of organisations and accounts."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from maillage.references.accounts.models import Organisation, User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
FORMAT_SIRET = "Un SIRET compte 14 chiffres."
FORMAT_NAF = "Un code NAF s’écrit avec quatre chiffres et une lettre : 8899B."


@pytest.mark.parametrize(
    ("row", "constraint", "message"),
    [
        (
            Organisation(siret="1234567890123", types=["siae"], denomination="A"),
            "organisation_siret_14_chiffres",
            FORMAT_SIRET,
        ),
        (
            Organisation(siret="1234567890123A", types=["siae"], denomination="A"),
            "organisation_siret_14_chiffres",
            FORMAT_SIRET,
        ),
        (
            Organisation(siret="00000001800010", types=["siae"], denomination="A", naf="B8899"),
            "organisation_naf_format",
            FORMAT_NAF,
        ),
        (
            User(email="COMPTE@maillage.example"),
            "user_email_sans_casse",
            "Un compte existe déjà avec cette adresse électronique.",
        ),
    ],
    ids=["13 digits", "a letter", "NAF in another form", "same address in another case"],
)
def test_the_database_refuses_and_says_why_in_french(row: Model, constraint: str, message: str) -> None:
    UserFactory(email="compte@maillage.example")
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [message]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()
