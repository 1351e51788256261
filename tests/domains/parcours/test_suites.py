"""Next steps: the score reason by reason, the steps of a person, the moves counted, who proposes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.models import Candidature
from maillage.domains.parcours.queries.mouvements import count_mouvements, count_under
from maillage.domains.parcours.queries.suites import list_attentes, list_suites, volet
from maillage.domains.parcours.rules.suites import (
    Note,
    Offre,
    Poids,
    Profil,
    Raison,
    Sejour,
    days_without,
    etapes,
    score,
    tranche,
)
from maillage.domains.parcours.services import candidatures as acts
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Personne
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, TitreFactory
from tests.factories.parcours_contrats import employer, followed
from tests.factories.parcours_cooperation import ConventionFactory, PartieFactory
from tests.factories.parcours_orientation import PosteFactory, RomeFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

POIDS = Poids(25, 25, 15, 15, 10, 10, proche_km=5, loin_km=30, jours_min=120)
PROFIL = Profil(200, "ACI", frozenset({"K2204"}))
TODAY = timezone.localdate()
KINDS = st.sampled_from(["AI", "ACI", "EI", "ETTI", "EITI"])
db = pytest.mark.django_db


def raison(code: str, offre: Offre, profil: Profil = PROFIL) -> Raison:
    return next(each for each in score(offre, profil, POIDS).raisons if each.code == code)


@pytest.mark.parametrize(
    ("code", "offre", "profil", "points"),
    [
        ("distance", {"distance_km": 5.0}, {}, 25),
        ("distance", {"distance_km": 17.5}, {}, 12.5),
        ("distance", {"distance_km": 30.0}, {}, 0),
        ("distance", {}, {}, None),
        ("metier", {"rome": "K2204"}, {}, 25),
        ("metier", {"rome": "K2201"}, {}, 12.5),
        ("metier", {"rome": "A1203"}, {}, 0),
        ("metier", {}, {}, None),
        ("metier", {"rome": "K2204"}, {"metiers": frozenset()}, None),
        ("droit", {"type_siae": "EI"}, {"restants": 120}, 15),
        ("droit", {"type_siae": "EI"}, {"restants": 40}, 5),
        ("droit", {"type_siae": "ETTI"}, {"restants": 40}, 15),
        ("droit", {"type_siae": "ETTI"}, {"restants": 0}, 0),
        ("droit", {}, {"restants": None}, None),
        ("progression", {"type_siae": "EI"}, {}, 15),
        ("progression", {"type_siae": "ACI"}, {}, 7.5),
        ("progression", {"type_siae": "AI"}, {}, 0),
        ("progression", {"type_siae": "EITI"}, {}, None),
        ("progression", {"type_siae": "EI"}, {"type_siae": None}, None),
        ("convention", {}, {}, 0),
        ("convention", {"convention": "Suites"}, {}, 10),
        ("places", {"places": 2, "recentes": 0}, {}, 10),
        ("places", {"places": 2, "recentes": 2}, {}, 5),
        ("places", {}, {}, None),
    ],
)
def test_each_reason_has_its_points_or_is_unknown(
    code: str, offre: dict[str, Any], profil: dict[str, Any], points: float | None
) -> None:
    told = Profil(**{"restants": 200, "type_siae": "ACI", "metiers": frozenset({"K2204"})} | profil)
    assert raison(code, Offre(**{"type_siae": "ACI"} | offre), told).points == points


def test_what_is_unknown_is_told_and_counts_for_half_in_the_order() -> None:
    note = Note((Raison("a", 10, 25, ""), Raison("b", None, 15, "inconnu"), Raison("c", 0, 10, "")))
    assert (str(note), note.rang, str(note.raisons[1])) == ("10 à 25", 17.5, "? · inconnu")
    assert str(Note(note.raisons[::2])) == "10"


@given(
    near=st.floats(0, 60),
    more=st.floats(0, 60),
    kind=KINDS,
    here=KINDS,
    left=st.none() | st.integers(0, 730),
    rome=st.none() | st.sampled_from(["K2204", "K2201", "A1203"]),
    places=st.none() | st.integers(1, 9),
    asked=st.integers(0, 30),
)
def test_an_offer_is_never_worth_more_for_being_worse(
    near: float, more: float, kind: str, here: str, left: int | None, rome: str | None, places: int | None, asked: int
) -> None:
    def worth(restants: int | None = left, **fields: Any) -> Note:
        told = {"distance_km": near, "rome": rome, "places": places, "recentes": asked} | fields
        return score(Offre(kind, **told), Profil(restants, here, PROFIL.metiers), POIDS)

    base = worth()
    assert 0 <= base.connus <= base.connus + base.inconnus <= 100
    assert worth(distance_km=near + more).rang <= base.rang
    assert worth(recentes=asked + 1).rang <= base.rang <= worth(convention="Suites").rang
    if left is not None:
        assert base.rang <= worth(left + 1).rang
    assert worth(rome="A1203").connus <= worth(rome="K2204").connus


DAY = date(2026, 1, 1)


def stay(siae: int, start: int, end: int | None) -> Sejour:
    return Sejour(siae, DAY + timedelta(start), None if end is None else DAY + timedelta(end))


@pytest.mark.parametrize(
    ("stays", "found", "without"),
    [
        ([], [], 0),
        ([(1, 0, 100)], [(1, None, None)], 0),
        ([(1, 0, 100), (1, 110, 200)], [(1, None, None)], 10),
        ([(1, 0, 100), (2, 100, 200)], [(1, None, None), (2, 0, True)], 0),
        ([(1, 0, 100), (2, 50, 200)], [(1, None, None), (2, 0, True)], 0),
        ([(1, 0, 100), (2, 130, None)], [(1, None, None), (2, 30, True)], 30),
        ([(1, 0, 100), (2, 283, 300)], [(1, None, None), (2, 183, True)], 183),
        ([(1, 0, 100), (2, 284, 300)], [(1, None, None), (2, 184, False)], 184),
        ([(1, 0, 50), (2, 60, 90), (1, 95, 120)], [(1, None, None), (2, 10, True)], 15),
        ([(1, 0, None), (2, 60, 90)], [(1, None, None), (2, 0, True)], 0),
        ([(1, 0, 0), (2, 10, 90)], [(2, None, None)], 0),  # a contract that was taken back
    ],
)
def test_steps_and_days_without_a_contract(stays: list[Any], found: list[Any], without: int) -> None:
    rows = [stay(*each) for each in stays]
    assert [(each.siae, each.ecart, each.enchainee) for each in etapes(rows, 183)] == found
    assert days_without(rows) == without


def test_bands_of_days() -> None:
    assert [tranche(days) for days in (0, 1, 30, 31, 90, 91)] == [0, 1, 1, 2, 2, 3]


def moved(personne: Personne, *stays: tuple[Any, date, date]) -> None:
    for siae, debut, fin in stays:
        ContratFactory(personne=personne, siae=siae, debut=debut, fin_prevue=fin, fin=fin)


@db
def test_moves_are_counted_as_the_rule_says(django_assert_num_queries: Any) -> None:
    aci, ei = SiaeFactory(type_siae="ACI"), SiaeFactory(type_siae="EI")
    start, middle, end = date(2024, 9, 1), date(2025, 3, 1), date(2025, 12, 31)
    for gap in (10, 10, 10, 10, 10, 10, 184, 184, 184, 184, 184):  # within the delay, or beyond
        person = PersonneFactory(departement="95")
        moved(person, (aci, start, middle), (ei, middle + timedelta(gap), end))
    moved(PersonneFactory(departement="93"), (aci, start, middle), (ei, middle, end))
    with django_assert_num_queries(1):
        found = count_mouvements(2025, date(2026, 9, 1), departement="95")
    _, line, after, *_, whole = found.lignes
    assert (line.type, line.effectifs, line.sejours, line.duree) == ("ACI", (0, 0, 6, 0, 0, 6), 11, 181)
    assert line.suivis is not None
    assert (line.suivis.part, line.suivis.total) == (6, 11)
    assert (after.sejours, after.suivis and after.suivis.part) == (11, 0)
    assert (whole.ensemble, whole.effectifs, whole.sejours, found.total) == (True, (0, 0, 6, 0, 0, 6), 22, 6)
    assert [number for _, number in found.ecarts] == [0, 6, 0, 0]
    own = count_mouvements(2025, date(2026, 9, 1), siae=[ei.pk])
    assert (own.lignes[1].effectifs[2], own.lignes[1].sejours, own.lignes[2].sejours) == (7, 0, 12)
    # One person alone: nothing leads back to them.
    alone = count_mouvements(2025, date(2026, 9, 1), departement="93")
    assert [each.effectifs[-1] for each in alone.lignes] == [0, None, 0, 0, 0, None]
    assert [number for _, number in alone.ecarts] == [None, 0, 0, 0]
    assert {(each.suivis, each.duree) for each in alone.lignes} == {(None, None)}
    # Too early to know what follows: a step that has just ended is not counted.
    assert count_mouvements(2025, date(2025, 3, 20), departement="95").lignes[1].sejours == 0


@db
def test_moves_under_a_convention_are_those_between_its_parties() -> None:
    user, aci = employer()
    ei = SiaeFactory(type_siae="EI")
    signed = ConventionFactory(etat="vigueur", organisation=aci.organisation, debut=date(2025, 1, 1))
    for each in (aci, ei):
        PartieFactory(convention=signed, organisation=each.organisation, signee=True)
    middle = date(2025, 3, 1)
    moved(PersonneFactory(), (aci, date(2024, 9, 1), middle), (ei, middle, date(2025, 9, 1)))
    moved(PersonneFactory(), (aci, date(2024, 2, 1), date(2024, 6, 1)), (ei, date(2024, 6, 1), DAY))  # before it
    moved(PersonneFactory(), (SiaeFactory(), date(2024, 9, 1), middle), (ei, middle, date(2025, 9, 1)))
    signed.la_notre = True
    assert count_under([signed], user, date(2026, 6, 1)) == {signed.pk: 1}
    signed.la_notre = False
    assert count_under([signed], user, date(2026, 6, 1)) == {signed.pk: "secret"}
    signed.etat = EtatConvention.PROJET
    assert count_under([signed], user, date(2026, 6, 1)) == {}


@pytest.fixture
def scene() -> tuple[Any, Any, Personne]:
    """An employee of one's ACI, in a commune, with a right and a trade."""
    user, siae = employer()
    home = TerritoireFactory(code="95018", x=640_000.0, y=6_870_000.0)
    person = followed(user, titre=None, commune=home.code)
    TitreFactory(personne=person, debut=TODAY - timedelta(600))
    ContratFactory(
        personne=person,
        siae=siae,
        debut=TODAY - timedelta(90),
        fin_prevue=TODAY + timedelta(30),
        rome=RomeFactory(),
    )
    return user, siae, person


