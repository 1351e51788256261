"""What is typed to open, steer, write and discuss a shared diagnostic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.diagnostics.enums import EtatDiagnostic, RoleCoAuteur, SensPosition
from maillage.domains.diagnostics.queries.competences import name_territoire
from maillage.domains.diagnostics.queries.partage import list_candidates, list_territoires
from maillage.domains.diagnostics.queries.partage_blocs import producteurs
from maillage.domains.diagnostics.rules import MOTIVES
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from maillage.domains.diagnostics.models import DiagnosticPartage, Section
    from maillage.references.accounts.models import Organisation


class PartageFilter(FilterForm):
    """State, place, year."""

    q = forms.CharField(label="Territoire", max_length=100)
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatDiagnostic.choices])
    departement = forms.CharField(label="Département (code)", max_length=3)
    annee = forms.IntegerField(label="Année", min_value=1990, max_value=2100)
    lookups = {
        "q": "territoire__icontains",
        "etat": "etat",
        "departement": "departement__iexact",
        "annee": "annee_debut__lte",
    }

    def apply(self, rows: Any) -> Any:
        rows = super().apply(rows)
        return rows.filter(annee_fin__gte=self.values["annee"]) if "annee" in self.values else rows


class OuvertureForm(forms.Form):
    """Which territory, which years."""

    territoire = forms.ModelChoiceField(
        label="Territoire",
        queryset=Territoire.objects.none(),
        help_text="Ceux dont votre organisation répond, et les EPT et EPCI à cheval sur son département.",
        empty_label="Choisissez un territoire",
    )
    annee_debut = forms.IntegerField(label="Année", min_value=1990, max_value=2100)
    annee_fin = forms.IntegerField(
        label="Jusqu’à l’année",
        min_value=1990,
        max_value=2100,
        required=False,
        help_text="Si le diagnostic porte sur plusieurs années.",
    )
    titre = forms.CharField(
        label="Titre",
        max_length=200,
        required=False,
        help_text="À défaut\u202f: « Diagnostic partagé de l’IAE », le territoire et l’année.",
    )

    def __init__(self, *args: Any, organisation: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list_territoires(organisation) if organisation else []
        field: Any = self.fields["territoire"]
        field.queryset = Territoire.objects.filter(pk__in=[each.pk for each in found])
        groups: dict[str, list[tuple[int, str]]] = {}
        for each in found:
            groups.setdefault(Niveau(each.niveau).label, []).append((each.pk, name_territoire(each)))
        field.choices = [("", "Choisissez un territoire"), *groups.items()]
        self.fields["annee_debut"].initial = timezone.localdate().year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["annee_fin"] = data.get("annee_fin") or data.get("annee_debut")
        return data


class CoAuteurForm(forms.Form):
    """Who is invited, to do what."""

    organisation = forms.ChoiceField(label="Organisation")
    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, role.label) for role in (RoleCoAuteur.CO_AUTEUR, RoleCoAuteur.CONSULTE)],
        help_text="Un co-auteur écrit et valide\u202f; une organisation consultée commente et dit sa position.",
    )

    def __init__(self, *args: Any, diagnostic: DiagnosticPartage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(each.public_id): (each, named) for each, named in list_candidates(diagnostic)}
        groups = [
            ("Partenaires de la stratégie", [(pk, str(each)) for pk, (each, named) in self.found.items() if named]),
            ("Autres organisations", [(pk, str(each)) for pk, (each, named) in self.found.items() if not named]),
        ]
        field: Any = self.fields["organisation"]
        field.choices = [("", "Choisissez une organisation"), *(group for group in groups if group[1])]

    def clean_organisation(self) -> Organisation:
        return self.found[self.cleaned_data["organisation"]][0]


class TexteForm(forms.Form):
    """The text of a section, and the version that it started from."""

    texte = forms.CharField(
        label="Texte",
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Une ligne vide sépare deux paragraphes\u202f; les lignes qui commencent par un tiret font liste.",
    )
    depuis = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


class PositionForm(forms.Form):
    """What an organisation thinks of a section, and why."""

    sens = forms.ChoiceField(
        label="Position de votre organisation", choices=SensPosition.choices, widget=forms.RadioSelect
    )
    texte = forms.CharField(
        label="Pourquoi",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Nécessaire pour une réserve ou un désaccord. Votre position figurera dans le document.",
    )


class CommentaireForm(forms.Form):
    """A remark, or an answer."""

    texte = forms.CharField(
        label="Votre remarque",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Elle est lue par les co-auteurs et ne figure pas dans le document.",
    )


class BlocForm(forms.Form):
    """Which figures to add: those that the section does not have yet."""

    code = forms.ChoiceField(label="Chiffres à ajouter", widget=forms.RadioSelect)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = {bloc.code for bloc in section.blocs.all()}
        free = [each for each in producteurs().values() if each.code not in present]
        free.sort(key=lambda each: each.section != section.code)
        field: Any = self.fields["code"]
        field.choices = [(each.code, f"{each.nom}\u202f: {each.description}") for each in free]


class DemandeForm(forms.Form):
    """Before which day validations are asked for."""

    avant = forms.DateField(label="Validation attendue avant le", widget=DateInput())


class LectureForm(forms.Form):
    """The document as it was read: a validation holds for what one has seen."""

    lu_le = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])


class EtatForm(forms.Form):
    """Why the state changes."""

    motif = forms.CharField(label="Motif", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, act: str, manquants: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if act in MOTIVES:
            self.fields["motif"].required = True
        elif act == "valider" and manquants:
            self.fields["motif"].help_text = (
                f"N’ont pas validé\u202f: {', '.join(manquants)}. Pour valider sans eux, dites pourquoi\u202f: "
                "le document le dira."
            )
        else:
            del self.fields["motif"]
