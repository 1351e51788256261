"""How many employees of a SIAE met each obstacle, as the SIAE declared it to the ASP."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.accompagnement import Frein
from maillage.references.structures.models import Siae

MOST = 10_000


class FreinDeclare(models.Model):
    """Counts of an obstacle under an annexe financière, in force during `[debut, fin)`: fluxIAE, Accompagnement.

    `concernes` met it; of these, `internes` were supported in the SIAE, `externes` by a partner, `deux` by both. Null
    is unknown, never 0. They are counts that the SIAE gives: nobody is named. Invariant: one row for an annexe and an
    obstacle.
    """

    siae = models.ForeignKey(Siae, models.CASCADE, related_name="freins_declares", verbose_name="SIAE")
    annexe = models.CharField("annexe financière", max_length=20)
    debut = models.DateField("début de l’annexe")
    fin = models.DateField("avant le", null=True, blank=True)
    frein = models.CharField("frein", max_length=14, choices=Frein)
    concernes = models.PositiveIntegerField("salariés concernés", null=True, blank=True)
    internes = models.PositiveIntegerField("accompagnés dans la SIAE", null=True, blank=True)
    externes = models.PositiveIntegerField("accompagnés par un partenaire", null=True, blank=True)
    deux = models.PositiveIntegerField("accompagnés par les deux", null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    COMPTES = ("concernes", "internes", "externes", "deux")

    class Meta:
        verbose_name = "frein déclaré"
        verbose_name_plural = "freins déclarés"
        constraints = [
            models.UniqueConstraint(
                fields=["annexe", "frein"],
                name="frein_declare_unique",
                violation_error_message="Ce frein est déjà compté pour cette annexe.",
            ),
            models.CheckConstraint(
                condition=Q(frein__in=Frein.values)
                & (Q(fin__isnull=True) | Q(fin__gt=F("debut")))
                & (Q(concernes__isnull=True) | Q(concernes__lte=MOST))
                & (Q(internes__isnull=True) | Q(internes__lte=MOST))
                & (Q(externes__isnull=True) | Q(externes__lte=MOST))
                & (Q(deux__isnull=True) | Q(deux__lte=MOST)),
                name="frein_declare_valeurs",
                violation_error_message="Frein connu, annexe qui finit après son début et 10 000 salariés au plus.",
            ),
        ]
        indexes = [models.Index(fields=["siae", "debut"], name="frein_declare_siae")]

    def __str__(self) -> str:
        return f"{self.annexe} · {self.get_frein_display()}"
