"""The strategy's published figures beside what the platform counts today."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce

from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Activite, EffectifAnnuel, Siae
from maillage.references.structures.queries.annees import get_annee_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FICHIER = Path(__file__).resolve().parent.parent / "reperes.toml"


@dataclass(frozen=True, slots=True)
class Repere:
    """A published figure: `borne` tells how to read it (=, ≈, <, >); `groupe` narrows it to a group of sectors."""

    code: str
    libelle: str
    valeur: Decimal
    borne: str
    unite: str
    annee: int
    niveau: str
    territoire: str
    region: str
    source: str
    groupe: str = ""


@dataclass(frozen=True, slots=True)
class Mesure:
    """A published figure and today's count of the same thing; `valeur` is None when nothing allows to compute it.

    `connues` tells how many SIAE gave the figure, out of `total` in activity; both None when the question has no sense.
    """

    repere: Repere
    valeur: Decimal | None
    annee: int | None
    connues: int | None = None
    total: int | None = None

    @property
    def partielle(self) -> bool:
        """Tell whether SIAE in activity are missing from the figure."""
        return self.connues is not None and self.total is not None and self.connues < self.total


@lru_cache(maxsize=1)
def list_reperes() -> tuple[Repere, ...]:
    """Return the strategy's figures, in the order of the file."""
    content = tomllib.loads(_FICHIER.read_text())
    return tuple(
        Repere(**{**entry, "valeur": Decimal(str(entry["valeur"]))}, region=content["region"], source=content["source"])
        for entry in content["repere"]
    )


@dataclass(frozen=True, slots=True)
class Comptes:
    """What a region counts: `rows` sum figures by département and type, `connues` tell how many SIAE gave them."""

    annee: int | None
    siae: int
    ei: int
    connues: Mapping[str, int]
    rows: Sequence[Mapping[str, Any]]
    heures: Mapping[str, Decimal]

    def sum(self, field: str, **where: str) -> Decimal | None:
        """Return the total of a figure over the rows that match; None when none of them knows it."""
        values = [row[field] for row in self.rows if all(row[key] == value for key, value in where.items())]
        given = [Decimal(value) for value in values if value is not None]
        return sum(given, Decimal()) if given else None


def _share(part: Decimal | None, total: Decimal | None) -> Decimal | None:
    """Return `part` in per cent of `total`, None when either is unknown."""
    return None if part is None or not total else 100 * part / total


def _mean_ei(comptes: Comptes) -> Decimal | None:
    etp = comptes.sum("etp", type_siae=TypeSiae.EI)
    return None if etp is None else etp / comptes.connues["ei"]


# How each figure is measured, and which SIAE had to answer: (key of `connues`, how many they are).
_MESURES: Mapping[str, Callable[[Comptes, Repere], Decimal | None]] = {
    "siae": lambda comptes, _: Decimal(comptes.siae),
    "salaries": lambda comptes, _: comptes.sum("salaries"),
    "etp": lambda comptes, _: comptes.sum("etp"),
    "part_salaries_departement": lambda comptes, repere: _share(
        comptes.sum("salaries", code=repere.territoire), comptes.sum("salaries")
    ),
    "part_salaries_ai": lambda comptes, _: _share(
        comptes.sum("salaries", type_siae=TypeSiae.AI), comptes.sum("salaries")
    ),
    "etp_moyen_ei": lambda comptes, _: _mean_ei(comptes),
    "part_heures_groupe": lambda comptes, repere: _share(
        comptes.heures.get(repere.groupe), sum(comptes.heures.values(), Decimal())
    ),
}
_QUESTIONNEES: Mapping[str, tuple[str, Literal["siae", "ei"]]] = {
    "salaries": ("salaries", "siae"),
    "part_salaries_departement": ("salaries", "siae"),
    "part_salaries_ai": ("salaries", "siae"),
    "etp": ("etp", "siae"),
    "part_heures_groupe": ("etp", "siae"),
    "etp_moyen_ei": ("ei", "ei"),
}


def compute_reperes(region: str) -> list[Mesure]:
    """Measure every published figure of the region on the SIAE in activity, for the year of reference.

    Five queries whatever the size. Hours are not known by sector: a sector weighs its share of the hours of each SIAE
    times the ETP of that SIAE. ETP are those worked (réalisés), those granted (conventionnés) where they are missing.
    """
    reperes = [repere for repere in list_reperes() if repere.region == region]
    comptes = _count(region) if reperes else None
    return [_measure(repere, comptes) for repere in reperes if comptes]


def _measure(repere: Repere, comptes: Comptes) -> Mesure:
    valeur = _MESURES[repere.code](comptes, repere)
    if repere.code not in _QUESTIONNEES:
        return Mesure(repere, valeur, comptes.annee)
    known, asked = _QUESTIONNEES[repere.code]
    return Mesure(repere, valeur, comptes.annee, comptes.connues[known], getattr(comptes, asked))


def _count(region: str) -> Comptes:
    siae = Siae.objects.actives().filter(implantations__principale=True, implantations__commune__region=region)
    effectifs = EffectifAnnuel.objects.filter(siae__fin__isnull=True, departement__region=region)
    annee = get_annee_reference()
    de_l_annee = effectifs.none() if annee is None else effectifs.filter(annee=annee)
    is_ei = Q(siae__type_siae=TypeSiae.EI)
    etp_known = Q(etp_realises__isnull=False) | Q(etp_conventionnes__isnull=False)
    return Comptes(
        annee=annee,
        **siae.aggregate(siae=Count("pk"), ei=Count("pk", filter=Q(type_siae=TypeSiae.EI))),
        connues=de_l_annee.aggregate(
            salaries=Count("siae", distinct=True, filter=Q(salaries__isnull=False)),
            etp=Count("siae", distinct=True, filter=etp_known),
            ei=Count("siae", distinct=True, filter=etp_known & is_ei),
        ),
        rows=list(
            de_l_annee.values(code=F("departement__code"), type_siae=F("siae__type_siae"))
            .annotate(salaries=Sum("salaries"), etp=Sum(Coalesce("etp_realises", "etp_conventionnes")))
            .order_by()
        ),
        heures={} if annee is None else _hours_by_group(region, annee),
    )


def _hours_by_group(region: str, annee: int) -> dict[str, Decimal]:
    """Return, by group of sectors, the ETP that work in it."""
    weight = ExpressionWrapper(
        F("part_heures") * Coalesce("siae__effectifs__etp_realises", "siae__effectifs__etp_conventionnes") / 100,
        output_field=DecimalField(max_digits=14, decimal_places=4),
    )
    rows = (
        Activite.objects.filter(
            siae__fin__isnull=True,
            part_heures__isnull=False,
            siae__effectifs__annee=annee,
            siae__effectifs__departement__region=region,
        )
        .values(groupe=F("secteur__groupe__code"))
        .annotate(etp=Sum(weight))
        .order_by()
    )
    return {row["groupe"]: row["etp"] for row in rows if row["etp"] is not None}
