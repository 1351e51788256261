"""The guide of the agent says what the cards say."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from maillage.interfaces.imports.source import Card, Source, list_sources, register


def columns_table(card: Card) -> str:
    """Return the table of the columns of a source, as `docs/guides/imports.md` holds it."""
    rows = ["| colonne | contenu | obligatoire | aussi reconnue sous |", "|---|---|---|---|"]
    for column in card.columns:
        names = ", ".join(f"`{name}`" for name in column.names)
        content = (column.description or column.label).replace("|", "\\|")
        rows.append(f"| {column.label} | {content} | {card.need(column)} | {names} |")
    return "\n".join(rows)


@pytest.mark.parametrize("source", list_sources(), ids=lambda source: source.card.code)
def test_the_guide_holds_the_columns_of_every_source(source: Source[Any]) -> None:
    guide = (settings.BASE_DIR / "docs" / "guides" / "imports.md").read_text()
    assert f"(`{source.card.code}`)" in guide
    assert columns_table(source.card) in guide


@pytest.mark.parametrize("source", list_sources(), ids=lambda source: source.card.code)
def test_every_source_folder_has_its_readme_and_invented_sample(source: Source[Any]) -> None:
    assert (source.folder / "README.md").read_text().startswith("# ")
    assert source.sample.stat().st_size < 10_000


def test_two_sources_never_share_a_code() -> None:
    known = list_sources()[0]
    with pytest.raises(ValueError, match="is registered twice"):
        register(Source(known.card, known.read, known.open, known.folder))
