"""Who needs the IAE in a territory, beside its département and its region; how surely each figure is known."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from maillage.domains.diagnostics.models import BeneficiairesIae
from maillage.domains.diagnostics.queries.profils import draw_profil, get_profil
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.queries.quartiers import list_quartiers
from maillage.domains.diagnostics.queries.salaries import draw_annees, list_lieux_serie, list_mois
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.domains.diagnostics.services.salaries import MoisSalaries, record_salaries
from maillage.foundations.kernel.errors import Refused
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import QpvCommune
from tests.factories.accounts import UserFactory
from tests.factories.territoires import TerritoireFactory

ON = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


def record(public, *lignes, annee=2025, estime=False):
    rows = [
        LigneBesoin(code, annee, None if value is None else Decimal(value), estime, niveau)
        for niveau, code, value in lignes
    ]
    assert "refuse" not in record_besoins(public_code=public, lignes=rows, source="essai", actor=None, on=ON).changes


def told(region, niveau, code, public, **options):
    """Return the figures of a public here, in the département and in the region: (value, nature)."""
    profil = get_profil(region.code, niveau, code, on=ON, **options)
    [ligne] = [ligne for ligne in profil.lignes if ligne.public.code == public]
    return [(chiffre.valeur, chiffre.nature.value) for chiffre in ligne.chiffres]


COMMUNES = [("commune", "93066", 300), ("commune", "93001", 100), ("commune", "77288", 50), ("commune", "77186", 50)]


@pytest.mark.parametrize(
    ("lignes", "lieu", "expected"),
    [
        # every commune is counted: the rest adds up
        (COMMUNES, ("commune", "93066"), [(300, "compte"), (400, "somme"), (500, "somme")]),
        (COMMUNES, ("ept", "200057867"), [(400, "somme"), (400, "somme"), (500, "somme")]),
        (COMMUNES, ("departement", "93"), [(400, "somme"), (500, "somme")]),
        (COMMUNES, ("region", "11"), [(500, "somme")]),
        # the figure of its producer comes before the sum
        (
            [*COMMUNES, ("departement", "93", 410), ("region", "11", 515)],
            ("commune", "93066"),
            [(300, "compte"), (410, "compte"), (515, "compte")],
        ),
        # a secret commune: a minimum, unless the total is given
        (
            [("commune", "93066", None), *COMMUNES[1:]],
            ("commune", "93066"),
            [(None, "secret"), (100, "minimum"), (200, "minimum")],
        ),
        (
            [("commune", "93066", None), *COMMUNES[1:], ("departement", "93", 410), ("departement", "77", 100)],
            ("commune", "93066"),
            [(None, "secret"), (410, "compte"), (510, "somme")],
        ),
        # known by département alone: spread below
        (
            [("departement", "93", 90), ("departement", "77", 30)],
            ("commune", "93066"),
            [(60, "estime"), (90, "compte"), (120, "somme")],
        ),
        # a secret département tells nothing, here nor below
        (
            [("departement", "93", None)],
            ("commune", "93066"),
            [(None, "secret"), (None, "secret"), (None, "secret")],
        ),
        # a commune that no series tells, among others
        ([("commune", "93066", 300)], ("commune", "93001"), [(None, "inconnu"), (300, "minimum"), (300, "minimum")]),
    ],
)
def test_each_figure_says_how_it_is_known(region, lignes, lieu, expected):
    record("femmes", *lignes)
    assert told(region, *lieu, "femmes") == expected


def test_a_rate_is_for_a_thousand_people_of_working_age_and_an_index_against_the_region(region):
    record("population_active_age", *[(niveau, code, 10 * value) for niveau, code, value in COMMUNES])
    record(
        "femmes", ("commune", "93066", 60), ("commune", "93001", 10), ("commune", "77288", 5), ("commune", "77186", 5)
    )

    profil = get_profil(region.code, "commune", "93066", on=ON)

    [ligne] = [ligne for ligne in profil.lignes if ligne.public.code == "femmes"]
    assert [chiffre.pour_mille for chiffre in ligne.chiffres] == [20.0, 17.5, 16.0]
    assert ligne.indice == 125.0
    chart = draw_profil(profil, profil.lignes)
    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("Île-de-France", 100),
        ("femmes demandeuses d’emploi", 125.0),
    ]
    whole = get_profil(region.code, "region", "11", on=ON)
    assert draw_profil(whole, whole.lignes) is None


def test_a_minimum_is_not_compared(region):
    record("population_active_age", *[(niveau, code, 10 * value) for niveau, code, value in COMMUNES])
    record("femmes", ("commune", "93066", 60), ("commune", "93001", None))

    profil = get_profil(region.code, "commune", "93066", on=ON)

    assert [ligne.indice for ligne in profil.lignes if ligne.public.code == "femmes"] == [None]


def test_each_public_is_told_in_the_year_asked_or_the_nearest(region):
    record("femmes", *COMMUNES, annee=2025)
    record("femmes", ("commune", "93066", 200), annee=2023)

    assert told(region, "commune", "93066", "femmes")[0] == (300, "compte")
    assert told(region, "commune", "93066", "femmes", annee=2024)[0] == (200, "compte")


@pytest.mark.parametrize("lieu", [("commune", "99999"), ("qpv", "QN09301M"), ("planete", "1"), ("departement", "75")])
def test_what_is_no_territory_of_the_region_has_no_profile(region, lieu, client):
    assert get_profil(region.code, *lieu, on=ON) is None
    assert client.get(reverse("diagnostics:profil", args=lieu)).status_code == 404


def test_without_a_region_there_is_no_profile(client):
    assert get_profil("11", "region", "11", on=ON) is None


def test_the_quarters_of_a_territory_and_what_is_counted_there(region):
    for code, commune in (("QN09301M", "93066"), ("QN09302M", "93001"), ("QN07701M", "77288")):
        qpv = TerritoireFactory(niveau=Niveau.QPV, code=code, nom=f"Le {code}", departement="93", millesime=2024)
        QpvCommune.objects.create(qpv=qpv, commune=region.communes[commune])
    record("qpv", ("qpv", "QN09301M", 4000), annee=2023)
    record("qpv", ("qpv", "QN09301M", 4100))
    record("femmes", ("qpv", "QN09301M", None))

    told_ = list_quartiers("ept", "200057867")

    assert [public.code for public in told_.publics] == ["qpv", "femmes"] or [
        public.code for public in told_.publics
    ] == ["femmes", "qpv"]
    assert [(each.nom, each.communes) for each in told_.quartiers] == [("Le QN09301M", "Saint-Denis")]
    assert dict(zip([p.code for p in told_.publics], told_.quartiers[0].chiffres, strict=True)) == {
        "qpv": (2025, 4100.0),
        "femmes": (2025, None),
    }
    assert told_.muets == 1


def test_the_pages_of_the_publics(region, client):
    record("femmes", *COMMUNES)
    record("rqth", ("departement", "93", 90))

    page = client.get(reverse("diagnostics:publics"))
    assert [serie.public.code for serie in page.context["page"]] == ["femmes", "rqth"]
    assert "Publics sans aucune série" in page.content.decode()
    narrowed = client.get(f"{reverse('diagnostics:publics')}?niveau=departement")
    assert [serie.public.code for serie in narrowed.context["page"]] == ["rqth"]

    public = client.get(reverse("diagnostics:public", args=["rqth"])).content.decode()
    assert list_publics()["rqth"].definition in public
    assert "en proportion de la première" in public
    assert "Il n’est jamais réparti" in client.get(reverse("diagnostics:public", args=["campements"])).content.decode()
    assert client.get(reverse("diagnostics:public", args=["martiens"])).status_code == 404

    profil = client.get(reverse("diagnostics:profil", args=["commune", "93066"])).content.decode()
    assert "Ce qui est estimé, et comment" in profil
    exported = client.get(f"{reverse('diagnostics:profil', args=['commune', '93066'])}?format=csv")
    assert exported.headers["Content-Disposition"].startswith('attachment; filename="publics-commune-93066-')
    assert "femmes demandeuses d’emploi" in exported.content.decode("utf-8-sig")


def test_the_population_has_no_rate_on_the_page_and_an_empty_cell_in_files(region, client):
    record("femmes", *COMMUNES)
    address = reverse("diagnostics:profil", args=["commune", "93066"])
    page = client.get(address)
    labels = [header.label for header in page.context["headers"]]
    name = list_publics()["population"].court
    table = [
        [strip_tags(cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", page.content.decode(), re.S)
    ]
    [shown] = [row for row in table if row[0] == name]
    text = client.get(f"{address}?format=csv").content.decode("utf-8-sig")
    [filed] = [line for line in csv.reader(text.splitlines(), delimiter=";") if line and line[0] == name]
    rates = [place for place, label in enumerate(labels) if label.startswith(("Pour 1 000", "Indice"))]
    assert [shown[place] for place in rates] == ["—"] * 4
    assert [filed[place] for place in rates] == [""] * 4


def mois(niveau="region", code="11", nom="Île-de-France", annee=2022, numero=9, valeur=15784):
    return MoisSalaries(niveau, code, nom, date(annee, numero, 1), valeur)


def test_the_months_are_recorded_once_and_corrected(db):
    assert record_salaries(lignes=[mois(), mois(numero=8, valeur=14475)], source="ASP", actor=None) == ["cree", "cree"]
    again = [mois(), mois(numero=8, valeur=14476)]
    assert record_salaries(lignes=again, source="ASP", actor=None) == ["inchange", "modifie"]
    with pytest.raises(Refused, match="réservée"):
        record_salaries(lignes=[mois()], source="ASP", actor=UserFactory())


def test_a_series_is_read_with_its_evolution_and_its_means(db):
    lignes = [mois(annee=2021, numero=number, valeur=100) for number in range(1, 13)]
    record_salaries(lignes=[*lignes, mois(numero=1, valeur=110), mois("pays", "", "France")], source="ASP", actor=None)

    months = list_mois("region", "11")

    assert [(each.mois, each.valeur, each.un_an, each.evolution) for each in months[:2]] == [
        (date(2022, 1, 1), 110, 100, 10.0),
        (date(2021, 12, 1), 100, None, None),
    ]
    assert [(bar.label, bar.value) for bar in draw_annees("Île-de-France", months).bars] == [
        ("2021", 100.0),
        ("2022 (1 mois)", 110.0),
    ]
    assert list_lieux_serie("11") == [("region 11", "Île-de-France (11)"), ("pays", "France")]


def test_the_page_of_the_employees(region, client):
    assert "Aucun mois n’est importé" in client.get(reverse("diagnostics:salaries")).content.decode()
    record_salaries(lignes=[mois(), mois("pays", "", "France", valeur=146311)], source="ASP", actor=None)

    assert [each.valeur for each in client.get(reverse("diagnostics:salaries")).context["page"]] == [15784]
    country = client.get(f"{reverse('diagnostics:salaries')}?territoire=pays")
    assert [each.valeur for each in country.context["page"]] == [146311]


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("beneficiaires_iae_unique", {}),
        ("beneficiaires_iae_code", {"code": ""}),
        ("beneficiaires_iae_code", {"niveau": "pays"}),
        ("beneficiaires_iae_mois", {"mois": date(2022, 9, 30)}),
    ],
)
def test_the_database_refuses(constraint, values):
    known = {"niveau": "region", "code": "11", "nom": "X", "mois": date(2022, 9, 1), "valeur": 1}
    BeneficiairesIae.objects.create(**known)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BeneficiairesIae.objects.create(**known | values)
