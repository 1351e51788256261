"""Acts on an immersion: what they write, what they refuse, who is told, what proves a signature."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from maillage.domains.entreprises.models import Immersion
from maillage.domains.entreprises.queries.attentes import list_attentes
from maillage.domains.entreprises.queries.immersions import print_of, read_link, remaining_days, sign_link
from maillage.domains.entreprises.services.immersions import (
    FicheBilan,
    cancel_immersion,
    decide_immersion,
    edit_immersion,
    remind,
    sign_by_link,
    sign_on_spot,
    write_bilan,
)
from maillage.domains.entreprises.services.relances import close_old, remind_all
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, JournalTransition, Notification
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Personne
from tests.domains.entreprises.conftest import FICHE
from tests.factories.accounts import MembreFactory, OrganisationFactory, member
from tests.factories.entreprises import TODAY, ImmersionFactory
from tests.factories.personnes import RelationFactory
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db

Write = Callable[..., Immersion]


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [each.code for each in refused.value.refusals]


def links(immersion: Immersion) -> dict[str, str]:
    immersion.refresh_from_db()
    rows = immersion.signatures.filter(signee_le=None)
    return {f"{row.document}:{row.role}": sign_link(row, immersion.version) for row in rows}


def sign_all(immersion: Immersion) -> Immersion:
    for lien in links(immersion).values():
        sign_by_link(lien=lien, nom="Nom Signé")
    immersion.refresh_from_db()
    return immersion


def accept(immersion: Immersion, actor: User) -> Immersion:
    return decide_immersion(immersion=sign_all(immersion), accord=True, actor=actor, on=TODAY)


def test_writing_sends_a_personal_link_to_each(write: Write, run_jobs: Callable[[], int]) -> None:
    immersion = write()
    run_jobs()
    assert immersion.jours == 10
    assert sorted(message.to[0] for message in mail.outbox) == [
        "accueil@maillage.example",
        "personne@maillage.example",
        "siae@maillage.example",
    ]
    assert list(immersion.signatures.order_by("role").values_list("role", flat=True)) == [
        "accueil",
        "beneficiaire",
        "employeur",
    ]
    assert Acte.objects.filter(acte="entreprises.rediger").count() == 1


def test_the_last_signature_hands_the_convention_to_the_prescripteur(write: Write, cip: User) -> None:
    immersion = write()
    seen = []
    for lien in links(immersion).values():
        sign_by_link(lien=lien, nom="Nom Signé")
        immersion.refresh_from_db()
        seen.append(str(immersion.etat))
    assert seen == ["signee_partie", "signee_partie", "en_examen"]
    assert Notification.objects.filter(destinataire=cip, type="entreprises.immersion").count() == 1
    assert list(JournalTransition.objects.order_by("pk").values_list("acte", flat=True)) == [
        "signer",
        "signer",
        "signer_dernier",
    ]


def test_a_signature_keeps_its_proof(write: Write) -> None:
    immersion = write()
    lien = links(immersion)["convention:accueil"]
    signature = sign_by_link(lien=lien, nom="Responsable Fictive")
    signature.refresh_from_db()
    assert (signature.mode, signature.version, signature.preuve) == (
        "lien",
        1,
        hashlib.sha256(lien.encode()).hexdigest(),
    )
    immersion.refresh_from_db()
    assert signature.empreinte == print_of(immersion, "convention")
    assert codes(lambda: sign_by_link(lien=lien, nom="Encore")) == ["deja_signee"]


@pytest.mark.parametrize("lien", ["", "abc", "WyJhIiwxXQ:1:x"])
def test_a_link_that_is_not_ours_opens_nothing(lien: str) -> None:
    assert codes(lambda: read_link(lien)) == ["lien_altere"]


def test_any_change_wipes_the_signatures_and_closes_the_links(write: Write, cip: User) -> None:
    immersion = write()
    first = links(immersion)
    sign_by_link(lien=first["convention:accueil"], nom="Responsable Fictive")
    immersion.refresh_from_db()
    edit_immersion(
        immersion=immersion,
        employeur=immersion.employeur,
        rome=immersion.rome,
        prescripteur=immersion.prescripteur,
        contrat=immersion.contrat,
        fiche=replace(FICHE, horaires="9 h – 14 h"),
        actor=cip,
        on=TODAY,
    )
    immersion.refresh_from_db()
    assert (immersion.etat, immersion.version, immersion.signatures.filter(signee_le=None).count()) == (
        "a_signer",
        2,
        3,
    )
    assert codes(lambda: sign_by_link(lien=first["convention:beneficiaire"], nom="x")) == ["lien_perime"]


def test_two_who_sign_in_one_name_cannot_both_succeed(write: Write, cip: User) -> None:
    immersion = write()
    signature = immersion.signatures.get(role="beneficiaire")
    sign_on_spot(signature=signature, nom="Ondeline Bruyère", actor=cip)
    assert codes(lambda: sign_on_spot(signature=signature, nom="Ondeline Bruyère", actor=cip)) == [
        "signature_impossible"
    ]
    signature.refresh_from_db()
    assert (signature.mode, signature.temoin, signature.preuve) == ("sur_place", cip.membre, "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"debut": TODAY - timedelta(days=1), "fin": TODAY + timedelta(days=5)}, ["debut_passe"]),
        ({"heures_semaine": 49, "tuteur_email": "personne@maillage.example"}, ["heures", "tuteur"]),
    ],
)
def test_every_broken_rule_is_told(write: Write, changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(lambda: write(fiche=replace(FICHE, **changes))) == expected
    assert Immersion.objects.count() == 0


def test_days_with_a_host_add_up_and_are_given_back(write: Write, cip: User, personne: Personne) -> None:
    first = write()
    host = first.employeur
    assert remaining_days(personne, host, TODAY) == 50
    assert codes(lambda: write(employeur=host)) == ["objectif_repete"]
    cancel_immersion(immersion=first, motif="L’entreprise ferme.", actor=cip, on=TODAY)
    assert remaining_days(personne, host, TODAY) == 60
    assert write(employeur=host).pk


def test_nobody_writes_two_immersions_at_once(write: Write) -> None:
    write()
    assert codes(write) == ["immersion_une_a_la_fois"]


def test_an_etti_accompanies_and_does_not_prescribe(write: Write, cip: User, contrat: Any, conseiller: User) -> None:
    contrat.siae.type_siae = "ETTI"
    contrat.siae.save()
    assert codes(write) == ["prescripteur"]
    assert conseiller.membre
    immersion = write(prescripteur=conseiller.membre.organisation)
    assert (immersion.prescripteur, immersion.accompagnement) == (
        conseiller.membre.organisation,
        contrat.siae.organisation,
    )
    sign_all(immersion)
    refused = codes(lambda: decide_immersion(immersion=immersion, accord=True, actor=cip, on=TODAY))
    assert refused == ["pas_prescripteur"]
    decide_immersion(immersion=immersion, accord=True, actor=conseiller, on=TODAY)
    immersion.refresh_from_db()
    assert immersion.etat == "acceptee"


def test_a_prescripteur_follows_the_person(write: Write) -> None:
    assert codes(lambda: write(prescripteur=OrganisationFactory(types=["ft_agence"]))) == ["prescripteur"]


def test_another_siae_reads_nothing_and_does_nothing(write: Write, personne: Personne) -> None:
    immersion = accept_none = write()
    stranger = member(P.SIAE_DIRECTION)
    assert codes(lambda: cancel_immersion(immersion=accept_none, motif="x", actor=stranger, on=TODAY)) == [
        "dossier_ferme"
    ]
    other = MembreFactory(profil=P.SIAE_DIRECTION).user
    RelationFactory(personne=personne, organisation=other.membre.organisation, type="candidature")
    SiaeFactory(organisation=other.membre.organisation)
    assert codes(lambda: cancel_immersion(immersion=immersion, motif="x", actor=other, on=TODAY)) == [
        "autre_organisation"
    ]


def test_a_refusal_says_why(write: Write, cip: User) -> None:
    immersion = sign_all(write())
    assert codes(lambda: decide_immersion(immersion=immersion, accord=False, actor=cip, on=TODAY)) == ["motif_manquant"]
    decide_immersion(immersion=immersion, accord=False, motif="Sans lien avec le projet.", actor=cip, on=TODAY)
    immersion.refresh_from_db()
    assert (immersion.etat, immersion.motif) == ("refusee", "Sans lien avec le projet.")


def test_a_renewal_goes_on_in_the_same_place(write: Write, cip: User) -> None:
    first = accept(write(), cip)
    later = replace(FICHE, debut=first.fin, fin=first.fin + timedelta(days=14), justification="Objectif non atteint.")
    assert codes(
        lambda: write(employeur=first.employeur, fiche=replace(later, justification=""), precedente=first)
    ) == ["renouvellement"]
    second = write(employeur=first.employeur, fiche=later, precedente=first)
    accept(second, cip)
    third = replace(later, debut=second.fin, fin=second.fin + timedelta(days=14))
    assert codes(lambda: write(employeur=first.employeur, fiche=third, precedente=second)) == ["renouvellement"]


def past(write: Write, cip: User) -> Immersion:
    """Return an accepted immersion that is over."""
    immersion = accept(write(), cip)
    Immersion.objects.filter(pk=immersion.pk).update(debut=TODAY - timedelta(days=20), fin=TODAY - timedelta(days=6))
    immersion.refresh_from_db()
    return immersion


def test_a_bilan_is_signed_by_both_sides(write: Write, cip: User) -> None:
    immersion = past(write, cip)
    assert [each.label for each in list_attentes(cip)] == ["1 immersion sans bilan"]
    fiche = FicheBilan("realisee", atteint=True, embauche=True, contrat_suite="cdi", embauche_le=TODAY)
    bilan = write_bilan(immersion=immersion, fiche=fiche, actor=cip, on=TODAY)
    assert (bilan.embauche, bilan.contrat_suite) == (True, "cdi")
    waiting = links(immersion)
    assert sorted(waiting) == ["bilan:accueil", "bilan:beneficiaire"]
    sign_by_link(lien=waiting["bilan:accueil"], nom="Tuteur Fictif")
    immersion.refresh_from_db()
    assert immersion.etat == "acceptee"
    assert codes(lambda: cancel_immersion(immersion=immersion, motif="x", actor=cip, on=TODAY)) == ["bilan_ecrit"]
    write_bilan(immersion=immersion, fiche=replace(fiche, embauche=False), actor=cip, on=TODAY)
    bilan.refresh_from_db()
    assert (bilan.embauche, bilan.contrat_suite, bilan.embauche_le) == (False, "", None)
    assert len(links(immersion)) == 2


@pytest.mark.parametrize(
    ("fiche", "expected"),
    [
        (FicheBilan("partielle"), ["dernier_jour"]),
        (FicheBilan("partielle", dernier_jour=date(2020, 1, 1)), ["dernier_jour"]),
        (FicheBilan("realisee", embauche=True), ["contrat_manquant"]),
    ],
)
def test_a_bilan_says_what_it_must(write: Write, cip: User, fiche: FicheBilan, expected: list[str]) -> None:
    immersion = past(write, cip)
    assert codes(lambda: write_bilan(immersion=immersion, fiche=fiche, actor=cip, on=TODAY)) == expected


def test_a_bilan_follows_the_period(write: Write, cip: User) -> None:
    immersion = accept(write(), cip)
    assert codes(lambda: write_bilan(immersion=immersion, fiche=FicheBilan("realisee"), actor=cip, on=TODAY)) == [
        "pas_commencee",
        "pas_finie",
    ]


def test_a_whole_period_is_told_on_its_last_day(write: Write, cip: User) -> None:
    immersion = past(write, cip)
    eve, last = immersion.fin - timedelta(days=2), immersion.fin - timedelta(days=1)
    fiche = FicheBilan("realisee")
    assert codes(lambda: write_bilan(immersion=immersion, fiche=fiche, actor=cip, on=eve)) == ["pas_finie"]
    assert write_bilan(immersion=immersion, fiche=fiche, actor=cip, on=last).redige_le == last


def test_nobody_signs_an_absence(write: Write, cip: User) -> None:
    immersion = past(write, cip)
    write_bilan(immersion=immersion, fiche=FicheBilan("absence"), actor=cip, on=TODAY)
    assert links(immersion) == {}


def test_late_signatories_are_reminded_once_a_day(write: Write, run_jobs: Callable[[], int]) -> None:
    immersion = write()
    sign_by_link(lien=links(immersion)["convention:accueil"], nom="x")
    run_jobs()
    mail.outbox.clear()
    eve = FICHE.debut - timedelta(days=1)
    assert [remind_all(TODAY), remind_all(eve)] == [0, 1]
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["personne@maillage.example", "siae@maillage.example"]
    assert "Il manque encore votre signature." in mail.outbox[0].body


def test_a_prescripteur_is_pressed(write: Write, cip: User) -> None:
    sign_all(write())
    Notification.objects.all().delete()
    assert remind_all(FICHE.debut - timedelta(days=1)) == 1
    assert Notification.objects.get().destinataire == cip


def test_one_reminds_by_hand(write: Write, cip: User, run_jobs: Callable[[], int]) -> None:
    immersion = write()
    run_jobs()
    mail.outbox.clear()
    assert remind(immersion=immersion, actor=cip) == 3


def test_a_convention_that_nobody_validates_is_closed_after_a_month(write: Write) -> None:
    immersion = write()
    close_old(FICHE.debut)
    immersion.refresh_from_db()
    assert immersion.etat == "a_signer"
    close_old(FICHE.debut + timedelta(days=32))
    immersion.refresh_from_db()
    assert immersion.etat == "perimee"


def test_what_awaits(write: Write, cip: User) -> None:
    immersion = write()
    assert [(each.label, each.echeance) for each in list_attentes(cip)] == [("1 immersion à faire signer", FICHE.debut)]
    sign_all(immersion)
    assert [each.label for each in list_attentes(cip)] == ["1 immersion à valider"]
    assert list(list_attentes(member(P.SIAE_DIRECTION))) == []


def test_an_immersion_without_contract_asks_no_employer(write: Write) -> None:
    immersion = write(contrat=None)
    assert sorted(links(immersion)) == ["convention:accueil", "convention:beneficiaire"]
    assert ImmersionFactory().contrat is None
