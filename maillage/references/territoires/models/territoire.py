"""Territories, how units compose them, their contours and their changes of code."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When

from maillage.references.territoires.enums import Maille, Niveau


class TerritoireQuerySet(models.QuerySet["Territoire"]):
    def unites(self) -> TerritoireQuerySet:
        """Keep the units: the communes and municipal arrondissements that partition the land."""
        return self.filter(niveau=Niveau.COMMUNE)

    def en_vigueur(self) -> TerritoireQuerySet:
        """Keep the newest vintage of each level in each region: the territories to show and to search.

        The regions that an ensemble lies astride may be loaded in different vintages: it is compared with itself alone.
        """
        newest = Territoire.objects.filter(niveau=OuterRef("niveau")).order_by("-millesime").values("millesime")
        of_region = Subquery(newest.filter(region=OuterRef("region"))[:1])
        of_code = Subquery(newest.filter(code=OuterRef("code"))[:1])
        return self.filter(millesime=Case(When(region="", then=of_code), default=of_region))


class Territoire(models.Model):
    """A territory of one vintage of the code officiel géographique (COG).

    Units are the territories of level « commune » (Paris, Lyon and Marseille are present by their arrondissements, so
    that nobody is counted twice); every other territory is a set of units, told by `Appartenance`.
    """

    # Identification
    niveau = models.CharField("niveau", max_length=20, choices=Niveau)
    code = models.CharField("code", max_length=12)
    millesime = models.PositiveSmallIntegerField("millésime du découpage")
    nom = models.CharField("nom", max_length=200)
    nom_recherche = models.GeneratedField(
        verbose_name="nom de recherche",
        expression=models.Func(F("nom"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )

    # Situation, to filter and label without a join; blank when the territory lies astride several
    departement = models.CharField("département", max_length=3, blank=True)
    region = models.CharField("région", max_length=2, blank=True)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)

    # Representative point: inside the contour, EPSG:2154 metres; null when no contour is known or when it is astride
    # two regions
    x = models.FloatField("abscisse Lambert-93 (m)", null=True, blank=True)
    y = models.FloatField("ordonnée Lambert-93 (m)", null=True, blank=True)

    objects = TerritoireQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        constraints = [
            models.UniqueConstraint(
                fields=["niveau", "code", "millesime"],
                name="territoire_unique",
                violation_error_message="Ce territoire existe déjà pour ce millésime.",
            ),
            models.CheckConstraint(
                condition=Q(x__isnull=True, y__isnull=True) | Q(x__isnull=False, y__isnull=False),
                name="territoire_point_entier",
                violation_error_message="Un point a deux coordonnées.",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("nom_recherche"), name="gin_trgm_ops"), name="territoire_recherche"),
            GinIndex(fields=["codes_postaux"], name="territoire_codes_postaux"),
            models.Index(fields=["region", "niveau", "millesime"], name="territoire_region"),
        ]
        # What refers to a territory of one level keeps doing so.
        triggers = [pgtrigger.ReadOnly(name="niveau_fixe", fields=["niveau"])]

    def __str__(self) -> str:
        return self.nom


def check_niveau(field: str, condition: str, message: str) -> pgtrigger.Trigger:
    """Refuse, as a check constraint cannot, a row whose `field` refers to a territory of another level than expected.

    `condition` is SQL over the `niveau` of that territory and over `NEW`.
    """
    return pgtrigger.Trigger(
        name=f"niveau_{field}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            if exists (select from territoires_territoire where id = NEW.{field}_id and ({condition})) then
                return NEW;
            end if;
            raise exception using message = '{message}', errcode = 'check_violation';
        """,
    )


class Appartenance(models.Model):
    """A unit belongs to an ensemble: at most one per maille, so that sums over a maille never count twice."""

    unite = models.ForeignKey(Territoire, models.CASCADE, related_name="appartenances", verbose_name="unité")
    ensemble = models.ForeignKey(Territoire, models.CASCADE, related_name="composition", verbose_name="ensemble")
    maille = models.CharField("maille", max_length=20, choices=Maille)

    class Meta:
        verbose_name = "appartenance"
        verbose_name_plural = "appartenances"
        constraints = [
            models.UniqueConstraint(
                fields=["unite", "maille"],
                name="appartenance_unique_par_maille",
                violation_error_message="Une unité n’appartient qu’à un ensemble par maille.",
            )
        ]
        triggers = [
            check_niveau("unite", "niveau = 'commune'", "Seule une unité appartient à un ensemble."),
            check_niveau(
                "ensemble",
                "niveau = NEW.maille or NEW.maille = 'intercommunalite' and niveau in ('ept', 'epci', 'ville')",
                "Cet ensemble n’est pas du niveau de la maille.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unite_id} ∈ {self.ensemble_id} ({self.maille})"


class Contour(models.Model):
    """The outline of a territory in one region, in EPSG:2154; neighbours share their edges exactly.

    `geometrie` locates points; `trace` is its simplified SVG path on the map of the region (integer coordinates in the
    region's frame), computed once at load. An EPCI astride two regions has one outline for its part of each.
    """

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="contours", verbose_name="territoire")
    region = models.CharField("région de la carte", max_length=2)
    source = models.CharField("source", max_length=200)
    millesime = models.PositiveSmallIntegerField("millésime du contour")
    geometrie = models.BinaryField("géométrie (WKB, EPSG:2154)")
    trace = models.TextField("tracé SVG")

    class Meta:
        verbose_name = "contour"
        verbose_name_plural = "contours"
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "region"],
                name="contour_unique_par_region",
                violation_error_message="Ce territoire a déjà un contour dans cette région.",
            )
        ]

    def __str__(self) -> str:
        return f"contour {self.millesime} de {self.territoire_id}"


class PassageCog(models.Model):
    """A code of an earlier COG and the code of `millesime` that replaces it (merger, split, change of code)."""

    ancien_code = models.CharField("ancien code", max_length=5)
    ancien_nom = models.CharField("ancien nom", max_length=200, blank=True)
    code = models.CharField("code", max_length=5)
    millesime = models.PositiveSmallIntegerField("millésime d’arrivée")

    class Meta:
        verbose_name = "passage de code"
        verbose_name_plural = "passages de code"
        constraints = [
            models.UniqueConstraint(
                fields=["ancien_code", "millesime"],
                name="passage_unique",
                violation_error_message="Un ancien code mène à un seul code par millésime.",
            ),
            models.CheckConstraint(
                condition=~Q(ancien_code=F("code")),
                name="passage_change_le_code",
                violation_error_message="Un passage mène à un autre code.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancien_code} → {self.code} ({self.millesime})"


class QpvCommune(models.Model):
    """A QPV lies, wholly or in part, in a commune: it is not a set of units, so it has no `Appartenance`."""

    qpv = models.ForeignKey(Territoire, models.CASCADE, related_name="communes_du_qpv", verbose_name="QPV")
    commune = models.ForeignKey(Territoire, models.CASCADE, related_name="qpv", verbose_name="commune")

    class Meta:
        verbose_name = "commune d’un QPV"
        verbose_name_plural = "communes des QPV"
        constraints = [
            models.UniqueConstraint(
                fields=["qpv", "commune"],
                name="qpv_commune_unique",
                violation_error_message="Ce QPV est déjà rattaché à cette commune.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.qpv_id} dans {self.commune_id}"
