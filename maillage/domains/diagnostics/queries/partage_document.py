"""A shared diagnostic as a document: the same content on the page, in the PDF, in the texts and in the spreadsheet.

Everything is read from what the diagnostic keeps: figures are those that were frozen, names those that were borne then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.domains.diagnostics.enums import EtatDiagnostic, SensPosition, TypeBloc
from maillage.domains.diagnostics.queries.partage_blocs import read_drawing, read_sheet
from maillage.domains.diagnostics.rules import REDACTEURS
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.foundations.kernel.texts import Paragraph, paragraphs
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from maillage.domains.diagnostics.models import Bloc, CoAuteur, DiagnosticPartage, Position, Section
    from maillage.domains.diagnostics.queries.partage_blocs import Drawing

# Rows of a table that a page shows without being asked.
MAX_UNFOLDED = 15


@dataclass(frozen=True, slots=True)
class BlocLu:
    """A frozen block, ready to be shown: `mention` says where its figures come from, and when they were taken."""

    bloc: Bloc
    tableau: Sheet
    dessin: Drawing | None
    mention: str
    parametres: Sequence[dict[str, Any]]

    @property
    def long(self) -> bool:
        """Whether the table is too long to stand unfolded on a page."""
        return len(self.bloc.tableau["rows"]) > MAX_UNFOLDED

    @property
    def carte(self) -> bool:
        """Whether the drawing is a map."""
        return self.bloc.type == TypeBloc.CARTE


@dataclass(frozen=True, slots=True)
class SectionLue:
    """A section, ready to be shown."""

    section: Section
    paragraphes: Sequence[Paragraph]
    blocs: Sequence[BlocLu]
    positions: Sequence[Position]

    @property
    def divergences(self) -> Sequence[Position]:
        """The reservations and disagreements: those that the document must tell, with their reason."""
        return [each for each in self.positions if each.sens != SensPosition.ACCORD]

    @property
    def accords(self) -> str:
        """The names of those who agree."""
        return ", ".join(each.organisation_nom for each in self.positions if each.sens == SensPosition.ACCORD)


@dataclass(frozen=True, slots=True)
class Document:
    """The whole of it; `jour` is its date: of publication, else of validation, else today."""

    diagnostic: DiagnosticPartage
    sous_titre: str
    statut: str
    jour: date
    auteurs: Sheet
    sections: Sequence[SectionLue]

    @property
    def signataires(self) -> str:
        """The names of those who wrote it."""
        return ", ".join(str(row[0]) for row in self.auteurs.rows)

    @property
    def tableaux(self) -> list[Sheet]:
        """Every table of the document, with its source as a note."""
        return [
            Sheet(
                lu.tableau.title,
                lu.tableau.columns,
                lu.tableau.rows,
                "\n".join(filter(None, (lu.tableau.note, lu.mention))),
            )
            for section in self.sections
            for lu in section.blocs
        ]


def build_document(
    diagnostic: DiagnosticPartage, sections: Iterable[Section], co_auteurs: Iterable[CoAuteur], *, plain: bool = False
) -> Document:
    """Gather what a diagnostic says; `sections` and `co_auteurs` come from `queries/partage.py`, prefetched.

    `plain` leaves the empty sections out of a document that no longer changes.
    """
    read = [
        SectionLue(
            section,
            paragraphs(section.texte) if section.texte else [],
            [_read(bloc) for bloc in section.blocs.all()],
            list(section.positions.all()),
        )
        for section in sections
    ]
    level = Niveau(diagnostic.niveau).label
    return Document(
        diagnostic,
        f"{level[:1].upper()}{level[1:]}\u202f: {diagnostic.territoire}, {diagnostic.periode}",
        describe_statut(diagnostic),
        diagnostic.publie_le or diagnostic.valide_le or timezone.localdate(),
        _authors(diagnostic, co_auteurs),
        [each for each in read if each.paragraphes or each.blocs or not (plain and diagnostic.fige)],
    )


def describe_statut(diagnostic: DiagnosticPartage) -> str:
    """Say in a sentence where a diagnostic stands."""
    if diagnostic.etat == EtatDiagnostic.PUBLIE:
        return f"Validé le {jour(diagnostic.valide_le)}, publié le {jour(diagnostic.publie_le)}."
    if diagnostic.etat == EtatDiagnostic.VALIDE:
        return f"Validé le {jour(diagnostic.valide_le)}, à publier."
    if diagnostic.etat == EtatDiagnostic.CONCERTATION:
        return "En concertation\u202f: ce document peut encore changer."
    return "Brouillon\u202f: ce document peut encore changer."


def _read(bloc: Bloc) -> BlocLu:
    day = timezone.localtime(bloc.fige_le)
    sources = "\u202f; ".join(bloc.sources)
    mention = (
        f"Chiffres figés le {jour(day)}. Sources\u202f: {sources}." if sources else f"Chiffres figés le {jour(day)}."
    )
    return BlocLu(bloc, read_sheet(bloc), read_drawing(bloc), mention, bloc.parametres)


def _authors(diagnostic: DiagnosticPartage, co_auteurs: Iterable[CoAuteur]) -> Sheet:
    """Return who takes part, as what, and when each validated."""
    rows = []
    for each in co_auteurs:
        if each.role not in REDACTEURS:
            said = "consultée"
        elif each.valide_le is None:
            said = "n’a pas validé"
        else:
            said = jour(timezone.localtime(each.valide_le))
            if each.valide_le < diagnostic.modifie_le:
                said += " (le document a changé depuis)"
        rows.append((each.nom, each.get_role_display(), said))
    motif = diagnostic.cloture_motif
    note = f"Validé sans l’accord de tous les co-auteurs. Motif donné par le pilote\u202f: {motif}" if motif else ""
    return Sheet("Organisations qui prennent part au diagnostic", ("Organisation", "Rôle", "Validation"), rows, note)
