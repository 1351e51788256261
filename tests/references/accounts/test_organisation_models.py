"""What the database refuses of organisations, names, lands, members and invitations, and what it keeps of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from maillage.references.accounts.models import AncienNom, Competence, Invitation, Membre, Organisation
from tests.factories.accounts import InvitationFactory, MembreFactory, OrganisationFactory, UserFactory, siret

pytestmark = pytest.mark.django_db
DEBUT, MILIEU, FIN = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6, 9))


def refused(row: Model, constraint: str, message: str) -> None:
    """Check that the database refuses a row by this constraint, and that a form would say why."""
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [message]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_an_organisation_is_of_a_kind_and_not_its_own_parent() -> None:
    without = Organisation(siret=siret(9001), denomination="A", types=[])
    refused(without, "organisation_a_un_type", "Une organisation est d’un type au moins.")
    organisation = OrganisationFactory()
    organisation.parent = organisation
    refused(organisation, "organisation_pas_sa_propre_mere", "Une organisation n’est pas rattachée à elle-même.")


def test_a_siret_belongs_to_one_organisation() -> None:
    other = Organisation(siret=OrganisationFactory().siret, denomination="B", types=["siae"])
    with pytest.raises(IntegrityError, match="accounts_organisation_siret"), transaction.atomic():
        other.save()


def test_a_former_name_ends_after_its_beginning_and_alone() -> None:
    organisation = OrganisationFactory()
    AncienNom.objects.create(organisation=organisation, nom="A", fin=date(2021, 4, 1))
    same_day = AncienNom(organisation=organisation, nom="B", debut=date(2023, 1, 1), fin=date(2023, 1, 1))
    refused(same_day, "ancien_nom_periode", "La fin d’un nom suit son début.")
    both = AncienNom(organisation=organisation, nom="C", debut=date(2021, 1, 1), fin=date(2022, 1, 1))
    refused(both, "ancien_nom_sans_chevauchement", "Une organisation n’a qu’un nom à la fois.")
    AncienNom.objects.create(organisation=organisation, nom="D", debut=date(2021, 4, 1), fin=date(2022, 1, 1))


def test_a_competence_is_written_once() -> None:
    competence = Competence.objects.create(organisation=OrganisationFactory(), niveau="departement", code="95")
    twin = Competence(organisation=competence.organisation, niveau="departement", code="95")
    refused(twin, "competence_unique", "Ce territoire est déjà de la compétence de l’organisation.")


def test_a_member_holds_a_known_role_one_at_a_time() -> None:
    user, organisation = UserFactory(), OrganisationFactory()
    common = {"user": user, "organisation": organisation}
    refused(Membre(profil="chef", **common), "membre_profil", "Ce rôle n’existe pas.")
    MembreFactory(debut=DEBUT, fin=MILIEU, **common)
    MembreFactory(debut=MILIEU, fin=FIN, **common)  # the very instant at which the first one ends
    refused(
        Membre(profil="siae_direction", debut=DEBUT, **common),
        "membre_une_fois_a_la_fois",
        "Cette personne est déjà membre de l’organisation.",
    )


def test_a_membership_ends_after_its_beginning() -> None:
    membre = Membre(
        user=UserFactory(), organisation=OrganisationFactory(), profil="siae_direction", debut=FIN, fin=DEBUT
    )
    with pytest.raises(IntegrityError, match="membre_periode"), transaction.atomic():
        membre.save()
    # Validated as a whole, PostgreSQL would first refuse to make the range of the exclusion.
    [period] = [each for each in Membre._meta.constraints if each.name == "membre_periode"]
    with pytest.raises(ValidationError, match="La fin suit le début"):
        period.validate(Membre, membre)


def test_an_address_has_one_pending_invitation_in_each_organisation() -> None:
    first = InvitationFactory(email="cip@maillage.example")
    common = {"organisation": first.organisation, "auteur": first.auteur, "expire_le": FIN}
    refused(
        Invitation(email="CIP@maillage.example", profil="siae_direction", **common),
        "invitation_une_en_attente",
        "Cette personne a déjà une invitation en attente.",
    )
    refused(
        Invitation(email="b@maillage.example", profil="chef", **common), "invitation_profil", "Ce rôle n’existe pas."
    )
    InvitationFactory(email="cip@maillage.example")


@pytest.mark.parametrize(
    "fields",
    [
        {"etat": "acceptee", "reponse_le": FIN},
        {"etat": "revoquee"},
        {"etat": "en_attente", "reponse_le": FIN},
        {"etat": "perdue"},
    ],
    ids=["accepted by nobody", "revoked on no day", "answered while it waits", "a state that is none"],
)
def test_an_invitation_goes_with_its_answer(fields: dict[str, object]) -> None:
    waiting = InvitationFactory.build(organisation=OrganisationFactory(), auteur=UserFactory(), **fields)
    refused(
        waiting,
        "invitation_etat_et_reponse",
        "Une invitation acceptée a son membre et sa date, une révoquée sa date.",
    )


@pytest.mark.parametrize(
    ("make", "column", "before", "after"),
    [
        (lambda of: Competence(organisation=of, niveau="departement", code="95"), "code", "95", "77"),
        (lambda of: AncienNom(organisation=of, nom="Direccte", fin=date(2021, 4, 1)), "nom", "Direccte", "Dirrecte"),
    ],
    ids=["land", "name"],
)
def test_a_row_that_goes_leaves_its_history(
    make: Callable[[Organisation], Model], column: str, before: str, after: str
) -> None:
    row = make(OrganisationFactory())
    row.save()
    setattr(row, column, after)
    row.save()
    row.delete()

    history = apps.get_model("accounts", f"{type(row).__name__}Event").objects.order_by("pgh_id")
    assert list(history.values_list("pgh_label", column)) == [("insert", before), ("update", after), ("delete", after)]
