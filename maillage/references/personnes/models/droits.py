"""Exceptional access of an operator, and what a person asks about their own data."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.personnes.models.personne import BASE, LECTEURS, Personne


class Ouverture(models.Model):
    """An operator opens, for a reason and a time, the file of one person. Each reading under it is in the journal.

    Nobody can shorten or lengthen it afterwards: it is closed, or it expires.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    exploitant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ouvertures", verbose_name="exploitant"
    )
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="ouvertures", verbose_name="personne")
    motif = models.TextField("motif")
    debut = models.DateTimeField("ouverte le", auto_now_add=True)
    fin = models.DateTimeField("jusqu’à")
    close_le = models.DateTimeField("close le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        aussi={"exploitant": ("motif", "debut", "fin", "close_le")},
        finalite="dépanner un dossier sous contrôle",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs="le référent de la personne, le délégué à la protection des données, les exploitants",
        champs={
            "motif": Champ("vie du dossier"),
            "debut": Champ("vie du dossier", Sort.GARDE),
            "fin": Champ("vie du dossier", Sort.GARDE),
            "close_le": Champ("vie du dossier", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "ouverture exceptionnelle"
        verbose_name_plural = "ouvertures exceptionnelles"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="ouverture_periode",
                violation_error_message="Une ouverture dure un temps.",
            ),
        ]

    def __str__(self) -> str:
        return f"ouverture de {self.personne_id}"


class DemandeDroit(models.Model):
    """A person asks about their data: access, rectification, objection or erasure; it is answered within the delay."""

    class Droit(models.TextChoices):
        ACCES = "acces", "accès aux données"
        RECTIFICATION = "rectification", "rectification"
        OPPOSITION = "opposition", "opposition"
        EFFACEMENT = "effacement", "effacement"

    class Etat(models.TextChoices):
        RECUE = "recue", "reçue"
        ACCORDEE = "accordee", "accordée"
        REFUSEE = "refusee", "refusée"

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="demandes", verbose_name="personne")
    droit = models.CharField("droit", max_length=15, choices=Droit)
    texte = models.TextField("demande", blank=True)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.RECUE)
    recue_le = models.DateField("reçue le")
    echeance = models.DateField("à traiter avant le")
    reponse = models.TextField("réponse", blank=True)
    repondue_le = models.DateField("répondue le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        finalite="répondre aux droits des personnes (RGPD, art. 15 à 21)",
        base="obligation légale (RGPD, art. 6, 1, c)",
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "droit": Champ("vie du dossier", Sort.GARDE),
            "texte": Champ("vie du dossier"),
            "reponse": Champ("vie du dossier"),
            "recue_le": Champ("vie du dossier", Sort.MOIS),
            "echeance": Champ("vie du dossier", Sort.MOIS),
            "repondue_le": Champ("vie du dossier", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "demande de droit"
        verbose_name_plural = "demandes de droit"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat="recue", repondue_le__isnull=True)
                | Q(etat__in=["accordee", "refusee"], repondue_le__isnull=False),
                name="demande_droit_etat_et_reponse",
                violation_error_message="Une demande traitée a la date de sa réponse.",
            ),
            models.CheckConstraint(
                condition=Q(droit__in=["acces", "rectification", "opposition", "effacement"]),
                name="demande_droit_droit",
                violation_error_message="Ce droit n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["personne", "droit"],
                condition=Q(etat="recue"),
                name="demande_droit_une_a_la_fois",
                violation_error_message="La même demande attend déjà sa réponse.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_droit_display()
