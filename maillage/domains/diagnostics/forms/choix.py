"""What the reader of a diagnostic may choose. A wrong value is shown and set aside; the rest holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.diagnostics.enums import Adaptation, Capacite, Classe, Indicateur, Modele
from maillage.domains.diagnostics.queries.evolution import SUIVIS, Periode
from maillage.domains.diagnostics.queries.fiche import list_departements
from maillage.domains.diagnostics.queries.ponderation import APL, list_poids
from maillage.domains.diagnostics.queries.publics import list_available, list_series
from maillage.domains.diagnostics.rules import (
    DECROISSANCE_PAR_DEFAUT,
    MINUTES_MAX,
    PUBLIC_PAR_DEFAUT,
    RAYON_MAX_KM,
    SEUIL_MAX,
    Choix,
)
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.queries.annees import get_annee_reference, list_annees
from maillage.references.territoires.enums import Maille, Mode
from maillage.references.territoires.queries.trajets import list_modes
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.kernel.screens.filters import ActiveFilter

# The first choice is what the page shows when the address says nothing.
MAILLES = (
    (Maille.INTERCOMMUNALITE.value, "EPT et EPCI"),
    (Maille.COMMUNE.value, "Communes"),
    (Maille.DEPARTEMENT.value, "Départements"),
)


REGLAGES = (
    "capacite",
    "annee_offre",
    "modele",
    "decroissance",
    "distance",
    "sigma",
    "adaptation",
    "seuil_bas",
    "seuil_haut",
    "cible",
)
CHOIX = ("public", "annee", "type", "rayon", *REGLAGES)


class ChoixForm(FilterForm):
    """The settings of the computation: public, supply, model, distance, radius, thresholds, target.

    What the reader leaves empty is that of the parameters in force, told beside each field.
    """

    folded = REGLAGES
    folded_label = "Réglages du modèle, de la distance et des seuils"

    public = forms.ChoiceField(label="Public")
    annee = forms.TypedChoiceField(label="Année du besoin", coerce=int, empty_value=None)
    type = forms.ChoiceField(label="Type de SIAE", choices=[("", "tous les types"), *TypeSiae.choices])
    rayon = forms.FloatField(min_value=1, max_value=max(RAYON_MAX_KM, MINUTES_MAX), localize=True)
    capacite = forms.ChoiceField(
        label="Offre comptée en",
        choices=[("", "automatique\u202f: ETP si connus, sinon nombre de structures"), *Capacite.choices],
    )
    annee_offre = forms.TypedChoiceField(label="Année de l’offre", coerce=int, empty_value=None)
    modele = forms.ChoiceField(label="Modèle", choices=Modele.choices)
    decroissance = forms.ChoiceField(
        label="Décroissance avec la distance",
        choices=[(code, family.label) for code, family in FAMILIES.items() if code != "constante"],
    )
    distance = forms.ChoiceField(label="Distance", choices=[("", "à vol d’oiseau"), *Mode.choices])
    sigma = forms.FloatField(label="Écart-type σ", min_value=0.1, max_value=MINUTES_MAX, localize=True)
    adaptation = forms.ChoiceField(label="Rayon adapté", choices=Adaptation.choices)
    seuil_bas = forms.FloatField(min_value=1, max_value=100 * SEUIL_MAX, localize=True)
    seuil_haut = forms.FloatField(min_value=1, max_value=100 * SEUIL_MAX, localize=True)
    cible = forms.FloatField(label="Accessibilité visée (à défaut, celle de la région)", min_value=0.01, localize=True)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        series = list_series(region)
        publics = [(public.code, public.libelle) for public in list_available(series)]
        if set(series) & set(list_poids(today)):
            publics.append((APL.code, APL.libelle))
        self._set_choices("public", publics)
        needs = sorted({annee for years in series.values() for annee in years}, reverse=True)
        self._set_years("annee", needs, "la plus récente")
        self._set_years("annee_offre", list_annees(), "l’année de référence")
        self._set_choices("modele", _first(Modele.choices, Modele.E2SFCA))
        modes = list_modes(region)
        self._set_choices("distance", [("", "à vol d’oiseau"), *((mode, Mode(mode).label) for mode in modes)])
        if not modes:
            del self.fields["distance"]
        value = {
            code: get_parametre(f"diagnostics.{code}", on=today).value
            for code in ("rayon_km", "sigma_km", "seuil_bas", "seuil_haut")
        }
        asked = self.data.get("distance", "")
        rayon, unit = (value["rayon_km"], "km")
        if asked in modes:
            rayon, unit = (get_parametre(f"diagnostics.minutes_{asked}", on=today).value, "minutes")
        sigma = rayon * value["sigma_km"] / value["rayon_km"]
        self.fields["rayon"].label = f"Rayon ({unit}\u202f; {nombre(rayon)} par défaut)"
        self.fields["sigma"].label = f"Écart-type σ ({unit}\u202f; {nombre(sigma)} par défaut)"
        for name, which in (("seuil_bas", "Seuil bas"), ("seuil_haut", "Seuil haut")):
            self.fields[name].label = f"{which} (% de la région\u202f; {nombre(100 * value[name])} par défaut)"

    def _set_choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _set_years(self, name: str, years: Sequence[int], default: str) -> None:
        """Offer the years known; there is nothing to choose among fewer than two."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", default), *((annee, str(annee)) for annee in years)]
        if len(years) < 2:
            del self.fields[name]

    def active(self) -> Sequence[ActiveFilter]:
        """Return the settings that differ from what the page shows when the address says nothing."""
        return [item for item in super().active() if self.values[item.name] != self._default(item.name)]

    @property
    def unfolded(self) -> bool:
        moved = {item.name for item in self.active()} | set(self.errors)
        return bool(moved & set(self.folded))

    def apply(self, rows: Any) -> Any:
        """Settings keep every territory: they change the figures."""
        return rows

    def _default(self, name: str) -> Any:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            return None
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]  # ours are lists
        return choices[0][0]

    def choix(self) -> Choix:
        """Return the valid settings as a choice: with a mode of travel, the radius and σ are minutes."""
        values = self.values
        mode = values.get("distance", "")
        rayon, sigma = values.get("rayon"), values.get("sigma")
        lengths = {"minutes": rayon, "sigma_minutes": sigma} if mode else {"rayon_km": rayon, "sigma_km": sigma}
        return Choix(
            public=values.get("public", PUBLIC_PAR_DEFAUT),
            annee=values.get("annee"),
            capacite=Capacite(values["capacite"]) if "capacite" in values else None,
            types=(values["type"],) if "type" in values else (),
            modele=Modele(values.get("modele", Modele.E2SFCA)),
            decroissance=values.get("decroissance", DECROISSANCE_PAR_DEFAUT),
            adaptation=Adaptation(values.get("adaptation", Adaptation.UNIQUE)),
            mode=mode,
            annee_offre=values.get("annee_offre"),
            seuil_bas=_share(values.get("seuil_bas")),
            seuil_haut=_share(values.get("seuil_haut")),
            cible=values.get("cible"),
            **lengths,
        )