@db
def test_posts_and_siae_without_one_are_proposed_but_for_the_employer(
    scene: tuple[Any, Any, Personne], client: Client
) -> None:
    user, siae, person = scene
    near = TerritoireFactory(code="95019", x=644_000.0, y=6_870_000.0)
    post = PosteFactory(siae=SiaeFactory(type_siae="EI"), commune=near, ouvert_le=TODAY)
    PosteFactory(siae=siae, commune=near, ouvert_le=TODAY)
    bare = ImplantationFactory(siae=SiaeFactory(type_siae="AI"), commune=near).siae
    found = list_suites(user, person, TODAY)
    assert [(each.siae, each.poste, each.distance_km) for each in found] == [
        (post.siae, post, 4.0),
        (bare, None, 4.0),
    ]
    # 25 near, 25 trade, 15 right (130 days), 15 next step, 0 convention, 10 places; then 25 + ? + 15 + 0 + 0 + ?
    assert [str(each.note) for each in found] == ["90", "40 à 75"]
    client.force_login(user)
    url = reverse("parcours:suites", args=[person.public_id])
    answer = client.get(url)
    links = [next(cell.url for cell in line if cell.value == "Proposer") for line in answer.context["lines"]]
    act = reverse("parcours:orienter", args=[person.public_id])
    post.refresh_from_db()
    assert links == [f"{act}?poste={post.public_id}", f"{act}?siae={bare.pk}"]
    assert len(client.get(f"{url}?poste=on").context["page"]) == 1
    assert [len(client.get(f"{url}?{query}").context["page"]) for query in ("type=AI", "rayon=5", "metier=K2204")] == [
        1,
        2,
        1,
    ]


