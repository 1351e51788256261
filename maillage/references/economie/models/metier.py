"""The two nomenclatures of trades: families professionnelles of the Dares, ROME of France Travail."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from maillage.references.economie import rules
from maillage.references.economie.enums import NiveauFap, Nomenclature


@pghistory.track()
class Fap(models.Model):
    """A code of a nomenclature of FAP: a trade (five characters), or the family that holds it (three).

    The survey BMO 2024 speaks FAP 2021, the Dares tension of 2019 FAP 2009: a code is only known with its nomenclature.
    `libelle` may be missing (a file that gives codes alone); a family never belongs to another.
    """

    nomenclature = models.CharField("nomenclature", max_length=10, choices=Nomenclature)
    niveau = models.CharField("niveau", max_length=10, choices=NiveauFap)
    code = models.CharField("code", max_length=5)
    libelle = models.CharField("libellé", max_length=200, blank=True)
    libelle_recherche = models.GeneratedField(
        verbose_name="libellé de recherche",
        expression=models.Func(F("libelle"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )
    famille = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="metiers", verbose_name="famille"
    )
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "famille professionnelle"
        verbose_name_plural = "familles professionnelles"
        constraints = [
            models.UniqueConstraint(
                fields=["nomenclature", "code"],
                name="fap_unique",
                violation_error_message="Ce code existe déjà dans cette nomenclature.",
            ),
            models.CheckConstraint(
                condition=Q(niveau=NiveauFap.METIER, code__regex=r"^[A-Z][0-9A-Z]{2}[0-9]{2}$")
                | Q(niveau=NiveauFap.FAMILLE, code__regex=r"^[A-Z][0-9A-Z]{2}$", famille__isnull=True),
                name="fap_code",
                violation_error_message="Un métier a cinq caractères (T4X60), une famille trois (T4X) et pas de mère.",
            ),
            models.CheckConstraint(
                condition=Q(nomenclature__in=Nomenclature.values),
                name="fap_nomenclature",
                violation_error_message="Cette nomenclature n’existe pas.",
            ),
        ]
        indexes = [GinIndex(OpClass(F("libelle_recherche"), name="gin_trgm_ops"), name="fap_recherche")]

    def __str__(self) -> str:
        return self.libelle or self.code

    @property
    def domaine(self) -> str:
        """The professional domain, told by the first letter."""
        return rules.get_domaine(self.code)

    @property
    def secteurs(self) -> tuple[str, ...]:
        """The codes of the groups of sectors where SIAE work in this trade (`facts/secteurs.toml`)."""
        return rules.find_secteurs(self.code)


@pghistory.track()
class Rome(models.Model):
    """A trade of the répertoire opérationnel des métiers et des emplois (ROME 4.0)."""

    code = models.CharField("code", max_length=5, unique=True)
    libelle = models.CharField("libellé", max_length=200)
    parent = models.CharField("code ROME de rattachement", max_length=5, blank=True)
    transition_ecologique = models.CharField("transition écologique", max_length=120, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "métier ROME"
        verbose_name_plural = "métiers ROME"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-N][0-9]{4}$"),
                name="rome_code",
                violation_error_message="Un code ROME s’écrit avec une lettre et quatre chiffres : K2204.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class FapRome(models.Model):
    """A trade of the FAP covers, wholly or in part, a trade of the ROME: several may cover the same one."""

    fap = models.ForeignKey(Fap, models.CASCADE, related_name="romes", verbose_name="famille professionnelle")
    rome = models.ForeignKey(Rome, models.CASCADE, related_name="faps", verbose_name="métier ROME")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "correspondance FAP – ROME"
        verbose_name_plural = "correspondances FAP – ROME"
        constraints = [
            models.UniqueConstraint(
                fields=["fap", "rome"],
                name="fap_rome_unique",
                violation_error_message="Cette correspondance existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fap_id} ↔ {self.rome_id}"
