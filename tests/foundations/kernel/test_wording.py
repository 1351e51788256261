"""No journal shows a code that no room explains."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from maillage.domains.diagnostics.services.partage import ACTES
from maillage.domains.entreprises.rules.poec import CANDIDAT
from maillage.domains.entreprises.rules.profils import PROFIL
from maillage.domains.offre import rules as offre
from maillage.domains.parcours.rules.competences import COMPETENCE
from maillage.domains.parcours.rules.cooperation import CONVENTION
from maillage.domains.parcours.rules.cta import CAS_CTA
from maillage.foundations.kernel import states
from maillage.foundations.kernel.documentation import _transitions
from maillage.foundations.kernel.screens import ListScreen, Screen
from maillage.foundations.kernel.wording import acts, screen_label
from maillage.references.economie.rules import TRANSITIONS
from tests import source
from tests.addresses import every_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How an act is written, and which argument is its code.
WRITERS = {"record": 0, "record_all": 0}
RAISING = {path: source.text(path) for path in source.files("maillage") if "audit.record" in source.text(path)}


def _of_moves(pattern: str, *tables: states.Transitions) -> set[str]:
    return {pattern.format(each.act) for table in tables for each in table}


def _written_in(room: str) -> set[str]:
    """Return the codes that the services of a room pass to the one that writes for them all."""
    texts = [source.text(path) for path in source.files(f"{room}/services")]
    return {code for text in texts for code in re.findall(r'"((?:[a-z_]+)\.(?:record|link)_[a-z_]+)"', text)}


# Where the code of an act comes from a table: what it may be.
FROM_TABLES = {
    "maillage/domains/offre/services/appels.py": lambda: _of_moves("offre.appel_{}", offre.APPEL),
    "maillage/domains/offre/services/droit.py": lambda: _of_moves(
        "offre.{}", offre.CREATION, offre.RENOUVELLEMENT, offre.AVENANT, offre.EXTENSION
    ),
    "maillage/domains/offre/services/pieces.py": lambda: {"offre.accepter_piece", "offre.refuser_piece"},
    "maillage/references/economie/services/projets.py": lambda: _of_moves("economie.{}_projet", TRANSITIONS),
    "maillage/references/economie/services/ecriture.py": lambda: _written_in("maillage/references/economie"),
    "maillage/domains/diagnostics/services/partage.py": lambda: {f"diagnostics.{code}" for code in ACTES.values()},
    "maillage/domains/diagnostics/services/partage_textes.py": lambda: {"diagnostics.resolve", "diagnostics.reopen"},
    "maillage/domains/parcours/services/cooperation.py": lambda: _of_moves("parcours.convention_{}", CONVENTION),
    "maillage/domains/entreprises/services/profils.py": lambda: _of_moves("entreprises.{}_profil", PROFIL),
    "maillage/domains/parcours/services/cta.py": lambda: _of_moves("parcours.cas_{}", CAS_CTA),
    "maillage/domains/parcours/services/competences.py": lambda: _of_moves("parcours.{}_competence", COMPETENCE),
    "maillage/domains/entreprises/services/poec.py": lambda: _of_moves("entreprises.{}_poec", CANDIDAT),
}


class Acts:
    """The codes of acts that a module writes: constants, followed through its own functions and loops."""

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self.functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]

    def calls(self, name: str, module: str = "") -> Iterator[tuple[ast.Call, ast.FunctionDef]]:
        """Yield the calls of a function, with the function that holds each."""
        for function in self.functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{module}{name}":
                    yield node, function

    def codes(self) -> Iterator[set[str]]:
        """Yield, for each act written, the codes it may have."""
        for name, position in WRITERS.items():
            for call, function in self.calls(name, "audit."):
                yield self.values(call.args[position], function)

    def values(self, node: ast.expr, function: ast.FunctionDef) -> set[str]:
        """Return the texts that an expression may be; none when it cannot be told."""
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.FormattedValue):
            return self.values(node.value, function)
        if isinstance(node, ast.JoinedStr):
            told = {""}
            for part in node.values:
                told = {start + end for start in told for end in self.values(part, function)}
            return told
        if not isinstance(node, ast.Name):
            return set()
        parameters = [each.arg for each in function.args.args]
        if node.id in parameters:
            position = parameters.index(node.id)
            found = [self.values(call.args[position], within) for call, within in self.calls(function.name)]
            return set().union(*found)
        loops = [each for each in ast.walk(function) if isinstance(each, ast.For)]
        return {
            str(row.elts[0].value)
            for loop in loops
            if isinstance(loop.target, ast.Tuple) and ast.unparse(loop.target.elts[0]) == node.id
            if isinstance(loop.iter, ast.Tuple)
            for row in loop.iter.elts
            if isinstance(row, ast.Tuple) and isinstance(row.elts[0], ast.Constant)
        }


@pytest.mark.parametrize("path", RAISING, ids=source.name)
def test_every_act_written_is_said_in_french(path: Path) -> None:
    found = list(Acts(RAISING[path]).codes())
    assert found
    if set() in found:  # the code comes from a table: every entry of it is said
        assert source.name(path) in FROM_TABLES, "the code of an act is not to be read in the source"
        found.append(FROM_TABLES[source.name(path)]())
    assert sorted(set().union(*found) - set(acts())) == []


def test_the_sources_are_read_through_functions_and_loops() -> None:
    text = """
def one(lot):
    audit.record("a.one", lot)
    _move(lot, "two")
def _move(lot, act):
    audit.record(f"a.{act}", lot)
def three():
    for act, rows in (("a.three", 1), ("a.four", 2)):
        audit.record_all(act, rows)
def five(act):
    audit.record(act, None)
"""
    assert list(Acts(text).codes()) == [{"a.one"}, {"a.two"}, set(), {"a.three", "a.four"}]


def test_every_move_is_said_in_french() -> None:
    """`audit.move` refuses an act that its table does not hold: the table says its label."""
    tables: list[states.Transitions] = [table for _, table in _transitions()]
    assert tables
    assert [each.act for table in tables for each in table if not each.label] == []


def test_every_screen_that_names_persons_is_said_in_french() -> None:
    naming = [
        address.name
        for address in every_address()
        if isinstance(address.view, type)
        and issubclass(address.view, Screen)
        and (
            address.view.readings not in (Screen.readings, ListScreen.readings)
            or (issubclass(address.view, ListScreen) and address.view.named is not ListScreen.named)
        )
    ]
    assert len(naming) > 10
    assert [name for name in naming if screen_label(name) == name] == []
