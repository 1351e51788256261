"""The pages of `docs/` that the code writes: roles, state machines, legal figures, register. `make docs` runs it."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.urls import get_resolver

from maillage.foundations.kernel import parameters, register
from maillage.foundations.kernel.checks import declared_permission, declared_portee, routes
from maillage.foundations.kernel.permissions import every_role, grants, implied
from maillage.foundations.kernel.states import Transitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

WARNING = "<!-- Page écrite par `make docs` : elle se change dans le code. -->"


def pages() -> dict[str, str]:
    """Return the text of every generated page, by its name under `docs/`."""
    return {"roles.md": roles(), "etats.md": etats(), "parametres.md": parametres(), "registre.md": registre()}


def roles() -> str:
    """Tell which role holds which permission, those of the roles that it implies included."""
    holders = grants()
    held = [
        (f"`{code}`", *("oui" if holders[code] & implied(role) else "" for role in every_role()))
        for code in sorted(holders)
    ]
    return _page(
        "Qui peut faire quoi",
        "Ce que chaque rôle peut faire, puis chaque adresse de la plateforme. Un test parcourt toutes les adresses "
        "avec tous les rôles, sur leurs objets et sur ceux du voisin (`tests/journeys/test_rights.py`).",
        "## Les permissions",
        _table(["permission", *(role.label for role in every_role())], held),
        "## Les adresses",
        _table(["adresse", "permission", "objets ouverts", "à qui"], _routes(holders)),
    )


def _routes(holders: Mapping[str, frozenset[str]]) -> Iterator[Sequence[str]]:
    """Yield what each address asks for: its permission, which objects it opens, and who holds the permission."""
    for _, path, pattern in sorted(routes(get_resolver().url_patterns), key=lambda route: route[1]):
        view: Any = pattern.callback
        permission = declared_permission(view)
        if permission is None:
            yield f"`{path}`", "publique", declared_portee(view), "tout le monde"
        else:
            who = ", ".join(role.label for role in every_role() if role in holders[permission])
            yield f"`{path}`", f"`{permission}`", declared_portee(view), who


def etats() -> str:
    """Draw every transition table of the rooms' `rules.py`."""
    return _page("Les états et ce qui en fait changer", *(_diagram(name, table) for name, table in _transitions()))


def parametres() -> str:
    """List every value of every dated parameter."""
    rows = [
        (
            f"`{value.code}`",
            value.label,
            f"{value.value} {value.unit}".strip(),
            f"{value.valid_from:%d/%m/%Y}",
            value.article or value.source,
            "" if value.confirmed else "à confirmer",
        )
        for code in sorted(parameters.catalogue())
        for value in parameters.get_history(code)
    ]
    return _page("Les paramètres datés", _table(["code", "sens", "valeur", "à compter du", "d’où il vient", ""], rows))


def registre() -> str:
    """Write the register of processings, with the values of retention last decided."""
    parts = []
    for each in register.traitements(date.max):
        about = [
            ("base légale", " ; ".join(each.bases)),
            ("catégories de données", ", ".join(each.categories)),
            ("qui lit", " ; ".join(each.lecteurs)),
            ("conservation", each.conservation),
        ]
        fields = [(donnee.objet, donnee.champ, donnee.nature, donnee.sort) for donnee in each.donnees]
        parts += [
            f"## {each.finalite[:1].upper()}{each.finalite[1:]}",
            _table(["", ""], about),
            _table(["objet", "champ", "nature", "à la fin"], fields),
        ]
    return _page("Le registre des traitements", *parts)


def _transitions() -> Iterator[tuple[str, Transitions]]:
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        if config.name.startswith("maillage.") and find_spec(f"{config.name}.rules"):
            for value in vars(import_module(f"{config.name}.rules")).values():
                if isinstance(value, Transitions):
                    yield str(config.verbose_name), value


def _diagram(name: str, table: Transitions) -> str:
    arrows = [
        f"    {source} --> {transition.target}: {transition.label}"
        for transition in table
        for source in transition.sources
    ]
    return "\n".join([f"## {name[:1].upper()}{name[1:]}", "", "```mermaid", "stateDiagram-v2", *arrows, "```"])


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", WARNING, *parts]) + "\n"
