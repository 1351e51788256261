"""The journals are written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import Error, transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.models import Acte, JournalTransition, Tache
from maillage.foundations.kernel.states import Transition, Transitions

if TYPE_CHECKING:
    from django.db.models import Model

TABLE = Transitions((Transition("start", ("en_attente",), "en_cours", "Commencer"),))


@pytest.mark.django_db
@pytest.mark.parametrize("journal", [Acte, JournalTransition])
def test_a_line_of_a_journal_is_neither_changed_nor_removed(journal: type[Model]) -> None:
    tache = Tache.objects.create(libelle="Essai")
    audit.record("essai", tache, actor=None)
    audit.move(tache, "start", TABLE, actor=None)
    lines = journal._default_manager.all()
    before = list(lines.values())
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        lines.update(acte="autre")
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        lines.delete()
    assert len(before) == 1
    assert list(lines.values()) == before
