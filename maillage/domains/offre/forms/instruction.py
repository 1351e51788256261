"""What is asked of whoever examines a dossier, and of the partners."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone

from maillage.domains.offre.enums import SensAvis
from maillage.domains.offre.forms.champs import AmountField
from maillage.domains.offre.queries.partenaires import list_partenaires
from maillage.domains.offre.rules.horloge import check_silence
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.accounts.models import Organisation

if TYPE_CHECKING:
    from maillage.domains.offre.rules.horloge import Horloge

TEXTE = forms.Textarea(attrs={"rows": 6})


class DemandePiecesForm(forms.Form):
    """What is missing, and by when."""

    message = forms.CharField(label="Ce qui manque", widget=TEXTE, help_text="Le porteur lira ce texte.")
    limite = forms.DateField(label="À fournir avant le", widget=DateInput())

    def __init__(self, *args: Any, silence: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "limite"
        ].help_text = f"Le délai de {silence} mois est suspendu jusqu’à la réception des pièces, ou jusqu’à cette date."


class JugementForm(forms.Form):
    """Whether a piece will do."""

    decision = forms.ChoiceField(
        label="Cette pièce convient-elle\u202f?",
        choices=[("oui", "oui, l’accepter"), ("non", "non, la refuser")],
        widget=forms.RadioSelect,
        initial="oui",
    )
    motif = forms.CharField(label="Si non, pourquoi", max_length=300, required=False)


class DialogueForm(forms.Form):
    """What the management dialogue concluded."""

    compte_rendu = forms.CharField(label="Ce qui a été conclu", widget=TEXTE)


class AvantSilence(forms.Form):
    """A day that should come before silence means refusal: a later one is asked to be confirmed, once it is typed."""

    jour: ClassVar[str]
    confirme = forms.BooleanField(label="Je maintiens cette date, après le refus implicite", required=False)

    def __init__(self, *args: Any, horloge: Horloge | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.horloge = horloge
        self.fields[self.jour].help_text = f"Délai légal\u202f: {horloge.phrase}." if horloge else ""
        if not self.is_bound:
            del self.fields["confirme"]

    def clean(self) -> dict[str, Any]:
        """Ask for the confirmation of a late day, and of no other."""
        data = super().clean() or {}
        if not check_silence(data.get(self.jour, date.min), self.horloge, confirme=False):
            del self.fields["confirme"]
            data.pop("confirme", None)
        return data


class ConsultationForm(AvantSilence):
    """Which partner is asked, what, by when."""

    jour = "echeance"
    organisation = forms.ModelChoiceField(
        label="Partenaire", queryset=Organisation.objects.none(), empty_label="choisir"
    )
    question = forms.CharField(label="Ce que vous lui demandez", widget=TEXTE, required=False)
    echeance = forms.DateField(label="Réponse attendue avant le", widget=DateInput())
    field_order = ("organisation", "question", "echeance", "confirme")

    def __init__(self, *args: Any, departement: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = list_partenaires(departement)


class AvisForm(forms.Form):
    """The opinion of a partner: its sense, and why."""

    sens = forms.ChoiceField(label="Votre avis", choices=SensAvis.choices, widget=forms.RadioSelect)
    texte = forms.CharField(label="Pourquoi", widget=TEXTE)


class SeanceForm(AvantSilence):
    """The day of the session."""

    jour = "seance"
    field_order = ("seance", "confirme")
    seance = forms.DateField(label="Séance du", widget=DateInput())


class CommissionForm(forms.Form):
    """What the commission said."""

    sens = forms.ChoiceField(label="Avis de la commission", choices=SensAvis.choices, widget=forms.RadioSelect)
    le = forms.DateField(label="Rendu le", widget=DateInput(), initial=timezone.localdate)
    texte = forms.CharField(label="Réserves ou précisions", widget=TEXTE, required=False)


class DecisionForm(forms.Form):
    """The reasons of a decision."""

    motifs = forms.CharField(label="Motifs", widget=TEXTE)


class AccordForm(forms.Form):
    """A favourable decision may be bare, or say conditions."""

    motifs = forms.CharField(label="Motifs ou conditions", widget=TEXTE, required=False)


class ConventionForm(forms.Form):
    """The convention as it was signed."""

    numero = forms.CharField(label="Numéro", max_length=40)
    debut = forms.DateField(label="À compter du", widget=DateInput())
    fin = forms.DateField(label="Jusqu’au (dernier jour)", widget=DateInput())
    etp = AmountField(label="ETP accordés par an", max_digits=8)
    postes = forms.IntegerField(label="Postes accordés", required=False, min_value=1, max_value=10_000)
    montant = AmountField(label="Aide annuelle (€)", required=False)
