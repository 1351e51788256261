"""Finding SIAE: by words, kinds, places, sectors."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import pytest

from maillage.references.structures.models import Secteur, Siae
from maillage.references.structures.queries.annees import get_annee_reference
from maillage.references.structures.queries.siae import list_siae, search_siae
from maillage.references.structures.services.secteurs import load_secteurs
from tests.factories.structures import ActiviteFactory, EffectifFactory, ImplantationFactory, SiaeFactory


@pytest.fixture
def annuaire(lieux: SimpleNamespace) -> SimpleNamespace:
    """Return four SIAE: painters in Montreuil, cleaners in Saint-Denis, a bicycle shop in Paris, and one closed."""
    load_secteurs()

    def create(nom: str, kind: str, commune: object, secteur: str, **more: object) -> Siae:
        siae: Siae = SiaeFactory(nom=nom, type_siae=kind, organisation__denomination=f"{nom} SAS", **more)
        ImplantationFactory(siae=siae, commune=commune, code_postal="93100" if kind == "EI" else "")
        ActiviteFactory(siae=siae, secteur=Secteur.objects.get(code=secteur))
        return siae

    return SimpleNamespace(
        peintres=create("Le Grand Pinceau", "EI", lieux.montreuil, "peinture"),
        menage=create("Éclat d’Étoile", "AI", lieux.saint_denis, "menage-domicile"),
        velo=create("La Bécane", "ACI", lieux.paris_12, "velo"),
        fermee=create("Le Vieux Pinceau", "EI", lieux.montreuil, "peinture", fin="2020-01-01"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pinceau", ["peintres"]),
        ("PINCEAUX", ["peintres"]),
        ("pinseau", ["peintres"]),
        ("grand pinceau", ["peintres"]),
        ("peinture", ["peintres"]),
        ("pienture", ["peintres"]),
        ("batiment", ["peintres"]),
        ("st denis", ["menage"]),
        ("travaux de bâtiment", ["peintres"]),
        ("menage", ["menage"]),
        ("ménages", ["menage"]),
        ("eclat", ["menage"]),
        ("becane", ["velo"]),
        ("vélo", ["velo"]),
        ("bicyclette", []),
        ("Saint-Denis", ["menage"]),
        ("ménage à Saint Denis", ["menage"]),
        ("ménage à Montreuil", []),
        ("93100", ["peintres"]),
        ("931", ["peintres"]),
        ("zzzz", []),
        ("%", ["menage", "velo", "peintres"]),
    ],
)
def test_search_tolerates_accents_typos_and_knows_sectors(
    annuaire: SimpleNamespace, text: str, expected: list[str]
) -> None:
    assert search_siae(text) == [getattr(annuaire, name) for name in expected]


def test_a_siret_is_found_whole_or_by_its_beginning(annuaire: SimpleNamespace) -> None:
    siret = annuaire.velo.organisation.siret

    assert search_siae(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}") == [annuaire.velo]


def test_a_name_comes_before_a_sector_and_a_sector_before_a_place(
    annuaire: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    named = SiaeFactory(nom="Peinture", type_siae="EI")
    lieux.saint_denis.nom = "Peinture-sur-Seine"
    lieux.saint_denis.save()

    assert search_siae("peinture") == [named, annuaire.peintres, annuaire.menage]


def test_an_empty_search_finds_nothing(annuaire: SimpleNamespace) -> None:
    assert search_siae("  ") == []


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, ["menage", "velo", "peintres"]),
        ({"types": ["AI", "ACI"]}, ["menage", "velo"]),
        ({"secteur": "peinture"}, ["peintres"]),
        ({"groupe": "btp"}, ["peintres"]),
        ({"territoire": "montreuil"}, ["peintres"]),
        ({"territoire": "plaine_commune"}, ["menage"]),
        ({"territoire": "paris", "types": ["EI"]}, []),
        ({"text": "pinceau", "types": ["EI"]}, ["peintres"]),
    ],
)
def test_the_directory_keeps_what_meets_every_criterion(
    annuaire: SimpleNamespace, lieux: SimpleNamespace, criteria: dict[str, object], expected: list[str]
) -> None:
    if "territoire" in criteria:
        criteria = {**criteria, "territoire": getattr(lieux, str(criteria["territoire"]))}

    assert list(list_siae(**criteria)) == [getattr(annuaire, name) for name in expected]


def test_a_row_carries_its_place_and_its_figures_of_the_reference_year(
    annuaire: SimpleNamespace, lieux: SimpleNamespace
) -> None:
    for departement, etp in ((lieux.paris, "2.50"), (lieux.seine_saint_denis, "4.25")):
        EffectifFactory(siae=annuaire.velo, departement=departement, salaries=10, etp_realises=Decimal(etp))
    EffectifFactory(
        siae=annuaire.menage, departement=lieux.paris, salaries=None, etp_realises=None, etp_conventionnes=Decimal(3)
    )
    EffectifFactory(siae=annuaire.velo, departement=lieux.paris, annee=2026, salaries=99)

    rows = {row.nom: row for row in list_siae()}

    assert get_annee_reference() == 2025
    assert [(row.nom, row.commune_nom, row.departement, row.salaries, row.etp) for row in rows.values()] == [
        ("Éclat d’Étoile", "Saint-Denis", "93", None, Decimal("3.00")),
        ("La Bécane", "Paris 12e Arrondissement", "75", 20, Decimal("6.75")),
        ("Le Grand Pinceau", "Montreuil", "93", None, None),
    ]


def test_the_directory_asks_as_many_queries_for_three_as_for_one(
    lieux: SimpleNamespace, django_assert_constant_queries: Callable[..., None]
) -> None:
    def create(items: int) -> None:
        for _ in range(items):
            site = ImplantationFactory(commune=lieux.montreuil)
            ActiviteFactory.create_batch(2, siae=site.siae)
            EffectifFactory(siae=site.siae, departement=lieux.paris)

    django_assert_constant_queries(
        create, lambda: [(row.organisation, [a.secteur.groupe for a in row.activites.all()]) for row in list_siae()]
    )
