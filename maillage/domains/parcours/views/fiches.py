"""The fiches salarié of a SIAE: which are owed, the files for the ASP, its answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.asp import EtatFiche
from maillage.domains.parcours.forms.fiches import ReponseForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.fiches import list_attendues, list_envois, list_lignes
from maillage.domains.parcours.rules.fiches import advise
from maillage.domains.parcours.services.fiches import prepare_envoi, read_reponse, render_envoi
from maillage.foundations.kernel.screens import ActScreen, Column, ExportScreen, ListScreen
from maillage.foundations.kernel.screens.export import Export
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from maillage.domains.parcours.models import EnvoiFiches
    from maillage.domains.parcours.queries.fiches import Attendue

FICHES = ("Fiches salarié", "parcours:fiches")


def _todo(row: Attendue) -> str:
    if row.fiche is not None and row.fiche.etat == EtatFiche.REJETEE:
        return f"{row.fiche.libelle} {advise(row.fiche.code)}".strip()
    if row.fiche is not None:
        return "—"
    return f"Renseigner\u202f: {', '.join(row.manques)}." if row.manques else "—"


class Fiches(PersonnesScreen, ListScreen):
    """The persons employed by one's organisation, with where their fiche stands."""

    permission = Permission.HIRE
    title = "Fiches salarié"
    intro = (
        "L’ASP attend une fiche pour chaque personne employée sous un PASS IAE. Préparez un envoi, déposez-le à l’ASP, "
        "puis lisez ici sa réponse\u202f: une fiche rejetée repart dans l’envoi suivant."
    )
    template_name = "parcours/fiches/liste.html"
    columns = (
        Column(
            "personne",
            "Personne",
            lambda row: str(row.personne),
            sort="personne.nom",
            link=lambda row: reverse("personnes:detail", args=[row.personne.public_id]),
        ),
        Column("siae", "SIAE", lambda row: str(row.siae), sort="siae.nom"),
        Column("titre", "PASS IAE", "titre.numero", sort="titre.numero"),
        Column("fin", "Jusqu’au", lambda row: row.titre.fin - timedelta(days=1), sort="titre.fin"),
        Column("etat", "État", "situation", sort="situation"),
        Column("faire", "À faire", _todo),
    )
    default_sort = "personne"
    export_name = "fiches-salarie"
    noun = ("fiche", "fiches")
    empty_title = "Aucune fiche n’est attendue"
    empty_text = "Une fiche est attendue dès qu’une personne a un contrat en cours dans votre SIAE et un PASS IAE."

    def get_queryset(self) -> Sequence[Attendue]:
        return list_attendues(self.actor, on=timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "envois": list_envois(self.actor)[:10]}


class FichesEnvoyer(PersonnesScreen, ActScreen):
    """Make a file of what is ready."""

    permission = Permission.HIRE
    title = "Préparer un envoi"
    intro = (
        "Les fiches prêtes, et celles que l’ASP a rejetées si elles sont complètes, vont dans un fichier de 700 fiches "
        "au plus. Téléchargez-le ensuite, et déposez-le à l’ASP sans en changer le nom."
    )
    parents = (FICHES,)
    submit_label = "Préparer l’envoi"
    success_message = "L’envoi est préparé\u202f: téléchargez-le ci-dessous."

    def perform(self, form: Any) -> str:
        prepare_envoi(actor=self.actor, on=timezone.localdate())
        return reverse("parcours:fiches")


class FichesReponse(PersonnesScreen, ActScreen):
    """Read what the ASP answered."""

    permission = Permission.HIRE
    title = "Lire une réponse de l’ASP"
    intro = (
        "Chaque fiche de l’envoi est acceptée ou rejetée, avec un code. Lire deux fois la même réponse ne change rien."
    )
    parents = (FICHES,)
    form_class = ReponseForm
    submit_label = "Lire la réponse"

    def perform(self, form: Any) -> str:
        reponse = read_reponse(contenu=form.cleaned_data["fichier"].read(), actor=self.actor)
        told = (
            f"Fiches acceptées\u202f: {reponse.acceptees}\u202f; rejetées\u202f: {reponse.rejetees}\u202f; "
            f"inconnues de votre organisation\u202f: {reponse.inconnues}."
        )
        messages.success(self.request, told)
        return reverse("parcours:fiches")


class FichesFichier(PersonnesScreen, ExportScreen):
    """The file of an envoi, with the NIR of each person: each one is a reading."""

    permission = Permission.HIRE
    portee = "les envois de son organisation"

    def build(self) -> Export:
        envoi = self._envoi()
        return Export(envoi.nom, "application/json", render_envoi(envoi, actor=self.actor))

    def _envoi(self) -> EnvoiFiches:
        found = list_envois(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cet envoi n’existe pas, ou n’est pas de votre organisation.")
        return found

    def readings(self) -> Iterable[Model]:
        return [each.personne for each in list_lignes(self._envoi(), self.actor)]
