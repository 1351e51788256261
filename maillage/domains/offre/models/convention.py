"""What was signed at the end of a dossier."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from maillage.domains.offre.models.dossier import Dossier


class Convention(models.Model):
    """The convention, or the avenant, that grants posts during `[debut, fin]`, last day included.

    How long it may last is a dated parameter, checked by the act.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="convention", verbose_name="dossier")
    numero = models.CharField("numéro", max_length=40, unique=True)
    signee_le = models.DateField("signée le")
    debut = models.DateField("à compter du")
    fin = models.DateField("jusqu’au")
    postes = models.PositiveIntegerField("postes accordés", null=True, blank=True)
    etp = models.DecimalField("ETP accordés par an", max_digits=8, decimal_places=2)
    montant = models.DecimalField("aide annuelle (€)", max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="convention_periode",
                violation_error_message="La convention finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(etp__gt=0),
                name="convention_etp",
                violation_error_message="Une convention porte sur des postes.",
            ),
        ]

    def __str__(self) -> str:
        return self.numero
