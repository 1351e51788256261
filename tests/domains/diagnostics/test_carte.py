"""Maps of a coverage: what they colour, what they name, where they lead."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.queries.carte import _rate_classes, draw_fiche, draw_region
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.queries.fiche import get_fiche
from maillage.domains.diagnostics.rules import Choix
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire
from tests.factories.territoires import ContourFactory

ON = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(offre):
    """Return the region with an outline for the region and every commune but Melun."""
    for territoire in Territoire.objects.filter(niveau__in=[Niveau.COMMUNE, Niveau.REGION]).exclude(nom="Melun"):
        ContourFactory(territoire=territoire)
    return offre


def couverture(**choix):
    return compute_couverture("11", Choix(**choix), on=ON)


def link(ligne):
    return f"/{ligne.code}/"


def test_the_map_of_communes_leaves_out_what_has_no_outline(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.SIAE, link=link)

    assert {(shape.name, shape.value_label, shape.href) for shape in drawing.shapes} == {
        ("Saint-Denis", "3", "/93066/"),
        ("Aubervilliers", "1", "/93001/"),
        ("Fontainebleau", "0", "/77186/"),
    }
    assert drawing.title == "Nombre de SIAE par commune"


def test_counts_are_named_by_what_they_hold(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.SIAE, link=link)

    assert drawing.legend.classes == ("0", "1", "2", "3 et plus")


def test_an_unknown_value_has_no_class(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.ACCESSIBILITE, link=link)

    unknown = [shape for shape in drawing.shapes if shape.klass is None]
    assert [(shape.name, shape.value_label) for shape in unknown] == [("Fontainebleau", "non renseigné")]
    assert drawing.legend.title == "Accessibilité, en ETP pour 1\u202f000 personnes"


def test_the_darker_the_better_served_whatever_the_map(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.CLASSE, link=link)

    assert drawing.legend.classes == ["zone blanche", "sous-doté", "équilibré", "bien doté"]
    assert drawing.description.endswith(
        "Les teintes vont, dans l’ordre de la légende, du moins bien au mieux desservi."
    )


def test_zero_is_a_class_and_the_others_are_written_with_the_decimals_of_the_legend(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.ETP, link=link)

    assert drawing.legend.classes == ["aucun", "moins de 10", "de 10 à moins de 20", "20 et plus"]
    assert {(shape.name, shape.value_label, shape.klass) for shape in drawing.shapes} == {
        ("Saint-Denis", "32", 3),
        ("Aubervilliers", "14", 2),
        ("Fontainebleau", "0", 0),
    }


def test_a_commune_is_near_a_site_or_is_not(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.PORTEE, link=link)

    assert drawing.legend.classes == ("à plus de 5\u202fkm d’un site", "à 5\u202fkm ou moins d’un site")
    assert {(shape.name, shape.value_label, shape.klass) for shape in drawing.shapes} == {
        ("Saint-Denis", "100", 1),
        ("Aubervilliers", "100", 1),
        ("Fontainebleau", "non renseigné", None),
    }


def test_a_value_is_never_written_in_another_class_than_its_own():
    values = np.array([np.nan, 0, 0.004, 1.0, 1.038, 1.0996, 1.1, 2, 3, 4, 5, 6.5, 8])
    klasses, names, texts = _rate_classes(values, Indicateur.TAUX)

    assert (klasses[0], texts[0]) == (None, "non renseigné")
    assert (klasses[1], texts[1], names[0]) == (0, "0", "aucune offre sur place")
    bounds = [float(name.removesuffix(" et plus").rpartition(" ")[2].replace(",", ".")) for name in names[1:-1]]
    assert len({len(text.partition(",")[2]) for text in texts[2:]}) == 1
    for klass, text in zip(klasses[2:], texts[2:], strict=True):
        assert klass == 1 + sum(bound <= float(text.replace(",", ".")) for bound in bounds)


def test_a_share_is_never_a_hundred_and_more():
    names = _rate_classes(np.array([10.0, 50, 100, 100, 100, 100, 100]), Indicateur.PORTEE)[1]

    assert names[-1] == "100"


def test_communes_with_points_leave_the_links_aside(drawn):
    drawing = draw_region(couverture(), Maille.COMMUNE, Indicateur.SIAE, link=link, points=True)

    assert len(drawing.points) == 7
    assert {shape.href for shape in drawing.shapes} == {""}


def test_a_territory_is_drawn_with_its_sites_named(drawn):
    result = couverture()
    fiche = get_fiche(result, "ept", "200057867")
    siae = {int(pk): ("Atelier", "/structures/1/") for pk in result.offre.siae_pk}

    drawing = draw_fiche(fiche, Indicateur.ACCESSIBILITE, link=link, siae=siae)

    assert [shape.name for shape in drawing.shapes] == ["Aubervilliers", "Saint-Denis"]
    assert {(point.name, point.href) for point in drawing.points} == {("Atelier", "/structures/1/")}
    assert drawing.outlines == ()


def test_a_commune_is_drawn_with_its_neighbours_and_outlined(drawn):
    fiche = get_fiche(couverture(), "commune", "93066")

    drawing = draw_fiche(fiche, Indicateur.ACCESSIBILITE, link=link, siae={})

    assert [shape.name for shape in drawing.shapes] == ["Fontainebleau", "Aubervilliers", "Saint-Denis"]
    assert len(drawing.outlines) == 1
    assert drawing.legend.places == "Sites, ceux des communes voisines compris"


def test_without_outlines_there_is_no_map(offre):
    assert draw_fiche(get_fiche(couverture(), "ept", "200057867"), Indicateur.TAUX, link=link, siae={}) is None