@db
def test_the_list_asks_as_many_queries_for_one_as_for_three(
    scene: tuple[Any, Any, Personne], client: Client, django_assert_constant_queries: Callable[..., None]
) -> None:
    user, _, person = scene
    client.force_login(user)
    place = TerritoireFactory(code="95019", x=644_000.0, y=6_870_000.0)

    def add(number: int) -> None:
        for _ in range(number):
            PosteFactory(commune=place, ouvert_le=TODAY)
            ImplantationFactory(siae=SiaeFactory(), commune=place)

    url = reverse("parcours:suites", args=[person.public_id])
    django_assert_constant_queries(add, lambda: client.get(url))


@db
def test_a_siae_proposes_its_employee_to_another_which_answers(
    scene: tuple[Any, Any, Personne], client: Client
) -> None:
    user, siae, person = scene
    other = SiaeFactory(type_siae="EI")
    assert [(each.label, each.nombre) for each in list_attentes(user)] == [
        ("1 suite à préparer\u202f: aucune candidature en cours", 1)
    ]
    client.force_login(user)
    url = f"{reverse('parcours:orienter', args=[person.public_id])}?siae={other.pk}"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"message": "Prête à changer."})
    made = Candidature.objects.get()
    assert (made.origine, made.siae, made.organisation) == ("suite", other, siae.organisation)
    assert answer["Location"] == reverse("parcours:candidature", args=[made.public_id])
    assert client.get(answer["Location"]).status_code == 200  # who proposed follows the answer
    assert list(client.get(reverse("parcours:candidatures")).context["page"]) == []  # but did not receive it
    assert list(list_attentes(user)) == []
    listed = client.get(reverse("parcours:contrats_sans_suite")).context["page"]
    assert [row.proposees for row in listed] == [1]
    assert list(client.get(reverse("parcours:contrats_sans_suite") + "?sans_proposition=on").context["page"]) == []


