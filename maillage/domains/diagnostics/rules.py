"""When is a territory under-served? Pure rules over values; thresholds come from the dated parameters."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import Capacite, Classe, Critere, Methode
from maillage.foundations.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLIC_PAR_DEFAUT = "population_active_age"
RAYON_MAX_KM = 100


@dataclass(frozen=True, slots=True)
class Choix:
    """What the reader asks for; None leaves the choice to the parameters in force and to what is known.

    `annee` is the year of the need, `types` the kinds of SIAE counted (empty: all), `rayon_km` the radius beyond which
    a site is out of reach, `sigma_km` the distance at which a site weighs e^-½ (61 %); σ follows the radius when only
    the radius is given.
    """

    public: str = PUBLIC_PAR_DEFAUT
    annee: int | None = None
    capacite: Capacite | None = None
    types: tuple[str, ...] = ()
    rayon_km: float | None = None
    sigma_km: float | None = None


@dataclass(frozen=True, slots=True)
class LigneBesoin:
    """How many people of a public live in a unit (code of the COG) one year; None: the producer withholds it."""

    unite_code: str
    annee: int
    valeur: Decimal | None
    estime: bool = False


@dataclass(frozen=True, slots=True)
class Seuils:
    """A measure is low under `bas` times the region's, high from `haut` times on."""

    bas: float
    haut: float


@dataclass(frozen=True, slots=True)
class Mesure:
    """A measure of a territory beside its region's; `variantes` are the same pair under other settings of the model."""

    critere: Critere
    valeur: float | None
    reference: float | None
    variantes: tuple[tuple[float | None, float | None], ...] = ()

    @property
    def rapport(self) -> float | None:
        """The territory's value over the region's; None when either is unknown or when the region has nothing."""
        return _ratio(self.valeur, self.reference)

    def is_low(self, seuil: float) -> bool:
        return self.rapport is not None and self.rapport < seuil

    def is_low_throughout(self, seuil: float) -> bool:
        """Tell whether the measure is low here and under every variant: no setting makes it pass."""
        pairs = ((self.valeur, self.reference), *self.variantes)
        return all((ratio := _ratio(*pair)) is not None and ratio < seuil for pair in pairs)


def _ratio(value: float | None, reference: float | None) -> float | None:
    return None if value is None or not reference else value / reference


def classify(mesures: Sequence[Mesure], seuils: Seuils) -> Classe | None:
    """Judge a territory on its three measures.

    Under-served: low in at least two, whatever the setting. Fragile: low in at least one. Well served: rate and
    accessibility both high. Else in the average. None when fewer than two measures are known: nothing is said.
    """
    if sum(mesure.rapport is not None for mesure in mesures) < 2:
        return None
    if sum(mesure.is_low_throughout(seuils.bas) for mesure in mesures) >= 2:
        return Classe.SOUS_DOTE
    if any(mesure.is_low(seuils.bas) for mesure in mesures):
        return Classe.FRAGILE
    high = {m.critere for m in mesures if m.rapport is not None and m.rapport >= seuils.haut}
    return Classe.BIEN_DOTE if {Critere.TAUX, Critere.ACCESSIBILITE} <= high else Classe.MOYEN


def pick_capacite(asked: Capacite | None, sites: int, known: dict[Capacite, int], minimum: float) -> Capacite:
    """Choose what the supply is counted in: what was asked, else ETP then posts when enough sites have them.

    `known` counts the sites whose figure is known, `minimum` is the share of sites that must have it. A count of
    structures needs no figure: it is the last resort, and the page says so.
    """
    if asked is not None:
        return asked
    for capacite in (Capacite.ETP, Capacite.POSTES):
        if sites and known.get(capacite, 0) >= minimum * sites:
            return capacite
    return Capacite.STRUCTURES


