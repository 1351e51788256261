"""What is asked to set the chain of prescription of a département."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.domains.parcours.enums.orientation import ActeurChaine, RoleChaine
from maillage.domains.parcours.rules.orientation import Etape

if TYPE_CHECKING:
    from maillage.domains.parcours.queries.chaines import Chaine

ETAPES = 6


class ChaineForm(forms.Form):
    """Up to six steps in their order, and what the partners agreed on in words. A step without its role is none."""

    texte = forms.CharField(
        label="Ce que les partenaires ont convenu",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce que les orienteurs doivent savoir\u202f: instances, documents, cas particuliers.",
    )

    def __init__(self, *args: Any, chaine: Chaine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["texte"].initial = chaine.texte
        for rank in range(1, ETAPES + 1):
            known = chaine.etapes[rank - 1] if rank <= len(chaine.etapes) else None
            self.fields |= {
                f"role_{rank}": forms.ChoiceField(
                    label=f"Étape {rank}\u202f: ce qu’elle fait",
                    required=False,
                    choices=[("", "aucune"), *RoleChaine.choices],
                    initial=known.role if known else "",
                ),
                f"acteur_{rank}": forms.ChoiceField(
                    label=f"Étape {rank}\u202f: qui la fait",
                    required=False,
                    choices=[("", "à choisir"), *ActeurChaine.choices],
                    initial=known.acteur if known else "",
                ),
                f"delai_{rank}": forms.IntegerField(
                    label=f"Étape {rank}\u202f: délai (jours)",
                    required=False,
                    min_value=1,
                    max_value=365,
                    initial=known.delai_jours if known else None,
                ),
                f"contact_{rank}": forms.CharField(
                    label=f"Étape {rank}\u202f: contact",
                    required=False,
                    max_length=200,
                    initial=known.contact if known else "",
                    help_text="Une boîte de service ou un standard, jamais une personne.",
                ),
            }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for rank in range(1, ETAPES + 1):
            if data.get(f"role_{rank}") and not data.get(f"acteur_{rank}"):
                self.add_error(f"acteur_{rank}", ValidationError("Dites qui fait cette étape."))
        return data

    def etapes(self) -> list[Etape]:
        """Return the steps that were told, in their order."""
        data = self.cleaned_data
        return [
            Etape(data[f"role_{rank}"], data[f"acteur_{rank}"], data[f"delai_{rank}"], data[f"contact_{rank}"].strip())
            for rank in range(1, ETAPES + 1)
            if data[f"role_{rank}"]
        ]
