"""Who hires locally: establishments, never persons."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.references.economie.enums import TrancheEffectif
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau


@pghistory.track()
class Employeur(models.Model):
    """An establishment of a legal person that employs, as Sirene or a partner describes it.

    An entrepreneur who trades under their own name is a person: the import refuses them. `intentions` is the number of
    hires that the establishment announces for `annee`, null when it has said nothing.
    """

    siret = models.CharField("SIRET", max_length=14, unique=True)
    denomination = models.CharField("dénomination", max_length=200)
    commune = models.ForeignKey(Territoire, models.PROTECT, related_name="employeurs", verbose_name="commune")
    naf = models.CharField("code NAF", max_length=5, blank=True)
    tranche = models.CharField("tranche d’effectif", max_length=2, choices=TrancheEffectif, blank=True)
    intentions = models.PositiveIntegerField("recrutements annoncés", null=True, blank=True)
    annee = models.PositiveSmallIntegerField("année", null=True, blank=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "employeur"
        verbose_name_plural = "employeurs"
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__regex=r"^\d{14}$"),
                name="employeur_siret",
                violation_error_message="Un SIRET compte 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(naf="") | Q(naf__regex=r"^\d{4}[A-Z]$"),
                name="employeur_naf",
                violation_error_message="Un code NAF s’écrit avec quatre chiffres et une lettre : 8121Z.",
            ),
            models.CheckConstraint(
                condition=Q(intentions__isnull=True) | Q(annee__isnull=False),
                name="employeur_intentions_datees",
                violation_error_message="Des recrutements annoncés le sont pour une année.",
            ),
        ]
        triggers = [check_niveau("commune", "niveau = 'commune'", "Un employeur est dans une unité.")]

    def __str__(self) -> str:
        return self.denomination
