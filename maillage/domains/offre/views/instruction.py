"""What the instructing service does with a dossier."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.text import capfirst

from maillage.domains.offre.forms import instruction as forms
from maillage.domains.offre.queries.dossiers import describe_annee, get_delai_silence, get_portee, read_ligne
from maillage.domains.offre.queries.lettre import describe_letter
from maillage.domains.offre.rules.dossiers import DECIDES
from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.avis import ask_avis
from maillage.domains.offre.services.pieces import check_pendant, judge
from maillage.domains.offre.views.base import InstructorAct, OfDossier
from maillage.domains.offre.views.dossiers import SimpleAct
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import Export, ExportScreen
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from maillage.domains.offre.models import PieceDossier
    from maillage.domains.offre.rules.horloge import Horloge

LETTRE = Path(__file__).parents[1] / "documents/decision.typ"


class InstructorSimple(SimpleAct, InstructorAct):
    """Declare complete, begin the examination, activate."""

    of_carrier = False

    def get_intro(self) -> str:
        convention = getattr(self.dossier, "convention", None)
        supply = "La SIAE est créée ou étendue dans l’offre, avec les postes et les ETP de la convention."
        return {
            "declarer_complet": "Rien ne manque\u202f: le porteur en est prévenu.",
            "instruire": "L’adéquation au territoire est calculée et figée, avec sa date et ses paramètres.",
            "activer": f"{supply} {describe_annee(convention)}".strip() if convention else supply,
        }[self.kwargs["acte"]]

    def perform(self, form: Any) -> str:
        act = self.kwargs["acte"]
        do = {"declarer_complet": acts.declare_complete, "instruire": acts.examine, "activer": acts.activate}[act]
        do(dossier=self.dossier, actor=self.actor, on=self.today)
        return self.page_url


class RequestPieces(InstructorAct):
    """List what is missing."""

    acte = "demander_pieces"
    title = "Demander des pièces"
    form_class = forms.DemandePiecesForm
    submit_label = "Envoyer la demande"
    success_message = "La demande est envoyée, le délai est suspendu."

    def get_form_kwargs(self) -> dict[str, Any]:
        days = int(get_parametre("offre.delai_pieces_jours", on=self.today).value)
        silence = get_delai_silence(self.dossier, on=self.today)
        return {"silence": silence, "initial": {"limite": self.today + timedelta(days=days)}}

    def perform(self, form: forms.DemandePiecesForm) -> str:
        acts.request_pieces(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class PieceJudge(InstructorAct):
    """Accept a piece, or refuse it saying why."""

    title = "Examiner une pièce"
    form_class = forms.JugementForm
    success_message = "C’est noté."

    @cached_property
    def piece(self) -> PieceDossier:
        """The piece of the address."""
        found = self.dossier.pieces.filter(public_id=self.kwargs["piece"]).first()
        if found is None:
            raise Http404("Cette pièce n’existe pas.")
        return found

    def check(self) -> None:
        check_pendant(self.dossier)

    def get_intro(self) -> str:
        return self.piece.libelle

    def perform(self, form: forms.JugementForm) -> str:
        data = form.cleaned_data
        judge(piece=self.piece, accepted=data["decision"] == "oui", motif=data["motif"], actor=self.actor)
        return f"{self.page_url}#pieces"


class Dialogue(InstructorAct):
    """Write what the management dialogue concluded."""

    acte = "dialoguer"
    title = "Enregistrer le dialogue de gestion"
    intro = "Les autres financeurs y sont invités. Le compte rendu reste dans l’historique du dossier."
    form_class = forms.DialogueForm
    success_message = "Le dialogue de gestion est enregistré."

    def perform(self, form: forms.DialogueForm) -> str:
        acts.record_dialogue(dossier=self.dossier, **form.cleaned_data, actor=self.actor)
        return self.page_url


class BeforeSilence(InstructorAct):
    """An act that sets a day, told against the legal clock."""

    @cached_property
    def horloge(self) -> Horloge | None:
        """The clock of the dossier today."""
        return read_ligne(self.dossier, on=self.today).horloge

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"horloge": self.horloge}

    def get_intro(self) -> str:
        if self.horloge is None or not self.horloge.court:
            return ""
        return f"Le silence vaudra refus après le {jour(self.horloge.echeance)}."


class Consult(BeforeSilence):
    """Ask a partner for an opinion."""

    acte = "consulter"
    title = "Demander l’avis d’un partenaire"
    form_class = forms.ConsultationForm
    submit_label = "Demander l’avis"
    success_message = "L’avis est demandé."

    def get_form_kwargs(self) -> dict[str, Any]:
        days = int(get_parametre("offre.delai_avis_jours", on=self.today).value)
        usual = self.today + timedelta(days=days)
        initial = {"echeance": self.horloge.cap(usual) if self.horloge else usual}
        return {**super().get_form_kwargs(), "departement": self.dossier.departement, "initial": initial}

    def perform(self, form: forms.ConsultationForm) -> str:
        ask_avis(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return f"{self.page_url}#avis"


class Agenda(BeforeSilence):
    """Put on the agenda of a session."""

    acte = "inscrire"
    title = "Inscrire à une séance"
    form_class = forms.SeanceForm
    submit_label = "Inscrire"
    success_message = "Le dossier est inscrit à la séance."

    def perform(self, form: forms.SeanceForm) -> str:
        acts.put_on_agenda(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Commission(InstructorAct):
    """Write the opinion of the commission."""

    acte = "rendre_avis"
    title = "Enregistrer l’avis de la commission"
    form_class = forms.CommissionForm
    success_message = "L’avis de la commission est enregistré."

    def get_intro(self) -> str:
        return f"{capfirst(get_portee(self.dossier, on=self.today).label)}."

    def perform(self, form: forms.CommissionForm) -> str:
        acts.record_commission(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Grant(InstructorAct):
    """Decide in favour."""

    acte = "accorder"
    title = "Accorder"
    form_class = forms.AccordForm
    submit_label = "Accorder la demande"
    success_message = "La demande est accordée. Enregistrez la convention quand elle est signée."

    def perform(self, form: forms.AccordForm) -> str:
        acts.grant(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Refuse(InstructorAct):
    """Decide against, saying why."""

    acte = "refuser"
    title = "Refuser"
    intro = (
        "La décision énonce les considérations de droit et de fait qui la fondent (CRPA, art. L. 211-2 et L. 211-5)."
    )
    form_class = forms.DecisionForm
    submit_label = "Refuser la demande"
    success_message = "La demande est refusée. La lettre est prête."

    def perform(self, form: forms.DecisionForm) -> str:
        acts.refuse(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Adjourn(InstructorAct):
    """Put off to another session."""

    acte = "ajourner"
    title = "Ajourner"
    intro = "Dites ce qui est attendu. Le délai légal continue de courir."
    form_class = forms.DecisionForm
    submit_label = "Ajourner"
    success_message = "Le dossier est ajourné."

    def perform(self, form: forms.DecisionForm) -> str:
        acts.adjourn(dossier=self.dossier, **form.cleaned_data, actor=self.actor)
        return self.page_url


class Drop(InstructorAct):
    """Close without decision."""

    acte = "classer"
    title = "Classer sans suite"
    form_class = forms.DecisionForm
    submit_label = "Classer sans suite"
    success_message = "Le dossier est classé."

    def perform(self, form: forms.DecisionForm) -> str:
        acts.drop(dossier=self.dossier, **form.cleaned_data, actor=self.actor)
        return self.page_url


class Sign(InstructorAct):
    """Write the convention that was signed."""

    acte = "signer"
    title = "Enregistrer la convention signée"
    form_class = forms.ConventionForm
    success_message = "La convention est enregistrée. Activez-la le jour où elle commence."

    def get_form_kwargs(self) -> dict[str, Any]:
        dossier, debut = self.dossier, self.today
        years = int(get_parametre(acts.DUREE, on=debut).value)
        fin = add_months(debut, acts.MOIS_AN * years) - timedelta(days=1)
        initial = {"debut": debut, "fin": fin, "etp": dossier.etp, "postes": dossier.postes}
        return {"initial": {**initial, "numero": f"{dossier.type_siae}{dossier.departement}-{dossier.numero}"}}

    def perform(self, form: forms.ConventionForm) -> str:
        acts.sign(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class Letter(OfDossier, ExportScreen):
    """The letter of the decision, as an accessible PDF."""

    def build(self) -> Export:
        dossier = self.dossier
        if dossier.etat not in DECIDES:
            raise Http404("Aucune décision n’est prise.")
        assert dossier.decision_le is not None  # the database says so
        content = to_pdf(LETTRE, describe_letter(dossier), on=dossier.decision_le)
        return Export(f"decision-{dossier.numero}.pdf", "application/pdf", content)
