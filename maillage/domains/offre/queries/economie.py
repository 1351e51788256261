"""The economic sheet of a dossier, read: its plan, its ceilings, its charts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import Nature, Poste
from maillage.domains.offre.models import FicheEconomique
from maillage.domains.offre.rules.economie import (
    ANNEES,
    MOIS_AN,
    POSTES,
    Delais,
    Plafonds,
    Plan,
    analyse,
    build_plan,
    list_remarques,
)
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.parameters import Parametre, find_parametre
from maillage.foundations.kernel.tableur import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.domains.offre.models import Dossier
    from maillage.domains.offre.rules.economie import Analyse, Remarque

POUR_CENT = 100
PLAFONDS = ("part_marchande", "part_marchande_derogatoire", "aide_poste")


@dataclass(frozen=True, slots=True)
class Fiche:
    """A plan with what law says of its kind; `parametres` are the figures that were applied."""

    plan: Plan
    plafonds: Plafonds
    parametres: tuple[Parametre, ...]
    hypotheses: str
    etp_demandes: Decimal

    @property
    def analyse(self) -> Analyse | None:
        """What the plan tells, None while nothing is written."""
        return None if self.plan.vide else analyse(self.plan)

    @property
    def remarques(self) -> list[Remarque]:
        return list_remarques(self.plan, self.plafonds, etp_demandes=self.etp_demandes)


def read_fiche(dossier: Dossier, *, on: date) -> Fiche:
    """Return the economic sheet of a dossier, empty when nothing is written; two queries at most."""
    row = FicheEconomique.objects.filter(dossier=dossier).prefetch_related("lignes").first()
    known = {code: find_parametre(f"offre.{code}_{dossier.type_siae}", on=on) for code in PLAFONDS}
    share = {code: each.value / POUR_CENT if each else None for code, each in known.items()}
    plafonds = Plafonds(
        share["part_marchande"],
        share["part_marchande_derogatoire"],
        known["aide_poste"].value if known["aide_poste"] else None,
    )
    return Fiche(
        _plan(row),
        plafonds,
        tuple(each for each in known.values() if each),
        row.hypotheses if row else "",
        dossier.etp,
    )


def _plan(row: FicheEconomique | None) -> Plan:
    if row is None:
        return Plan({}, {})
    etp = {annee: value for annee in ANNEES if (value := getattr(row, f"etp_{annee}")) is not None}
    lines = [(ligne.poste, ligne.annee, ligne.montant) for ligne in row.lignes.all()]
    delais = Delais(row.delai_ventes, row.delai_aides, row.delai_achats)
    return build_plan(lines, etp, tresorerie=row.tresorerie, delais=delais)


def list_tableaux(fiche: Fiche) -> list[Sheet]:
    """Return the plan as two tables: the business plan, the funding plan; then the treasury by quarter."""
    columns = ("Poste", *(f"Année {annee} (€)" for annee in ANNEES))
    business = [*_rows(fiche.plan, Nature.CHARGE), *_rows(fiche.plan, Nature.PRODUIT)]
    business.append(("Résultat", *(each.resultat for each in fiche.analyse.annees)) if fiche.analyse else ("Résultat",))
    funding = [*_rows(fiche.plan, Nature.EMPLOI), *_rows(fiche.plan, Nature.RESSOURCE)]
    return [
        Sheet("Plan d’affaires à trois ans", columns, business),
        Sheet("Plan de financement", columns, funding),
        Sheet("Trésorerie en fin de trimestre", ("Trimestre", "Trésorerie (€)"), _quarters(fiche)),
    ]


def _rows(plan: Plan, nature: Nature) -> list[tuple[object, ...]]:
    written = [poste for poste in POSTES[nature] if any(plan.total((poste,), annee) for annee in ANNEES)]
    rows: list[tuple[object, ...]] = [
        (poste.label, *(plan.total((poste,), annee) for annee in ANNEES)) for poste in written
    ]
    return [*rows, (f"Total des {nature.label}", *(plan.nature(nature, annee) for annee in ANNEES))]


def _quarters(fiche: Fiche) -> list[tuple[object, ...]]:
    if fiche.analyse is None:
        return []
    quarter = MOIS_AN // 4
    levels: Sequence[Decimal] = fiche.analyse.tresorerie[quarter - 1 :: quarter]
    return [(f"Année {rank // 4 + 1}, trimestre {rank % 4 + 1}", level) for rank, level in enumerate(levels)]


def draw_resources(fiche: Fiche) -> BarChart | None:
    """Draw where the income of the first year comes from."""
    if fiche.analyse is None:
        return None
    bars = [
        Bar(Poste(poste).label, amount, strong=poste == Poste.VENTES)
        for poste in POSTES[Nature.PRODUIT]
        if (amount := fiche.plan.total((poste,), 1))
    ]
    return BarChart("D’où viennent les ressources", "Produits de la première année.", "€", bars, subject="Ressource")


def draw_years(fiche: Fiche) -> BarChart | None:
    """Draw charges, income and sales of each year, with the sales from which it pays."""
    if fiche.analyse is None:
        return None
    bars = []
    for annee in fiche.analyse.annees:
        bars += [
            Bar(f"Année {annee.rang}, charges", annee.charges),
            Bar(f"Année {annee.rang}, produits", annee.produits, strong=True),
            Bar(f"Année {annee.rang}, ventes", annee.ventes),
            Bar(f"Année {annee.rang}, seuil de rentabilité (ventes)", annee.seuil),
        ]
    return BarChart(
        "Charges, produits et seuil de rentabilité", "Sur les trois années du plan.", "€", bars, subject="Année"
    )
