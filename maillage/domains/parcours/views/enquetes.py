"""News of who left: the page that a personal link opens, the list of those to take, what is told by telephone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from maillage.domains.parcours.enums.sorties import EtatEnquete
from maillage.domains.parcours.forms.sorties import EnquetesFilter, NouvellesForm, NouvellesTelephoneForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.enquetes import list_enquetes, read_enquete
from maillage.domains.parcours.queries.sorties import JOUR
from maillage.domains.parcours.services.enquetes import answer_by_link, answer_by_phone, refuse_by_link
from maillage.foundations.kernel import limits, sms
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import ActScreen, Column, ListScreen
from maillage.foundations.kernel.templatetags.ui import de
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen

if TYPE_CHECKING:
    from django import forms
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.parcours.models import Enquete


@method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")
class ByLink(ActScreen):
    """An act of who holds a personal link: no account, no name on the page. A link that opens nothing says why."""

    public = True
    limit = limits.RECHERCHE
    template_name = "parcours/sorties/nouvelles.html"
    enquete: Enquete

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.enquete = read_enquete(kwargs["lien"], timezone.localdate())
        except Refused as refused:
            [reason] = refused.refusals
            return self.render(404 if reason.code == "lien_altere" else 410, close=True, reason=reason.message)
        return super().dispatch(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        if not hasattr(self, "enquete"):
            return {}
        return {
            "siae": self.enquete.sortie.contrat.siae.nom,
            "mois": self.enquete.mois,
            "refuser_url": reverse("parcours:nouvelles_refuser", args=[self.kwargs["lien"]]),
        }


class Nouvelles(ByLink):
    """Three questions, one page."""

    title = "Que devenez-vous\u202f?"
    form_class = NouvellesForm
    submit_label = "Envoyer ma réponse"
    success_message = "Merci\u202f! Votre réponse est enregistrée."

    def perform(self, form: NouvellesForm) -> str:
        answer_by_link(lien=self.kwargs["lien"], reponse=form.reponse, on=timezone.localdate())
        return reverse("parcours:nouvelles", args=[self.kwargs["lien"]])


class Refuser(ByLink):
    """Ask to be asked no more."""

    title = "Ne plus recevoir ces messages"
    template_name = "parcours/sorties/nouvelles.html"
    submit_label = "Ne plus m’écrire"
    success_message = "C’est noté\u202f: nous ne vous demanderons plus de nouvelles."

    def get_cancel_url(self) -> str:
        return reverse("parcours:nouvelles", args=[self.kwargs["lien"]])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "refus": True}

    def perform(self, form: forms.Form) -> str:
        refuse_by_link(lien=self.kwargs["lien"], on=timezone.localdate())
        return reverse("parcours:nouvelles", args=[self.kwargs["lien"]])


def saisir_url(enquete: Enquete) -> str:
    """Return where what is told by telephone is written down; "" once it is answered."""
    if enquete.repondue_le or enquete.refusee_le:
        return ""
    return reverse("parcours:enquete_saisir", args=[enquete.sortie.contrat.personne.public_id, enquete.public_id])


class Enquetes(PersonnesScreen, ListScreen):
    """The news of the persons whose file is open to one: those to take, those that came, those that never will."""

    permission = Permission.FOLLOW_UP
    title = "Nouvelles après la sortie"
    template_name = "parcours/sorties/enquetes.html"
    columns = (
        Column(
            "nom",
            "Personne",
            lambda row: f"{row.sortie.contrat.personne.nom} {row.sortie.contrat.personne.prenom}",
            sort="sortie__contrat__personne__nom_recherche",
            link=lambda row: reverse("personnes:detail", args=[row.sortie.contrat.personne.public_id]),
        ),
        Column("mois", "Délai", "get_mois_display", sort="mois"),
        Column("etat", "Suivi", lambda row: EtatEnquete(row.etat).label, sort="etat"),
        Column("jusquau", "À prendre jusqu’au", lambda row: row.expire_le - JOUR, sort="expire_le"),
        Column(
            "saisir",
            "Réponse",
            lambda row: "saisir" if saisir_url(row) else row.get_situation_display() or "—",
            link=saisir_url,
        ),
        Column("siae", "SIAE quittée", "sortie.contrat.siae.nom", sort="sortie__contrat__siae__nom"),
        Column("sortie", "Sortie le", lambda row: row.fin - JOUR, sort="fin"),
        Column("motif", "Motif", "sortie.get_motif_display", sort="sortie__motif"),
    )
    default_sort = "jusquau"
    export_name = "nouvelles-apres-la-sortie"
    filter_form = EnquetesFilter
    noun = ("demande", "demandes")
    empty_title = "Aucune demande de nouvelles"
    empty_text = "Les nouvelles se demandent d’elles-mêmes 3, 6, 12 et 18 mois après une sortie."

    def get_intro(self) -> str:
        return (
            "Ce que deviennent les personnes sorties, à 3, 6, 12 et 18 mois. Le silence n’est pas du chômage\u202f: il "
            "reste « sans réponse ». Chaque nom affiché est inscrit au journal des lectures."
        )

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "sms": sms.available()}

    def get_queryset(self) -> QuerySet[Enquete]:
        return list_enquetes(self.actor, timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row.sortie.contrat.personne
        return person


class Saisir(OfPersonne, ActScreen):
    """Write down what a person tells by telephone."""

    permission = Permission.FOLLOW_UP
    title = "Nouvelles données par téléphone"
    portee = "les personnes sorties dont le dossier lui est ouvert"
    template_name = "parcours/sorties/saisir.html"
    form_class = NouvellesTelephoneForm
    success_message = "La réponse est enregistrée."

    @cached_property
    def enquete(self) -> Enquete:
        """The news of the address, among those of the person."""
        rows = list_enquetes(self.actor, timezone.localdate()).filter(sortie__contrat__personne=self.personne)
        found: Enquete | None = rows.filter(public_id=self.kwargs["enquete"]).first()
        if found is None:
            raise Http404("Cette demande de nouvelles n’existe pas, ou n’est pas celle d’une personne que vous suivez.")
        return found

    def get_intro(self) -> str:
        enquete = self.enquete
        return f"{self.personne}, {enquete.get_mois_display()} après la sortie {de(enquete.sortie.contrat.siae.nom)}."

    def get_context(self) -> dict[str, Any]:
        return {"personne": self.personne, "enquete": self.enquete}

    def perform(self, form: NouvellesTelephoneForm) -> str:
        reponse = None if form.cleaned_data["refus"] else form.reponse
        answer_by_phone(enquete=self.enquete, reponse=reponse, actor=self.actor, on=timezone.localdate())
        return self.sheet_url
