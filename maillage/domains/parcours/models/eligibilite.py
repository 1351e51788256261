"""Who said that a person is eligible to a pathway, on which criteria, until when."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.models.titre import TitreParcours
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae


@pghistory.track()
class Diagnostic(models.Model):
    """An organisation says, on `debut`, that a person is eligible; it holds during `[debut, fin)`.

    It lives on as long as the right that it opened (`titre`). A prescripteur habilité says so for every SIAE; a SIAE,
    for itself alone and on criteria. Code du travail, art. L. 5132-3 and R. 5132-1-1 to R. 5132-1-4. Invariants: the
    SIAE is named when it is the author, and only then; a right is opened by one diagnosis.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="diagnostics", verbose_name="personne")
    auteur = models.CharField("auteur", max_length=12, choices=AuteurDiagnostic)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="diagnostics_eligibilite", verbose_name="établi par"
    )
    siae = models.ForeignKey(
        Siae, models.PROTECT, null=True, blank=True, related_name="diagnostics", verbose_name="SIAE qui embauche"
    )
    titre = models.OneToOneField(
        TitreParcours, models.PROTECT, null=True, blank=True, related_name="diagnostic", verbose_name="titre ouvert"
    )
    debut = models.DateField("établi le")
    fin = models.DateField("avant le")

    personnel = Personnel(
        qui="personne",
        finalite="vérifier le droit à un parcours d’insertion",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "auteur": Champ("parcours", Sort.GARDE),
            "debut": Champ("parcours", Sort.MOIS),
            "fin": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "diagnostic d’éligibilité"
        verbose_name_plural = "diagnostics d’éligibilité"
        constraints = [
            models.CheckConstraint(
                condition=Q(auteur=AuteurDiagnostic.SIAE, siae__isnull=False)
                | Q(auteur=AuteurDiagnostic.PRESCRIPTEUR, siae__isnull=True),
                name="diagnostic_eligibilite_auteur",
                violation_error_message="Un diagnostic de SIAE nomme la SIAE, celui d’un prescripteur n’en nomme pas.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),  # equal once both are brought back to their month
                name="diagnostic_eligibilite_periode",
                violation_error_message="La fin suit le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"diagnostic du {self.debut:%d/%m/%Y}"


class CritereRetenu(models.Model):
    """A criterion that the author of a diagnosis found met; `piece_le` is the date of the proof they saw, if known."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="criteres", verbose_name="diagnostic")
    code = models.SlugField("critère", max_length=20)
    niveau = models.PositiveSmallIntegerField("niveau")
    piece_le = models.DateField("justificatif du", null=True, blank=True)

    personnel = Personnel(
        qui="diagnostic__personne",
        finalite="vérifier le droit à un parcours d’insertion",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"code": Champ("situation sociale", Sort.GARDE), "piece_le": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "critère retenu"
        verbose_name_plural = "critères retenus"
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "code"],
                name="critere_retenu_unique",
                violation_error_message="Ce critère est déjà retenu.",
            ),
            models.CheckConstraint(
                condition=Q(niveau__in=[1, 2]),
                name="critere_retenu_niveau",
                violation_error_message="Un critère est de niveau 1 ou 2.",
            ),
        ]

    def __str__(self) -> str:
        return self.code
