"""The right of a person: its page, its attestation, the acts on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.parcours.forms.titres import (
    AnnulationForm,
    AvisForm,
    DemandeForm,
    ExtensionForm,
    LeveeForm,
    ProlongationForm,
    SuspensionForm,
)
from maillage.domains.parcours.models import Suspension
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.actes_titre import list_actes, list_motifs, may_lift
from maillage.domains.parcours.queries.attestation import describe_attestation
from maillage.domains.parcours.queries.demandes import list_destinataires
from maillage.domains.parcours.queries.eligibilite import list_diagnostics
from maillage.domains.parcours.queries.fiche_titre import get_fiche, list_anciens
from maillage.domains.parcours.queries.regles_titres import plafonds_prolongation, plafonds_suspension
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.queries.titres import carence, lived_contrats, own_siae, siae_of
from maillage.domains.parcours.rules.eligibilite import catalogue
from maillage.domains.parcours.rules.titres import motifs
from maillage.domains.parcours.services.demandes import FicheDemande, ask_prolongation
from maillage.domains.parcours.services.titres import (
    Avis,
    cancel_titre,
    extend_agrement,
    lift_suspension,
    prolong_titre,
    record_avis,
    suspend_titre,
)
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, DetailScreen, Export, ExportScreen, Screen
from maillage.foundations.kernel.templatetags.ui import de, jour
from maillage.references.personnes.views.base import OfPersonne

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.models import TitreParcours
    from maillage.domains.parcours.queries.fiche_titre import FicheTitre
    from maillage.domains.parcours.rules.titres import Motif
    from maillage.references.structures.models import Siae

ATTESTATION = Path(__file__).parents[1] / "documents/attestation.typ"


class OfTitre(OfPersonne):
    """A screen about the right of a person that matters today."""

    permission = Permission.VIEW
    portee = "les titres des personnes dont le dossier lui est ouvert"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def fiche(self) -> FicheTitre:
        """The right that matters, and where it stands."""
        found = get_fiche(self.personne, self.today)
        if found is None:
            raise Http404("Cette personne n’a pas de titre de parcours.")
        return found

    @property
    def titre(self) -> TitreParcours:
        return self.fiche.titre

    @property
    def page_url(self) -> str:
        """The page of the right, where its acts lead back."""
        return reverse("parcours:titre", args=[self.personne.public_id])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), ("Droit au parcours", self.page_url)]


class TitreDetail(OfTitre, DetailScreen):
    """Where the right stands, why, what moved it, what may be done."""

    template_name = "parcours/titres/titre.html"

    def get_object(self) -> FicheTitre:
        return self.fiche

    def get_title(self) -> str:
        label = self.titre.get_regime_display()
        return f"{label[:1].upper()}{label[1:]} {de(self.personne)}"

    def get_intro(self) -> str:
        return self.fiche.resume

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return OfPersonne.get_breadcrumb(self)

    def get_context(self) -> dict[str, Any]:
        titre, on = self.titre, self.today
        social = reads_social(self.actor, self.personne)
        diagnostics = [
            (each, [catalogue()[kept.code].libelle for kept in each.criteres.all()] if social else None)
            for each in list_diagnostics(self.personne)
        ]
        return {
            **super().get_context(),
            "fiche": self.fiche,
            "titre": titre,
            "personne": self.personne,
            "actes": list_actes(self.actor, titre, on),
            "may_lift": may_lift(self.actor, titre, on),
            "may_advise": granted(self.actor, Permission.DIAGNOSE).ok,
            "suspensions": titre.suspensions.all(),
            "prolongations": titre.prolongations.all(),
            "extensions": titre.extensions.all(),
            "demandes": titre.demandes.select_related("siae", "destinataire").order_by("-demandee_le", "-pk"),
            "avis": titre.avis_cta.select_related("organisation").order_by("-rendu_le", "-pk"),
            "diagnostics": diagnostics,
            "anciens": list_anciens(self.personne, titre),
            "carence": carence(self.personne, on) if self.fiche.compte.fini else None,
        }


class TitreAct(OfTitre, ActScreen):
    """An act of a SIAE on the right of somebody it employs."""

    permission = Permission.HIRE
    template_name = "parcours/titres/acte.html"

    @cached_property
    def own(self) -> Sequence[Siae]:
        """The SIAE of one's organisation that may act here."""
        found = siae_of(self.titre, self.actor, self.today)
        if not found:
            raise Http404("Seule la SIAE du dernier contrat agit sur ce titre.")
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"siae": self.own}

    def get_context(self) -> dict[str, Any]:
        return {"fiche": self.fiche, "personne": self.personne}


