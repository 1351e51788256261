"""What somebody did to reach a public, told so that others may do it too."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.references.accounts.models import Organisation
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import GroupeSecteur


@pghistory.track()
class BonnePratique(models.Model):
    """An action of an organisation for a public: what was done, what came of it, for which kind and which trades.

    It names no person: `part_avant` and `part_apres` are shares of the employees, in per cent, when they were measured.
    A withdrawn one (`retiree_le`) is shown no more.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="bonnes_pratiques", verbose_name="racontée par"
    )
    titre = models.CharField("titre", max_length=120)
    public = models.CharField("public", max_length=20, choices=PublicPrioritaire)
    type_siae = models.CharField("type de SIAE", max_length=4, choices=TypeSiae, blank=True)
    groupe = models.ForeignKey(
        GroupeSecteur, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="métiers"
    )
    departement = models.CharField("département", max_length=3, blank=True)
    annee = models.PositiveSmallIntegerField("année")
    action = models.TextField("ce qui a été fait", max_length=2000)
    resultat = models.TextField("ce que cela a donné", max_length=1000)
    part_avant = models.DecimalField("part avant (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    part_apres = models.DecimalField("part après (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    retiree_le = models.DateField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "bonne pratique"
        verbose_name_plural = "bonnes pratiques"
        constraints = [
            models.CheckConstraint(
                condition=Q(part_avant__isnull=True, part_apres__isnull=True)
                | Q(
                    part_avant__isnull=False,
                    part_apres__isnull=False,
                    part_avant__range=(0, 100),
                    part_apres__range=(0, 100),
                ),
                name="bonne_pratique_parts",
                violation_error_message="Les parts avant et après vont ensemble, entre 0 et 100 %%.",
            ),
            models.CheckConstraint(
                condition=Q(public__in=PublicPrioritaire.values),
                name="bonne_pratique_public",
                violation_error_message="Ce public n’est pas de ceux que l’on suit.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre
