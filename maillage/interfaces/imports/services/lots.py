"""Receive a file, say which column is which, cancel. Nothing here writes to the domains."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.foundations.kernel import antivirus, audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.models import Correspondance, Fichier, Lot
from maillage.interfaces.imports.permissions import check_importer
from maillage.interfaces.imports.reading import Table, open_table
from maillage.interfaces.imports.reading.columns import match_columns
from maillage.interfaces.imports.reading.entries import Entry, read_entries
from maillage.interfaces.imports.reading.table import sign_header
from maillage.interfaces.imports.rules import TRANSITIONS
from maillage.interfaces.imports.source import get_source

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping
    from datetime import date

    from maillage.interfaces.imports.source import Card
    from maillage.references.accounts.models import User

MEGABYTE = 1_000_000
PROVENANCE = 200
# What a person needs to see of a file to tell its columns: a few lines, the beginning of their cells.
EXTRAIT, CELLULE = 3, 30


@transaction.atomic
def submit_lot(
    *,
    source: str,
    nom: str,
    contenu: bytes,
    actor: User | None,
    on: date,
    provenance: str = "",
    origine: Lot | None = None,
) -> Lot:
    """Receive a file for a source; raise `Refused` when it is too large, infected, is not a table or has no header.

    The batch is ready for its dry run when every required column is recognised, by its name or because a person said so
    for the same header before; else its columns are to be mapped. `origine` is the batch whose rejects it corrects.
    """
    check_importer(actor)
    card = get_source(source).card
    provenance = provenance.strip() or card.producer
    if len(provenance) > PROVENANCE:
        message = f"La provenance compte {len(provenance)} caractères ; {PROVENANCE} au plus."
        raise Refused(Refusal("trop_long", message, "provenance"))
    check_size(len(contenu), on=on)
    antivirus.scan(contenu)
    table = read_table(contenu, card, on=on)
    colonnes = match_columns(table.header, card.columns)
    if known := Correspondance.objects.filter(source=source, signature=sign_header(table.header)).first():
        colonnes = card.keep(known.colonnes)
    fichier, new = Fichier.objects.defer("contenu").get_or_create(
        empreinte=hashlib.sha256(contenu).hexdigest(), defaults={"taille": len(contenu), "contenu": contenu}
    )
    if not new:  # the content of an old file was emptied, its fingerprint stays
        Fichier.objects.filter(pk=fichier.pk, contenu=b"").update(contenu=contenu)
    lot = Lot.objects.create(
        source=source,
        fichier=fichier,
        nom_fichier=nom[-255:],
        provenance=provenance,
        origine=origine,
        auteur=actor,
        entete=table.header,
        extrait=[[value[:CELLULE] for value in row.values] for row in islice(table.rows(), EXTRAIT)],
        constats=table.notes,
        colonnes=colonnes,
        etat=EtatLot.DEPOSE if card.missing(colonnes) else EtatLot.PRET,
    )
    audit.record("imports.submit", lot, actor=actor, fichier=nom, empreinte=fichier.empreinte)
    return lot


def check_size(taille: int, *, on: date) -> None:
    """Raise `Refused` when a file is larger (in bytes) than the limit in force: asked before it is read into memory."""
    limit = int(get_parametre("imports.taille_max", on=on).value)
    if taille > limit * MEGABYTE:
        raise Refused(
            Refusal(
                "trop_gros", f"Le fichier dépasse la taille permise, {limit} Mo. Découpez-le en plusieurs.", "fichier"
            )
        )


def read_table(contenu: bytes, card: Card, *, on: date) -> Table:
    """Open the table that a file holds, within the size limits in force."""
    check_size(len(contenu), on=on)
    unpacked = int(get_parametre("imports.taille_decompressee_max", on=on).value)
    return open_table(contenu, card.columns, unpacked_limit=unpacked * MEGABYTE)


def open_lot(lot: Lot, *, on: date) -> Table:
    """Open again the table of a batch."""
    return read_table(bytes(lot.fichier.contenu), get_source(lot.source).card, on=on)


def list_entries(lot: Lot, *, on: date) -> Iterator[Entry]:
    """Read the lines of a batch; one already accepted in the batch it corrects is refused."""
    taken = find_accepted(lot.origine, on=on) if lot.origine else {}
    return read_entries(open_lot(lot, on=on), get_source(lot.source), lot.colonnes, taken=taken)


def list_lines(lot: Lot, *, on: date, more: Iterable[Any] = ()) -> Iterator[Any]:
    """Yield the typed lines of a batch: of the one it corrects, its own, those corrected since, then `more`."""
    if lot.origine:
        yield from list_lines(lot.origine, on=on)
    for entry in list_entries(lot, on=on):
        if entry.line is not None:
            yield entry.line
    for _, line in _list_replayed(lot):
        yield line
    yield from more


def find_accepted(lot: Lot, *, on: date) -> dict[Hashable, str]:
    """Return, by key, where the lines stand that an imported batch, or one it corrects, has accepted."""
    accepted = find_accepted(lot.origine, on=on) if lot.origine else {}
    rejected = set(lot.rejets.values_list("ligne", flat=True))
    own = ((e.row.number, e.line) for e in list_entries(lot, on=on) if e.row.number not in rejected)
    for number, line in (*own, *_list_replayed(lot)):
        accepted[line.key] = f"la ligne {number} du lot n° {lot.pk}"
    return accepted


def _list_replayed(lot: Lot) -> Iterator[tuple[int, Any]]:
    """Yield the lines corrected on screen, with their numbers."""
    source = get_source(lot.source)
    for rejet in lot.rejets.filter(etat=EtatRejet.REJOUE, suite=None).select_related("lot"):
        yield rejet.ligne, source.read(rejet.cells())


@transaction.atomic
def map_colonnes(*, lot: Lot, colonnes: Mapping[str, int], actor: User | None) -> Lot:
    """Say where each expected column stands in the file, and remember it for the next file with the same header."""
    check_importer(actor)
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    if missing := get_source(lot.source).card.missing(colonnes):
        raise Refused(*(Refusal("colonne_absente", f"Désignez la colonne « {c.label} ».", c.code) for c in missing))
    for code, place in colonnes.items():
        if list(colonnes.values()).count(place) > 1:
            name = lot.entete[place]
            raise Refused(Refusal("colonne_double", f"La colonne « {name} » ne peut servir qu’une fois.", code))
    audit.move(lot, "map", TRANSITIONS, actor=actor)
    lot.colonnes = dict(colonnes)
    lot.save(update_fields=["etat", "colonnes"])
    Correspondance.objects.update_or_create(
        source=lot.source,
        signature=sign_header(lot.entete),
        defaults={"colonnes": lot.colonnes, "auteur": actor},
    )
    audit.record("imports.map", lot, actor=actor, colonnes=lot.colonnes)
    return lot


@transaction.atomic
def cancel_lot(*, lot: Lot, actor: User | None) -> Lot:
    """Give up a batch. What an interrupted import has already written stays; a running one stops at its next step."""
    check_importer(actor)
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    audit.move(lot, "cancel", TRANSITIONS, actor=actor)
    lot.save(update_fields=["etat"])
    audit.record("imports.cancel", lot, actor=actor, derniere_ligne=lot.derniere_ligne)
    return lot
