"""What is asked to present a person and to answer, and how candidatures are narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.queries.candidatures import archived, awaited, overdue
from maillage.domains.parcours.rules.orientation import FINIES, MOTIFS_OFFERTS
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import search_name
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.siae import search_siae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Candidature, Poste
    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae

LARGE = forms.Textarea(attrs={"rows": 4})
VUES = (
    ("attendues", "à répondre"),
    ("suivies", "en attente ou au vivier"),
    ("repondues", "répondues"),
    ("archives", "archives"),
    ("toutes", "toutes"),
)


class CandidatureFilter(FilterForm):
    """Which candidatures are looked at; `defaut` is the view of who chose none."""

    defaut = "attendues"
    voir = forms.ChoiceField(label="Voir")
    q = forms.CharField(label="Nom ou prénom", max_length=100)
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous les types"), *TypeSiae.choices])

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.on = user, on
        labels, field = dict(VUES), self.fields["voir"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", labels[self.defaut]), *(each for each in VUES if each[0] != self.defaut)]

    def apply(self, rows: QuerySet[Candidature]) -> QuerySet[Candidature]:
        values = self.values
        rows = rows.filter(self._view(values.get("voir", self.defaut)))
        if "q" in values:
            rows = rows.filter(personne__in=search_name(Personne.objects.all(), values["q"]).values("pk"))
        if "type" in values:
            rows = rows.filter(siae__type_siae=values["type"])
        return rows

    def _view(self, voir: str) -> Q:
        on = self.on
        return {
            "attendues": awaited(on),
            "suivies": Q(etat__in=(EtatCandidature.REPORTEE, EtatCandidature.VIVIER)) & ~archived(on),
            "repondues": (Q(etat__in=FINIES) | overdue(on)) & ~archived(on),
            "archives": archived(on),
            "toutes": Q(),
        }[voir]


class OrientationFilter(CandidatureFilter):
    """What became of those whom one led to SIAE."""

    defaut = "toutes"
    nous = forms.BooleanField(label="Présentées par notre organisation")

    def apply(self, rows: QuerySet[Candidature]) -> QuerySet[Candidature]:
        rows = super().apply(rows)
        if self.values.get("nous"):
            membre = self.user.membre
            rows = rows.filter(organisation=membre.organisation_id if membre else None)
        return rows


class PresentationForm(forms.Form):
    """What one tells the SIAE of the person, when the post or the SIAE is already chosen."""

    message = forms.CharField(
        label="Message à la SIAE",
        required=False,
        widget=LARGE,
        max_length=2000,
        help_text="Ce qui aide à comprendre la candidature. Pas de donnée de santé, ni de justice.",
    )


class CibleForm(PresentationForm):
    """The SIAE or the post to which one presents somebody: among one's own, or by the name of a SIAE."""

    cible = forms.ChoiceField(label="SIAE ou poste")
    field_order = ("cible", "message")

    def __init__(self, *args: Any, siae: Sequence[Siae], postes: Sequence[Poste], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets: dict[str, tuple[Siae, Poste | None]] = {
            **{f"poste-{each.pk}": (each.siae, each) for each in postes},
            **{f"siae-{each.pk}": (each, None) for each in siae},
        }
        field = self.fields["cible"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (code, f"{poste} · {target}" if poste else f"{target}, sans poste précis")
            for code, (target, poste) in self.targets.items()
        ]

    def clean_cible(self) -> tuple[Siae, Poste | None]:
        return self.targets[self.cleaned_data["cible"]]


class SiaeField(forms.CharField):
    """A SIAE in activity, by its name, its place or its SIRET."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = search_siae(text, limit=5)
        same = [each for each in found if text.strip().casefold() in {each.nom.casefold(), str(each).casefold()}]
        if not found:
            raise ValidationError(f"Aucune SIAE ne correspond à « {text} ».")
        if len(found) > 1 and len(same) != 1:
            names = "\u202f; ".join(str(each) for each in found)
            raise ValidationError(f"Plusieurs SIAE correspondent\u202f: {names}. Écrivez le nom entier, type compris.")
        return (same or found)[0]


class SansPosteForm(PresentationForm):
    """A SIAE to which one presents somebody although no post of it is open."""

    siae = SiaeField(label="SIAE", max_length=200, help_text="Son nom, sa ville ou son SIRET.")
    field_order = ("siae", "message")


class TransmissionForm(SansPosteForm):
    """The SIAE to which one passes on somebody whom one refused."""


class AcceptationForm(forms.Form):
    """When the hiring begins."""

    debut = forms.DateField(label="L’embauche commence le", widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["debut"].initial = timezone.localdate()


class RefusForm(forms.Form):
    """Why the SIAE says no, and what it tells whoever presented the person."""

    motif = forms.ChoiceField(
        label="Motif", choices=[("", "Choisir un motif"), *((m.value, m.label) for m in MOTIFS_OFFERTS)]
    )
    reponse = forms.CharField(
        label="Réponse à l’orienteur",
        required=False,
        widget=LARGE,
        max_length=2000,
        help_text="Ce qui aiderait à trouver une autre solution à la personne.",
    )


class TransfertForm(forms.Form):
    """To which other SIAE of one's own."""

    siae = forms.ChoiceField(label="SIAE")

    def __init__(self, *args: Any, siae: Sequence[Siae], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(each.pk): each for each in siae}
        field = self.fields["siae"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, str(each)) for pk, each in self.offered.items()]

    def clean_siae(self) -> Siae:
        return self.offered[self.cleaned_data["siae"]]


class CommentaireForm(forms.Form):
    """What one writes to one's colleagues of the SIAE."""

    texte = forms.CharField(label="Commentaire", widget=LARGE, max_length=2000)
