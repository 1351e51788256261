"""How long it takes to go from one commune to another."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from maillage.references.territoires.enums import Mode
from maillage.references.territoires.models.territoire import Territoire, check_niveau


class Trajet(models.Model):
    """The travel times from one unit to the others, by one mode, in one vintage of a matrix: a row of the matrix.

    `minutes[n]` is the time to the unit of code `destinations[n]`, rounded to the minute. A destination that is absent
    is beyond what the producer computed. A matrix of a region is thus 1,300 rows rather than 1.7 million pairs.
    """

    origine = models.ForeignKey(Territoire, models.CASCADE, related_name="trajets", verbose_name="commune de départ")
    mode = models.CharField("mode", max_length=20, choices=Mode)
    annee = models.PositiveSmallIntegerField("année de la matrice")
    destinations = ArrayField(models.CharField(max_length=5), verbose_name="communes d’arrivée")
    minutes = ArrayField(models.PositiveSmallIntegerField(), verbose_name="minutes")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "temps de trajet"
        verbose_name_plural = "temps de trajet"
        constraints = [
            models.UniqueConstraint(
                fields=["origine", "mode", "annee"],
                name="trajet_unique",
                violation_error_message="Les trajets de cette commune sont déjà connus pour ce mode et cette année.",
            ),
            models.CheckConstraint(
                condition=Q(destinations__len=F("minutes__len")),
                name="trajet_apparie",
                violation_error_message="À chaque commune d’arrivée répond un temps de trajet.",
            ),
        ]
        triggers = [check_niveau("origine", "niveau = 'commune'", "Un trajet part d’une commune.")]

    def __str__(self) -> str:
        return f"trajets {self.get_mode_display()} depuis {self.origine_id} ({self.annee})"