def _first(choices: Sequence[tuple[str, Any]], first: str) -> list[tuple[str, Any]]:
    """Return choices with the default one first."""
    return sorted(choices, key=lambda choice: choice[0] != first)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


class CarteForm(ChoixForm):
    """The regional map: which territories, which layer, with or without the SIAE."""

    maille = forms.ChoiceField(label="Territoires", choices=MAILLES)
    indicateur = forms.ChoiceField(label="Couche", choices=Indicateur.choices)
    points = forms.BooleanField(label="Montrer les SIAE")
    field_order: Sequence[str] = ("maille", "indicateur", *CHOIX, "points")

    @property
    def maille_choisie(self) -> Maille:
        return Maille(self.values.get("maille", Maille.INTERCOMMUNALITE))

    @property
    def indicateur_choisi(self) -> Indicateur:
        return Indicateur(self.values.get("indicateur", Indicateur.ACCESSIBILITE))


class MailleForm(ChoixForm):
    """The settings, and the territories that are ranked."""

    maille = forms.ChoiceField(label="Territoires", choices=MAILLES)
    field_order: Sequence[str] = ("maille", *CHOIX)

    @property
    def maille_choisie(self) -> Maille:
        return Maille(self.values.get("maille", Maille.INTERCOMMUNALITE))


