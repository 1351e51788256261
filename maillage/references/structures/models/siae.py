"""A SIAE, its sites and the land it serves."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from maillage.references.accounts.models import Organisation
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau


class SiaeQuerySet(models.QuerySet["Siae"]):
    def actives(self) -> SiaeQuerySet:
        """Keep the SIAE whose activity has not ended."""
        return self.filter(fin__isnull=True)


@pghistory.track()
class Siae(models.Model):
    """A structure d'insertion par l'activité économique: an organisation conventionnée for one kind.

    One organisation may carry several kinds (an ACI and an EI under one SIRET): each is a SIAE of its own. Activity
    periods are half-open: `fin` is the first day without activity. Code du travail, art. L. 5132-2 and L. 5132-4.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="siae", verbose_name="organisation porteuse"
    )
    type_siae = models.CharField("type de SIAE", max_length=4, choices=TypeSiae)
    nom = models.CharField("nom", max_length=200)
    nom_recherche = models.GeneratedField(
        verbose_name="nom de recherche",
        expression=models.Func(F("nom"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )
    debut = models.DateField("début d’activité", null=True, blank=True)
    fin = models.DateField("fin d’activité", null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    objects = SiaeQuerySet.as_manager()

    class Meta:
        verbose_name = "SIAE"
        verbose_name_plural = "SIAE"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "type_siae"],
                name="siae_unique_par_type",
                violation_error_message="Cette organisation porte déjà une SIAE de ce type.",
            ),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                name="siae_periode",
                violation_error_message="La fin d’activité suit son début.",
            ),
            models.CheckConstraint(
                condition=Q(type_siae__in=TypeSiae.values),
                name="siae_type",
                violation_error_message="Ce type de SIAE n’existe pas.",
            ),
        ]
        indexes = [GinIndex(OpClass(F("nom_recherche"), name="gin_trgm_ops"), name="siae_recherche")]

    def __str__(self) -> str:
        return f"{self.nom} ({self.type_siae})"


@pghistory.track()
class Implantation(models.Model):
    """A site of a SIAE, in one unit of the COG. Coordinates are WGS 84; the commune is the one that holds the point.

    Invariant: at most one principal site per SIAE; a coordinate never goes alone; the commune is a unit.
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="implantations", verbose_name="SIAE")
    principale = models.BooleanField("implantation principale", default=True)
    adresse = models.CharField("adresse", max_length=300, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=200, blank=True)
    commune = models.ForeignKey(Territoire, models.PROTECT, related_name="implantations", verbose_name="commune")
    longitude = models.FloatField("longitude", null=True, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)

    class Meta:
        verbose_name = "implantation"
        verbose_name_plural = "implantations"
        constraints = [
            models.UniqueConstraint(
                fields=["siae"],
                condition=Q(principale=True),
                name="implantation_principale_unique",
                violation_error_message="Une SIAE n’a qu’une implantation principale.",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="implantation_coordonnees",
                violation_error_message="La longitude et la latitude vont ensemble, en degrés.",
            ),
        ]
        triggers = [check_niveau("commune", "niveau = 'commune'", "Une implantation est dans une unité.")]

    def __str__(self) -> str:
        return f"{self.adresse} {self.code_postal} {self.ville}".strip()


class ZoneIntervention(models.Model):
    """A territory that a SIAE declares to serve, whatever its level."""

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="zones", verbose_name="SIAE")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="territoire")

    class Meta:
        verbose_name = "zone d’intervention"
        verbose_name_plural = "zones d’intervention"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "territoire"],
                name="zone_intervention_unique",
                violation_error_message="Ce territoire est déjà dans la zone d’intervention.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.siae_id} → {self.territoire_id}"
