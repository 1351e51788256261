from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import RequestFactory
from django_cotton import render_component
from lxml import etree, html

from maillage.foundations import kernel
from maillage.foundations.kernel.drawings import (
    Bar,
    BarChart,
    Change,
    ChangeChart,
    Curve,
    CurveChart,
    Flow,
    FlowChart,
    Label,
    Legend,
    MapDrawing,
    Point,
    Shape,
    Span,
    Timeline,
    bounds_labels,
    palette,
    to_svg,
)

CSS = Path(kernel.__file__).parent / "static/kernel/drawings.css"
SVG = "{http://www.w3.org/2000/svg}"
LEGEND = Legend("ETP pour 1\u202f000", bounds_labels((1, 5.5), digits=1), kinds=("ACI", "EI"))
SHAPES = [
    Shape("A", "L’Haÿ & <Cie>", "M0 0h9v9z", "12,3", 2, "/t/A/?x=1&y=2"),
    Shape("B", "Bry", "M9 0h9v9z", "non renseigné", None, "/t/B/"),
    Shape("C", "Cachan", "M0 9h9v9z", "0,4", 0, "/t/C/"),
    Shape("D", "Deuil", "M9 9h9v9z", "7", 2, "/t/D/"),
]
MAP = MapDrawing("Une carte d’ETP", "Région, 2025.", "0 0 18 18", SHAPES, LEGEND)
POINTS = [Point(4, 4, "Un & deux", 1, "3 ETP", href="/s/1/"), Point(14, 4, "Trois", 0)]
MANY = [Shape(str(n), f"T{n}", f"M{n} 0h1v1z", "1", n % 3, f"{n}/") for n in range(101)]


def render(component: str, drawing) -> html.HtmlElement:
    content = render_component(RequestFactory().get("/"), f"ui.{component}", drawing=drawing)
    return html.fromstring(f"<main>{content}</main>")


def text(node) -> str:
    return " ".join(node.text_content().split())


@pytest.mark.parametrize(
    ("bounds", "options", "expected"),
    [
        ((), {}, ("toutes valeurs",)),
        ((10,), {}, ("moins de 10", "10 et plus")),
        ((1, 5.5), {"digits": 1}, ("moins de 1,0", "de 1,0 à moins de 5,5", "5,5 et plus")),
        ((1000,), {"unit": "ETP"}, ("moins de 1\u202f000\u202fETP", "1\u202f000\u202fETP et plus")),
    ],
)
def test_classes_are_named_by_their_bounds(bounds, options, expected):
    assert bounds_labels(bounds, **options) == expected


def test_bounds_that_would_be_written_alike_are_refused():
    with pytest.raises(ValueError, match="too few"):
        bounds_labels((1.21, 1.24), digits=1)


@pytest.mark.parametrize(("classes", "tints"), [(1, [0]), (2, [0, 6]), (5, [0, 2, 3, 4, 6]), (7, [*range(7)])])
def test_few_classes_use_the_whole_range_of_tints(classes, tints):
    legend = Legend("x", [str(number) for number in range(classes)])
    assert [legend.tint(number) for number in range(classes)] == tints


def test_a_legend_holds_seven_classes_at_most():
    with pytest.raises(ValueError, match="8 classes"):
        Legend("x", "abcdefgh")


@pytest.mark.parametrize("wrong", [3, -1])
def test_a_class_or_a_kind_out_of_the_legend_is_refused(wrong):
    with pytest.raises(ValueError, match="no name in the legend"):
        replace(MAP, shapes=[replace(SHAPES[0], klass=wrong)])
    with pytest.raises(ValueError, match="no name in the legend"):
        replace(MAP, points=[replace(POINTS[0], kind=wrong)])


def test_the_legend_counts_territories_by_class_and_the_unknown_last():
    assert [(line.role, line.label, line.count) for line in MAP.class_lines] == [
        ("k0", "moins de 1,0", 1),
        ("k3", "de 1,0 à moins de 5,5", 0),
        ("k6", "5,5 et plus", 2),
        ("na", "non renseigné", 1),
    ]
    assert [line.role for line in replace(MAP, shapes=SHAPES[2:]).class_lines] == ["k0", "k3", "k6"]


