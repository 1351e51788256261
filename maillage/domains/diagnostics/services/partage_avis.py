"""What the partners of a shared diagnostic are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.partage import list_members
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.notifications import notify_all

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.diagnostics.models import CoAuteur, DiagnosticPartage, Section
    from maillage.references.accounts.models import Organisation, User

CONCERTATION = "diagnostics.concertation"
COMMENTAIRE = "diagnostics.commentaire"
VALIDATION = "diagnostics.validation"
PUBLICATION = "diagnostics.publication"


def sheet(diagnostic: DiagnosticPartage) -> str:
    """Return the page of a diagnostic."""
    return page("diagnostics:partage", diagnostic.public_id)


def tell(diagnostic: DiagnosticPartage, code: str, texte: str, *, actor: User | None, url: str = "") -> None:
    """Tell those who contribute in the organisations that take part, but whoever has just acted."""
    notify_all(list_members(diagnostic, but=actor), code, texte, url or sheet(diagnostic))


def tell_concertation(diagnostic: DiagnosticPartage, *, actor: User | None) -> None:
    """Say that opinions are awaited."""
    tell(diagnostic, CONCERTATION, f"Votre avis est attendu sur «\u202f{diagnostic.titre}\u202f».", actor=actor)


def tell_commentaire(section: Section, organisation: Organisation, *, actor: User | None, repond: bool) -> None:
    """Say that somebody commented, on which section."""
    what = "a répondu à une remarque" if repond else "a fait une remarque"
    texte = f"{organisation} {what} sur «\u202f{section.titre}\u202f» ({section.diagnostic.titre})."
    url = page("diagnostics:partage_section", section.diagnostic.public_id, section.code)
    tell(section.diagnostic, COMMENTAIRE, texte, actor=actor, url=url)


def tell_validation(diagnostic: DiagnosticPartage, *, avant: date, actor: User | None) -> None:
    """Say that each partner is asked to validate, before which day."""
    texte = f"Votre validation de «\u202f{diagnostic.titre}\u202f» est demandée avant le {avant:%d/%m/%Y}."
    tell(diagnostic, VALIDATION, texte, actor=actor)


def tell_pilote(diagnostic: DiagnosticPartage, pilote: CoAuteur, *, actor: User | None) -> None:
    """Say who steers from now on."""
    texte = f"«\u202f{diagnostic.titre}\u202f» est désormais piloté par {pilote.nom}."
    tell(diagnostic, PUBLICATION, texte, actor=actor)


def tell_etat(diagnostic: DiagnosticPartage, *, actor: User | None) -> None:
    """Say that the document is validated, or published."""
    texte = f"«\u202f{diagnostic.titre}\u202f» est {diagnostic.get_etat_display()}."
    tell(diagnostic, PUBLICATION, texte, actor=actor)
