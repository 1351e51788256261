"""The permanent staff of a SIAE, by function: figures of an employer, not of persons in insertion."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.references.structures.models import Siae


@pghistory.track()
class EffectifPermanent(models.Model):
    """The ETP of permanent staff that a SIAE has in a function, in a year. No row: unknown; 0: nobody.

    Invariant: one figure for each SIAE, year and function.
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="permanents", verbose_name="SIAE")
    annee = models.PositiveSmallIntegerField("année")
    fonction = models.CharField("fonction", max_length=16, choices=Fonction)
    etp = models.DecimalField("ETP", max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = "effectif permanent"
        verbose_name_plural = "effectifs permanents"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "annee", "fonction"],
                name="effectif_permanent_unique",
                violation_error_message="Ces ETP sont déjà saisis.",
            ),
            models.CheckConstraint(
                condition=Q(fonction__in=Fonction.values) & Q(etp__range=(Decimal(0), Decimal(500))),
                name="effectif_permanent_valeurs",
                violation_error_message="Un effectif va de 0 à 500 ETP, dans une fonction connue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee} · {self.get_fonction_display()}"
