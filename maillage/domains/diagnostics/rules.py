"""When is a territory under-served? Pure rules over values; thresholds come from the dated parameters."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.diagnostics.enums import (
    Adaptation,
    Capacite,
    Classe,
    Critere,
    Densite,
    Gravite,
    Methode,
    Modele,
    RoleCoAuteur,
)
from maillage.domains.diagnostics.enums import EtatDiagnostic as Etat
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.foundations.kernel.templatetags.ui import valeur_ou_inconnu as told

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

PUBLIC_PAR_DEFAUT = "population_active_age"
DECROISSANCE_PAR_DEFAUT = "gaussienne"
# The models and their papers.
MODELES = {
    Modele.DEUX_SFCA: "2SFCA (Luo et Wang 2003)",
    Modele.E2SFCA: "E2SFCA (Luo et Qi 2009)",
    Modele.TROIS_SFCA: "3SFCA (Wan, Zou et Sternberg 2012)",
    Modele.M2SFCA: "M2SFCA (Delamater 2013)",
}
RAYON_MAX_KM, MINUTES_MAX, SEUIL_MAX = 100, 180, 10
# A finding of fewer letters says nothing.
CONSTAT_MIN = 20


@dataclass(frozen=True, slots=True)
class Choix:
    """What the reader asks for; None leaves the choice to the parameters in force and to what is known.

    `annee` is the year of the need and `annee_offre` that of the supply, `types` the kinds of SIAE counted (empty:
    all), `rayon_km` the radius beyond which a site is out of reach, `sigma_km` the distance at which a site weighs e^-½
    (61 %) when the decay is Gaussian; σ follows the radius when only the radius is given.

    `mode` is that of an imported matrix of travel times (empty: straight distances); `minutes` and `sigma_minutes` then
    stand for the radius and σ. `decroissance` names a family of `compute/decays.py`, `adaptation` what the radius
    depends on: only a radius that is not given adapts. `seuil_bas` and `seuil_haut` are shares of the region's value;
    `cible` is the accessibility aimed at, in the scale it is shown in (None: that of the region).
    """

    public: str = PUBLIC_PAR_DEFAUT
    annee: int | None = None
    capacite: Capacite | None = None
    types: tuple[str, ...] = ()
    rayon_km: float | None = None
    sigma_km: float | None = None
    modele: Modele = Modele.E2SFCA
    decroissance: str = DECROISSANCE_PAR_DEFAUT
    adaptation: Adaptation = Adaptation.UNIQUE
    mode: str = ""
    minutes: float | None = None
    sigma_minutes: float | None = None
    annee_offre: int | None = None
    seuil_bas: float | None = None
    seuil_haut: float | None = None
    cible: float | None = None


@dataclass(frozen=True, slots=True)
class LigneBesoin:
    """How many people of a public live in a territory one year; None: the producer withholds it.

    `niveau` and `code` are those of a territory in force; by default a unit, by its code of the COG.
    """

    code: str
    annee: int
    valeur: Decimal | None
    estime: bool = False
    niveau: str = "commune"

    @property
    def lieu(self) -> tuple[str, str]:
        """The territory, as (level, code)."""
        return self.niveau, self.code


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a territory and what it was judged on: the measures that are low, or high, enough to count.

    `fragile` tells a territory that some measure makes fear for, although not all settings agree: it is said in words,
    never coloured.
    """

    classe: Classe | None
    mesures: tuple[Mesure, ...] = ()
    fragile: bool = False


