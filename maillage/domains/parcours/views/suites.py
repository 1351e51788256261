"""The next steps proposed to a person, and why."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.forms.suites import SuitesFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.suites import get_poids, list_etapes, list_parametres, list_suites, proposes_next
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.personnes.views.base import OfPersonne

if TYPE_CHECKING:
    from collections.abc import Callable

    from maillage.domains.parcours.queries.suites import Suite
    from maillage.domains.parcours.rules.suites import Poids

RAISONS = (
    ("distance", "Distance"),
    ("metier", "Métier"),
    ("droit", "Droit au parcours"),
    ("progression", "Étape"),
    ("convention", "Convention"),
    ("places", "Places"),
)


def _raison(rank: int) -> Callable[[Suite], str]:
    return lambda suite: str(suite.note.raisons[rank])


def _place(suite: Suite) -> str:
    return f"{suite.siae}, {suite.commune.nom}" if suite.commune else str(suite.siae)


def _link(suite: Suite) -> str:
    if suite.poste:
        return reverse("parcours:poste", args=[suite.poste.public_id])
    return reverse("structures:detail", args=[suite.siae.pk])


class Suites(OfPersonne, ListScreen):
    """Posts and SIAE where the pathway of a person may go on, each with its reasons."""

    permission = Permission.ORIENT
    title = "Suites de parcours"
    template_name = "parcours/suites/suites.html"
    filter_form = SuitesFilter
    default_sort = "-points"
    page_size = 20
    limit = limits.RECHERCHE
    export_name = "suites-de-parcours"
    noun = ("suite possible", "suites possibles")
    empty_title = "Aucune suite ne répond à ces critères"
    empty_text = "Élargissez la distance, ou ôtez un filtre."

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """What is proposed, what it is worth, why, and the way to propose it."""
        return (
            Column("suite", "Suite", "nom", sort="nom", link=_link),
            Column("siae", "SIAE", _place, sort="siae.nom"),
            Column("points", "Points", lambda each: str(each.note), sort="rang", numeric=True, unit="sur 100"),
            Column("proposer", "Proposer", self._word, link=self._propose),
            *(
                Column(code, label, _raison(rank), unit=f"sur {getattr(self.poids, code)}")
                for rank, (code, label) in enumerate(RAISONS)
            ),
        )

    @cached_property
    def poids(self) -> Poids:
        """The points of each reason today."""
        return get_poids(timezone.localdate())

    @cached_property
    def may(self) -> bool:
        """Whether one may propose a next step to this person in any SIAE."""
        return proposes_next(self.actor, self.personne, timezone.localdate())

    def _word(self, suite: Suite) -> str:
        return "Proposer" if self.may else "—"

    def _propose(self, suite: Suite) -> str:
        if not self.may:
            return ""
        target = f"poste={suite.poste.public_id}" if suite.poste else f"siae={suite.siae.pk}"
        return f"{reverse('parcours:orienter', args=[self.personne.public_id])}?{target}"

    def get_intro(self) -> str:
        return (
            f"Pour {self.personne}\u202f: les postes ouverts et les SIAE sans poste publié, les plus adaptés d’abord. "
            "Ce que personne ne sait est dit, et ne vaut pas zéro."
        )

    def get_queryset(self) -> list[Suite]:
        return list_suites(self.actor, self.personne, timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        on = timezone.localdate()
        lines, gap = list_etapes(self.personne, on)
        return {
            **super().get_context(),
            "personne": self.personne,
            "lignes": lines,
            "ecart": gap,
            "may": self.may,
            "parametres": list_parametres(on),
        }
