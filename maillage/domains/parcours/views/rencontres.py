"""The meetings of SIAE: the list, one of them with the persons presented, and the acts of who takes part."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.enums.rencontre import EtatRencontre
from maillage.domains.parcours.forms.rencontres import (
    InviterForm,
    PresenterSuiteForm,
    RencontreForm,
    RencontresFilter,
)
from maillage.domains.parcours.forms.titres import OfSiaeForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.accord_document import describe_rencontre
from maillage.domains.parcours.queries.consentements import JOUR, consent_en_cours, default_end
from maillage.domains.parcours.queries.rencontres import (
    concerned_siae,
    last_day,
    led_rencontres,
    list_lignes,
    list_presentations,
    list_rencontres,
    open_rencontres,
    read_bilans,
    tell_bilan,
)
from maillage.domains.parcours.queries.titres import own_siae
from maillage.domains.parcours.rules.consentements import explications
from maillage.domains.parcours.rules.rencontres import RENCONTRE
from maillage.domains.parcours.services.suites_partagees import (
    cancel_rencontre,
    express_interest,
    hold_rencontre,
    invite,
    present_suite,
    withdraw_suite,
)
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.screens.export import Export, ExportScreen
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.views.base import PersonneAct, PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import Consentement, PresentationSuite, Rencontre
    from maillage.domains.parcours.queries.rencontres import LignePresentation
    from maillage.references.structures.models import Siae

LISTE = Path(__file__).parents[1] / "documents/rencontre.typ"
RENCONTRES = ("Rencontres entre SIAE", "parcours:rencontres")


def rencontre_url(rencontre: Rencontre) -> str:
    """Return the page of a meeting."""
    return reverse("parcours:rencontre", args=[rencontre.public_id])


class Rencontres(PersonnesScreen, ListScreen):
    """The meetings that one holds or is invited to, the latest first."""

    permission = Permission.MEET
    title = "Rencontres entre SIAE"
    intro = (
        "Petits-déjeuners « suites de parcours »\u202f: des SIAE se présentent, avec leur accord, des salariés qui "
        "cherchent une suite."
    )
    template_name = "parcours/rencontres/liste.html"
    columns = (
        Column("titre", "Rencontre", "titre", sort="titre", link=rencontre_url),
        Column("debut", "Quand", "debut", sort="debut"),
        Column("lieu", "Lieu", "lieu", sort="lieu"),
        Column("organisation", "Organisée par", "organisation", sort="organisation__denomination"),
        Column("nombre", "SIAE invitées", "nombre", sort="nombre", numeric=True),
        Column("etat", "État", "get_etat_display", sort="etat"),
    )
    default_sort = "-debut"
    export_name = "rencontres"
    filter_form = RencontresFilter
    noun = ("rencontre", "rencontres")
    empty_title = "Aucune rencontre"
    empty_text = "Une SIAE ou un réseau annonce une rencontre, puis y invite des SIAE."

    def get_queryset(self) -> QuerySet[Rencontre]:
        return list_rencontres(self.actor)


class OfRencontre(PersonnesScreen):
    """A screen about one meeting that one holds or is invited to."""

    permission = Permission.MEET
    portee = "les rencontres que son organisation tient, ou auxquelles elle est invitée"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def rencontre(self) -> Any:
        """The meeting of the address, among those that the screen opens."""
        found = self.rows().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cette rencontre n’existe pas, ou votre organisation n’y prend pas part.")
        return found

    def rows(self) -> QuerySet[Any]:
        """Return the meetings that the screen opens."""
        return list_rencontres(self.actor)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(RENCONTRES[0], reverse(RENCONTRES[1])), (str(self.rencontre), rencontre_url(self.rencontre))]


class RencontreDetail(OfRencontre, DetailScreen):
    """When, where, who is invited, whom one sees there, what came of it."""

    template_name = "parcours/rencontres/rencontre.html"

    def get_object(self) -> Any:
        return self.rencontre

    def get_title(self) -> str:
        return str(self.rencontre)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    @cached_property
    def lignes(self) -> list[LignePresentation]:
        """The persons presented, as one may read them."""
        return list_lignes(self.actor, self.rencontre, self.today)

    def readings(self) -> Iterable[Model]:
        return [each.presentation.personne for each in self.lignes]

    def get_context(self) -> dict[str, Any]:
        found = self.rencontre
        to_come = found.etat == EtatRencontre.PREVUE and found.debut > timezone.now()
        leads = led_rencontres(self.actor).filter(pk=found.pk).exists()
        shares = granted(self.actor, Permission.SHARE).ok
        return {
            **super().get_context(),
            "lignes": self.lignes,
            "shares": shares,
            "invitees": found.invitees.order_by("nom", "pk"),
            "jusqu_au": last_day(found, self.today) - JOUR,
            "bilan": tell_bilan(read_bilans([found], self.today)[found.pk], named=shares),
            "may_lead": leads and to_come,
            "annulee": found.etat == EtatRencontre.ANNULEE,
            "to_come": to_come,
        }


class Liste(OfRencontre, ExportScreen):
    """The list to print, as the SIAE of who asks may read it."""

    permission = Permission.SHARE
    title = "Liste des personnes présentées"
    portee = "les rencontres de sa SIAE"

    def readings(self) -> Iterable[Model]:
        return [each.personne for each in list_presentations(self.actor, self.rencontre, self.today)]

    def build(self) -> Export:
        content = to_pdf(LISTE, describe_rencontre(self.actor, self.rencontre, self.today), on=self.today)
        return Export("suites-de-parcours.pdf", "application/pdf", content)


class Tenir(PersonnesScreen, ActScreen):
    """Announce a meeting."""

    permission = Permission.MEET
    title = "Annoncer une rencontre"
    intro = "Au nom de votre organisation. Vous inviterez ensuite des SIAE."
    parents = (RENCONTRES,)
    form_class = RencontreForm
    submit_label = "Annoncer la rencontre"
    success_message = "La rencontre est annoncée. Invitez maintenant des SIAE."

    def perform(self, form: RencontreForm) -> str:
        return rencontre_url(hold_rencontre(fiche=form.fiche, actor=self.actor))


class LedAct(OfRencontre, ActScreen):
    """An act of who holds the meeting."""

    portee = "les rencontres que son organisation tient"

    def rows(self) -> QuerySet[Any]:
        return led_rencontres(self.actor)


class Inviter(LedAct):
    """Invite a SIAE."""

    title = "Inviter une SIAE"
    intro = "Elle verra le prénom, le métier, le projet et la commune des personnes présentées, et pourra en présenter."
    form_class = InviterForm
    submit_label = "Inviter"
    success_message = "La SIAE est invitée."

    def perform(self, form: InviterForm) -> str:
        invite(rencontre=self.rencontre, siae=form.cleaned_data["siae"], actor=self.actor, on=self.today)
        return rencontre_url(self.rencontre)


class Annuler(LedAct):
    """Cancel a meeting."""

    title = "Annuler la rencontre"
    intro = "Les SIAE invitées en sont prévenues, et ne voient plus les personnes présentées."
    submit_label = "Annuler la rencontre"
    success_message = "La rencontre est annulée."

    def check(self) -> None:
        RENCONTRE.target("annuler", self.rencontre.etat)

    def perform(self, form: Any) -> str:
        cancel_rencontre(rencontre=self.rencontre, actor=self.actor, on=self.today)
        return rencontre_url(self.rencontre)


class Presenter(PersonneAct):
    """Present a person whom one's SIAE follows at a meeting to come."""

    permission = Permission.SHARE
    portee = "les personnes que son organisation suit"
    title = "Présenter à d’autres SIAE"
    template_name = "parcours/consentements/selon_accord.html"
    form_class = PresenterSuiteForm
    submit_label = "Présenter"
    success_message = "La personne est présentée à la rencontre."

    @cached_property
    def consent(self) -> Consentement | None:
        """The agreement in force, if any."""
        if not followed_by(self.actor).filter(pk=self.personne.pk).exists():
            raise Http404("Ce dossier n’est pas celui d’une personne que vous suivez.")
        membre = self.actor.membre
        today = timezone.localdate()
        return consent_en_cours(self.personne, ObjetConsentement.SUITE, membre.organisation, today) if membre else None

    def get_form_kwargs(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "consent": self.consent,
            "fin": default_end(ObjetConsentement.SUITE, today, today),
            "rencontres": list(open_rencontres(self.actor)),
            "siae": list(own_siae(self.actor)),
        }

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "consent": self.consent,
            "dernier": self.consent.fin - JOUR if self.consent else None,
            "explication": explications()[ObjetConsentement.SUITE],
        }

    def perform(self, form: PresenterSuiteForm) -> str:
        data = form.cleaned_data
        present_suite(
            rencontre=data["rencontre"],
            personne=self.personne,
            siae=form.chosen_siae,
            rome=data["rome"],
            projet=data["projet"],
            accord_jusqu_au=form.jusqu_au,
            actor=self.actor,
            on=timezone.localdate(),
        )
        return rencontre_url(data["rencontre"])


