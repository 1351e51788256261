"""The economy of a project: three years of charges and income, a funding plan, and what they tell.

Money is Decimal euros, shares are between 0 and 1. None is unknown: a figure that needs a missing one is unknown too.

- break-even: `(fixed charges − income that does not vary with sales) / (1 − variable charges / sales)`;
- market share of resources: sales over the charges of the activity (Code du travail, art. D. 5132-34 for the ACI);
- working capital needed: sales and aids not yet received, less purchases not yet paid;
- treasury: twelve equal months a year, receipts coming after their delay, funding plan at the start of each year.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import Gravite, Nature, Poste
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, nombre, pourcent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ANNEES = (1, 2, 3)
ZERO = Decimal(0)
JOURS_AN = 365
MOIS_AN = 12
# Two totals closer than this are the same: plans are written in whole euros.
TOLERANCE = Decimal(1)

# In which column each line stands, in the order of the sheet.
POSTES: Mapping[Nature, tuple[Poste, ...]] = {
    Nature.CHARGE: (
        Poste.ACHATS,
        Poste.SERVICES,
        Poste.SALAIRES_INSERTION,
        Poste.SALAIRES_PERMANENTS,
        Poste.IMPOTS,
        Poste.FRAIS_FINANCIERS,
        Poste.DOTATIONS,
        Poste.AUTRES_CHARGES,
    ),
    Nature.PRODUIT: (
        Poste.VENTES,
        Poste.AIDE_POSTE,
        Poste.DEPARTEMENT,
        Poste.REGION,
        Poste.COLLECTIVITES,
        Poste.EUROPE,
        Poste.FONDATIONS,
        Poste.AUTRES_PRODUITS,
    ),
    Nature.EMPLOI: (Poste.INVESTISSEMENTS, Poste.BFR, Poste.REMBOURSEMENTS, Poste.AUTRES_EMPLOIS),
    Nature.RESSOURCE: (
        Poste.FONDS_PROPRES,
        Poste.SUBVENTIONS_INVESTISSEMENT,
        Poste.EMPRUNTS,
        Poste.AUTOFINANCEMENT,
        Poste.AUTRES_RESSOURCES,
    ),
}
NATURES: Mapping[str, Nature] = {poste.value: nature for nature, postes in POSTES.items() for poste in postes}
# Charges that follow the sales; all the others are there even when nothing is sold.
VARIABLES = frozenset({Poste.ACHATS})
MARCHANDS = frozenset({Poste.VENTES})
AIDES = frozenset({Poste.AIDE_POSTE, Poste.DEPARTEMENT, Poste.REGION, Poste.COLLECTIVITES, Poste.EUROPE})
# Written in the books, neither paid nor received.
CALCULEES = frozenset({Poste.DOTATIONS})
# Parts of the funding plan that the months already show: they move no treasury of their own.
DEJA_VUS = frozenset({Poste.BFR, Poste.AUTOFINANCEMENT})


@dataclass(frozen=True, slots=True)
class Delais:
    """How many days sales, aids and purchases wait before they are paid."""

    ventes: int = 60
    aides: int = 60
    achats: int = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """What the carrier of a project writes: amounts by line and year (1 to 3), ETP by year, treasury at the start."""

    montants: Mapping[tuple[str, int], Decimal]
    etp: Mapping[int, Decimal]
    tresorerie_initiale: Decimal = ZERO
    delais: Delais = Delais()

    def total(self, postes: Iterable[str], annee: int) -> Decimal:
        """Return the sum of some lines in a year; a line that is not written is zero."""
        return sum((self.montants.get((str(poste), annee), ZERO) for poste in postes), ZERO)

    def nature(self, nature: Nature, annee: int) -> Decimal:
        """Return the total of a column in a year."""
        return self.total(POSTES[nature], annee)

    @property
    def vide(self) -> bool:
        """Whether nothing is written yet."""
        return not any(self.montants.values())


@dataclass(frozen=True, slots=True)
class Annee:
    """One year of a plan, read. `seuil`: the sales from which it pays; 0 when aids cover all, None when no sale can."""

    rang: int
    charges: Decimal
    produits: Decimal
    ventes: Decimal
    aides: Decimal
    etp: Decimal | None
    seuil: Decimal | None
    part_marchande: Decimal | None
    part_ventes_produits: Decimal | None
    cout_etp: Decimal | None
    aide_etp: Decimal | None
    bfr: Decimal
    emplois: Decimal
    ressources: Decimal

    @property
    def resultat(self) -> Decimal:
        """Income less charges."""
        return self.produits - self.charges

    @property
    def equilibre(self) -> bool:
        """Whether the funding plan balances."""
        return abs(self.emplois - self.ressources) <= TOLERANCE

    @property
    def point_mort(self) -> int | None:
        """The day of the year on which the break-even is reached, None when it is not in the year."""
        if self.seuil is None or self.ventes <= 0 or self.seuil > self.ventes:
            return None
        return int((JOURS_AN * self.seuil / self.ventes).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Analyse:
    """A plan read whole: its years, its treasury at the end of each of 36 months, its lowest point."""

    annees: tuple[Annee, ...]
    tresorerie: tuple[Decimal, ...]
    creux: Decimal
    creux_mois: int

    @property
    def derniere(self) -> Annee:
        return self.annees[-1]


def analyse(plan: Plan) -> Analyse:
    """Read a plan; amounts are rounded to the cent."""
    tresorerie = compute_treasury(plan)
    creux = min(tresorerie)
    return Analyse(tuple(_read(plan, annee) for annee in ANNEES), tresorerie, creux, tresorerie.index(creux) + 1)


def _read(plan: Plan, annee: int) -> Annee:
    charges, produits = plan.nature(Nature.CHARGE, annee), plan.nature(Nature.PRODUIT, annee)
    ventes, aides = plan.total(MARCHANDS, annee), plan.total(AIDES, annee)
    etp = plan.etp.get(annee)
    return Annee(
        rang=annee,
        charges=charges,
        produits=produits,
        ventes=ventes,
        aides=aides,
        etp=etp,
        seuil=break_even(
            charges=charges, variables=plan.total(VARIABLES, annee), ventes=ventes, autres=produits - ventes
        ),
        part_marchande=_share(ventes, charges),
        part_ventes_produits=_share(ventes, produits),
        cout_etp=_per(charges, etp),
        aide_etp=_per(plan.total((Poste.AIDE_POSTE,), annee), etp),
        bfr=working_capital(ventes=ventes, aides=aides, achats=plan.total(VARIABLES, annee), delais=plan.delais),
        emplois=plan.nature(Nature.EMPLOI, annee),
        ressources=plan.nature(Nature.RESSOURCE, annee),
    )


def break_even(*, charges: Decimal, variables: Decimal, ventes: Decimal, autres: Decimal) -> Decimal | None:
    """Return the sales from which income covers charges, the other income (aids, gifts) being given.

    Zero when the other income covers the fixed charges; None when a sale costs as much as it brings, or none is made.
    """
    fixes = charges - variables - autres
    if fixes <= 0:
        return ZERO
    if ventes <= 0 or variables >= ventes:
        return None
    return _cents(fixes / (1 - variables / ventes))


def working_capital(*, ventes: Decimal, aides: Decimal, achats: Decimal, delais: Delais) -> Decimal:
    """Return what the activity has to advance: what it is owed less what it owes, in a usual year."""
    waiting = ventes * delais.ventes + aides * delais.aides - achats * delais.achats
    return _cents(waiting / JOURS_AN)


def compute_treasury(plan: Plan) -> tuple[Decimal, ...]:
    """Return the treasury at the end of each month of the three years.

    Money that comes or goes after its delay, rounded to whole months, may fall beyond the last month.
    """
    flows: defaultdict[int, Decimal] = defaultdict(Decimal)
    later = {
        **dict.fromkeys(MARCHANDS, _months(plan.delais.ventes)),
        **dict.fromkeys(AIDES, _months(plan.delais.aides)),
        **dict.fromkeys(VARIABLES, _months(plan.delais.achats)),
    }
    signs = {Nature.CHARGE: -1, Nature.PRODUIT: 1, Nature.EMPLOI: -1, Nature.RESSOURCE: 1}
    for (code, annee), montant in plan.montants.items():
        poste, nature = Poste(code), NATURES[code]
        first = (annee - 1) * MOIS_AN
        if poste in CALCULEES or poste in DEJA_VUS:
            continue
        if nature in {Nature.EMPLOI, Nature.RESSOURCE}:
            flows[first] += signs[nature] * montant
            continue
        for month in range(MOIS_AN):
            flows[first + month + later.get(poste, 0)] += signs[nature] * montant / MOIS_AN
    level, levels = plan.tresorerie_initiale, []
    for month in range(len(ANNEES) * MOIS_AN):
        level += flows[month]
        levels.append(_cents(level))
    return tuple(levels)


@dataclass(frozen=True, slots=True)
class Plafonds:
    """What the law says of a kind of SIAE, None when it says nothing: shares between 0 and 1, euros per ETP."""

    ordinaire: Decimal | None = None
    derogatoire: Decimal | None = None
    aide_etp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Remarque:
    """Something to know about a plan, in words."""

    code: str
    gravite: Gravite
    texte: str


# The remark that forbids a grant, whatever the commission says.
PART_INTERDITE = "part_interdite"


def exceeds_ordinary(analysis: Analyse, plafonds: Plafonds) -> bool:
    """Tell whether sales go beyond the ordinary ceiling in one year: a favourable opinion is then required."""
    return plafonds.ordinaire is not None and any(
        annee.part_marchande is not None and annee.part_marchande > plafonds.ordinaire for annee in analysis.annees
    )


def list_remarques(plan: Plan, plafonds: Plafonds, *, etp_demandes: Decimal) -> list[Remarque]:
    """Return what a reader should know of a plan, the gravest first."""
    if plan.vide:
        return [Remarque("vide", Gravite.ATTENTION, "La fiche économique n’est pas remplie.")]
    analysis = analyse(plan)
    found = [
        *(remarque for annee in analysis.annees for remarque in _of_year(annee, plafonds)),
        *_of_treasury(analysis),
        *_of_etp(analysis, etp_demandes),
    ]
    order = list(Gravite)
    return sorted(found, key=lambda remarque: order.index(remarque.gravite))


def _of_year(annee: Annee, plafonds: Plafonds) -> Iterable[Remarque]:
    when = f"Année {annee.rang}"
    part = annee.part_marchande
    sold = f"{when}\u202f: les ventes couvrent {pourcent(part, 0)} des charges"
    if part is not None and plafonds.derogatoire is not None and part > plafonds.derogatoire:
        texte = f"{sold}, au-delà du plafond de {pourcent(plafonds.derogatoire, 0)} permis par dérogation."
        yield Remarque(PART_INTERDITE, Gravite.ERREUR, texte)
    elif part is not None and plafonds.ordinaire is not None and part > plafonds.ordinaire:
        texte = (
            f"{sold}, au-delà du plafond ordinaire de {pourcent(plafonds.ordinaire, 0)}\u202f; un avis favorable de la "
            "commission est requis."
        )
        yield Remarque("part_derogatoire", Gravite.ATTENTION, texte)
    if not annee.equilibre:
        texte = (
            f"{when}\u202f: le plan de financement n’est pas équilibré, {euros(annee.emplois)} d’emplois pour "
            f"{euros(annee.ressources)} de ressources."
        )
        yield Remarque("desequilibre", Gravite.ERREUR, texte)
    if annee.charges and annee.resultat < 0:
        texte = f"{when}\u202f: un déficit de {euros(-annee.resultat)} est prévu."
        yield Remarque("deficit", Gravite.ATTENTION, texte)
    if annee.charges and annee.seuil is None:
        texte = f"{when}\u202f: le seuil de rentabilité n’est jamais atteint, les achats absorbent les ventes."
        yield Remarque("sans_seuil", Gravite.ATTENTION, texte)
    elif annee.seuil is not None and annee.seuil > annee.ventes:
        texte = f"{when}\u202f: le seuil de rentabilité ({euros(annee.seuil)} de ventes) n’est pas atteint."
        yield Remarque("seuil_manque", Gravite.ATTENTION, texte)
    if annee.aide_etp and plafonds.aide_etp and abs(annee.aide_etp / plafonds.aide_etp - 1) > ECART_AIDE:
        texte = (
            f"{when}\u202f: l’aide au poste prévue, {euros(annee.aide_etp)} par ETP, s’écarte du montant socle de "
            f"{euros(plafonds.aide_etp)}."
        )
        yield Remarque("aide_poste", Gravite.ATTENTION, texte)


# Beyond this gap with the base amount, aids are likely miscounted: the modulated part goes up to 10 %.
ECART_AIDE = Decimal("0.15")


def _of_treasury(analysis: Analyse) -> Iterable[Remarque]:
    if analysis.creux < 0:
        texte = (
            f"La trésorerie passe sous zéro\u202f: {euros(analysis.creux)} au mois {analysis.creux_mois}. Une avance "
            "ou un apport est à prévoir."
        )
        yield Remarque("tresorerie", Gravite.ERREUR, texte)


def _of_etp(analysis: Analyse, asked: Decimal) -> Iterable[Remarque]:
    first, known = analysis.annees[0].etp, [annee.etp for annee in analysis.annees if annee.etp is not None]
    if first is None:
        yield Remarque("etp_inconnus", Gravite.ATTENTION, "Les ETP de la première année ne sont pas renseignés.")
    elif first > asked:
        texte = f"La fiche compte {_number(first)} ETP la première année, le dossier en demande {_number(asked)}."
        yield Remarque("etp_differents", Gravite.ATTENTION, texte)
    if known and asked > max(known):
        texte = f"Le dossier demande {_number(asked)} ETP par an, la fiche n’en compte jamais plus de "
        yield Remarque("etp_hors_plan", Gravite.ATTENTION, f"{texte}{_number(max(known))}.")


def euros(value: Decimal) -> str:
    """Write an amount in whole euros."""
    return f"{nombre(value)}{NARROW_SPACE}€"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole > 0 else None


def _per(amount: Decimal, count: Decimal | None) -> Decimal | None:
    return _cents(amount / count) if count else None


def _months(days: int) -> int:
    """Return a delay in whole months, the nearest."""
    return int((Decimal(days) * MOIS_AN / JOURS_AN).to_integral_value(ROUND_HALF_UP))


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def build_plan(
    rows: Sequence[tuple[str, int, Decimal]], etp: Mapping[int, Decimal], *, tresorerie: Decimal, delais: Delais
) -> Plan:
    """Return a plan from its stored lines (line, year, amount)."""
    return Plan({(poste, annee): montant for poste, annee, montant in rows}, etp, tresorerie, delais)