def judge(mesures: Sequence[Mesure], seuils: Seuils) -> Verdict:
    """Judge a territory on its three measures.

    Blank: nobody in it can reach any supply. Under-served: low in at least two measures, whatever the setting. Well
    served: rate and accessibility both high, and no measure low. Else balanced, be it with a measure that is low
    (`fragile`). Nothing is said when fewer than two measures are known, or when the region itself has nothing.
    """
    known = [mesure for mesure in mesures if mesure.rapport is not None]
    if len(known) < 2:
        return Verdict(None)
    if any(mesure.critere == Critere.ACCESSIBILITE and mesure.valeur == 0 for mesure in known):
        return Verdict(Classe.ZONE_BLANCHE, tuple(m for m in known if m.critere == Critere.ACCESSIBILITE))
    robust = tuple(mesure for mesure in known if mesure.is_low_throughout(seuils.bas))
    if len(robust) >= 2:
        return Verdict(Classe.SOUS_DOTE, robust)
    low = tuple(mesure for mesure in known if mesure.is_low(seuils.bas))
    if low:
        return Verdict(Classe.EQUILIBRE, low, fragile=True)
    high = tuple(m for m in known if m.rapport is not None and m.rapport >= seuils.haut)
    if {Critere.TAUX, Critere.ACCESSIBILITE} <= {mesure.critere for mesure in high}:
        return Verdict(Classe.BIEN_DOTE, high)
    return Verdict(Classe.EQUILIBRE)


def classify(mesures: Sequence[Mesure], seuils: Seuils) -> Classe | None:
    """Return the class of a territory (see `judge`)."""
    return judge(mesures, seuils).classe


def density_of(density: float | None, dense: float, intermediaire: float) -> Densite | None:
    """Return the class of a commune from its inhabitants per km², thresholds included; None when unknown."""
    if density is None or density != density:
        return None
    if density >= dense:
        return Densite.DENSE
    return Densite.INTERMEDIAIRE if density >= intermediaire else Densite.PEU_DENSE


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


def check_choix(
    choix: Choix,
    *,
    publics: Sequence[str],
    annees: Sequence[int],
    types: Sequence[str],
    decroissances: Sequence[str] = (DECROISSANCE_PAR_DEFAUT,),
    modes: Sequence[str] = (),
) -> list[Refusal]:
    """Return why a choice makes no sense: unknown public, year without data, unknown kind, absurd distance or bound."""
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
    if choix.decroissance not in decroissances:
        message = f"La décroissance « {choix.decroissance} » n’est pas connue."
        refusals.append(Refusal("decroissance_inconnue", message, "decroissance"))
    if choix.mode and choix.mode not in modes:
        message = f"Aucun temps de trajet « {choix.mode} » n’est importé."
        refusals.append(Refusal("mode_inconnu", message, "mode"))
    return [*refusals, *_check_lengths(choix), *_check_seuils(choix)]


def _check_lengths(choix: Choix) -> list[Refusal]:
    lengths = (
        ("rayon", choix.rayon_km, RAYON_MAX_KM, "une distance", "km"),
        ("sigma", choix.sigma_km, RAYON_MAX_KM, "une distance", "km"),
        ("minutes", choix.minutes, MINUTES_MAX, "une durée", "min"),
        ("sigma", choix.sigma_minutes, MINUTES_MAX, "une durée", "min"),
    )
    return [
        Refusal(
            "distance_invalide",
            f"Indiquez {what} comprise entre 0 et {nombre(most)} {unit}, pas {told(value)}.",
            field,
        )
        for field, value, most, what, unit in lengths
        if value is not None and not 0 < value <= most
    ]


def _check_seuils(choix: Choix) -> list[Refusal]:
    bounds = (("seuil_bas", choix.seuil_bas), ("seuil_haut", choix.seuil_haut))
    refusals = [
        Refusal(
            "seuil_invalide",
            f"Un seuil va de 0 à {nombre(SEUIL_MAX)} fois la valeur de la région, pas {told(value)}.",
            field,
        )
        for field, value in bounds
        if value is not None and not 0 < value <= SEUIL_MAX
    ]
    if choix.cible is not None and not 0 < choix.cible < float("inf"):
        refusals.append(Refusal("cible_invalide", f"La cible est un nombre positif, pas {told(choix.cible)}.", "cible"))
    return refusals