@db
def test_the_sheet_tells_the_steps_and_the_days_without_a_contract() -> None:
    user, siae = employer()
    person, before = followed(user), SiaeFactory(type_siae="AI")
    moved(person, (before, date(2025, 1, 1), date(2025, 6, 1)), (siae, date(2025, 6, 11), date(2026, 6, 11)))
    found = volet(user, person, TODAY)
    assert found is not None
    lines = [(each["siae"], each["etape"].ecart, each["dernier"]) for each in found.contexte["lignes"]]
    assert lines == [(before, None, date(2025, 5, 31)), (siae, 10, date(2026, 6, 10))]
    assert (found.contexte["ecart"], found.contexte["chercher"]) == (
        10,
        reverse("parcours:suites", args=[person.public_id]),
    )
    assert volet(member(P.ANALYSTE, "dreets"), person, TODAY) is None


@db
def test_one_who_left_too_long_ago_is_proposed_no_more(client: Client) -> None:
    user, siae = employer()
    person = followed(user)
    ContratFactory(personne=person, siae=siae, debut=date(2020, 1, 1), fin_prevue=date(2020, 6, 1))
    other = SiaeFactory()
    with pytest.raises(Refused) as caught:
        acts.present(personne=person, siae=other, actor=user, on=TODAY)
    assert [each.code for each in caught.value.refusals] == ["autre_siae"]
    client.force_login(user)
    assert client.get(f"{reverse('parcours:orienter', args=[person.public_id])}?siae={other.pk}").status_code == 409
    page = client.get(reverse("parcours:suites", args=[person.public_id]))
    assert page.context["may"] is False


@db
@pytest.mark.parametrize("profil", [P.SIAE_DIRECTION, P.ETAT_DEPARTEMENT])
def test_the_page_of_moves_is_read_by_siae_and_territories(profil: P, client: Client) -> None:
    user = member(profil, "siae" if profil == P.SIAE_DIRECTION else "ddets")
    client.force_login(user)
    answer = client.get(reverse("parcours:mouvements"))
    lines = 6 if profil == P.SIAE_DIRECTION else 0  # a DDETS without a territory has nothing to read
    assert (answer.status_code, len(answer.context["page"])) == (200, lines)
