"""The rights that end: those of the persons one follows, then counts by territory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.forms.fins import FinsChiffresFilter, FinsFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.fins import TRANCHES, TYPES, by_departement, count_fins, list_fins
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import TitreParcours
    from maillage.domains.parcours.queries.fins import LigneFins

SECRET = "secret"  # noqa: S105  (a word of the tables)


def _left(titre: Any) -> int:
    """Return the days left today: up to the end, but for those suspended from today on."""
    days: int = (titre.fin - timezone.localdate()).days - titre.suspendus_a_venir
    return days


def _state(titre: Any) -> str:
    return "suspendu" if titre.suspendu else "en cours"


def _next(titre: Any) -> str:
    return "prolongation demandée" if titre.demandee else "sortie enregistrée" if titre.sortie else "à préparer"


class Fins(PersonnesScreen, ListScreen):
    """The rights of the persons whose file is open to one, the first to end first."""

    permission = Permission.VIEW
    title = "PASS et agréments"
    template_name = "parcours/titres/fins.html"
    columns = (
        Column(
            "nom",
            "Personne",
            lambda titre: f"{titre.personne.nom} {titre.personne.prenom}",
            sort="personne__nom_recherche",
            link=lambda titre: reverse("parcours:titre", args=[titre.personne.public_id]),
        ),
        Column("fin", "Dernier jour", "dernier_jour", sort="dernier_jour"),
        Column("restants", "Jours restants", _left, numeric=True),
        Column("etat", "État", _state, sort="suspendu"),
        Column("suite", "Suite", _next),
        Column("type", "Type", lambda titre: titre.siae_type or "—", sort="siae_type", exported="siae_type"),
        Column("siae", "SIAE", lambda titre: titre.siae_nom or "—", sort="siae_nom", exported="siae_nom"),
        Column("departement", "Département", "personne.departement", sort="personne__departement"),
        Column("regime", "Titre", "get_regime_display", sort="regime"),
        Column("numero", "Numéro", "numero"),
    )
    default_sort = "fin"
    export_name = "titres-de-parcours"
    noun = ("titre", "titres")
    empty_title = "Aucun titre ne répond à ces critères"
    empty_text = "Un titre s’ouvre à l’embauche d’une personne éligible, dans la fiche de la personne."

    @cached_property
    def form(self) -> FinsFilter:
        return FinsFilter(self.request.GET, on=timezone.localdate())

    def get_intro(self) -> str:
        return (
            "Les PASS IAE et agréments en cours des personnes dont le dossier vous est ouvert. Chaque nom affiché est "
            "inscrit au journal des lectures."
        )

    def get_queryset(self) -> QuerySet[TitreParcours]:
        return list_fins(self.actor, timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_count": granted(self.actor, Permission.FIGURES).ok}


def _effectif(place: int) -> Callable[[LigneFins], int | str]:
    def value(ligne: LigneFins) -> int | str:
        number = ligne.effectifs[place]
        return SECRET if number is None else number

    return value


class FinsChiffres(PersonnesScreen, ListScreen):
    """How many rights end in the départements that one's organisation answers for."""

    permission = Permission.FIGURES
    title = "PASS qui finissent"
    template_name = "parcours/titres/chiffres.html"
    columns = (
        Column("departement", "Département", "departement"),
        Column("type", "Type de SIAE", "type"),
        *(
            Column(f"t{place}", label[:1].upper() + label[1:], _effectif(place), numeric=True)
            for place, label in enumerate(TRANCHES)
        ),
        Column("total", "Dans les 12 mois", _effectif(len(TRANCHES)), numeric=True),
    )
    page_size = len(TYPES) + 1  # one département a page
    export_name = "titres-qui-finissent"
    noun = ("ligne", "lignes")
    empty_title = "Votre organisation ne répond d’aucun département"
    empty_text = "Demandez à un exploitant d’inscrire le territoire de compétence de votre organisation."

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        return list_departements(self.actor.membre)

    @cached_property
    def form(self) -> FinsChiffresFilter:
        return FinsChiffresFilter(self.request.GET, departements=self.departements)

    def get_intro(self) -> str:
        return f"Combien de PASS IAE et d’agréments en cours finissent, au {jour(timezone.localdate())}. Aucun nom."

    @cached_property
    def lignes(self) -> list[LigneFins]:
        return count_fins(self.departements, timezone.localdate())

    def get_queryset(self) -> list[LigneFins]:
        return self.lignes

    def get_context(self) -> dict[str, Any]:
        totals = by_departement(self.lignes)
        drawing = BarChart(
            title="Titres qui finissent dans les 12 mois",
            description="Par département de résidence des personnes.",
            unit="titres",
            subject="Département",
            bars=[Bar(name, number) for name, number in totals.items() if number is not None],
        )
        return {
            **super().get_context(),
            "drawing": drawing if len(drawing.bars) > 1 else None,
            "secret": get_effectif_min(),
            "may_list": granted(self.actor, Permission.VIEW).ok,
        }
