"""What leaves the platform: attestations, fiches de liaison, profiles; what a code and a link open, until when."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import (
    AttestationCompetences,
    Competence,
    Consentement,
    FicheLiaison,
    ProfilPartage,
)
from maillage.domains.parcours.queries.invariants_competences import INVARIANTS
from maillage.domains.parcours.queries.valorisation import describe_profil, find_attestation, read_profil, sign_profil
from maillage.domains.parcours.queries.volet_competences import list_attentes
from maillage.domains.parcours.rules.competences import show_code
from maillage.domains.parcours.services.valorisation import (
    acknowledge_fiche,
    deliver_attestation,
    revoke_profil,
    send_fiche,
    share_profil,
    withdraw_attestation,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ConsentementFactory, ContratFactory
from tests.factories.parcours_accompagnement import AccompagnementFactory, ConstatFactory
from tests.factories.parcours_competences import (
    START,
    TODAY,
    AttestationFactory,
    CompetenceFactory,
    FicheLiaisonFactory,
    ProfilFactory,
    attested,
    make_scene,
    move,
    say,
)
from tests.factories.personnes import PersonneFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def scene() -> SimpleNamespace:
    return make_scene()


def share(scene: SimpleNamespace, **fields: Any) -> ProfilPartage:
    told = {"parts": ["attestees"], "accroche": "", "expire_le": TODAY + timedelta(days=30), **fields}
    return share_profil(personne=scene.aldo, **told, actor=scene.cip, on=TODAY)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusals[0].code


# --- Attestation ------------------------------------------------------------------------------------------------------


def test_an_attestation_is_frozen_signed_and_verifiable(scene: SimpleNamespace, client: Client) -> None:
    with pytest.raises(Refused) as refused:
        deliver_attestation(contrat=scene.contrat, actor=scene.cip, on=TODAY)
    assert code(refused) == "rien_d_atteste"
    held = attested(scene)
    made = deliver_attestation(contrat=scene.contrat, actor=scene.cip, on=TODAY)
    move(scene, held, "retirer")
    made.refresh_from_db()
    assert made.contenu["competences"] == [
        ["Tailler une haie", "", "en autonomie", f"attestée le {TODAY:%d/%m/%Y}"],
    ]
    with pytest.raises(Refused) as refused:
        attested(scene, intitule="Tondre")
        deliver_attestation(contrat=scene.contrat, actor=scene.cip, on=TODAY)
    assert code(refused) == "deja_delivree"
    page = reverse("parcours:attestation_verifier")
    shown = client.get(page, {"code": show_code(made.code).lower()}).content.decode()
    assert "Attestation authentique, délivrée le" in shown
    assert [word for word in ("Brindille", "Aldo", "haie") if word in shown] == []
    assert "Aucune attestation ne porte ce code" in client.get(page, {"code": "ABCD-EFGH-JKMN"}).content.decode()
    withdraw_attestation(attestation=made, actor=scene.cip, on=TODAY)
    assert "elle ne vaut plus" in client.get(page, {"code": made.code}).content.decode()
    assert deliver_attestation(contrat=scene.contrat, actor=scene.cip, on=TODAY).retiree_le is None


def test_only_who_answers_for_the_contract_signs(scene: SimpleNamespace) -> None:
    attested(scene)
    for actor, reason in ((scene.encadrant, "interdit"), (member(P.SIAE_DIRECTION), "dossier_ferme")):
        with pytest.raises(Refused) as refused:
            deliver_attestation(contrat=scene.contrat, actor=actor, on=TODAY)
        assert code(refused) == reason


def test_a_code_of_somebody_forgotten_opens_nothing(scene: SimpleNamespace) -> None:
    made = AttestationFactory(contrat=scene.contrat)
    assert find_attestation(made.code) == made
    scene.aldo.anonymisee_le, scene.aldo.nom, scene.aldo.prenom = timezone.now(), "", ""
    scene.aldo.telephone = scene.aldo.email = ""
    scene.aldo.save()
    assert find_attestation(made.code) is None


# --- Fiche de liaison -------------------------------------------------------------------------------------------------


def send(scene: SimpleNamespace, **fields: Any) -> FicheLiaison:
    told = {
        "destinataire": scene.conseiller.membre.organisation,
        "projet": "Devenir jardinier",
        "suites": "",
        "accord_freins": False,
        **fields,
    }
    return send_fiche(contrat=scene.contrat, **told, actor=scene.cip, on=TODAY)


def test_lifted_obstacles_are_told_with_consent_only(scene: SimpleNamespace) -> None:
    support = AccompagnementFactory(relation=scene.relation)
    ConstatFactory(accompagnement=support, frein="mobilite", etat="leve", le=START)
    ConstatFactory(accompagnement=support, frein="justice", etat="concerne", le=START)
    silent = send(scene)
    assert (silent.contenu["freins"], silent.accord) == (None, None)
    told = send(scene, accord_freins=True)
    assert told.contenu["freins"] == ["mobilité"]
    assert told.accord is not None
    assert (told.accord.objet, told.accord.debut, told.accord.fin) == ("liaison", TODAY, TODAY + timedelta(days=1))
    assert send(scene, accord_freins=True).accord == told.accord  # the agreement of the day serves twice


def test_a_fiche_goes_to_who_follows_the_person_and_comes_back_acknowledged(scene: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        send(scene, destinataire=OrganisationFactory())
    assert code(refused) == "pas_suivie"
    fiche = send(scene)
    assert Notification.objects.get(type="parcours.liaison").destinataire == scene.conseiller
    assert [each.label for each in list_attentes(scene.conseiller)] == ["1 fiche de liaison est à prendre en compte"]
    with pytest.raises(Refused) as refused:
        acknowledge_fiche(fiche=fiche, actor=member(P.EMPLOI_CONSEILLER, "france_travail"))
    assert code(refused) == "hors_portee"
    acknowledge_fiche(fiche=fiche, actor=scene.conseiller)
    fiche.refresh_from_db()
    assert fiche.lue_par == scene.conseiller.membre
    assert list(list_attentes(scene.conseiller)) == []
    with pytest.raises(Refused) as refused:
        acknowledge_fiche(fiche=fiche, actor=scene.conseiller)
    assert code(refused) == "deja_lue"


# --- Shared profile ---------------------------------------------------------------------------------------------------


def test_a_profile_shows_what_is_ticked_and_lives(scene: SimpleNamespace) -> None:
    attested(scene)
    profil = share(scene, accroche="  Je cherche un CDI. ")
    shown = describe_profil(profil, TODAY)
    assert (shown["nom"], shown["contacts"], shown["experiences"]) == ("", [], [])
    assert [row[0] for row in shown["competences"]] == ["Tailler une haie"]
    attested(scene, intitule="Tondre")
    say(scene, intitule="Conduire un tracteur")
    assert [row[0] for row in describe_profil(profil, TODAY)["competences"]] == ["Tailler une haie", "Tondre"]
    profil.parts = ["nom", "telephone", "metiers", "siae", "declarees"]
    shown = describe_profil(profil, TODAY)
    assert (shown["nom"], shown["contacts"]) == ("Aldo Brindille", [("Téléphone", "0199000000")])
    assert shown["experiences"] == [["métier non renseigné", "Le Jardin", "3\u202fmois"]]
    assert [row[0] for row in shown["competences"]] == ["Conduire un tracteur"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"parts": []}, "rien_de_montre"),
        ({"parts": ["nir"]}, "rien_de_montre"),
        ({"expire_le": TODAY}, "duree"),
        ({"expire_le": TODAY + timedelta(days=200)}, "duree"),
    ],
)
def test_what_cannot_be_shared(scene: SimpleNamespace, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        share(scene, **fields)
    assert code(refused) == reason


def test_a_link_dies_when_it_is_revoked_over_or_no_longer_agreed(scene: SimpleNamespace) -> None:
    profil = share(scene)
    lien = sign_profil(profil)
    assert read_profil(lien, TODAY) == profil
    for other, reason in ((f"{lien}x", "lien_altere"), ("abc", "lien_altere")):
        with pytest.raises(Refused) as refused:
            read_profil(other, TODAY)
        assert code(refused) == reason
    with pytest.raises(Refused) as refused:
        read_profil(lien, TODAY + timedelta(days=30))
    assert code(refused) == "lien_ferme"
    with pytest.raises(Refused) as refused:
        share(scene)
    assert code(refused) == "deja_partage"
    Consentement.objects.update(fin=TODAY, retire=True)
    with pytest.raises(Refused) as refused:
        read_profil(lien, TODAY)
    assert code(refused) == "lien_ferme"
    again = share(scene)
    assert read_profil(sign_profil(again), TODAY) == again
    revoke_profil(profil=again, actor=scene.cip, on=TODAY)
    with pytest.raises(Refused) as refused:
        read_profil(sign_profil(again), TODAY)
    assert code(refused) == "lien_ferme"
    with pytest.raises(Refused) as refused:
        revoke_profil(profil=again, actor=scene.cip, on=TODAY)
    assert code(refused) == "hors_portee"


def test_the_public_page_is_hidden_from_search_engines_and_counts_openings(
    scene: SimpleNamespace, client: Client
) -> None:
    attested(scene)
    profil = share(scene)
    page = reverse("parcours:profil", args=[sign_profil(profil)])
    response = client.get(page)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    shown = response.content.decode()
    assert "Tailler une haie" in shown
    assert [word for word in ("Brindille", "Aldo", "0199") if word in shown] == []
    assert client.get(f"{page}profil.pdf").content[:5] == b"%PDF-"
    client.head(page)
    client.force_login(scene.cip)
    client.get(page)
    profil.refresh_from_db()
    assert (profil.ouvertures, profil.ouvert_le) == (1, TODAY)
    revoke_profil(profil=profil, actor=scene.cip, on=TODAY)
    closed = client.get(page)
    assert (closed.status_code, "Tailler une haie" in closed.content.decode()) == (410, False)


# --- Invariants -------------------------------------------------------------------------------------------------------


def _broken(name: str) -> Callable[[], Any]:
    """Return what breaks each constraint of the file, by its name."""
    return {
        "competence_bloc_ou_mots": lambda: CompetenceFactory(bloc="OP1", intitule="Tondre"),
        "competence_niveau": lambda: CompetenceFactory(niveau=9),
        "competence_etat": lambda: CompetenceFactory(etat="observee"),
        "competence_une_fois": lambda: CompetenceFactory.create_batch(2, personne=PersonneFactory(), intitule="Semer"),
        "attestation_retrait": lambda: AttestationFactory(retiree_le=date(2026, 6, 1)),
        "attestation_une_par_contrat": lambda: AttestationFactory.create_batch(2, contrat=ContratFactory()),
        "fiche_liaison_lecture": lambda: FicheLiaisonFactory(lue_le=timezone.now()),
        "profil_partage_parts": lambda: ProfilFactory(parts=[]),
        "profil_partage_periode": lambda: ProfilFactory(expire_le=date(2026, 7, 1)),
        "profil_partage_un_a_la_fois": lambda: ProfilFactory.create_batch(2, consentement=ConsentementFactory()),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        each.name
        for model in (Competence, AttestationCompetences, FicheLiaison, ProfilPartage)
        for each in model._meta.constraints
    ],
)
def test_each_constraint_holds(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _broken(name)()


def test_what_no_constraint_says_is_walked() -> None:
    CompetenceFactory(contrat=ContratFactory())
    ProfilFactory(consentement__objet="cta")
    FicheLiaisonFactory(contenu={"freins": ["santé"]})
    with connection.cursor() as cursor:
        found = {}
        for each in INVARIANTS:
            cursor.execute(each.requete)
            found[each.code] = len(cursor.fetchall())
    assert found == {"parcours.competence_contrat": 1, "parcours.profil_accord": 1, "parcours.liaison_accord": 1}
