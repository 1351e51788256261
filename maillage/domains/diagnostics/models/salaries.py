"""How many people the IAE employs, month by month: what there is, beside those who need it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.domains.diagnostics.enums import NiveauSerie


class BeneficiairesIae(models.Model):
    """The employees in insertion at the end of a month, in the country, a region or a département (ASP).

    Written by level and code, which outlive the vintages of the COG: the series also holds the regions and départements
    that are not loaded. The three levels are published apart; nothing says that they add up.
    """

    niveau = models.CharField("niveau", max_length=20, choices=NiveauSerie)
    code = models.CharField("code", max_length=3, blank=True)
    nom = models.CharField("nom", max_length=100)
    mois = models.DateField("mois", help_text="Premier jour du mois.")
    valeur = models.PositiveIntegerField("salariés en insertion")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "salariés en insertion d’un mois"
        verbose_name_plural = "salariés en insertion, par mois"
        constraints = [
            models.UniqueConstraint(
                fields=["niveau", "code", "mois"],
                name="beneficiaires_iae_unique",
                violation_error_message="Ce mois est déjà connu pour ce territoire.",
            ),
            models.CheckConstraint(
                condition=Q(niveau=NiveauSerie.PAYS, code="") | (~Q(niveau=NiveauSerie.PAYS) & ~Q(code="")),
                name="beneficiaires_iae_code",
                violation_error_message="Une région ou un département a un code, le pays n’en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="beneficiaires_iae_mois",
                violation_error_message="Un mois s’écrit par son premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom}, {self.mois:%m/%Y}"
