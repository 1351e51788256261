"""Several hands on one text: nothing is lost, whoever saves first, even at the same instant."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from maillage.domains.diagnostics.enums import EtatDiagnostic as E
from maillage.domains.diagnostics.enums import RoleCoAuteur as R
from maillage.domains.diagnostics.models import Revision, Section
from maillage.domains.diagnostics.queries.partage import list_a_reunir, list_remarques
from maillage.domains.diagnostics.queries.partage_attentes import list_attentes
from maillage.domains.diagnostics.services.partage_textes import (
    MAX_TEXTE,
    comment,
    restore_revision,
    settle_comment,
    take_position,
    write_section,
)
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, Notification
from tests.factories.partage import CoAuteurFactory, DiagnosticFactory, as_author, freeze_state, partner

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
BASE = "Le taux est bas. Les femmes sont peu nombreuses."


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def etat() -> Any:
    return partner("etat")


@pytest.fixture
def conseil() -> Any:
    return partner("conseil")


@pytest.fixture
def section(etat: Any, conseil: Any) -> Section:
    """Return a section that two organisations write, with a first text."""
    diagnostic = DiagnosticFactory(pilote=etat.organisation)
    CoAuteurFactory(diagnostic=diagnostic, organisation=conseil.organisation)
    found = diagnostic.sections.get(code="offre")
    write(found, BASE, 0, etat)
    found.refresh_from_db()
    return found


def write(section: Section, texte: str, depuis: int, who: Any, **more: Any) -> Revision | None:
    return write_section(section=section, texte=texte, depuis=depuis, **as_author(who), **more)


def test_each_save_is_a_version_that_says_who_and_for_whom(section: Section, etat: Any, conseil: Any) -> None:
    made = write(section, f"{BASE}\r\n\r\nEt la mobilité manque.  ", 1, conseil)
    section.refresh_from_db()
    assert made is not None
    assert (section.texte, section.version) == (f"{BASE}\n\nEt la mobilité manque.", 2)
    assert list(section.revisions.values_list("numero", "depuis", "auteur", "organisation_nom", "retenue")) == [
        (1, 0, etat.user.pk, str(etat.organisation), True),
        (2, 1, conseil.user.pk, str(conseil.organisation), True),
    ]
    assert write(section, section.texte, 2, etat) is None
    act = Acte.objects.filter(acte="diagnostics.write").latest("pk")
    assert act.details == {"section": "offre", "version": 2, "retenue": True}


def test_a_text_written_at_the_same_time_is_kept_beside(section: Section, etat: Any, conseil: Any) -> None:
    write(section, BASE.replace("bas", "faible"), 1, etat)
    late = write(section, BASE.replace("bas", "nul"), 1, conseil)
    assert late is not None
    assert not late.retenue
    section.refresh_from_db()
    assert (section.texte, section.version) == (BASE.replace("bas", "faible"), 2)
    assert list(list_a_reunir([section])) == [late]
    (task,) = [each for each in list_attentes(conseil.user) if "réunir" in each.label]
    assert task.urgente

    merged = write(section, BASE.replace("bas", "faible, voire nul"), 2, conseil, reunit=late)
    assert merged is not None
    assert (merged.retenue, merged.origine, merged.reunit) == (True, "fusion", late)
    section.refresh_from_db()
    assert section.texte == BASE.replace("bas", "faible, voire nul")
    assert list(list_a_reunir([section])) == []
    assert section.revisions.count() == 4


def test_keeping_the_text_as_it_is_settles_the_other(section: Section, etat: Any, conseil: Any) -> None:
    write(section, "Premier.", 1, etat)
    late = write(section, "Second.", 1, conseil)
    write(section, "Premier.", 2, conseil, reunit=late)
    assert list(list_a_reunir([section])) == []


def test_saving_late_what_one_did_not_change_makes_nothing(section: Section, etat: Any, conseil: Any) -> None:
    write(section, "Autre texte.", 1, etat)
    assert write(section, BASE, 1, conseil) is None
    assert section.revisions.count() == 2


def test_an_earlier_version_comes_back(section: Section, etat: Any, conseil: Any) -> None:
    write(section, "Tout autre chose.", 1, conseil)
    back = restore_revision(revision=section.revisions.get(numero=1), **as_author(etat))
    assert back is not None
    section.refresh_from_db()
    assert (section.texte, section.version, back.origine) == (BASE, 3, "reprise")


@pytest.mark.parametrize(
    ("texte", "depuis", "code"),
    [
        ("⟦ votre texte ⟧ a", 1, "passage_a_choisir"),
        ("a" * (MAX_TEXTE + 1), 1, "texte_trop_long"),
        ("a", 7, "version_inconnue"),
        ("a", -1, "version_inconnue"),
    ],
)
def test_what_cannot_be_written(section: Section, etat: Any, texte: str, depuis: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        write(section, texte, depuis, etat)
    assert codes(refused) == [code]


def test_who_cannot_write(section: Section, etat: Any, conseil: Any) -> None:
    stranger, reseau = partner("travail"), partner("reseau")
    CoAuteurFactory(diagnostic=section.diagnostic, organisation=reseau.organisation, role=R.CONSULTE)
    for who in (stranger, reseau):
        with pytest.raises(Refused) as refused:
            write(section, "Autre.", 1, who)
        assert codes(refused) == ["pas_co_auteur"]
    with pytest.raises(Refused) as refused:
        write_section(section=section, texte="Autre.", depuis=1, actor=stranger.user, organisation=conseil.organisation)
    assert codes(refused) == ["autre_organisation"]
    freeze_state(section.diagnostic, E.VALIDE, ON)
    with pytest.raises(Refused) as refused:
        write(section, "Autre.", 1, etat)
    assert codes(refused) == ["etat"]


def test_a_position_says_why_and_on_which_version(section: Section, etat: Any, conseil: Any) -> None:
    def take(sens: str, texte: str = "") -> Any:
        return take_position(section=section, sens=sens, texte=texte, **as_author(conseil))

    with pytest.raises(Refused) as refused:
        take("accord")
    assert codes(refused) == ["etat"]
    section.diagnostic.refresh_from_db()
    freeze_state(section.diagnostic, E.CONCERTATION, ON)
    for sens, code in (("reserve", "position_motivee"), ("bof", "position_inconnue")):
        with pytest.raises(Refused) as refused:
            take(sens)
        assert codes(refused) == [code]
    take("desaccord", "Le taux oublie les chantiers voisins.")
    write(section, "Texte revu.", 1, etat)
    position = take("accord")
    assert section.positions.count() == 1
    assert (position.sens, position.texte, position.version) == ("accord", "", 2)


def test_a_thread_of_remarks_is_resolved_and_opened_again(section: Section, etat: Any, conseil: Any) -> None:
    first = comment(section=section, texte="Et les transports ?", **as_author(conseil))
    answer = comment(section=section, texte="Voir la section 5.", parent=first, **as_author(etat))
    nested = comment(section=section, texte="Merci.", parent=answer, **as_author(conseil))
    assert [list(each.reponses.all()) for each in list_remarques(section)] == [[answer, nested]]
    told = Notification.objects.filter(type="diagnostics.commentaire").order_by("pk")
    assert [(each.destinataire_id, each.url.endswith("/sections/offre/")) for each in told] == [
        (etat.user.pk, True),
        (conseil.user.pk, True),
        (etat.user.pk, True),
    ]
    done = settle_comment(commentaire=first, resolu=True, **as_author(etat))
    assert (done.resolu_par, done.resolu_le is not None) == (str(etat.organisation), True)
    assert settle_comment(commentaire=first, resolu=True, **as_author(conseil)).resolu_par == str(etat.organisation)
    again = settle_comment(commentaire=first, resolu=False, **as_author(conseil))
    assert (again.resolu_par, again.resolu_le) == ("", None)
    for texte, parent, code in (("  ", None, "commentaire_vide"), ("a", first, "autre_section")):
        with pytest.raises(Refused) as refused:
            other = section.diagnostic.sections.get(code="enjeux") if parent else section
            comment(section=other, texte=texte, parent=parent, **as_author(etat))
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        settle_comment(commentaire=answer, resolu=True, **as_author(etat))
    assert codes(refused) == ["reponse"]


def test_two_clients_that_interleave_lose_no_word(section: Section, etat: Any, conseil: Any) -> None:
    """Both open the page, both save; the second is shown both texts, and puts them together."""
    here, there = Client(), Client()
    here.force_login(etat.user)
    there.force_login(conseil.user)
    address = reverse("diagnostics:partage_ecrire", args=[section.diagnostic.public_id, "offre"])
    opened = [client.get(address).context["form"].initial for client in (here, there)]
    assert opened == [{"texte": BASE, "depuis": 1}] * 2
    sheet = reverse("diagnostics:partage_section", args=[section.diagnostic.public_id, "offre"])

    first = here.post(address, {"texte": f"{BASE} L’État ajoute ceci.", "depuis": 1})
    assert first.url == sheet  # type: ignore[attr-defined]
    second = there.post(address, {"texte": f"Le Conseil ajoute cela. {BASE}", "depuis": 1})
    merging = second.url  # type: ignore[attr-defined]
    assert merging == reverse("diagnostics:partage_reunir", args=[section.diagnostic.public_id, "offre", 3])
    page = there.get(merging)
    together = f"Le Conseil ajoute cela. {BASE} L’État ajoute ceci."
    assert page.context["form"].initial == {"texte": together, "depuis": 2}
    assert "se réunissent d’eux-mêmes" in page.content.decode()

    # Meanwhile the State saves again: the text put together has become late in its turn, and nothing is lost either.
    here.post(address, {"texte": f"{BASE} L’État ajoute ceci, et davantage.", "depuis": 2})
    third = there.post(merging, {"texte": together, "depuis": 2})
    again = third.url  # type: ignore[attr-defined]
    assert again == reverse("diagnostics:partage_reunir", args=[section.diagnostic.public_id, "offre", 5])
    final = there.get(again).context["form"].initial
    assert there.post(again, final).url == sheet  # type: ignore[attr-defined]
    section.refresh_from_db()
    assert section.texte == f"Le Conseil ajoute cela. {BASE} L’État ajoute ceci, et davantage."
    assert list(list_a_reunir([section])) == []
    assert [each.texte for each in section.revisions.order_by("numero")] == [
        BASE,
        f"{BASE} L’État ajoute ceci.",
        f"Le Conseil ajoute cela. {BASE}",
        f"{BASE} L’État ajoute ceci, et davantage.",
        together,
        section.texte,
    ]


def test_a_passage_that_both_wrote_waits_for_a_choice(section: Section, etat: Any, conseil: Any) -> None:
    write(section, BASE.replace("bas", "faible"), 1, etat)
    late = write(section, BASE.replace("bas", "nul"), 1, conseil)
    assert late is not None
    client = Client()
    client.force_login(conseil.user)
    address = reverse("diagnostics:partage_reunir", args=[section.diagnostic.public_id, "offre", late.numero])
    page = client.get(address)
    proposed = page.context["form"].initial
    assert "Le taux est nul." in proposed["texte"]
    assert "Le taux est faible." in proposed["texte"]
    assert "1 passage à choisir" in page.content.decode()
    refused = client.post(address, proposed)
    assert refused.status_code == 422
    assert "Un passage attend encore votre choix" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
def test_saves_of_the_same_instant_queue_up_and_all_are_kept(section: Section, etat: Any, conseil: Any) -> None:
    authors, gate = [etat, conseil] * 4, threading.Barrier(8)
    faults: list[BaseException] = []

    def save(number: int, who: Any) -> None:
        try:
            gate.wait(timeout=20)
            write(section, f"{BASE} Phrase {number}.", 1, who)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=pair) for pair in enumerate(authors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    section.refresh_from_db()
    kept = list(section.revisions.order_by("numero").values_list("numero", "retenue", "texte"))
    assert [numero for numero, _, _ in kept] == list(range(1, 10))
    assert [retenue for _, retenue, _ in kept] == [True, True, *[False] * 7]
    assert {texte for _, _, texte in kept} == {BASE, *(f"{BASE} Phrase {number}." for number in range(8))}
    assert (section.version, section.texte) == (2, kept[1][2])
