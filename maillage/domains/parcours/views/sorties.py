"""The ways out: by name for who follows the persons, in counts for who steers a territory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte, EcheanceEnquete
from maillage.domains.parcours.forms.sorties import SortiesChiffresFilter, SortiesFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.sorties import JOUR, list_sorties
from maillage.domains.parcours.queries.sorties_chiffres import (
    COLONNES,
    KINDS,
    OBSERVEES,
    PUBLICS,
    SUIVI,
    count_sorties,
    count_suivi,
    list_annees,
    summarize,
)
from maillage.domains.parcours.rules.sorties import DYNAMIQUES
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.personnes.queries.chiffres import list_departements
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import Sortie
    from maillage.domains.parcours.queries.sorties_chiffres import LigneSorties, LigneSuivi

SECRET = "secret"  # noqa: S105  (a word of the tables)
OUI_NON = {True: "oui", False: "non", None: "non renseigné"}


class Sorties(PersonnesScreen, ListScreen):
    """The ways out of the persons whose file is open to one, the latest first."""

    permission = Permission.VIEW
    title = "Sorties"
    template_name = "parcours/sorties/sorties.html"
    columns = (
        Column(
            "nom",
            "Personne",
            lambda row: f"{row.contrat.personne.nom} {row.contrat.personne.prenom}",
            sort="contrat__personne__nom_recherche",
            link=lambda row: reverse("personnes:detail", args=[row.contrat.personne.public_id]),
        ),
        Column("le", "Dernier jour", lambda row: row.le - JOUR, sort="le"),
        Column("motif", "Motif", "get_motif_display", sort="motif"),
        Column("categorie", "Catégorie", lambda row: CategorieSortie(row.categorie).label, sort="categorie"),
        Column("decompte", "Décompte", lambda row: Decompte(row.decompte).label, sort="decompte"),
        Column("jours", "Séjour", "jours", sort="jours", numeric=True, unit="jours"),
        Column("heures", "Heures", "heures", sort="heures", numeric=True),
        Column("siae", "SIAE", "contrat.siae.nom", sort="contrat__siae__nom"),
        Column("type", "Type", "contrat.siae.type_siae", sort="contrat__siae__type_siae"),
        Column("brsa", "RSA à l’entrée", lambda row: OUI_NON[row.brsa], sort="brsa"),
        Column("departement", "Département", "contrat.personne.departement", sort="contrat__personne__departement"),
    )
    default_sort = "-le"
    export_name = "sorties"
    noun = ("sortie", "sorties")
    empty_title = "Aucune sortie ne répond à ces critères"
    empty_text = "Une sortie s’enregistre à la fin d’un contrat, dans la page du contrat."

    @cached_property
    def form(self) -> SortiesFilter:
        social = bool(granted(self.actor, Permission.VIEW_SOCIAL))
        return SortiesFilter(self.request.GET, annees=list_annees(timezone.localdate()), social=social)

    def get_intro(self) -> str:
        return (
            "Qui est sorti d’une SIAE, pour quel motif, et si la sortie compte. Chaque nom affiché est inscrit au "
            "journal des lectures."
        )

    def get_queryset(self) -> QuerySet[Sortie]:
        return list_sorties(self.actor, timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row.contrat.personne
        return person

    def get_context(self) -> dict[str, Any]:
        total, comptees, durable, dynamique = summarize(self.rows)  # type: ignore[arg-type]
        return {
            **super().get_context(),
            "total": total,
            "comptees": comptees,
            "durable": durable,
            "dynamique": dynamique,
            "may_hire": granted(self.actor, Permission.HIRE).ok,
        }


def _effectif(place: int) -> Callable[[LigneSorties], int | str]:
    def value(ligne: LigneSorties) -> int | str:
        number = ligne.effectifs[place]
        return SECRET if number is None else number

    return value


def _taux(*categories: CategorieSortie) -> Callable[[LigneSorties], str]:
    def value(ligne: LigneSorties) -> str:
        if ligne.comptees is None:
            return SECRET
        found = ligne.taux(*categories)
        return "—" if found is None else str(found)

    return value


class SortiesChiffres(PersonnesScreen, ListScreen):
    """How many left in the départements that one's organisation answers for, and for what."""

    permission = Permission.FIGURES
    title = "Sorties en chiffres"
    template_name = "parcours/sorties/chiffres.html"
    public_impose: ClassVar[str] = ""
    columns = (
        Column("departement", "Département", "departement"),
        Column("type", "Type de SIAE", "type"),
        *(
            Column(each.value, capfirst(str(each.label)), _effectif(place), numeric=True)
            for place, each in enumerate(OBSERVEES)
        ),
        Column("hors", "Non comptées", _effectif(len(OBSERVEES)), numeric=True),
        Column("total", "Ensemble", _effectif(len(COLONNES)), numeric=True),
        Column("taux_durable", "Part durable", _taux(CategorieSortie.DURABLE)),
        Column("taux_dynamique", "Part dynamique", _taux(*DYNAMIQUES)),
    )
    page_size = len(KINDS) + 1  # one département a page
    export_name = "sorties-en-chiffres"
    noun = ("ligne", "lignes")
    empty_title = "Votre organisation ne répond d’aucun département"
    empty_text = "Demandez à un exploitant d’inscrire le territoire de compétence de votre organisation."

    @cached_property
    def departements(self) -> list[tuple[str, str]]:
        return list_departements(self.actor.membre)

    @cached_property
    def annees(self) -> list[int]:
        return list_annees(timezone.localdate())

    @cached_property
    def form(self) -> SortiesChiffresFilter:
        return SortiesChiffresFilter(
            self.request.GET,
            annee=self.annee_usuelle,
            annees=self.annees,
            departements=self.departements,
            public=not self.public_impose,
        )

    @cached_property
    def annee_usuelle(self) -> int:
        """The last year that is over, else the latest one with a way out."""
        last = timezone.localdate().year - 1
        return last if last in self.annees else self.annees[0]

    @property
    def annee(self) -> int:
        """The year asked for, else the usual one."""
        return int(self.form.values.get("annee") or self.annee_usuelle)

    @property
    def public_choisi(self) -> str:
        return self.public_impose or self.form.values.get("public", "")

    def get_intro(self) -> str:
        whom = f", {PUBLICS[self.public_choisi][0]} à leur entrée" if self.public_choisi else ""
        return f"Les personnes sorties d’une SIAE en {self.annee}{whom}. Aucun nom."

    @cached_property
    def lignes(self) -> list[LigneSorties]:
        return count_sorties(self.departements, self.annee, timezone.localdate(), self.public_choisi)

    def get_queryset(self) -> list[LigneSorties]:
        return self.lignes

    def get_context(self) -> dict[str, Any]:
        totals = [(each, each.taux(*DYNAMIQUES)) for each in self.lignes if each.ensemble]
        drawing = BarChart(
            title="Sorties dynamiques",
            description=f"Part des sorties comptées, par département de résidence, en {self.annee}.",
            unit="%",
            subject="Département",
            bars=[Bar(each.departement, round(100 * taux.valeur, 1)) for each, taux in totals if taux],
        )
        return {
            **super().get_context(),
            "drawing": drawing if len(drawing.bars) > 1 else None,
            "secret": describe_secret(),
            "rsa": self.public_impose == "brsa",
        }


