"""Calls for projects: what an under-served territory asks the carriers of projects for."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.offre.enums import EtatAppel
from maillage.references.accounts.models import Organisation
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.models import Territoire


class AppelProjets(models.Model):
    """A call raised by an organisation on territories that it answers for; public from its opening on.

    `publics` are codes of the reference table of publics, empty for all; `types` the kinds of SIAE sought, empty for
    any. `constat` is what the diagnostic said of each territory the day the call was raised, frozen with that day.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.CharField("titre", max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="appels", verbose_name="organisation qui l’ouvre"
    )
    territoires = models.ManyToManyField(Territoire, related_name="appels", verbose_name="territoires")
    etat = models.CharField("état", max_length=12, choices=EtatAppel, default=EtatAppel.BROUILLON)

    # What is sought
    publics = ArrayField(models.CharField(max_length=40), verbose_name="publics visés", default=list, blank=True)
    types = ArrayField(models.CharField(max_length=4), verbose_name="types de SIAE visés", default=list, blank=True)
    postes = models.PositiveIntegerField("postes recherchés", null=True, blank=True)
    etp = models.DecimalField("ETP recherchés", max_digits=8, decimal_places=2, null=True, blank=True)
    montant = models.DecimalField("enveloppe (€)", max_digits=12, decimal_places=2, null=True, blank=True)
    contexte = models.TextField("pourquoi cet appel")
    criteres = models.TextField("critères de choix", blank=True)
    pieces = models.TextField("pièces à joindre en plus de la liste commune", blank=True)

    # Calendar
    ouverture = models.DateField("ouverture")
    cloture = models.DateField("clôture")
    constat = models.JSONField("constat du diagnostic", default=dict, blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatAppel.values),
                name="appel_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(cloture__gte=F("ouverture")),
                name="appel_calendrier",
                violation_error_message="La clôture ne précède pas l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(etp__isnull=False, etp__gt=0) | Q(postes__isnull=False, postes__gt=0),
                name="appel_objectif",
                violation_error_message="Dites combien de postes ou d’ETP sont recherchés.",
            ),
            models.CheckConstraint(
                condition=Q(types__contained_by=TypeSiae.values),
                name="appel_types",
                violation_error_message="Ce type de SIAE n’existe pas.",
            ),
        ]
        indexes = [models.Index(fields=["etat", "cloture"], name="appel_etat_cloture")]

    def __str__(self) -> str:
        return self.titre
