"""Profiles without a name: shown by a SIAE, received by advisers of companies or a company."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.entreprises.forms.champs import JOUR
from maillage.domains.entreprises.forms.partenariats import (
    ProfilForm,
    ProfilsFilter,
    ReponseForm,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.partenariats import (
    own_besoins,
)
from maillage.domains.entreprises.queries.profils import get_consent, list_destinataires, presented, received
from maillage.domains.entreprises.rules.profils import DU_DESTINATAIRE, PROFIL
from maillage.domains.entreprises.services.profils import answer_profile, present_profile
from maillage.domains.entreprises.views.base import EntreprisesScreen
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from maillage.domains.entreprises.models import (
        PresentationProfil,
    )


def profil_url(row: PresentationProfil) -> str:
    """Return the page of a profile received."""
    return reverse("entreprises:profil", args=[row.public_id])


def _moves(row: PresentationProfil) -> bool:
    return any(each.act not in DU_DESTINATAIRE for each in PROFIL.available(row.etat))


def own_url(row: PresentationProfil) -> str:
    """Return where the SIAE of a profile says what became of it, "" when nothing more is to say."""
    return reverse("entreprises:profil_suite", args=[row.public_id]) if _moves(row) else ""


class Presenter(OfPersonne, ActScreen):
    """Show what a person can do to advisers of companies, or to a company, without their name."""

    permission = Permission.PROPOSE
    title = "Présenter un profil sans nom"
    form_class = ProfilForm
    template_name = "entreprises/profils/presenter.html"
    submit_label = "Présenter le profil"
    success_message = "Le profil est présenté, sans nom."

    @cached_property
    def consent(self) -> Any:
        """The agreement of the person in force, if any."""
        return get_consent(self.personne, self.actor, timezone.localdate())

    def get_form_kwargs(self) -> dict[str, Any]:
        membre = self.actor.membre
        siae = Siae.objects.actives().filter(organisation=membre.organisation_id) if membre else Siae.objects.none()
        return {
            "siae": list(siae.order_by("nom")),
            "destinataires": list(list_destinataires()),
            "besoins": list(own_besoins(self.actor).filter(clos_le__isnull=True).order_by("pour_le")),
            "consenti": self.consent is not None,
        }

    def get_context(self) -> dict[str, Any]:
        return {"consent": self.consent, "fin": self.consent.fin - JOUR if self.consent else None}

    def perform(self, form: ProfilForm) -> str:
        present_profile(personne=self.personne, **form.values, actor=self.actor, on=timezone.localdate())
        return reverse("entreprises:profils_presentes")


class ProfilsRecus(EntreprisesScreen, ListScreen):
    """The profiles shown to one's organisation: nobody is named."""

    permission = Permission.RECEIVE
    title = "Profils présentés à mon organisation"
    intro = "Des salariés en insertion prêts à l’emploi, sans leur nom\u202f: leur SIAE vous met en relation."
    filter_form = ProfilsFilter
    columns = (
        Column("metier", "Métier recherché", "rome.libelle", sort="rome__libelle", link=profil_url),
        Column("atouts", "Ce que la personne sait faire", "atouts"),
        Column("departement", "Département", "personne.departement", sort="personne__departement"),
        Column("siae", "SIAE", "siae.nom", sort="siae__nom"),
        Column("disponible", "Disponible le", "disponible_le", sort="disponible_le"),
        Column("presente", "Présenté le", "presente_le", sort="presente_le"),
        Column("etat", "État", "get_etat_display", sort="etat"),
    )
    default_sort = "-presente"
    export_name = "profils"
    noun = ("profil", "profils")
    empty_title = "Aucun profil ne vous est présenté"
    empty_text = "Une SIAE vous en présente quand une personne l’accepte. Son nom n’est jamais donné ici."

    def get_queryset(self) -> QuerySet[PresentationProfil]:
        return received(self.actor, self.today)


class ProfilDetail(EntreprisesScreen, DetailScreen):
    """A profile received, without a name, and what may be answered."""

    permission = Permission.RECEIVE
    portee = "les profils présentés à son organisation"
    template_name = "entreprises/profils/profil.html"
    parents = (("Profils présentés", "entreprises:profils"),)

    def get_object(self) -> PresentationProfil:
        found = received(self.actor, self.today).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce profil n’est pas présenté à votre organisation, ou ne l’est plus.")
        return found

    def get_title(self) -> str:
        return f"Profil\u202f: {self.object.rome}"

    def get_context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().get_context(),
            "faits": (
                ("Métier recherché", f"{row.rome} ({row.rome.code})"),
                ("Ce que la personne sait faire", row.atouts),
                ("Département", row.personne.departement),
                ("Disponible le", row.disponible_le),
                ("Accompagnée par", str(row.siae)),
                ("État", row.get_etat_display()),
                *((("Réponse", row.reponse),) if row.reponse else ()),
            ),
            "acts": [
                (each.label, reverse("entreprises:profil_repondre", args=[row.public_id, each.act]))
                for each in PROFIL.available(row.etat)
                if each.act in DU_DESTINATAIRE
            ],
        }


