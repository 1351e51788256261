"""What is asked to begin, entrust and end a relation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.personnes.forms.personnes import IdentiteForm
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.personnes.services.relations import list_referents

if TYPE_CHECKING:
    from maillage.references.accounts.models import Membre


class ReferentField(forms.ChoiceField):
    """A member of the organisation, by public id; the form fills the choices."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Référent", help_text="Qui, dans votre organisation, suit la personne.", **kwargs)


class RelationForm(forms.Form):
    """Under which title, since when, by whom."""

    type_relation = forms.ChoiceField(label="À quel titre suivez-vous cette personne ?")
    debut = forms.DateField(label="Depuis le", widget=DateInput(), initial=timezone.localdate)
    referent = ReferentField()

    def __init__(self, *args: Any, membre: Membre | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membres = offer_referents(self.fields["referent"], membre)
        offered = TYPES_PAR_ROLE.get(membre.profil, ()) if membre else ()
        _choose(self.fields["type_relation"], [(kind.value, kind.label) for kind in offered])

    def clean_referent(self) -> Membre:
        return self.membres[self.cleaned_data["referent"]]


class CreationForm(IdentiteForm, RelationForm):
    """A person, and the relation that opens their file."""

    field_order = [*IdentiteForm.base_fields, "type_relation", "debut", "referent"]


class SuivreForm(forms.Form):
    """A person known to the platform, identified by what their papers say."""

    nir = forms.CharField(
        label="Numéro de sécurité sociale (NIR)", max_length=30, help_text="15 chiffres, clé comprise."
    )
    date_naissance = forms.DateField(label="Date de naissance", widget=DateInput())
    type_relation = forms.ChoiceField(label="À quel titre suivez-vous cette personne ?")
    debut = forms.DateField(label="Depuis le", widget=DateInput(), initial=timezone.localdate)

    def __init__(self, *args: Any, membre: Membre | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = TYPES_PAR_ROLE.get(membre.profil, ()) if membre else ()
        _choose(self.fields["type_relation"], [(kind.value, kind.label) for kind in offered])


class ReferentForm(forms.Form):
    """Who takes over: nobody is chosen beforehand."""

    referent = ReferentField()

    def __init__(self, *args: Any, membre: Membre | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["referent"]
        self.membres = offer_referents(field, membre)
        _choose(field, [("", "Choisir un référent"), *field.choices])  # type: ignore[attr-defined]
        field.initial = ""

    def clean_referent(self) -> Membre:
        return self.membres[self.cleaned_data["referent"]]


class FinForm(forms.Form):
    """From which day the organisation no longer follows the person."""

    fin = forms.DateField(
        label="Nous ne suivons plus cette personne à partir du",
        widget=DateInput(),
        help_text="Aujourd’hui, un jour passé, ou la fin prévue : elle se corrige jusqu’à ce jour.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fin"].initial = timezone.localdate()


def offer_referents(field: forms.Field, membre: Membre | None) -> dict[str, Membre]:
    """Fill a field with the members who may be in charge, oneself chosen; return them by public id."""
    if membre is None:
        return {}
    found = {str(each.public_id): each for each in list_referents(membre)}
    _choose(field, [(public_id, f"{each.user} ({each.fonction})") for public_id, each in found.items()])
    field.initial = str(membre.public_id)
    return found


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
