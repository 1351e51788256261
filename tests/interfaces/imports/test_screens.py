"""The screens, as a person goes through them without JavaScript: from the file to the last corrected line."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from maillage.foundations.kernel.models import Acte, Tache
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.jobs import INCIDENT
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.queries.lots import count_motifs, list_rejets
from maillage.interfaces.imports.services import passes
from maillage.interfaces.imports.services.lots import cancel_lot
from maillage.interfaces.imports.services.passes import start_lot
from maillage.interfaces.imports.source import list_sources
from maillage.references.accounts.models import User
from maillage.references.structures.models import Siae
from tests.factories.accounts import UserFactory, siret
from tests.factories.imports import AvertissementFactory, LotFactory, RejetFactory
from tests.interfaces.imports.conftest import Import, counts, plain, siae_file, siae_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]

Constant = Callable[[Callable[[int], object], Callable[[], object]], None]


@pytest.fixture
def agent(client: Client, exploitant: User) -> Client:
    client.force_login(exploitant)
    return client


def leave(agent: Client, contenu: bytes, *, source: str = "siae", query: str = "") -> Any:
    """Leave a file on its screen."""
    file = SimpleUploadedFile("liste.csv", contenu)
    return agent.post(reverse("imports:deposer", args=[source]) + query, {"fichier": file, "provenance": "essai"})


def text(response: Any) -> str:
    """Return a page with its entities and no-break spaces resolved."""
    return plain(unescape(response.content.decode()))


def test_from_the_file_to_the_last_corrected_line(agent: Client, run_jobs: Callable[[], int]) -> None:
    wrong = siae_line(1).replace(siret(1), "123")
    response = leave(agent, siae_file(wrong, siae_line(2)))
    lot = Lot.objects.get()
    assert response.url == reverse("kernel:tache", args=[lot.tache_id])
    assert Siae.objects.count() == 0

    run_jobs()
    page = text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "Contrôle terminé, rien n’est encore écrit" in page
    assert reverse("imports:importer", args=[lot.pk]) in page
    assert Siae.objects.count() == 0

    assert "1 création," in text(agent.get(reverse("imports:importer", args=[lot.pk])))
    agent.post(reverse("imports:importer", args=[lot.pk]))
    run_jobs()
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.APPLIQUE, (2, 1, 0, 0, 1))
    assert plain(Tache.objects.get(pk=lot.tache_id).message) == (
        "2 lignes lues : 1 création, 0 modification, 0 sans changement, 1 rejet, 0 avertissement."
    )

    rejet = lot.rejets.get()
    assert reverse("imports:corriger", args=[rejet.pk]) in text(agent.get(reverse("imports:rejets", args=[lot.pk])))
    form = text(agent.get(reverse("imports:corriger", args=[rejet.pk])))
    assert "Un SIRET compte 14 chiffres ; reçu : « 123 »." in form
    assert 'value="Chantier 1"' in form
    values = {"siret": "456", "type_siae": "ACI", "nom": "Chantier 1", "longitude": "2.3582", "latitude": "48.9362"}
    again = agent.post(reverse("imports:corriger", args=[rejet.pk]), values)
    assert again.status_code == 422
    assert "reçu : « 456 »" in text(again)
    response = agent.post(reverse("imports:corriger", args=[rejet.pk]), {**values, "siret": siret(1)})
    assert response.url == reverse("imports:rejets", args=[lot.pk])
    assert lot.rejets.get().etat == EtatRejet.REJOUE
    assert Siae.objects.filter(organisation__siret=siret(1)).exists()


def test_columns_are_designated_on_screen(agent: Client, run_jobs: Callable[[], int]) -> None:
    response = leave(agent, siae_file(siae_line(1), header="Numéro;Famille;Intitulé;CP;Bourg;Est;Nord"))
    lot = Lot.objects.get()
    address = reverse("imports:colonnes", args=[lot.pk])
    assert (response.url, lot.etat) == (address, EtatLot.DEPOSE)
    assert f"Numéro (exemple : {siret(1)})" in text(agent.get(address))
    assert "Ce champ est obligatoire" in text(agent.post(address, {"siret": "0"}))
    places = {"siret": "0", "type_siae": "1", "nom": "2", "code_postal": "3"}
    assert agent.post(address, places).url.startswith("/taches/")
    run_jobs()
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.CONTROLE, (1, 1, 0, 0, 0))


def test_the_screen_of_columns_never_reads_the_file_again(agent: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(agent, siae_file(siae_line(1), header="Numéro;Famille;Intitulé;CP;Bourg;Est;Nord"))
    monkeypatch.setattr("maillage.interfaces.imports.services.lots.open_table", lambda *_, **__: 1 / 0)
    address = reverse("imports:colonnes", args=[Lot.objects.get().pk])
    assert f"Numéro (exemple : {siret(1)})" in text(agent.get(address))
    places = {"siret": "0", "type_siae": "1", "nom": "2", "code_postal": "3"}
    assert agent.post(address, places).url.startswith("/taches/")


def test_a_batch_older_than_its_card_is_still_shown(agent: Client) -> None:
    lot = LotFactory(entete=["N°", "Genre"], colonnes={"siret": 0, "ancienne": 1})
    page = text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert ("N°" in page, "Genre" in page) == (True, False)
    assert agent.get(reverse("imports:colonnes", args=[lot.pk])).status_code == 200


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"", "Le fichier est vide."),
        (b"PK\x05\x06" + bytes(18), "Ce fichier est une archive ZIP, pas un tableau."),
        (b"%PDF-1.7", "Ce fichier est un PDF, pas un tableau."),
        (b"siret;" * 9_000_000, "Le fichier dépasse la taille permise, 50 Mo."),
    ],
    ids=["vide", "zip", "pdf", "trop gros"],
)
def test_a_file_refused_says_why_on_its_field(agent: Client, contenu: bytes, message: str) -> None:
    response = leave(agent, contenu)
    assert response.status_code == 422
    assert message in text(response)
    assert Lot.objects.count() == 0


def test_a_file_already_imported_says_so(agent: Client, imported: Import, check: Import) -> None:
    first = imported(siae_file(siae_line(1)))
    page = text(agent.get(reverse("imports:lot", args=[check(siae_file(siae_line(1))).pk])))
    assert "Rien à changer" in page
    assert "Ce même fichier a déjà été importé" in page
    assert reverse("imports:lot", args=[first.pk]) in page


def test_a_file_without_a_valid_line_offers_no_import(agent: Client, check: Import) -> None:
    lot = check(siae_file(siae_line(1, "GEIQ")))
    page = text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "Aucune ligne n’est valide" in page
    assert reverse("imports:importer", args=[lot.pk]) not in page
    refused = agent.post(reverse("imports:importer", args=[lot.pk]))
    assert "il n’y a rien à importer" in text(refused)


def test_a_file_of_a_header_alone_says_so(agent: Client, check: Import) -> None:
    lot = check(siae_file())
    page = text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "Le fichier ne contient aucune ligne sous son en-tête." in page
    assert "motifs ci-dessous" not in page
    refused = agent.post(reverse("imports:importer", args=[lot.pk]))
    assert "Le fichier ne contient aucune ligne sous son en-tête : il n’y a rien à importer." in text(refused)


def test_the_list_counts_as_to_correct_what_can_be(agent: Client, imported: Import, check: Import) -> None:
    wrong = siae_line(1, "GEIQ")
    imported(siae_file(wrong, siae_line(2)))
    imported(siae_file(siae_line(2)))
    check(siae_file(wrong, siae_line(3)))
    cancel_lot(lot=check(siae_file(wrong, siae_line(4))), actor=None)
    response = agent.get(reverse("imports:list"), {"tri": "numero"})
    labels = [header.label for header in response.context["headers"]]
    places = [labels.index(label) for label in ("Sans changement", "Rejetées", "À corriger")]
    lines = [[line[place].value for place in places] for line in response.context["lines"]]
    assert lines == [[0, 1, 1], [1, 0, 0], [0, 1, "—"], [0, 1, "—"]]


def test_an_interrupted_import_is_resumed_on_screen(
    agent: Client, check: Import, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "SLICE", 1)
    lot = check(siae_file(siae_line(1), siae_line(2)))
    agent.post(reverse("imports:importer", args=[lot.pk]))
    with monkeypatch.context() as patch:
        patch.setattr("maillage.foundations.kernel.progress.advance", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_jobs()
    lot.refresh_from_db()
    assert (lot.etat, lot.derniere_ligne) == (EtatLot.ECHOUE, 2)
    assert Tache.objects.get(pk=lot.tache_id).message == INCIDENT

    assert "Reprendre" in text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "après la ligne 2 ; il reprendra à la suivante" in text(
        agent.get(reverse("imports:importer", args=[lot.pk]))
    )
    agent.post(reverse("imports:importer", args=[lot.pk]))
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where status = 'doing'")
    run_jobs()
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.APPLIQUE, (2, 2, 0, 0, 0))


def test_an_import_whose_process_was_killed_is_resumed_on_screen(
    agent: Client, check: Import, run_jobs: Callable[[], int]
) -> None:
    """Killed outright, it had no time to say that it stopped."""
    lot = start_lot(lot=check(siae_file(siae_line(1), siae_line(2))), actor=None)
    page = text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "S’il n’avance plus, « Reprendre » continue après la ligne 0." in page
    assert reverse("imports:importer", args=[lot.pk]) in page
    agent.post(reverse("imports:importer", args=[lot.pk]))
    run_jobs()
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.APPLIQUE, (2, 2, 0, 0, 0))


def test_a_batch_is_checked_again_and_cancelled(agent: Client, check: Import, run_jobs: Callable[[], int]) -> None:
    lot = check(siae_file(siae_line(1)))
    agent.post(reverse("imports:controler", args=[lot.pk]))
    run_jobs()
    assert "annuler ne change aucune donnée" in text(agent.get(reverse("imports:annuler", args=[lot.pk])))
    agent.post(reverse("imports:annuler", args=[lot.pk]))
    lot.refresh_from_db()
    assert lot.etat == EtatLot.ANNULE
    assert text(agent.get(reverse("imports:lot", args=[lot.pk]))).count("annulé")


def test_a_running_import_may_be_cancelled_and_it_is_said_what_stays(agent: Client) -> None:
    lot = LotFactory(etat=EtatLot.EN_COURS, derniere_ligne=12)
    assert "jusqu’à la ligne 12, restent écrites" in text(agent.get(reverse("imports:annuler", args=[lot.pk])))


def test_a_check_refused_in_its_job_says_so_on_its_task(
    agent: Client, check: Import, run_jobs: Callable[[], int]
) -> None:
    lot = check(siae_file(siae_line(1)))
    agent.post(reverse("imports:controler", args=[lot.pk]))
    Lot.objects.filter(pk=lot.pk).update(etat=EtatLot.ANNULE)
    run_jobs()
    tache = Tache.objects.get()
    assert (tache.etat, "Cet acte n’est pas possible" in tache.message) == (Tache.Etat.EN_ECHEC, True)


def test_the_author_of_a_long_import_is_told_its_end(
    agent: Client, exploitant: User, run_jobs: Callable[[], int]
) -> None:
    leave(agent, siae_file(*[siae_line(number, "GEIQ") for number in range(1, 2001)]))
    run_jobs()
    [message], lot = mail.outbox, Lot.objects.get()
    assert (message.to, message.subject) == ([exploitant.email], "Un long import est terminé")
    assert "Contrôle de liste.csv\u202f: terminé. 2000 lignes lues" in message.body
    assert list(exploitant.notifications.values_list("type", "url")) == [
        ("imports.termine", reverse("imports:lot", args=[lot.pk]))
    ]


def test_rejects_come_back_in_a_file_from_their_screen(
    agent: Client, imported: Import, run_jobs: Callable[[], int]
) -> None:
    lot = imported(siae_file(siae_line(1).replace(siret(1), "123"), siae_line(2)))
    page = text(agent.get(reverse("imports:rejets", args=[lot.pk])))
    assert reverse("imports:rejets_fichier", args=[lot.pk, "csv"]) in page
    back = reverse("imports:deposer", args=["siae"]) + f"?origine={lot.pk}"
    assert back in page
    file = agent.get(reverse("imports:rejets_fichier", args=[lot.pk, "csv"]))
    corrected = file.content.decode("utf-8-sig").replace("123;ACI", f"{siret(1)};ACI").encode()
    assert "corrige les rejets" in text(agent.get(back))
    leave(agent, corrected, query=f"?origine={lot.pk}")
    second = Lot.objects.latest("pk")
    run_jobs()
    agent.post(reverse("imports:importer", args=[second.pk]))
    run_jobs()
    assert second.origine == lot
    assert lot.rejets.get().etat == EtatRejet.REJOUE


def test_rejects_of_a_dry_run_are_read_not_corrected(agent: Client, check: Import) -> None:
    lot = check(siae_file(siae_line(1, "GEIQ"), siae_line(2)))
    page = text(agent.get(reverse("imports:rejets", args=[lot.pk])))
    assert "Les rejets se corrigent une fois le lot importé." in page
    assert reverse("imports:corriger", args=[lot.rejets.get().pk]) not in page


def test_a_line_is_left_aside_with_a_reason(agent: Client, imported: Import) -> None:
    lot = imported(siae_file(siae_line(1, "GEIQ"), siae_line(2)))
    address = reverse("imports:abandonner", args=[lot.rejets.get().pk])
    assert "n’est pas une SIAE" in text(agent.get(address))
    agent.post(address, {"motif": "hors du champ de la plateforme"})
    assert lot.rejets.get().etat == EtatRejet.ABANDONNE


def test_all_the_lines_of_a_reason_are_left_aside_at_once(agent: Client, imported: Import) -> None:
    kinds = ("GEIQ", "GEIQ", "EA", "ACI")
    lot = imported(siae_file(*(siae_line(number, kind) for number, kind in enumerate(kinds, 1))))
    geiq, ea = count_motifs(lot)
    assert [(motif["nombre"], motif["a_corriger"], motif["exemple"][:7]) for motif in (geiq, ea)] == [
        (2, 2, "Un GEIQ"),
        (1, 1, "Une EA "),
    ]
    address = reverse("imports:abandonner_motif", args=[lot.pk, geiq["motif"]])
    assert address in text(agent.get(reverse("imports:lot", args=[lot.pk])))
    assert "2 lignes à corriger pour ce motif." in text(agent.get(address))
    assert agent.post(address, {"raison": ""}).status_code == 422
    assert agent.post(address, {"raison": "hors du champ"}).url == reverse("imports:lot", args=[lot.pk])
    assert list(lot.rejets.order_by("ligne").values_list("etat", flat=True)) == ["abandonne", "abandonne", "a_corriger"]
    acts = Acte.objects.filter(acte="imports.abandon")
    assert [act.details for act in acts] == [{"motif": "hors du champ"}] * 2
    assert "Aucune ligne de ce motif ne reste à corriger." in text(agent.post(address, {"raison": "encore"}))
    assert agent.get(reverse("imports:abandonner_motif", args=[lot.pk, "0"])).status_code == 404


def test_reasons_that_differ_by_what_they_quote_are_one(imported: Import) -> None:
    wrong = [siae_line(number).replace(siret(number), str(number)) for number in (1, 2)]
    [motif] = count_motifs(imported(siae_file(*wrong, siae_line(3))))
    assert (motif["nombre"], plain(motif["exemple"])) == (2, "Un SIRET compte 14 chiffres ; reçu : « 1 ».")


def test_the_lines_of_a_reason_are_left_aside_once_the_batch_is_imported(agent: Client, check: Import) -> None:
    lot = check(siae_file(siae_line(1, "GEIQ"), siae_line(2)))
    address = reverse("imports:abandonner_motif", args=[lot.pk, count_motifs(lot)[0]["motif"]])
    assert address not in text(agent.get(reverse("imports:lot", args=[lot.pk])))
    refused = agent.post(address, {"raison": "trop tôt"})
    assert "Les rejets se corrigent une fois le lot importé." in text(refused)


def test_rejected_lines_show_their_state_first_and_their_codes_in_exports(agent: Client, imported: Import) -> None:
    lot = imported(siae_file(siae_line(1, "GEIQ"), siae_line(2)))
    address = reverse("imports:rejets", args=[lot.pk])
    response = agent.get(address)
    assert [header.label for header in response.context["headers"]] == ["Ligne", "État", "Motif", "Contenu"]
    assert "pas_une_siae" not in text(response)
    assert "Un GEIQ" in [label for _, label in response.context["form"].fields["motif"].choices][1]
    header, line = agent.get(address, {"format": "csv"}).content.decode("utf-8-sig").splitlines()[:2]
    assert header == "Ligne;État;Motif;Contenu;Reprise dans;Code du motif"
    assert line.endswith(";pas_une_siae")


def test_a_line_that_could_not_be_read_is_shown_as_it_stands(agent: Client, imported: Import) -> None:
    lot = imported(siae_file(siae_line(1) + ";en trop", siae_line(2)))
    page = text(agent.get(reverse("imports:corriger", args=[lot.rejets.get().pk])))
    assert "La ligne compte 8 valeurs, l’en-tête 7 colonnes." in page
    assert "<li>en trop</li>" in page


@pytest.mark.parametrize("source", list_sources(), ids=lambda source: source.card.code)
def test_a_source_shows_its_card_and_gives_its_sample(agent: Client, source: Any) -> None:
    page = text(agent.get(reverse("imports:source", args=[source.card.code])))
    for column in source.card.columns:
        assert plain(column.label) in page
    sample = agent.get(reverse("imports:exemple", args=[source.card.code]))
    assert sample.content == source.sample.read_bytes()
    assert agent.get(reverse("imports:deposer", args=[source.card.code])).status_code == 200


@pytest.mark.parametrize("name", ["source", "exemple", "deposer"])
def test_an_unknown_source_is_a_page_that_does_not_exist(agent: Client, name: str) -> None:
    assert agent.get(reverse(f"imports:{name}", args=["zut"])).status_code == 404


def test_an_unknown_format_of_rejects_does_not_exist(agent: Client) -> None:
    assert agent.get(reverse("imports:rejets_fichier", args=[LotFactory().pk, "pdf"])).status_code == 404


def test_lists_cost_the_same_whatever_their_length(agent: Client, django_assert_constant_queries: Constant) -> None:
    lot = LotFactory(etat=EtatLot.CONTROLE)

    def fill(items: int) -> None:
        for _ in range(items):
            RejetFactory(lot=LotFactory(origine=lot))
            RejetFactory(lot=lot)
            AvertissementFactory(lot=lot)

    for address in (
        reverse("imports:list"),
        reverse("imports:lot", args=[lot.pk]),
        reverse("imports:rejets", args=[lot.pk]),
        reverse("imports:avertissements", args=[lot.pk]),
    ):
        django_assert_constant_queries(fill, lambda address=address: agent.get(address).content)  # type: ignore[misc]


@pytest.mark.parametrize("code", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("name", ["list", "rejets", "avertissements"])
def test_lists_are_exported(agent: Client, name: str, code: str) -> None:
    rejet = RejetFactory()
    AvertissementFactory(lot=rejet.lot)
    arguments = [] if name == "list" else [rejet.lot_id]
    response = agent.get(reverse(f"imports:{name}", args=arguments), {"format": code})
    assert (response.status_code, len(response.content) > 50) == (200, True)


def test_lists_are_filtered(agent: Client) -> None:
    lot = LotFactory(source="siae", nom_fichier="SIAE mars.csv", applique=True)
    LotFactory(source="besoins", nom_fichier="brsa.csv")
    page = text(agent.get(reverse("imports:list"), {"source": "siae", "nom": "mars", "etat": "applique"}))
    assert ("SIAE mars.csv" in page, "brsa.csv" in page) == (True, False)
    RejetFactory(lot=lot, ligne=901, code="doublon", motifs=[{"code": "doublon", "message": "Doublon.", "colonne": ""}])
    RejetFactory(lot=lot, ligne=902, code="siret_cle")
    doublon = list_rejets(lot).get(ligne=901).motif
    page = text(agent.get(reverse("imports:rejets", args=[lot.pk]), {"motif": doublon, "etat": "a_corriger"}))
    assert (">901<" in page, ">902<" in page) == (True, False)


def test_only_those_who_may_import_see_anything(client: Client) -> None:
    rejet = RejetFactory()
    addresses = [
        reverse("imports:list"),
        *(reverse(f"imports:{name}", args=["siae"]) for name in ("source", "exemple", "deposer")),
        *(
            reverse(f"imports:{name}", args=[rejet.lot_id])
            for name in ("lot", "colonnes", "controler", "importer", "annuler", "rejets", "avertissements")
        ),
        reverse("imports:rejets_fichier", args=[rejet.lot_id, "csv"]),
        reverse("imports:abandonner_motif", args=[rejet.lot_id, list_rejets(rejet.lot).get().motif]),
        *(reverse(f"imports:{name}", args=[rejet.pk]) for name in ("corriger", "abandonner")),
    ]
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(UserFactory())
    assert {client.get(address).status_code for address in addresses} == {403}
