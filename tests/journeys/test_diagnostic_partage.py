"""1.1, a diagnostic written together: the DDETS opens it, the Conseil départemental and a network write it with her.

Two of them write the same section at once and lose nothing; one disagrees, then agrees; all validate; it is published,
read by whoever wants; a year later the next one begins from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from maillage.domains.diagnostics.models import DiagnosticPartage, Revision
from maillage.domains.diagnostics.services.partage_textes import comment, write_section
from maillage.references.accounts.models import User
from tests.factories.partage import BlocFactory, CoAuteurFactory, DiagnosticFactory, as_author, partner
from tests.factories.structures import EffectifFactory, ImplantationFactory, SiaeFactory
from tests.factories.territoires import RegionCopiee

if TYPE_CHECKING:
    from maillage.references.accounts.models import Membre

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Callable[[User | None], Page]:
    """Return a function that opens a window where somebody is signed in; None is a visitor."""

    def enter(user: User | None) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris")
        if user:
            client = Client()
            client.force_login(user)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    return enter


def populate(region: RegionCopiee) -> None:
    """Put a few SIAE in the Val-d’Oise."""
    from maillage.references.territoires.models import Territoire  # the rows are poured in the test

    region.pour()
    units = Territoire.objects.unites().filter(departement="95").order_by("code")[:6]
    departement = Territoire.objects.get(niveau="departement", code="95")
    for unit, kind in zip(units, ("ACI", "EI", "AI", "ACI", "ETTI", "EI"), strict=True):
        siae = SiaeFactory(type_siae=kind)
        ImplantationFactory(siae=siae, commune=unit, principale=True)
        EffectifFactory(siae=siae, departement=departement, etp_realises="12.5", salaries=25)


def agree(page: Page, sheet: str) -> None:
    page.goto(f"{sheet}valider/")
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("La validation de votre organisation est enregistrée.")).to_be_visible()


def write(page: Page, sheet: str, section: str, texte: str) -> None:
    page.goto(f"{sheet}sections/{section}/ecrire/")
    page.locator("#id_texte").fill(texte)


def test_from_the_first_draft_to_the_next_year(
    sign_in: Callable[[User | None], Page], ile_de_france_copiee: RegionCopiee, axe: Callable[[Page], None]
) -> None:
    populate(ile_de_france_copiee)
    ddets, conseil, reseau = partner("etat"), partner("conseil"), partner("reseau")

    # The DDETS opens the diagnostic of her département: figures are there, partners are invited.
    pilot = sign_in(ddets.user)
    pilot.goto("/diagnostics/partages/")
    pilot.get_by_role("link", name="Ouvrir un diagnostic partagé").click()
    pilot.locator("#id_territoire").select_option(label="Val-d'Oise (95)")
    pilot.locator("#id_annee_debut").fill("2026")
    pilot.get_by_role("button", name="Ouvrir le diagnostic").click()
    expect(pilot.get_by_text("Il manque encore")).to_be_visible()
    for membre in (conseil, reseau):
        pilot.locator("#id_organisation").select_option(label=str(membre.organisation))
        pilot.get_by_role("button", name="Inviter").click()
        expect(pilot.get_by_role("rowheader", name=str(membre.organisation))).to_be_visible()
    axe(pilot)
    pilot.get_by_role("link", name="Revenir au diagnostic").click()
    sheet = pilot.url
    expect(pilot.get_by_role("cell", name="183", exact=True).first).to_be_visible()  # the communes of the Val-d’Oise
    pilot.get_by_role("link", name="Ouvrir la concertation").click()
    pilot.get_by_role("button", name="Ouvrir la concertation").click()
    expect(pilot.get_by_text("En concertation").first).to_be_visible()

    # Their opinion is awaited on the home page of the partners; both open the same section, both write.
    author, network = sign_in(conseil.user), sign_in(reseau.user)
    author.goto("/mon-espace/")
    author.get_by_role("link", name="Votre avis est attendu sur").click()
    expect(author).to_have_url(sheet)
    write(author, sheet, "enjeux", "Créer un chantier à Magny-en-Vexin. Former des encadrants.")
    write(network, sheet, "enjeux", "Étendre deux entreprises d’insertion.")
    author.get_by_role("button", name="Enregistrer le texte").click()
    expect(author.get_by_text("Le texte est enregistré.")).to_be_visible()
    network.get_by_role("button", name="Enregistrer le texte").click()
    expect(network.get_by_role("heading", level=1)).to_contain_text("Réunir deux textes")
    axe(network)
    proposed = network.locator("#id_texte").input_value()
    assert "Créer un chantier à Magny-en-Vexin." in proposed
    assert "Étendre deux entreprises d’insertion." in proposed
    together = "Créer un chantier à Magny-en-Vexin. Étendre deux entreprises d’insertion. Former des encadrants."
    network.locator("#id_texte").fill(together)
    network.get_by_role("button", name="Enregistrer le texte réuni").click()
    expect(network.get_by_text(together)).to_be_visible()

    # The Conseil départemental disagrees with the network, says why; a remark is answered; it agrees.
    author.goto(f"{sheet}sections/enjeux/position/")
    author.get_by_text("désaccord", exact=True).click()
    author.locator("#id_texte").fill("Aucun budget n’est prévu pour l’extension.")
    author.get_by_role("button", name="Enregistrer la position").click()
    pilot.goto(sheet)
    expect(pilot.get_by_text("Sections contestées")).to_be_visible()
    pilot.goto(f"{sheet}sections/enjeux/")
    pilot.locator("#id_texte").fill("Le fonds départemental d’insertion peut y pourvoir.")
    pilot.get_by_role("button", name="Publier la remarque").click()
    expect(pilot.get_by_text("La remarque est publiée")).to_be_visible()
    author.goto(f"{sheet}sections/enjeux/")
    author.get_by_role("link", name="Marquer comme résolue").click()
    author.get_by_role("button", name="Marquer comme résolue").click()
    author.get_by_role("link", name="Changer la position de mon organisation").click()
    author.get_by_text("d’accord", exact=True).click()
    author.get_by_role("button", name="Enregistrer la position").click()

    # Each validates what it has read; the pilot validates, then publishes.
    for page in (pilot, author, network):
        agree(page, sheet)
    for act in ("Valider le diagnostic", "Publier"):
        pilot.goto(sheet)
        pilot.get_by_role("link", name=act).click()
        pilot.get_by_role("button", name=act).click()
    expect(pilot.get_by_text("publié", exact=True)).to_be_visible()
    expect(pilot.get_by_role("link", name="Écrire, commenter, se prononcer")).to_have_count(0)

    # Anyone reads it without signing in, from the menu, and takes it away.
    visitor = sign_in(None)
    visitor.goto("/")
    visitor.get_by_role("button", name="Diagnostics").click()
    visitor.get_by_role("navigation").get_by_role("link", name="Diagnostics partagés").first.click()
    visitor.get_by_role("rowheader").get_by_role("link").click()
    expect(visitor).to_have_url(sheet)
    expect(visitor.get_by_text(together)).to_be_visible()
    axe(visitor)
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "diagnostic-partage-val-doise-2026.pdf"

    # A year later, the next one begins from it: its text is to be read again.
    pilot.goto(sheet)
    pilot.get_by_role("link", name="Commencer celui de l’an prochain").click()
    pilot.get_by_role("button", name="Commencer").click()
    expect(pilot.get_by_role("heading", level=1)).to_contain_text("2027")
    expect(pilot.get_by_text("Textes repris du diagnostic précédent, à relire")).to_be_visible()
    pilot.get_by_role("link", name="Comparer deux diagnostics").click()
    expect(pilot.get_by_text("Chiffres qui n’ont pas changé").first).to_be_visible()
    axe(pilot)
    assert list(DiagnosticPartage.objects.order_by("annee_debut").values_list("annee_debut", "etat")) == [
        (2026, "publie"),
        (2027, "brouillon"),
    ]
    assert Revision.objects.filter(section__diagnostic__annee_debut=2026).count() == 3


def test_every_page_of_a_shared_diagnostic_is_accessible_and_fits_a_phone(
    sign_in: Callable[[User | None], Page], axe: Callable[[Page], None]
) -> None:
    ddets, conseil = partner("etat"), partner("conseil")
    diagnostic, late = prepare(ddets, conseil)
    names = {
        "partage": {},
        "partage_comparer": {},
        "partage_coauteurs": {},
        "partage_retirer": {"pk": diagnostic.co_auteurs.get(role="co_auteur").pk},
        "partage_transmettre": {"pk": diagnostic.co_auteurs.get(role="co_auteur").pk},
        "partage_actualiser": {},
        "partage_demander": {},
        "partage_valider": {},
        "partage_etat": {"acte": "valider"},
        "partage_suivant": {},
    }
    remark = diagnostic.sections.get(code="offre").commentaires.get()
    parts = {
        "partage_section": {},
        "partage_ecrire": {},
        "partage_reunir": {"numero": late.numero},
        "partage_versions": {},
        "partage_retablir": {"numero": 1},
        "partage_position": {},
        "partage_commenter": {},
        "partage_repondre": {"pk": remark.pk},
        "partage_resoudre": {"pk": remark.pk},
        "partage_ajouter": {},
        "partage_actualiser_bloc": {"bloc": "siae_par_type"},
        "partage_retirer_bloc": {"bloc": "siae_par_type"},
    }
    base = {"public_id": diagnostic.public_id}
    tour = [reverse(f"diagnostics:{name}", kwargs={**base, **kwargs}) for name, kwargs in names.items()]
    tour += [
        reverse(f"diagnostics:{name}", kwargs={**base, "section": "offre", **kwargs}) for name, kwargs in parts.items()
    ]
    page, faults = sign_in(ddets.user), []
    for address in [*tour, reverse("diagnostics:partage_ouvrir"), reverse("diagnostics:partages")]:
        response = page.goto(address)
        if response is None or response.status != 200:
            faults.append(f"{address}: {response and response.status}")
            continue
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            try:
                axe(page)
            except AssertionError as error:
                faults.append(f"{scheme}: {error}")
        page.set_viewport_size(PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            faults.append(f"{address}: {width} px wide on a phone of 360")
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)


def prepare(ddets: Membre, conseil: Membre) -> tuple[DiagnosticPartage, Revision]:
    """Return a diagnostic in concertation, with a year before, figures, a remark, and a text to put together."""
    last = DiagnosticFactory(code="95", annee_debut=2025, annee_fin=2025, pilote=ddets.organisation)
    now = DiagnosticFactory(code="95", etat="concertation", pilote=ddets.organisation, precedent=last)
    CoAuteurFactory(diagnostic=now, organisation=conseil.organisation)
    for diagnostic in (last, now):
        BlocFactory(section=diagnostic.sections.get(code="offre"))
    section = now.sections.get(code="offre")
    write_section(section=section, texte="L’offre est rare.", depuis=0, **as_author(ddets))
    write_section(section=section, texte="L’offre est concentrée.", depuis=1, **as_author(ddets))
    late = write_section(section=section, texte="L’offre est nulle à l’ouest.", depuis=1, **as_author(conseil))
    comment(section=section, texte="Et les transports\u202f?", **as_author(conseil))
    assert late is not None
    return now, late
