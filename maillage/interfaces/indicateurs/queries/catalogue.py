"""Indicators with their values, as the current snapshot of the warehouse holds them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from maillage.foundations.analytics.declarations import indicateurs
from maillage.foundations.analytics.warehouse import pseudonym, read_etat, read_valeurs
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.references.economie.models import Rome
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from maillage.foundations.analytics.declarations import Indicateur, Ventilation
    from maillage.foundations.analytics.warehouse import Valeur
    from maillage.references.structures.models import Siae

Place = tuple[str, str]  # niveau, code
SIAE, INCONNU = "siae", "non renseigné"


@dataclass(frozen=True, slots=True)
class Rangee:
    """An indicator and its values of one year, by territory."""

    indicateur: Indicateur
    annee: int
    valeurs: Mapping[Place, Valeur]

    @property
    def libelle(self) -> str:
        return self.indicateur.libelle

    @property
    def objectif(self) -> str:
        return self.indicateur.objectif


@dataclass(frozen=True, slots=True)
class Serie:
    """The values of one indicator in one territory, by year."""

    nom: str
    place: Place
    valeurs: Mapping[int, Valeur]


def list_territoires() -> dict[Place, str]:
    """Return the region and its départements, by level and code. One query."""
    region = settings.MAILLAGE_REGION
    rows = Territoire.objects.en_vigueur().filter(niveau__in=(Niveau.REGION, Niveau.DEPARTEMENT), region=region)
    rows |= Territoire.objects.en_vigueur().filter(niveau=Niveau.REGION, code=region)
    return {
        (niveau, code): nom
        for niveau, code, nom in rows.order_by("-niveau", "code").values_list("niveau", "code", "nom")
    }


def list_annees() -> list[int]:
    """Return the years that some indicator is known for, the latest first."""
    return sorted({each.annee for each in read_valeurs()}, reverse=True)


def list_objectifs() -> list[str]:
    """Return the objectives of the strategy that some indicator serves."""
    return sorted({each.objectif for each in indicateurs().values()})


def list_rangees(annee: int | None) -> list[Rangee]:
    """Return every indicator with its values of a year, or of the latest that it is known for."""
    values = read_valeurs()
    years: defaultdict[str, int] = defaultdict(lambda: max((each.annee for each in values), default=0))
    for each in values:
        years[each.indicateur] = max(years.get(each.indicateur, 0), each.annee)
    chosen = {code: annee or years[code] or timezone.localdate().year for code in indicateurs()}
    found: dict[str, dict[Place, Valeur]] = {code: {} for code in indicateurs()}
    for each in values:
        if each.indicateur in found and each.annee == chosen[each.indicateur]:
            found[each.indicateur][each.niveau, each.territoire] = each
    return [Rangee(each, chosen[code], found[code]) for code, each in indicateurs().items()]


def list_series(code: str) -> list[Serie]:
    """Return the values of an indicator in the region and its départements, by year. One query."""
    values = [each for each in read_valeurs() if each.indicateur == code]
    return [
        Serie(nom, place, {each.annee: each for each in values if (each.niveau, each.territoire) == place})
        for place, nom in list_territoires().items()
    ]


def list_modalites(code: str, ventilation: Ventilation, place: Place) -> list[Serie]:
    """Return the values of an indicator in one territory, by modality and year, the unknown one last. One query."""
    values = [
        each
        for each in read_valeurs(ventilation.axe)
        if each.indicateur == code and (each.niveau, each.territoire) == place
    ]
    found: defaultdict[str, dict[int, Valeur]] = defaultdict(dict)
    for each in values:
        found[each.modalite][each.annee] = each
    names = _names(ventilation.axe, found)
    ordered = sorted(found, key=lambda modality: (modality not in names, names.get(modality, ""), modality))
    return [Serie(names.get(modality, INCONNU), ("", modality), found[modality]) for modality in ordered]


def _names(axe: str, modalites: Iterable[str]) -> dict[str, str]:
    """Return how the modalities of an axis are called."""
    if axe == "rome":
        rows = Rome.objects.filter(code__in=list(modalites)).values_list("code", "libelle")
        return {code: f"{libelle} ({code})" for code, libelle in rows}
    return {value: f"{label[:1].upper()}{label[1:]} ({value})" for value, label in TypeSiae.choices}


@dataclass(frozen=True, slots=True)
class RangeePropre:
    """An indicator and its values for one SIAE, by year."""

    indicateur: Indicateur
    siae: Siae
    valeurs: Mapping[int, Valeur]

    @property
    def libelle(self) -> str:
        return self.indicateur.libelle

    @property
    def nom(self) -> str:
        return f"{self.siae.nom} ({self.siae.type_siae})"


def list_propres(siae: Sequence[Siae]) -> list[RangeePropre]:
    """Return the indicators that are told to each of some SIAE, for those who act for it. No query."""
    values: defaultdict[tuple[str, str], dict[int, Valeur]] = defaultdict(dict)
    for each in read_valeurs(SIAE):
        values[each.indicateur, each.modalite][each.annee] = each
    told = [each for each in indicateurs().values() if any(axis.axe == SIAE for axis in each.ventilations)]
    names = {each.pk: pseudonym(SIAE, each.pk) for each in siae}
    return [
        RangeePropre(indicateur, each, values[indicateur.code, names[each.pk]])
        for each in siae
        for indicateur in told
        if (indicateur.code, names[each.pk]) in values
    ]


def draw(indicateur: Indicateur, series: Sequence[Serie], annee: int, subject: str = "Territoire") -> BarChart:
    """Return the values of a year by territory, the region set apart; or by the modalities of an axis."""
    bars = []
    for serie in series:
        value = serie.valeurs.get(annee)
        told = "au moins" if value and value.minimum else "secret" if value and value.secret else ""
        nom = f"{serie.nom} ({told})" if told else serie.nom
        bars.append(Bar(nom, value.valeur if value else None, strong=serie.place[0] == Niveau.REGION))
    # A total dwarfs its parts: where the figure adds up, the départements are drawn alone.
    if indicateur.facteur == 1:
        bars = [bar for bar in bars if not bar.strong]
    return BarChart(
        f"{indicateur.libelle[:1].upper()}{indicateur.libelle[1:]} en {annee}",
        indicateur.definition,
        indicateur.unite,
        bars,
        subject=subject,
        digits=indicateur.decimales,
    )


def get_fraicheur() -> datetime | None:
    """Return when the current snapshot was taken; None when nothing was published."""
    etat = read_etat()
    return timezone.localtime(etat.moment) if etat else None
