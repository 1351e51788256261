"""What a person agrees to, and for how long."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.models.titre import periode
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS


@pghistory.track()
class Consentement(models.Model):
    """A person agreed, before `organisation`, to one use of their data during `[debut, fin)`.

    Withdrawn, its `fin` is the day of the withdrawal: what was done before stays lawful, nothing more is. Invariant:
    one agreement at a time for one use before one organisation.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="consentements", verbose_name="personne")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="consentements", verbose_name="recueilli par"
    )
    objet = models.CharField("objet", max_length=12, choices=ObjetConsentement)
    debut = models.DateField("depuis le")
    fin = models.DateField("avant le")
    retire = models.BooleanField("retiré par la personne", default=False)

    personnel = Personnel(
        qui="personne",
        finalite="n’utiliser les données d’une personne hors de son suivi qu’avec son accord",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "objet": Champ("vie du dossier", Sort.GARDE),
            "debut": Champ("vie du dossier", Sort.MOIS),
            "fin": Champ("vie du dossier", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "consentement"
        verbose_name_plural = "consentements"
        constraints = [
            models.CheckConstraint(
                condition=Q(objet__in=ObjetConsentement.values),
                name="consentement_objet",
                violation_error_message="Cet objet n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="consentement_periode",
                violation_error_message="La fin suit le début.",
            ),
            ExclusionConstraint(
                name="consentement_un_a_la_fois",
                expressions=[
                    ("personne", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("objet", RangeOperators.EQUAL),
                    (periode(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cet accord est déjà enregistré pour cette période.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_objet_display()
