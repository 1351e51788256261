"""What others did: the list, one of them, and telling one's own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.domains.offre.forms.publics import PratiqueForm, PratiquesFilter
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.pratiques import get_pratique, list_pratiques
from maillage.domains.offre.queries.territoires import list_departements
from maillage.domains.offre.services.pratiques import tell_pratique, withdraw_pratique
from maillage.domains.offre.views.publics import PublicsScreen, percent, pratique_url
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet

    from maillage.domains.offre.models import BonnePratique

PRATIQUES = ("Ce que d’autres ont fait", "offre:pratiques")


def _effet(pratique: BonnePratique) -> str:
    if pratique.part_avant is None:
        return "non mesuré"
    return f"de {percent(pratique.part_avant, 0)} à {percent(pratique.part_apres, 0)}"


class Pratiques(PublicsScreen, ListScreen):
    """The actions told by SIAE, networks and the State."""

    permission = Permission.VIEW_PUBLICS
    title = "Ce que d’autres ont fait"
    intro = "Des actions menées pour un public, et ce qu’elles ont donné. Reprenez celles qui vous ressemblent."
    template_name = "offre/pratiques.html"
    filter_form = PratiquesFilter
    columns = (
        Column("titre", "Action", "titre", sort="titre", link=pratique_url),
        Column("public", "Public", "get_public_display", sort="public"),
        Column("type", "Type de SIAE", lambda row: row.type_siae or "tous", sort="type_siae"),
        Column("groupe", "Métiers", lambda row: row.groupe.libelle if row.groupe else "tous", sort="groupe__libelle"),
        Column("effet", "Part du public", _effet, sort="part_apres"),
        Column("annee", "Année", lambda row: str(row.annee), sort="annee"),
        Column("organisation", "Racontée par", lambda row: str(row.organisation), sort="organisation__denomination"),
    )
    default_sort = "-annee"
    export_name = "bonnes-pratiques"
    noun = ("action", "actions")
    empty_title = "Aucune action ne répond à ces critères"
    empty_text = "Les SIAE, leurs réseaux et les services de l’État racontent ici ce qu’ils ont fait."

    def get_queryset(self) -> QuerySet[BonnePratique]:
        return list_pratiques()

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_tell": bool(granted(self.actor, Permission.TELL_PRATIQUE))}


class Pratique(PublicsScreen, DetailScreen):
    """One action."""

    permission = Permission.VIEW_PUBLICS
    portee = "toutes les bonnes pratiques"
    template_name = "offre/pratique.html"
    parents = (PRATIQUES,)
    object: BonnePratique

    def get_object(self) -> BonnePratique:
        found = get_pratique(self.kwargs["public_id"])
        if found is None:
            raise Http404("Cette action n’existe pas, ou elle a été retirée.")
        return found

    def get_context(self) -> dict[str, Any]:
        own = self.actor.membre is not None and self.actor.membre.organisation_id == self.object.organisation_id
        return {
            **super().get_context(),
            "effet": _effet(self.object),
            "departement": list_departements().get(self.object.departement, "toute la région"),
            "may_withdraw": own and bool(granted(self.actor, Permission.TELL_PRATIQUE)),
        }


class Raconter(PublicsScreen, ActScreen):
    """Tell an action."""

    permission = Permission.TELL_PRATIQUE
    title = "Raconter une action"
    intro = "Au nom de votre organisation, à toutes les personnes connectées. Ne nommez personne."
    parents = (PRATIQUES,)
    form_class = PratiqueForm
    submit_label = "Publier l’action"
    success_message = "L’action est publiée."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial: dict[str, Any] = {"annee": timezone.localdate().year}
        if (public := self.request.GET.get("public")) in PublicPrioritaire.values:
            initial["public"] = public
        return {"departements": list_departements(), "initial": initial}

    def perform(self, form: PratiqueForm) -> str:
        return pratique_url(tell_pratique(fiche=form.get_fiche(), actor=self.actor, on=timezone.localdate()))


class RetirerPratique(PublicsScreen, ActScreen):
    """Take back an action of one's organisation."""

    permission = Permission.TELL_PRATIQUE
    portee = "les bonnes pratiques de son organisation"
    title = "Retirer l’action"
    intro = "Elle ne sera plus montrée."
    submit_label = "Retirer l’action"
    success_message = "L’action est retirée."

    @cached_property
    def pratique(self) -> BonnePratique:
        """The action of the address, among those of one's organisation."""
        found, membre = get_pratique(self.kwargs["public_id"]), self.actor.membre
        if found is None or membre is None or found.organisation_id != membre.organisation_id:
            raise Http404("Cette action n’existe pas, ou n’est pas de votre organisation.")
        return found

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(PRATIQUES[0], reverse(PRATIQUES[1])), (self.pratique.titre, pratique_url(self.pratique))]

    def perform(self, form: forms.Form) -> str:
        withdraw_pratique(pratique=self.pratique, actor=self.actor, on=timezone.localdate())
        return reverse("offre:pratiques")
