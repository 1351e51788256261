"""Cooperation conventions: rules, constraints, acts of each party, who reads what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import ConventionCooperation
from maillage.domains.parcours.queries.cooperation import get_convention, list_attentes, list_conventions, partners
from maillage.domains.parcours.queries.invariants_cooperation import INVARIANTS
from maillage.domains.parcours.rules.cooperation import (
    Engagement,
    check_denonciation,
    check_engagements,
    check_fiche,
    check_submission,
    etat_lu,
    next_period,
    shift,
)
from maillage.domains.parcours.services import cooperation as acts
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, Notification
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours_cooperation import ConventionFactory, EngagementFactory, PartieFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from maillage.references.accounts.models import User

TODAY = timezone.localdate()
DEBUT, FIN = date(2026, 1, 1), date(2027, 1, 1)
db = pytest.mark.django_db


@pytest.mark.parametrize(
    ("etat", "on", "lu"),
    [
        ("projet", date(2028, 1, 1), "projet"),
        ("vigueur", date(2025, 12, 31), "a_venir"),
        ("vigueur", DEBUT, "vigueur"),
        ("vigueur", date(2026, 12, 31), "vigueur"),
        ("vigueur", FIN, "echue"),
        ("denoncee", FIN, "denoncee"),
    ],
)
def test_the_days_of_a_signed_convention_tell_its_state(etat: str, on: date, lu: str) -> None:
    assert etat_lu(etat, DEBUT, FIN, on) == lu


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"fin": DEBUT}, ["periode"]),
        ({"parties": [1]}, ["parties"]),
        ({"parties": [1, 1]}, ["parties"]),
        ({"parties": [2, 3]}, ["parties"]),
    ],
)
def test_what_a_draft_says(fields: dict[str, Any], codes: list[str]) -> None:
    told = {"debut": DEBUT, "fin": FIN, "parties": [1, 2], "proposant": 1} | fields
    assert [each.code for each in check_fiche(**told)] == codes


@pytest.mark.parametrize(
    ("engagement", "codes"),
    [
        (Engagement("Ouvrir"), []),
        (Engagement("Ouvrir", None, 3, "places", date(2026, 12, 31)), []),
        (Engagement("Ouvrir", None, None, "places"), ["unite_seule"]),
        (Engagement("Ouvrir", avant_le=FIN), ["hors_periode"]),
    ],
)
def test_what_a_promise_says(engagement: Engagement, codes: list[str]) -> None:
    assert [each.code for each in check_engagements([engagement], debut=DEBUT, fin=FIN)] == codes


def test_a_draft_is_sent_with_a_promise_and_days_to_come() -> None:
    codes = [each.code for each in check_submission(engagements=0, fin=FIN, on=FIN)]
    assert codes == ["sans_engagement", "deja_finie"]
    assert check_submission(engagements=1, fin=FIN, on=DEBUT) == []


@pytest.mark.parametrize(
    ("effet", "codes"),
    [
        (date(2026, 6, 1), []),
        (date(2026, 5, 31), ["effet_passe"]),
        (FIN, ["effet_hors_periode"]),
    ],
)
def test_when_a_convention_may_be_denounced(effet: date, codes: list[str]) -> None:
    found = check_denonciation(effet, debut=DEBUT, fin=FIN, on=date(2026, 6, 1))
    assert [each.code for each in found] == codes


def test_the_next_convention_begins_where_the_last_ends() -> None:
    assert next_period(DEBUT, FIN) == (FIN, date(2028, 1, 1))
    moved = shift(Engagement("Ouvrir", 4, 3, "places", date(2026, 6, 1)), FIN - DEBUT)
    assert moved == Engagement("Ouvrir", 4, 3, "places", date(2027, 6, 1))


@db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"fin": DEBUT}, "cooperation_periode"),
        ({"etat": "echue"}, "cooperation_etat"),
        ({"etat": "denoncee"}, "cooperation_denonciation"),
        ({"denoncee_le": date(2026, 6, 1)}, "cooperation_denonciation"),
        ({"etat": "denoncee", "motif": "Finie.", "denoncee_le": FIN}, "cooperation_denonciation"),
    ],
)
def test_convention(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ConventionFactory(**fields)


@db
@pytest.mark.parametrize(
    ("fields", "constraint"), [({"signee_le": DEBUT}, "partie_signature"), ({"twice": True}, "partie_unique")]
)
def test_partie(fields: dict[str, Any], constraint: str) -> None:
    first = PartieFactory()
    if fields.pop("twice", False):
        fields = {"organisation": first.organisation}
    with pytest.raises(IntegrityError, match=constraint):
        PartieFactory(convention=first.convention, **fields)


@db
@pytest.mark.parametrize(("fields", "constraint"), [({"unite": "places"}, "engagement_unite"), ({}, "engagement_rang")])
def test_engagement(fields: dict[str, Any], constraint: str) -> None:
    first = EngagementFactory()
    with pytest.raises(IntegrityError, match=constraint):
        EngagementFactory(convention=first.convention, rang=first.rang + bool(fields), **fields)


def direction(type_organisation: str = "siae", profil: P = P.SIAE_DIRECTION) -> User:
    """Return who signs for an organisation that carries a SIAE, or for an agency."""
    user = member(profil, type_organisation)
    if profil == P.SIAE_DIRECTION:
        SiaeFactory(organisation=user.membre.organisation)
    return user


def fiche(*others: User, **fields: Any) -> acts.FicheConvention:
    told: dict[str, Any] = {
        "objet": " Suites ",
        "debut": TODAY,
        "fin": TODAY + timedelta(365),
        "autres": [each.membre.organisation for each in others],
    }
    return acts.FicheConvention(**told | fields)


def submitted(*users: User) -> ConventionCooperation:
    made = acts.draft_convention(fiche=fiche(*users[1:]), actor=users[0])
    acts.set_engagements(convention=made, engagements=[Engagement(" Ouvrir ", None, 6, "places")], actor=users[0])
    return acts.submit_convention(convention=made, actor=users[0], on=TODAY)


def refused(service: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        service(**fields)
    return [each.code for each in caught.value.refusals]


def broken() -> list[str]:
    """Return the invariants that the database breaks."""
    found = []
    with connection.cursor() as cursor:
        for each in INVARIANTS:
            assert isinstance(each.requete, str)
            cursor.execute(each.requete)
            found += [each.code] * len(cursor.fetchall())
    return found


@db
def test_each_party_signs_in_its_own_account_and_the_last_one_puts_it_in_force() -> None:
    siae, other = direction(), direction()
    agence = direction("ft_agence", P.EMPLOI_DIRECTION)
    made = submitted(siae, other, agence)
    assert (made.objet, made.etat, made.engagements.get().quoi) == ("Suites", "signature", "Ouvrir")
    assert Notification.objects.count() == 2
    assert [each.urgente for each in list_attentes(other)] == [True]
    for user in (siae, other):
        assert acts.sign_convention(convention=made, actor=user, on=TODAY).etat == "signature"
    assert refused(acts.sign_convention, convention=made, actor=other, on=TODAY) == ["deja_signee"]
    assert partners({siae.membre.organisation_id}, TODAY) == {}
    assert acts.sign_convention(convention=made, actor=agence, on=TODAY).etat == "vigueur"
    bound = {other.membre.organisation_id: "Suites", agence.membre.organisation_id: "Suites"}
    assert partners({siae.membre.organisation_id}, TODAY) == bound
    assert list(list_attentes(other)) == []
    codes = list(
        Acte.objects.filter(acte__startswith="parcours.convention").order_by("pk").values_list("acte", flat=True)
    )
    assert codes == [
        "parcours.convention_proposer",
        "parcours.convention_engagements",
        "parcours.convention_soumettre",
        "parcours.convention_signer",
        "parcours.convention_signer",
        "parcours.convention_signer_en_dernier",
    ]
    assert broken() == []


@db
def test_a_change_asked_for_takes_signatures_back_and_only_who_proposes_writes() -> None:
    siae, other = direction(), direction()
    made = submitted(siae, other)
    acts.sign_convention(convention=made, actor=siae, on=TODAY)
    assert refused(acts.edit_convention, convention=made, fiche=fiche(other), actor=siae) == ["non_projet"]
    assert refused(acts.send_back_convention, convention=made, motif="Non.", actor=other) == ["motif_court"]
    back = acts.send_back_convention(convention=made, motif="Comptez quatre places.", actor=other)
    assert (back.etat, back.parties.filter(signee_le__isnull=True).count()) == ("projet", 2)
    assert [each.nombre for each in list_attentes(siae)] == [1]
    third = direction()
    assert refused(acts.edit_convention, convention=made, fiche=fiche(third), actor=other) == ["autre_proposant"]
    acts.edit_convention(convention=made, fiche=fiche(third), actor=siae)
    assert set(made.parties.values_list("organisation", flat=True)) == {
        siae.membre.organisation_id,
        third.membre.organisation_id,
    }
    assert refused(acts.abandon_convention, convention=made, actor=other) == ["autre_convention"]
    assert acts.abandon_convention(convention=made, actor=siae).etat == "abandonnee"
    assert broken() == []


@db
def test_a_convention_is_renewed_once_and_denounced_for_a_reason() -> None:
    siae, other = direction(), direction()
    made = submitted(siae, other)
    assert refused(acts.renew_convention, convention=made, actor=siae) == ["non_signee"]
    for user in (siae, other):
        acts.sign_convention(convention=made, actor=user, on=TODAY)
    again = acts.renew_convention(convention=made, actor=other)
    assert (again.debut, again.fin, again.etat, again.organisation) == (
        made.fin,
        made.fin + timedelta(365),
        "projet",
        other.membre.organisation,
    )
    assert list(again.engagements.values_list("quoi", "chiffre")) == [("Ouvrir", 6)]
    assert acts.renew_convention(convention=made, actor=siae) == again
    told = {"convention": made, "actor": other, "on": TODAY, "motif": "Le chantier ferme ses portes."}
    assert refused(acts.denounce_convention, **told, effet=TODAY - timedelta(1)) == ["effet_passe"]
    assert acts.denounce_convention(**told, effet=TODAY + timedelta(30)).etat == "denoncee"
    assert partners({siae.membre.organisation_id}, TODAY) != {}
    assert partners({siae.membre.organisation_id}, TODAY + timedelta(30)) == {}
    assert broken() == []


@db
def test_a_party_carries_siae_or_is_france_travail_and_only_directions_write() -> None:
    siae, town = direction(), OrganisationFactory(types=["commune"])
    alone = fiche()
    assert refused(acts.draft_convention, fiche=alone, actor=siae) == ["parties"]
    stranger = fiche(autres=[town])
    assert refused(acts.draft_convention, fiche=stranger, actor=siae) == ["partie_etrangere"]
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.membre.organisation)
    assert refused(acts.draft_convention, fiche=fiche(direction()), actor=cip) == ["interdit"]


@db
def test_others_read_a_convention_once_it_is_signed(django_assert_max_num_queries: Any) -> None:
    siae, other, stranger = direction(), direction(), direction()
    made = submitted(siae, other)
    assert get_convention(stranger, str(made.public_id), TODAY) is None
    for user in (siae, other):
        acts.sign_convention(convention=made, actor=user, on=TODAY)
    with django_assert_max_num_queries(1):
        rows = list(list_conventions(stranger, TODAY))
    assert [(each.pk, each.etat_lu, each.la_notre, each.avec_emploi) for each in rows] == [
        (made.pk, "vigueur", False, False)
    ]


@db
def test_the_list_asks_as_many_queries_for_one_as_for_three(
    client: Client, django_assert_constant_queries: Callable[..., None]
) -> None:
    client.force_login(direction())

    def sign(number: int) -> None:
        for _ in range(number):
            made = ConventionFactory(etat="vigueur")
            PartieFactory(convention=made, organisation=made.organisation, signee=True)
            PartieFactory(convention=made, signee=True)

    django_assert_constant_queries(sign, lambda: client.get(reverse("parcours:conventions")))


@db
def test_the_screens_write_a_draft_its_promises_and_its_document(client: Client) -> None:
    siae, other = direction(), direction()
    other.membre.organisation.siae.update(nom="Jardins du Lac")
    client.force_login(siae)
    data = {
        "objet": "Suites de parcours",
        "debut": TODAY.isoformat(),
        "dernier": (TODAY + timedelta(364)).isoformat(),
        "partie_1": "jardins du lac",
    }
    answer = client.post(reverse("parcours:convention_proposer"), data)
    made = ConventionCooperation.objects.get()
    page = reverse("parcours:convention", args=[made.public_id])
    assert answer["Location"] == reverse("parcours:convention_engagements", args=[made.public_id])
    assert (made.fin, made.parties.count()) == (TODAY + timedelta(365), 2)
    promise = {"quoi_1": "Ouvrir", "chiffre_1": "6", "unite_1": "places", "chiffre_2": "3"}
    assert client.post(answer["Location"], promise).status_code == 422  # the second line says nothing
    del promise["chiffre_2"]
    assert client.post(answer["Location"], promise)["Location"] == page
    assert [label for label, _ in client.get(page).context["acts"]] == [
        "Modifier",
        "Écrire les engagements",
        "Envoyer à la signature",
        "Abandonner le projet",
    ]
    assert client.get(reverse("parcours:convention_signer", args=[made.public_id])).status_code == 409
    document = client.get(reverse("parcours:convention_pdf", args=[made.public_id]))
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")
