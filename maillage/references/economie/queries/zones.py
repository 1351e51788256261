"""Which zones of the labour market a territory is read in, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, Sum
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, Population, Territoire

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.references.economie.models import BesoinRecrutement

RECOUVREMENT = "economie.recouvrement_min"


@dataclass(frozen=True, slots=True)
class Bassin:
    """A bassin read with a territory; `part` is the share of the territory's population that lives in it."""

    pk: int
    code: str
    nom: str
    part: float


@dataclass(frozen=True, slots=True)
class Zones:
    """What a territory is read in: whole bassins, or exactly its own figures (`exact`); `regle` says so in French."""

    territoire: Territoire
    bassins: tuple[Bassin, ...]
    exact: bool
    regle: str
    departements: tuple[str, ...]

    def keep(self, besoins: QuerySet[BesoinRecrutement]) -> QuerySet[BesoinRecrutement]:
        """Keep the recruitment projects of the territory; those of its bassins rather than its own, never both."""
        here = self._in_bassins(besoins)
        return here if here.exists() else besoins.filter(territoire=self.territoire)

    def _in_bassins(self, besoins: QuerySet[BesoinRecrutement]) -> QuerySet[BesoinRecrutement]:
        of_bassins = besoins.filter(territoire__niveau=Niveau.BASSIN)
        match self.territoire.niveau:
            case Niveau.REGION:
                inside = Q(departement__in=self.departements)
                return of_bassins.filter(inside | Q(departement="", territoire__region=self.territoire.code))
            case Niveau.DEPARTEMENT:
                code = self.territoire.code
                return of_bassins.filter(Q(departement=code) | Q(departement="", territoire__departement=code))
            case _:
                return of_bassins.filter(territoire__in=[bassin.pk for bassin in self.bassins])


def find_zones(territoire: Territoire) -> Zones:
    """Return the zones in which a territory is read, in at most four queries.

    The region and a département sum their parts of bassins, exactly. Any other territory is read in the whole bassins
    where at least a share of its population lives (`economie.recouvrement_min`): figures are never split.
    """
    if territoire.niveau == Niveau.REGION:
        rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.DEPARTEMENT, region=territoire.code)
        codes = tuple(sorted(rows.values_list("code", flat=True)))
        return Zones(territoire, (), True, "Somme exacte des bassins d’emploi de la région.", codes)
    if territoire.niveau == Niveau.DEPARTEMENT:
        rule = "Somme exacte des bassins d’emploi, pour leur partie située dans le département."
        return Zones(territoire, (), True, rule, (territoire.code,))
    if territoire.niveau == Niveau.BASSIN:
        own = Bassin(territoire.pk, territoire.code, territoire.nom, 1.0)
        return Zones(territoire, (own,), True, "Chiffres du bassin d’emploi.", _departements(territoire))
    bassins = _overlap(territoire)
    return Zones(territoire, bassins, False, _tell(bassins), _departements(territoire))


def list_unites(territoire: Territoire) -> list[int]:
    """Return the keys of the units of a territory: itself for a commune."""
    if territoire.niveau == Niveau.COMMUNE:
        return [territoire.pk]
    return list(Appartenance.objects.filter(ensemble=territoire).values_list("unite_id", flat=True))


def _overlap(territoire: Territoire) -> tuple[Bassin, ...]:
    unites = list_unites(territoire)
    newest = Population.objects.filter(unite__in=unites).order_by("-annee").values_list("annee", flat=True).first()
    rows = list(
        Appartenance.objects.filter(maille=Maille.BASSIN, unite__in=unites)
        .values("ensemble_id", code=F("ensemble__code"), nom=F("ensemble__nom"))
        .annotate(population=Sum("unite__populations__valeur", filter=Q(unite__populations__annee=newest)))
        .order_by("-population", "code")
    )
    total = sum(row["population"] or 0 for row in rows)
    least = float(get_parametre(RECOUVREMENT, on=timezone.localdate()).value)
    shared = [
        Bassin(row["ensemble_id"], row["code"], row["nom"], (row["population"] or 0) / total if total else 1.0)
        for row in rows
    ]
    return tuple(bassin for bassin in shared if bassin.part >= least)


def _tell(bassins: tuple[Bassin, ...]) -> str:
    if not bassins:
        return "Aucun bassin d’emploi ne recouvre ce territoire\u202f: importez les zonages de l’emploi."
    names = ", ".join(f"{bassin.nom} ({bassin.part * 100:.0f}\u202f% de la population)" for bassin in bassins)
    whole = "des bassins d’emploi entiers" if len(bassins) > 1 else "du bassin d’emploi entier"
    return f"Chiffres {whole} où vit la population du territoire, sans répartition\u202f: {names}."


def _departements(territoire: Territoire) -> tuple[str, ...]:
    if territoire.departement:
        return (territoire.departement,)
    here = Appartenance.objects.filter(ensemble=territoire).values_list("unite__departement", flat=True)
    return tuple(sorted(set(here)))
