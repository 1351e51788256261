"""The legal establishment behind every actor, what it is called and was called, and the land it answers for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from maillage.references.accounts.rules import roles_offerts, types_organisation
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.enums import ProfilMembre


@pghistory.track()
class Organisation(models.Model):
    """An establishment, identified by its SIRET (14 digits whose key is checked by the forms and imports).

    It may be of several kinds: a CCAS that carries a chantier is « ccas » and « siae ». Its history is kept row by row
    by database triggers.
    """

    # Identification
    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    denomination = models.CharField("dénomination", max_length=200)
    nom_usage = models.CharField("nom d’usage", max_length=200, blank=True)
    nom_recherche = models.GeneratedField(
        verbose_name="nom de recherche",
        expression=Func(Concat("nom_usage", Value(" "), "denomination"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )
    types = ArrayField(models.CharField(max_length=30), verbose_name="types d’organisation", default=list)
    forme_juridique = models.CharField("forme juridique", max_length=80, blank=True)
    naf = models.CharField("code NAF", max_length=5, blank=True, help_text="NAF rév. 2, sans point : 8899B.")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filiales",
        verbose_name="organisation de rattachement",
    )

    # Contact: of the organisation, never of a person
    site_web = models.URLField("site web", max_length=300, blank=True)
    email = models.EmailField("adresse électronique de contact", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)

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
            models.CheckConstraint(
                condition=Q(types__len__gt=0),
                name="organisation_a_un_type",
                violation_error_message="Une organisation est d’un type au moins.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="organisation_pas_sa_propre_mere",
                violation_error_message="Une organisation n’est pas rattachée à elle-même.",
            ),
        ]
        indexes = [
            GinIndex(fields=["types"], name="organisation_types"),
            GinIndex(OpClass(F("nom_recherche"), name="gin_trgm_ops"), name="organisation_recherche"),
        ]

    def __str__(self) -> str:
        return self.nom_usage or self.denomination

    @property
    def siren(self) -> str:
        """The nine digits of the legal unit."""
        return self.siret[:9]

    @property
    def roles_offerts(self) -> tuple[ProfilMembre, ...]:
        """The roles that its members may hold."""
        return roles_offerts(self.types)

    def libelle_types(self, on: date) -> str:
        """Return its kinds as they were called on a day."""
        return ", ".join(types_organisation()[code].nom(on) for code in self.types)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AncienNom(models.Model):
    """A name that an organisation bore during `[debut, fin)`: screens show the name of their date."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="anciens_noms", verbose_name="organisation"
    )
    nom = models.CharField("nom", max_length=200)
    debut = models.DateField("à compter du", null=True, blank=True)
    fin = models.DateField("avant le")

    class Meta:
        verbose_name = "ancien nom"
        verbose_name_plural = "anciens noms"
        constraints = [
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__gt=F("debut")),
                name="ancien_nom_periode",
                violation_error_message="La fin d’un nom suit son début.",
            ),
            ExclusionConstraint(
                name="ancien_nom_sans_chevauchement",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    (
                        Func(F("debut"), F("fin"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Une organisation n’a qu’un nom à la fois.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def dernier_jour(self) -> date:
        """The last day on which the organisation bore this name."""
        return self.fin - timedelta(days=1)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Competence(models.Model):
    """A territory for which an organisation answers: its members see what lives there, under their role.

    Written by level and code, which outlive the vintages of the COG. Rows come and go: their history tells who answered
    for what at a date, hence who could read whom.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="competences", verbose_name="organisation"
    )
    niveau = models.CharField("niveau", max_length=20, choices=Niveau)
    code = models.CharField("code", max_length=12)

    class Meta:
        verbose_name = "compétence territoriale"
        verbose_name_plural = "compétences territoriales"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "niveau", "code"],
                name="competence_unique",
                violation_error_message="Ce territoire est déjà de la compétence de l’organisation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_niveau_display()} {self.code}"