def test_the_twin_says_what_the_map_says():
    sheet = MAP.table()
    assert (sheet.title, sheet.columns) == (MAP.title, ("Territoire", "ETP pour 1\u202f000", "Classe"))
    assert sheet.rows == [
        ("L’Haÿ & <Cie>", "12,3", "5,5 et plus"),
        ("Bry", "non renseigné", "non renseigné"),
        ("Cachan", "0,4", "moins de 1,0"),
        ("Deuil", "7", "5,5 et plus"),
    ]


def test_the_twin_of_points_names_them():
    rows = [("Un & deux", "EI", "3 ETP"), ("Trois", "ACI", "")]
    background = replace(MAP, points=POINTS, legend=Legend("", kinds=("ACI", "EI")), shapes=[replace(SHAPES[1])])
    assert (background.table().rows, background.class_lines) == (rows, [])


def test_a_map_of_few_territories_is_a_group_of_named_links_in_the_order_given():
    page = render("map", replace(MAP, points=POINTS))
    [svg] = page.xpath("//svg[@viewbox='0 0 18 18']")
    assert (svg.get("role"), svg.get("aria-hidden")) == ("group", None)
    assert text(page.get_element_by_id(svg.get("aria-labelledby"))).startswith("Une carte d’ETP")
    assert [(link.get("href"), link.get("tabindex"), text(link)) for link in svg.iter("a")] == [
        ("/t/A/?x=1&y=2", None, "L’Haÿ & <Cie> (12,3)"),
        ("/t/B/", None, "Bry (non renseigné)"),
        ("/t/C/", None, "Cachan (0,4)"),
        ("/t/D/", None, "Deuil (7)"),
        ("/s/1/", None, "Un & deux (3 ETP)"),
    ]
    assert svg.xpath(".//g[not(ancestor::a)]/title/text()") == ["Trois"]


def test_a_map_without_link_is_an_image():
    svg = render("map", replace(MAP, shapes=[replace(shape, href="") for shape in SHAPES])).xpath("//svg")[0]
    assert (svg.get("role"), list(svg.iter("a"))) == ("img", [])


def test_beyond_a_hundred_territories_the_keyboard_goes_through_the_table():
    page = render("map", replace(MAP, shapes=MANY, table_href="/comparaison/"))
    svg = page.xpath("//svg")[0]
    assert (svg.get("role"), svg.get("aria-hidden")) == (None, "true")
    assert {link.get("tabindex") for link in svg.iter("a")} == {"-1"}
    assert len(list(svg.iter("a"))) == 101
    assert "Au clavier, son tableau" in text(page)
    assert [link.get("href") for link in page.xpath("//p/a")] == ["/comparaison/"]
    assert page.xpath("//table") == []


def test_a_hundred_territories_are_still_tab_stops_and_the_twin_stands_under_the_map():
    page = render("map", replace(MAP, shapes=MANY[:100]))
    assert page.xpath("//svg[1]/@role") == ["group"]
    assert len(page.xpath("//details//tbody/tr")) == 100


def test_what_is_unknown_is_hatched_on_the_map_and_in_the_legend():
    page = render("map", MAP)
    [pattern] = page.xpath("//pattern/@id")
    assert page.xpath("//*[contains(@class, 'mg-na')]/@fill") == [f"url(#{pattern})"] * 2


def test_the_page_carries_no_style_and_every_class_is_in_the_style_sheet():
    labelled = replace(MAP, points=POINTS, outlines=["M0 0h18"], labels=[Label(9, 9, "94 & 93")])
    background = replace(MAP, shapes=[replace(SHAPES[1])], legend=Legend("", kinds=("ACI",)))
    page = render("map", labelled)
    for node in (
        page,
        render("map", background),
        render("chart", BarChart("C", "", "ETP", [Bar("a", 1, strong=True)])),
    ):
        assert node.xpath("//@style | //style | //@onclick") == []
        used = {name for value in node.xpath("//svg/descendant-or-self::*/@class") for name in value.split()}
        assert {name for name in used if f".{name}" not in CSS.read_text("utf-8")} == set()
    assert text(page.xpath("//svg//text")[0]) == "94 & 93"


