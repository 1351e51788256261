"""Legal populations."""

from __future__ import annotations

from django.db import models

from maillage.references.territoires.models.territoire import Territoire


class Population(models.Model):
    """The legal municipal population of a unit for one year; a unit that the source lacks has no row."""

    unite = models.ForeignKey(Territoire, models.CASCADE, related_name="populations", verbose_name="unité")
    annee = models.PositiveSmallIntegerField("année")
    valeur = models.PositiveIntegerField("population municipale")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "population légale"
        verbose_name_plural = "populations légales"
        constraints = [
            models.UniqueConstraint(
                fields=["unite", "annee"],
                name="population_unique",
                violation_error_message="La population de cette unité est déjà connue pour cette année.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valeur} habitants en {self.annee}"
