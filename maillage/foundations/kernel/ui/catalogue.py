"""The catalogue of components: one example each, shown live with its source on `/composants/`.

The example of `components/ui/badge.html` is the template `kernel/composants/badge.html`. A component without an example
here, or an example without a component, fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.template import Engine

from maillage.foundations.kernel.drawings import (
    Bar,
    BarChart,
    Change,
    ChangeChart,
    Curve,
    CurveChart,
    Flow,
    FlowChart,
    Legend,
    MapDrawing,
    Point,
    Shape,
    Span,
    Timeline,
    bounds_labels,
)
from maillage.foundations.kernel.permissions import Decision
from maillage.foundations.kernel.screens.filters import FilterForm
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import INCONNU
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "alert": "Alerte",
    "badge": "Badge",
    "breadcrumb": "Fil d’Ariane",
    "button": "Bouton",
    "card": "Carte de présentation",
    "changes": "Évolutions",
    "chart": "Graphique",
    "curve": "Courbe",
    "flow": "Flux",
    "definition": "Définition libre",
    "definition_list": "Liste de définitions",
    "empty": "État vide",
    "filters": "Filtres",
    "form": "Formulaire",
    "key_figure": "Chiffre clé",
    "key_figures": "Chiffres clés",
    "map": "Carte géographique",
    "pagination": "Pagination",
    "progress": "Avancement",
    "search": "Recherche",
    "source_note": "Source",
    "steps": "Étapes",
    "table": "Tableau",
    "tile": "Tuile",
    "timeline": "Calendrier",
    "twin": "Données d’un dessin",
    "unconfirmed": "Chiffre à confirmer",
}

PURPOSES: Mapping[str, str] = {
    "alert": "Ce qu’il faut savoir avant de continuer. type\u202f: info, success, warning, error.",
    "badge": "Un état ou un type, en un mot. type\u202f: success, warning, error, info, new, ou rien.",
    "breadcrumb": "Affiché par kernel/page.html d’après l’écran\u202f; rarement écrit à la main.",
    "button": (
        "Un lien quand href est donné, sinon l’envoi d’un formulaire. kind\u202f: secondary, tertiary, "
        "tertiary-no-outline. Une décision défavorable le désactive et en donne la raison."
    ),
    "card": "Une entrée vers une page, avec un texte.",
    "changes": "Des évolutions de kernel.drawings\u202f: chaque ligne du tableau va de l’avant (cercle) à l’après"
    " (disque).",
    "chart": "Un graphique de kernel.drawings\u202f: chaque ligne du tableau porte sa barre.",
    "flow": "Des flux de kernel.drawings, d’un côté à l’autre, et leur tableau jumeau.",
    "curve": "Une courbe de kernel.drawings, face à une référence, et son tableau jumeau.",
    "definition": "Une ligne de liste de définitions dont la valeur est du contenu libre.",
    "definition_list": "Les champs d’une fiche\u202f; une valeur absente est dite « non renseigné ».",
    "empty": "Une liste vide dit quoi faire ensuite.",
    "filters": "Le formulaire GET d’une liste\u202f; ListScreen le fournit avec les filtres actifs.",
    "form": "Un formulaire Django\u202f: aides, erreurs, résumé en tête, champs facultatifs marqués.",
    "key_figure": "Un chiffre, ce qu’il compte et d’où il vient.",
    "key_figures": "Un groupe de chiffres clés.",
    "map": "Une carte de kernel.drawings, sa légende et son tableau jumeau.",
    "pagination": "Les pages d’une liste\u202f; garde les filtres et le tri.",
    "progress": "L’avancement d’un travail long\u202f; sans value, la durée est inconnue.",
    "search": "Une recherche en un champ.",
    "source_note": "D’où viennent les chiffres qui précèdent, et de quand.",
    "steps": "Où l’on en est d’un parcours en plusieurs écrans.",
    "table": "Colonnes et lignes, ou un contenu libre. Les nombres vont à droite, le tableau défile sur un téléphone.",
    "tile": "Une entrée vers une page, courte.",
    "timeline": "Un calendrier de kernel.drawings\u202f: chaque ligne du tableau porte sa période.",
    "twin": "Le tableau jumeau d’un dessin, replié.",
    "unconfirmed": "La marque d’un chiffre réglementaire qui n’a pas encore été vérifié.",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A component, what it is for, and the template of its example."""

    code: str

    @property
    def title(self) -> str:
        return TITLES[self.code]

    @property
    def purpose(self) -> str:
        return PURPOSES[self.code]

    @property
    def template(self) -> str:
        return f"kernel/composants/{self.code}.html"

    @property
    def source(self) -> str:
        """The example as one writes it."""
        return Path(Engine.get_default().get_template(self.template).origin.name).read_text()


