"""An icon that the sheet lacks shows as a solid square: every icon in use has its rule, and its file."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders

import maillage

ROOT = Path(maillage.__file__).parent
SHEET = ROOT / "foundations/kernel/static/kernel/icons.css"
USES = re.compile(r"""\bicon="([a-z0-9-]+)"|\bfr-icon-([a-z0-9-]+)\b(?!-)""")


def _used() -> set[str]:
    files = [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]
    found = {name or klass for file in files for name, klass in USES.findall(file.read_text())}
    return {name for name in found if name}


def test_every_icon_in_use_has_its_rule() -> None:
    rules = set(re.findall(r"\.fr-icon-([a-z0-9-]+)::before", SHEET.read_text()))

    assert sorted(_used() - rules) == []


def test_every_rule_leads_to_a_file_of_the_design_system() -> None:
    paths = re.findall(r'url\("\.\./(.+?)"\)', SHEET.read_text())

    assert [path for path in paths if finders.find(path) is None] == []
