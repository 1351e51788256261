"""The sources of figures: each reads its public format, all write alike, at the level where the figure was counted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.domains.diagnostics.models import BeneficiairesIae, Besoin
from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.ft_diag.card import CARD as FT_DIAG
from maillage.interfaces.imports.ft_diag.reader import bracket
from maillage.interfaces.imports.source import get_source
from tests.interfaces.imports.conftest import Import, counts, rejects, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quartiers")]


def table(header: str, *lines: str) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def figures() -> dict[tuple[str, str, int], Decimal | None]:
    rows = Besoin.objects.values_list("public__code", "territoire__code", "annee", "valeur")
    return {(public, code, annee): valeur for public, code, annee, valeur in rows}


def test_job_seekers_by_commune_one_column_a_public(imported: Import) -> None:
    content = table(
        "CODGEO;Année;Demandeurs d’emploi A, B et C;Femmes;Inscrits depuis deux ans ou plus",
        "93066;2025-09-30;1000;480;s",
        "93001;202509;500;;120",
    )
    assert counts(imported(content, "defm")) == (2, 2, 0, 0, 0)
    assert figures() == {
        ("defm_abc", "93066", 2025): Decimal(1000),
        ("femmes", "93066", 2025): Decimal(480),
        ("deld_2ans", "93066", 2025): None,
        ("defm_abc", "93001", 2025): Decimal(500),
        ("femmes", "93001", 2025): None,
        ("deld_2ans", "93001", 2025): Decimal(120),
    }
    assert counts(imported(content, "defm")) == (2, 0, 0, 2, 0)


def test_one_figure_that_changes_makes_a_line_modified(imported: Import) -> None:
    imported(table("codgeo;annee;abc;femmes", "93066;2025;1000;480", "93001;2025;500;200"), "defm")
    again = imported(table("codgeo;annee;abc;femmes", "93066;2025;1000;481", "93001;2025;500;200"), "defm")
    assert counts(again) == (2, 0, 1, 1, 0)


def test_a_part_larger_than_its_whole_is_rejected_with_the_whole_line(imported: Import) -> None:
    lot = imported(table("codgeo;annee;abc;femmes", "93066;2025;100;480", "93001;2025;500;200"), "defm")
    assert rejects(lot) == [(2, "partie_trop_grande", "« 480 » dépasse le total de la commune, 100.")]
    assert ("defm_abc", "93066", 2025) not in figures()


def test_merged_communes_add_up_in_a_wide_file_public_by_public(imported: Import) -> None:
    lot = imported(table("codgeo;annee;abc;femmes", "93066;2020;1000;400", "93059;2020;100;s"), "defm")
    assert figures() == {("defm_abc", "93066", 2020): Decimal(1100), ("femmes", "93066", 2020): None}
    assert [(line, code) for line, code, _ in warnings(lot)] == [(2, "communes_reunies"), (3, "communes_reunies")]


@pytest.mark.parametrize(
    ("period", "year"),
    [("2024", 2024), ("202409", 2024), ("2024-09", 2024), ("2024T3", 2024), ("30/09/2024", 2024), ("09/2024", 2024)],
)
def test_a_period_gives_its_year(imported: Import, period: str, year: int) -> None:
    imported(table("codgeo;annee;abc", f"93066;{period};10"), "defm")
    assert figures() == {("defm_abc", "93066", year): Decimal(10)}


@pytest.mark.parametrize("period", ["24", "septembre", "1789", "20240", ""])
def test_what_gives_no_year_is_rejected(imported: Import, period: str) -> None:
    lot = imported(table("codgeo;annee;abc", f"93066;{period};10", "93001;2024;5"), "defm")
    assert [line for line, _, _ in rejects(lot)] == [2]
    assert figures() == {("defm_abc", "93001", 2024): Decimal(5)}


@pytest.mark.parametrize(
    ("header", "line", "foyers"),
    [
        ("Communes;Codes_Insee;DTREF;NB_allocataire_RSA;RSA_SOCLE_non_Majore", "X;93066;2024-12-31;50;40", Decimal(50)),
        ("Codes_Insee;DTREF;RSA_SOCLE_non_Majore;RSA_SOCLE_Majore", "93066;2024-12-31;40;7", Decimal(47)),
        ("Codes_Insee;DTREF;RSA_SOCLE_non_Majore;RSA_SOCLE_Majore", "93066;2024-12-31;40;nd", None),
    ],
)
def test_the_households_on_rsa_are_a_public_of_their_own(
    imported: Import, header: str, line: str, foyers: Decimal | None
) -> None:
    imported(table(header, line), "rsa_caf")
    assert figures() == {("rsa_foyers", "93066", 2024): foyers}


def test_the_census_is_read_in_its_newest_vintage(imported: Import) -> None:
    header = "CODGEO;P15_POP1564;P21_POP1564;P21_NSCOL15P_DIPLMIN"
    imported(table(header, "93066;1;71520,4;20100,25"), "recensement")
    assert figures() == {
        ("population_active_age", "93066", 2021): Decimal("71520.40"),
        ("sans_diplome", "93066", 2021): Decimal("20100.25"),
    }


def test_the_indicators_of_a_quarter_stay_at_the_quarter(imported: Import) -> None:
    lot = imported(
        table("CODGEO;Année;Habitants;abc", "QN09301M;2024;4120;620", "QP093001;2024;1;1", "QN09399X;2024;1;1"),
        "qpv_indicateurs",
    )
    assert figures() == {("qpv", "QN09301M", 2024): Decimal(4120), ("defm_abc", "QN09301M", 2024): Decimal(620)}
    assert [(line, code) for line, code, _ in rejects(lot)] == [(3, "territoire_inconnu"), (4, "territoire_inconnu")]


def test_the_dashboard_of_2023_is_that_of_the_departements(imported: Import) -> None:
    header = "Code Dept,Nom Dept,Num Dea 202309,Num Brsa 202309"
    lot = imported(table(header, "93,X,109950,23540", "13,X,1,1"), "tableau_insertion")
    assert figures() == {
        ("de_hors_rsa", "93", 2023): Decimal(109950),
        ("brsa_de", "93", 2023): Decimal(23540),
    }
    assert [(line, code) for line, code, _ in rejects(lot)] == [(3, "hors_region")]


def diag(**values: str) -> str:
    """Return a line of the diag layout: a woman of 52, on RSA, registered for 18 months, whose mobility is a brake."""
    known = {
        "mois_statistique": "202509",
        "c_territoire_id": "CLPE93001",
        "categorie_statistique": "A",
        "tranche_anciennete": "12 à 23 mois",
        "top_qpv": "N",
        "top_boe": "N",
        "top_rsa": "O",
        "tranche_age": "50 ans et plus",
        "niveau_de_formation": "Bac",
        "sexe": "F",
        "defm": "10",
        "contrainte_mobilite": "1",
    } | values
    return ";".join(known.get(column.code, "0" if column.code.startswith("contrainte_") else "") for column in COLUMNS)


COLUMNS = FT_DIAG.columns
HEADER = ";".join(column.code for column in COLUMNS)


def test_the_groups_of_a_cross_table_add_up_by_public(imported: Import) -> None:
    content = table(
        HEADER,
        diag(),
        diag(tranche_anciennete="24 mois et plus", defm="5", top_boe="O", contrainte_mobilite="0"),
        diag(sexe="H", tranche_age="Moins de 25 ans", tranche_anciennete="Moins de 12 mois", defm="7", top_rsa="N"),
        diag(categorie_statistique="D", defm="1000"),
    )
    lot = imported(content, "ft_diag")
    assert counts(lot) == (4, 1, 0, 3, 0)  # the first line carries the totals
    assert {public: valeur for (public, _, _), valeur in figures().items()} == {
        "defm_abc": 22,
        "deld_1an": 15,
        "deld_2ans": 5,
        "seniors": 15,
        "seniors_deld": 15,
        "jeunes_25": 7,
        "femmes": 15,
        "infra_cap": 0,
        "rqth": 5,
        "brsa_de": 15,
        "defm_qpv": 0,
        "frein_numerique": 0,
        "frein_mobilite": 17,
        "frein_famille": 0,
        "frein_sante": 0,
        "frein_savoirs": 0,
        "frein_logement": 0,
        "frein_finances": 0,
        "frein_justice": 0,
    }
    assert {(code, annee) for _, code, annee in figures()} == {("CLPE93001", 2025)}
    assert counts(imported(content, "ft_diag")) == (4, 0, 0, 4, 0)


def test_a_secret_group_makes_unknown_the_publics_it_is_part_of_and_no_other(imported: Import) -> None:
    imported(table(HEADER, diag(), diag(sexe="H", tranche_age="25-49 ans", defm="<5", top_rsa="N")), "ft_diag")
    told = {public: valeur for (public, _, _), valeur in figures().items()}
    assert (told["defm_abc"], told["deld_1an"], told["frein_mobilite"]) == (None, None, None)
    assert (told["femmes"], told["seniors"], told["brsa_de"]) == (10, 10, 10)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"categorie_statistique": "Z"}, "categorie_inconnue"),
        ({"tranche_anciennete": "18 à 30 mois"}, "tranche_inconnue"),
        ({"tranche_age": "45-54 ans"}, "tranche_inconnue"),
        ({"tranche_age": "adulte"}, "tranche_inconnue"),
        ({"sexe": "X"}, "sexe_inconnu"),
        ({"top_qpv": "peut-être"}, "oui_non"),
        ({"contrainte_sante": "2"}, "oui_non"),
        ({"defm": "beaucoup"}, "nombre_illisible"),
        ({"mois_statistique": "septembre"}, "annee_illisible"),
    ],
)
def test_a_group_that_is_not_understood_is_rejected_rather_than_counted_astray(
    values: dict[str, str], code: str
) -> None:
    cells = dict(zip((column.code for column in COLUMNS), diag(**values).split(";"), strict=True))
    with pytest.raises(Refused) as refused:
        get_source("ft_diag").read(cells)
    assert code in {reason.code for reason in refused.value.refusals}


@pytest.mark.parametrize(
    ("text", "months", "bounds"),
    [
        ("Moins de 3 mois", True, (0, 3)),
        ("3 à 5 mois", True, (3, 6)),
        ("12 à 23 mois", True, (12, 24)),
        ("12 à 24 mois", True, (12, 24)),
        ("1 à 2 ans", True, (12, 24)),
        ("24 mois et plus", True, (24, 10_000)),
        ("plus de 2 ans", True, (24, 10_000)),
        ("Moins de 25 ans", False, (0, 25)),
        ("25-49 ans", False, (25, 50)),
        ("50 ans et plus", False, (50, 10_000)),
        ("26 ans", False, None),
        ("adulte", False, None),
    ],
)
def test_brackets(text: str, months: bool, bounds: tuple[int, int] | None) -> None:
    assert bracket(text, months=months) == bounds


SERIE = (
    '[{"dep": "93", "libelle": "Seine-Saint-Denis", "values": {"s": {"value": 9}}, '
    '"nb-beneficiaires-siae": [{"date": "2022-08-31", "value": 2290}, {"date": "2022-09-30", "value": %s}]}]'
)


def test_the_months_of_a_territory_come_out_of_its_json(imported: Import) -> None:
    assert counts(imported((SERIE % 2310).encode(), "salaries_iae")) == (2, 2, 0, 0, 0)
    rows = BeneficiairesIae.objects.order_by("mois").values_list("niveau", "code", "nom", "mois__month", "valeur")
    assert list(rows) == [
        ("departement", "93", "Seine-Saint-Denis", 8, 2290),
        ("departement", "93", "Seine-Saint-Denis", 9, 2310),
    ]
    assert counts(imported((SERIE % 2311).encode(), "salaries_iae")) == (2, 0, 1, 1, 0)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("93;11;X;2022-09-30;1", "deux_niveaux"),
        ("93;;X;septembre;1", "mois_illisible"),
        ("93;;X;2022-13-01;1", "mois_illisible"),
        ("93;;X;2022-09-30;nd", "valeur_absente"),
        ("93;;X;2022-09-30;1,5", "nombre_non_entier"),
    ],
)
def test_a_month_that_is_not_one_is_rejected(imported: Import, line: str, code: str) -> None:
    lot = imported(table("dep;reg;libelle;date;value", line, ";;France;2022-09-30;146311"), "salaries_iae")
    assert [(number, reason) for number, reason, _ in rejects(lot)] == [(2, code)]
    assert BeneficiairesIae.objects.get().niveau == "pays"


def test_a_figure_of_any_level_is_kept_at_its_level(imported: Import) -> None:
    header = "public;niveau;code;annee;valeur"
    lot = imported(
        table(
            header,
            "brsa;département;93;2025;100",
            "brsa;CLPE;CLPE93001;2025;60",
            "brsa;QPV;QN09301M;2025;20",
            "brsa;;93066;2025;50",
            "brsa;région;11;2025;900",
            "brsa;canton;9301;2025;1",
            "brsa;EPT;999999999;2025;1",
            "brsa;département;13;2025;1",
        ),
        "besoins",
    )
    kept = set(Besoin.objects.values_list("territoire__niveau", "territoire__code"))
    assert kept == {
        ("departement", "93"),
        ("clpe", "CLPE93001"),
        ("qpv", "QN09301M"),
        ("commune", "93066"),
        ("region", "11"),
    }
    assert [(line, code) for line, code, _ in rejects(lot)] == [
        (7, "niveau_inconnu"),
        (8, "territoire_inconnu"),
        (9, "hors_region"),
    ]


def test_a_slice_costs_the_same_whatever_its_lines(check: Import) -> None:
    def queries(*lines: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            check(table("codgeo;annee;abc;femmes", *lines), "defm")
        return len(captured)

    assert queries("93066;2025;10;5") == queries("93066;2024;10;5", "93001;2024;8;4", "75101;2024;9;3")