class ExampleForm(forms.Form):
    """Every kind of field."""

    nom = forms.CharField(label="Nom", help_text="Le nom d’usage, tel que les partenaires le connaissent.")
    courriel = forms.EmailField(label="Adresse électronique", required=False)
    type_siae = forms.ChoiceField(label="Type", choices=[("", "Choisir"), ("aci", "ACI"), ("ei", "EI")])
    debut = forms.DateField(label="Date de début", widget=DateInput())
    fichier = forms.FileField(label="Fichier", required=False, help_text="CSV ou XLSX, 5 Mo au plus.")
    maille = forms.ChoiceField(
        label="Maille", widget=forms.RadioSelect, choices=[("commune", "Commune"), ("ept", "EPT ou EPCI")]
    )
    publics = forms.MultipleChoiceField(
        label="Publics", required=False, widget=forms.CheckboxSelectMultiple, choices=[("ld", "DELD"), ("rsa", "bRSA")]
    )
    motif = forms.CharField(label="Motif", widget=forms.Textarea(attrs={"rows": 3}))
    accord = forms.BooleanField(label="J’ai vérifié ces informations", required=True)


class ExampleFilters(FilterForm):
    """Two filters, one in use."""

    recherche = forms.CharField(label="Nom ou code")
    type_siae = forms.ChoiceField(label="Type", choices=[("", "Tous"), ("aci", "ACI"), ("ei", "EI")])


def examples() -> list[Example]:
    """Return the examples, in the order of their titles."""
    return sorted((Example(code) for code in TITLES), key=lambda example: example.title)


def context() -> dict[str, Any]:
    """Return what the examples show: invented values, recognisable as such."""
    filters = ExampleFilters({"type_siae": "aci"})
    return {
        "parents": [("Territoires", "#breadcrumb"), ("Seine-Saint-Denis", "#breadcrumb")],
        "columns": ["Département", "Structures", "ETP"],
        "rows": [["Seine-et-Marne", 1234, 12.5], ["Yvelines", 56, None], ["Essonne", 7, 8.25]],
        "definitions": [("Type", "Atelier et chantier d’insertion"), ("ETP réalisés", 12.5), ("Site web", None)],
        "steps": ["Choisir le fichier", "Vérifier les colonnes", "Importer"],
        "page": Paginator(range(1000), 50).page(3),
        "form": ExampleForm({"nom": "", "type_siae": "aci"}, initial={}),
        "refused": Decision(False, "Cet acte est réservé aux exploitants de la plateforme."),
        "filters": filters,
        "active_filters": [(item, "#filters") for item in filters.active()],
        **drawings(),
    }


def drawings() -> dict[str, Any]:
    """Return a small map, a small chart, a small calendar."""
    squares = ("M0 0h98v98h-98z", "M102 0h98v98h-98z", "M204 0h98v98h-98z", "M306 0h98v98h-98z")
    values = (("0,4", 0), ("3,2", 1), ("7,9", 2), (INCONNU, None))
    carte = MapDrawing(
        title="ETP pour 1\u202f000 habitants (exemple)",
        description="Quatre territoires inventés.",
        viewbox="0 0 404 98",
        shapes=[
            Shape(f"T{number}", f"Territoire {number}", path, label, klass, "#map")
            for number, (path, (label, klass)) in enumerate(zip(squares, values, strict=True), start=1)
        ],
        legend=Legend("ETP pour 1\u202f000", bounds_labels((1, 5)), kinds=("ACI", "EI")),
        points=[Point(40, 40, "Un atelier", 0, href="#map"), Point(150, 60, "Une entreprise", 1, href="#map")],
    )
    bars = [Bar("Seine-et-Marne", 1234, "#chart"), Bar("Yvelines", 560, strong=True), Bar("Essonne", None)]
    chart = BarChart("Structures par département (exemple)", "Valeurs inventées.", "Structures", bars, "Département")
    spans = [
        Span("Gare inventée", date(2024, 3, 1), date(2027, 7, 1), 1, "en cours", "#timeline"),
        Span("Quartier inventé", date(2026, 9, 1), date(2031, 1, 1), 0, "annoncé"),
    ]
    calendar = Timeline("Deux projets (exemple)", "Inventés.", spans, ("annoncé", "en cours"), date(2026, 1, 15))
    return {
        "map": carte,
        "chart": chart,
        "changes": ChangeChart(
            "Places par département (exemple)",
            "Valeurs inventées.",
            ("2024", "2025"),
            [Change("Yvelines", 12, 15, "#changes"), Change("Essonne", 9, 7), Change("Paris", None, 4)],
            "Département",
            0,
        ),
        "curve": CurveChart(
            "Part de l’offre par part du public (exemple)",
            "Valeurs inventées.",
            "Part du public",
            "Part de l’offre",
            [
                Curve("Égalité", ((0, 0), (1, 1)), reference=True),
                Curve("Offre", ((0, 0), (0.5, 0.2), (1, 1))),
            ],
            ((0, "0\u202f%"), (0.5, "50\u202f%"), (1, "100\u202f%")),
            ((0, "0\u202f%"), (1, "100\u202f%")),
            ("Part du public", "Part de l’offre"),
            ((0.5, 0.2), (1, 1)),
        ),
        "flow": FlowChart(
            "Passages d’un type à l’autre (exemple)",
            "Valeurs inventées.",
            "personnes",
            ("AI", "ACI", "EI"),
            [Flow("AI", "ACI", 12), Flow("ACI", "EI", 30), Flow("ACI", "ACI", 8), Flow("EI", "AI", None)],
        ),
        "calendar": calendar,
        "sheet": Sheet(
            "Valeurs d’un dessin (exemple)", ("Territoire", "Valeur"), [("Un", 1), ("Deux", None)], "Inventées."
        ),
    }
