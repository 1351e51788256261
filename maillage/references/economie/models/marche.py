"""What the labour market says of a trade somewhere: recruitment projects, tension, vacancies."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from maillage.references.economie.enums import Chiffre
from maillage.references.economie.models.metier import Fap, Rome
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau

_ZONES = (Niveau.BASSIN, Niveau.ZONE_EMPLOI, Niveau.DEPARTEMENT, Niveau.REGION)


def _one_of(levels: tuple[Niveau, ...]) -> str:
    return "niveau in (" + ", ".join(f"'{level.value}'" for level in levels) + ")"


class BesoinRecrutement(models.Model):
    """How many people employers mean to hire in a trade, in a bassin, one year (survey BMO of France Travail).

    A bassin astride two départements has a row for its part of each: `departement` says which (blank: the whole
    territory). `secrets` names the figures that the producer withholds: they are null, never 0, and told from a figure
    that nobody gave. `difficiles` and `saisonniers` are parts of `projets`.
    """

    fap = models.ForeignKey(Fap, models.PROTECT, related_name="besoins", verbose_name="métier")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="territoire")
    departement = models.CharField("partie située dans le département", max_length=3, blank=True)
    annee = models.PositiveSmallIntegerField("année")
    projets = models.PositiveIntegerField("projets de recrutement", null=True, blank=True)
    difficiles = models.PositiveIntegerField("projets jugés difficiles", null=True, blank=True)
    saisonniers = models.PositiveIntegerField("projets saisonniers", null=True, blank=True)
    secrets = ArrayField(
        models.CharField(max_length=12, choices=Chiffre), verbose_name="chiffres secrets", default=list, blank=True
    )
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "besoin de recrutement"
        verbose_name_plural = "besoins de recrutement"
        constraints = [
            models.UniqueConstraint(
                fields=["annee", "territoire", "departement", "fap"],
                name="besoin_recrutement_unique",
                violation_error_message="Ce besoin est déjà connu pour ce métier, ce territoire et cette année.",
            ),
            models.CheckConstraint(
                condition=(Q(projets__isnull=True) | ~Q(secrets__contains=["projets"]))
                & (Q(difficiles__isnull=True) | ~Q(secrets__contains=["difficiles"]))
                & (Q(saisonniers__isnull=True) | ~Q(secrets__contains=["saisonniers"])),
                name="besoin_recrutement_secret",
                violation_error_message="Un chiffre secret n’est pas renseigné.",
            ),
            models.CheckConstraint(
                condition=(Q(projets__isnull=True) | Q(difficiles__isnull=True) | Q(difficiles__lte=F("projets")))
                & (Q(projets__isnull=True) | Q(saisonniers__isnull=True) | Q(saisonniers__lte=F("projets"))),
                name="besoin_recrutement_parts",
                violation_error_message="Les projets difficiles ou saisonniers sont une partie des projets.",
            ),
        ]
        triggers = [check_niveau("territoire", _one_of(_ZONES), "Un besoin de recrutement est celui d’une zone.")]

    def __str__(self) -> str:
        return f"{self.fap_id} à {self.territoire_id} en {self.annee}"


class Tension(models.Model):
    """How tight the market of a trade or a family is, in a territory, one year (Dares, « Les tensions sur le marché »).

    `indicateur` is the synthetic figure, `niveau` its class from 1 (weak) to 5 (strong); the six others explain it,
    each from 1 to 5. Null where the Dares does not compute it (too few people). `emploi` is the average employment.
    """

    INDICATEURS = (
        "intensite_embauches",
        "lien_formation",
        "manque_main_oeuvre",
        "non_durabilite",
        "conditions_travail",
        "inadequation_geographique",
    )

    fap = models.ForeignKey(Fap, models.PROTECT, related_name="tensions", verbose_name="métier ou famille")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="territoire")
    annee = models.PositiveSmallIntegerField("année")
    emploi = models.PositiveIntegerField("emploi moyen", null=True, blank=True)
    indicateur = models.DecimalField("indicateur de tension", max_digits=8, decimal_places=4, null=True, blank=True)
    niveau = models.PositiveSmallIntegerField("niveau de tension", null=True, blank=True)
    intensite_embauches = models.PositiveSmallIntegerField("intensité d’embauches", null=True, blank=True)
    lien_formation = models.PositiveSmallIntegerField("lien entre formation et emploi", null=True, blank=True)
    manque_main_oeuvre = models.PositiveSmallIntegerField("manque de main-d’œuvre disponible", null=True, blank=True)
    non_durabilite = models.PositiveSmallIntegerField("non-durabilité de l’emploi", null=True, blank=True)
    conditions_travail = models.PositiveSmallIntegerField("conditions de travail contraignantes", null=True, blank=True)
    inadequation_geographique = models.PositiveSmallIntegerField("inadéquation géographique", null=True, blank=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "tension"
        verbose_name_plural = "tensions"
        constraints = [
            models.UniqueConstraint(
                fields=["annee", "territoire", "fap"],
                name="tension_unique",
                violation_error_message="Cette tension est déjà connue pour ce métier, ce territoire et cette année.",
            ),
            models.CheckConstraint(
                condition=(Q(niveau__isnull=True) | Q(niveau__range=(1, 5)))
                & (Q(intensite_embauches__isnull=True) | Q(intensite_embauches__range=(1, 5)))
                & (Q(lien_formation__isnull=True) | Q(lien_formation__range=(1, 5)))
                & (Q(manque_main_oeuvre__isnull=True) | Q(manque_main_oeuvre__range=(1, 5)))
                & (Q(non_durabilite__isnull=True) | Q(non_durabilite__range=(1, 5)))
                & (Q(conditions_travail__isnull=True) | Q(conditions_travail__range=(1, 5)))
                & (Q(inadequation_geographique__isnull=True) | Q(inadequation_geographique__range=(1, 5))),
                name="tension_niveaux",
                violation_error_message="Un niveau de tension va de 1 à 5.",
            ),
        ]
        triggers = [
            check_niveau(
                "territoire", _one_of((Niveau.DEPARTEMENT, Niveau.REGION)), "Une tension est celle d’un département."
            )
        ]

    def __str__(self) -> str:
        return f"{self.fap_id} à {self.territoire_id} en {self.annee}"


class SerieOffres(models.Model):
    """How many vacancies were offered in a trade of the ROME, in a territory, during a period.

    `periode` is a month (`2026-03`) or a year (`2025`); a figure that nobody gave is null. Two periods of one length
    are comparable; they are never added up: the same vacancy may be open in both.
    """

    rome = models.ForeignKey(Rome, models.PROTECT, related_name="offres", verbose_name="métier ROME")
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="territoire")
    periode = models.CharField("période", max_length=7)
    offres = models.PositiveIntegerField("offres d’emploi", null=True, blank=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "série d’offres d’emploi"
        verbose_name_plural = "séries d’offres d’emploi"
        constraints = [
            models.UniqueConstraint(
                fields=["periode", "territoire", "rome"],
                name="serie_offres_unique",
                violation_error_message="Ces offres sont déjà connues pour ce métier, ce territoire et cette période.",
            ),
            models.CheckConstraint(
                condition=Q(periode__regex=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$"),
                name="serie_offres_periode",
                violation_error_message="Une période s’écrit 2025 ou 2026-03.",
            ),
        ]
        triggers = [check_niveau("territoire", _one_of(_ZONES), "Une série d’offres est celle d’une zone.")]

    def __str__(self) -> str:
        return f"{self.rome_id} à {self.territoire_id}, {self.periode}"
