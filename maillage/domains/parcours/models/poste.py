"""A post that a SIAE recruits for."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.orientation import EtatPoste, MotifFermeture
from maillage.references.economie.models import Rome
from maillage.references.structures.models import Siae
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau


@pghistory.track()
class Poste(models.Model):
    """A SIAE recruits for `places` places of a trade, in a commune.

    It is really open while the SIAE confirms it: `confirme_le` is the last day it did, and past the delay of
    `parcours.poste_peremption_jours` nobody is led to it, whether the job that closes it ran or not. Invariants: a
    closed post has its day and its reason; a post is only kept for inhabitants of QPV under a social clause.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="postes", verbose_name="SIAE")
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="postes", verbose_name="métier (ROME)")
    intitule = models.CharField("intitulé", max_length=200)
    intitule_recherche = models.GeneratedField(
        verbose_name="intitulé de recherche",
        expression=models.Func(F("intitule"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )
    type_contrat = models.CharField("type de contrat", max_length=20, choices=TypeContrat)
    heures_semaine = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    places = models.PositiveSmallIntegerField("places", default=1)
    commune = models.ForeignKey(
        Territoire, models.PROTECT, related_name="postes", verbose_name="commune du lieu de travail"
    )
    lieu = models.CharField("lieu de travail", max_length=200, blank=True)
    description = models.TextField("description")
    prerequis = models.TextField("prérequis", blank=True)
    clause = models.BooleanField("poste d’une clause sociale", default=False)
    qpv = models.BooleanField("réservé aux habitants des quartiers prioritaires", default=False)

    # Life of the post
    etat = models.CharField("état", max_length=10, choices=EtatPoste, default=EtatPoste.OUVERT)
    ouvert_le = models.DateField("ouvert le")
    confirme_le = models.DateField("confirmé le")
    ferme_le = models.DateField("fermé le", null=True, blank=True)
    motif_fermeture = models.CharField("motif de la fermeture", max_length=10, choices=MotifFermeture, blank=True)

    class Meta:
        verbose_name = "poste"
        verbose_name_plural = "postes"
        constraints = [
            models.CheckConstraint(
                condition=Q(type_contrat__in=TypeContrat.values),
                name="poste_type_contrat",
                violation_error_message="Ce type de contrat n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(heures_semaine__isnull=True) | (Q(heures_semaine__gt=0) & Q(heures_semaine__lte=48)),
                name="poste_heures",
                violation_error_message="Une semaine de travail compte au plus 48 heures.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="poste_places",
                violation_error_message="Un poste offre une place au moins.",
            ),
            models.CheckConstraint(
                condition=Q(qpv=False) | Q(clause=True),
                name="poste_qpv",
                violation_error_message="Un poste ne se réserve aux habitants des QPV que par une clause sociale.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatPoste.OUVERT, ferme_le__isnull=True, motif_fermeture="")
                | Q(etat=EtatPoste.FERME, ferme_le__isnull=False, motif_fermeture__in=MotifFermeture.values),
                name="poste_fermeture",
                violation_error_message="Un poste fermé dit depuis quand et pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(confirme_le__gte=F("ouvert_le")),
                name="poste_confirme",
                violation_error_message="Un poste se confirme après son ouverture.",
            ),
        ]
        indexes = [
            models.Index(fields=["etat", "confirme_le"], name="poste_ouvert"),
            GinIndex(OpClass(F("intitule_recherche"), name="gin_trgm_ops"), name="poste_recherche"),
        ]
        triggers = [check_niveau("commune", "niveau = 'commune'", "Un poste est dans une unité.")]

    def __str__(self) -> str:
        return self.intitule
