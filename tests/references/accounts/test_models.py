"""What the database refuses of organisations and accounts."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from maillage.references.accounts.models import CodeSecours, IdentiteProConnect, Organisation, User
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


def test_an_anonymised_account_is_closed_and_has_no_name() -> None:
    for kept in ({"is_active": True}, {"is_active": False, "nom": "Essai"}, {"is_active": False, "prenom": "Camille"}):
        user = User(email="x@maillage.example", anonymise_le=timezone.now(), **kept)
        with pytest.raises(ValidationError) as error:
            user.validate_constraints()
        assert error.value.messages == ["Un compte anonymisé est fermé et ne garde pas de nom."]
        with pytest.raises(IntegrityError, match="user_anonymise_sans_nom"), transaction.atomic():
            user.save()


def test_an_account_has_a_recovery_code_once() -> None:
    first = CodeSecours.objects.create(user=UserFactory(), empreinte="a" * 64)
    CodeSecours.objects.create(user=UserFactory(), empreinte=first.empreinte)
    again = CodeSecours(user=first.user, empreinte=first.empreinte)
    with pytest.raises(ValidationError, match="Ce code existe déjà"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="code_secours_unique"), transaction.atomic():
        again.save()


def test_an_identity_of_proconnect_opens_one_account() -> None:
    first = IdentiteProConnect.objects.create(user=UserFactory(), emetteur="https://a.example", sub="1")
    IdentiteProConnect.objects.create(user=UserFactory(), emetteur="https://b.example", sub=first.sub)
    again = IdentiteProConnect(user=UserFactory(), emetteur=first.emetteur, sub=first.sub)
    with pytest.raises(ValidationError, match="Cette identité ProConnect a déjà un compte"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="proconnect_identite_unique"), transaction.atomic():
        again.save()