def check_choix(choix: Choix, *, publics: Sequence[str], annees: Sequence[int], types: Sequence[str]) -> list[Refusal]:
    """Return why a choice makes no sense: unknown public, year without data, unknown kind, absurd distance."""
    refusals = []
    if choix.public not in publics:
        refusals.append(Refusal("public_inconnu", f"Le public « {choix.public} » n’est pas connu.", "public"))
    elif choix.annee is not None and choix.annee not in annees:
        known = ", ".join(map(str, annees)) or "aucune"
        message = f"Le besoin de ce public n’est pas connu pour {choix.annee} (années connues\u202f: {known})."
        refusals.append(Refusal("annee_inconnue", message, "annee"))
    refusals += [
        Refusal("type_inconnu", f"« {kind} » n’est pas un type de SIAE.", "types")
        for kind in choix.types
        if kind not in types
    ]
    for field, value in (("rayon", choix.rayon_km), ("sigma", choix.sigma_km)):
        if value is not None and not 0 < value <= RAYON_MAX_KM:
            message = f"Indiquez une distance comprise entre 0 et {RAYON_MAX_KM} km, pas {value:g}."
            refusals.append(Refusal("distance_invalide", message, field))
    return refusals


def check_besoin(ligne: LigneBesoin, *, unites: Sequence[str] | set[str] | dict[str, int]) -> list[Refusal]:
    """Return why a line of need cannot be kept: unknown unit, negative figure, absurd year."""
    refusals = []
    if ligne.unite_code not in unites:
        message = f"La commune « {ligne.unite_code} » n’existe pas dans le découpage chargé."
        refusals.append(Refusal("commune_inconnue", message, "commune"))
    if ligne.valeur is not None and not (ligne.valeur.is_finite() and 0 <= ligne.valeur < Decimal(10) ** 10):
        refusals.append(Refusal("valeur_invalide", f"{ligne.valeur} n’est pas un nombre de personnes.", "valeur"))
    if not 1990 <= ligne.annee <= 2100:
        refusals.append(Refusal("annee_invalide", f"L’année {ligne.annee} est hors de portée.", "annee"))
    return refusals


@dataclass(frozen=True, slots=True)
class Part:
    """So many sites of one kind to open, of so many ETP each."""

    type_siae: str
    nombre: int
    etp: Decimal


@dataclass(frozen=True, slots=True)
class Demande:
    """What one asks of a scenario (the fields of `models.Scenario` say what each stands for)."""

    nom: str
    methode: Methode
    public: str = PUBLIC_PAR_DEFAUT
    annee: int | None = None
    rayon_km: float = 5
    composition: tuple[Part, ...] = ()
    departements: tuple[str, ...] = ()
    espacement_km: float | None = None
    besoin_min: int | None = None
    budget_etp: Decimal | None = None


def check_demande(demande: Demande, *, publics: Sequence[str], sites_max: int) -> list[Refusal]:
    """Return why a scenario makes no sense: no name, unknown public, absurd distance, nothing or too much to place."""
    refusals = []
    if not demande.nom.strip():
        refusals.append(Refusal("sans_nom", "Donnez un nom au scénario.", "nom"))
    if demande.public not in publics:
        refusals.append(Refusal("public_inconnu", f"Le public « {demande.public} » n’est pas connu.", "public"))
    if not 0 < demande.rayon_km <= RAYON_MAX_KM:
        message = f"Indiquez une distance comprise entre 0 et {RAYON_MAX_KM} km, pas {demande.rayon_km:g}."
        refusals.append(Refusal("distance_invalide", message, "rayon_km"))
    if demande.methode == Methode.MANUELLE:
        return refusals
    total = sum(part.nombre for part in demande.composition)
    if not total:
        refusals.append(Refusal("rien_a_placer", "Demandez au moins un site, d’un type au moins."))
    if total > sites_max:
        message = f"Le calcul place {sites_max} sites au plus à la fois\u202f: vous en demandez {total}."
        refusals.append(Refusal("trop_de_sites", message))
    if demande.methode == Methode.RAPPROCHER and sum(part.nombre > 0 for part in demande.composition) > 1:
        message = "Réduire la distance se calcule pour un seul type de SIAE à la fois."
        refusals.append(Refusal("plusieurs_types", message))
    if demande.budget_etp is not None:
        least = min((part.etp for part in demande.composition if part.nombre), default=Decimal(0))
        if demande.budget_etp < least:
            message = "Le budget en ETP ne suffit pas pour un seul site."
            refusals.append(Refusal("budget_trop_petit", message, "budget_etp"))
    return refusals
