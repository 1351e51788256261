"""The legal establishment behind every actor."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q


@pghistory.track()
class Organisation(models.Model):
    """An establishment, identified by its SIRET (14 digits whose key is checked by the forms and imports).

    Its history is kept row by row by database triggers.
    """

    # Identification
    siret = models.CharField("SIRET", max_length=14, unique=True)
    denomination = models.CharField("dénomination", max_length=200)
    nom_usage = models.CharField("nom d’usage", max_length=200, blank=True)
    forme_juridique = models.CharField("forme juridique", max_length=80, blank=True)
    naf = models.CharField("code NAF", max_length=5, blank=True, help_text="NAF rév. 2, sans point : 8899B.")

    # Contact
    site_web = models.URLField("site web", max_length=300, blank=True)

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__regex=r"^\d{14}$"),
                name="organisation_siret_14_chiffres",
                violation_error_message="Un SIRET compte 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(naf="") | Q(naf__regex=r"^\d{4}[A-Z]$"),
                name="organisation_naf_format",
                violation_error_message="Un code NAF s’écrit avec quatre chiffres et une lettre : 8899B.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_usage or self.denomination

    @property
    def siren(self) -> str:
        """The nine digits of the legal unit."""
        return self.siret[:9]
