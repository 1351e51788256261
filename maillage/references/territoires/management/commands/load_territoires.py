"""Load the territories of a region, and say what the sources lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.services.territoires import BilanRegion, load_territoires

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Command(BaseCommand):
    help = "Charge le découpage, les populations légales et les contours d’une région (ou de toutes : all)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", default=settings.MAILLAGE_REGION, help="code INSEE de la région, ou all")
        parser.add_argument("--millesime", type=int, help="millésime du code officiel géographique")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilans = load_territoires(
                region=options["region"],
                millesime=options["millesime"],
                actor=None,
                on=timezone.localdate(),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for bilan in bilans:
            for line in _lines(bilan):
                self.stdout.write(line)


def _lines(bilan: BilanRegion) -> Iterator[str]:
    yield f"{bilan.nom}, code officiel géographique {bilan.millesime}"
    for niveau, count in bilan.niveaux.items():
        yield f"  {Niveau(niveau).label} : {_number(count)}"
    yield f"  population municipale : {_number(bilan.population)}"
    yield from _missing("sans population dans la source", bilan.decoupage.sans_population)
    yield from _missing("sans intercommunalité", bilan.decoupage.sans_intercommunalite)
    yield from _missing("à cheval sur deux régions, comptées ici pour leur part", bilan.decoupage.a_cheval)
    if bilan.contours is None:
        yield "  contours non chargés : la projection Lambert-93 ne couvre pas l’outre-mer"
    else:
        yield from _missing("sans contour dans la source", bilan.contours.sans_contour)
        added = [f"{code} (+ {_number(area)} ha)" for code, area in bilan.contours.completes.items()]
        yield from _missing("contour antérieur à une fusion, complété", added)
    ecritures = bilan.ecritures
    if ecritures.change:
        yield f"  {ecritures.crees} lignes créées, {ecritures.modifies} modifiées, {ecritures.supprimes} supprimées"
    else:
        yield "  rien n’a changé"


def _missing(label: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"  {label} : {len(names)} ({', '.join(names)})"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
