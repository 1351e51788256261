"""A CIP and the person whom her SIAE employs, a host, a trade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from maillage.domains.entreprises.rules.immersions import FicheImmersion
from maillage.domains.entreprises.services.immersions import write_immersion
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import MembreFactory, OrganisationFactory, member
from tests.factories.economie import EmployeurFactory, RomeFactory
from tests.factories.entreprises import TODAY
from tests.factories.parcours import ContratFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from maillage.domains.entreprises.models import Immersion
    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

FICHE = FicheImmersion(
    objectif="confirmer",
    debut=TODAY + timedelta(days=14),
    fin=TODAY + timedelta(days=28),
    jours_semaine=(1, 2, 3, 4, 5),
    heures_semaine=Decimal(26),
    horaires="8 h – 13 h",
    activites="Entretien des locaux",
    adresse="1 rue de l’Essai",
    accueil_nom="Responsable Fictive",
    accueil_email="accueil@maillage.example",
    tuteur_nom="Tuteur Fictif",
    tuteur_fonction="chef d’équipe",
    tuteur_email="tuteur@maillage.example",
)


@pytest.fixture
def cip(db: None) -> User:
    return member(P.SIAE_ACCOMPAGNEMENT)


@pytest.fixture
def contrat(cip: User) -> Contrat:
    """A CDDI of a year whose person the CIP follows."""
    assert cip.membre
    organisation = cip.membre.organisation
    organisation.email = "siae@maillage.example"
    organisation.save()
    person = PersonneFactory(email="personne@maillage.example", nom="Bruyère", prenom="Ondeline")
    RelationFactory(personne=person, organisation=organisation)
    made = ContratFactory(
        personne=person,
        siae=SiaeFactory(organisation=organisation),
        debut=TODAY - timedelta(days=100),
        fin_prevue=TODAY + timedelta(days=265),
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def personne(contrat: Contrat) -> Personne:
    person = contrat.personne
    person.refresh_from_db()
    return person


@pytest.fixture
def write(cip: User, contrat: Contrat, personne: Personne) -> Callable[..., Immersion]:
    """Write a convention as the CIP does."""

    def write_one(**more: Any) -> Immersion:
        assert cip.membre
        given = {"employeur": None, "rome": None, **more}
        fiche = given.pop("fiche", FICHE)
        options = {
            "personne": personne,
            "contrat": contrat,
            "prescripteur": cip.membre.organisation,
            "actor": cip,
            "on": TODAY,
            **given,
            "employeur": given["employeur"] or EmployeurFactory(),
            "rome": given["rome"] or RomeFactory(),
        }
        return write_immersion(fiche=fiche, **options)

    return write_one


@pytest.fixture
def conseiller(personne: Personne) -> User:
    """An adviser of France Travail who follows the same person."""
    organisation = OrganisationFactory(types=["ft_agence"], email="")
    RelationFactory(personne=personne, organisation=organisation, type="conseil_emploi")
    return MembreFactory(profil=P.EMPLOI_CONSEILLER, organisation=organisation).user
