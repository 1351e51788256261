"""What is asked to open a session of POEC, propose somebody, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import CONTRATS_SAISIS
from maillage.domains.entreprises.forms.champs import CommuneField, DernierJourField, RomeField
from maillage.domains.entreprises.services.poec import FicheSession
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.entreprises.models import SessionPoec
    from maillage.domains.entreprises.queries.chiffres import LigneTaux
    from maillage.references.structures.models import Siae


class SessionForm(forms.Form):
    """A session."""

    intitule = forms.CharField(label="Intitulé", max_length=200)
    opco = forms.CharField(label="Opco", max_length=120)
    branche = forms.CharField(label="Branche professionnelle", max_length=120)
    rome = RomeField(label="Métier")
    organisme = forms.CharField(label="Organisme de formation", max_length=200)
    commune = CommuneField(label="Commune")
    debut = forms.DateField(label="Premier jour", widget=DateInput())
    fin = DernierJourField(label="Dernier jour")
    heures = forms.IntegerField(label="Heures de formation", min_value=1, max_value=2000)
    places = forms.IntegerField(label="Places", min_value=1, max_value=500)
    prerequis = forms.CharField(
        label="Ce qu’il faut savoir ou pouvoir",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def fiche(self) -> FicheSession:
        """What was typed, as the act takes it."""
        return FicheSession(**self.cleaned_data)


class ProposerForm(forms.Form):
    """Which session, for which SIAE."""

    session = forms.ChoiceField(label="Session", widget=forms.RadioSelect)
    siae = forms.ChoiceField(label="SIAE")

    def __init__(self, *args: Any, sessions: Sequence[SessionPoec], siae: Sequence[Siae], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ouvertes = {str(each.public_id): each for each in sessions}
        self.employeurs = {str(each.pk): each for each in siae}
        offered = [
            (key, f"{each}, {each.commune.nom}, à partir du {jour(each.debut)}, {_seats(each.libres)}")  # type: ignore[attr-defined]
            for key, each in self.ouvertes.items()
        ]
        self.fields["session"].choices = offered  # type: ignore[attr-defined]
        self.fields["siae"].choices = [(key, str(each)) for key, each in self.employeurs.items()]  # type: ignore[attr-defined]

    def clean_session(self) -> SessionPoec:
        return self.ouvertes[self.cleaned_data["session"]]

    def clean_siae(self) -> Siae:
        return self.employeurs[self.cleaned_data["siae"]]


class MouvementForm(forms.Form):
    """What an act asks: a reason, a contract, or nothing."""

    motif = forms.CharField(label="Pourquoi", max_length=300)
    contrat_suite = forms.ChoiceField(label="Par quel contrat", choices=CONTRATS_SAISIS)

    def __init__(self, *args: Any, motif: bool, contrat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, asked in (("motif", motif), ("contrat_suite", contrat)):
            if not asked:
                del self.fields[name]


class SessionsFilter(FilterForm):
    """Words, still open."""

    lookups = {"q": "intitule__icontains", "branche": "branche__icontains"}
    q = forms.CharField(label="Intitulé", max_length=100)
    branche = forms.CharField(label="Branche", max_length=100)
    ouverte = forms.BooleanField(label="À venir, avec des places")

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the sessions that the filters keep."""
        rows = super().apply(rows)
        if self.values.get("ouverte"):
            rows = rows.filter(annulee_le__isnull=True, debut__gt=timezone.localdate(), libres__gt=0)
        return rows


class ChiffresFilter(FilterForm):
    """The year and the kind; over rows in memory."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous"), *TypeSiae.choices])

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in range(on.year, 2015, -1)]
        self.fields["annee"].choices = [("", "l’année en cours"), *years]  # type: ignore[attr-defined]

    def apply(self, rows: Sequence[LigneTaux]) -> list[LigneTaux]:
        """Return the rows of the kind; the year was applied when they were counted."""
        return [row for row in rows if self.values.get("type", row.type) == row.type]


def _seats(number: int) -> str:
    return f"{number} places libres" if number > 1 else f"{number} place libre"
