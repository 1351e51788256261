"""Who needs the IAE: the series known, one public, the publics of a territory, the employees in insertion."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.forms.publics import ProfilFilter, SalariesFilter, SerieFilter
from maillage.domains.diagnostics.queries.notes import list_notes_de
from maillage.domains.diagnostics.queries.profils import FONDS, LigneProfil, Profil, draw_profil, get_profil
from maillage.domains.diagnostics.queries.publics import list_publics, list_series, list_toutes_series
from maillage.domains.diagnostics.queries.quartiers import list_quartiers
from maillage.domains.diagnostics.queries.salaries import draw_annees, list_lieux_serie, list_mois
from maillage.foundations.kernel.screens import Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import decimal
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.domains.diagnostics.queries.publics import PublicConnu, Serie
    from maillage.domains.diagnostics.queries.salaries import MoisSerie

CARTE = ("Couverture de la région", "diagnostics:carte")
MAX_NOTES = 5


def _public_url(row: Any) -> str:
    return reverse("diagnostics:public", args=[row.public.code])


class Publics(ListScreen):
    """Every series held: which public, at which level, which year, from whom, how complete."""

    public = True
    title = "Publics"
    intro = "Qui a besoin de l’IAE\u202f: les séries connues, leur source, leur millésime et ce qui y manque."
    parents = (CARTE,)
    template_name = "diagnostics/publics.html"
    filter_form = SerieFilter
    columns = (
        Column("public", "Public", "court", sort="court", link=_public_url),
        Column("famille", "Famille", "famille", sort="famille"),
        Column("niveau", "Niveau", "niveau_libelle", sort="niveau_libelle"),
        Column("annee", "Année", lambda serie: str(serie.annee), sort="annee"),
        Column("connus", "Connus", "connus", sort="connus", numeric=True),
        Column("territoires", "Sur", "territoires", sort="territoires", numeric=True),
        Column("part", "Part connue", "part", sort="part", numeric=True, unit="%"),
        Column("secrets", "Secrets", "secrets", sort="secrets", numeric=True),
        Column("estimes", "Estimés", "estimes", sort="estimes", numeric=True),
        Column("source", "Source", "source", sort="source"),
    )
    export_name = "publics"
    noun = ("série", "séries")
    empty_title = "Aucune série n’est importée"
    empty_text = "Les séries arrivent par la page «\u202fImports\u202f», une source par format public."

    @cached_property
    def series(self) -> list[Serie]:
        """Every series of the region, before any filter."""
        return list_toutes_series(settings.MAILLAGE_REGION)

    def get_queryset(self) -> Sequence[Serie]:
        return self.series

    def get_context(self) -> dict[str, Any]:
        known = {serie.public.code for serie in self.series}
        return {
            **super().get_context(),
            "region": settings.MAILLAGE_REGION,
            "absents": [public for code, public in list_publics().items() if code not in known],
        }


class PublicScreen(DetailScreen):
    """One public: who is counted, by whom, where the strategy names it, how it is spread, which series."""

    public = True
    template_name = "diagnostics/public.html"
    parents = (CARTE, ("Publics", "diagnostics:publics"))
    object: PublicConnu

    def get_object(self) -> PublicConnu:
        if public := list_publics().get(self.kwargs["public"]):
            return public
        raise Http404("Ce public n’est pas dans la table de référence.")

    def get_title(self) -> str:
        return f"{self.object.libelle[:1].upper()}{self.object.libelle[1:]}"

    def get_context(self) -> dict[str, Any]:
        publics, region = list_publics(), settings.MAILLAGE_REGION
        series = [serie for serie in list_toutes_series(region) if serie.public == self.object]
        return {
            **super().get_context(),
            "cles": [publics[code].libelle for code in self.object.repartition],
            "dans": publics[self.object.dans] if self.object.dans else None,
            "series": series,
            "mesurable": self.object.code in list_series(region),
        }


def _given(place: int, attribute: str, digits: int = 0) -> Callable[[LigneProfil], Any]:
    """Read the figure of one of the territories of a profile."""

    def value(ligne: LigneProfil) -> Any:
        number = getattr(ligne.chiffres[place], attribute)
        return None if number is None else decimal(number, digits)

    return value


def _indice(ligne: LigneProfil) -> str | None:
    return None if ligne.indice is None else decimal(ligne.indice, 0)


def _of_publics(value: Callable[[LigneProfil], Any]) -> Callable[[LigneProfil], Any]:
    """Mark as meaningless, on the page, what is not told of the population that publics are counted among."""
    return lambda ligne: "—" if ligne.public.code in FONDS else value(ligne)


class ProfilScreen(ListScreen):
    """The publics of a territory, compared with its département and its region."""

    public = True
    template_name = "diagnostics/profil.html"
    page_size = 100
    noun = ("public", "publics")
    empty_title = "Aucun public n’est connu ici"
    empty_text = "Les séries arrivent par la page «\u202fImports\u202f»."

    @cached_property
    def profil(self) -> Profil:
        """The profile of the territory of the address; what is no set of communes has none."""
        asked = self.request.GET.get("annee", "")
        annee = int(asked) if asked.isdecimal() and len(asked) == 4 else None
        niveau, code = self.kwargs["niveau"], self.kwargs["code"]
        profil = get_profil(settings.MAILLAGE_REGION, niveau, code, annee=annee, on=timezone.localdate())
        if profil is None:
            raise Http404(f"Aucun territoire de niveau {niveau} ne porte le code {code} dans la région.")
        return profil

    @cached_property
    def form(self) -> ProfilFilter:
        """The filters, with the years that are known."""
        return ProfilFilter(self.request.GET, annees=self.profil.annees)

    def get_title(self) -> str:
        return f"Publics\u202f: {self.profil.ici.nom}"

    def get_intro(self) -> str:
        return "Qui a besoin de l’IAE ici, au regard du département et de la région."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(CARTE[0], reverse(CARTE[1])), ("Publics", reverse("diagnostics:publics"))]

    @property
    def export_name(self) -> str:  # type: ignore[override]
        return f"publics-{self.profil.ici.niveau}-{self.profil.ici.code}"

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The figure here, then the rates here and in the larger territories."""
        rates = (
            Column(
                f"taux_{place}",
                f"Pour 1 000 de 15-64 ans, {lieu.nom}",
                _of_publics(_given(place, "pour_mille", 1)),
                sort="ici.pour_mille" if place == 0 else None,
                numeric=True,
                exported=_given(place, "pour_mille", 1),
            )
            for place, lieu in enumerate(self.profil.lieux)
        )
        return (
            Column("public", "Public", "court", sort="court", link=_public_url),
            Column("annee", "Année", lambda ligne: str(ligne.annee) if ligne.annee else None),
            Column("valeur", "Personnes", _given(0, "valeur"), sort="ici.valeur", numeric=True),
            Column("nature", "Comment c’est connu", "ici.nature.label"),
            *rates,
            Column(
                "indice",
                "Indice, région = 100",
                _of_publics(_indice),
                sort="indice",
                numeric=True,
                exported=_indice,
            ),
            Column("source", "Source", "source"),
        )

    def get_queryset(self) -> Sequence[LigneProfil]:
        return self.profil.lignes

    def get_context(self) -> dict[str, Any]:
        profil, signed_in = self.profil, self.request.user.is_authenticated
        ici = profil.ici
        return {
            **super().get_context(),
            "chart": draw_profil(profil, self.form.apply(profil.lignes)),
            "regles": profil.regles,
            "quartiers": list_quartiers(ici.niveau, ici.code),
            "sheet_url": sheet_url(ici.niveau, ici.code),
            "besoins": get_constats(ici.niveau, ici.code, signed_in=signed_in),
        }


