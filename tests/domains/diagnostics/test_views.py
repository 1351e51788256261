"""The screens of the diagnostic: open to all, constant in queries, clear when something is missing."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.test import RequestFactory
from django.urls import reverse

from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.queries.document import _region_sentences
from maillage.domains.diagnostics.queries.fiche import describe_communes
from maillage.domains.diagnostics.queries.profils import get_profil
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.domains.diagnostics.views.comparaison import Comparaison
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Territoire
from tests.domains.diagnostics.conftest import add_siae
from tests.factories.structures import ImplantationFactory, SiaeFactory

pytestmark = pytest.mark.django_db

CARTE, COMPARAISON, METHODE = (reverse(f"diagnostics:{name}") for name in ("carte", "comparaison", "methode"))


def sheet(niveau="ept", code="200057867"):
    return reverse("diagnostics:territoire", args=[niveau, code])


@pytest.mark.parametrize(
    ("url", "template"),
    [
        (CARTE, "diagnostics/carte.html"),
        (f"{CARTE}?maille=commune&indicateur=taux&points=on", "diagnostics/carte.html"),
        (f"{CARTE}?maille=departement&indicateur=classe", "diagnostics/carte.html"),
        (COMPARAISON, "diagnostics/comparaison.html"),
        (METHODE, "diagnostics/methode.html"),
        (sheet(), "diagnostics/territoire.html"),
        (sheet("commune", "93066"), "diagnostics/territoire.html"),
        (sheet("departement", "77"), "diagnostics/territoire.html"),
        (sheet("region", "11"), "diagnostics/territoire.html"),
    ],
)
def test_every_page_answers_an_anonymous_visitor(client, offre, url, template):
    response = client.get(url)

    assert response.status_code == 200
    assert template in [part.name for part in response.templates]


@pytest.mark.parametrize(
    "url", [CARTE, f"{CARTE}?maille=commune&points=on", COMPARAISON, f"{COMPARAISON}?maille=commune", sheet()]
)
def test_queries_are_constant(client, region, url, django_assert_constant_queries):
    django_assert_constant_queries(
        lambda count: [add_siae(region, "93066", TypeSiae.ACI, etp="2") for _ in range(count)],
        lambda: client.get(url),
    )


@pytest.mark.parametrize("url", [CARTE, COMPARAISON])
def test_without_territories_the_page_says_what_to_run(client, db, url):
    response = client.get(url)

    assert response.status_code == 200
    assert "load_territoires" in response.text


@pytest.mark.parametrize("url", [CARTE, COMPARAISON, sheet()])
def test_without_siae_the_page_leads_to_the_imports(client, region, url):
    response = client.get(url)

    assert "Aucune SIAE n’est enregistrée" in response.text
    assert f'href="{reverse("imports:list")}"' in response.text


@pytest.mark.parametrize(("niveau", "code"), [("ept", "999999999"), ("commune", "200057867"), ("galaxie", "93066")])
def test_a_territory_that_does_not_exist_is_a_404(client, offre, niveau, code):
    assert client.get(sheet(niveau, code)).status_code == 404


def test_a_wrong_setting_is_told_and_the_rest_holds(client, offre):
    response = client.get(f"{CARTE}?rayon=abc&type=ACI&maille=galaxie")

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"rayon", "maille"}
    assert response.context["couverture"].choix.types == ("ACI",)


def test_a_year_is_offered_once_there_are_several_and_told_when_it_is_not_known(client, offre):
    assert "annee" not in client.get(CARTE).context["form"].fields
    for public, annee in (("brsa", 2023), ("brsa", 2024), ("defm_abc", 2022)):
        lignes = [LigneBesoin("93066", annee, Decimal(annee))]
        record_besoins(public_code=public, lignes=lignes, source="essai", actor=None, on=date(2026, 11, 23))

    chosen = client.get(f"{CARTE}?public=brsa&annee=2023").context
    assert [year for year, _ in chosen["form"].fields["annee"].choices] == ["", 2024, 2023, 2022]
    assert chosen["couverture"].total.besoin == 2023

    wrong = client.get(f"{CARTE}?public=brsa&annee=2022").context
    assert wrong["form"].errors == {
        "annee": ["Le besoin de ce public n’est pas connu pour 2022 (années connues\u202f: 2024, 2023)."]
    }


def test_the_comparison_filters_by_departement_class_and_name(client, offre):
    def names(query):
        page = client.get(f"{COMPARAISON}?maille=commune&{query}").context["page"]
        return [ligne.nom for ligne in page]

    assert sorted(names("")) == ["Aubervilliers", "Fontainebleau", "Melun", "Saint-Denis"]
    assert sorted(names("departement=77")) == ["Fontainebleau", "Melun"]
    assert names("nom=st denis") == ["Saint-Denis"]
    assert names("nom=93001") == ["Aubervilliers"]
    assert names("departement=93&nom=melun") == []


def test_the_comparison_sorts_with_the_unknown_last(client, offre):
    page = client.get(f"{COMPARAISON}?maille=commune&tri=-accessibilite").context["page"]

    known = [ligne.accessibilite for ligne in page if ligne.accessibilite is not None]
    assert known == sorted(known, reverse=True)
    assert [ligne.nom for ligne in page][-1] == "Fontainebleau"


@pytest.mark.parametrize("code", ["csv", "xlsx", "ods"])
def test_the_comparison_is_taken_away_whole(client, offre, code):
    response = client.get(f"{COMPARAISON}?maille=commune&format={code}")

    assert response.status_code == 200
    assert f".{code}" in response["Content-Disposition"]


def test_the_exported_columns_hold_every_figure(client, offre):
    lines = client.get(f"{COMPARAISON}?maille=departement&format=csv").content.decode("utf-8-sig").splitlines()

    assert lines[0].split(";")[:7] == [
        "Code",
        "Territoire",
        "Niveau",
        "Département",
        "Population",
        "Personnes du public",
        "Besoin connu (% de la population)",
    ]
    assert [line.split(";")[0] for line in lines[1:]] == ["77", "93"]


def test_the_settings_follow_the_links(client, offre):
    response = client.get(f"{CARTE}?rayon=30&maille=departement")

    assert {rangee.url for rangee in response.context["worst"]} == {
        f"{sheet('departement', '93')}?rayon=30",
        f"{sheet('departement', '77')}?rayon=30",
    }


def test_the_sheet_compares_with_the_larger_territories(client, offre):
    context = client.get(sheet("commune", "93066")).context

    assert [ligne.nom for ligne, _ in context["larger"]] == ["Plaine Commune", "Seine-Saint-Denis", "Île-de-France"]
    assert context["siae_count"] == 3
    assert context["types"] == "1 ACI, 1 EI, 1 AI"


def test_the_share_of_known_need_is_told_where_some_is_unknown(client, offre):
    lignes = [LigneBesoin("93066", 2024, Decimal(5000))]
    record_besoins(public_code="brsa", lignes=lignes, source="essai", actor=None, on=date(2026, 11, 23))

    told = "Communes dont le besoin est connu\u202f: 1 sur 2 (67\u202f% de la population)."
    assert told in client.get(f"{sheet()}?public=brsa").text
    assert told not in client.get(f"{sheet('commune', '93066')}?public=brsa").text
    assert "Besoin connu (% de la population)" in client.get(f"{COMPARAISON}?public=brsa").text
    assert "Besoin connu (% de la population)" not in client.get(COMPARAISON).text


def test_the_sheet_of_an_intercommunalite_lists_its_communes(client, offre):
    context = client.get(sheet()).context

    assert [rangee.ligne.nom for rangee in context["parts"]] == ["Aubervilliers", "Saint-Denis"]


def test_a_sheet_gives_its_files(client, offre):
    files = dict(client.get(f"{sheet()}?rayon=10").context["files"])

    assert files == {
        code.upper(): f"/diagnostics/ept/200057867/diagnostic.{code}?rayon=10" for code in ("pdf", "ods", "json")
    }
    data = json.loads(client.get(files["JSON"]).content)
    assert data["parametres"]["rayon_km"] == 10
    assert [t["nom"] for t in data["territoires"]] == [
        "Plaine Commune",
        "Aubervilliers",
        "Saint-Denis",
        "Seine-Saint-Denis",
        "Île-de-France",
    ]


def test_the_document_is_a_tagged_french_pdf_with_its_title(client, offre):
    response = client.get("/diagnostics/ept/200057867/diagnostic.pdf")

    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == "Plaine Commune"


@pytest.mark.parametrize("url", ["/diagnostics/ept/200057867/diagnostic.exe", "/diagnostics/ept/1/diagnostic.pdf"])
def test_a_file_that_does_not_exist_is_a_404(client, offre, url):
    assert client.get(url).status_code == 404


def test_the_map_of_communes_stays_light_and_fast(client, ile_de_france):
    """Three hundred SIAE and a need in every commune: the widest maps weigh under 60 kB."""
    communes = list(Territoire.objects.unites().filter(region="11").order_by("code"))
    for commune in communes[::4]:
        ImplantationFactory(siae=SiaeFactory(), commune=commune)
    lignes = [LigneBesoin(commune.code, 2024, Decimal(100 + n)) for n, commune in enumerate(communes)]
    record_besoins(public_code="brsa", lignes=lignes, source="essai", actor=None, on=date(2026, 11, 23))

    for points in ("", "&points=on"):
        response = client.get(f"{CARTE}?maille=commune&public=brsa{points}")

        assert response.context["couverture"].total.siae == len(communes[::4])
        assert len(gzip.compress(response.content)) < 60_000


def test_reading_writes_nothing(client, offre, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as captured:
        client.get(sheet())

    # How often one asks is counted, before the page and apart from it.
    of_the_page = [query["sql"] for query in captured.captured_queries if "kernel_compteur" not in query["sql"]]
    verbs = {sql.split()[0].upper() for sql in of_the_page}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE", "SET"}


def test_a_kind_of_siae_is_kept_throughout_the_sheet(client, offre):
    context = client.get(f"{sheet()}?type=AI").context

    assert [presente.siae.type_siae for presente in context["siae"]] == ["AI"]
    assert context["ligne"].siae == 1
    assert context["siae_caption"] == "SIAE (AI) qui ont leur implantation principale ici\u202f: 1"
    none = client.get(f"{sheet()}?type=EITI").context
    assert (none["ligne"].siae, none["ligne"].etp, none["siae_count"]) == (0, 0, 0)


def test_the_siae_of_a_sheet_bear_what_their_sites_have_here(client, offre):
    context = client.get(sheet("commune", "93001")).context

    assert {presente.siae.type_siae: (presente.principale, presente.etp) for presente in context["siae"]} == {
        "ETTI": (True, 12.0),
        "AI": (False, 2.5),
    }
    assert sum(presente.etp for presente in context["siae"]) == context["ligne"].etp
    assert context["siae_caption"] == "SIAE qui ont un site ici\u202f: 2, dont 1 avec leur implantation principale"


def test_the_json_has_the_scale_of_the_screens(client, offre):
    for capacite, pour in (("etp", 1000), ("structures", 100_000)):
        query = f"?capacite={capacite}"
        data = json.loads(client.get(f"{sheet()[:-1]}/diagnostic.json{query}").content)
        shown = client.get(f"{sheet('region', '11')}{query}").context["comparees"]

        assert data["parametres"]["taux_pour"] == pour
        region = data["territoires"][-1]
        assert [region["taux"], region["accessibilite"]] == [shown[0].valeurs[0], shown[-1].valeurs[0]]


def test_territories_are_counted_and_ranked_in_words(client, offre):
    page = client.get(sheet()).text

    assert "Établissement public territorial, 2 communes" in page
    assert "Accessibilité au rang 2 parmi les 3 intercommunalités\u202f; le rang 1 est le plus faible." in page


def test_arrondissements_are_named(region):
    couverture = compute_couverture("11")
    communes = list(couverture.mailles["commune"])
    paris = replace(communes[0], nom="Paris 12e Arrondissement")

    assert describe_communes(communes) == "4 communes"
    assert describe_communes([paris, *communes[1:]]) == "4 communes et arrondissements"
    assert describe_communes([paris, paris]) == "2 arrondissements"


def test_decimals_are_the_same_down_a_column(offre):
    columns = {column.code: column for column in Comparaison(request=RequestFactory().get("/?maille=commune")).columns}
    communes = compute_couverture("11").mailles[Maille.COMMUNE]

    assert [columns["etp"].get(ligne) for ligne in communes] == ["0,0", "7,0", "14,5", "32,5"]
    assert [columns["siae"].get(ligne) for ligne in communes] == ["0", "2", "1", "3"]
    assert columns["taux"].get(communes[0]) is None


def test_the_region_is_told_in_sentences_computed_from_the_figures(offre):
    couverture = compute_couverture("11")
    first, rate, low, worst, near = _region_sentences(couverture)

    assert first == "La région compte 6 SIAE (3 ACI, 1 EI, 1 AI, 1 ETTI) et 54 ETP."
    assert rate == "Face à 124\u202f792 personnes du public, le taux est de 0,43 ETP pour 1\u202f000 personnes."
    peers = couverture.mailles[Maille.INTERCOMMUNALITE]
    assert low == f"Intercommunalités sous-dotées\u202f: {sum(p.classe == 'sous_dote' for p in peers)} sur 3."
    assert [name for name in ("Melun Val de Seine (", "Plaine Commune (", "Fontainebleau") if name in worst] == [
        "Melun Val de Seine (",
        "Plaine Commune (",
    ]
    assert near == "À plus de 5\u202fkm de tout site de SIAE habitent 0 personnes du public (0,0\u202f%)."


def test_the_essential_says_nothing_of_what_is_not_known(region):
    couverture = compute_couverture("11")
    silent = replace(couverture.total, besoin=None, portee=None, taux=None)
    mailles = {**couverture.mailles, Maille.REGION: (silent,), Maille.INTERCOMMUNALITE: ()}

    assert list(filter(None, _region_sentences(replace(couverture, mailles=mailles)))) == [
        "La région compte 0 SIAE et 0 ETP.",
    ]


@pytest.mark.parametrize(("niveau", "code", "total"), [("departement", "93", 100), ("region", "11", 150)])
def test_the_need_says_what_the_producer_counts_beside_what_it_withholds(client, offre, niveau, code, total):
    figures = {"93066": 60, "93001": None, "77288": 30, "77186": 20}
    lignes = [LigneBesoin(commune, 2025, None if n is None else Decimal(n)) for commune, n in figures.items()]
    lignes += [LigneBesoin("93", 2025, Decimal(100), niveau="departement")]
    lignes += [LigneBesoin("77", 2025, Decimal(50), niveau="departement")]
    record_besoins(public_code="brsa", lignes=lignes, source="essai", actor=None, on=date(2026, 3, 2))
    sheet = client.get(reverse("diagnostics:territoire", args=[niveau, code]), {"public": "brsa"})
    told = "somme des communes connues, dont partent les mesures. La source compte"
    assert sheet.context["besoin"] == f"bénéficiaires du RSA, 2025\u202f: {told} {total} au total."
    assert sheet.context["ligne"].besoin == total - 40
    profil = get_profil("11", niveau, code, on=date(2026, 3, 2))
    assert profil is not None
    assert {ligne.public.code: ligne.ici.valeur for ligne in profil.lignes}["brsa"] == total
    whole = client.get(reverse("diagnostics:territoire", args=["departement", "77"]), {"public": "brsa"})
    assert whole.context["besoin"] == "bénéficiaires du RSA, 2025"
