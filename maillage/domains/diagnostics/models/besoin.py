"""Who needs the IAE, where, in which year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.references.territoires.models import Territoire


class Public(models.Model):
    """A group of people whose need is counted (working-age population, long-term unemployed, RSA recipients…).

    `definition` says who is counted and by whom; two definitions are two publics, never one series.
    """

    code = models.SlugField("code", unique=True)
    libelle = models.CharField("libellé", max_length=160)
    definition = models.TextField("définition", blank=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=100)

    class Meta:
        verbose_name = "public"
        verbose_name_plural = "publics"

    def __str__(self) -> str:
        return self.libelle


class Besoin(models.Model):
    """How many people of a public live in a territory of any level, for one year, as its producer gives it.

    A figure is kept at the level where it was counted; what is computed at another one (sum, spread) is never stored.
    `valeur` is null when the producer withholds it (statistical secrecy): unknown, not zero. `estime` marks a figure
    that the producer did not count at this level, and is said so wherever it is shown.
    """

    public = models.ForeignKey(Public, models.PROTECT, related_name="besoins", verbose_name="public")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="besoins", verbose_name="territoire")
    annee = models.PositiveSmallIntegerField("année")
    valeur = models.DecimalField("nombre de personnes", max_digits=12, decimal_places=2, null=True, blank=True)
    estime = models.BooleanField("estimé", default=False)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "besoin"
        verbose_name_plural = "besoins"
        constraints = [
            models.UniqueConstraint(
                fields=["public", "territoire", "annee"],
                name="besoin_unique",
                violation_error_message="Ce besoin est déjà connu pour ce public, ce territoire et cette année.",
            ),
            models.CheckConstraint(
                condition=Q(valeur__isnull=True) | Q(valeur__gte=0),
                name="besoin_positif",
                violation_error_message="Un nombre de personnes n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} à {self.territoire_id} en {self.annee}"
