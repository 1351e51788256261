"""What is committed: short files, explained dependencies, a lock that says nothing of where it was made, no secret."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import defaultdict
from itertools import pairwise

import pytest

from tests.source import CODE, ROOT, files, name, text

LONGEST = 500
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DEVELOPMENT = PROJECT["optional-dependencies"]["dev"]


def package(requirement: str) -> str:
    return re.split(r"[\[<>=; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked(file: str) -> dict[str, set[str]]:
    """Return the versions of each locked package: several when they depend on the version of Python."""
    versions = defaultdict(set)
    for each, version in re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE):
        versions[each].add(version)
    return dict(versions)


def committed() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [file for file in listing.stdout.split("\0") if file and (ROOT / file).is_file()]


def test_no_file_has_become_two_subjects() -> None:
    sources = (*files(*CODE), *files("maillage", suffix=".html"), *files("maillage", suffix=".js"))
    assert [name(path) for path in sources if text(path).count("\n") > LONGEST] == []


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text().partition("[tool.")[0].splitlines()
    mute = [
        line.strip()
        for before, line in pairwise(lines)
        if re.match(r'    "', line) and not before.strip().startswith("#") and "#" not in line
    ]
    assert mute == []


@pytest.mark.parametrize(
    ("file", "asked"),
    [("requirements.txt", PROJECT["dependencies"]), ("requirements-dev.txt", PROJECT["dependencies"] + DEVELOPMENT)],
)
def test_lock_follows_the_project_and_names_no_address(file: str, asked: list[str]) -> None:
    lock = locked(file)
    assert [requirement for requirement in asked if package(requirement) not in lock] == []
    pins = [requirement.split("==") for requirement in asked if "==" in requirement]
    assert [(each, pin) for each, pin in pins if lock[package(each)] != {pin}] == []
    content = (ROOT / file).read_text()
    assert "://" not in content
    assert re.findall(r"^[a-z0-9.-]+==[^\n]*\n(?!    --hash=sha256:)", content, re.MULTILINE) == []


def test_development_installs_what_production_does() -> None:
    development = locked("requirements-dev.txt")
    assert {each: pin for each, pin in locked("requirements.txt").items() if development.get(each) != pin} == {}


SECRETS = (
    rb"-----BEGIN [A-Z ]*PRIVATE KEY",
    # The tokens of forges, clouds, registries, messengers and payment services, which announce themselves.
    rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    rb"\b(?:gh[opsur]_|github_pat_|glpat-|xox[abprs]-|sk_live_|rk_live_|pypi-|npm_|AIza|SG\.)[0-9A-Za-z_-]{20,}",
    rb"\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.",
    # Encrypted by one of our keys, or an address that carries a password.
    rb"\bgAAAAA[0-9A-Za-z_-]{60,}",
    rb"\b(?:postgres(?:ql)?|mysql|amqp|redis|smtps?|https?)://[^\s:/@{}<>\"'$]+:(?!mot-de-passe)[^\s:/@{}<>\"'$]{6,}@",
)
# What `config.settings` draws under var/, and their like.
NEVER = re.compile(
    r"(^|/)(secret_key|cles|cle_empreinte|\.env(\..*)?|id_[a-z0-9]+|.*\.(pem|key|p12|pfx|jks|dump|sqlite3?))$"
)


def test_nothing_secret_nor_half_merged_is_committed() -> None:
    wrong = re.compile(b"|".join((*SECRETS, rb"^(?:<{7}|>{7}) ")), re.MULTILINE)
    assert [file for file in committed() if wrong.search((ROOT / file).read_bytes())] == []
    assert [file for file in committed() if NEVER.search(file)] == []


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "A" * 16,
        "ghp_" + "a" * 36,
        "eyJ" + "a" * 30 + ".eyJ" + "b" * 30 + ".",
        "gAAAAA" + "b" * 80,
        "postgresql://maillage:" + "s3cret-tr0uve@hote/base",
    ],
    ids=range(6),
)
def test_a_secret_would_be_seen(secret: str) -> None:
    assert re.search(b"|".join(SECRETS), secret.encode())


def test_every_variable_of_the_environment_is_documented() -> None:
    guide = (ROOT / "docs" / "guides" / "exploitation.md").read_text()
    read = {
        variable
        for path in (*files("config", "maillage"), ROOT / ".ci" / "chromium", ROOT / "Makefile")
        for variable in re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"|\$\{?(MAILLAGE_\w+)", text(path))
    }
    names = {name for pair in read for name in pair if name}
    assert sorted(each for each in names if f"`{each}`" not in guide) == []