def test_the_style_sheet_and_the_paper_have_the_same_colours():
    light = dict(re.findall(r"--mg-(\w+): (#\w+);", CSS.read_text("utf-8").partition("}")[0]))
    assert [light[f"k{number}"] for number in range(7)] == list(palette.SEQUENCE)
    assert [light[f"p{number}"] for number in range(5)] == list(palette.KINDS)
    assert (light["border"], light["land"], light["bar"]) == (palette.BORDER, palette.LAND, palette.BAR)


def luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tints_keep_their_order_without_colour(theme):
    light, dark = re.findall(r"--mg-k0:.*", CSS.read_text("utf-8"))
    tints = [luminance(colour) + 0.05 for colour in re.findall(r"#\w{6}", light if theme == "light" else dark)]
    steps = [max(pair) / min(pair) for pair in pairwise(tints)]
    assert sorted(tints, reverse=theme == "light") == tints
    assert min(steps) > 1.3


def test_a_region_of_1285_communes_weighs_less_than_a_page_may():
    path = "M415 271l11 4 0 1-3 6-5-4-6-3 2-4 3-7-2-1 5-3 4 6z"
    shapes = [
        Shape(
            f"{n:05}",
            f"Commune {n * 7919 % 9973}",
            path.replace("415", str(n * 31 % 997)),
            f"{n % 90},{n % 7}",
            n % 3,
            "",
        )
        for n in range(1285)
    ]
    linked = [replace(shape, href=f"{shape.code}/") for shape in shapes]
    bare = gzip.compress("".join(shape.path for shape in shapes).encode(), 6)
    whole = gzip.compress(replace(MAP, shapes=linked).svg.encode(), 6)
    assert len(whole) - len(bare) < 25_000


def test_on_paper_a_drawing_is_well_formed_self_contained_and_carries_its_legend():
    svg = etree.fromstring(to_svg(replace(MAP, points=POINTS, labels=[Label(9, 9, "94")], outlines=["M0 0h18"])))
    assert svg.get("viewBox").startswith("0 0 18 ")
    assert float(svg.get("viewBox").split()[3]) > 18
    assert not svg.xpath("//@class | //@href | //@style")
    texts = [" ".join("".join(node.itertext()).split()) for node in svg.iter(f"{SVG}text")]
    assert texts == [
        *("94", "ETP pour 1 000", "moins de 1,0 (1)", "de 1,0 à moins de 5,5 (0)", "5,5 et plus (2)"),
        *("non renseigné (1)", "Lieux", "ACI (1)", "EI (1)"),
    ]
    fills = {group.get("fill") for group in svg.iter(f"{SVG}g")} - {None}
    assert fills >= {palette.SEQUENCE[0], palette.SEQUENCE[6], "url(#une-carte-detp-na)"}


CHART = BarChart(
    "ETP par département",
    "2025.",
    "ETP",
    [Bar("Paris & Cie", Decimal("1200.5"), "/d/75/"), Bar("Essonne", 600.25, strong=True), Bar("Yvelines", None)],
    subject="Département",
    digits=1,
)


def test_a_chart_on_a_page_is_a_table_with_bars():
    page = render("chart", CHART)
    assert [text(head) for head in page.xpath("//thead//th")] == ["Département", "ETP"]
    rows = [[text(cell) for cell in row.xpath("./th | ./td[not(@aria-hidden)]")] for row in page.xpath("//tbody/tr")]
    assert rows == [["Paris & Cie", "1 200,5"], ["Essonne", "600,2"], ["Yvelines", "non renseigné"]]
    assert page.xpath("//rect/@width") == ["100.00%", "50.00%", "0.00%"]
    assert page.xpath("//tbody//a/@href") == ["/d/75/"]
    assert page.xpath("//tr[@class='mg-bars__strong']/th/text()") == ["Essonne"]


