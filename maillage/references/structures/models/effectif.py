"""How many people a SIAE employs, year by year, département by département."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.references.structures.models.siae import Siae
from maillage.references.territoires.models import Territoire


@pghistory.track()
class EffectifAnnuel(models.Model):
    """Employees, posts and full-time equivalents (ETP) of a SIAE in one département for one calendar year.

    An unknown figure is null, never 0. `etp_conventionnes` is what the annexe financière grants, `etp_realises` what
    was worked; `salaries` counts the people in insertion employed during the year, `postes` the places open at a time.
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="effectifs", verbose_name="SIAE")
    annee = models.PositiveSmallIntegerField("année")
    departement = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="département")
    salaries = models.PositiveIntegerField("salariés en insertion", null=True, blank=True)
    postes = models.PositiveIntegerField("postes", null=True, blank=True)
    etp_conventionnes = models.DecimalField("ETP conventionnés", max_digits=8, decimal_places=2, null=True, blank=True)
    etp_realises = models.DecimalField("ETP réalisés", max_digits=8, decimal_places=2, null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "effectif annuel"
        verbose_name_plural = "effectifs annuels"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "annee", "departement"],
                name="effectif_unique",
                violation_error_message="L’effectif de cette année est déjà saisi pour ce département.",
            ),
            models.CheckConstraint(
                condition=(Q(etp_conventionnes__isnull=True) | Q(etp_conventionnes__gte=0))
                & (Q(etp_realises__isnull=True) | Q(etp_realises__gte=0)),
                name="effectif_etp_positifs",
                violation_error_message="Un nombre d’ETP n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.siae_id} en {self.annee}"
