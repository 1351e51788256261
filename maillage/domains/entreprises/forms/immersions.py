"""What is asked to write, sign, decide and assess an immersion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import (
    CONTRATS_SAISIS,
    Deroulement,
    EtatImmersion,
    JourSemaine,
    Objectif,
)
from maillage.domains.entreprises.forms.champs import DernierJourField, HoteForm, RomeField
from maillage.domains.entreprises.queries.immersions import sans_bilan, tell_metier, unsigned
from maillage.domains.entreprises.rules.immersions import FicheImmersion
from maillage.domains.entreprises.services.immersions import FicheBilan
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.domains.entreprises.models import Immersion
    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import Organisation

COURT = forms.Textarea(attrs={"rows": 3})
SECTIONS = (  # the first field of each, its heading
    ("siret", "L’entreprise qui accueille"),
    ("tuteur_nom", "Le tuteur"),
    ("objectif", "L’immersion"),
    ("contrat", "Qui prescrit, qui signe"),
)
OUI_NON = (("", "on ne sait pas encore"), ("oui", "oui"), ("non", "non"))


class ImmersionForm(HoteForm):
    """The convention, in the order of its page."""

    adresse = forms.CharField(label="Lieu de l’immersion", max_length=300)
    accueil_nom = forms.CharField(label="Qui signe pour l’entreprise", max_length=120)
    accueil_email = forms.EmailField(label="Son adresse électronique", required=False)
    tuteur_nom = forms.CharField(label="Tuteur", max_length=120)
    tuteur_fonction = forms.CharField(label="Fonction du tuteur", max_length=120)
    tuteur_email = forms.EmailField(label="Adresse électronique du tuteur", required=False)
    tuteur_telephone = forms.CharField(label="Téléphone du tuteur", max_length=20, required=False)
    objectif = forms.ChoiceField(label="Objet de l’immersion", choices=Objectif.choices, widget=forms.RadioSelect)
    rome = RomeField(label="Métier")
    debut = forms.DateField(label="Premier jour", widget=DateInput())
    fin = DernierJourField(label="Dernier jour", help_text="Un mois au plus, de date à date.")
    jours_semaine = forms.TypedMultipleChoiceField(
        label="Jours de présence", choices=JourSemaine.choices, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    heures_semaine = forms.DecimalField(
        label="Heures par semaine", min_value=1, max_value=48, max_digits=4, decimal_places=2, localize=True
    )
    horaires = forms.CharField(label="Horaires", max_length=200, help_text="« 8 h – 12 h et 13 h – 16 h ».")
    activites = forms.CharField(label="Activités confiées", widget=COURT, max_length=2000)
    competences = forms.CharField(label="Compétences à observer", widget=COURT, max_length=2000, required=False)
    protections = forms.CharField(label="Équipements de protection", max_length=300, required=False)
    prevention = forms.CharField(label="Prévention et conditions de travail", max_length=300, required=False)
    contrat = forms.ChoiceField(label="Contrat en cours", required=False)
    prescripteur = forms.ChoiceField(
        label="Prescripteur",
        help_text="Une ETTI ne prescrit pas\u202f: elle reste structure d’accompagnement (art. D. 5135-6).",
    )
    representant_nom = forms.CharField(label="Représentant légal d’un mineur", max_length=120, required=False)
    representant_email = forms.EmailField(label="Adresse électronique du représentant", required=False)
    justification = forms.CharField(label="Pourquoi renouveler", max_length=300, required=False, widget=COURT)

    def __init__(
        self,
        *args: Any,
        contrats: Sequence[Contrat],
        prescripteurs: Sequence[Organisation],
        renouvelle: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contrats = {str(each.public_id): each for each in contrats}
        self.prescripteurs = {str(each.public_id): each for each in prescripteurs}
        offered = {
            "contrat": [*((key, f"{each}, {each.siae}") for key, each in self.contrats.items()), ("", "aucun contrat")],
            "prescripteur": [(key, str(each)) for key, each in self.prescripteurs.items()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not renouvelle:
            del self.fields["justification"]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the headings of the page, in order; none is left out."""
        names = list(self.fields)
        starts = [names.index(first) for first, _ in SECTIONS]
        bounds = zip(SECTIONS, starts, [*starts[1:], len(names)], strict=True)
        return [(title, [self[name] for name in names[start:end]]) for (_, title), start, end in bounds]

    def clean_contrat(self) -> Contrat | None:
        return self.contrats.get(self.cleaned_data["contrat"])

    def clean_prescripteur(self) -> Organisation:
        return self.prescripteurs[self.cleaned_data["prescripteur"]]

    @property
    def fiche(self) -> FicheImmersion:
        """What was typed, as the rules take it."""
        names = FicheImmersion.__dataclass_fields__
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return FicheImmersion(**{**values, "jours_semaine": tuple(values["jours_semaine"])})


