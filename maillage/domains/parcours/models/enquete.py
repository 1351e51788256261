"""What a person who left tells of their situation, months after."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.sorties import EcheanceEnquete, SituationApres
from maillage.domains.parcours.models.contrat import Sortie
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models.personne import BASE, LECTEURS


@pghistory.track()
class Enquete(models.Model):
    """News asked of a person so many months after they left a SIAE, until `expire_le` excluded.

    `situation` "" is no answer, and stays so: nobody is counted as unemployed for not answering. `saisie_par` is the
    member who wrote down an answer given by telephone, null when the person answered by their link. Invariants: one
    per way out and delay; an answer has its day; who refuses has not answered.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    sortie = models.ForeignKey(Sortie, models.CASCADE, related_name="enquetes", verbose_name="sortie")
    mois = models.PositiveSmallIntegerField("délai", choices=EcheanceEnquete)
    echeance = models.DateField("à compter du")
    expire_le = models.DateField("avant le")
    envoyee_le = models.DateField("message envoyé le", null=True, blank=True)
    relances = models.PositiveSmallIntegerField("relances", default=0)
    relancee_le = models.DateField("dernière relance le", null=True, blank=True)
    repondue_le = models.DateField("réponse du", null=True, blank=True)
    situation = models.CharField("situation", max_length=16, choices=SituationApres, blank=True)
    metier_lie = models.BooleanField("travail lié au métier exercé dans la SIAE", null=True, blank=True)
    aide = models.BooleanField("souhaite être rappelée", null=True, blank=True)
    refusee_le = models.DateField("refus du", null=True, blank=True)
    saisie_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="enquetes_saisies", verbose_name="saisie par"
    )

    personnel = Personnel(
        qui="sortie__contrat__personne",
        finalite="savoir ce que devient une personne après sa sortie, et lui proposer de l’aide",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            **dict.fromkeys(
                ("echeance", "expire_le", "envoyee_le", "relancee_le", "repondue_le", "refusee_le"),
                Champ("nouvelles après la sortie", Sort.MOIS),
            ),
            "situation": Champ("nouvelles après la sortie", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "enquête"
        verbose_name_plural = "enquêtes"
        constraints = [
            models.UniqueConstraint(
                fields=["sortie", "mois"],
                name="enquete_unique",
                violation_error_message="Ces nouvelles sont déjà demandées.",
            ),
            models.CheckConstraint(
                condition=Q(mois__in=EcheanceEnquete.values),
                name="enquete_mois",
                violation_error_message="Les nouvelles se demandent à 3, 6, 12 et 18 mois.",
            ),
            models.CheckConstraint(
                condition=Q(situation="", repondue_le__isnull=True)
                | (Q(situation__in=SituationApres.values) & ~Q(situation="") & Q(repondue_le__isnull=False)),
                name="enquete_reponse",
                violation_error_message="Une réponse dit une situation et un jour.",
            ),
            models.CheckConstraint(
                condition=Q(refusee_le__isnull=True) | Q(repondue_le__isnull=True),
                name="enquete_refus",
                violation_error_message="Qui ne souhaite pas répondre n’a pas répondu.",
            ),
            models.CheckConstraint(
                condition=Q(expire_le__gte=F("echeance")),
                name="enquete_periode",
                violation_error_message="Le délai de réponse suit l’échéance.",
            ),
        ]
        indexes = [models.Index(fields=["expire_le"], name="enquete_expire")]

    def __str__(self) -> str:
        return f"nouvelles à {self.get_mois_display()}"
