"""The menu of the room: every page has its subject, so that a long list is read by subjects."""

from __future__ import annotations

from django.apps import apps


def test_every_entry_has_its_subject() -> None:
    [entry] = apps.get_app_config("parcours").menu  # type: ignore[attr-defined]
    assert [each.label for each in entry.children if not each.groupe] == []
    assert len({each.groupe for each in entry.children}) == 6
