"""Join a file to a dossier, and say whether it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.domains.offre.enums import EtatPiece
from maillage.domains.offre.models import PieceDossier
from maillage.domains.offre.queries.demandes import list_pieces
from maillage.domains.offre.rules.dossiers import PENDANTS
from maillage.domains.offre.services.dossiers import lock_modifiable
from maillage.domains.offre.services.droit import lock_instructed
from maillage.foundations.kernel import audit, uploads
from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import User


@transaction.atomic
def join(
    *, dossier: Dossier, code: str, libelle: str, fichier: UploadedFile[Any], actor: User, on: date
) -> PieceDossier:
    """Join a file: for a piece of the list (`code`), or beside it under a name of its own.

    One already joined for this code is set aside, its file forgotten, unless it was accepted.
    """
    locked = lock_modifiable(dossier, actor)
    expected = {piece.code: piece for piece in list_pieces(locked.demande, locked.type_siae, on=locked.depose_le or on)}
    if code and code not in expected:
        raise Refused(Refusal("piece_inconnue", "Cette pièce n’est pas de la liste.", "code"))
    name = expected[code].libelle if code else libelle.strip()
    if not name:
        raise Refused(Refusal("libelle_manquant", "Dites ce qu’est cette pièce.", "libelle"))
    current = locked.pieces.exclude(etat=EtatPiece.REFUSEE).filter(code=code).first() if code else None
    if current and current.etat == EtatPiece.ACCEPTEE:
        raise Refused(Refusal("deja_acceptee", "Cette pièce a déjà été acceptée.", "code"))
    kept = uploads.receive(fichier, natures=tuple(uploads.Nature))
    if current:
        former = current.fichier
        current.delete()
        transaction.on_commit(lambda: uploads.remove(former))
    piece = PieceDossier.objects.create(
        dossier=locked,
        code=code,
        libelle=name,
        fichier=kept.nom,
        nature=kept.nature,
        taille=kept.taille,
        empreinte=kept.empreinte,
        deposee_le=on,
    )
    audit.record("offre.joindre", locked, actor=actor, piece=code or "autre")
    return piece


def check_pendant(dossier: Dossier) -> None:
    """Raise `Refused` once a dossier waits for no decision."""
    if dossier.etat not in PENDANTS:
        message = "Le dossier n’attend plus de décision\u202f: ses pièces ne changent plus."
        raise Refused(Refusal("dossier_decide", message))


@transaction.atomic
def judge(*, piece: PieceDossier, accepted: bool, motif: str, actor: User) -> PieceDossier:
    """Accept a piece, or refuse it saying why, before any decision."""
    dossier = lock_instructed(piece.dossier, actor)
    check_pendant(dossier)
    if not accepted and not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi la pièce ne convient pas.", "motif"))
    locked = dossier.pieces.select_for_update().get(pk=piece.pk)
    locked.etat = EtatPiece.ACCEPTEE if accepted else EtatPiece.REFUSEE
    locked.motif = "" if accepted else motif.strip()
    locked.save(update_fields=["etat", "motif"])
    act = "offre.accepter_piece" if accepted else "offre.refuser_piece"
    audit.record(act, dossier, actor=actor, piece=locked.code or "autre")
    return locked
