"""What is asked to follow companies, present profiles, read the labour market."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.entreprises.enums.partenariat import EtatPresentation, TypeAction
from maillage.domains.entreprises.forms.champs import DernierJourField, RomeField
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from maillage.domains.entreprises.models import BesoinEntreprise, PresentationProfil
    from maillage.domains.entreprises.queries.marche import LigneMarche
    from maillage.domains.parcours.models import Sortie
    from maillage.references.accounts.models import Organisation
    from maillage.references.structures.models import Siae

TEXTE = forms.Textarea(attrs={"rows": 4})


def _choose(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class ConventionForm(forms.Form):
    """A convention of partnership; all blank, none."""

    debut = forms.DateField(label="Premier jour", required=False, widget=DateInput())
    fin = DernierJourField(label="Dernier jour", required=False)
    engagements = forms.CharField(label="Ce que chacun s’engage à faire", required=False, max_length=3000, widget=TEXTE)


class ContactForm(forms.Form):
    """Whom to speak to: professional data only."""

    nom = forms.CharField(label="Nom", max_length=120)
    fonction = forms.CharField(label="Fonction", max_length=120)
    email = forms.EmailField(label="Adresse électronique professionnelle", required=False)
    telephone = forms.CharField(label="Téléphone professionnel", max_length=20, required=False)


class BesoinForm(forms.Form):
    """Posts to fill."""

    rome = RomeField(label="Métier")
    postes = forms.IntegerField(label="Postes", min_value=1, max_value=1000)
    pour_le = forms.DateField(label="Pour le", widget=DateInput())
    precisions = forms.CharField(label="Précisions", max_length=300, required=False)


class ActionForm(forms.Form):
    """What was done, what comes next."""

    type_action = forms.ChoiceField(label="Action", choices=TypeAction.choices)
    faite_le = forms.DateField(label="Faite le", widget=DateInput(), initial=timezone.localdate)
    resultat = forms.CharField(
        label="Ce qui en ressort", max_length=300, help_text="Sans nommer de personne en insertion."
    )
    suite = forms.CharField(label="Ce qui vient ensuite", max_length=300, required=False)
    suite_le = forms.DateField(label="Pour le", required=False, widget=DateInput())


class EmbaucheForm(forms.Form):
    """Who was hired, in which trade."""

    sortie = forms.ChoiceField(label="Personne sortie de la SIAE")
    rome = RomeField(label="Métier de l’emploi")

    def __init__(self, *args: Any, sorties: Sequence[Sortie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sorties = {str(each.pk): each for each in sorties}
        _choose(
            self.fields["sortie"],
            (
                (key, f"{each.contrat.personne}, {each.get_motif_display()}, {each.contrat.fin:%d/%m/%Y}")
                for key, each in self.sorties.items()
            ),
        )

    def clean_sortie(self) -> Sortie:
        return self.sorties[self.cleaned_data["sortie"]]


class ProfilForm(forms.Form):
    """A profile without a name, to whom, and the person's agreement when it is not recorded yet."""

    siae = forms.ChoiceField(label="SIAE")
    destinataire = forms.ChoiceField(label="Présenter à")
    besoin = forms.ChoiceField(label="En réponse à un besoin", required=False)
    rome = RomeField(label="Métier recherché")
    atouts = forms.CharField(
        label="Ce que la personne sait faire",
        max_length=1500,
        widget=TEXTE,
        help_text="Ni nom, ni téléphone, ni adresse\u202f: l’outil refuse un texte qui la nomme.",
    )
    disponible_le = forms.DateField(label="Disponible le", widget=DateInput(), initial=timezone.localdate)
    accord = forms.BooleanField(label="La personne donne aujourd’hui son accord, et peut le retirer à tout moment.")
    accord_jusqu_au = DernierJourField(label="Son accord vaut jusqu’au")

    def __init__(
        self,
        *args: Any,
        siae: Sequence[Siae],
        destinataires: Sequence[Organisation],
        besoins: Sequence[BesoinEntreprise],
        consenti: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, dict[str, Any]] = {
            "siae": {str(each.pk): each for each in siae},
            "destinataire": {str(each.public_id): each for each in destinataires},
            "besoin": {str(each.public_id): each for each in besoins},
        }
        for name in ("siae", "destinataire"):
            _choose(self.fields[name], [(key, str(each)) for key, each in self.offered[name].items()])
        needs = [(str(each.public_id), f"{each}, {each.partenariat.employeur}") for each in besoins]
        _choose(self.fields["besoin"], [("", "aucun en particulier"), *needs])
        if consenti:
            del self.fields["accord"]
            del self.fields["accord_jusqu_au"]
        else:
            self.fields["accord_jusqu_au"].initial = timezone.localdate() + timedelta(days=90)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the act takes it."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "accord"}
        return {**kept, **{name: found.get(kept[name]) for name, found in self.offered.items()}}


