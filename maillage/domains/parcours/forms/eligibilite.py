"""The situation of a person and the criteria of eligibility, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.enums.situation import DureeChomage, NiveauFormation, Rsa
from maillage.domains.parcours.models import Situation
from maillage.domains.parcours.rules.eligibilite import NIVEAUX, catalogue, criteres
from maillage.domains.parcours.services.eligibilite import EDITABLE, FicheDiagnostic
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.parcours.rules.eligibilite import Indice
    from maillage.references.structures.models import Siae

INCONNU = ("", "non renseigné")
OUI_NON = [INCONNU, ("oui", "oui"), ("non", "non")]
_READ = {"": None, "oui": True, "non": False}
_WRITTEN = {value: code for code, value in _READ.items()}
BOOLEENS = tuple(
    each.name for each in Situation._meta.fields if each.name in EDITABLE and each.get_internal_type() == "BooleanField"
)


class SituationForm(forms.Form):
    """What is known of the situation: each answer may stay unknown."""

    niveau_formation = forms.ChoiceField(
        label="Niveau de formation",
        choices=[INCONNU, *((each.value, each.label) for each in NiveauFormation if each.value)],
        required=False,
    )
    duree_chomage = forms.TypedChoiceField(
        label="Durée sans emploi",
        choices=[INCONNU, *DureeChomage.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    rsa = forms.ChoiceField(
        label="RSA", choices=[INCONNU, *((each.value, each.label) for each in Rsa if each.value)], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BOOLEENS:
            label = str(Situation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = forms.ChoiceField(
                label=f"{label[:1].upper()}{label[1:]}", choices=OUI_NON, required=False
            )

    @property
    def answers(self) -> list[forms.BoundField]:
        """The fields of the situation, as the page lays them out."""
        return [self[name] for name in ("niveau_formation", "duree_chomage", "rsa", *BOOLEENS)]

    @property
    def situation(self) -> dict[str, Any]:
        """What was answered, as the model keeps it."""
        data = self.cleaned_data
        return {name: _READ[data[name]] if name in BOOLEENS else data[name] for name in EDITABLE}


class DiagnosticForm(SituationForm):
    """The situation, then each criterion: met or not, and the date of its proof."""

    def __init__(self, *args: Any, on: date, siae: Sequence[Siae], indices: Sequence[Indice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {str(each.pk): each for each in siae}
        if len(siae) > 1:
            self.fields["siae"] = forms.ChoiceField(
                label="SIAE qui embauche", choices=[(code, str(each)) for code, each in self.own.items()]
            )
        told = {each.critere.code: each for each in indices}
        for critere in criteres(on):
            found = told[critere.code]
            self.fields[f"critere_{critere.code}"] = forms.BooleanField(
                label=critere.libelle[:1].upper() + critere.libelle[1:],
                help_text=f"{found.parce_que}. Justificatif\u202f: {critere.preuve}.",
                initial=bool(found.rempli),
                required=False,
            )
        self.codes = [each.code for each in criteres(on)]
        self.fields["pieces_le"] = forms.DateField(
            label="Date du plus ancien des justificatifs vus",
            widget=DateInput(),
            required=False,
            help_text="Laissez vide si vous ne les avez pas encore vus.",
        )

    @property
    def levels(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The criteria, by level."""
        return [
            (niveau, [self[f"critere_{code}"] for code in self.codes if catalogue()[code].niveau == niveau])
            for niveau in NIVEAUX
        ]

    @property
    def siae_choice(self) -> forms.BoundField | None:
        """The choice of the SIAE, where there is one."""
        return self["siae"] if "siae" in self.fields else None

    @property
    def siae(self) -> Siae | None:
        """The SIAE chosen, or the only one; None for a prescripteur."""
        code = self.cleaned_data.get("siae") or next(iter(self.own), "")
        return self.own.get(code)

    @property
    def chosen(self) -> list[str]:
        """The codes of the criteria that are ticked."""
        return [code for code in self.codes if self.cleaned_data.get(f"critere_{code}")]

    @property
    def fiche(self) -> FicheDiagnostic:
        seen = self.cleaned_data.get("pieces_le")
        return FicheDiagnostic(self.chosen, dict.fromkeys(self.chosen, seen) if seen else {})


def initial_of(situation: Situation) -> dict[str, Any]:
    """Return the answers already known."""
    return {
        name: _WRITTEN[getattr(situation, name)] if name in BOOLEENS else getattr(situation, name) for name in EDITABLE
    }
