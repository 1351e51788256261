"""docs/securite.md: what it names exists, and no requirement is told twice."""

from __future__ import annotations

import re
from collections import Counter

from tests.source import ROOT

PAGE = (ROOT / "docs" / "securite.md").read_text()
LINES = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)
STATES = ("tenue", "**non tenue**", "à l’exploitation", "sans objet")


def test_what_it_names_exists() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|txt|toml))`", PAGE)) - {"journaux/"}
    assert sorted(each for each in named if not (ROOT / each).exists()) == []


def test_each_requirement_is_told_once_and_counted() -> None:
    assert [number for number, times in Counter(line[0] for line in LINES).items() if times > 1] == []
    states = Counter(line[3] for line in LINES)
    assert set(states) == set(STATES)
    counts = re.findall(r"^\| ([^|:]+?)(?: :[^|]*)? \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {name: int(count) for name, count in counts} == dict(states)
    assert f"{len(LINES)} exigences" in PAGE


def test_every_line_says_where_or_why() -> None:
    assert [line[0] for line in LINES if not line[4].strip()] == []