class ProfilAct(EntreprisesScreen, ActScreen):
    """Move a profile: `rows` says which ones this screen opens."""

    form_class = ReponseForm
    success_message = "La réponse est enregistrée."
    home = "entreprises:profils"

    def rows(self) -> QuerySet[PresentationProfil]:
        """Return the profiles that the screen opens."""
        raise NotImplementedError

    def opens(self, act: str) -> bool:
        """Tell whether the screen does this act."""
        raise NotImplementedError

    @cached_property
    def presentation(self) -> PresentationProfil:
        """The profile of the address."""
        found = self.rows().filter(public_id=self.kwargs["public_id"]).first()
        act = self.kwargs["acte"]
        if found is None or act not in {each.act for each in PROFIL} or not self.opens(act):
            raise Http404("Ce profil n’est pas de votre organisation, ou n’est plus présenté.")
        return found

    def get_title(self) -> str:
        assert self.presentation
        return next(each.label for each in PROFIL if each.act == self.kwargs["acte"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Profils", reverse(self.home))]

    def check(self) -> None:
        PROFIL.target(self.kwargs["acte"], self.presentation.etat)

    def perform(self, form: ReponseForm) -> str:
        act, said = self.kwargs["acte"], form.cleaned_data["reponse"]
        answer_profile(presentation=self.presentation, act=act, reponse=said, actor=self.actor, on=self.today)
        return reverse(self.home)


class ProfilAnswer(ProfilAct):
    """What a company thinks."""

    permission = Permission.RECEIVE
    portee = "les profils présentés à son organisation"

    def rows(self) -> QuerySet[PresentationProfil]:
        return received(self.actor, self.today)

    def opens(self, act: str) -> bool:
        return act in DU_DESTINATAIRE


class ProfilOwn(ProfilAct):
    """A hire, or the withdrawal of a profile."""

    permission = Permission.PROPOSE
    portee = "les profils que sa SIAE présente"
    home = "entreprises:profils_presentes"

    def rows(self) -> QuerySet[PresentationProfil]:
        return presented(self.actor)

    def opens(self, act: str) -> bool:
        return act not in DU_DESTINATAIRE


class ProfilsPresentes(PersonnesScreen, ListScreen):
    """The profiles that one's SIAE shows, with the names that it alone knows."""

    permission = Permission.PROPOSE
    title = "Profils présentés par ma SIAE"
    intro = "Les profils montrés sans nom à des conseillers entreprises ou à des entreprises, et leurs réponses."
    filter_form = ProfilsFilter
    columns = (
        Column(
            "personne",
            "Personne",
            "personne",
            sort="personne__nom_recherche",
            link=lambda row: reverse("personnes:detail", args=[row.personne.public_id]),
        ),
        Column("metier", "Métier recherché", "rome.libelle", sort="rome__libelle"),
        Column("destinataire", "Présenté à", "destinataire", sort="destinataire__denomination"),
        Column("presente", "Présenté le", "presente_le", sort="presente_le"),
        Column("accord", "Accord jusqu’au", lambda row: row.consentement.fin - JOUR, sort="consentement__fin"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("reponse", "Réponse", lambda row: row.reponse or "—"),
        Column("suite", "Suite", lambda row: "noter ou retirer" if _moves(row) else "—", link=own_url),
    )
    default_sort = "-presente"
    export_name = "profils-presentes"
    noun = ("profil", "profils")
    empty_title = "Aucun profil n’est présenté"
    empty_text = "Un profil se présente depuis le dossier d’une personne, section « Profils sans nom »."
    empty_url = "/personnes/"
    empty_label = "Choisir une personne"

    def get_queryset(self) -> QuerySet[PresentationProfil]:
        return presented(self.actor)

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person


class ProfilSuite(EntreprisesScreen, DetailScreen):
    """The two ways to close a profile of one's SIAE; the person is not named."""

    permission = Permission.PROPOSE
    portee = "les profils que sa SIAE présente"
    template_name = "entreprises/profils/suite.html"
    parents = (("Profils présentés", "entreprises:profils_presentes"),)
    title = "Que devient ce profil ?"

    def get_object(self) -> PresentationProfil:
        found = presented(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce profil est celui d’une autre SIAE.")
        return found

    def get_context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().get_context(),
            "acts": [
                (each.label, reverse("entreprises:profil_clore", args=[row.public_id, each.act]))
                for each in PROFIL.available(row.etat)
                if each.act not in DU_DESTINATAIRE
            ],
        }
