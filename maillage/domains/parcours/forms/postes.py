"""What is asked of a post, and how their list is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.orientation import EtatPoste, MotifFermeture
from maillage.domains.parcours.forms.lieux import CommuneField
from maillage.domains.parcours.queries.postes import keep_near, list_romes, really_open, search_words, stale, to_confirm
from maillage.domains.parcours.services.postes import CHAMPS, FichePoste
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Poste
    from maillage.references.economie.models import Rome
    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire

RAYONS = (5, 10, 25, 50, 100)
RAYON = 25
TEMPS = (("plein", "30 heures et plus"), ("partiel", "moins de 30 heures"))


class PosteFilter(FilterForm):
    """Trade, place, kind of SIAE and of contract: what whoever leads somebody to a post asks first."""

    q = forms.CharField(label="Métier, code ROME ou SIAE", max_length=100)
    commune = CommuneField(label="Autour de la commune")
    rayon = forms.TypedChoiceField(
        label="Distance",
        coerce=int,
        empty_value=None,
        choices=[("", f"{RAYON}\u202fkm"), *((str(km), f"{km}\u202fkm au plus") for km in RAYONS)],
    )
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous les types"), *TypeSiae.choices])
    contrat = forms.ChoiceField(label="Contrat", choices=[("", "tous les contrats"), *TypeContrat.choices])
    temps = forms.ChoiceField(label="Heures par semaine", choices=[("", "toutes les durées"), *TEMPS])
    places = forms.IntegerField(label="Places, au moins", min_value=1, max_value=500)
    clause = forms.BooleanField(label="D’une clause sociale seulement")
    folded = ("temps", "places", "clause")

    @property
    def origin(self) -> Territoire | None:
        """The commune that distances start from."""
        found: Territoire | None = self.values.get("commune")
        return found

    def apply(self, rows: QuerySet[Poste]) -> QuerySet[Poste]:
        values = self.values
        if "q" in values:
            rows = search_words(rows, values["q"])
        if origin := self.origin:
            rows = keep_near(rows, origin, values.get("rayon", RAYON))
        if "type" in values:
            rows = rows.filter(siae__type_siae=values["type"])
        if "contrat" in values:
            rows = rows.filter(type_contrat=values["contrat"])
        if temps := values.get("temps"):
            rows = rows.filter(**{"heures_semaine__gte" if temps == "plein" else "heures_semaine__lt": 30})
        if "places" in values:
            rows = rows.filter(places__gte=values["places"])
        if values.get("clause"):
            rows = rows.filter(clause=True)
        return rows


class MesPostesFilter(FilterForm):
    """The state in which one's posts are read today."""

    ETATS = (("ouvert", "ouverts"), ("confirmer", "à confirmer"), ("ferme", "fermés"))
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *ETATS])

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def apply(self, rows: QuerySet[Poste]) -> QuerySet[Poste]:
        match self.values.get("etat"):
            case "ouvert":
                return rows.filter(really_open(self.on))
            case "confirmer":
                return rows.filter(to_confirm(self.on))
            case "ferme":
                return rows.filter(etat=EtatPoste.FERME) | rows.filter(stale(self.on))
        return rows


class RomeField(forms.CharField):
    """A trade of the ROME, by its code or by the words of its label."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = list_romes(text)
        if not found:
            raise ValidationError(f"Aucun métier du ROME ne correspond à « {text} ».")
        same = [each for each in found if text.strip().casefold() in {each.code.casefold(), each.libelle.casefold()}]
        if len(found) > 1 and not same:
            names = "\u202f; ".join(f"{each.libelle} ({each.code})" for each in found)
            raise ValidationError(f"Plusieurs métiers correspondent\u202f: {names}. Écrivez le code.")
        return (same or found)[0]


class PosteForm(forms.Form):
    """A post, as whoever looks for one will read it."""

    rome = RomeField(label="Métier (ROME)", max_length=200, help_text="Son code (K2204) ou son nom.")
    intitule = forms.CharField(
        label="Intitulé", max_length=200, required=False, help_text="Laissé vide, c’est le nom du métier."
    )
    type_contrat = forms.ChoiceField(label="Type de contrat", choices=TypeContrat.choices)
    heures_semaine = forms.DecimalField(
        label="Heures par semaine", required=False, min_value=1, max_value=48, decimal_places=2
    )
    places = forms.IntegerField(label="Places", min_value=1, max_value=500, initial=1)
    commune = CommuneField(label="Commune du lieu de travail", help_text="Son nom, ou son code.")
    lieu = forms.CharField(
        label="Lieu de travail", max_length=200, required=False, help_text="Adresse, gare, chantiers itinérants…"
    )
    description = forms.CharField(label="Description", widget=forms.Textarea(attrs={"rows": 5}))
    prerequis = forms.CharField(
        label="Prérequis",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce sans quoi le poste ne peut pas se tenir. Vide\u202f: aucun.",
    )
    clause = forms.BooleanField(label="Poste d’une clause sociale", required=False)
    qpv = forms.BooleanField(label="Réservé aux habitants des quartiers prioritaires", required=False)

    def fiche(self) -> FichePoste:
        """Return what was typed, as the act takes it."""
        data = {name: self.cleaned_data[name] for name in CHAMPS}
        rome: Rome = data["rome"]
        return FichePoste(**data | {"intitule": data["intitule"].strip() or rome.libelle})


class PosteCreationForm(PosteForm):
    """A post, and the SIAE that opens it."""

    siae = forms.ChoiceField(label="SIAE")
    field_order = ("siae", *PosteForm.base_fields)

    def __init__(self, *args: Any, siae: Sequence[Siae], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(each.pk): each for each in siae}
        field = self.fields["siae"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, str(each)) for pk, each in self.offered.items()]

    def clean_siae(self) -> Siae:
        return self.offered[self.cleaned_data["siae"]]


class FermetureForm(forms.Form):
    """Why a post is closed."""

    motif = forms.ChoiceField(
        label="Motif",
        choices=[(each.value, each.label) for each in MotifFermeture if each != MotifFermeture.PERIME],
    )


def initial_of(poste: Poste) -> dict[str, Any]:
    """Return a post as its form shows it."""
    return {
        **{name: getattr(poste, name) for name in CHAMPS},
        "rome": poste.rome.code,
        "commune": poste.commune.code,
    }
