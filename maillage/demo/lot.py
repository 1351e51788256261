"""One import with rejected lines, so that the screens of the imports have something to show."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from maillage.demo.region import get_region
from maillage.demo.siae import make_siret
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.services.lots import submit_lot
from maillage.interfaces.imports.services.passes import apply_lot, check_lot, start_lot
from maillage.references.structures.models import Implantation

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User

NAME = "liste-siae-exemple.csv"
HEADER = ["siret", "type", "nom", "nom d’usage", "adresse", "code postal", "ville", "longitude", "latitude"]
KNOWN = 12  # lines that the platform already holds: the import finds them unchanged
OUT_OF_RANGE = 9000  # fictional SIRET that no SIAE of the region bears


def load_lot(actor: User, on: date) -> int:
    """Import the example file as an operator would, unless it was; return how many lines it has."""
    region = get_region()
    lot = Lot.objects.filter(nom_fichier=NAME, provenance=region.source).first()
    if lot is None:
        lot = submit_lot(source="siae", nom=NAME, contenu=_write(), actor=actor, on=on, provenance=region.source)
        check_lot(lot=lot, actor=actor, on=on)
        lot = apply_lot(lot=start_lot(lot=lot, actor=actor), actor=actor, on=on)
    return lot.lus


def _write() -> bytes:
    """Return the file: known SIAE, then one line for each common fault."""
    sirets = [make_siret(number) for number in range(1, KNOWN + 1)]
    sites = Implantation.objects.filter(principale=True, siae__organisation__siret__in=sirets)
    known = [
        [
            site.siae.organisation.siret,
            site.siae.type_siae,
            site.siae.organisation.denomination,
            site.siae.nom,
            site.adresse,
            site.code_postal,
            site.ville,
            str(site.longitude),
            str(site.latitude),
        ]
        for site in sites.select_related("siae__organisation").order_by("siae__organisation__siret")
    ]
    siret, kind, *rest, longitude, latitude = known[0]
    new = [make_siret(OUT_OF_RANGE + number) for number in range(5)]
    faults = [
        [f"{siret[:-1]}{(int(siret[-1]) + 1) % 10}", kind, *rest, longitude, latitude],  # wrong key
        [siret[:-1], kind, *rest, longitude, latitude],  # 13 digits
        [new[0], "GEIQ", *rest, longitude, latitude],
        [new[1], "EA", *rest, longitude, latitude],
        [new[2], kind, *rest, latitude, longitude],  # swapped
        [new[3], kind, *rest, "-3.5", "45.5"],  # at sea
        [new[4], kind, *rest[:3], "00000", "Nulle part", "", ""],  # no such place
        known[1],  # said twice
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADER, *known, *faults])
    return text.getvalue().encode()