def check_ordre(seuils: Seuils) -> list[Refusal]:
    """Return why two thresholds do not go together: a territory cannot be low and high at once."""
    if seuils.bas <= seuils.haut:
        return []
    return [Refusal("seuils_croises", "Le seuil bas dépasse le seuil haut.", "seuil_bas")]


def check_besoin(ligne: LigneBesoin, *, territoires: Container[tuple[str, str]]) -> list[Refusal]:
    """Return why a line of need cannot be kept: unknown territory (level, code), negative figure, absurd year."""
    refusals = []
    if ligne.lieu not in territoires:
        message = f"Le territoire «\u202f{ligne.niveau} {ligne.code}\u202f» n’existe pas dans le découpage chargé."
        if ligne.niveau == "commune":
            message = f"La commune « {ligne.code} » n’existe pas dans le découpage chargé."
        refusals.append(Refusal("territoire_inconnu", message, "code"))
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
        message = f"Indiquez une distance comprise entre 0 et {told(RAYON_MAX_KM)} km, pas {told(demande.rayon_km)}."
        refusals.append(Refusal("distance_invalide", message, "rayon_km"))
    if demande.methode == Methode.MANUELLE:
        return refusals
    total = sum(part.nombre for part in demande.composition)
    if not total:
        refusals.append(Refusal("rien_a_placer", "Demandez au moins un site, d’un type au moins."))
    if total > sites_max:
        message = (
            f"Le calcul place {nombre(sites_max)} sites au plus à la fois\u202f: vous en demandez {nombre(total)}."
        )
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


@dataclass(frozen=True, slots=True)
class FicheNote:
    """What an organisation observes on a territory: `theme` and `public` are codes of the reference tables."""

    niveau: str
    code: str
    annee: int
    theme: str
    gravite: int
    texte: str
    public: str = ""
    reponse: str = ""


def check_note(fiche: FicheNote, *, themes: Container[str], publics: Container[str], on: date) -> list[Refusal]:
    """Return why a note cannot be written: unknown theme, public or gravity, no text, a year out of reach."""
    faults = (
        (fiche.theme not in themes, "theme_inconnu", "Choisissez un thème de la liste.", "theme"),
        (bool(fiche.public) and fiche.public not in publics, "public_inconnu", "Ce public n’est pas connu.", "public"),
        (fiche.gravite not in Gravite.values, "gravite_inconnue", "Choisissez une gravité de la liste.", "gravite"),
        (len(fiche.texte) < CONSTAT_MIN, "constat_court", "Décrivez le constat en une phrase au moins.", "texte"),
        (
            not 2018 <= fiche.annee <= on.year + 1,
            "annee_invalide",
            f"Indiquez une année comprise entre 2018 et {on.year + 1}.",
            "annee",
        ),
    )
    return [Refusal(code, message, field) for wrong, code, message, field in faults if wrong]


# What seems to designate somebody, in words that must name nobody: a title and a name, a number of social security, a
# telephone, an address. Signs, not proofs: who writes is asked, never refused.
_DESIGNATIONS = (
    r"\b(?:M\.|MM\.|Mr|Mmes?|Mlles?|Madame|Monsieur|Mademoiselle|Dr|Docteur)\s+[^\W\d_a-zà-öø-ÿ][\w’'-]*",
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)",
    r"(?<!\d)(?:\+33\s?|0033\s?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
)
_DESIGNATION = re.compile("|".join(f"(?:{each})" for each in _DESIGNATIONS))


def find_designations(texte: str) -> list[str]:
    """Return the words of a text that seem to designate a person, in its order, each once."""
    return list(dict.fromkeys(found.group() for found in _DESIGNATION.finditer(texte)))


def nearest_year(known: Sequence[int], asked: int) -> int | None:
    """Return the latest year known up to the one asked, else the first one after it; None when none is known."""
    before = [year for year in known if year <= asked]
    return max(before) if before else min(known, default=None)


# The shared diagnostic: what it is made of, how it goes from draft to publication, who must have said yes.