class EvolutionForm(MailleForm):
    """Two years of need, two years of supply, and the figure that is followed."""

    suivi = forms.ChoiceField(label="Ce qu’on suit", choices=[(each.value, each.label) for each in SUIVIS])
    besoin_avant = forms.TypedChoiceField(label="Besoin\u202f: avant", coerce=int, empty_value=None)
    besoin_apres = forms.TypedChoiceField(label="Besoin\u202f: après", coerce=int, empty_value=None)
    offre_avant = forms.TypedChoiceField(label="Offre\u202f: avant", coerce=int, empty_value=None)
    offre_apres = forms.TypedChoiceField(label="Offre\u202f: après", coerce=int, empty_value=None)
    field_order: Sequence[str] = (
        "maille",
        "suivi",
        "offre_avant",
        "offre_apres",
        "besoin_avant",
        "besoin_apres",
        *CHOIX,
    )

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, region=region, **kwargs)
        for name in ("annee", "annee_offre"):
            self.fields.pop(name, None)
        self.series = list_series(region)
        needs = sorted({annee for years in self.series.values() for annee in years}, reverse=True)
        self.annees_offre = list_annees()
        for side in ("avant", "apres"):
            self._set_years(f"besoin_{side}", needs, "automatique")
            self._set_years(f"offre_{side}", self.annees_offre, "automatique")

    @property
    def indicateur(self) -> Indicateur:
        return Indicateur(self.values.get("suivi", SUIVIS[0]))

    @property
    def periodes(self) -> tuple[Periode, Periode]:
        """The two periods: what was chosen, else the year of reference of the supply and the one before, and the two
        latest years of the need (the same year when only one is known)."""
        values = self.values
        needs = self.series.get(self.choix().public, ())
        last = get_annee_reference()
        earlier = [annee for annee in self.annees_offre if last is not None and annee < last]
        return (
            Periode(
                values.get("besoin_avant") or (needs[1] if len(needs) > 1 else needs[0] if needs else None),
                values.get("offre_avant") or (earlier[0] if earlier else last),
            ),
            Periode(values.get("besoin_apres") or (needs[0] if needs else None), values.get("offre_apres") or last),
        )


class ComparaisonForm(ChoixForm):
    """The comparison table: one maille at a time, narrowed to a département, a class, a name."""

    maille = forms.ChoiceField(label="Territoires", choices=MAILLES)
    departement = forms.ChoiceField(label="Département")
    classe = forms.ChoiceField(label="Classe", choices=[("", "toutes les classes"), *Classe.choices])
    nom = forms.CharField(label="Nom ou code", max_length=60)
    field_order: Sequence[str] = ("maille", "departement", "classe", "nom", *CHOIX)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, region=region, **kwargs)
        departements = self.fields["departement"]
        assert isinstance(departements, forms.ChoiceField)
        named = [(code, f"{code} · {nom}") for code, nom in list_departements(region)]
        departements.choices = [("", "tous les départements"), *named]

    @property
    def maille_choisie(self) -> Maille:
        return Maille(self.values.get("maille", Maille.INTERCOMMUNALITE))

    def apply(self, rows: Sequence[Ligne]) -> Sequence[Ligne]:
        values = self.values
        departement, classe, nom = values.get("departement"), values.get("classe"), values.get("nom", "")
        words = " ".join(plain_words(nom))
        return [
            ligne
            for ligne in rows
            if (not departement or ligne.departement == departement)
            and (not classe or ligne.classe == classe)
            and (not nom or ligne.code == nom or (words and words in " ".join(plain_words(ligne.nom))))
        ]
