"""The pages of the shared diagnostics: who opens which, what each shows, where each act leads."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.domains.diagnostics.enums import EtatDiagnostic as E
from maillage.domains.diagnostics.models import DiagnosticPartage
from maillage.domains.diagnostics.services.partage_textes import comment, write_section
from maillage.foundations.kernel.templatetags.ui import jour
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.partage import BlocFactory, CoAuteurFactory, DiagnosticFactory, as_author, freeze_state, partner

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


@pytest.fixture
def etat() -> Any:
    return partner("etat", ("departement", "93"))


@pytest.fixture
def conseil() -> Any:
    return partner("conseil", ("departement", "93"))


@pytest.fixture
def partage(etat: Any, conseil: Any) -> DiagnosticPartage:
    diagnostic = DiagnosticFactory(
        pilote=etat.organisation, code="93", territoire="Seine-Saint-Denis", departement="93"
    )
    CoAuteurFactory(diagnostic=diagnostic, organisation=conseil.organisation)
    BlocFactory(section=diagnostic.sections.get(code="offre"))
    return diagnostic


def signed_in(membre: Any) -> Client:
    client = Client()
    client.force_login(getattr(membre, "user", membre))
    return client


def at(name: str, diagnostic: DiagnosticPartage, **kwargs: Any) -> str:
    return reverse(f"diagnostics:{name}", kwargs={"public_id": diagnostic.public_id, **kwargs})


def test_a_visitor_reads_what_is_published_and_is_led_to_sign_in_before(partage: DiagnosticPartage) -> None:
    visitor, address = Client(), at("partage", partage)
    assert visitor.get(address).url.startswith(reverse("accounts:login"))  # type: ignore[attr-defined]
    assert list(visitor.get(reverse("diagnostics:partages")).context["page"]) == []
    freeze_state(partage, E.PUBLIE, ON)
    page = visitor.get(address)
    assert page.status_code == 200
    assert page.context["document"].statut == f"Validé le {jour(ON)}, publié le {jour(ON)}."
    assert page.context["droits"].role is None
    assert list(visitor.get(reverse("diagnostics:partages")).context["page"]) == [partage]
    assert visitor.get(at("partage_section", partage, section="offre")).url.startswith(reverse("accounts:login"))  # type: ignore[attr-defined]
    for extension, status in (("pdf", 200), ("docx", 200), ("odt", 200), ("ods", 200), ("exe", 404)):
        assert visitor.get(at("partage_fichier", partage, extension=extension)).status_code == status
    unknown = reverse("diagnostics:partage", args=["00000000-0000-4000-8000-000000000000"])
    assert visitor.get(unknown).status_code == 404


def test_a_draft_is_a_page_that_does_not_exist_for_the_others(partage: DiagnosticPartage) -> None:
    stranger = signed_in(UserFactory())
    for name, kwargs in (
        ("partage", {}),
        ("partage_comparer", {}),
        ("partage_fichier", {"extension": "pdf"}),
        ("partage_section", {"section": "offre"}),
    ):
        assert stranger.get(at(name, partage, **kwargs)).status_code == 404


def test_the_sheet_of_a_territory_leads_to_its_diagnostics(offre: SimpleNamespace, partage: DiagnosticPartage) -> None:
    address = reverse("diagnostics:territoire", args=["departement", "93"])
    assert list(Client().get(address).context["partages"]) == []
    freeze_state(partage, E.PUBLIE, ON)
    assert list(Client().get(address).context["partages"]) == [partage]


def test_opening_one_leads_to_its_co_authors(offre: SimpleNamespace, etat: Any) -> None:
    client, address = signed_in(etat), reverse("diagnostics:partage_ouvrir")
    form = client.get(address).context["form"]
    groups = [(label, [name for _, name in rows]) for label, rows in form.fields["territoire"].choices[1:]]
    assert groups == [
        ("département", ["Seine-Saint-Denis (93)"]),
        ("établissement public territorial", ["Plaine Commune (200057867)"]),
        ("commune", ["Aubervilliers (93001)", "Saint-Denis (93066)"]),
    ]
    posted = {"territoire": offre.ensembles["93"].pk, "annee_debut": 2026, "annee_fin": "", "titre": ""}
    answer = client.post(address, posted)
    made = DiagnosticPartage.objects.get()
    assert answer.url == at("partage_coauteurs", made)  # type: ignore[attr-defined]
    again = client.post(address, posted)
    assert again.status_code == 422
    assert "a déjà un diagnostic partagé" in again.content.decode()


def test_the_pilot_goes_from_the_draft_to_the_published_page(
    partage: DiagnosticPartage, etat: Any, conseil: Any
) -> None:
    pilot, author = signed_in(etat), signed_in(conseil)
    sheet = at("partage", partage)

    def move(act: str, **data: str) -> Any:
        return pilot.post(at("partage_etat", partage, acte=act), data)

    assert move("ouvrir").url == sheet
    assert pilot.get(at("partage_etat", partage, acte="danser")).status_code == 404
    assert pilot.post(at("partage_demander", partage), {"avant": "2020-01-01"}).status_code == 422
    refused = move("valider")
    assert refused.status_code == 422
    assert "N’ont pas validé" in refused.content.decode()
    for client in (pilot, author):
        asked = client.get(at("partage_valider", partage)).context["form"].initial
        assert client.post(at("partage_valider", partage), asked).url == sheet  # type: ignore[attr-defined]
    assert author.post(at("partage_etat", partage, acte="valider")).status_code == 404
    assert move("valider").url == sheet
    assert move("publier").url == sheet
    partage.refresh_from_db()
    assert partage.etat == E.PUBLIE


def test_a_validation_of_a_page_read_before_a_change_is_refused(
    partage: DiagnosticPartage, etat: Any, conseil: Any
) -> None:
    freeze_state(partage, E.CONCERTATION, ON)
    author = signed_in(conseil)
    read = author.get(at("partage_valider", partage)).context["form"].initial
    write_section(section=partage.sections.get(code="offre"), texte="Neuf.", depuis=0, **as_author(etat))
    refused = author.post(at("partage_valider", partage), read)
    assert refused.status_code == 422
    assert "Le document a changé depuis" in refused.content.decode()


def test_the_pilot_hands_over_to_a_co_author(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    pilot, address = signed_in(etat), at("partage_coauteurs", partage)
    act = at("partage_transmettre", partage, pk=partage.co_auteurs.get(organisation=conseil.organisation).pk)
    assert act in pilot.get(address).content.decode()
    page = pilot.get(act).content.decode()
    assert f"Transmettre le pilotage\u202f: {conseil.organisation}" in page
    assert f"{etat.organisation} restera co-auteur" in page
    assert pilot.post(act).url == at("partage", partage)  # type: ignore[attr-defined]
    assert pilot.get(address).status_code == 404
    assert signed_in(conseil).get(address).status_code == 200


def test_co_authors_are_invited_and_removed(partage: DiagnosticPartage, etat: Any) -> None:
    dla = OrganisationFactory(denomination="DLA", types=["dla"])
    dla.competences.create(niveau="departement", code="93")
    dla.refresh_from_db()
    pilot, address = signed_in(etat), at("partage_coauteurs", partage)
    assert pilot.post(address, {"organisation": str(dla.public_id), "role": "consulte"}).url == address  # type: ignore[attr-defined]
    made = partage.co_auteurs.get(organisation=dla)
    assert pilot.post(at("partage_retirer", partage, pk=made.pk)).url == address  # type: ignore[attr-defined]
    assert pilot.post(address, {"organisation": "x", "role": "consulte"}).status_code == 422


def test_a_section_is_worked_on_from_its_page(partage: DiagnosticPartage, etat: Any, conseil: Any) -> None:
    freeze_state(partage, E.CONCERTATION, ON)
    author, sheet = signed_in(conseil), at("partage_section", partage, section="offre")
    section = partage.sections.get(code="offre")

    def post(name: str, **data: Any) -> Any:
        kwargs = {key: data.pop(key) for key in ("pk", "numero", "bloc") if key in data}
        return author.post(at(name, partage, section="offre", **kwargs), data)

    assert post("partage_ecrire", texte="Un.", depuis=0).url == sheet
    assert post("partage_ecrire", texte="Deux.", depuis=1).url == sheet
    assert post("partage_retablir", numero=1).url == sheet
    assert post("partage_position", sens="desaccord", texte="").status_code == 422
    assert post("partage_position", sens="desaccord", texte="Trop court.").url == f"{sheet}#positions"
    assert post("partage_commenter", texte="Et là ?").url == f"{sheet}#remarques"
    remark = section.commentaires.get()
    assert post("partage_repondre", pk=remark.pk, texte="Ici.").url == f"{sheet}#remarques"
    assert post("partage_resoudre", pk=remark.pk).url == f"{sheet}#remarques"
    assert post("partage_retirer_bloc", bloc="siae_par_type").url == f"{sheet}#chiffres"
    section.refresh_from_db()
    remark.refresh_from_db()
    assert (section.texte, section.version, section.blocs.count()) == ("Un.", 3, 0)
    assert (remark.resolu_par, remark.reponses.count()) == (str(conseil.organisation), 1)
    page = author.get(sheet)
    assert [each.sens for each in page.context["lue"].divergences] == ["desaccord"]
    assert page.context["ma_position"].texte == "Trop court."
    versions = author.get(at("partage_versions", partage, section="offre")).context["versions"]
    assert [(each.numero, each.origine) for each, _ in versions] == [(3, "reprise"), (2, "saisie"), (1, "saisie")]
    for name, kwargs in (
        ("partage_reunir", {"numero": 1}),
        ("partage_retablir", {"numero": 9}),
        ("partage_repondre", {"pk": 0}),
        ("partage_actualiser_bloc", {"bloc": "rien"}),
    ):
        assert author.get(at(name, partage, section="offre", **kwargs)).status_code == 404
    assert author.get(at("partage_section", partage, section="rien")).status_code == 404


def test_next_year_begins_in_one_click(offre: SimpleNamespace, partage: DiagnosticPartage, conseil: Any) -> None:
    write_section(section=partage.sections.get(code="enjeux"), texte="Créer.", depuis=0, **as_author(conseil))
    partage.refresh_from_db()
    freeze_state(partage, E.PUBLIE, ON)
    author = signed_in(conseil)
    assert author.get(at("partage", partage)).context["may_begin_next"]
    answer = author.post(at("partage_suivant", partage))
    new = DiagnosticPartage.objects.get(precedent=partage)
    assert answer.url == at("partage", new)  # type: ignore[attr-defined]
    page = author.get(at("partage", partage))
    assert (page.context["may_begin_next"], page.context["suivant"]) == (False, new)
    assert [each.code for each in author.get(at("partage", new)).context["a_relire"]] == ["enjeux"]
    compared = author.get(at("partage_comparer", new))
    assert (compared.context["avant"], compared.context["apres"]) == (partage, new)
    assert [each.code for each in compared.context["sections"] if each.change] == []


def test_the_document_asks_as_many_queries_for_one_block_as_for_three(
    partage: DiagnosticPartage, etat: Any, conseil: Any, django_assert_constant_queries: Any
) -> None:
    freeze_state(partage, E.CONCERTATION, ON)
    client, made = signed_in(conseil), iter(range(100))

    def create(items: int) -> None:
        for number in [next(made) for _ in range(items)]:
            for section in partage.sections.all():
                BlocFactory(section=section, code=f"bloc-{number}")
                comment(section=section, texte="Une remarque.", **as_author(etat))

    def read() -> None:
        client.get(at("partage", partage))
        client.get(at("partage_section", partage, section="offre"))

    client.get(at("partage", partage))
    django_assert_constant_queries(create, read)
