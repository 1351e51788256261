"""Great projects: list, map and calendar; the sheet of one; who keeps it creates, corrects, closes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import pourcent
from maillage.references.economie.forms.filtres import ProjetsForm
from maillage.references.economie.forms.projets import MotifForm, ProjetForm, describe
from maillage.references.economie.permissions import Permission, may_edit
from maillage.references.economie.queries.projets import (
    describe_fiche,
    draw_calendrier,
    draw_phases,
    draw_projets,
    get_projet,
    list_projets,
)
from maillage.references.economie.rules import TRANSITIONS
from maillage.references.economie.services.projets import create_projet, move_projet, update_projet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms
    from django.db.models import QuerySet

    from maillage.foundations.kernel.permissions import Decision
    from maillage.references.accounts.models import User
    from maillage.references.economie.models import GrandProjet


def _sheet(projet: GrandProjet) -> str:
    return reverse("economie:projet", args=[projet.public_id])


class Projets(ListScreen):
    """Every great project, on the map, on the calendar and as a list."""

    permission = Permission.VIEW
    title = "Grands projets"
    intro = "Les chantiers et événements qui apportent des emplois\u202f: où, quand, pour quels métiers."
    template_name = "economie/projets.html"
    columns = (
        Column("nom", "Projet", "nom", sort="nom", link=_sheet),
        Column("programme", "Programme", "get_programme_display", sort="programme"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("communes", "Communes", "communes"),
        Column("debut", "Début", "debut", sort="debut"),
        Column("fin", "Fin", "dernier_jour", sort="fin"),
        Column("postes", "Postes", "postes", sort="postes", numeric=True),
        Column("heures", "Heures d’insertion prévues", "heures_prevues", sort="heures_prevues", numeric=True),
        Column("faites", "Heures réalisées", "heures_realisees", sort="heures_realisees", numeric=True),
    )
    default_sort = "nom"
    export_name = "grands-projets"
    noun = ("projet", "projets")
    empty_title = "Aucun grand projet"
    empty_text = "Élargissez la recherche, ou ouvrez la fiche d’un projet."

    @cached_property
    def form(self) -> ProjetsForm:
        """The filters, bound to the address."""
        return ProjetsForm(self.request.GET, region=settings.MAILLAGE_REGION)

    def get_queryset(self) -> QuerySet[GrandProjet]:
        return list_projets()

    def get_context(self) -> dict[str, Any]:
        rows = list(self.rows)
        on = timezone.localdate()
        return {
            **super().get_context(),
            "drawing": draw_projets(rows, settings.MAILLAGE_REGION, link=_sheet) if rows else None,
            "calendar": draw_calendrier(rows, on=on, link=_sheet),
            "may_create": granted(self.request.user, Permission.EDIT_PROJET).ok,
        }


class Projet(DetailScreen):
    """The sheet of a great project."""

    permission = Permission.VIEW
    portee = "tous les grands projets"
    parents = (("Grands projets", "economie:projets"),)
    template_name = "economie/projet.html"
    object: GrandProjet

    def get_object(self) -> GrandProjet:
        projet = get_projet(self.kwargs["public_id"])
        if projet is None:
            raise Http404("Ce projet n’a pas de fiche.")
        return projet

    def get_intro(self) -> str:
        return self.object.get_programme_display()

    def get_context(self) -> dict[str, Any]:
        projet = self.object
        may = may_edit(self.request.user, projet)
        metiers = sorted(projet.metiers.all(), key=lambda each: (-(each.postes or 0), str(each.fap)))
        return {
            **super().get_context(),
            "avancement": None if projet.avancement is None else pourcent(projet.avancement, 0),
            "drawing": draw_projets([projet], settings.MAILLAGE_REGION, link=_sheet),
            "calendar": draw_phases(projet, on=timezone.localdate()),
            "metiers": [
                (each, reverse("economie:metier", args=[each.fap.nomenclature, each.fap.code])) for each in metiers
            ],
            "postes": sum(each.postes for each in metiers if each.postes is not None) if metiers else None,
            "lieux": [
                (lieu, reverse("diagnostics:territoire", args=["commune", lieu.commune.code]))
                for lieu in projet.lieux.all()
            ],
            "may_edit": may.ok,
            "acts": [
                (each.label, reverse(f"economie:{each.act}", args=[projet.public_id]))
                for each in (TRANSITIONS.available(projet.etat) if may else ())
            ],
        }


class ProjetCreate(ActScreen):
    """Open the sheet of a project."""

    permission = Permission.EDIT_PROJET
    title = "Ouvrir la fiche d’un grand projet"
    intro = "Un lieu, un calendrier et des métiers suffisent à le rendre utile\u202f; le reste viendra."
    parents = (("Grands projets", "economie:projets"),)
    form_class = ProjetForm
    submit_label = "Ouvrir la fiche"
    success_message = "La fiche du projet est ouverte."

    def perform(self, form: ProjetForm) -> str:
        actor: User = self.request.user  # type: ignore[assignment]  # the permission asks for an account
        return _sheet(create_projet(fiche=form.fiche, actor=actor, on=timezone.localdate()))


class ProjetAct(ActScreen):
    """An act on a sheet that one may edit."""

    permission = Permission.EDIT_PROJET
    portee = "les grands projets de son organisation"

    @cached_property
    def projet(self) -> GrandProjet:
        """The project of the address."""
        projet = get_projet(self.kwargs["public_id"])
        if projet is None:
            raise Http404("Ce projet n’a pas de fiche.")
        return projet

    @property
    def actor(self) -> User:
        return self.request.user  # type: ignore[return-value]  # the permission asks for an account

    def decide(self) -> Decision:
        decision = super().decide()
        return may_edit(self.actor, self.projet) if decision else decision

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        return [("Grands projets", reverse("economie:projets")), (str(self.projet), _sheet(self.projet))]


class ProjetUpdate(ProjetAct):
    """Correct the sheet."""

    title = "Mettre à jour la fiche"
    form_class = ProjetForm
    success_message = "La fiche est à jour."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": describe(describe_fiche(self.projet))}

    def perform(self, form: ProjetForm) -> str:
        update_projet(projet=self.projet, fiche=form.fiche, actor=self.actor, on=timezone.localdate())
        return _sheet(self.projet)


class ProjetMove(ProjetAct):
    """Move a project along one arrow of its states."""

    act: ClassVar[str]

    def check(self) -> None:
        TRANSITIONS.target(self.act, self.projet.etat)

    def perform(self, form: forms.Form) -> str:
        move_projet(projet=self.projet, act=self.act, actor=self.actor, motif=form.cleaned_data.get("motif", ""))
        return _sheet(self.projet)


class ProjetBegin(ProjetMove):
    """Say that the works have begun."""

    act = "begin"
    title = "Commencer le projet"
    intro = "Le projet sera dit « en cours »."
    submit_label = "Commencer"
    success_message = "Le projet est en cours."


class ProjetFinish(ProjetMove):
    """Say that the project is over."""

    act = "finish"
    title = "Terminer le projet"
    intro = "Sa fiche reste lisible\u202f; renseignez d’abord ses heures d’insertion réalisées."
    submit_label = "Terminer"
    success_message = "Le projet est terminé."


class ProjetAbandon(ProjetMove):
    """Say that the project will not be."""

    act = "abandon"
    title = "Abandonner le projet"
    form_class = MotifForm
    submit_label = "Abandonner"
    success_message = "Le projet est dit abandonné."


class ProjetReopen(ProjetMove):
    """Say that the project goes on after all."""

    act = "reopen"
    title = "Rouvrir le projet"
    form_class = MotifForm
    submit_label = "Rouvrir"
    success_message = "Le projet est de nouveau en cours."