class ReponseForm(forms.Form):
    """What a company thinks of a profile."""

    reponse = forms.CharField(label="Votre réponse", max_length=300, required=False, widget=TEXTE)


class AnnuaireFilter(FilterForm):
    """Words, sector, whether one's organisation follows."""

    lookups = {"q": "denomination__icontains", "naf": "naf__istartswith", "departement": "commune__departement"}
    q = forms.CharField(label="Dénomination", max_length=100)
    departement = forms.CharField(label="Département", max_length=3)
    naf = forms.CharField(label="Code NAF (ou son début)", max_length=5)
    suivie = forms.BooleanField(label="Suivies par mon organisation")
    recrute = forms.BooleanField(label="Recrutements annoncés")

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the establishments that the filters keep."""
        values, rows = self.values, super().apply(rows)
        if values.get("suivie"):
            rows = rows.filter(suivie=True)
        return rows.filter(intentions__gt=0) if values.get("recrute") else rows


class PartenariatsFilter(FilterForm):
    """Words, a need, a convention."""

    lookups = {"q": "employeur__denomination__icontains"}
    q = forms.CharField(label="Entreprise", max_length=100)
    besoin = forms.BooleanField(label="Avec un besoin ouvert")
    suite = forms.BooleanField(label="Avec une suite à donner")

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the partnerships that the filters keep."""
        values, rows = self.values, super().apply(rows)
        if values.get("besoin"):
            rows = rows.filter(besoins_ouverts__gt=0)
        return rows.filter(suite__isnull=False) if values.get("suite") else rows


class ProfilsFilter(FilterForm):
    """Words of the trade, state."""

    lookups = {"q": "rome__libelle__icontains", "etat": "etat"}
    q = forms.CharField(label="Métier", max_length=100)
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatPresentation.choices])

    def apply(self, rows: QuerySet[PresentationProfil]) -> QuerySet[PresentationProfil]:
        """Return the profiles that the filters keep."""
        kept: QuerySet[PresentationProfil] = super().apply(rows)
        return kept


class MarcheFilter(FilterForm):
    """Where, words, what is in tension, where our people leave to."""

    departement = forms.ChoiceField(label="Territoire")
    q = forms.CharField(label="Métier ou code", max_length=100)
    tension = forms.BooleanField(label="En forte tension seulement")
    siae = forms.BooleanField(label="Où des SIAE travaillent")
    jamais = forms.BooleanField(label="Recherchés, où personne ne sort")

    def __init__(self, *args: Any, departements: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["departement"], [("", "toute la région"), *departements])

    def apply(self, rows: Sequence[LigneMarche]) -> list[LigneMarche]:
        """Return the trades that the filters keep; the territory was applied when they were counted."""
        values = self.values
        words = str(values.get("q", "")).casefold().split()
        return [
            row
            for row in rows
            if all(word in f"{row.metier.code} {row.metier.libelle}".casefold() for word in words)
            and (not values.get("tension") or row.metier.forte)
            and (not values.get("siae") or row.metier.fap.secteurs)
            and (not values.get("jamais") or row.sorties == 0)
        ]