class Attestation(OfTitre, ExportScreen):
    """The attestation, as a PDF."""

    def build(self) -> Export:
        content = to_pdf(ATTESTATION, describe_attestation(self.personne, self.fiche), on=self.today)
        return Export(f"titre-{self.titre.numero or self.titre.public_id}.pdf", "application/pdf", content)


class Suspend(TitreAct):
    """Stop the days."""

    title = "Suspendre le titre"
    form_class = SuspensionForm
    submit_label = "Suspendre"
    success_message = "Le titre est suspendu."

    def get_intro(self) -> str:
        plafonds = plafonds_suspension(self.today)
        return (
            "Les jours suspendus ne comptent pas\u202f: la fin du titre recule d’autant. Au plus "
            f"{plafonds.mois} mois à la fois, enregistrés au plus {plafonds.retroactivite} jours après le début."
        )

    def perform(self, form: SuspensionForm) -> str:
        data = form.cleaned_data
        avis = Avis(data["avis_le"], data["avis_texte"]) if data["avis_le"] else None
        suspend_titre(
            titre=self.titre,
            siae=form.chosen_siae,
            motif=data["motif"],
            debut=data["debut"],
            fin=form.fin,
            avis=avis,
            actor=self.actor,
            on=self.today,
        )
        return self.page_url


class Lift(TitreAct):
    """Let the days count again."""

    portee = "les suspensions des personnes dont le dossier lui est ouvert"
    title = "Lever la suspension"
    form_class = LeveeForm
    submit_label = "Lever la suspension"
    success_message = "La suspension est levée."

    @cached_property
    def suspension(self) -> Suspension:
        """The suspension of the address, of this right."""
        found = Suspension.objects.filter(titre=self.titre, public_id=self.kwargs["suspension"]).first()
        if found is None or not self.own:
            raise Http404("Cette suspension n’est pas de ce titre.")
        return found

    def get_intro(self) -> str:
        suspension = self.suspension
        last = suspension.fin - timedelta(days=1)
        return f"Le titre est suspendu du {jour(suspension.debut)} au {jour(last)} compris."

    def get_form_kwargs(self) -> dict[str, Any]:
        today, suspension = self.today, self.suspension
        return {"initial": {"fin": today if suspension.debut <= today < suspension.fin else None}}

    def perform(self, form: LeveeForm) -> str:
        lift_suspension(suspension=self.suspension, fin=form.cleaned_data["fin"], actor=self.actor, on=self.today)
        return self.page_url


class ProlongChoice(OfTitre, Screen):
    """Which reasons may prolong the right, and by how much."""

    permission = Permission.HIRE
    title = "Prolonger le titre"
    template_name = "parcours/titres/prolonger.html"

    def get_intro(self) -> str:
        window = plafonds_prolongation(next(iter(motifs())), self.today).window(self.fiche.jours)
        return f"Ce titre se prolonge du {jour(window.debut)} au {jour(window.dernier)}. Choisissez un motif."

    def get_context(self) -> dict[str, Any]:
        own = siae_of(self.titre, self.actor, self.today)
        if not own:
            raise Http404("Seule la SIAE du dernier contrat agit sur ce titre.")
        choices = list_motifs(self.titre, own[0], self.today)
        return {"fiche": self.fiche, "personne": self.personne, "choix": choices}


