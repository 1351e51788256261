"""Accounts and organisations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from stdnum import luhn

from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Invitation, Membre, Organisation, User


def siret(number: int) -> str:
    """Return a SIRET with right keys, of a SIREN that Sirene never gave (00…)."""
    siren = f"00{number:06}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@maillage.example")
    password = "correct-horse-battery"

    class Params:
        exploitant = factory.Trait(is_staff=True)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    siret = factory.Sequence(lambda n: siret(n + 1))  # a SIREN of zeros is nobody's
    denomination = factory.Sequence(lambda n: f"Association {n}")
    types = ("siae",)


class MembreFactory(DjangoModelFactory[Membre]):
    class Meta:
        model = Membre

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    profil = ProfilMembre.SIAE_DIRECTION


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invitee{n}@maillage.example")
    prenom = "Personne"
    nom = "Invitée"
    profil = ProfilMembre.SIAE_ACCOMPAGNEMENT
    auteur = factory.SubFactory(UserFactory)
    expire_le = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


def member(profil: str, type_organisation: str = "siae", **fields: Any) -> User:
    """Return an account that acts for a new organisation of this kind, in this role."""
    organisation = fields.pop("organisation", None) or OrganisationFactory(types=[type_organisation])
    return MembreFactory(profil=profil, organisation=organisation, **fields).user