TRANSITIONS_PARTAGE = Transitions(
    (
        Transition("ouvrir", (Etat.BROUILLON,), Etat.CONCERTATION, "Ouvrir la concertation"),
        Transition("reprendre", (Etat.CONCERTATION,), Etat.BROUILLON, "Revenir au brouillon"),
        Transition("valider", (Etat.CONCERTATION,), Etat.VALIDE, "Valider le diagnostic"),
        Transition("publier", (Etat.VALIDE,), Etat.PUBLIE, "Publier"),
    )
)
# While the text may change.
MODIFIABLES = (Etat.BROUILLON, Etat.CONCERTATION)
# Acts that say why.
MOTIVES = frozenset({"reprendre"})
MOTIF_MIN = 15  # characters: fewer do not say why
# Those who write, and whose agreement validates.
REDACTEURS = (RoleCoAuteur.PILOTE, RoleCoAuteur.CO_AUTEUR)
# The partners that the strategy (1.1) asks to write together, and the kinds of organisations that stand for each.
PARTENAIRES = {
    "l’État": frozenset({"ddets", "dreets"}),
    "le Conseil départemental": frozenset({"conseil_departemental"}),
    "France Travail": frozenset({"ft_agence", "ft_direction"}),
    "un réseau de l’IAE": frozenset({"reseau_departemental", "reseau_regional", "inter_reseau"}),
}


@dataclass(frozen=True, slots=True)
class ModeleSection:
    """A section of the template: its code, its title, the question that it answers."""

    code: str
    titre: str
    aide: str


@cache
def modeles_sections() -> dict[str, ModeleSection]:
    """Return the sections of a new diagnostic by code, in their order."""
    rows = tomllib.loads(Path(__file__).with_name("sections.toml").read_text("utf-8"))["section"]
    return {row["code"]: ModeleSection(**row) for row in rows}


def partenaires_absents(types: Iterable[str]) -> list[str]:
    """Return the partners of the strategy for whom no organisation of these kinds stands."""
    present = set(types)
    return [nom for nom, kinds in PARTENAIRES.items() if not kinds & present]


def periode_suivante(debut: int, fin: int) -> tuple[int, int]:
    """Return the years that follow a period, as many."""
    return fin + 1, fin + 1 + fin - debut


def describe_periode(debut: int, fin: int) -> str:
    """Write a period: « 2026 », « 2026-2027 »."""
    return str(debut) if debut == fin else f"{debut}-{fin}"


def check_periode(debut: int, fin: int) -> list[Refusal]:
    """Return why a period makes no sense: backwards, too long to be a picture, out of reach."""
    if not 1990 <= debut <= 2100:
        return [Refusal("annee_invalide", f"L’année {debut} est hors de portée.", "annee_debut")]
    if not debut <= fin <= debut + 5:
        return [
            Refusal("periode", "Un diagnostic couvre d’une à six années, de la première à la dernière.", "annee_fin")
        ]
    return []


def check_cloture(
    *, a_relire: Sequence[str], a_reunir: Sequence[str], manquants: Sequence[str], motif: str
) -> list[Refusal]:
    """Return why a diagnostic cannot be validated: texts to read again or to put together, partners who said nothing.

    A pilot may close without a partner, saying why: the document then tells who did not validate, and that reason.
    """
    found = []
    if a_relire:
        message = f"Des textes repris du diagnostic précédent sont à relire\u202f: {', '.join(a_relire)}."
        found.append(Refusal("a_relire", message))
    if a_reunir:
        message = f"Des textes écrits en même temps restent à réunir\u202f: {', '.join(a_reunir)}."
        found.append(Refusal("a_reunir", message))
    if manquants and len(motif.strip()) < MOTIF_MIN:
        message = (
            f"N’ont pas validé\u202f: {', '.join(manquants)}. Attendez leur validation, ou dites en une phrase "
            "pourquoi vous passez outre\u202f: le document le dira."
        )
        found.append(Refusal("validations_manquantes", message, "motif"))
    return found