class Prolong(TitreAct):
    """Prolong at once, or ask a prescripteur, as the reason wants."""

    success_message = "C’est enregistré."

    @cached_property
    def motif(self) -> Motif:
        """The reason of the address."""
        if self.kwargs["motif"] not in motifs():
            raise Http404("Ce motif n’existe pas.")
        return motifs()[self.kwargs["motif"]]

    def get_title(self) -> str:
        act = "Demander une prolongation" if self.motif.prescripteur else "Prolonger"
        return f"{act}\u202f: {self.motif.code.label}"

    def get_intro(self) -> str:
        if self.motif.prescripteur:
            return "Un prescripteur habilité décide, au vu du bilan que vous lui adressez."
        return "Ce motif ne demande l’accord de personne d’autre. Les jours s’ajoutent à la fin du titre."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        choice = reverse("parcours:titre_prolonger", args=[self.personne.public_id])
        return [*super().get_breadcrumb(), ("Prolonger", choice)]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Envoyer la demande" if self.motif.prescripteur else "Prolonger"

    @property
    def form_class(self) -> type[ProlongationForm]:  # type: ignore[override]
        return DemandeForm if self.motif.prescripteur else ProlongationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        reste = plafonds_prolongation(self.motif.code, self.today).left(self.fiche.jours)
        found = {**super().get_form_kwargs(), "reste": reste}
        if self.motif.prescripteur:
            found["destinataires"] = list_destinataires(self.personne, self.today)
        return found

    def perform(self, form: ProlongationForm) -> str:
        data = form.cleaned_data
        common: dict[str, Any] = {"titre": self.titre, "siae": form.chosen_siae, "actor": self.actor, "on": self.today}
        if self.motif.prescripteur:
            fiche = FicheDemande(self.motif.code, data["jours"], data["destinataire"], data["bilan"], data["entretien"])
            ask_prolongation(fiche=fiche, **common)
        else:
            prolong_titre(motif=self.motif.code, jours=data["jours"], **common)
        return self.page_url


class Extend(TitreAct):
    """Let an agrément hold in one's SIAE too."""

    title = "Étendre l’agrément à ma SIAE"
    intro = "Un agrément nomme une SIAE\u202f: étendu, il vaut aussi dans la vôtre, sans que ses jours changent."
    form_class = ExtensionForm
    submit_label = "Étendre"
    success_message = "L’agrément est étendu."

    @cached_property
    def own(self) -> Sequence[Siae]:
        """Any SIAE of one's organisation: the person comes from another one."""
        found = list(own_siae(self.actor))
        if not found:
            raise Http404("Votre organisation ne porte aucune SIAE en activité.")
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "initial": {"debut": self.today}}

    def perform(self, form: ExtensionForm) -> str:
        extend_agrement(
            titre=self.titre,
            siae=form.chosen_siae,
            debut=form.cleaned_data["debut"],
            actor=self.actor,
            on=self.today,
        )
        return self.page_url


class Cancel(TitreAct):
    """Cancel, once what it entails is read."""

    title = "Annuler le titre"
    intro = "Pour un titre ouvert par erreur. Pour arrêter un parcours, suspendez le titre."
    template_name = "parcours/titres/annuler.html"
    form_class = AnnulationForm
    submit_label = "Annuler ce titre"
    success_message = "Le titre est annulé."

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "vecus": lived_contrats(self.titre)}

    def perform(self, form: AnnulationForm) -> str:
        cancel_titre(
            titre=self.titre,
            siae=form.chosen_siae,
            motif=form.cleaned_data["motif"],
            actor=self.actor,
            on=self.today,
        )
        return self.sheet_url


class RecordAvis(OfTitre, ActScreen):
    """Keep what a CTA advised."""

    permission = Permission.DIAGNOSE
    title = "Enregistrer un avis de CTA"
    intro = "L’avis est gardé avec le titre\u202f; ceux qui suivent la personne le lisent."
    form_class = AvisForm
    success_message = "L’avis est enregistré."

    def perform(self, form: AvisForm) -> str:
        avis = Avis(form.cleaned_data["avis_le"], form.cleaned_data["avis_texte"])
        record_avis(titre=self.titre, avis=avis, actor=self.actor, on=self.today)
        return self.page_url

    def get_context(self) -> dict[str, Any]:
        return {"fiche": self.fiche, "personne": self.personne}
