"""The chain of prescription that a département agreed on."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.orientation import ActeurChaine, RoleChaine
from maillage.references.accounts.models import Organisation


@pghistory.track()
class ChainePrescription(models.Model):
    """Who orients, who diagnoses, who validates, who answers in a département, and within how many days.

    Set with the CTA, shown to whoever orients somebody who lives there. A département that set none follows
    `facts/chaine.toml`.
    """

    departement = models.CharField("département", max_length=3, unique=True)
    texte = models.TextField("ce que les partenaires ont convenu", blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="fixée par")
    maj_le = models.DateField("fixée le")

    class Meta:
        verbose_name = "chaîne de prescription"
        verbose_name_plural = "chaînes de prescription"

    def __str__(self) -> str:
        return f"chaîne de prescription de {self.departement}"


@pghistory.track()
class EtapeChaine(models.Model):
    """A step of a chain, in its place; `delai_jours` is null when nothing was agreed."""

    chaine = models.ForeignKey(ChainePrescription, models.CASCADE, related_name="etapes", verbose_name="chaîne")
    rang = models.PositiveSmallIntegerField("rang")
    role = models.CharField("ce que fait l’étape", max_length=15, choices=RoleChaine)
    acteur = models.CharField("qui la fait", max_length=15, choices=ActeurChaine)
    delai_jours = models.PositiveSmallIntegerField("délai (jours)", null=True, blank=True)
    contact = models.CharField("contact", max_length=200, blank=True)

    class Meta:
        verbose_name = "étape d’une chaîne de prescription"
        verbose_name_plural = "étapes des chaînes de prescription"
        constraints = [
            models.UniqueConstraint(
                fields=["chaine", "rang"],
                name="etape_chaine_rang",
                violation_error_message="Deux étapes ne tiennent pas la même place.",
            ),
            models.UniqueConstraint(
                fields=["chaine", "role", "acteur"],
                name="etape_chaine_unique",
                violation_error_message="Cette étape est déjà dite pour cet acteur.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=RoleChaine.values) & Q(acteur__in=ActeurChaine.values),
                name="etape_chaine_valeurs",
                violation_error_message="Cette étape n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(delai_jours__isnull=True) | Q(delai_jours__range=(1, 365)),
                name="etape_chaine_delai",
                violation_error_message="Un délai va de 1 à 365 jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_acteur_display()}"
