"""What contracts need besides: an employer who acts, a person whom they follow, the user of an assignment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import factory
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import MiseADisposition
from maillage.references.accounts.enums import ProfilMembre
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ContratFactory, TitreFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae


class MiseADispositionFactory(DjangoModelFactory[MiseADisposition]):
    class Meta:
        model = MiseADisposition

    contrat = factory.SubFactory(ContratFactory, type="mission")
    nature = "entreprise"
    denomination = "Entreprise d’essai"


def employer(type_siae: str = "ACI") -> tuple[User, Siae]:
    """Return who directs an organisation, and its SIAE."""
    organisation = OrganisationFactory()
    return member(ProfilMembre.SIAE_DIRECTION, organisation=organisation), SiaeFactory(
        organisation=organisation, type_siae=type_siae
    )


def followed(
    user: User, *, titre: date | None = date(2026, 1, 5), type_relation: str = "candidature", **fields: Any
) -> Personne:
    """Return a person whose file is open to an organisation, with a PASS IAE from a day if any."""
    assert user.membre
    personne = PersonneFactory(**fields)
    RelationFactory(personne=personne, organisation=user.membre.organisation, type=type_relation, referent=user.membre)
    if titre is not None:
        TitreFactory(personne=personne, debut=titre)
    personne.refresh_from_db()
    return personne
