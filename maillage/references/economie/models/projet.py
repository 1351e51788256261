"""Great projects: where, when, for which trades, with how much insertion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.references.accounts.models import Organisation
from maillage.references.economie.enums import EtatProjet, Programme
from maillage.references.economie.models.metier import Fap
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau

if TYPE_CHECKING:
    from datetime import date


@pghistory.track()
class GrandProjet(models.Model):
    """A works site or an event that brings jobs: Grand Paris Express, NPNRU, legacy of the Games…

    Hours of insertion are those of the social clauses: expected over the whole project, done up to the last count; both
    are null when nobody knows. `saisi_par` answers for the sheet (null: the machine or an operator).
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    code = models.SlugField("code", max_length=80, unique=True)
    nom = models.CharField("nom", max_length=200)
    programme = models.CharField("programme", max_length=20, choices=Programme)
    description = models.TextField("description", blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatProjet, default=EtatProjet.ANNONCE)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)
    heures_prevues = models.PositiveIntegerField("heures d’insertion prévues", null=True, blank=True)
    heures_realisees = models.PositiveIntegerField("heures d’insertion réalisées", null=True, blank=True)
    acheteurs = models.ManyToManyField(
        Organisation, through="AcheteurProjet", related_name="grands_projets", verbose_name="acheteurs"
    )
    saisi_par = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisi par"
    )
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "grand projet"
        verbose_name_plural = "grands projets"
        constraints = [
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                name="grand_projet_periode",
                violation_error_message="La fin du projet suit son début.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatProjet.values),
                name="grand_projet_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(programme__in=Programme.values),
                name="grand_projet_programme",
                violation_error_message="Ce programme n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def dernier_jour(self) -> date | None:
        """The last day of the project; None when its end is not known."""
        return self.fin - timedelta(days=1) if self.fin else None

    @property
    def avancement(self) -> float | None:
        """The share of the expected hours that are done; None when one of the two is unknown."""
        if not self.heures_prevues or self.heures_realisees is None:
            return None
        return self.heures_realisees / self.heures_prevues


class LieuProjet(models.Model):
    """A commune where a great project takes place; the point, when known, is in degrees (WGS 84)."""

    projet = models.ForeignKey(GrandProjet, models.CASCADE, related_name="lieux", verbose_name="grand projet")
    commune = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="commune")
    nom = models.CharField("lieu", max_length=120, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)

    class Meta:
        verbose_name = "lieu d’un grand projet"
        verbose_name_plural = "lieux des grands projets"
        constraints = [
            models.UniqueConstraint(
                fields=["projet", "commune", "nom"],
                name="lieu_projet_unique",
                violation_error_message="Ce lieu figure déjà parmi ceux du projet.",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="lieu_projet_coordonnees",
                violation_error_message="La longitude et la latitude vont ensemble, en degrés.",
            ),
        ]
        triggers = [check_niveau("commune", "niveau = 'commune'", "Un lieu de projet est dans une unité.")]

    def __str__(self) -> str:
        return self.nom or str(self.commune)


class PhaseProjet(models.Model):
    """A phase of the calendar of a great project, from `debut` to the day before `fin`."""

    projet = models.ForeignKey(GrandProjet, models.CASCADE, related_name="phases", verbose_name="grand projet")
    nom = models.CharField("phase", max_length=120)
    debut = models.DateField("début")
    fin = models.DateField("fin")

    class Meta:
        verbose_name = "phase d’un grand projet"
        verbose_name_plural = "phases des grands projets"
        constraints = [
            models.UniqueConstraint(
                fields=["projet", "nom"],
                name="phase_projet_unique",
                violation_error_message="Cette phase figure déjà au calendrier du projet.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="phase_projet_periode",
                violation_error_message="La fin d’une phase suit son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class MetierProjet(models.Model):
    """A trade that a great project needs, and how many people (null: the trade is known, not its volume)."""

    projet = models.ForeignKey(GrandProjet, models.CASCADE, related_name="metiers", verbose_name="grand projet")
    fap = models.ForeignKey(Fap, models.PROTECT, related_name="projets", verbose_name="métier")
    postes = models.PositiveIntegerField("postes", null=True, blank=True)

    class Meta:
        verbose_name = "métier d’un grand projet"
        verbose_name_plural = "métiers des grands projets"
        constraints = [
            models.UniqueConstraint(
                fields=["projet", "fap"],
                name="metier_projet_unique",
                violation_error_message="Ce métier figure déjà parmi ceux du projet.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fap_id} pour {self.projet_id}"


class AcheteurProjet(models.Model):
    """An organisation buys for a great project, hence writes its social clauses."""

    projet = models.ForeignKey(GrandProjet, models.CASCADE, related_name="+", verbose_name="grand projet")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="acheteur")

    class Meta:
        verbose_name = "acheteur d’un grand projet"
        verbose_name_plural = "acheteurs des grands projets"
        constraints = [
            models.UniqueConstraint(
                fields=["projet", "organisation"],
                name="acheteur_projet_unique",
                violation_error_message="Cette organisation figure déjà parmi les acheteurs du projet.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} pour {self.projet_id}"