def test_the_twin_of_a_chart_keeps_its_figures():
    sheet = CHART.table()
    assert (sheet.columns, sheet.rows) == (
        ("Département", "ETP"),
        [("Paris & Cie", Decimal("1200.5")), ("Essonne", 600.25), ("Yvelines", None)],
    )


def test_a_chart_on_paper_draws_lengths_in_proportion():
    svg = etree.fromstring(to_svg(CHART))
    ends = [float(re.search(r"H([\d.]+)", path.get("d"))[1]) for path in svg.iter(f"{SVG}path") if path.get("fill")]
    lengths = [end - 330 for end in ends]
    assert [round(length / lengths[0], 2) for length in lengths] == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("bars", [[], [Bar("a", 0), Bar("b", None)]])
def test_a_chart_of_nothing_draws_no_bar(bars):
    chart = replace(CHART, bars=bars)
    assert {line.percent for line in chart.lines} <= {"0.00%"}
    assert etree.fromstring(to_svg(chart)).tag == f"{SVG}svg"


def test_a_bar_starts_at_zero():
    with pytest.raises(ValueError, match="negative"):
        replace(CHART, bars=[Bar("a", -1)])


@pytest.mark.e2e
@pytest.mark.django_db
def test_the_keyboard_goes_through_a_map_from_one_territory_to_the_next(page, live_server):
    page.goto(f"{live_server.url}/composants/")
    links = page.locator("svg.mg-map__svg a")
    links.first.focus()
    names = [links.nth(number).text_content() for number in range(links.count())]
    walked = []
    for _ in names:
        walked.append(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")
    assert walked == names
    assert names


CHANGES = ChangeChart(
    "Accessibilité",
    "",
    ("2023", "2025"),
    [Change("Paris", 2.0, 4.0, "/75/", strong=True), Change("Essonne", None, 1.0)],
)


def test_a_change_goes_from_before_to_after_on_one_scale():
    page = render("changes", CHANGES)
    rows = [[text(cell) for cell in row.xpath("./th | ./td[not(@aria-hidden)]")] for row in page.xpath("//tbody/tr")]
    assert rows == [["Paris", "2,00", "4,00", "+2,00"], ["Essonne", "non renseigné", "1,00", "non renseigné"]]
    assert [(line.get("x1"), line.get("x2")) for line in page.xpath("//line")] == [("50.00%", "100.00%")]
    assert page.xpath("//circle/@cx") == ["50.00%", "100.00%", "25.00%"]
    assert CHANGES.table().rows == [("Paris", 2.0, 4.0, 2.0), ("Essonne", None, 1.0, None)]


def test_a_change_starts_at_zero():
    with pytest.raises(ValueError, match="negative"):
        replace(CHANGES, changes=[Change("a", 1, -1)])


CURVE = CurveChart(
    "Offre & public",
    "",
    "Public",
    "Offre",
    [Curve("Égalité", ((0, 0), (1, 1)), reference=True), Curve("Réel", ((0, 0), (0.5, 0.25), (1, 1)))],
    ((0, "0"), (1, "100\u202f%")),
    ((0, "0"), (1, "100\u202f%")),
    ("Public", "Offre"),
    ((0.5, 0.25), (1, 1)),
)


def test_a_curve_is_an_image_with_its_table():
    page = render("curve", CURVE)
    assert page.xpath("//svg[@role='img']/@aria-labelledby") == page.xpath("//figcaption/@id") == ["offre-public"]
    assert page.xpath("//polyline/@points") == ["76.0,410.0 620.0,14.0", "76.0,410.0 348.0,311.0 620.0,14.0"]
    assert [text(cell) for cell in page.xpath("//tbody//td | //tbody//th")][:2] == ["0,5", "0,25"]


@pytest.mark.parametrize(
    ("more", "match"),
    [({"x_ticks": ()}, "without ticks"), ({"curves": [Curve("a", ((0, 0), (1, 2)))]}, "out of the axes")],
)
def test_a_curve_stays_in_its_axes(more, match):
    with pytest.raises(ValueError, match=match):
        replace(CURVE, **more)


FLOWS = FlowChart(
    "Passages & suites",
    "",
    "personnes",
    ("AI", "ACI"),
    [Flow("AI", "ACI", 30), Flow("ACI", "AI", 0), Flow("ACI", "ACI", 15), Flow("AI", "AI", None)],
    ("Depuis", "Vers"),
)


def test_a_flow_is_as_thick_as_it_is_large_and_what_is_withheld_is_not_drawn():
    page = render("flow", FLOWS)
    assert page.xpath("//svg[@role='img']/@aria-labelledby") == page.xpath("//figcaption/@id") == ["passages-suites"]
    # 45 enter the busiest node: 60 units of height for them, 40 and 20 for the two flows.
    assert [path.split("v")[1].split("C")[0] for path in page.xpath("//path/@d")] == ["40.0", "20.0"]
    assert [text(title) for title in page.xpath("//path/title")] == [
        "AI → ACI : 30 personnes",
        "ACI → ACI : 15 personnes",
    ]
    assert FLOWS.table().rows == [("AI", "ACI", 30), ("ACI", "ACI", 15), ("AI", "AI", None)]


@pytest.mark.parametrize(
    ("flow", "match"), [(Flow("AI", "EI", 1), "without a name"), (Flow("AI", "ACI", -1), "negative")]
)
def test_a_flow_goes_from_a_node_to_another(flow, match):
    with pytest.raises(ValueError, match=match):
        replace(FLOWS, flows=[flow])


def test_a_calendar_puts_periods_on_one_scale_of_years() -> None:
    spans = [
        Span("Une", date(2024, 1, 1), date(2026, 1, 1), 1, "en cours", "/une/"),
        Span("Deux", date(2025, 7, 2), date(2028, 1, 1), 0, "annoncé"),
    ]
    calendar = Timeline("Projets", "", spans, ("annoncé", "en cours"), date(2026, 1, 1))
    assert (calendar.first, calendar.end) == (date(2024, 1, 1), date(2028, 1, 1))
    assert [(line.x, line.width) for line in calendar.lines] == [("0.00%", "50.03%"), ("37.51%", "62.49%")]
    assert (calendar.now, calendar.ticks[1]) == ("50.03%", (2025, "25.05%"))
    assert list(calendar.table().rows) == [
        ("Une", date(2024, 1, 1), date(2025, 12, 31), "en cours"),
        ("Deux", date(2025, 7, 2), date(2027, 12, 31), "annoncé"),
    ]


def test_a_long_calendar_names_few_years_and_today_only_when_it_is_on_the_scale() -> None:
    spans = [Span("Une", date(2000, 5, 1), date(2030, 5, 1))]
    calendar = Timeline("Projets", "", spans, ("en cours",), date(2031, 1, 1))
    assert [year for year, _ in calendar.ticks] == [2000, 2004, 2008, 2012, 2016, 2020, 2024, 2028]
    assert calendar.now == ""


@pytest.mark.parametrize(
    ("spans", "kinds"),
    [
        ([], ("en cours",)),
        ([Span("Une", date(2026, 1, 1), date(2026, 1, 1))], ("en cours",)),
        ([Span("Une", date(2026, 1, 1), date(2027, 1, 1), 1)], ("en cours",)),
        ([Span("Une", date(2026, 1, 1), date(2027, 1, 1))], ("a", "b", "c", "d")),
    ],
)
def test_a_calendar_that_makes_no_sense_is_not_drawn(spans: list[Span], kinds: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="Projets"):
        Timeline("Projets", "", spans, kinds, date(2026, 1, 1))
