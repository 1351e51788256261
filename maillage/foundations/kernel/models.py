"""The traces that every room leaves: acts, transitions, long tasks."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

# A journal is written once: the database refuses to change or to remove a line.
WRITTEN_ONCE = pgtrigger.Protect(name="ecrit_une_fois", operation=pgtrigger.Update | pgtrigger.Delete)


class Acte(models.Model):
    """Journal of acts: who did what, to which object, when, with what particulars. Written once, never changed.

    The kernel knows no business table, hence the generic relation: the only one of the house.
    """

    acte = models.CharField("acte", max_length=80)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    objet_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="type d’objet")
    objet_id = models.BigIntegerField("objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    date = models.DateTimeField("date", auto_now_add=True)
    details = models.JSONField("détails", default=dict)

    class Meta:
        verbose_name = "acte"
        verbose_name_plural = "actes"
        indexes = [models.Index(fields=["objet_type", "objet_id", "-date"], name="acte_objet")]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.acte} · {self.date:%d/%m/%Y %H:%M}"


class Tache(models.Model):
    """A long work and its progress, shown on a page of its own.

    Invariant: `fait` never exceeds `total` when the total is known; an end date goes with an end state.
    """

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "en attente"
        EN_COURS = "en_cours", "en cours"
        TERMINEE = "terminee", "terminée"
        EN_ECHEC = "en_echec", "en échec"

    libelle = models.CharField("libellé", max_length=200)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    etat = models.CharField("état", max_length=20, choices=Etat, default=Etat.EN_ATTENTE)
    etape = models.CharField("étape", max_length=200, blank=True)
    fait = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("total", null=True, blank=True)
    message = models.TextField("message", blank=True)
    suite_url = models.CharField("page où continuer", max_length=300, blank=True)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    finie_le = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "tâche"
        verbose_name_plural = "tâches"
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(fait__lte=F("total")),
                name="tache_fait_borne",
                violation_error_message="L’avancement dépasse le total.",
            ),
            models.CheckConstraint(
                condition=Q(finie_le__isnull=True, etat__in=["en_attente", "en_cours"])
                | Q(finie_le__isnull=False, etat__in=["terminee", "en_echec"]),
                name="tache_fin_et_etat",
                violation_error_message="Une tâche finie porte une date de fin, une tâche en cours n’en porte pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def pourcentage(self) -> int | None:
        """Share of the work done, 0 to 100; None while the total is unknown."""
        return 100 * self.fait // self.total if self.total else None


class JournalTransition(models.Model):
    """Log of the state changes of any aggregate: from, act, to, who, when, why. Written once, never changed."""

    objet_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="type d’objet")
    objet_id = models.BigIntegerField("objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    acte = models.CharField("acte", max_length=80)
    de = models.CharField("de", max_length=40)
    vers = models.CharField("vers", max_length=40)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    motif = models.TextField("motif", blank=True)
    date = models.DateTimeField("date", auto_now_add=True)

    class Meta:
        verbose_name = "changement d’état"
        verbose_name_plural = "changements d’état"
        indexes = [models.Index(fields=["objet_type", "objet_id", "date"], name="transition_objet")]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.de} → {self.vers} ({self.acte})"
