"""Two diagnostics of one territory side by side: texts by words, figures with their differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.queries.partage import list_sections, visible_to
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.texts import Passage, diff_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from maillage.domains.diagnostics.models import Bloc, DiagnosticPartage, Section
    from maillage.references.accounts.models import User

# Columns that date a figure.
ANNEES = ("Année",)


@dataclass(frozen=True, slots=True)
class Comparaison:
    """A section then and now: `passages` is its text by words, `tableaux` the figures that changed.

    The titles of the blocks whose figures did not, of those that are new, of those that ended.
    """

    code: str
    titre: str
    change: bool
    passages: Sequence[Passage]
    tableaux: Sequence[Sheet]
    inchanges: Sequence[str]
    nouveaux: Sequence[str]
    disparus: Sequence[str]


def list_autres(user: User | AnonymousUser, diagnostic: DiagnosticPartage) -> list[DiagnosticPartage]:
    """Return the other diagnostics of the same territory that a person may read: the ones before it, newest first."""
    rows = visible_to(user).filter(niveau=diagnostic.niveau, code=diagnostic.code).exclude(pk=diagnostic.pk)
    return sorted(rows, key=lambda each: (each.annee_debut > diagnostic.annee_debut, -each.annee_debut))


def compare_diagnostics(avant: DiagnosticPartage, apres: DiagnosticPartage) -> list[Comparaison]:
    """Compare two diagnostics section by section, in the order of the second; a constant number of queries."""
    old = {section.code: section for section in list_sections(avant, comments=False)}
    new = {section.code: section for section in list_sections(apres, comments=False)}
    return [_compare(old.get(code), new.get(code), avant.periode, apres.periode) for code in {**new, **old}]


def _compare(old: Section | None, new: Section | None, then: str, now: str) -> Comparaison:
    named = new or old
    assert named is not None  # the code came from one of them
    before, after = _blocs(old), _blocs(new)
    texts = (old.texte if old else "", new.texte if new else "")
    pairs = [(before[code], bloc) for code, bloc in after.items() if code in before]
    sheets = [_differences(*pair, then, now) for pair in pairs]
    return Comparaison(
        named.code,
        named.titre,
        texts[0] != texts[1],
        diff_words(*texts),
        [sheet for sheet in sheets if sheet],
        [bloc.titre for (_, bloc), sheet in zip(pairs, sheets, strict=True) if sheet is None],
        [bloc.titre for code, bloc in after.items() if code not in before],
        [bloc.titre for code, bloc in before.items() if code not in after],
    )


def _blocs(section: Section | None) -> dict[str, Bloc]:
    return {bloc.code: bloc for bloc in section.blocs.all()} if section else {}


def _differences(old: Bloc, new: Bloc, then: str, now: str) -> Sheet | None:
    """Return the figures of a block that changed: then, now, and the difference; None when none did.

    Rows are matched by their first cell, columns by their name: a row of one side only is unknown on the other. Years
    are no figures.
    """
    before, after = _keyed(old), _keyed(new)
    keys = list({**after, **before})
    shared = [name for name in new.tableau["columns"][1:] if name in old.tableau["columns"] and name not in ANNEES]
    values = {
        name: {key: tuple(_number(side.get(key, {}).get(name)) for side in (before, after)) for key in keys}
        for name in shared
    }
    moved = [name for name in shared if any(first != second for first, second in values[name].values())]
    if not moved:
        return None
    columns = [new.tableau["columns"][0]]
    for name in moved:
        prefix = "" if len(moved) == 1 else f"{name}, "
        columns += [f"{prefix}{then}", f"{prefix}{now}", f"{prefix}écart"]
    rows = []
    for key in keys:
        pairs = [values[name][key] for name in moved]
        if any(first != second for first, second in pairs):
            rows.append([key, *(cell for first, second in pairs for cell in (first, second, _gap(first, second)))])
    return Sheet(new.titre, columns, rows, new.tableau["note"])


def _gap(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else round(second - first, 4)


def _keyed(bloc: Bloc) -> dict[str, dict[str, Any]]:
    columns = bloc.tableau["columns"]
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in bloc.tableau["rows"]}


def _number(value: Any) -> Any:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
