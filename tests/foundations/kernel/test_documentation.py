from __future__ import annotations

import pytest

from maillage.foundations.kernel import documentation
from maillage.foundations.kernel.permissions import Role
from maillage.foundations.kernel.states import Transition, Transitions
from tests.source import ROOT


@pytest.mark.parametrize("name", documentation.pages())
def test_committed_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == documentation.pages()[name], "run « make docs »"


def test_role_holds_what_the_roles_before_it_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {"salle.voir": frozenset({Role.VISITEUR}), "salle.gerer": frozenset({Role.EXPLOITANT})}
    monkeypatch.setattr(documentation, "grants", lambda: held)
    monkeypatch.setattr(documentation, "every_role", lambda: tuple(Role))
    monkeypatch.setattr(documentation, "routes", lambda patterns: [])
    assert documentation.roles().splitlines()[10:12] == [
        "| `salle.gerer` |  |  | oui |",
        "| `salle.voir` | oui | oui | oui |",
    ]


def test_state_machine_is_drawn_from_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Transitions((Transition("fermer", ("ouvert", "suspendu"), "ferme", "Fermer"),))
    monkeypatch.setattr(documentation, "_transitions", lambda: [("dossiers", table)])
    assert documentation.etats().splitlines()[-7:] == [
        "## Dossiers",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    ouvert --> ferme: Fermer",
        "    suspendu --> ferme: Fermer",
        "```",
    ]