class SortiesRsa(SortiesChiffres):
    """What became of the allocataires of the RSA of one's départements."""

    title = "Sorties des allocataires du RSA"
    public_impose = "brsa"
    export_name = "sorties-allocataires-rsa"


def _suivi(place: int) -> Callable[[LigneSuivi], int | str]:
    def value(ligne: LigneSuivi) -> int | str:
        number = ligne.effectifs[place]
        return SECRET if number is None else number

    return value


class Suivi(SortiesChiffres):
    """What became of those who left, at 3, 6, 12 and 18 months."""

    title = "Ce que deviennent les personnes sorties"
    template_name = "parcours/sorties/suivi.html"
    columns = (
        Column("departement", "Département", "departement"),
        Column("delai", "Après", "delai"),
        *(Column(f"s{place}", label, _suivi(place), numeric=True) for place, label in enumerate(SUIVI)),
        Column("total", "Interrogées", _suivi(len(SUIVI)), numeric=True),
        Column("emploi", "Part en emploi de qui a répondu", lambda ligne: str(ligne.en_emploi or "—")),
    )
    page_size = len(EcheanceEnquete)
    export_name = "nouvelles-en-chiffres"

    def get_queryset(self) -> list[LigneSuivi]:  # type: ignore[override]
        return count_suivi(self.departements, self.annee, timezone.localdate(), self.public_choisi)

    def get_context(self) -> dict[str, Any]:
        return {**ListScreen.get_context(self), "secret": describe_secret()}