def initial_of(immersion: Immersion) -> dict[str, Any]:
    """Return a convention as its form shows it."""
    names = set(ImmersionForm.base_fields) - {"siret", "denomination", "commune", "contrat", "prescripteur", "rome"}
    return {
        **{name: getattr(immersion, name) for name in names if name != "fin"},
        "fin": immersion.dernier_jour,
        "siret": immersion.employeur.siret,
        "rome": tell_metier(immersion),
        "contrat": str(immersion.contrat.public_id) if immersion.contrat else "",
        "prescripteur": str(immersion.prescripteur.public_id),
    }


class SignatureForm(forms.Form):
    """Who signs, and that they agree."""

    nom = forms.CharField(label="Vos nom et prénom", max_length=160)
    accord = forms.BooleanField(label="J’ai lu ce document et je le signe.")


class DecisionForm(forms.Form):
    """Yes, or no and why."""

    accord = forms.ChoiceField(
        label="Votre décision",
        choices=(("oui", "je valide la convention"), ("non", "je la refuse")),
        widget=forms.RadioSelect,
    )
    motif = forms.CharField(label="Si vous refusez, pourquoi", max_length=300, required=False, widget=COURT)


class MotifForm(forms.Form):
    """Why."""

    motif = forms.CharField(label="Pourquoi", max_length=300, widget=COURT)


class BilanForm(forms.Form):
    """How it went, and what follows."""

    deroulement = forms.ChoiceField(label="Déroulement", choices=Deroulement.choices, widget=forms.RadioSelect)
    dernier_jour = forms.DateField(
        label="Si elle a été interrompue, dernier jour de présence", required=False, widget=DateInput()
    )
    atteint = forms.ChoiceField(label="L’objectif est-il atteint ?", choices=OUI_NON, required=False)
    appreciation = forms.CharField(
        label="Appréciation du tuteur et de la personne", widget=COURT, max_length=2000, required=False
    )
    embauche = forms.ChoiceField(label="La personne est-elle embauchée ?", choices=OUI_NON, required=False)
    contrat_suite = forms.ChoiceField(label="Par quel contrat", choices=[("", "—"), *CONTRATS_SAISIS], required=False)
    embauche_le = forms.DateField(label="À partir du", required=False, widget=DateInput())

    @property
    def fiche(self) -> FicheBilan:
        """What was typed, as the act takes it."""
        words = {"oui": True, "non": False, "": None}
        values = self.cleaned_data
        return FicheBilan(**{**values, **{name: words[values[name]] for name in ("atteint", "embauche")}})


def initial_bilan(immersion: Immersion) -> dict[str, Any]:
    """Return an assessment as its form shows it; nothing when there is none."""
    bilan = getattr(immersion, "bilan", None)
    if bilan is None:
        return {}
    words = {True: "oui", False: "non", None: ""}
    values = {name: getattr(bilan, name) for name in BilanForm.base_fields}
    return {**values, "atteint": words[bilan.atteint], "embauche": words[bilan.embauche]}


class ImmersionsFilter(FilterForm):
    """Words, state, what waits for an assessment."""

    lookups = {"etat": "etat", "objectif": "objectif"}
    q = forms.CharField(label="Personne, entreprise ou métier", max_length=100)
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatImmersion.choices])
    objectif = forms.ChoiceField(label="Objet", choices=[("", "tous"), *Objectif.choices])
    a_signer = forms.BooleanField(label="Signatures attendues")
    sans_bilan = forms.BooleanField(label="Finies, sans bilan")

    def apply(self, rows: QuerySet[Immersion]) -> QuerySet[Immersion]:
        """Return the immersions that the filters keep."""
        values = self.values
        rows = super().apply(rows)
        for word in str(values.get("q", "")).split():
            rows = rows.filter(
                Q(personne__nom__icontains=word)
                | Q(personne__prenom__icontains=word)
                | Q(employeur__denomination__icontains=word)
                | Q(rome__libelle__icontains=word)
            )
        if values.get("a_signer"):
            rows = unsigned(rows)
        return sans_bilan(rows, timezone.localdate()) if values.get("sans_bilan") else rows