# The levels that the sheets of the diagnostic exist for; Paris is a city that holds the powers of an intercommunalité.
PARIS = (Niveau.VILLE, "75056")
_A_FICHE = {Niveau.COMMUNE, Niveau.EPT, Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION}


def sheet_url(niveau: str, code: str) -> str:
    """Return the address of the sheet of a territory, nothing when there is none at its level."""
    if niveau in _A_FICHE or (niveau, code) == PARIS:
        return reverse("diagnostics:territoire", args=[niveau, code])
    return ""


def get_constats(niveau: str, code: str, *, signed_in: bool) -> dict[str, Any]:
    """Return what the block « Publics et besoins constatés » of a territory shows."""
    notes = list(list_notes_de(niveau, code)[: MAX_NOTES + 1]) if signed_in else []
    return {
        "notes": notes[:MAX_NOTES],
        "more": len(notes) > MAX_NOTES,
        "signed_in": signed_in,
        "profil_url": reverse("diagnostics:profil", args=[niveau, code]),
        "noter_url": f"{reverse('diagnostics:constater')}?niveau={niveau}&code={code}",
    }


class Salaries(ListScreen):
    """The employees in insertion since 2017, in the country, the regions and the départements."""

    public = True
    title = "Les salariés en insertion depuis 2017"
    intro = "Le stock à la fin de chaque mois (ASP). C’est l’offre d’aujourd’hui, pas le besoin."
    parents = (CARTE,)
    template_name = "diagnostics/salaries.html"
    columns = (
        Column("mois", "Mois", lambda mois: f"{mois.mois:%m/%Y}", sort="mois"),
        Column("valeur", "Salariés en insertion", "valeur", sort="valeur", numeric=True),
        Column("un_an", "Un an plus tôt", "un_an", numeric=True),
        Column("evolution", "Évolution sur un an", "evolution", sort="evolution", numeric=True, unit="%"),
        Column("source", "Source", "source"),
    )
    page_size = 24
    export_name = "salaries-en-insertion"
    noun = ("mois", "mois")
    empty_title = "Aucun mois n’est importé"
    empty_text = (
        "La série arrive par la page «\u202fImports\u202f», source «\u202fSalariés en insertion, mois par mois\u202f»."
    )

    @cached_property
    def lieux(self) -> list[tuple[str, str]]:
        """The territories that have a series."""
        return list_lieux_serie(settings.MAILLAGE_REGION)

    @cached_property
    def form(self) -> SalariesFilter:
        """The choice of the territory."""
        return SalariesFilter(self.request.GET, lieux=self.lieux)

    @property
    def lieu(self) -> str:
        """The territory shown, as « level code »: the region of this deployment by default."""
        return str(self.form.values.get("territoire") or (self.lieux[0][0] if self.lieux else ""))

    @cached_property
    def mois(self) -> list[MoisSerie]:
        """The months of the territory, the latest first."""
        niveau, _, code = self.lieu.partition(" ")
        return list_mois(niveau, code)

    def get_queryset(self) -> Sequence[MoisSerie]:
        return self.mois

    def get_context(self) -> dict[str, Any]:
        nom = dict(self.lieux).get(self.lieu, "")
        return {**super().get_context(), "chart": draw_annees(nom, self.mois) if self.mois else None, "nom": nom}
