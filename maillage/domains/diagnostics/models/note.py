"""What figures do not say: the needs that the partners observe."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.diagnostics.enums import Gravite
from maillage.references.accounts.models import Organisation
from maillage.references.territoires.enums import Niveau


class NoteBesoin(models.Model):
    """A need that an organisation observes on a territory, one year: a theme, a public, how serious, in words.

    The territory is written by level and code, which outlive the vintages of the COG; the theme and the public are
    codes of the reference tables. A note is that of the organisation, never of a person, and names nobody. Ended, it is
    kept with its reason: the diagnosis of the year it was true in may still quote it.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="notes_besoin", verbose_name="organisation"
    )
    niveau = models.CharField("niveau", max_length=20, choices=Niveau)
    code = models.CharField("code", max_length=12)
    annee = models.PositiveSmallIntegerField("année")
    theme = models.SlugField("thème")
    public = models.SlugField("public concerné", blank=True)
    gravite = models.PositiveSmallIntegerField("gravité", choices=Gravite)
    texte = models.TextField("constat")
    reponse = models.TextField("réponses existantes ou attendues", blank=True)
    creee_le = models.DateField("écrite le")
    close_le = models.DateField("close le", null=True, blank=True)
    motif = models.CharField("motif de la clôture", max_length=300, blank=True)

    class Meta:
        verbose_name = "besoin constaté"
        verbose_name_plural = "besoins constatés"
        indexes = [models.Index(fields=["niveau", "code"], name="note_besoin_territoire")]
        constraints = [
            models.CheckConstraint(
                condition=Q(gravite__in=Gravite.values),
                name="note_besoin_gravite",
                violation_error_message="Cette gravité n’existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="note_besoin_texte",
                violation_error_message="Un constat s’écrit.",
            ),
            models.CheckConstraint(
                condition=Q(close_le__isnull=True, motif="")
                | (Q(close_le__isnull=False, close_le__gte=F("creee_le")) & ~Q(motif="")),
                name="note_besoin_close",
                violation_error_message="Une note close l’est après avoir été écrite, et dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme}, {self.get_niveau_display()} {self.code}, {self.annee}"
