"""What narrows the ways out, by name or in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.domains.parcours.enums.sorties import (
    CategorieSortie,
    Decompte,
    EcheanceEnquete,
    EtatEnquete,
    SituationApres,
)
from maillage.domains.parcours.queries.sorties_chiffres import PUBLICS
from maillage.domains.parcours.queries.survie import AXES
from maillage.domains.parcours.queries.survie import PUBLICS as PUBLICS_DUREES
from maillage.domains.parcours.services.enquetes import Reponse
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import search_name
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Enquete, Sortie
    from maillage.domains.parcours.queries.sorties_chiffres import LigneSorties


def _choose(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class SortiesFilter(FilterForm):
    """Who, when, for what, and whether it counts."""

    q = forms.CharField(label="Nom ou prénom", max_length=100)
    annee = forms.ChoiceField(label="Année")
    categorie = forms.ChoiceField(label="Catégorie", choices=[("", "toutes"), *CategorieSortie.choices])
    decompte = forms.ChoiceField(label="Décompte", choices=[("", "toutes"), *Decompte.choices])
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous"), *TypeSiae.choices])
    brsa = forms.BooleanField(label="Bénéficiaires du RSA à l’entrée")
    folded = ("decompte", "type")

    def __init__(self, *args: Any, annees: Sequence[int], social: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["annee"], [("", "toutes"), *((str(each), str(each)) for each in annees)])
        if not social:
            del self.fields["brsa"]

    def apply(self, rows: QuerySet[Sortie]) -> QuerySet[Sortie]:
        values = self.values
        if text := values.get("q"):
            rows = rows.filter(contrat__personne__in=search_name(Personne.objects.all(), text).values("pk"))
        if annee := values.get("annee"):
            rows = rows.filter(contrat__fin__gt=f"{annee}-01-01", contrat__fin__lte=f"{int(annee) + 1}-01-01")
        if kind := values.get("type"):
            rows = rows.filter(contrat__siae__type_siae=kind)
        for name in ("categorie", "decompte", "brsa"):
            if name in values:
                rows = rows.filter(**{name: values[name]})
        return rows


class SortiesChiffresFilter(FilterForm):
    """A year (`annee` unless another is asked for), a département of one's own, a public."""

    annee = forms.ChoiceField(label="Année")
    departement = forms.ChoiceField(label="Département")
    public = forms.ChoiceField(
        label="Public, à l’entrée", choices=[("", "tous"), *((code, label) for code, (label, _) in PUBLICS.items())]
    )

    def __init__(
        self,
        *args: Any,
        annee: int,
        annees: Sequence[int],
        departements: Sequence[tuple[str, str]],
        public: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others = [each for each in annees if each != annee]
        _choose(self.fields["annee"], [("", str(annee)), *((str(each), str(each)) for each in others)])
        _choose(self.fields["departement"], [("", "tous"), *departements])
        if not public:
            del self.fields["public"]

    def apply(self, rows: Sequence[LigneSorties]) -> Sequence[LigneSorties]:
        """Keep a département; the year and the public were asked of the database."""
        asked = self.values.get("departement")
        return [each for each in rows if asked in {None, each.code}]


class EnquetesFilter(FilterForm):
    """Whose news, at which delay, and where they stand."""

    q = forms.CharField(label="Nom ou prénom", max_length=100)
    etat = forms.ChoiceField(label="Suivi", choices=[("", "tous"), *EtatEnquete.choices])
    mois = forms.ChoiceField(
        label="Délai", choices=[("", "tous"), *((str(n), text) for n, text in EcheanceEnquete.choices)]
    )

    def apply(self, rows: QuerySet[Enquete]) -> QuerySet[Enquete]:
        values = self.values
        if text := values.get("q"):
            rows = rows.filter(sortie__contrat__personne__in=search_name(Personne.objects.all(), text).values("pk"))
        return rows.filter(**{name: values[name] for name in ("etat", "mois") if name in values})


def _yes_no(value: str) -> bool | None:
    return {"oui": True, "non": False}.get(value)


class NouvellesForm(forms.Form):
    """The three questions, the same by the link and by telephone."""

    situation = forms.ChoiceField(
        label="Que faites-vous aujourd’hui\u202f?", choices=SituationApres.choices, widget=forms.RadioSelect
    )
    metier_lie = forms.TypedChoiceField(
        label="Si vous travaillez\u202f: votre travail ressemble-t-il à celui d’avant\u202f?",
        choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect,
        coerce=_yes_no,
        empty_value=None,
        required=False,
    )
    aide = forms.TypedChoiceField(
        label="Voulez-vous qu’on vous rappelle\u202f?",
        choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect,
        coerce=_yes_no,
        empty_value=None,
        required=False,
    )

    @property
    def reponse(self) -> Reponse:
        """The answer, once valid."""
        return Reponse(**{name: self.cleaned_data[name] for name in ("situation", "metier_lie", "aide")})


class NouvellesTelephoneForm(NouvellesForm):
    """The same, written down by somebody else; or that the person does not wish to be asked."""

    refus = forms.BooleanField(label="La personne ne souhaite plus qu’on lui demande de ses nouvelles", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["situation"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("refus") and not values.get("situation"):
            self.add_error("situation", "Dites ce que fait la personne, ou qu’elle ne souhaite pas répondre.")
        return values


class CohorteFilter(FilterForm):
    """A year of entry, a département of one's own."""

    annee = forms.ChoiceField(label="Année d’entrée")
    departement = forms.ChoiceField(label="Département")

    def __init__(
        self, *args: Any, annees: Sequence[int], departements: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["annee"], [("", str(annees[0])), *((str(each), str(each)) for each in annees[1:])])
        _choose(self.fields["departement"], departements)

    def apply(self, rows: Any) -> Any:
        """Every choice was asked of the database."""
        return rows


class DureesFilter(CohorteFilter):
    """And of whom, by one axis at a time: a kind, a public, or a trade, which then counts alone."""

    qui = forms.ChoiceField(
        label="Qui",
        choices=[
            ("", "tout le monde"),
            ("Type de SIAE", [(f"type:{code}", label) for code, label in TypeSiae.choices]),
            ("Public, à l’entrée", [(f"public:{code}", label) for code, label in PUBLICS_DUREES.items()]),
        ],
    )
    metier = forms.CharField(label="Ou un métier (code ROME)", max_length=5)

    @property
    def strate(self) -> tuple[str, str]:
        """The axis and the stratum that were asked for; two "" for everybody."""
        if metier := self.values.get("metier"):
            return "rome", metier.strip().upper()
        axe, _, code = self.values.get("qui", "").partition(":")
        return axe, code


class ComparaisonFilter(CohorteFilter):
    """And by what the cohort is cut."""

    par = forms.ChoiceField(label="Comparer par", choices=[("", AXES["type"]), *list(AXES.items())[1:]])
