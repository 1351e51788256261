"""Whom the SIAE should reach, and whom they reach."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.offre.enums import PublicPrioritaire, SourceObjectif
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Siae
from maillage.references.territoires.enums import Niveau

NIVEAUX = (Niveau.REGION, Niveau.DEPARTEMENT)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Objectif(models.Model):
    """How many employees in insertion of a public the SIAE of a territory should employ in a year (strategy, § 1.2).

    The target is a share of the employees, in per cent, or a number of them: one of the two. `type_siae` empty: every
    kind. The territory is a région or a département, written by level and code, which outlive the vintages of the COG.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    public = models.CharField("public", max_length=20, choices=PublicPrioritaire)
    niveau = models.CharField("niveau", max_length=20, choices=[(each.value, each.label) for each in NIVEAUX])
    code = models.CharField("code du territoire", max_length=12)
    type_siae = models.CharField("type de SIAE", max_length=4, choices=TypeSiae, blank=True)
    annee = models.PositiveSmallIntegerField("année")
    cible_part = models.DecimalField("cible (% des salariés)", max_digits=5, decimal_places=2, null=True, blank=True)
    cible_nombre = models.PositiveIntegerField("cible (salariés)", null=True, blank=True)
    source = models.CharField("décidé par", max_length=20, choices=SourceObjectif)
    reference = models.CharField("référence de la décision", max_length=200, blank=True)
    commentaire = models.TextField("commentaire", max_length=1000, blank=True)

    class Meta:
        verbose_name = "objectif"
        verbose_name_plural = "objectifs"
        constraints = [
            models.UniqueConstraint(
                fields=["public", "niveau", "code", "type_siae", "annee"],
                name="objectif_unique",
                violation_error_message="Un objectif existe déjà pour ces public, territoire, type et année.",
            ),
            models.CheckConstraint(
                condition=Q(cible_part__isnull=False, cible_nombre__isnull=True)
                | Q(cible_part__isnull=True, cible_nombre__isnull=False),
                name="objectif_une_cible",
                violation_error_message="Une cible est une part ou un nombre de salariés, l’un des deux.",
            ),
            models.CheckConstraint(
                condition=(Q(cible_part__isnull=True) | Q(cible_part__gt=0, cible_part__lte=100))
                & (Q(cible_nombre__isnull=True) | Q(cible_nombre__gt=0)),
                name="objectif_cible_utile",
                violation_error_message="Une cible est une part entre 0 et 100 %%, ou un nombre d’au moins un salarié.",
            ),
            models.CheckConstraint(
                condition=Q(niveau__in=NIVEAUX) & Q(public__in=PublicPrioritaire.values),
                name="objectif_niveau_et_public",
                violation_error_message="Un objectif porte sur une région ou un département et sur un public connu.",
            ),
        ]
        indexes = [models.Index(fields=["annee", "public"], name="objectif_annee_public")]

    def __str__(self) -> str:
        return f"{self.get_public_display()} en {self.annee}"


@pghistory.track()
class RealisationPublic(models.Model):
    """How many employees in insertion of a public a SIAE employed in a year, out of those whose situation is known.

    A row is a known figure: without a row nothing is known, which is not zero. Counts of one SIAE are those of few
    people, some about health: they are shown under secrecy to whoever is not the SIAE itself (`queries/ecarts`).
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="realisations_publics", verbose_name="SIAE")
    public = models.CharField("public", max_length=20, choices=PublicPrioritaire)
    annee = models.PositiveSmallIntegerField("année")
    effectif = models.PositiveIntegerField("salariés du public")
    total = models.PositiveIntegerField("salariés dont la situation est connue")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "réalisation d’un public"
        verbose_name_plural = "réalisations des publics"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "public", "annee"],
                name="realisation_unique",
                violation_error_message="Le chiffre de ce public est déjà connu pour cette SIAE et cette année.",
            ),
            models.CheckConstraint(
                condition=Q(effectif__lte=F("total"), total__gt=0),
                name="realisation_dans_le_total",
                violation_error_message="Les salariés d’un public sont au plus tous les salariés.",
            ),
            models.CheckConstraint(
                condition=Q(public__in=PublicPrioritaire.values),
                name="realisation_public",
                violation_error_message="Ce public n’est pas de ceux que l’on suit.",
            ),
        ]
        indexes = [models.Index(fields=["public", "annee"], name="realisation_public_annee")]

    def __str__(self) -> str:
        return f"{self.get_public_display()} · {self.siae_id} en {self.annee}"
