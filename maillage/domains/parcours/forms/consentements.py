"""What is asked to write down an agreement, or to rest on one that is given the same day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from maillage.domains.parcours.models import Consentement

JOUR = timedelta(days=1)
DIT = "La personne a lu ou entendu ce qui précède, et donne son accord. Elle peut le retirer à tout moment."


class AccordForm(forms.Form):
    """Since when and until when (included); the box is what the person said."""

    dit = forms.BooleanField(label=DIT)
    debut = forms.DateField(label="Accord donné le", widget=DateInput())
    dernier = forms.DateField(
        label="Il vaut jusqu’au",
        widget=DateInput(),
        help_text="Ce jour compris. La personne peut choisir une autre durée que celle proposée.",
    )

    def __init__(self, *args: Any, fin: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["debut"].initial = timezone.localdate()
        self.fields["dernier"].initial = fin - JOUR

    @property
    def fin(self) -> date:
        """The first day when the agreement holds no more."""
        last: date = self.cleaned_data["dernier"]
        return last + JOUR


class SelonAccordForm(forms.Form):
    """An act that rests on an agreement: asked here when none is in force."""

    accord = forms.BooleanField(label=DIT)
    accord_jusqu_au = forms.DateField(
        label="Son accord vaut jusqu’au", widget=DateInput(), help_text="Ce jour compris."
    )

    def __init__(self, *args: Any, consent: Consentement | None, fin: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if consent is not None:
            del self.fields["accord"]
            del self.fields["accord_jusqu_au"]
        else:
            self.fields["accord_jusqu_au"].initial = fin - JOUR

    @property
    def jusqu_au(self) -> date | None:
        """The first day when the agreement given today holds no more; None when one is in force."""
        last: date | None = self.cleaned_data.get("accord_jusqu_au")
        return last + JOUR if last else None
