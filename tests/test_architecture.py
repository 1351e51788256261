"""Who may know whom, and where things live: the conventions of ARCHITECTURE.md, held by machine."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from itertools import count
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from pghistory.models import Event

from tests.source import CODE, ROOT, files, name, text

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = [config for config in apps.get_app_configs() if config.name.startswith("maillage.")]
MODELS = [model for config in HOUSE for model in config.get_models()]


def order() -> dict[str, int]:
    """Return the height of every floor and room, read from the contracts: equal heights may not know each other."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    heights: dict[str, int] = {}
    height = count(0, -1)

    def stack(container: str, layers: str) -> None:
        for line in layers.strip().splitlines():
            level = next(height)
            for layer in line.split("|"):
                heights[container + layer.strip(" ()")] = level

    stack("", contracts["importlinter:contract:floors"]["layers"])
    for floor in ("domains", "references", "foundations"):
        stack(f"maillage.{floor}.", contracts[f"importlinter:contract:{floor}"]["layers"])
    return heights


HEIGHTS = order()


def may_point(source: str, target: str) -> bool:
    """Tell whether a model of the app `source` may have a relation to one of the app `target`."""
    floors = [".".join(app.split(".")[:2]) for app in (source, target)]
    if source == target:
        return True
    if floors[0] != floors[1]:
        return HEIGHTS[floors[0]] > HEIGHTS[floors[1]]
    return HEIGHTS.get(source, 0) > HEIGHTS.get(target, 0)


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("maillage.domains.diagnostics", "maillage.references.structures", True),
        ("maillage.references.structures", "maillage.domains.diagnostics", False),
        ("maillage.references.structures", "maillage.references.territoires", True),
        ("maillage.references.territoires", "maillage.references.structures", False),
        ("maillage.references.territoires", "maillage.references.accounts", False),
        ("maillage.references.accounts", "maillage.references.territoires", True),
        ("maillage.references.personnes", "maillage.references.accounts", True),
        ("maillage.references.structures", "maillage.references.personnes", False),
        ("maillage.references.personnes", "maillage.references.structures", False),
        ("maillage.domains.gouvernance", "maillage.domains.diagnostics", True),
        ("maillage.domains.diagnostics", "maillage.domains.gouvernance", False),
        ("maillage.domains.developpement", "maillage.domains.formations", False),
        ("maillage.interfaces.imports", "maillage.foundations.kernel", True),
        ("maillage.interfaces.imports", "maillage.interfaces.workspaces", False),
        ("maillage.foundations.kernel", "maillage.references.accounts", False),
    ],
)
def test_order_of_relations_is_the_order_of_imports(source: str, target: str, allowed: bool) -> None:
    assert may_point(source, target) is allowed


def relations(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Yield the relations of a model to the house's other apps, as (field, app).

    The author of an act is the exception: Django itself offers AUTH_USER_MODEL so that an app need not know accounts.
    """
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        other = field.related_model
        if isinstance(other, type) and other in MODELS and other._meta.label != settings.AUTH_USER_MODEL:
            yield field.name, other._meta.app_config.name


def test_no_relation_points_upwards() -> None:
    wrong = [
        f"{model._meta.label}.{field} → {target}"
        for model in MODELS
        for field, target in relations(model)
        if not may_point(model._meta.app_config.name, target)
    ]
    assert wrong == []


def test_no_import_points_upwards() -> None:
    # A process of its own: called in this one, import-linter silences every logger that exists already.
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    found = subprocess.run([*lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_no_room_for_what_has_no_subject() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "core", "misc", "tools"}
    assert [name(path) for path in files(*CODE) if vague & {path.stem, *path.relative_to(ROOT).parts}] == []


def test_every_room_says_what_it_is_for() -> None:
    assert [config.name for config in HOUSE if not (config.module and config.module.__doc__)] == []


def test_models_keep_to_their_fields_and_constraints() -> None:
    """No side effect hides in a `save`, a `delete` or a signal: writes are services."""
    overriding = [
        model._meta.label
        for model in MODELS
        if {"save", "delete", "full_clean"} & set(vars(model)) and model._meta.managed
    ]
    signals = re.compile(r"django\.(db\.models\.signals|dispatch|core\.signals|contrib\.\w+\.signals)")
    assert overriding == []
    assert [name(path) for path in files("maillage") if signals.search(text(path))] == []


def test_labels_are_lower_case() -> None:
    """A verbose name goes inside a sentence; the page puts the capital. Acronyms keep theirs."""
    labels = [
        (model._meta.label, str(label))
        for model in MODELS
        for label in [
            model._meta.verbose_name,
            *(field.verbose_name for field in model._meta.fields if not field.auto_created),
        ]
    ]
    assert [(owner, label) for owner, label in labels if label[:1].isupper() and not label[:2].isupper()] == []


def constraints() -> Iterator[models.BaseConstraint]:
    for model in MODELS:
        yield from model._meta.constraints


def test_every_constraint_explains_itself_and_is_tried() -> None:
    """The message is ours and in French; a test names the constraint, to see the database refuse."""
    tests = "".join(text(path) for path in files("tests"))
    mute = [each.name for each in constraints() if each.violation_error_message == each.default_violation_error_message]
    assert mute == []
    assert [each.name for each in constraints() if each.name not in tests] == []


def test_glossary_knows_every_model_and_enumeration() -> None:
    glossary = (ROOT / "docs" / "glossaire.md").read_text()
    names = {model.__name__ for model in MODELS if not (model._meta.auto_created or issubclass(model, Event))}
    for path in files("maillage"):
        names |= set(re.findall(r"^ *class (\w+)\([\w.]*(?:Choices|StrEnum|IntEnum)\)", text(path), re.MULTILINE))
    structural = {"Permission", "Role", "Canal", "Sort", "Droit"}
    assert sorted(word for word in names - structural if f"`{word}`" not in glossary) == []
