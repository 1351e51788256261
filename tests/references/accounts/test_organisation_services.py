"""Creating organisations, inviting, joining, changing role, leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.events import subscribe
from maillage.references.accounts.models import Invitation, Membre, Organisation, User
from maillage.references.accounts.queries.membres import read_invitation, sign_invitation
from maillage.references.accounts.queries.organisations import list_evenements, list_organisations
from maillage.references.accounts.rules import FicheOrganisation
from maillage.references.accounts.services.invitations import InvitationAcceptee, accept, invite, join, resend, revoke
from maillage.references.accounts.services.limites import hit_envoi
from maillage.references.accounts.services.membres import MembreAjoute, MembreParti, change_membre, end_membre
from maillage.references.accounts.services.organisations import create_organisation, update_organisation
from maillage.references.territoires.enums import Niveau
from tests.factories.accounts import (
    InvitationFactory,
    MembreFactory,
    OrganisationFactory,
    UserFactory,
    member,
    siret,
)
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
SECRET = "mot-de-passe-assez-long"


def link(lien: str) -> str:
    return f"https://maillage.example/{lien}"


def codes(act: Callable[..., Any], **arguments: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return [(reason.code, reason.field) for reason in refused.value.refusals]


@pytest.fixture
def directrice() -> User:
    """Return the director of a chantier, who administers it."""
    return member("siae_direction", administrateur=True, user__prenom="Direction", user__nom="Fictive")


def of(user: User) -> Organisation:
    assert user.membre is not None
    return user.membre.organisation


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def request_() -> Any:
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    request = RequestFactory().post("/")
    request.session = SessionStore()
    return request


def test_the_message_says_who_invites_to_do_what_until_when(directrice: User, run_jobs: Callable[[], int]) -> None:
    invitation = invite(
        organisation=of(directrice),
        email=" cip@maillage.example ",
        prenom="Conseil",
        nom="Fictif",
        profil="siae_accompagnement",
        actor=directrice,
        link=link,
    )
    run_jobs()

    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["cip@maillage.example"],
        f"Invitation à rejoindre {of(directrice)} sur Maillage",
    )
    assert f"Direction Fictive vous invite à rejoindre {of(directrice)}" in message.body
    assert "Votre rôle\u202f: conseil en insertion (CIP).\n" in message.body
    [lien] = re.findall(r"https://maillage\.example/(\S+)", message.body)
    assert read_invitation(lien) == invitation
    assert invitation.expire_le - timezone.now() > timedelta(days=13, hours=23)
    [acte] = audit.history(of(directrice))
    assert (acte.acte, acte.details) == (
        "invitation.send",
        {"profil": "siae_accompagnement", "administrateur": False},
    )


@pytest.mark.parametrize(
    ("email", "profil", "expected"),
    [
        ("Membre@maillage.example", "siae_direction", [("deja_membre", "email")]),
        ("INVITEE@maillage.example", "siae_direction", [("deja_invite", "email")]),
        ("cip@maillage.example", "etat_region", [("role_non_offert", "profil")]),
    ],
)
def test_an_invitation_is_refused_and_says_why(
    directrice: User, email: str, profil: str, expected: list[tuple[str, str]]
) -> None:
    MembreFactory(organisation=of(directrice), user__email="membre@maillage.example")
    InvitationFactory(organisation=of(directrice), email="invitee@maillage.example")

    found = codes(invite, organisation=of(directrice), email=email, profil=profil, actor=directrice, link=link)

    assert found == expected


@pytest.mark.parametrize("who", ["a member", "an administrator of another one", "nobody"])
def test_only_administrators_and_operators_invite(directrice: User, who: str) -> None:
    actor = {
        "a member": lambda: member("siae_direction", organisation=of(directrice)),
        "an administrator of another one": lambda: member("siae_direction", administrateur=True),
        "nobody": UserFactory,
    }[who]()

    arguments = {"organisation": of(directrice), "email": "a@maillage.example", "profil": "siae_direction"}

    assert codes(invite, actor=actor, link=link, **arguments) == [("interdit", None)]
    assert Invitation.objects.count() == 0
    invite(actor=UserFactory(exploitant=True), link=link, **arguments)


@pytest.mark.parametrize("who", ["an operator", "an administrator whose own role reads nobody"])
def test_who_may_give_a_role_that_reads_people_invites_by_a_verified_session(settings: Any, who: str) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True
    organisation = OrganisationFactory()
    administrator = member("siae_encadrement", organisation=organisation, administrateur=True)
    actor = UserFactory(exploitant=True) if who == "an operator" else administrator
    arguments = {"organisation": organisation, "email": "a@b.example", "profil": "dpo", "actor": actor, "link": link}

    actor.second_facteur_verifie = False
    assert codes(invite, **arguments) == [("interdit", None)]
    actor.second_facteur_verifie = True
    invite(**arguments)


def test_nobody_invites_in_bulk(directrice: User) -> None:
    for _ in range(60):
        hit_envoi(directrice)
    arguments = {"organisation": of(directrice), "email": "a@b.example", "profil": "dpo", "actor": directrice}

    assert codes(invite, link=link, **arguments) == [("trop_d_essais", None)]
    waiting = InvitationFactory(organisation=of(directrice))
    assert codes(resend, invitation=waiting, actor=directrice, link=link) == [("trop_d_essais", None)]


def test_a_new_link_makes_the_former_one_void(directrice: User) -> None:
    past = timezone.now() - timedelta(days=1)
    invitation = InvitationFactory(organisation=of(directrice), expire_le=past)
    former = sign_invitation(invitation)
    assert codes(read_invitation, lien=former) == [("invitation_expiree", None)]

    sent = resend(invitation=invitation, actor=directrice, link=link)

    assert (sent.envois, sent.expire_le > timezone.now()) == (2, True)
    assert codes(read_invitation, lien=former) == [("lien_remplace", None)]
    assert read_invitation(sign_invitation(sent)) == invitation


def test_a_revoked_invitation_opens_nothing_and_cannot_be_sent_again(directrice: User) -> None:
    invitation = InvitationFactory(organisation=of(directrice))

    revoke(invitation=invitation, actor=directrice)

    assert codes(read_invitation, lien=sign_invitation(invitation)) == [("invitation_revoquee", None)]
    assert codes(resend, invitation=invitation, actor=directrice, link=link) == [("deja_repondue", None)]


def test_a_link_that_was_touched_opens_nothing() -> None:
    lien = sign_invitation(InvitationFactory())

    for wrong in (lien[:-1], f"x{lien}", "", "a:b:c", lien.replace(":", "", 1)):
        assert codes(read_invitation, lien=wrong) == [("lien_altere", None)]


def test_a_new_person_makes_an_account_and_joins_in_one_act(
    directrice: User, request_: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[Any] = []
    subscribe(InvitationAcceptee, told.append)
    subscribe(MembreAjoute, told.append)
    invitation = InvitationFactory(organisation=of(directrice), email="Cip@maillage.example", administrateur=True)

    with django_capture_on_commit_callbacks(execute=True):
        membre = join(
            request=request_, lien=sign_invitation(invitation), prenom="Conseil", nom="Fictif", password=SECRET
        )

    invitation.refresh_from_db()
    assert (str(membre.user), membre.user.check_password(SECRET)) == ("Conseil Fictif", True)
    assert (membre.profil, membre.administrateur, membre.organisation) == (
        "siae_accompagnement",
        True,
        of(directrice),
    )
    assert (invitation.etat, invitation.membre) == ("acceptee", membre)
    assert told == [InvitationAcceptee(str(invitation.public_id)), MembreAjoute(str(membre.public_id))]
    assert request_.session["_auth_user_id"] == str(membre.user.pk)
    assert codes(read_invitation, lien=sign_invitation(invitation)) == [("invitation_acceptee", None)]


def test_a_weak_password_creates_nothing(request_: Any) -> None:
    lien = sign_invitation(InvitationFactory())
    before = User.objects.count()

    found = codes(join, request=request_, lien=lien, prenom="A", nom="B", password="court")

    assert set(found) == {("mot_de_passe", "password")}
    assert (User.objects.count(), Membre.objects.count()) == (before, 0)


def test_an_address_that_has_an_account_is_not_given_a_second_one(request_: Any) -> None:
    user = UserFactory(email="cip@maillage.example")
    lien = sign_invitation(InvitationFactory(email="CIP@maillage.example"))

    assert codes(join, request=request_, lien=lien, prenom="A", nom="B", password=SECRET) == [("compte_existant", None)]
    assert accept(request=request_, lien=lien, actor=user).user == user


def test_an_invitation_is_for_its_address_and_for_an_open_account_once(request_: Any) -> None:
    invitation = InvitationFactory()
    lien = sign_invitation(invitation)
    user = UserFactory(email=invitation.email, is_active=False)

    assert codes(accept, request=request_, lien=lien, actor=UserFactory()) == [("autre_compte", None)]
    assert codes(accept, request=request_, lien=lien, actor=user) == [("compte_ferme", None)]
    user.is_active = True
    MembreFactory(user=user, organisation=invitation.organisation)
    assert codes(accept, request=request_, lien=lien, actor=user) == [("deja_membre", None)]


def test_an_operator_never_holds_a_role_that_reads_people(request_: Any) -> None:
    """Who operates everything could otherwise invite themselves into any file."""
    operator = UserFactory(exploitant=True)
    chantier = OrganisationFactory()
    waiting = InvitationFactory(organisation=chantier, email=operator.email, profil="dpo")
    membre = MembreFactory(organisation=chantier, user=operator, profil="siae_encadrement", administrateur=True)
    refused = [("exploitant", "profil")]
    other = OrganisationFactory()
    arguments = {"actor": operator, "link": link, "email": operator.email.upper()}

    assert codes(invite, organisation=other, profil="siae_direction", **arguments) == refused
    assert codes(change_membre, membre=membre, profil="dpo", administrateur=True, actor=operator) == refused
    end_membre(membre=membre, actor=operator)
    assert codes(accept, request=request_, lien=sign_invitation(waiting), actor=operator) == refused

    invite(organisation=other, profil="siae_encadrement", **arguments)


def test_a_role_that_is_offered_no_longer_is_not_joined(request_: Any) -> None:
    invitation = InvitationFactory()
    Organisation.objects.filter(pk=invitation.organisation_id).update(types=["donneur_ordre_public"])
    user = UserFactory(email=invitation.email)

    assert codes(accept, request=request_, lien=sign_invitation(invitation), actor=user) == [
        ("role_non_offert", "profil")
    ]


def test_an_ended_membership_is_kept_and_opens_nothing(
    directrice: User, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[Any] = []
    subscribe(MembreParti, told.append)
    cip = member("siae_accompagnement", organisation=of(directrice))
    membre = Membre.objects.get(user=cip)

    with django_capture_on_commit_callbacks(execute=True):
        end_membre(membre=membre, actor=directrice)

    assert (fresh(cip).membre, Membre.objects.filter(user=cip).count()) == (None, 1)
    assert told == [MembreParti(str(membre.public_id))]
    assert codes(end_membre, membre=membre, actor=directrice) == [("deja_parti", None)]
    assert [each.acte for each in audit.history(of(directrice))] == ["membre.end"]


def test_a_member_leaves_by_themself_and_removes_nobody_else(directrice: User) -> None:
    cip = member("siae_accompagnement", organisation=of(directrice))

    assert codes(end_membre, membre=Membre.objects.get(user=directrice), actor=cip) == [("interdit", None)]
    end_membre(membre=Membre.objects.get(user=cip), actor=cip)
    assert fresh(cip).membre is None


def test_the_last_administrator_leaves_only_by_an_operator(directrice: User) -> None:
    membre = Membre.objects.get(user=directrice)
    MembreFactory(organisation=of(directrice), administrateur=True, user__is_active=False)

    assert codes(end_membre, membre=membre, actor=directrice) == [("dernier_administrateur", None)]
    assert codes(change_membre, membre=membre, profil="siae_direction", administrateur=False, actor=directrice) == [
        ("dernier_administrateur", None)
    ]
    end_membre(membre=membre, actor=UserFactory(exploitant=True))
    assert list(list_organisations(sans_administrateur=True)) == [of(directrice)]


def test_a_change_of_role_ends_one_membership_and_begins_another_at_the_same_instant(directrice: User) -> None:
    cip = member("siae_accompagnement", organisation=of(directrice))

    new = change_membre(
        membre=Membre.objects.get(user=cip), profil="siae_encadrement", administrateur=True, actor=directrice
    )

    old, current = Membre.objects.filter(user=cip).order_by("debut")
    assert (old.profil, old.fin, current, current.fin) == ("siae_accompagnement", current.debut, new, None)
    assert fresh(cip).membre == new
    same = change_membre(membre=new, profil="siae_encadrement", administrateur=True, actor=directrice)
    assert (same, Membre.objects.filter(user=cip).count()) == (new, 2)
    assert codes(change_membre, membre=new, profil="opco", administrateur=False, actor=directrice) == [
        ("role_non_offert", "profil")
    ]


def test_the_journal_reads_in_words(directrice: User, request_: Any) -> None:
    invitation = InvitationFactory(organisation=of(directrice))
    join(request=request_, lien=sign_invitation(invitation), prenom="Conseil", nom="Fictif", password=SECRET)

    [evenement] = list_evenements(of(directrice))

    assert (evenement.acte, evenement.auteur, evenement.membre, evenement.precisions) == (
        "Invitation acceptée",
        "Conseil Fictif",
        "Conseil Fictif",
        "rôle\u202f: conseil en insertion (CIP)",
    )


FICHE = FicheOrganisation(
    siret=siret(8001), denomination="Mission locale du Tilleul", types=("mission_locale",), naf="88.99B"
)


def test_an_operator_creates_an_organisation_attached_and_competent() -> None:
    TerritoireFactory(niveau=Niveau.DEPARTEMENT, code="95", nom="Val-d’Oise", departement="95")
    parent = OrganisationFactory()
    fiche = FicheOrganisation(
        siret(8001), "CCAS du Tilleul", ("siae", "ccas"), parent=parent.siret, competences=(("departement", "95"),)
    )

    organisation = create_organisation(fiche=fiche, actor=UserFactory(exploitant=True))

    assert (organisation.types, organisation.parent) == (["siae", "ccas"], parent)
    [found] = list_organisations(departement="95")
    assert [(found, each.nom) for each in found.competences.all()] == [(organisation, "Val-d’Oise")]  # type: ignore[attr-defined]
    assert [each.acte for each in audit.history(organisation)] == ["organisation.create"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"siret": "12345678901234"}, [("siret_cle", "siret")]),
        ({"siret": siret(8002)}, [("siret_connu", "siret")]),
        ({"denomination": " ", "types": ()}, [("denomination_manquante", "denomination"), ("type_manquant", "types")]),
        ({"types": ("guilde",)}, [("type_manquant", "types")]),
        ({"naf": "B"}, [("naf_format", "naf")]),
        ({"site_web": "javascript:alert(1)"}, [("site_web_format", "site_web")]),
        ({"parent": "123"}, [("siret_format", "parent")]),
        ({"parent": siret(8003)}, [("parent_inconnu", "parent")]),
        ({"competences": (("departement", "99"),)}, [("territoire_inconnu", "competences")]),
    ],
)
def test_a_wrong_fiche_is_refused_on_its_field(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    from dataclasses import replace

    OrganisationFactory(siret=siret(8002))

    assert codes(create_organisation, fiche=replace(FICHE, **fields), actor=UserFactory(exploitant=True)) == expected


def test_only_an_operator_writes_organisations(directrice: User) -> None:
    assert codes(create_organisation, fiche=FICHE, actor=directrice) == [("interdit", None)]
    found = codes(
        update_organisation, organisation=of(directrice), fiche=FICHE, actor=directrice, nom_depuis=None, on=ON
    )
    assert found == [("interdit", None)]


def fiche_of(organisation: Organisation, **fields: Any) -> FicheOrganisation:
    return FicheOrganisation(
        **{
            "siret": organisation.siret,
            "denomination": organisation.denomination,
            "types": tuple(organisation.types),
            **fields,
        }
    )


def test_a_change_of_name_keeps_the_former_one_with_its_dates() -> None:
    operator, organisation = UserFactory(exploitant=True), OrganisationFactory(denomination="Direccte")

    for nom, depuis in (("DREETS", date(2021, 4, 1)), ("DREETS fictive", date(2025, 1, 1)), ("DREETS  Fictive", None)):
        organisation = update_organisation(
            organisation=organisation,
            fiche=fiche_of(organisation, denomination=nom),
            actor=operator,
            nom_depuis=depuis,
            on=ON,
        )

    names = organisation.anciens_noms.order_by("fin")
    assert [(each.nom, each.debut, each.dernier_jour) for each in names] == [
        ("Direccte", None, date(2021, 3, 31)),
        ("DREETS", date(2021, 4, 1), date(2024, 12, 31)),
    ]
    assert organisation.denomination == "DREETS Fictive"
    assert list(list_organisations(text="directe")) == [organisation]
    for depuis, code in ((date(2025, 1, 1), "nom_trop_tot"), (date(2027, 1, 1), "nom_a_venir")):
        found = codes(
            update_organisation,
            organisation=organisation,
            fiche=fiche_of(organisation, denomination="Autre"),
            actor=operator,
            nom_depuis=depuis,
            on=ON,
        )
        assert found == [(code, "nom_depuis")]


def test_writing_the_same_fiche_again_leaves_no_trace() -> None:
    operator, organisation = UserFactory(exploitant=True), OrganisationFactory()

    for fields in ({}, {"telephone": "01 99 00 00 00"}, {"telephone": "01 99 00 00 00"}):
        update_organisation(
            organisation=organisation, fiche=fiche_of(organisation, **fields), actor=operator, nom_depuis=None, on=ON
        )

    assert [each.details for each in audit.history(organisation)] == [{"champs": ["telephone"]}]


def test_an_organisation_is_not_attached_to_one_that_is_attached_to_it() -> None:
    operator, mother = UserFactory(exploitant=True), OrganisationFactory()
    daughter = OrganisationFactory(parent=OrganisationFactory(parent=mother))

    found = codes(
        update_organisation,
        organisation=mother,
        fiche=fiche_of(mother, parent=daughter.siret),
        actor=operator,
        nom_depuis=None,
        on=ON,
    )

    assert found == [("parent_en_boucle", "parent")]


def test_a_kind_whose_roles_are_held_stays(directrice: User) -> None:
    found = codes(
        update_organisation,
        organisation=of(directrice),
        fiche=fiche_of(of(directrice), types=("ccas",)),
        actor=UserFactory(exploitant=True),
        nom_depuis=None,
        on=ON,
    )

    assert found == [("roles_tenus", "types")]


def test_no_journal_holds_a_name_nor_an_address(directrice: User, request_: Any) -> None:
    invitation = invite(
        organisation=of(directrice),
        email="secret@maillage.example",
        prenom="Prénomsecret",
        nom="Nomsecret",
        profil="siae_direction",
        actor=directrice,
        link=link,
    )
    join(request=request_, lien=sign_invitation(invitation), prenom="Prénomsecret", nom="Nomsecret", password=SECRET)

    details = " ".join(str(each.details) for each in audit.history(of(directrice)))
    assert re.findall("secret", details) == []
    assert datetime.now(UTC) > invitation.creee_le
