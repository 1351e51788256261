"""Trades and what the labour market says of them in a territory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from maillage.foundations.kernel.parameters import get_parametre
from maillage.references.economie import rules
from maillage.references.economie.models import BesoinRecrutement, Fap, FapRome, SerieOffres, Tension
from maillage.references.economie.queries.zones import Zones, find_zones
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TENSION_FORTE = "economie.tension_forte"
MASQUE = "secret"


@dataclass(frozen=True, slots=True)
class TensionLue:
    """The tension of a trade in the départements of a territory, by code (None: not computed).

    `famille` says that it is that of the trade's family.
    """

    niveaux: dict[str, int | None]
    annee: int
    famille: bool

    @property
    def maximum(self) -> int | None:
        """The strongest level, to sort by."""
        return max((level for level in self.niveaux.values() if level), default=None)

    def fortes(self, seuil: int) -> int:
        """Return in how many départements it is strong."""
        return sum(1 for level in self.niveaux.values() if level and level >= seuil)

    def tell(self, seuil: int) -> str:
        """Say it in a cell: « 4 sur 5 », « forte dans 3 départements sur 8 »."""
        known = {code: level for code, level in self.niveaux.items() if level}
        if not known:
            return "non calculée"
        family = " (famille)" if self.famille else ""
        if len(known) == 1:
            return f"{next(iter(known.values()))} sur 5{family}"
        strong = self.fortes(seuil)
        count = "aucun département" if not strong else f"{strong} département{'s' if strong > 1 else ''}"
        return f"forte dans {count} sur {len(known)}{family}"


@dataclass(frozen=True, slots=True)
class Metier:
    """A trade in a territory. None is unknown; `secrets` counts the cells withheld, which the sums leave out.

    `part_difficiles` and `part_saisonniers` bear on the projects whose share is known, and are None without any.
    """

    fap: Fap
    projets: int | None
    secrets: int
    part_difficiles: float | None
    part_saisonniers: float | None
    tension: TensionLue | None
    seuil: int
    offres: int | None

    @property
    def code(self) -> str:
        return self.fap.code

    @property
    def libelle(self) -> str:
        return str(self.fap)

    @property
    def domaine(self) -> str:
        return self.fap.domaine

    @property
    def projets_lus(self) -> int | str | None:
        """The projects as shown: their sum, « secret » when every cell is withheld."""
        return MASQUE if self.projets is None and self.secrets else self.projets

    @property
    def tension_lue(self) -> str | None:
        """The tension as shown; None when nothing was published."""
        return None if self.tension is None else self.tension.tell(self.seuil)

    @property
    def tension_max(self) -> int | None:
        """The strongest level of the tension."""
        return self.tension.maximum if self.tension else None

    @property
    def fortes(self) -> int | None:
        """In how many départements of the territory the tension is strong; None when none is computed."""
        return self.tension.fortes(self.seuil) if self.tension else None

    @property
    def forte(self) -> bool:
        """Whether the tension is strong somewhere in the territory."""
        return self.tension is not None and self.tension.fortes(self.seuil) > 0


@dataclass(frozen=True, slots=True)
class Marche:
    """The trades of a territory one year, the most wanted first, and how they were counted."""

    zones: Zones
    annee: int | None
    metiers: tuple[Metier, ...]
    periode: str
    sources: tuple[str, ...]

    @property
    def projets(self) -> int | None:
        """The projects of all trades, secret cells left out."""
        known = [metier.projets for metier in self.metiers if metier.projets is not None]
        return sum(known) if known else None

    @property
    def secrets(self) -> int:
        """How many cells are withheld."""
        return sum(metier.secrets for metier in self.metiers)

    @property
    def difficiles(self) -> float | None:
        """The share of projects deemed difficult, over the trades where it is known."""
        known = [(m.projets, m.part_difficiles) for m in self.metiers if m.projets and m.part_difficiles is not None]
        total = sum(projets for projets, _ in known)
        return sum(projets * part for projets, part in known) / total if total else None

    @property
    def fortes(self) -> int | None:
        """How many of the trades wanted here are in strong tension; None when the tension of none is known."""
        known = [metier.forte for metier in self.metiers if metier.tension]
        return sum(known) if known else None


def find_annee(until: int) -> int | None:
    """Return the year of the newest survey that is not after a year; None without any."""
    return max((annee for annee in list_annees() if annee <= until), default=None)


def list_annees() -> list[int]:
    """Return the years of the surveys loaded, the newest first."""
    return list(BesoinRecrutement.objects.order_by("-annee").values_list("annee", flat=True).distinct())


def find_territoire(niveau: str, code: str) -> Territoire | None:
    """Return the territory in force of a level and a code."""
    return Territoire.objects.en_vigueur().filter(niveau=niveau, code=code).first()


def get_marche(territoire: Territoire, annee: int | None = None) -> Marche:
    """Return what the labour market says of each trade wanted in a territory, in a constant number of queries.

    `annee` is that of the survey, the newest by default; for a year asked, the tension is the newest known by then.
    """
    zones, until = find_zones(territoire), annee
    if annee is None:
        annee = BesoinRecrutement.objects.aggregate(newest=Max("annee"))["newest"]
    rows = zones.keep(BesoinRecrutement.objects.filter(annee=annee))
    summed = list(
        rows.values("fap").annotate(
            total=Sum("projets"),
            caches=Count("pk", filter=Q(secrets__contains=["projets"])),
            total_difficiles=Sum("difficiles", filter=Q(projets__isnull=False)),
            sur_difficiles=Sum("projets", filter=Q(difficiles__isnull=False)),
            total_saisonniers=Sum("saisonniers", filter=Q(projets__isnull=False)),
            sur_saisonniers=Sum("projets", filter=Q(saisonniers__isnull=False)),
        )
    )
    faps = {fap.pk: fap for fap in Fap.objects.filter(pk__in=[row["fap"] for row in summed]).select_related("famille")}
    tensions = read_tensions(faps.values(), zones.departements, until)
    offres, periode, offres_sources = _read_offres(faps.values(), zones)
    seuil = int(get_parametre(TENSION_FORTE, on=timezone.localdate()).value)
    metiers = [
        Metier(
            fap=faps[row["fap"]],
            projets=row["total"],
            secrets=row["caches"],
            part_difficiles=_share(row["total_difficiles"], row["sur_difficiles"]),
            part_saisonniers=_share(row["total_saisonniers"], row["sur_saisonniers"]),
            tension=tensions.get(row["fap"]),
            seuil=seuil,
            offres=offres.get(row["fap"]),
        )
        for row in summed
    ]
    metiers.sort(key=lambda metier: (-(metier.projets or 0), metier.libelle))
    sources = sorted(set(rows.order_by().values_list("source", flat=True).distinct()) | set(offres_sources))
    return Marche(zones, annee, tuple(metiers), periode, tuple(sources))


def read_tensions(faps: Iterable[Fap], departements: Sequence[str], until: int | None = None) -> dict[int, TensionLue]:
    """Return the tension of trades in départements, their family's where theirs is not computed; two queries.

    It is that of the newest year known, up to `until` if it is given. A trade of one nomenclature is read under its
    code of the other (`rules.find_equivalent`) when it has none.
    """
    years = Tension.objects.all() if until is None else Tension.objects.filter(annee__lte=until)
    annee = years.aggregate(newest=Max("annee"))["newest"] or 0
    known: defaultdict[tuple[str, str], dict[str, int | None]] = defaultdict(dict)
    rows = Tension.objects.filter(annee=annee, territoire__code__in=departements, territoire__niveau="departement")
    for nomenclature, code, departement, niveau in rows.values_list(
        "fap__nomenclature", "fap__code", "territoire__code", "niveau"
    ):
        known[nomenclature, code][departement] = niveau
    found = {}
    for fap in faps:
        for nomenclature, code in _names(fap):
            levels = known.get((nomenclature, code), {})
            if any(level is not None for level in levels.values()):
                found[fap.pk] = TensionLue(levels, annee, len(code) == 3)
                break
    return found


def _names(fap: Fap) -> list[tuple[str, str]]:
    """Return the codes under which a trade may be known, the nearest first: itself, then its family, then elsewhere."""
    own = [(fap.nomenclature, fap.code), (fap.nomenclature, fap.code[:3])]
    other = [rules.find_equivalent(fap.code, fap.nomenclature)]
    return [*own, *other, (other[0][0], other[0][1][:3])]


def find_romes(faps: Iterable[Fap]) -> dict[int, set[int]]:
    """Return the trades of the ROME that each trade covers: its own links, else those of its code elsewhere."""
    wanted = {fap.pk: [(fap.nomenclature, fap.code), rules.find_equivalent(fap.code, fap.nomenclature)] for fap in faps}
    codes = {code for names in wanted.values() for _, code in names}
    linked: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    rows = FapRome.objects.filter(fap__code__in=codes).values_list("fap__nomenclature", "fap__code", "rome")
    for nomenclature, code, rome in rows:
        linked[nomenclature, code].add(rome)
    return {pk: next((linked[name] for name in names if name in linked), set()) for pk, names in wanted.items()}


def _read_offres(faps: Iterable[Fap], zones: Zones) -> tuple[dict[int, int | None], str, list[str]]:
    """Return the vacancies of trades at the latest period, its name and the sources; the finest known level serves."""
    series = SerieOffres.objects.all()
    periode = series.aggregate(newest=Max("periode"))["newest"] or ""
    if not periode:
        return {}, "", []
    latest = series.filter(periode=periode)
    own = Q(territoire=zones.territoire)
    within = Q(territoire__in=[bassin.pk for bassin in zones.bassins])
    around = Q(territoire__niveau=Niveau.DEPARTEMENT, territoire__code__in=zones.departements)
    for scope in (own, within, around):
        rows = list(latest.filter(scope).values_list("rome", "offres", "source"))
        if rows:
            break
    counted: defaultdict[int, int | None] = defaultdict(lambda: None)
    for rome, offres, _ in rows:
        if offres is not None:
            counted[rome] = (counted[rome] or 0) + offres
    romes = find_romes(faps)
    found = {}
    for pk, linked in romes.items():
        known = [value for rome in linked if (value := counted[rome]) is not None]
        found[pk] = sum(known) if known else None
    return found, periode, sorted({source for *_, source in rows})


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


@dataclass(frozen=True, slots=True)
class LigneZone:
    """The projects of one trade in one zone of the region, as shown (« secret », None: unknown)."""

    zone: str
    departement: str
    projets: int | str | None
    difficiles: int | str | None
    saisonniers: int | str | None


@dataclass(frozen=True, slots=True)
class FicheMetier:
    """All that is known of a trade in the region."""

    fap: Fap
    metier: Metier | None
    marche: Marche | None
    zones: tuple[LigneZone, ...]
    tensions: tuple[Tension, ...]
    romes: tuple[Any, ...]
    equivalent: Fap | None
    projets: tuple[Any, ...]
    offres: tuple[SerieOffres, ...]


def get_fiche(nomenclature: str, code: str, region: str) -> FicheMetier | None:
    """Return the sheet of a trade in the region; None when the nomenclature has no such code."""
    fap = Fap.objects.filter(nomenclature=nomenclature, code=code).select_related("famille").first()
    territoire = find_territoire(Niveau.REGION, region)
    if fap is None:
        return None
    marche = get_marche(territoire) if territoire else None
    metier = next((each for each in marche.metiers if each.fap.pk == fap.pk), None) if marche else None
    zones: list[LigneZone] = []
    if marche:
        rows = marche.zones.keep(BesoinRecrutement.objects.filter(annee=marche.annee or 0)).filter(fap=fap)
        zones = [
            LigneZone(
                row.territoire.nom,
                row.departement,
                *(
                    MASQUE if name in row.secrets else getattr(row, name)
                    for name in ("projets", "difficiles", "saisonniers")
                ),
            )
            for row in rows.select_related("territoire").order_by("-projets", "territoire__nom", "departement")
        ]
        zones.sort(key=lambda zone: -zone.projets if isinstance(zone.projets, int) else 1)
    romes = FapRome.objects.filter(rome__in=find_romes([fap])[fap.pk]).select_related("rome").order_by("rome__code")
    linked = {link.rome_id: link.rome for link in romes}
    other, other_code = rules.find_equivalent(fap.code, fap.nomenclature)
    names = Q()
    for nom, each in _names(fap):
        names |= Q(fap__nomenclature=nom, fap__code=each)
    tensions = Tension.objects.filter(names, territoire__region=region, niveau__isnull=False)
    newest = tensions.aggregate(newest=Max("annee"))["newest"]
    offres = SerieOffres.objects.filter(rome__in=linked, territoire__niveau=Niveau.REGION, territoire__code=region)
    return FicheMetier(
        fap=fap,
        metier=metier,
        marche=marche,
        zones=tuple(zones),
        tensions=tuple(
            tensions.filter(annee=newest).select_related("territoire", "fap").order_by("territoire__code", "fap__code")
        ),
        romes=tuple(linked.values()),
        equivalent=Fap.objects.filter(nomenclature=other, code=other_code).first(),
        projets=tuple(fap.projets.select_related("projet").order_by("projet__nom")),
        offres=tuple(offres.select_related("rome").order_by("-periode", "rome__code")[:60]),
    )


def list_domaines() -> list[tuple[str, str]]:
    """Return the professional domains as choices."""
    return sorted(rules.get_domaines().items(), key=lambda item: item[1])


def list_zones(region: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the territories that the trades may be counted in, by level, as choices (`niveau:code`)."""
    levels = (Niveau.DEPARTEMENT, Niveau.BASSIN)
    rows = Territoire.objects.en_vigueur().filter(niveau__in=levels).filter(Q(region=region) | Q(region=""))
    groups: dict[str, list[tuple[str, str]]] = {Niveau(level).label: [] for level in levels}
    for niveau, code, nom in rows.order_by("nom").values_list("niveau", "code", "nom"):
        groups[Niveau(niveau).label].append((f"{niveau}:{code}", nom))
    return [(label, choices) for label, choices in groups.items() if choices]
