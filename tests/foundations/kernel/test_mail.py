from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.template import Engine
from django.template.loaders.locmem import Loader

from maillage.foundations.kernel.mail import notify

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> str:
    """A message of plain text."""
    engine = Engine.get_default()
    loader = Loader(engine, {"lettre.txt": "Bonjour {{ nom }},\nvotre import est fini.\n"})
    monkeypatch.setattr(engine, "template_loaders", [loader])
    return "lettre.txt"


def test_each_address_receives_a_text_of_its_own(template: str, run_jobs: Callable[[], int]) -> None:
    notify(["a@exemple.fr", "b@exemple.fr"], "Import fini", template, {"nom": "l’atelier <A & B>"})
    assert mail.outbox == []
    run_jobs()
    assert [(message.to, message.subject, message.body) for message in mail.outbox] == [
        ([address], "Import fini", "Bonjour l’atelier <A & B>,\nvotre import est fini.\n")
        for address in ("a@exemple.fr", "b@exemple.fr")
    ]
