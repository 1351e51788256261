"""Write the fictional region through the services of the platform, as an operator would."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from maillage.demo.needs import MILLESIME_QPV, draw_lignes, draw_quartiers
from maillage.demo.places import read_places
from maillage.demo.region import get_mots, get_region
from maillage.demo.siae import draw_fiches
from maillage.demo.trajets import draw_trajets
from maillage.domains.diagnostics.rules import LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.references.accounts.models import User
from maillage.references.structures.models import Secteur
from maillage.references.structures.services.siae import register_batch
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.services.qpv import record_qpv
from maillage.references.territoires.services.trajets import record_trajets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.references.structures.rules import FicheSiae

BATCH = 1000


def load_exploitant(email: str, password: str) -> User:
    """Return the operator of the demonstration, created the first time."""
    known = User.objects.filter(email__iexact=email).first()
    return known or User.objects.create_user(email, password, is_staff=True)


def load_siae(actor: User, on: date) -> int:
    """Register the SIAE and return how many the region has; again, it changes nothing."""
    region = get_region()
    secteurs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for groupe, code, naf in Secteur.objects.order_by("code").values_list("groupe__code", "code", "naf"):
        secteurs[groupe].append((code, naf[0]))
    fiches = draw_fiches(region, get_mots(), read_places(region), secteurs)
    for batch in _batches(fiches):
        for enregistrement in register_batch(fiches=batch, actor=actor, on=on, source=region.source):
            if enregistrement.refusals:
                raise ValueError(f"the fictional region is refused: {enregistrement.refusals}")
    return sum(each.nombre for each in region.types)


def load_besoins(actor: User, on: date) -> int:
    """Record the need of the publics and return how many lines it takes; again, it changes nothing."""
    region = get_region()
    places = read_places(region)
    lignes = draw_lignes(region, places)
    quartiers = draw_quartiers(region, places)
    record_qpv(
        quartiers=[quartier for quartier, _ in quartiers],
        millesime=MILLESIME_QPV,
        source=region.source,
        actor=actor,
        on=on,
    )
    for quartier, figures in quartiers:
        for public, value in figures.items():
            ligne = LigneBesoin(quartier.code, region.annee, Decimal(value), niveau=Niveau.QPV)
            lignes.setdefault(public, []).append(ligne)
    for public, rows in lignes.items():
        source = f"{region.source}, totaux inventés"
        record_besoins(public_code=public, lignes=rows, source=source, actor=actor, on=on)
    return sum(map(len, lignes.values()))


def load_trajets(actor: User, on: date) -> int:
    """Record the fictional travel times and return how many there are; again, it changes nothing."""
    region = get_region()
    lignes = draw_trajets(region, read_places(region))
    record_trajets(lignes=lignes, source=region.source, actor=actor, on=on)
    return len(lignes)


def _batches(fiches: list[FicheSiae]) -> Iterator[list[FicheSiae]]:
    rest = iter(fiches)
    while batch := list(islice(rest, BATCH)):
        yield batch
