"""Every page of the platform, on the demonstration region: it answers, axe finds nothing, it fits a phone.

A new address without an example here fails the test: no page is left unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import get_resolver, reverse

from maillage.domains.diagnostics.models import DiagnosticPartage, NoteBesoin
from maillage.domains.offre.models import AppelProjets, BonnePratique, Objectif
from maillage.foundations.kernel.checks import routes
from maillage.foundations.kernel.models import Notification, Tache
from maillage.interfaces.imports.models import Lot, Rejet
from maillage.interfaces.imports.queries.lots import list_rejets
from maillage.references.accounts.models import Membre, Session, User
from maillage.references.accounts.queries.membres import sign_invitation
from maillage.references.economie.models import GrandProjet
from maillage.references.economie.rules import TRANSITIONS
from maillage.references.structures.models import Siae
from tests.factories.accounts import InvitationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# Addresses that answer with a file, a fragment or a word: there is no page to look at.
NOT_PAGES = {
    "diagnostics:fichier",
    "diagnostics:partage_fichier",
    "imports:exemple",
    "imports:rejets_fichier",
    "kernel:sante",
    "kernel:tache_avancement",
    "accounts:logout",
    "accounts:proconnect",
    "accounts:proconnect_retour",
}
# What an operator does not open, because it names persons or is written for an organisation: each has its own journey.
SEEN_ELSEWHERE = (
    "personnes:",  # test_b_besoin_d_en_connaitre.py
    # What each profile reaches of them, and the sheet of a person: test_pages_par_profil.py
    "parcours:",
    "entreprises:",
    *(f"diagnostics:{name}" for name in ("constater", "corriger", "clore")),  # test_1_1_places_a_ouvrir.py
    "diagnostics:partage_",  # test_diagnostic_partage.py
    "diagnostics:scenario",  # test_1_1_places_a_ouvrir.py
    *(f"offre:{name}" for name in ("dossier", "avis", "appel_")),  # test_offre_dossier.py
    *(f"offre:{name}" for name in ("objectif_", "pratique_", "mes_siae", "ma_siae", "realisations")),
)
PHONE = {"width": 360, "height": 740}


def _organisations() -> dict[str, list[dict[str, object]]]:
    """Return an example of each page on an organisation, its members and its invitations."""
    membre = Membre.objects.get(user__email="siae_direction@maillage.example")
    invitation = InvitationFactory(organisation=membre.organisation, auteur=membre.user)
    targets = {
        **dict.fromkeys(("detail", "modifier", "inviter"), membre.organisation),
        **dict.fromkeys(("role", "retirer"), membre),
        **dict.fromkeys(("renvoyer", "revoquer"), invitation),
    }
    pages: dict[str, list[dict[str, object]]] = {
        f"organisations:{name}": [{"public_id": each.public_id}] for name, each in targets.items()
    }
    return {**pages, "organisations:invitation": [{"lien": sign_invitation(invitation)}]}


def _addresses() -> list[str]:
    lot, rejet, siae = (
        Lot.objects.latest("pk"),
        Rejet.objects.filter(etat="a_corriger").latest("pk"),
        Siae.objects.first(),
    )
    projet = GrandProjet.objects.order_by("nom")[0]
    moves = {each.act: GrandProjet.objects.filter(etat__in=each.sources)[:1] for each in TRANSITIONS}
    tache = Tache.objects.create(libelle="Import de la liste des SIAE")
    user = User.objects.get(email=settings.MAILLAGE_DEMO_COMPTE[0])
    nouvelle = Notification.objects.create(destinataire=user, type="imports.termine", texte="Import terminé.")
    examples: dict[str, list[dict[str, object]]] = {
        "accounts:fermer_session": [{"public_id": Session.objects.filter(user=user).latest("vue_le").public_id}],
        "accounts:nouveau_mot_de_passe": [
            {"public_id": user.public_id, "token": default_token_generator.make_token(user)}
        ],
        "accounts:proconnect_refus": [{"motif": "inconnu"}],
        "diagnostics:territoire": [
            {"niveau": "region", "code": "11"},
            {"niveau": "departement", "code": "95"},
            {"niveau": "ept", "code": "200057867"},
            {"niveau": "commune", "code": "93066"},
        ],
        "diagnostics:public": [{"public": "brsa"}, {"public": "campements"}],
        "diagnostics:profil": [
            {"niveau": "region", "code": "11"},
            {"niveau": "departement", "code": "93"},
            {"niveau": "ville", "code": "75056"},
            {"niveau": "commune", "code": "95018"},
        ],
        "diagnostics:note": [{"public_id": each.public_id} for each in NoteBesoin.objects.order_by("pk")[:1]],
        **{
            f"diagnostics:{name}_territoire": [
                {"niveau": "ept", "code": "200057867"},
                {"niveau": "commune", "code": "77288"},
            ]
            for name in ("economie", "offre")
        },
        "economie:metier": [{"nomenclature": "fap2021", "code": code} for code in ("T4X60", "T4X")],
        **{f"economie:{name}": [{"public_id": projet.public_id}] for name in ("projet", "projet_modifier")},
        **{f"economie:{act}": [{"public_id": each.public_id} for each in found] for act, found in moves.items()},
        "diagnostics:partage": [
            {"public_id": each.public_id}
            for each in DiagnosticPartage.objects.filter(code__in=("95", "200057867")).order_by("etat")
        ],
        "offre:appel": [{"public_id": AppelProjets.objects.get(etat="ouvert").public_id}],
        "indicateurs:detail": [{"code": "etp_realises"}, {"code": "part_rqth"}],
        "indicateurs:notre_siae": [],  # an operator has no SIAE; its own test looks at it
        "offre:objectif": [{"public_id": Objectif.objects.latest("pk").public_id}],
        "offre:pratique": [{"public_id": BonnePratique.objects.latest("pk").public_id}],
        "structures:detail": [{"pk": siae.pk if siae else 0}],
        "kernel:tache": [{"pk": tache.pk}],
        "kernel:notification_ouvrir": [{"pk": nouvelle.pk}],
        "imports:source": [{"code": "siae"}, {"code": "besoins"}],
        "imports:deposer": [{"code": "siae"}],
        "imports:corriger": [{"pk": rejet.pk}],
        "imports:abandonner": [{"pk": rejet.pk}],
        "imports:abandonner_motif": [{"pk": rejet.lot_id, "motif": list_rejets(rejet.lot).get(pk=rejet.pk).motif}],
    }
    examples |= _organisations()
    examples |= _rights()
    lot_page = [{"pk": lot.pk}]
    found = []
    for name in sorted({name for name, _, _ in routes(get_resolver().url_patterns)} - NOT_PAGES):
        if name.startswith(SEEN_ELSEWHERE):
            continue
        default = lot_page if name.startswith("imports:") and name != "imports:list" else [{}]
        found += [reverse(name, kwargs=kwargs) for kwargs in examples.get(name, default)]
    carte = reverse("diagnostics:carte")
    return [*found, f"{carte}?maille=commune", f"{carte}?maille=departement", "/cette-page-n-existe-pas/"]


def _rights() -> dict[str, list[dict[str, object]]]:
    """Pass the pages of a person’s rights: an operator has none; their own test looks at them."""
    names = ("demandes", "personne", "demander", "repondre")
    return {f"donnees_personnelles:{name}": [] for name in names}


def test_every_page_is_accessible_and_fits_a_phone(
    region_demo: str, page: Page, live_server: LiveServer, axe: Callable[[Page], None]
) -> None:
    page.goto(f"{live_server.url}{reverse('accounts:login')}")
    axe(page)
    page.get_by_label("Adresse électronique").fill(settings.MAILLAGE_DEMO_COMPTE[0])
    page.get_by_label("Mot de passe").fill(settings.MAILLAGE_DEMO_COMPTE[1])
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    faults, seen = [], _addresses()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text) if message.type == "error" else None)
    for address in seen:
        response = page.goto(f"{live_server.url}{address}")
        expected = 404 if "existe-pas" in address else 200
        if response is None or response.status != expected:
            faults.append(f"{address}: {response and response.status}")
            continue
        try:
            axe(page)
        except AssertionError as error:
            faults.append(str(error))
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            faults.append(f"{address}: {width} px wide on a phone of 360")
        page.set_viewport_size({"width": 1280, "height": 900})

    assert not faults, "\n".join(faults)
    assert [text for text in messages if "Content Security Policy" in text] == []
