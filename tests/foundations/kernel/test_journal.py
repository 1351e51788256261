"""The journal of acts: who reads what of it, how it is searched, in which words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.models import Tache
from maillage.foundations.kernel.views.journal import particulars
from maillage.foundations.kernel.wording import act_label, screen_label
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import User
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def comptes() -> dict[str, User]:
    """Return accounts that each did one act, named after them."""
    ours, theirs = OrganisationFactory(denomination="La Nôtre"), OrganisationFactory(denomination="La Leur")

    def join(profil: str, organisation: object, **more: object) -> User:
        return MembreFactory(profil=profil, organisation=organisation, **more).user

    found = {
        "membre": join(ProfilMembre.SIAE_ACCOMPAGNEMENT, ours),
        "collegue": join(ProfilMembre.SIAE_ENCADREMENT, ours),
        "admin": join(ProfilMembre.SIAE_DIRECTION, ours, administrateur=True),
        "dpo": join(ProfilMembre.DPO, ours),
        "voisin": join(ProfilMembre.SIAE_DIRECTION, theirs, administrateur=True),
        "seul": UserFactory(),
        "exploitant": UserFactory(exploitant=True),
    }
    tache = Tache.objects.create(libelle="Essai")
    for name, user in found.items():
        audit.record(name, tache, actor=user, motif=f"motif de {name}")
    audit.record("machine", tache, actor=None)
    return found


OURS = {"membre", "collegue", "admin", "dpo"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("membre", {"membre"}),
        ("collegue", {"collegue"}),
        ("seul", {"seul"}),
        ("admin", OURS),
        ("dpo", OURS),
        ("voisin", {"voisin"}),
        ("exploitant", OURS | {"voisin", "seul", "exploitant", "machine"}),
    ],
)
def test_who_reads_which_acts(comptes: dict[str, User], who: str, expected: set[str]) -> None:
    assert set(audit.visible_to(comptes[who]).values_list("acte", flat=True)) == expected


def test_roles_asleep_read_their_own_acts_only(comptes: dict[str, User], settings: object) -> None:
    settings.MAILLAGE_SECOND_FACTEUR = True  # type: ignore[attr-defined]
    for who in ("admin", "exploitant"):
        comptes[who].second_facteur_verifie = False
        assert set(audit.visible_to(comptes[who]).values_list("acte", flat=True)) == {who}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Machine", "Exploitant", "Seul", "Voisin", "Dpo", "Admin", "Collegue", "Membre"]),
        ("?organisation=nôtre", ["Dpo", "Admin", "Collegue", "Membre"]),
        ("?organisation=leur", ["Voisin"]),
        ("?au=2020-01-01", []),
        ("?du=2020-01-01&organisation=leur", ["Voisin"]),
        ("?tri=acte&organisation=nôtre", ["Admin", "Collegue", "Dpo", "Membre"]),
    ],
)
def test_the_journal_is_searched(client: Client, comptes: dict[str, User], query: str, expected: list[str]) -> None:
    client.force_login(comptes["exploitant"])
    page = client.get(f"/journal/{query}").content.decode()
    assert re.findall(r"</th>\s*<td>\s*([^<]*?)\s*</td>", page) == expected


def test_the_journal_is_searched_by_author(client: Client, comptes: dict[str, User]) -> None:
    client.force_login(comptes["exploitant"])
    page = client.get("/journal/", {"auteur": comptes["dpo"].email.upper()}).content.decode()
    assert re.findall(r"</th>\s*<td>\s*([^<]*?)\s*</td>", page) == ["Dpo"]


def test_the_journal_asks_as_many_queries_for_one_act_as_for_three(
    client: Client, django_assert_constant_queries: object
) -> None:
    client.force_login(UserFactory(exploitant=True))
    tache = Tache.objects.create(libelle="Essai")

    def create(number: int) -> None:
        for _ in range(number):
            audit.record("essai", tache, actor=UserFactory())

    django_assert_constant_queries(create, lambda: client.get("/journal/"))  # type: ignore[operator]


def test_a_visitor_is_led_to_sign_in(client: Client) -> None:
    assert client.get("/journal/").status_code == 302


def test_codes_are_said_in_french_and_unknown_ones_are_shown() -> None:
    assert [act_label(code) for code in ("personnes.create", "rien")] == ["création du dossier", "rien"]
    assert [screen_label(code) for code in ("personnes:detail", "rien")] == ["dossier", "rien"]


def test_particulars_fit_a_line() -> None:
    told = {"champs": ["nom", "commune"], "heures": 2, "second_facteur": False, "vide": ""}
    acte = audit.record("essai", Tache.objects.create(libelle="Essai"), actor=None, **told)  # type: ignore[arg-type]
    assert particulars(acte) == "champs : nom, commune ; heures : 2 ; second facteur : non"