class OfPresentation(OfRencontre, ActScreen):
    """An act on a person presented at a meeting."""

    permission = Permission.SHARE

    @cached_property
    def presentation(self) -> PresentationSuite:
        """The person presented of the address, whom one sees at the meeting and may act on."""
        rows = list_presentations(self.actor, self.rencontre, self.today)
        found = rows.filter(public_id=self.kwargs["presentation"]).first()
        mine = self.actor.membre.organisation_id if self.actor.membre else None
        if found is None or (found.siae.organisation_id == mine) != self.own:
            raise Http404("Cette personne n’est pas présentée à votre SIAE, ou par elle.")
        return found

    own = True

    def readings(self) -> Iterable[Model]:
        return [self.presentation.personne]


class RetirerSuite(OfPresentation):
    """Take back a person whom one presents."""

    portee = "les personnes que sa SIAE présente à une rencontre"
    title = "Ne plus présenter cette personne"
    submit_label = "Ne plus présenter"
    success_message = "La personne n’est plus présentée."

    def get_intro(self) -> str:
        return f"{self.presentation.personne} n’apparaîtra plus dans la liste des autres SIAE, dès aujourd’hui."

    def perform(self, form: Any) -> str:
        withdraw_suite(presentation=self.presentation, actor=self.actor, on=self.today)
        return rencontre_url(self.rencontre)


class Interet(OfPresentation):
    """Say that one's SIAE would meet the person."""

    portee = "les personnes présentées à sa SIAE dans une rencontre"
    title = "Cette personne nous intéresse"
    form_class = OfSiaeForm
    submit_label = "Dire notre intérêt"
    success_message = "Votre intérêt est noté\u202f: une candidature est ouverte dans votre SIAE."
    own = False

    @cached_property
    def siae(self) -> Sequence[Siae]:
        """The SIAE of one's organisation that take part."""
        return concerned_siae(self.actor, self.rencontre)

    def get_intro(self) -> str:
        shown = self.presentation
        return (
            f"{shown.personne.prenom}, {shown.rome}, présentée par {shown.siae}. Une candidature s’ouvre dans votre "
            "SIAE, à laquelle vous répondrez comme aux autres\u202f; la réponse est le résultat de la rencontre."
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"siae": self.siae}

    def perform(self, form: OfSiaeForm) -> str:
        made = express_interest(presentation=self.presentation, siae=form.chosen_siae, actor=self.actor, on=self.today)
        return reverse("parcours:candidature", args=[made.candidature.public_id])
