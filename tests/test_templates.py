"""Templates are used, short, and keep to the content security policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.template import Context, Template

from tests.source import files, name, text

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = files("maillage", suffix=".html")
LONGEST = 150
# What Django, its forms and its error handlers ask for by name.
ASKED_BY_DJANGO = re.compile(r"^(\d{3}(_csrf)?\.html|django/|dsfr/|registration/)")


def template_name(path: Path) -> str:
    return path.as_posix().rpartition("/templates/")[2]


def is_used(template: str, readers: str) -> bool:
    if template.startswith("components/"):
        tag = template.removeprefix("components/").removesuffix(".html").replace("/", ".").replace("_", "[_-]")
        return re.search(rf"<c-{tag}[\s/>]", readers) is not None
    folder = template.rpartition("/")[0]  # a name built by the code: f"kernel/composants/{name}.html"
    return ASKED_BY_DJANGO.match(template) is not None or f'"{template}"' in readers or f'"{folder}/{{' in readers


def test_every_template_is_used() -> None:
    readers = "".join(text(path) for path in (*TEMPLATES, *files("maillage")))
    assert [name(path) for path in TEMPLATES if not is_used(template_name(path), readers)] == []


@pytest.mark.parametrize(
    ("forbidden", "why"),
    [
        (r"\sstyle=", "a style attribute"),
        (r"<style\b", "a style element"),
        (r"<script(?![^>]*\bsrc=)", "a script in the page"),
        (r"\son[a-z]+=", "an event attribute"),
        (r"(src|href)=[\"']https?://[^\"']+\.(js|css|woff2?)\b", "a file of another site"),
        (r"(?<!help_text)\|safe\b", "text that is not escaped (help texts are written by us)"),
    ],
)
def test_templates_hold_nothing_that_the_policy_blocks(forbidden: str, why: str) -> None:
    assert [name(path) for path in TEMPLATES if re.search(forbidden, text(path))] == [], why


def test_undefined_variable_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match="absente"):
        Template("{{ absente }}").render(Context())


def test_templates_are_short() -> None:
    assert [name(path) for path in TEMPLATES if text(path).count("\n") > LONGEST] == []


def test_no_component_is_given_an_entity() -> None:
    """A component's attribute is text, escaped once more: `&#8239;` would be read as it is written."""
    tags = re.compile(r"<c-[^>]*=\"[^\"]*&#?\w+;")

    assert [name(path) for path in TEMPLATES if tags.search(text(path))] == []
