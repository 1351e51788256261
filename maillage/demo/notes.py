"""What the partners of the demonstration observe, written through their accounts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.demo.organisations import DOMAINE
from maillage.domains.diagnostics.models import NoteBesoin
from maillage.domains.diagnostics.rules import FicheNote
from maillage.domains.diagnostics.services.notes import create_note, end_note
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from datetime import date

HERE = Path(__file__).parent
# The one that the demonstration shows as ended.
CLOSE = ("langue", 2024)


def load_notes(on: date) -> int:
    """Write the notes of `notes.toml` and return how many there are; again, it changes nothing."""
    for row in tomllib.loads((HERE / "notes.toml").read_text("utf-8"))["note"]:
        actor = User.objects.get(email=f"{row.pop('compte')}{DOMAINE}")
        fiche = FicheNote(**row)
        place = {"niveau": fiche.niveau, "code": fiche.code, "annee": fiche.annee, "theme": fiche.theme}
        if NoteBesoin.objects.filter(**place).exists():
            continue
        note = create_note(fiche=fiche, actor=actor, on=on)
        if (note.theme, note.annee) == CLOSE:
            end_note(note=note, motif="Repris dans le diagnostic de 2025.", actor=actor, on=on)
    return NoteBesoin.objects.count()
