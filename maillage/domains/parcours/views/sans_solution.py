"""Persons led to SIAE and taken by none: by name for whoever follows them, by count for whoever steers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.sans_solution import (
    LIBELLES,
    count_sans_solution,
    delai,
    keep_sans_solution,
)
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.personnes.forms.personnes import PersonneFilter
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.queries.personnes import list_personnes
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.queries.sans_solution import Ligne
    from maillage.references.personnes.models import Personne


class SansSolution(PersonnesScreen, ListScreen):
    """The visible persons without a solution, who waits longest first."""

    permission = Permission.ORIENTATIONS
    title = "Sans solution"
    template_name = "parcours/sans_solution/liste.html"
    columns = (
        Column(
            "nom",
            "Nom",
            "nom",
            sort="nom_recherche",
            link=lambda personne: reverse("personnes:detail", args=[personne.public_id]),
        ),
        Column("prenom", "Prénom", "prenom", sort="prenom"),
        Column("commune", "Commune", "commune_nom", sort="commune"),
        Column("orientee", "Orientée depuis le", "orientee_le", sort="orientee_le"),
        Column("candidatures", "Candidatures", "nb_candidatures", sort="nb_candidatures", numeric=True),
        Column("refus", "Refus", "nb_refus", sort="nb_refus", numeric=True),
        Column(
            "suivi", "Suivie par", lambda p: ", ".join(dict.fromkeys(str(r.organisation) for r in p.en_cours)) or "—"
        ),
    )
    default_sort = "orientee"
    export_name = "sans-solution"
    noun = ("personne", "personnes")
    empty_title = "Personne n’est sans solution"
    empty_text = "Aucune des personnes que vous suivez n’attend au-delà du délai."

    @cached_property
    def form(self) -> PersonneFilter:
        """The filters of the list of persons."""
        return PersonneFilter(self.request.GET, user=self.actor)

    def get_intro(self) -> str:
        days = delai(timezone.localdate())
        return f"Orientées vers des SIAE depuis {days} jours ou plus, acceptées par aucune, employées par aucune."

    def get_queryset(self) -> QuerySet[Personne]:
        return keep_sans_solution(list_personnes(self.actor), timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Personne = row
        return person

    def get_context(self) -> dict[str, Any]:
        figures = granted(self.actor, Permission.FIGURES).ok
        return {**super().get_context(), "chiffres": reverse("parcours:sans_solution_chiffres") if figures else ""}


def _effectif(place: int) -> Callable[[Ligne], int | str]:
    def value(ligne: Ligne) -> int | str:
        number = ligne.effectifs[place]
        return "secret" if number is None else number

    return value


class SansSolutionChiffres(PersonnesScreen, ListScreen):
    """How many persons wait, by département and by time; no name."""

    permission = Permission.FIGURES
    title = "Sans solution, en chiffres"
    template_name = "parcours/sans_solution/chiffres.html"
    columns = (
        Column("departement", "Département", "departement"),
        *(
            Column(f"t{place}", label.capitalize(), _effectif(place), numeric=True)
            for place, label in enumerate(LIBELLES)
        ),
        Column("total", "Ensemble", _effectif(len(LIBELLES)), numeric=True),
    )
    export_name = "sans-solution-chiffres"
    noun = ("ligne", "lignes")
    empty_title = "Votre organisation ne répond d’aucun département"
    empty_text = "Demandez à un exploitant d’inscrire le territoire de compétence de votre organisation."

    def get_intro(self) -> str:
        days = delai(timezone.localdate())
        return (
            f"Personnes orientées vers des SIAE depuis {days} jours ou plus et acceptées par aucune, selon le "
            "département où elles vivent. Aucun nom."
        )

    def get_queryset(self) -> list[Ligne]:
        return count_sans_solution(list_departements(self.actor.membre), timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "secret": describe_secret()}
