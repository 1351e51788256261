"""What is asked about competences, attestations, fiches de liaison and profiles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.parcours.enums.competences import NiveauCompetence, PartProfil
from maillage.domains.parcours.forms.contrats import RomeField
from maillage.domains.parcours.services.competences import FicheCompetence
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.parcours.models import Contrat
    from maillage.domains.parcours.rules.competences import BlocCompetences
    from maillage.references.accounts.models import Organisation

LONG = forms.Textarea(attrs={"rows": 4})


def _niveau(**kwargs: Any) -> forms.TypedChoiceField:
    choices = [(value, label[:1].upper() + label[1:]) for value, label in NiveauCompetence.choices]
    return forms.TypedChoiceField(label="Niveau", choices=choices, coerce=int, **kwargs)


class CompetenceForm(forms.Form):
    """A bloc, or a few words with a trade; and how well."""

    bloc = forms.ChoiceField(
        label="Bloc de compétences",
        required=False,
        help_text="Ceux des métiers de la personne d’abord. Sinon, dites la compétence en quelques mots.",
    )
    intitule = forms.CharField(
        label="Ou en quelques mots",
        required=False,
        max_length=160,
        help_text="Un verbe et ce qui est fait\u202f: « Désinfecter des sanitaires ». Rien de la vie privée.",
    )
    rome = RomeField(
        label="Métier de cette compétence",
        help_text="Si elle est dite en quelques mots. Sans réponse\u202f: le métier de son contrat.",
    )
    niveau = _niveau(initial=NiveauCompetence.AIDE)

    def __init__(self, *args: Any, blocs: Sequence[BlocCompetences], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for bloc in blocs:
            groups.setdefault(bloc.certification, []).append((bloc.code, bloc.libelle))
        self.fields["bloc"].choices = [("", "aucun"), *groups.items()]  # type: ignore[attr-defined]

    @property
    def fiche(self) -> FicheCompetence:
        """What was said."""
        return FicheCompetence(**self.cleaned_data)


class ObserverForm(forms.Form):
    """How well it is done, as it was seen."""

    niveau = _niveau()


class PreuveForm(forms.Form):
    """A file and what it is."""

    libelle = forms.CharField(
        label="Ce que c’est", max_length=120, help_text="Par exemple « Photo du muret », « Diplôme »."
    )
    fichier = forms.FileField(label="Fichier", help_text="PDF, image, Word ou LibreOffice. L’antivirus le lit d’abord.")


class LiaisonForm(forms.Form):
    """Whom it is for, where the person wants to go, what comes next, and what they agree to tell."""

    destinataire = forms.ChoiceField(label="Agence de France Travail")
    projet = forms.CharField(
        label="Projet de la personne", max_length=600, widget=LONG, help_text="Le métier visé, ce qui est déjà fait."
    )
    suites = forms.CharField(
        label="Ce qu’il reste à faire, et qui le fait", required=False, max_length=600, widget=LONG
    )
    accord_freins = forms.BooleanField(
        label="La personne accepte que les freins levés soient dits",
        required=False,
        help_text="Cochez si elle vous l’a dit. Son accord est daté. Sans lui, la fiche n’en dit rien.",
    )

    def __init__(self, *args: Any, agences: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agences = {str(each.public_id): each for each in agences}
        named = [(key, str(each)) for key, each in self.agences.items()]
        self.fields["destinataire"].choices = named  # type: ignore[attr-defined]

    def clean_destinataire(self) -> Organisation:
        return self.agences[self.cleaned_data["destinataire"]]


class ProfilForm(forms.Form):
    """What the person ticks, in their words, until when; and that they agree."""

    parts = forms.MultipleChoiceField(
        label="La personne montre",
        choices=[(value, label[:1].upper() + label[1:]) for value, label in PartProfil.choices],
        widget=forms.CheckboxSelectMultiple,
        initial=[PartProfil.METIERS, PartProfil.ATTESTEES],
        help_text="Sans son nom, le profil reste anonyme.",
    )
    accroche = forms.CharField(
        label="Quelques mots d’elle",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qu’elle cherche, ce qu’elle aime faire.",
    )
    jusqu_au = forms.DateField(label="Jusqu’au", widget=DateInput())
    accord = forms.BooleanField(
        label="La personne a vu ce qui sera montré, et elle est d’accord",
        help_text="Elle peut l’arrêter quand elle veut\u202f: le lien se ferme aussitôt.",
    )

    def __init__(self, *args: Any, mois: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = add_months(timezone.localdate(), mois) - timedelta(days=1)
        self.fields["jusqu_au"].initial = most
        self.fields["jusqu_au"].help_text = f"Ce jour compris. {mois}\u202fmois au plus."


class ContratForm(forms.Form):
    """For which contract an attestation is delivered."""

    contrat = forms.ChoiceField(label="Contrat")

    def __init__(self, *args: Any, contrats: Sequence[Contrat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contrats = {str(each.public_id): each for each in contrats}
        named = [(key, f"{each}, {each.siae.nom}") for key, each in self.contrats.items()]
        self.fields["contrat"].choices = named  # type: ignore[attr-defined]

    def clean_contrat(self) -> Contrat:
        return self.contrats[self.cleaned_data["contrat"]]


class EquipeFilter(FilterForm):
    """By what there is to do, by name."""

    quoi = forms.ChoiceField(
        label="Montrer",
        choices=[
            ("", "tous les salariés"),
            ("observer", "des compétences à observer"),
            ("attester", "des compétences à attester"),
            ("depart", "en fin de contrat, sans attestation"),
        ],
    )
    nom = forms.CharField(label="Nom", max_length=80)

    def apply(self, rows: Any) -> Any:
        """Keep what was asked for."""
        asked = {"observer": {"declarees__gt": 0}, "attester": {"observees__gt": 0}, "depart": {"depart": 1}}
        rows = rows.filter(**asked.get(self.values.get("quoi", ""), {}))
        if nom := self.values.get("nom"):
            rows = rows.filter(nom_recherche__icontains=nom)
        return rows


class LiaisonFilter(FilterForm):
    """Those to take into account, or all."""

    quoi = forms.ChoiceField(label="Montrer", choices=[("", "toutes"), ("a_lire", "à prendre en compte")])

    def apply(self, rows: Any) -> Any:
        """Keep what was asked for."""
        return rows.filter(lue_le__isnull=True) if self.values.get("quoi") else rows
