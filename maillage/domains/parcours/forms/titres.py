"""What is asked to suspend a right, lift a suspension, prolong, extend or cancel it. Days are typed as people say them:
the last one is included."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.parcours.rules.titres import MOTIFS_SUSPENSION
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.references.accounts.models import Organisation
    from maillage.references.structures.models import Siae


class OfSiaeForm(forms.Form):
    """An act in the name of a SIAE: the choice is shown when there is one."""

    siae = forms.ChoiceField(label="SIAE qui agit")

    def __init__(self, *args: Any, siae: Sequence[Siae], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {str(each.pk): each for each in siae}
        if len(siae) == 1:
            del self.fields["siae"]
        else:
            field = self.fields["siae"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(code, str(each)) for code, each in self.choices.items()]

    @property
    def chosen_siae(self) -> Siae:
        """The SIAE chosen, or the only one."""
        code = self.cleaned_data.get("siae") or next(iter(self.choices))
        return self.choices[code]


class SuspensionForm(OfSiaeForm):
    """Why, from when, until when."""

    motif = forms.ChoiceField(
        label="Motif", choices=[("", "Choisir un motif"), *((each.value, each.label) for each in MOTIFS_SUSPENSION)]
    )
    debut = forms.DateField(label="Premier jour suspendu", widget=DateInput(), initial=timezone.localdate)
    dernier = forms.DateField(
        label="Dernier jour suspendu",
        widget=DateInput(),
        help_text="Ce jour compris. La suspension se lève plus tôt si la personne reprend.",
    )
    avis_le = forms.DateField(
        label="Avis du CTA, rendu le",
        widget=DateInput(),
        required=False,
        help_text="Pour un passage d’une SIAE à l’autre, ou si le CTA s’est prononcé.",
    )
    avis_texte = forms.CharField(label="Ce que le CTA a convenu", widget=forms.Textarea({"rows": 3}), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("avis_texte") and not data.get("avis_le"):
            self.add_error("avis_le", "Dites quand le CTA a rendu cet avis.")
        if data.get("avis_le") and not data.get("avis_texte"):
            self.add_error("avis_texte", "Dites ce que le CTA a convenu.")
        return data

    @property
    def fin(self) -> date:
        """The first day that counts again."""
        last: date = self.cleaned_data["dernier"]
        return last + timedelta(days=1)


class LeveeForm(forms.Form):
    """From when the days count again."""

    fin = forms.DateField(
        label="Les jours recomptent à partir du",
        widget=DateInput(),
        help_text="Le premier jour de la suspension la supprime.",
    )


class ProlongationForm(OfSiaeForm):
    """How many days."""

    jours = forms.IntegerField(label="Jours ajoutés", min_value=1, max_value=3650)

    def __init__(self, *args: Any, reste: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jours"].initial = reste or None
        self.fields["jours"].help_text = f"De 1 à {reste} pour ce motif." if reste else "Plus aucun jour pour ce motif."


class DemandeForm(ProlongationForm):
    """How many days, of whom, after which pathway."""

    destinataire = forms.ChoiceField(
        label="Prescripteur habilité",
        help_text="S’il ne suit pas la personne, son dossier s’ouvre à lui le temps de répondre.",
    )
    bilan = forms.CharField(
        label="Bilan du parcours",
        widget=forms.Textarea({"rows": 8}),
        help_text="Ce qui a été fait, ce qui reste à lever, ce que la prolongation permettrait.",
    )
    entretien = forms.BooleanField(label="Nous souhaitons en parler au téléphone", required=False)

    def __init__(self, *args: Any, destinataires: Sequence[tuple[Organisation, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.public_id): each for each, _ in destinataires}
        groups = (("Suivent la personne", True), ("Dans son département", False))
        field = self.fields["destinataire"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (label, choices)
            for label, suit in groups
            if (choices := [(str(each.public_id), str(each)) for each, follows in destinataires if follows is suit])
        ]

    def clean_destinataire(self) -> Organisation:
        return self.organisations[self.cleaned_data["destinataire"]]


class ExtensionForm(OfSiaeForm):
    """From when an agrément holds in the SIAE too."""

    debut = forms.DateField(label="L’agrément vaut aussi dans la SIAE à partir du", widget=DateInput())


class AnnulationForm(OfSiaeForm):
    """Why, and that the consequences were read."""

    motif = forms.CharField(label="Pourquoi annuler ce titre", max_length=300)
    compris = forms.BooleanField(label="J’ai lu ce que l’annulation entraîne, et elle ne se défait pas")


class AvisForm(forms.Form):
    """What a CTA advised, and when."""

    avis_le = forms.DateField(label="Avis rendu le", widget=DateInput(), initial=timezone.localdate)
    avis_texte = forms.CharField(label="Ce que le CTA a convenu", widget=forms.Textarea({"rows": 4}))
