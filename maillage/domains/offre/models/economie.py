"""The economic sheet of a dossier, as its carrier writes it; `rules.economie` reads it."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from maillage.domains.offre.enums import Poste
from maillage.domains.offre.models.dossier import Dossier


class FicheEconomique(models.Model):
    """What a plan of three years stands on: ETP of each year, treasury at the start, delays of payment in days."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="fiche_economique", verbose_name="dossier")
    etp_1 = models.DecimalField("ETP de l’année 1", max_digits=8, decimal_places=2, null=True, blank=True)
    etp_2 = models.DecimalField("ETP de l’année 2", max_digits=8, decimal_places=2, null=True, blank=True)
    etp_3 = models.DecimalField("ETP de l’année 3", max_digits=8, decimal_places=2, null=True, blank=True)
    tresorerie = models.DecimalField("trésorerie de départ (€)", max_digits=12, decimal_places=2, default=Decimal(0))
    delai_ventes = models.PositiveSmallIntegerField("délai de paiement des ventes (jours)", default=60)
    delai_aides = models.PositiveSmallIntegerField("délai de versement des aides (jours)", default=60)
    delai_achats = models.PositiveSmallIntegerField("délai de paiement des achats (jours)", default=30)
    hypotheses = models.TextField("hypothèses retenues", blank=True)

    class Meta:
        verbose_name = "fiche économique"
        verbose_name_plural = "fiches économiques"
        constraints = [
            models.CheckConstraint(
                condition=Q(delai_ventes__lte=365, delai_aides__lte=365, delai_achats__lte=365),
                name="fiche_delais",
                violation_error_message="Un délai ne dépasse pas un an.",
            )
        ]

    def __str__(self) -> str:
        return f"fiche économique du dossier {self.dossier_id}"


class LigneEconomique(models.Model):
    """An amount of the plan: a line in a year (1 to 3), in euros; a line that is zero is not written."""

    fiche = models.ForeignKey(FicheEconomique, models.CASCADE, related_name="lignes", verbose_name="fiche")
    poste = models.CharField("poste", max_length=30, choices=Poste)
    annee = models.PositiveSmallIntegerField("année")
    montant = models.DecimalField("montant (€)", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "ligne économique"
        verbose_name_plural = "lignes économiques"
        constraints = [
            models.UniqueConstraint(
                fields=["fiche", "poste", "annee"],
                name="ligne_economique_unique",
                violation_error_message="Cette ligne est déjà écrite pour cette année.",
            ),
            models.CheckConstraint(
                condition=Q(annee__range=(1, 3), montant__gt=0, poste__in=Poste.values),
                name="ligne_economique_valeurs",
                violation_error_message="Un montant est positif, pour un poste connu, de l’année 1 à 3.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_poste_display()}, année {self.annee}"
