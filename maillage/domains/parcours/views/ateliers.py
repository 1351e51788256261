"""The workshops of France Travail: the list, one of them, and the acts of who leads it and of who sends people."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.ateliers import EtatAtelier, EtatInscription
from maillage.domains.parcours.forms.ateliers import (
    AtelierForm,
    AteliersFilter,
    ChoisirForm,
    InscrireForm,
    PresencesForm,
    initial_of,
)
from maillage.domains.parcours.models.atelier import ASSIS
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.ateliers import (
    led_ateliers,
    list_ateliers,
    list_inscriptibles,
    list_inscriptions,
    to_record,
)
from maillage.domains.parcours.services.ateliers import (
    cancel_atelier,
    create_atelier,
    edit_atelier,
    record_presence,
    register,
    withdraw,
)
from maillage.domains.parcours.views.accompagnement import AccompagnementAct
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import PersonnesScreen
from maillage.references.territoires.queries.liste import list_departements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms
    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import Atelier, Inscription
    from maillage.domains.parcours.queries.ateliers import LigneInscription
    from maillage.references.personnes.models import Personne

ATELIERS = ("Ateliers", "parcours:ateliers")


def atelier_url(atelier: Atelier) -> str:
    """Return the page of a workshop."""
    return reverse("parcours:atelier", args=[atelier.public_id])


def _places(atelier: Any) -> str:
    if atelier.etat == EtatAtelier.ANNULE:
        return "annulé"
    if atelier.libres > 0:
        return f"{atelier.libres} sur {atelier.places}"
    return f"complet, {atelier.attente} en attente" if atelier.attente else "complet"


class AtelierList(PersonnesScreen, ListScreen):
    """The workshops to come, the nearest first."""

    permission = Permission.VIEW_WORKSHOPS
    title = "Ateliers"
    intro = "Les ateliers de France Travail ouverts aux salariés en insertion. Les SIAE y inscrivent leurs salariés."
    template_name = "parcours/ateliers/liste.html"
    columns = (
        Column("titre", "Atelier", "titre", sort="titre", link=atelier_url),
        Column("theme", "Thème", "get_theme_display", sort="theme"),
        Column("debut", "Quand", "debut", sort="debut"),
        Column("lieu", "Lieu", "lieu", sort="lieu"),
        Column("departement", "Département", lambda row: row.departement or "à distance", sort="departement"),
        Column("places", "Places libres", _places, sort="libres"),
        Column("organisation", "Animé par", "organisation", sort="organisation__denomination"),
    )
    default_sort = "debut"
    export_name = "ateliers"
    noun = ("atelier", "ateliers")
    empty_title = "Aucun atelier ne répond à ces critères"
    empty_text = "Les agences de France Travail ouvrent ici leurs ateliers."

    @cached_property
    def form(self) -> AteliersFilter:
        """The filters, bound to the address."""
        departements = dict(list_departements(settings.MAILLAGE_REGION))
        return AteliersFilter(self.request.GET, departements=departements, to_record=to_record(self.actor))

    def get_queryset(self) -> QuerySet[Atelier]:
        return list_ateliers()

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_lead": bool(granted(self.actor, Permission.LEAD_WORKSHOPS))}


class OfAtelier(PersonnesScreen):
    """A screen about one workshop."""

    permission = Permission.VIEW_WORKSHOPS
    portee = "tous les ateliers"

    @cached_property
    def atelier(self) -> Any:
        """The workshop of the address."""
        found = list_ateliers().filter(public_id=self.kwargs["public_id"]).first()
        if found is None or not self.reach(found):
            raise Http404("Cet atelier n’existe pas, ou n’est pas de votre organisation.")
        return found

    def reach(self, atelier: Atelier) -> bool:
        """Tell whether the screen opens this workshop."""
        return True

    @property
    def leads(self) -> bool:
        """Whether the workshop is one's organisation's."""
        return led_ateliers(self.actor).filter(pk=self.atelier.pk).exists()

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(ATELIERS[0], reverse(ATELIERS[1])), (self.atelier.titre, atelier_url(self.atelier))]


class AtelierDetail(OfAtelier, DetailScreen):
    """A workshop, and the registrations that one may see."""

    template_name = "parcours/ateliers/fiche.html"

    def get_object(self) -> Any:
        return self.atelier

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    @cached_property
    def lignes(self) -> list[LigneInscription]:
        """The registrations that this account may see."""
        return list_inscriptions(self.actor, self.atelier)

    def readings(self) -> Iterable[Model]:
        return [ligne.personne for ligne in self.lignes if ligne.personne]

    def get_context(self) -> dict[str, Any]:
        now, open_ = timezone.now(), self.atelier.etat == EtatAtelier.OUVERT
        to_come = open_ and self.atelier.debut > now
        begun = open_ and self.atelier.debut <= now
        sends = bool(granted(self.actor, Permission.SUPPORT))
        seated = any(ligne.inscription.etat in ASSIS for ligne in self.lignes)
        leads = self.leads
        return {
            **super().get_context(),
            "lignes": self.lignes,
            "places": _places(self.atelier),
            "leads": leads,
            "may_edit": leads and to_come,
            "may_register": sends and to_come,
            "may_record": begun and seated and (leads or sends),
            "attente": EtatInscription.ATTENTE.value,
        }


class AtelierForme(PersonnesScreen, ActScreen):
    """What opening and changing a workshop share."""

    permission = Permission.LEAD_WORKSHOPS
    form_class = AtelierForm
    parents = (ATELIERS,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"departements": dict(list_departements(settings.MAILLAGE_REGION))}


class AtelierCreate(AtelierForme):
    """Open a workshop."""

    title = "Ouvrir un atelier"
    intro = "Au nom de votre organisation. Les SIAE y inscrivent leurs salariés dès qu’il est ouvert."
    submit_label = "Ouvrir l’atelier"
    success_message = "L’atelier est ouvert aux inscriptions."

    def perform(self, form: AtelierForm) -> str:
        made = create_atelier(fiche=form.get_fiche(), actor=self.actor)
        made.refresh_from_db(fields=["public_id"])
        return atelier_url(made)


class LedAct(OfAtelier, ActScreen):
    """An act of the organisation that leads the workshop."""

    permission = Permission.LEAD_WORKSHOPS
    portee = "les ateliers de son organisation"

    def reach(self, atelier: Atelier) -> bool:
        return led_ateliers(self.actor).filter(pk=atelier.pk).exists()

    def get_form(self) -> forms.Form:
        self.atelier  # noqa: B018  (404 before anything is asked)
        return super().get_form()


class AtelierEdit(LedAct):
    """Change a workshop."""

    title = "Modifier l’atelier"
    form_class = AtelierForm
    success_message = "L’atelier est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        departements = dict(list_departements(settings.MAILLAGE_REGION))
        return {"departements": departements, "initial": initial_of(self.atelier)}

    def perform(self, form: AtelierForm) -> str:
        edit_atelier(atelier=self.atelier, fiche=form.get_fiche(), actor=self.actor)
        return atelier_url(self.atelier)


class AtelierCancel(LedAct):
    """Cancel a workshop."""

    title = "Annuler l’atelier"
    intro = "Les SIAE qui y ont inscrit quelqu’un sont prévenues."
    submit_label = "Annuler l’atelier"
    success_message = "L’atelier est annulé."

    def perform(self, form: forms.Form) -> str:
        cancel_atelier(atelier=self.atelier, actor=self.actor)
        return atelier_url(self.atelier)


class Inscrire(OfAtelier, ActScreen):
    """Send an employee to the workshop."""

    permission = Permission.SUPPORT
    title = "Inscrire un salarié"
    intro = "S’il n’y a plus de place, la personne attend son tour\u202f; vous serez prévenu d’une place libre."
    form_class = InscrireForm
    submit_label = "Inscrire"
    success_message = "L’inscription est enregistrée."

    @cached_property
    def offered(self) -> list[Personne]:
        """The employees whom one may send: their names are on the page."""
        return list(list_inscriptibles(self.actor, self.atelier, timezone.localdate()))

    def readings(self) -> Iterable[Model]:
        return self.offered

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"personnes": self.offered}

    def perform(self, form: InscrireForm) -> str:
        personne = form.cleaned_data["personne"]
        register(atelier=self.atelier, personne=personne, actor=self.actor, on=timezone.localdate())
        return atelier_url(self.atelier)


class InscrireDepuisFiche(AccompagnementAct):
    """Send this person to one of the workshops to come."""

    title = "Inscrire à un atelier"
    form_class = ChoisirForm
    submit_label = "Inscrire"
    success_message = "L’inscription est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        taken = self.personne.inscriptions.exclude(etat=EtatInscription.RETIRE).values("atelier")
        rows = list_ateliers().filter(debut__gt=timezone.now(), etat=EtatAtelier.OUVERT).exclude(pk__in=taken)
        return {"ateliers": rows.order_by("debut", "pk")}

    def perform(self, form: ChoisirForm) -> str:
        register(atelier=form.cleaned_data["atelier"], **self.who)
        return f"{self.page_url}#ateliers"


class Presences(OfAtelier, ActScreen):
    """Who came: for who leads the workshop, and for each SIAE about its own employees."""

    permission = Permission.KEEP_WORKSHOPS
    portee = "les ateliers où son organisation a des inscrits"
    title = "Noter les présences"
    intro = "Une ligne laissée vide reste non renseignée."
    form_class = PresencesForm
    success_message = "Les présences sont enregistrées."

    def reach(self, atelier: Atelier) -> bool:
        if led_ateliers(self.actor).filter(pk=atelier.pk).exists():
            return True
        membre = self.actor.membre
        sends = membre is not None and membre.profil in SIAE
        return sends and atelier.inscriptions.filter(organisation=membre.organisation_id).exists()  # type: ignore[union-attr]

    @cached_property
    def lignes(self) -> list[LigneInscription]:
        """Those who held a seat, as far as one may see them."""
        return [each for each in list_inscriptions(self.actor, self.atelier) if each.inscription.etat in ASSIS]

    def readings(self) -> Iterable[Model]:
        return [ligne.personne for ligne in self.lignes if ligne.personne]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"lignes": self.lignes}

    def perform(self, form: PresencesForm) -> str:
        presents, absents = form.keys("present"), form.keys("absent")
        record_presence(atelier=self.atelier, presents=presents, absents=absents, actor=self.actor)
        return atelier_url(self.atelier)


class Desinscrire(OfAtelier, ActScreen):
    """Take back a registration."""

    permission = Permission.KEEP_WORKSHOPS
    portee = "les ateliers où son organisation a des inscrits"
    title = "Désinscrire"
    intro = "La place va à la première personne en attente."
    submit_label = "Désinscrire"
    success_message = "L’inscription est retirée."

    @cached_property
    def ligne(self) -> LigneInscription:
        """The registration of the address, among those that one may see."""
        found = [
            each
            for each in list_inscriptions(self.actor, self.atelier)
            if each.inscription.public_id == self.kwargs["objet"]
        ]
        if not found:
            raise Http404("Cette inscription n’existe pas, ou n’est pas de votre organisation.")
        return found[0]

    @property
    def inscription(self) -> Inscription:
        return self.ligne.inscription

    def readings(self) -> Iterable[Model]:
        return [self.ligne.personne] if self.ligne.personne else []

    def get_form(self) -> forms.Form:
        self.ligne  # noqa: B018  (404 before anything is asked)
        return super().get_form()

    def get_title(self) -> str:
        return f"Désinscrire {self.ligne.personne}" if self.ligne.personne else self.title

    def perform(self, form: forms.Form) -> str:
        withdraw(inscription=self.inscription, actor=self.actor)
        return atelier_url(self.atelier)
