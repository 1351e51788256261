"""Objectives with what is reached of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.offre.enums import Situation
from maillage.domains.offre.models import Objectif
from maillage.domains.offre.queries.realisations import count_realisations, list_annees
from maillage.domains.offre.queries.territoires import list_noms
from maillage.domains.offre.rules.publics import reperes, situate, wanted_count
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from maillage.domains.offre.rules.publics import Fourchette


@dataclass(frozen=True, slots=True)
class Avancement:
    """An objective, its territory's name and what may be told of its actual; `realise` None: nothing is known yet."""

    objectif: Objectif
    territoire: str
    realise: Fourchette | None

    @property
    def public(self) -> str:
        return str(self.objectif.get_public_display())

    @property
    def type(self) -> str:
        return str(self.objectif.type_siae) or "tous"

    @property
    def annee(self) -> int:
        return self.objectif.annee

    @property
    def decision(self) -> str:
        """Who decided it, with the reference."""
        return ", ".join(filter(None, (str(self.objectif.get_source_display()), self.objectif.reference)))

    @property
    def cible(self) -> Decimal | None:
        """The target in per cent of the employees; of a number, once the employees are known."""
        if self.objectif.cible_part is not None:
            return self.objectif.cible_part
        if self.realise is None or not self.realise.total:
            return None
        return 100 * Decimal(self.objectif.cible_nombre or 0) / self.realise.total

    @property
    def part(self) -> float | None:
        """The share reached, in per cent; None when it is unknown or withheld."""
        return self.realise.part if self.realise else None

    @property
    def avancement(self) -> float | None:
        """What is reached of the target, in per cent of it."""
        if self.realise is None or self.realise.effectif is None:
            return None
        wanted = wanted_count(
            self.realise.total, cible_part=self.objectif.cible_part, cible_nombre=self.objectif.cible_nombre
        )
        return float(100 * self.realise.effectif / wanted)

    @property
    def ecart(self) -> float | None:
        """Points of share above (positive) or under the target."""
        return None if self.part is None or self.cible is None else self.part - float(self.cible)

    @property
    def situation(self) -> Situation:
        return situate(self.realise, cible_part=self.objectif.cible_part, cible_nombre=self.objectif.cible_nombre)


def list_avancements(
    *, niveau: str = "", code: str = "", public: str = "", type_siae: str | None = None, annee: int | None = None
) -> list[Avancement]:
    """Return the objectives that meet every criterion with their actuals, in four queries. None: any kind, any year."""
    rows = Objectif.objects.all()
    wanted = {"niveau": niveau, "code": code, "public": public, "annee": annee}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if type_siae is not None:
        rows = rows.filter(type_siae=type_siae)
    return _with_actuals(list(rows.order_by("-annee", "-niveau", "code", "public", "type_siae")))


def get_avancement(public_id: UUID) -> Avancement | None:
    """Return one objective with its actual, None when there is no such."""
    objectif = Objectif.objects.filter(public_id=public_id).first()
    return _with_actuals([objectif])[0] if objectif else None


def _with_actuals(objectifs: Sequence[Objectif]) -> list[Avancement]:
    tableaux = count_realisations({row.public for row in objectifs}, {row.annee for row in objectifs})
    noms, seuil = list_noms(), get_effectif_min()
    found = []
    for row in objectifs:
        tableau = tableaux.get((row.public, row.annee))
        seen = tableau.get(row.niveau, row.code, row.type_siae, seuil) if tableau else None
        found.append(Avancement(row, noms.get((row.niveau, row.code), row.code), seen))
    return found


@dataclass(frozen=True, slots=True)
class Annee:
    """One year of a trend: share reached, target, both in per cent; `situation` says why a share is missing."""

    annee: int
    part: float | None
    cible: Decimal | None
    situation: Situation


def list_tendance(objectif: Objectif) -> list[Annee]:
    """Return every year that has an actual or a target for the same public, territory and kind, in five queries."""
    same = list_avancements(
        niveau=objectif.niveau, code=objectif.code, public=objectif.public, type_siae=objectif.type_siae
    )
    targets = {each.annee: each for each in same}
    annees = sorted({*list_annees(), *targets})
    tableaux, seuil = count_realisations({objectif.public}, annees), get_effectif_min()
    found = []
    for annee in annees:
        tableau = tableaux.get((objectif.public, annee))
        seen = tableau.get(objectif.niveau, objectif.code, objectif.type_siae, seuil) if tableau else None
        target = targets.get(annee)
        if seen is None and target is None:
            continue
        situation = target.situation if target else Situation.INCONNU if seen is None else Situation.INDETERMINE
        found.append(Annee(annee, seen.part if seen else None, target.cible if target else None, situation))
    return found


def comparables(objectif: Objectif) -> tuple[tuple[int, Decimal], ...]:
    """Return the shares of the strategy that an objective is read against, by year.

    The strategy counts the employees of the whole region, all kinds of SIAE together: it is compared to nothing else.
    """
    alike = objectif.niveau == Niveau.REGION and not objectif.type_siae
    return reperes()[objectif.public].parts if alike else ()


def draw_tendance(objectif: Objectif, territoire: str) -> BarChart:
    """Return the shares reached year after year beside the targets, after those of the strategy that are alike."""
    known = [Bar(f"{year} (stratégie)", part) for year, part in comparables(objectif)]
    for each in list_tendance(objectif):
        known.append(Bar(f"{each.annee} réalisé", each.part))
        if each.cible is not None:
            known.append(Bar(f"{each.annee} objectif", each.cible, strong=True))
    kind = objectif.type_siae or "tous types de SIAE"
    return BarChart(
        f"{objectif.get_public_display().capitalize()}\u202f: réalisé et objectif par année",
        f"{territoire}, {kind}. Une barre plus sombre est un objectif.",
        "% des salariés",
        known,
        subject="Année",
        digits=1,
    )


def draw_avancements(avancements: Sequence[Avancement], title: str) -> BarChart:
    """Return what is reached of each target, the target being the bar of 100."""
    bars = [Bar("Cible", 100, strong=True)]
    bars += [Bar(_label(each), each.avancement) for each in avancements]
    return BarChart(
        title,
        "À 100, l’objectif est atteint. Sans barre, le chiffre n’est pas renseigné ou reste secret.",
        "% de la cible",
        bars,
        subject="Public",
    )


def _label(each: Avancement) -> str:
    kind = f" ({each.objectif.type_siae})" if each.objectif.type_siae else ""
    return f"{each.public[:1].upper()}{each.public[1:]}{kind}"


def list_choices() -> tuple[list[int], dict[tuple[str, str], str]]:
    """Return the years that have objectives, latest first, and the names of the territories. Two queries."""
    annees = list(Objectif.objects.order_by("-annee").values_list("annee", flat=True).distinct())
    return annees, list_noms()


def default_annee(annees: Sequence[int]) -> int | None:
    """Return the year that a page opens on: the latest with actuals among those with objectives, else the current."""
    known = next((annee for annee in list_annees() if annee in annees), None)
    return known or (annees[0] if annees else timezone.localdate().year)


def list_par_departement(public: str, annee: int, type_siae: str) -> list[tuple[str, Fourchette | None]]:
    """Return what may be told of a public in the region and each département, in three queries."""
    tableau = count_realisations({public}, {annee}).get((public, annee))
    noms, seuil = list_noms(), get_effectif_min()
    return [
        (nom, tableau.get(niveau, code, type_siae, seuil) if tableau else None)
        for (niveau, code), nom in noms.items()
        if niveau in {Niveau.REGION, Niveau.DEPARTEMENT}
    ]
