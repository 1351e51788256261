"""What a SIAE does: our own taxonomy of sectors, linked to CPV and NAF."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from maillage.references.structures.models.siae import Siae


class GroupeSecteur(models.Model):
    """A family of sectors (bâtiment, propreté, espaces verts…)."""

    code = models.SlugField("code", unique=True)
    libelle = models.CharField("libellé", max_length=120)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "groupe de secteurs"
        verbose_name_plural = "groupes de secteurs"

    def __str__(self) -> str:
        return self.libelle


class Secteur(models.Model):
    """A sector of activity, with the words people search it by and the CPV and NAF codes it covers."""

    groupe = models.ForeignKey(GroupeSecteur, models.PROTECT, related_name="secteurs", verbose_name="groupe")
    code = models.SlugField("code", unique=True)
    libelle = models.CharField("libellé", max_length=120)
    mots = models.TextField("mots de recherche", blank=True)
    cpv = ArrayField(models.CharField(max_length=8), verbose_name="codes CPV", default=list, blank=True)
    naf = ArrayField(models.CharField(max_length=5), verbose_name="codes NAF", default=list, blank=True)

    class Meta:
        verbose_name = "secteur"
        verbose_name_plural = "secteurs"

    def __str__(self) -> str:
        return self.libelle


class Activite(models.Model):
    """A SIAE works in a sector; `part_heures` is the sector's share of its hours, in per cent, when it is known."""

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="activites", verbose_name="SIAE")
    secteur = models.ForeignKey(Secteur, models.PROTECT, related_name="activites", verbose_name="secteur")
    part_heures = models.DecimalField("part des heures (%)", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "secteur"],
                name="activite_unique",
                violation_error_message="Ce secteur figure déjà parmi les activités de la SIAE.",
            ),
            models.CheckConstraint(
                condition=Q(part_heures__isnull=True) | Q(part_heures__range=(0, 100)),
                name="activite_part_heures",
                violation_error_message="La part des heures est comprise entre 0 et 100 %%.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.siae_id} · {self.secteur_id}"
