"""Who read which file, and the exceptional openings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, ListScreen
from maillage.foundations.kernel.wording import screen_label
from maillage.references.personnes.enums import EtatOuverture
from maillage.references.personnes.forms.traces import LectureFilter, OuvertureForm
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.traces import list_lectures, list_lectures_of, list_ouvertures
from maillage.references.personnes.rules import etat_ouverture
from maillage.references.personnes.services.ouvertures import close_file, most_hours, open_file
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.foundations.kernel.models import Lecture
    from maillage.references.personnes.models import Ouverture

LECTURE = (
    Column("date", "Date", "date", sort="date"),
    Column("lecteur", "Lu par", lambda lecture: str(lecture.lecteur), sort="lecteur__email"),
    Column("pour", "Au nom de", lambda lecture: lecture.pour_nom or "—", sort="pour_nom"),
    Column("ecran", "Écran", lambda lecture: capfirst(screen_label(lecture.ecran)), sort="ecran"),
    Column("motif", "Motif", lambda lecture: lecture.motif_ouverture or lecture.motif or "—"),
)


class LectureList(PersonnesScreen, ListScreen):
    """Who read the files that this account may see; no person is named here."""

    permission = Permission.READINGS
    title = "Qui a lu les dossiers"
    intro = "Chaque consultation d’un dossier qui vous est ouvert\u202f: par qui, au nom de qui, sur quel écran, quand."
    parents = (("Personnes", "personnes:list"),)
    columns: ClassVar[tuple[Column, ...]] = (
        *LECTURE,
        Column(
            "dossier",
            "Dossier",
            lambda lecture: str(lecture.personne_public_id)[:8],
            link=lambda lecture: reverse("personnes:detail", args=[lecture.personne_public_id]),
        ),
    )
    filter_form = LectureFilter
    default_sort = "-date"
    export_name = "lectures"
    noun = ("lecture", "lectures")
    empty_title = "Aucune lecture"
    empty_text = "Aucun dossier qui vous est ouvert n’a encore été consulté."

    def get_queryset(self) -> QuerySet[Lecture]:
        return list_lectures(self.actor)


class PersonneLectures(OfPersonne, LectureList):
    """Who read the file of one person."""

    columns = LECTURE
    title = "Qui a lu ce dossier"
    intro = "Chaque consultation du dossier\u202f: par qui, au nom de qui, sur quel écran, quand."
    empty_text = "Ce dossier n’a encore été consulté par personne."

    def get_queryset(self) -> QuerySet[Lecture]:
        return list_lectures_of(self.personne)


def etat(ouverture: Ouverture) -> EtatOuverture:
    """Return where an opening stands now."""
    return etat_ouverture(fin=ouverture.fin, close_le=ouverture.close_le, now=timezone.now())


def sheet_url(ouverture: Ouverture) -> str:
    """Return where the file is read while it is open; nowhere afterwards, for the operator who opened it."""
    if etat(ouverture) != EtatOuverture.EN_COURS:
        return ""
    return reverse("personnes:detail", args=[ouverture.personne.public_id])


class OuvertureList(PersonnesScreen, ListScreen):
    """The exceptional openings that concern this account; no person is named here."""

    permission = Permission.OPENINGS
    title = "Ouvertures exceptionnelles"
    intro = "Quand un exploitant de la plateforme a ouvert un dossier, lequel, pourquoi, et combien de temps."
    parents = (("Personnes", "personnes:list"),)
    template_name = "personnes/ouvertures.html"
    columns = (
        Column("debut", "Ouverte le", "debut", sort="debut"),
        Column("fin", "Jusqu’à", lambda ouverture: ouverture.close_le or ouverture.fin, sort="fin"),
        Column("etat", "État", lambda ouverture: capfirst(etat(ouverture).value)),
        Column("exploitant", "Exploitant", lambda ouverture: str(ouverture.exploitant), sort="exploitant__email"),
        Column("motif", "Motif", "motif"),
        Column("dossier", "Dossier", lambda ouverture: str(ouverture.personne.public_id)[:8], link=sheet_url),
    )
    default_sort = "-debut"
    export_name = "ouvertures"
    noun = ("ouverture", "ouvertures")
    empty_title = "Aucune ouverture"
    empty_text = "Aucun dossier qui vous concerne n’a été ouvert par un exploitant."

    def get_queryset(self) -> QuerySet[Ouverture]:
        return list_ouvertures(self.actor)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        mine = [each for each in context["page"] if each.exploitant_id == self.actor.pk]
        return {
            **context,
            "may_open": granted(self.actor, Permission.OPEN).ok,
            "en_cours": [each for each in mine if etat(each) == EtatOuverture.EN_COURS],
        }


class Ouvrir(PersonnesScreen, ActScreen):
    """Open a file, for a reason and a time."""

    permission = Permission.OPEN
    title = "Ouvrir un dossier"
    intro = (
        "Un exploitant ne voit aucun dossier, sauf celui qu’il ouvre pour dépanner. Le référent et le DPO le sauront."
    )
    parents = (("Personnes", "personnes:list"), ("Ouvertures exceptionnelles", "personnes:ouvertures"))
    form_class = OuvertureForm
    submit_label = "Ouvrir le dossier"
    success_message = "Le dossier vous est ouvert. Chaque consultation est inscrite, et votre motif se lit avec elle."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"maximum": most_hours(timezone.localdate())}

    def perform(self, form: OuvertureForm) -> str:
        ouverture = open_file(**form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return reverse("personnes:detail", args=[ouverture.personne.public_id])


class Fermer(PersonnesScreen, ActScreen):
    """Close an opening before its end."""

    permission = Permission.OPEN
    portee = "ses ouvertures exceptionnelles"
    title = "Refermer un dossier"
    intro = "Vous ne verrez plus ce dossier. L’ouverture et ses lectures restent au journal."
    parents = (("Personnes", "personnes:list"), ("Ouvertures exceptionnelles", "personnes:ouvertures"))
    submit_label = "Refermer le dossier"
    success_message = "Le dossier est refermé."

    @cached_property
    def ouverture(self) -> Ouverture:
        return get_object_or_404(
            list_ouvertures(self.actor).filter(exploitant=self.actor), public_id=self.kwargs["public_id"]
        )

    def get_context(self) -> dict[str, Any]:
        return {"ouverture": self.ouverture}

    def perform(self, form: Any) -> str:
        close_file(ouverture=self.ouverture, actor=self.actor)
        return reverse("personnes:ouvertures")
