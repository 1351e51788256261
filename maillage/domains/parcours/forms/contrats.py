"""What is asked to employ, renew, change and end. People say the last day; periods are kept half-open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from maillage.domains.parcours.enums.contrat import MotifSortie, TypeContrat
from maillage.domains.parcours.enums.embauche import Derogation, EtatContrat, NatureUtilisateur
from maillage.domains.parcours.queries.contrats import en_cours, in_state
from maillage.domains.parcours.rules.contrats import ecarts, types_pour
from maillage.domains.parcours.services.contrats import FicheContrat, Utilisateur
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import search_name
from maillage.references.personnes.services.relations import list_referents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import Membre
    from maillage.references.structures.models import Siae

JOUR = timedelta(days=1)
DELAIS = (30, 60, 90)


class DernierJourField(forms.DateField):
    """A last day, as people say it; cleans to the day after."""

    widget = DateInput

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day + JOUR if day else None


class HeuresField(forms.DecimalField):
    """A number of hours, with a comma or a dot."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 5)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)


class SemaineField(HeuresField):
    """The hours of a week."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Heures par semaine")
        super().__init__(min_value=0, max_value=48, **kwargs)


class RomeField(forms.CharField):
    """A trade, by its ROME code or its name; cleans to the code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Métier")
        kwargs.setdefault("help_text", "Code ROME ou nom\u202f: « K2204 », « Nettoyage de locaux ».")
        super().__init__(max_length=200, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text or re.fullmatch(r"[A-Na-n][0-9]{4}", text):
            return str(text).upper()
        found = list(Rome.objects.filter(libelle__icontains=text).order_by("libelle")[:6])
        exact = [each for each in found if each.libelle.casefold() == text.casefold()] or found
        if len(exact) == 1:
            return exact[0].code
        if not found:
            raise ValidationError("Aucun métier du ROME ne porte ce nom.", code="rome_inconnu")
        names = "\u202f; ".join(f"{each.code} {each.libelle}" for each in found[:5])
        message = f"Plusieurs métiers portent ce nom, choisissez un code\u202f: {names}."
        raise ValidationError(message, code="rome_plusieurs")


class DerogationsField(forms.MultipleChoiceField):
    """The departures that the kinds of SIAE of the form know."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Dérogations",
            help_text="Seulement si une règle l’exige. Gardez la pièce qui la prouve.",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )

    def offer(self, kinds: Iterable[str]) -> None:
        """Offer what these kinds of SIAE may depart from."""
        known = set(kinds)
        self.choices = [
            (code, f"{Derogation(code).label} ({_lifts(row.leve)})")
            for code, row in ecarts().items()
            if known & set(row.structures)
        ]


class EmbaucheForm(forms.Form):
    """A contract, by which of one's SIAE."""

    siae = forms.ChoiceField(label="SIAE qui emploie")
    type = forms.ChoiceField(label="Type de contrat")
    referent = forms.ChoiceField(
        label="Référent de la personne", help_text="Qui l’accompagnera dans votre SIAE, et en recevra les alertes."
    )
    debut = forms.DateField(label="Premier jour", widget=DateInput(), initial=timezone.localdate)
    fin_prevue = DernierJourField(label="Dernier jour prévu", required=False, help_text="Rien pour un CDI.")
    heures_semaine = SemaineField(
        required=False, help_text="Celles du contrat\u202f: rien pour une mission sans horaire fixe."
    )
    rome = RomeField()
    derogations = DerogationsField()
    nature = forms.ChoiceField(
        label="Pour qui la personne travaille",
        choices=[("", "Choisir, pour une mission"), *NatureUtilisateur.choices],
        required=False,
        help_text="Missions d’AI et d’ETTI seulement. Les heures en entreprise sont comptées.",
    )
    denomination = forms.CharField(
        label="Nom de l’utilisateur", max_length=200, required=False, help_text="Jamais celui d’un particulier."
    )
    siret = forms.RegexField(
        r"^[0-9]{14}$",
        label="SIRET de l’utilisateur",
        required=False,
        error_messages={"invalid": "Un SIRET compte 14 chiffres."},
    )

    def __init__(
        self,
        *args: Any,
        siae: Sequence[Siae],
        on: date,
        membre: Membre | None = None,
        suivie: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(each.pk): each for each in siae}
        self.referents = {} if suivie or membre is None else _referents(membre)
        if len(self.referents) > 1:
            mine = str(membre.public_id) if membre else ""
            none = [] if mine in self.referents else [("", "Choisir un référent")]
            _choose(self.fields["referent"], [*none, *((key, str(each.user)) for key, each in self.referents.items())])
            self.fields["referent"].initial = mine if mine in self.referents else ""
        else:  # nobody to choose: they have their référent, or there is one person alone
            del self.fields["referent"]
        kinds = {each.type_siae for each in siae}
        _choose(self.fields["siae"], [(pk, str(each)) for pk, each in self.known.items()])
        offered = {kind for each in kinds for kind in types_pour(each, on)}
        _choose(self.fields["type"], [(each.value, each.label) for each in TypeContrat if each in offered])
        derogations = self.fields["derogations"]
        assert isinstance(derogations, DerogationsField)
        derogations.offer(kinds)
        if not derogations.choices:
            del self.fields["derogations"]
        if len(siae) == 1:
            self.fields["siae"].widget = forms.HiddenInput()
            self.fields["siae"].initial = str(siae[0].pk)
        if not kinds & {"AI", "ETTI"}:
            for name in ("nature", "denomination", "siret"):
                del self.fields[name]

    @property
    def employeur(self) -> Siae:
        """The SIAE that was chosen, among one's own."""
        return self.known[self.cleaned_data["siae"]]

    @property
    def charge(self) -> Membre | None:
        """Who was chosen, or the only one there is; None where the person already has their référent."""
        chosen = self.cleaned_data.get("referent", "")
        return self.referents[chosen] if chosen else next(iter(self.referents.values()), None)

    @property
    def fiche(self) -> FicheContrat:
        """The contract as it was typed."""
        data = self.cleaned_data
        user = None
        if nature := data.get("nature"):
            named = nature != NatureUtilisateur.PARTICULIER
            user = Utilisateur(nature, data["denomination"] if named else "", data["siret"] if named else "")
        return FicheContrat(
            type=data["type"],
            debut=data["debut"],
            fin_prevue=data["fin_prevue"],
            heures_semaine=data["heures_semaine"],
            rome=data["rome"],
            derogations=tuple(data.get("derogations", ())),
            utilisateur=user,
        )


class RenouvellementForm(forms.Form):
    """Until when the contract goes on."""

    fin_prevue = DernierJourField(label="Nouveau dernier jour")
    heures_semaine = SemaineField(required=False, help_text="Rien\u202f: celles du contrat en cours.")
    derogations = DerogationsField()

    def __init__(self, *args: Any, contrat: Contrat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_derogations(self, contrat)


class AvenantForm(forms.Form):
    """Other hours, another trade."""

    heures_semaine = SemaineField()
    rome = RomeField()
    derogations = DerogationsField()

    def __init__(self, *args: Any, contrat: Contrat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_derogations(self, contrat)


class SortieForm(forms.Form):
    """The last day, and why."""

    fin = DernierJourField(label="Dernier jour du contrat")
    motif = forms.ChoiceField(label="Motif de la sortie", choices=[("", "Choisir un motif"), *MotifSortie.choices])


class RetraitForm(forms.Form):
    """Why a contract is taken back."""

    motif = forms.CharField(
        label="Pourquoi ce contrat est-il retiré\u202f?",
        max_length=300,
        help_text="Gardé au journal du dossier\u202f: n’y nommez personne.",
    )


class ContratsFilter(FilterForm):
    """Narrow the contracts of one's SIAE."""

    q = forms.CharField(label="Nom du salarié", max_length=80)
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *EtatContrat.choices])
    fin_dans = forms.TypedChoiceField(
        label="Finit dans",
        choices=[("", "Peu importe"), *((days, f"les {days} jours") for days in DELAIS)],
        coerce=int,
        empty_value=None,
    )
    type = forms.ChoiceField(label="Type de contrat", choices=[("", "Tous"), *TypeContrat.choices])
    siae = forms.ChoiceField(label="SIAE")
    sans_titre = forms.BooleanField(label="Sans PASS IAE ni agrément")
    folded = ("type", "siae", "sans_titre")

    def __init__(self, *args: Any, siae: Sequence[Siae], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        _choose(self.fields["siae"], [("", "Toutes"), *((str(each.pk), str(each)) for each in siae)])

    def apply(self, rows: Any) -> Any:
        values, on = self.values, self.on
        if text := values.get("q"):
            rows = rows.filter(personne__in=search_name(Personne.objects.all(), text))
        if state := values.get("etat"):
            rows = rows.filter(in_state(state, on))
        if days := values.get("fin_dans"):
            rows = rows.filter(en_cours(on), echeance__lte=on + timedelta(days=days))
        for name in ("type", "siae"):
            if value := values.get(name):
                rows = rows.filter(**{name: value})
        return rows.filter(titre__isnull=True) if values.get("sans_titre") else rows


def _referents(membre: Membre) -> dict[str, Membre]:
    """Return who may support a person once employed: the CIP, or whoever follows persons where there is none."""
    every = list_referents(membre)
    cip = [each for each in every if each.profil == ProfilMembre.SIAE_ACCOMPAGNEMENT] or every
    return {str(each.public_id): each for each in cip}


class SansSuiteFilter(ContratsFilter):
    """Narrow the contracts after which a next step is to be prepared."""

    sans_proposition = forms.BooleanField(label="Aucune candidature en cours")
    sans_reste = forms.BooleanField(label="Titre qui finit avant le contrat")

    def apply(self, rows: Any) -> Any:
        rows = super().apply(rows)
        if self.values.get("sans_reste"):
            rows = rows.filter(titre__fin__lt=F("echeance"))
        return rows.filter(proposees=0) if self.values.get("sans_proposition") else rows


def _offer_derogations(form: forms.Form, contrat: Contrat) -> None:
    """Offer departures where the contract knows some."""
    field = form.fields["derogations"]
    assert isinstance(field, DerogationsField)
    if contrat.type == TypeContrat.CDDI:
        field.offer([contrat.siae.type_siae])
    else:
        del form.fields["derogations"]


def _lifts(leve: str) -> str:
    return {"duree_min": "durée plus courte", "duree_max": "durée plus longue", "heures_min": "moins d’heures"}[leve]


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
