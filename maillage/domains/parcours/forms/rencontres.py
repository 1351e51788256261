"""What is asked to hold a meeting of SIAE, to present somebody there, to be interested."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.parcours.enums.rencontre import EtatRencontre
from maillage.domains.parcours.forms.accompagnement import TimeInput
from maillage.domains.parcours.forms.candidatures import SiaeField
from maillage.domains.parcours.forms.consentements import SelonAccordForm
from maillage.domains.parcours.forms.postes import RomeField
from maillage.domains.parcours.forms.titres import OfSiaeForm
from maillage.domains.parcours.services.suites_partagees import FicheRencontre
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Rencontre


class RencontreForm(forms.Form):
    """A meeting: its title, when, where."""

    titre = forms.CharField(
        label="Titre", max_length=120, help_text="Par exemple\u202f: « Petit-déjeuner suites de parcours »."
    )
    jour = forms.DateField(label="Jour", widget=DateInput())
    heure = forms.TimeField(label="Heure", widget=TimeInput())
    lieu = forms.CharField(label="Lieu", max_length=200, help_text="Adresse, et salle s’il y en a une.")

    @property
    def fiche(self) -> FicheRencontre:
        """The meeting as typed, at the hour of Paris."""
        values = self.cleaned_data
        debut = timezone.make_aware(datetime.combine(values["jour"], values["heure"]))
        return FicheRencontre(titre=values["titre"], debut=debut, lieu=values["lieu"])


class InviterForm(forms.Form):
    """The SIAE to invite."""

    siae = SiaeField(label="SIAE", max_length=200, help_text="Son nom, sa ville ou son SIRET.")


class PresenterSuiteForm(SelonAccordForm, OfSiaeForm):
    """Whom one presents: at which meeting, for which trade, which project."""

    rencontre = forms.ChoiceField(label="Rencontre")
    rome = RomeField(label="Métier recherché")
    projet = forms.CharField(
        label="Projet de la personne",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Avec ses mots. Les SIAE invitées le lisent\u202f: rien de social, de santé ni de justice.",
    )
    field_order = ("rencontre", "siae", "rome", "projet", "accord", "accord_jusqu_au")

    def __init__(self, *args: Any, rencontres: Sequence[Rencontre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rencontres = {str(each.public_id): each for each in rencontres}
        field = self.fields["rencontre"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, f"{each} · {timezone.localtime(each.debut):%d/%m/%Y} · {each.lieu}")
            for key, each in self.rencontres.items()
        ]

    def clean_rencontre(self) -> Rencontre:
        return self.rencontres[self.cleaned_data["rencontre"]]


class RencontresFilter(FilterForm):
    """When."""

    quand = forms.ChoiceField(label="Quand", choices=[("", "toutes"), ("a_venir", "à venir"), ("passees", "passées")])

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the meetings that the filter keeps."""
        now, when = timezone.now(), self.values.get("quand")
        if when == "a_venir":
            return rows.filter(debut__gt=now, etat=EtatRencontre.PREVUE)
        return rows.filter(debut__lte=now) if when == "passees" else rows
