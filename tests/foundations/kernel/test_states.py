"""A table of transitions says what is possible, and calls a state by its label when it knows one."""

from __future__ import annotations

import pytest
from django.db import models

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.states import Transition, Transitions


class Etat(models.TextChoices):
    OUVERT = "ouvert", "en cours"
    FERME = "ferme", "terminé"


@pytest.mark.parametrize(
    ("states", "state", "shown"),
    [((Etat.OUVERT, Etat.FERME), "ferme", "terminé"), (("ouvert", "ferme"), "ferme", "ferme")],
)
def test_a_forbidden_act_names_the_state_as_screens_do(states: tuple[str, str], state: str, shown: str) -> None:
    table = Transitions((Transition("fermer", (states[0],), states[1], "Fermer"),))
    assert table.target("fermer", "ouvert") == "ferme"
    with pytest.raises(Refused) as refused:
        table.target("fermer", state)
    assert str(refused.value) == f"Cet acte n’est pas possible dans l’état «\u202f{shown}\u202f»."
