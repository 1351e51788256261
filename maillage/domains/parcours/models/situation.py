"""The situation of a person, that criteria and statistics are drawn from."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.situation import DureeChomage, NiveauFormation, Rsa
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS

SITUATION = Champ("situation", Sort.GARDE)
SENSIBLE = Champ("situation sociale")


@pghistory.track(level=pghistory.Statement)
class Situation(models.Model):
    """What an adviser knows of the situation of a person at their entry, as the ASP asks it.

    A field that nobody filled is unknown (null, ""), never « no ». `qpv` and `zrr` say where the person lives.
    """

    personne = models.OneToOneField(Personne, models.PROTECT, related_name="situation", verbose_name="personne")

    # Work and training
    niveau_formation = models.CharField("niveau de formation", max_length=2, choices=NiveauFormation, blank=True)
    inscrit_ft = models.BooleanField("inscrit à France Travail", null=True, blank=True)
    duree_chomage = models.PositiveSmallIntegerField("durée sans emploi", choices=DureeChomage, null=True, blank=True)

    # Incomes
    rsa = models.CharField("bénéficiaire du RSA", max_length=6, choices=Rsa, blank=True)
    ass = models.BooleanField("bénéficiaire de l’ASS", null=True, blank=True)
    aah = models.BooleanField("bénéficiaire de l’AAH", null=True, blank=True)
    sans_ressource = models.BooleanField("sans ressource", null=True, blank=True)

    # Situation
    rqth = models.BooleanField("reconnue travailleur handicapé (RQTH)", null=True, blank=True)
    oeth = models.BooleanField("bénéficiaire de l’obligation d’emploi (OETH)", null=True, blank=True)
    ase = models.BooleanField("sortante de l’aide sociale à l’enfance", null=True, blank=True)
    parent_isole = models.BooleanField("parent isolé", null=True, blank=True)
    sans_logement = models.BooleanField("sans hébergement, ou hébergée", null=True, blank=True)
    refugiee = models.BooleanField("réfugiée, protégée ou demandeuse d’asile", null=True, blank=True)
    justice = models.BooleanField("sortante de détention ou sous main de justice", null=True, blank=True)
    francais = models.BooleanField("maîtrise de la langue française à acquérir", null=True, blank=True)
    mobilite = models.BooleanField("difficultés de mobilité", null=True, blank=True)

    # Place
    qpv = models.BooleanField("habite un quartier prioritaire (QPV)", null=True, blank=True)
    zrr = models.BooleanField("habite une zone de revitalisation rurale", null=True, blank=True)

    source = models.CharField("source", max_length=200, blank=True)
    maj_le = models.DateField("à jour au", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        finalite="vérifier le droit à un parcours et rendre compte des publics accueillis",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "niveau_formation": SITUATION,
            "rsa": SITUATION,
            "source": SITUATION,
            "maj_le": Champ("situation", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "situation"
        verbose_name_plural = "situations"
        constraints = [
            models.CheckConstraint(
                condition=Q(rsa__in=Rsa.values) & Q(niveau_formation__in=NiveauFormation.values),
                name="situation_valeurs",
                violation_error_message="Cette valeur n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(duree_chomage__isnull=True) | Q(duree_chomage__in=DureeChomage.values),
                name="situation_duree_chomage",
                violation_error_message="Cette durée n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"situation de {self.personne_id}"
