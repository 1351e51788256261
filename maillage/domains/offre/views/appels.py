"""Calls for projects: the public list and page, and what their organisation does with them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.offre.enums import EtatAppel
from maillage.domains.offre.forms.appels import AppelFilter, AppelForm, initial_of
from maillage.domains.offre.forms.champs import label_publics
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.appels import closing_soon, get_appel, list_appels
from maillage.domains.offre.queries.visibilite import led_appels, visible_dossiers
from maillage.domains.offre.rules.projets import APPEL, receives
from maillage.domains.offre.services.appels import check_draft, edit_appel, move_appel, raise_appel
from maillage.domains.offre.views.base import OffreScreen
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.domains.offre.models import AppelProjets

APPELS = ("Appels à projets", "offre:appels")


def _territoires(appel: Any) -> str:
    return ", ".join(each.nom for each in appel.territoires.all())


class AppelList(ListScreen):
    """The calls that one may read: open ones are public."""

    public = True
    title = "Appels à projets"
    intro = "Ce que les territoires sous-dotés cherchent\u202f: quels publics, quels types de SIAE, combien d’ETP."
    template_name = "offre/appels.html"
    columns = (
        Column(
            "titre", "Appel", "titre", sort="titre", link=lambda appel: reverse("offre:appel", args=[appel.public_id])
        ),
        Column("organisation", "Ouvert par", "organisation", sort="organisation__nom_recherche"),
        Column("territoires", "Territoires", _territoires),
        Column("types", "Types", lambda appel: ", ".join(appel.types) or "tous"),
        Column("etp", "ETP", "etp", sort="etp", numeric=True),
        Column("ouverture", "Ouverture", "ouverture", sort="ouverture"),
        Column("cloture", "Clôture", "cloture", sort="cloture"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("recus", "Dossiers reçus", "recus", sort="recus", numeric=True),
    )
    default_sort = "-cloture"
    export_name = "appels-a-projets"
    noun = ("appel à projets", "appels à projets")
    empty_title = "Aucun appel à projets n’est ouvert"
    empty_text = "Les services qui pilotent un territoire en ouvrent depuis sa fiche de diagnostic."
    empty_url = "/diagnostics/"
    empty_label = "Voir les territoires"

    @cached_property
    def may_raise(self) -> bool:
        return granted(self.request.user, Permission.RAISE).ok

    @cached_property
    def form(self) -> AppelFilter:
        """The filters, bound to the address."""
        closing = closing_soon(self.request.user, on=timezone.localdate()) if self.may_raise else None
        return AppelFilter(self.request.GET, closing=closing)

    def get_queryset(self) -> QuerySet[AppelProjets]:
        return list_appels(self.request.user)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_raise": self.may_raise}


class AppelDetail(DetailScreen):
    """A call: what the diagnostic said, what is sought, by when, and how to answer."""

    public = True
    template_name = "offre/appel.html"
    parents = (APPELS,)
    object: AppelProjets

    def get_object(self) -> AppelProjets:
        found = get_appel(self.request.user, self.kwargs["public_id"])
        if found is None:
            raise Http404("Cet appel à projets n’existe pas, ou n’est pas public.")
        return found

    def get_title(self) -> str:
        return self.object.titre

    def get_intro(self) -> str:
        return f"Appel à projets de {self.object.organisation}"

    def get_context(self) -> dict[str, Any]:
        appel, user, on = self.object, self.request.user, timezone.localdate()
        leads = led_appels(user).filter(pk=appel.pk).exists()
        opened = receives(appel.etat, ouverture=appel.ouverture, cloture=appel.cloture, on=on)
        read = visible_dossiers(user).filter(appel=appel)
        return {
            **super().get_context(),
            "publics": label_publics(appel.publics),
            "types": ", ".join(appel.types) or "tous les types",
            "opened": opened,
            "days": (appel.cloture - on).days,
            "leads": leads,
            "constat_le": date.fromisoformat(jour) if (jour := appel.constat.get("jour")) else None,
            "draft": appel.etat == EtatAppel.BROUILLON,
            "acts": APPEL.available(appel.etat) if leads else (),
            "may_answer": opened and granted(user, Permission.DEPOSIT).ok,
            "dossiers": read.select_related("organisation").order_by("depose_le", "pk"),
        }


class AppelCreate(OffreScreen, ActScreen):
    """Raise a call, from the sheet of an under-served territory or from the list."""

    permission = Permission.RAISE
    title = "Susciter un projet"
    intro = "L’appel reste un brouillon que votre organisation seule voit, jusqu’à ce que vous l’ouvriez."
    parents = (APPELS,)
    form_class = AppelForm
    submit_label = "Enregistrer le brouillon"
    success_message = "L’appel est enregistré, en brouillon. Relisez-le, puis ouvrez-le."

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = {"niveau": self.request.GET.get("niveau", ""), "code": self.request.GET.get("code", "")}
        territoire = Territoire.objects.en_vigueur().filter(**asked).first()
        return {
            "initial": {"territoires": territoire.nom, "titre": f"Renforcer l’IAE\u202f: {territoire.nom}"}
            if territoire
            else {}
        }

    def perform(self, form: AppelForm) -> str:
        appel = raise_appel(fiche=form.fiche(), actor=self.actor, on=self.today)
        appel.refresh_from_db(fields=["public_id"])
        return reverse("offre:appel", args=[appel.public_id])


class AppelAct(OffreScreen, ActScreen):
    """An act on a call of one's organisation."""

    permission = Permission.RAISE
    portee = "les appels à projets de son organisation"

    @cached_property
    def appel(self) -> AppelProjets:
        """The call of the address."""
        found = led_appels(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cet appel est celui d’une autre organisation.")
        return found

    @property
    def page_url(self) -> str:
        return reverse("offre:appel", args=[self.appel.public_id])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(APPELS[0], reverse(APPELS[1])), (self.appel.titre, self.page_url)]


class AppelEdit(AppelAct):
    """Change a draft."""

    title = "Modifier l’appel à projets"
    form_class = AppelForm
    success_message = "L’appel est modifié."

    def check(self) -> None:
        check_draft(self.appel)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": initial_of(self.appel)}

    def perform(self, form: AppelForm) -> str:
        edit_appel(appel=self.appel, fiche=form.fiche(), actor=self.actor, on=self.today)
        return self.page_url


class AppelMove(AppelAct):
    """Open, close, open again, finish: what the table of transitions says."""

    success_message = "C’est fait."

    def get_title(self) -> str:
        label = next((each.label for each in APPEL if each.act == self.kwargs["acte"]), None)
        if label is None or not self.appel:
            raise Http404("Cet acte n’existe pas.")
        return label

    def check(self) -> None:
        APPEL.target(self.kwargs["acte"], self.appel.etat)

    def get_intro(self) -> str:
        return {
            "ouvrir": "L’appel devient public, et ne se modifie plus.",
            "clore": "L’appel ne reçoit plus de dossiers et n’est plus public.",
            "rouvrir": "L’appel redevient public et reçoit des dossiers jusqu’à sa clôture.",
            "achever": "Tous les dossiers reçus ont eu leur réponse.",
        }[self.kwargs["acte"]]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return self.get_title()

    def perform(self, form: Any) -> str:
        move_appel(appel=self.appel, act=self.kwargs["acte"], actor=self.actor, on=self.today)
        return self.page_url
