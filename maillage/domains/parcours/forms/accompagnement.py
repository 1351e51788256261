"""What is asked to support a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import Alerte, EtatFrein, Frein, Jalon
from maillage.domains.parcours.services.accompagnement import LigneDiagnostic
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.models import ObjectifParcours
    from maillage.domains.parcours.queries.accompagnement import LigneFrein
    from maillage.domains.parcours.queries.suivis import LigneSuivi
    from maillage.references.accounts.models import Membre
    from maillage.references.structures.models import Siae

COURT = forms.Textarea(attrs={"rows": 2})
QUI = [("", "les personnes dont je suis référent"), ("tous", "toutes celles de la SIAE")]


def upper(text: str) -> str:
    """Write a label with its capital."""
    return text[:1].upper() + text[1:]


class TimeInput(forms.TimeInput):
    """An hour chosen in the browser, or typed."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DiagnosticForm(forms.Form):
    """The eight obstacles on one page: what is known is already there."""

    le = forms.DateField(label="Constaté le", widget=DateInput(), initial=timezone.localdate)

    def __init__(self, *args: Any, freins: Sequence[LigneFrein], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ligne in freins:
            name = ligne.frein.value
            label = upper(ligne.frein.label)
            self.fields[name] = forms.ChoiceField(label=label, choices=EtatFrein.choices, initial=ligne.etat.value)
            self.fields[name].widget.attrs["aria-label"] = f"{label}, état"
            self.fields[f"{name}_texte"] = forms.CharField(
                label=f"Précision · {ligne.frein.label}",
                required=False,
                max_length=300,
                initial=ligne.texte,
                widget=forms.TextInput(attrs={"aria-label": f"{label}, précision"}),
            )

    @property
    def entete(self) -> list[forms.BoundField]:
        """What is asked before the obstacles."""
        return [field for field in self if field.name.removesuffix("_texte") not in Frein.values]

    @property
    def lignes(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each obstacle with its state and its few words: a line of the page."""
        return [(str(self[frein].label), self[frein], self[f"{frein}_texte"]) for frein in Frein.values]

    def get_lignes(self) -> list[LigneDiagnostic]:
        """Return what was stated of each obstacle."""
        values = self.cleaned_data
        return [LigneDiagnostic(frein, values[frein], values[f"{frein}_texte"]) for frein in Frein.values]


class EvaluationForm(DiagnosticForm):
    """A milestone, a few words, and where the obstacles stand."""

    jalon = forms.ChoiceField(label="Jalon")
    bilan = forms.CharField(
        label="Bilan", required=False, max_length=1000, widget=COURT, help_text="Lu par votre SIAE seulement."
    )

    field_order = ("jalon", "le", "bilan")

    def __init__(self, *args: Any, jalons: Sequence[Jalon], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jalon"].choices = [(each.value, each.label) for each in jalons]  # type: ignore[attr-defined]


class ReferentSocialForm(forms.Form):
    """Who supports the person outside the SIAE."""

    nom = forms.CharField(label="Nom du référent social", required=False, max_length=120)
    organisation = forms.CharField(label="Organisation", required=False, max_length=120)
    telephone = forms.CharField(label="Téléphone professionnel", required=False, max_length=20)


class ObjectifForm(forms.Form):
    """What the person wants to reach."""

    libelle = forms.CharField(label="Objectif", max_length=200, help_text="Avec les mots de la personne.")
    echeance = forms.DateField(label="À atteindre avant le", required=False, widget=DateInput())


class ActionForm(forms.Form):
    """Something to do, by whom, before when."""

    libelle = forms.CharField(label="Action", max_length=200)
    echeance = forms.DateField(label="À faire avant le", widget=DateInput())
    frein = forms.ChoiceField(
        label="Frein visé", required=False, choices=[("", "aucun en particulier"), *Frein.choices]
    )
    objectif = forms.ChoiceField(label="Objectif servi", required=False)
    partenaire = forms.CharField(
        label="Partenaire qui la mène",
        required=False,
        max_length=120,
        help_text="Laissez vide si la SIAE la mène elle-même.",
    )

    def __init__(self, *args: Any, objectifs: Sequence[ObjectifParcours], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objectifs = {str(each.public_id): each for each in objectifs}
        named = [("", "aucun"), *((key, each.libelle) for key, each in self.objectifs.items())]
        self.fields["objectif"].choices = named  # type: ignore[attr-defined]

    def clean_objectif(self) -> ObjectifParcours | None:
        return self.objectifs.get(self.cleaned_data["objectif"])


class EntretienForm(forms.Form):
    """When, how long, with whom; a past day tells an interview that took place."""

    jour = forms.DateField(label="Jour", widget=DateInput(), initial=timezone.localdate)
    heure = forms.TimeField(label="Heure", widget=TimeInput())
    duree_minutes = forms.IntegerField(label="Durée, en minutes", min_value=5, max_value=480, initial=45)
    membre = forms.ChoiceField(label="Avec")
    texte = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Si l’entretien a déjà eu lieu\u202f: quelques mots, lus par votre SIAE seulement.",
    )

    def __init__(self, *args: Any, membres: Sequence[Membre], moi: Membre | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membres = {str(each.public_id): each for each in membres}
        self.fields["membre"].choices = [(key, str(each.user)) for key, each in self.membres.items()]  # type: ignore[attr-defined]
        self.fields["membre"].initial = str(moi.public_id) if moi else ""

    def clean_membre(self) -> Membre:
        return self.membres[self.cleaned_data["membre"]]

    @property
    def debut(self) -> datetime:
        """The moment of the day and hour typed, Paris time."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["jour"], self.cleaned_data["heure"]))


class TenirForm(forms.Form):
    """What came of an interview."""

    texte = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Quelques mots, utiles à la suite. Lus par votre SIAE seulement.",
    )


class DocumentForm(forms.Form):
    """A file and what it is."""

    libelle = forms.CharField(label="Ce que c’est", max_length=120, help_text="Par exemple «\u202fCV\u202f».")
    fichier = forms.FileField(label="Fichier", help_text="PDF, image, Word ou LibreOffice. L’antivirus le lit d’abord.")


class SuivisFilter(FilterForm):
    """Whose persons, with which alert, by name."""

    qui = forms.ChoiceField(label="Lesquelles", choices=QUI)
    alerte = forms.ChoiceField(label="Alerte", choices=[("", "toutes"), ("une", "au moins une"), *Alerte.choices])
    nom = forms.CharField(label="Nom", max_length=80)

    def apply(self, rows: Sequence[LigneSuivi]) -> list[LigneSuivi]:
        """Keep the alerts and the names; whose persons was asked of the query."""
        alerte, nom = self.values.get("alerte", ""), self.values.get("nom", "").casefold()
        return [
            row
            for row in rows
            if (alerte in {"", *row.alertes} or (alerte == "une" and row.alertes))
            and nom in f"{row.personne.prenom} {row.personne.nom}".casefold()
        ]


class AgendaFilter(FilterForm):
    """Which week, whose interviews."""

    semaine = forms.DateField(label="Semaine du", widget=DateInput())
    qui = forms.ChoiceField(label="Lesquels", choices=[("", "les miens"), ("tous", "tous ceux de la SIAE")])
    vue = forms.ChoiceField(label="Montrer", choices=[("", "la semaine"), ("suite", "tous ceux à venir")])

    def apply(self, rows: Any) -> Any:
        """Keep all: the query was asked for them."""
        return rows


class FreinsFilter(FilterForm):
    """One's SIAE, and an annexe for which something was declared."""

    siae = forms.ChoiceField(label="SIAE")
    annexe = forms.ChoiceField(label="Annexe financière")

    def __init__(
        self, *args: Any, siae: Sequence[Siae], annexes: Sequence[tuple[str, date, date | None]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        several = [(str(each.pk), f"{each.nom} ({each.type_siae})") for each in siae]
        periods = [(code, f"{code}, du {debut:%d/%m/%Y}{_until(fin)}") for code, debut, fin in annexes]
        for name, choices in (("siae", several), ("annexe", periods)):
            if len(choices) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def apply(self, rows: Any) -> Any:
        """Both were asked of the database."""
        return rows


def _until(fin: date | None) -> str:
    return f" au {fin - timedelta(days=1):%d/%m/%Y}" if fin else ""
