"""What a partner thinks of a project."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.offre.enums import SensAvis
from maillage.domains.offre.models.dossier import Dossier
from maillage.references.accounts.models import Organisation


class AvisPartenaire(models.Model):
    """The opinion asked to an organisation on a dossier: its sense, and why. Locked once given: another takes another
    request.

    Invariants: an opinion given has a sense, a text and a day; one request at a time for each partner.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="avis", verbose_name="dossier")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="avis_offre", verbose_name="partenaire consulté"
    )
    demande_le = models.DateField("demandé le")
    echeance = models.DateField("attendu avant le")
    question = models.TextField("ce qui est demandé", blank=True)
    sens = models.CharField("sens", max_length=12, choices=SensAvis, blank=True)
    texte = models.TextField("avis", blank=True)
    rendu_le = models.DateField("rendu le", null=True, blank=True)

    class Meta:
        verbose_name = "avis d’un partenaire"
        verbose_name_plural = "avis des partenaires"
        constraints = [
            models.CheckConstraint(
                condition=Q(rendu_le__isnull=True, sens="", texte="")
                | (Q(rendu_le__isnull=False, sens__in=SensAvis.values) & ~Q(texte="")),
                name="avis_entier",
                violation_error_message="Un avis rendu a un sens, un texte et une date.",
            ),
            models.CheckConstraint(
                condition=Q(echeance__gte=F("demande_le")),
                name="avis_echeance",
                violation_error_message="L’échéance ne précède pas la demande.",
            ),
            models.UniqueConstraint(
                fields=["dossier", "organisation"],
                condition=Q(rendu_le__isnull=True),
                name="avis_un_a_la_fois",
                violation_error_message="L’avis de ce partenaire est déjà demandé.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="avis_rendu_verrouille",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__rendu_le__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"avis de {self.organisation_id} sur {self.dossier_id}"
