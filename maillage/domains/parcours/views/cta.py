"""The cases of CTA: the list that is also the agenda, one of them, and the acts of each side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.forms.cta import AvisCasForm, CasFilter, CasForm, SeanceForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.consentements import JOUR, consent_en_cours, default_end
from maillage.domains.parcours.queries.cta import list_cas, list_seances, list_tenus, members, to_do
from maillage.domains.parcours.queries.titres import remaining_days, titre_en_cours
from maillage.domains.parcours.rules.consentements import explications
from maillage.domains.parcours.rules.cta import CAS_CTA, DU_CTA
from maillage.domains.parcours.services.cta import (
    FicheCas,
    close_case,
    do_action,
    present_case,
    schedule_case,
    withdraw_case,
)
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.views.base import PersonneAct, PersonnesScreen
from maillage.references.territoires.queries.liste import list_departements

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import CasCta, Consentement, DecisionCta
    from maillage.references.accounts.models import Organisation

CAS = ("Cas de CTA", "parcours:cas_cta")
NOM = {"traiter": "parcours:cas_traiter", "retirer": "parcours:cas_retirer"}


def cas_url(cas: CasCta) -> str:
    """Return the page of a case."""
    return reverse("parcours:cas", args=[cas.public_id])


class CasList(PersonnesScreen, ListScreen):
    """The cases by session: an agenda. Files carry a number in the place of names: a session is prepared with them."""

    permission = Permission.VIEW_CTA
    title = "Cas de CTA"
    template_name = "parcours/cta/liste.html"
    columns = (
        Column(
            "personne",
            "Personne",
            lambda row: f"{row.personne.nom} {row.personne.prenom}",
            sort="personne__nom_recherche",
            link=cas_url,
            exported=str,
        ),
        Column("motif", "Motif", "get_motif_display", sort="motif"),
        Column("departement", "CTA", "departement", sort="departement"),
        Column("organisation", "Présenté par", "organisation", sort="organisation__denomination"),
        Column("propose_le", "Proposé le", "propose_le", sort="propose_le"),
        Column("seance", "Séance du", lambda row: row.seance_le or "—", sort="seance_le"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("a_faire", "Actions à faire", "a_faire", sort="a_faire", numeric=True),
    )
    default_sort = "seance"
    export_name = "cas-de-cta"
    export_note = "Un numéro de cas remplace le nom de la personne."
    noun = ("cas", "cas")
    empty_title = "Aucun cas"
    empty_text = "Qui suit une personne la présente au CTA depuis son dossier, avec son accord."

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def form(self) -> CasFilter:
        """The filters, bound to the address."""
        departements = {code: f"{nom} ({code})" for code, nom in list_departements(settings.MAILLAGE_REGION)}
        return CasFilter(self.request.GET, departements=departements, a_faire=to_do(self.actor, self.today))

    def get_intro(self) -> str:
        return (
            "Ceux que votre organisation a présentés, et ceux des CTA où elle siège, tant que la personne est "
            "d’accord. L’export porte un numéro, jamais le nom."
        )

    def get_queryset(self) -> QuerySet[CasCta]:
        return list_cas(self.actor, self.today)

    def named(self, row: Any) -> Model | None:
        person: Model = row.personne
        return None if self.request.GET.get("format") else person

    def get_context(self) -> dict[str, Any]:
        seances = [
            (
                day,
                departement,
                count,
                f"{reverse(CAS[1])}?voir=inscrits&departement={departement}&seance={day:%Y-%m-%d}",
            )
            for day, departement, count in list_seances(self.actor, self.today)
        ]
        return {**super().get_context(), "seances": seances}


class OfCas(PersonnesScreen):
    """A screen about one case, which names its person."""

    permission = Permission.VIEW_CTA
    portee = "les cas de CTA que son organisation présente, ou où elle siège"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def cas(self) -> Any:
        """The case of the address, among those that the screen opens."""
        found = self.rows().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce cas n’existe pas, ou ne vous est pas ouvert.")
        return found

    def rows(self) -> QuerySet[CasCta]:
        """Return the cases that the screen opens."""
        return list_cas(self.actor, self.today)

    @property
    def mine(self) -> int | None:
        return self.actor.membre.organisation_id if self.actor.membre else None

    def readings(self) -> Iterable[Model]:
        return [self.cas.personne]

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(CAS[0], reverse(CAS[1])), (str(self.cas.personne), cas_url(self.cas))]


class CasDetail(OfCas, DetailScreen):
    """What is asked, where the pathway stands, what was advised, who does what."""

    template_name = "parcours/cta/cas.html"

    def get_object(self) -> Any:
        return self.cas

    def get_title(self) -> str:
        return f"CTA {self.cas.departement}\u202f: {self.cas.personne}"

    def get_intro(self) -> str:
        return f"{capfirst(self.cas.get_motif_display())}, présenté par {self.cas.organisation}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:1]

    def get_context(self) -> dict[str, Any]:
        cas, on = self.cas, self.today
        titre = cas.titre or titre_en_cours(cas.personne, on)
        asked = cas.demande if cas.demande and self._reads(cas.demande) else None
        return {
            **super().get_context(),
            "membres": members(cas.departement),
            "jours": remaining_days(titre, on) if titre else None,
            "contrat": cas.personne.contrats.filter(debut__lte=on).select_related("siae").order_by("-debut").first(),
            "accord": cas.consentement.fin - JOUR,
            "demande": asked,
            "decisions": [
                (each, each.avant_le - JOUR, each.qui_id == self.mine and each.faite_le is None)
                for each in cas.decisions.select_related("qui").order_by("avant_le", "pk")
            ],
            "acts": list(self._acts(cas)),
            "sheet": reverse("personnes:detail", args=[cas.personne.public_id]),
        }

    def _reads(self, demande: Any) -> bool:
        return self.mine in {demande.destinataire_id, demande.siae.organisation_id}

    def _acts(self, cas: Any) -> Iterable[tuple[str, str]]:
        held = list_tenus(self.actor, self.today).filter(pk=cas.pk).exists()
        for each in CAS_CTA.available(cas.etat):
            url = reverse(NOM.get(each.act, "parcours:cas_inscrire"), args=[cas.public_id])
            presents = cas.organisation_id == self.mine and granted(self.actor, Permission.PRESENT_CTA).ok
            if held if each.act in DU_CTA else presents:
                yield each.label, url


class Proposer(PersonneAct):
    """Present a person whom one follows to a CTA."""

    permission = Permission.PRESENT_CTA
    portee = "les personnes que son organisation suit"
    title = "Présenter la situation à un CTA"
    template_name = "parcours/consentements/selon_accord.html"
    form_class = CasForm
    submit_label = "Proposer au CTA"
    success_message = "Le cas est proposé. Les membres du CTA peuvent le lire."

    @cached_property
    def consent(self) -> Consentement | None:
        """The agreement in force, if any."""
        if not followed_by(self.actor).filter(pk=self.personne.pk).exists():
            raise Http404("Ce dossier n’est pas celui d’une personne que vous suivez.")
        membre = self.actor.membre
        today = timezone.localdate()
        return consent_en_cours(self.personne, ObjetConsentement.CTA, membre.organisation, today) if membre else None

    def get_form_kwargs(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "consent": self.consent,
            "fin": default_end(ObjetConsentement.CTA, today, today),
            "departements": {code: f"{nom} ({code})" for code, nom in list_departements(settings.MAILLAGE_REGION)},
            "habite": self.personne.departement,
        }

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "consent": self.consent,
            "dernier": self.consent.fin - JOUR if self.consent else None,
            "explication": explications()[ObjetConsentement.CTA],
        }

    def perform(self, form: CasForm) -> str:
        data = form.cleaned_data
        fiche = FicheCas(motif=data["motif"], departement=data["departement"], question=data["question"])
        made = present_case(
            personne=self.personne,
            fiche=fiche,
            accord_jusqu_au=form.jusqu_au,
            actor=self.actor,
            on=timezone.localdate(),
        )
        return cas_url(made)


class HeldAct(OfCas, ActScreen):
    """An act of who holds the agenda."""

    permission = Permission.LEAD_CTA
    portee = "les cas des CTA où son organisation siège"

    def rows(self) -> QuerySet[CasCta]:
        return list_tenus(self.actor, self.today)

    def get_intro(self) -> str:
        return f"{self.cas.personne}, {self.cas.get_motif_display()}, présenté par {self.cas.organisation}."


class Inscrire(HeldAct):
    """Put the case on the agenda of a session, or of another one."""

    form_class = SeanceForm
    submit_label = "Inscrire à cette séance"
    success_message = "Le cas est à l’ordre du jour. Qui l’a présenté en est prévenu."

    def get_title(self) -> str:
        return "Reporter à une autre séance" if self.cas.seance_le else "Inscrire à l’ordre du jour"

    def check(self) -> None:
        CAS_CTA.target("reporter" if self.cas.seance_le else "inscrire", self.cas.etat)

    def perform(self, form: SeanceForm) -> str:
        schedule_case(cas=self.cas, seance_le=form.cleaned_data["seance_le"], actor=self.actor, on=self.today)
        return cas_url(self.cas)


class Traiter(HeldAct):
    """Write the advice and what is to be done."""

    title = "Enregistrer l’avis et les actions décidées"
    form_class = AvisCasForm
    submit_label = "Enregistrer l’avis"
    success_message = "L’avis est enregistré. Qui doit agir en est prévenu."

    def check(self) -> None:
        CAS_CTA.target("traiter", self.cas.etat)

    def get_form_kwargs(self) -> dict[str, Any]:
        acteurs: list[Organisation] = [self.cas.organisation]
        acteurs += [each for each in members(self.cas.departement) if each.pk != self.cas.organisation_id]
        return {"acteurs": acteurs}

    def perform(self, form: AvisCasForm) -> str:
        avis = form.cleaned_data["avis"]
        close_case(cas=self.cas, avis=avis, decisions=form.decisions, actor=self.actor, on=self.today)
        return cas_url(self.cas)


class RetirerCas(OfCas, ActScreen):
    """Take a case back before it is heard."""

    permission = Permission.PRESENT_CTA
    portee = "les cas de CTA que son organisation présente"
    title = "Retirer le cas"
    intro = "Le comité ne l’entendra pas, et le dossier de la personne se ferme à ses membres aujourd’hui."
    submit_label = "Retirer le cas"
    success_message = "Le cas est retiré."

    def rows(self) -> QuerySet[CasCta]:
        return super().rows().filter(organisation=self.mine)

    def check(self) -> None:
        CAS_CTA.target("retirer", self.cas.etat)

    def perform(self, form: Any) -> str:
        withdraw_case(cas=self.cas, actor=self.actor, on=self.today)
        return cas_url(self.cas)


class Agir(OfCas, ActScreen):
    """Say that one's organisation did what was decided."""

    portee = "les actions que des CTA confient à son organisation"
    title = "L’action est faite"
    submit_label = "Confirmer"
    success_message = "L’action est notée comme faite."

    @cached_property
    def decision(self) -> DecisionCta:
        """The action of the address, one of those of the case that are one's organisation's."""
        found = self.cas.decisions.filter(public_id=self.kwargs["decision"], qui=self.mine).first()
        if found is None:
            raise Http404("Cette action revient à une autre organisation.")
        return found  # type: ignore[no-any-return]

    def get_intro(self) -> str:
        return f"{self.decision.quoi}. À faire au plus tard le {self.decision.avant_le - JOUR:%d/%m/%Y}."

    def perform(self, form: Any) -> str:
        do_action(decision=self.decision, actor=self.actor, on=self.today)
        return cas_url(self.cas)
