"""How many women and men a SIAE employs in each trade, year by year."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.references.structures.models.activite import Secteur
from maillage.references.structures.models.siae import Siae


@pghistory.track()
class EffectifSecteur(models.Model):
    """Women and men in insertion whom a SIAE employs in one sector, and their hours, for one calendar year.

    An unknown figure is null, never 0. Figures of one SIAE are those of few people: what is published is added up over
    several SIAE, and withheld under the threshold of secrecy (`compute/secrecy`).
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="effectifs_secteurs", verbose_name="SIAE")
    secteur = models.ForeignKey(Secteur, models.PROTECT, related_name="effectifs", verbose_name="secteur")
    annee = models.PositiveSmallIntegerField("année")
    femmes = models.PositiveIntegerField("femmes", null=True, blank=True)
    hommes = models.PositiveIntegerField("hommes", null=True, blank=True)
    heures = models.DecimalField("heures travaillées", max_digits=10, decimal_places=2, null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "effectif par secteur"
        verbose_name_plural = "effectifs par secteur"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "secteur", "annee"],
                name="effectif_secteur_unique",
                violation_error_message="L’effectif de ce secteur est déjà saisi pour cette année.",
            ),
            models.CheckConstraint(
                condition=Q(heures__isnull=True) | Q(heures__gte=0),
                name="effectif_secteur_heures",
                violation_error_message="Un nombre d’heures n’est pas négatif.",
            ),
        ]
        indexes = [models.Index(fields=["annee", "secteur"], name="effectif_secteur_annee")]

    def __str__(self) -> str:
        return f"{self.siae_id} · {self.secteur_id} en {self.annee}"
