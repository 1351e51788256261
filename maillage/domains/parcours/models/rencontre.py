"""Shared breakfasts « suites de parcours »: SIAE present their employees to one another, with their agreement."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.rencontre import EtatRencontre
from maillage.domains.parcours.models.candidature import Candidature
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.cta import CONSENTEMENT, consentie
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import LECTEURS
from maillage.references.structures.models import Siae


@pghistory.track()
class Rencontre(models.Model):
    """A meeting that a SIAE or a network organises; the SIAE invited present persons there, and see those presented."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="rencontres", verbose_name="organisée par"
    )
    titre = models.CharField("titre", max_length=120)
    debut = models.DateTimeField("le")
    lieu = models.CharField("lieu", max_length=200)
    etat = models.CharField("état", max_length=8, choices=EtatRencontre, default=EtatRencontre.PREVUE)
    invitees = models.ManyToManyField(Siae, related_name="rencontres", blank=True, verbose_name="SIAE invitées")

    class Meta:
        verbose_name = "rencontre"
        verbose_name_plural = "rencontres"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatRencontre.values),
                name="rencontre_etat",
                violation_error_message="Cet état n’existe pas.",
            )
        ]
        indexes = [models.Index(fields=["debut"], name="rencontre_debut")]

    def __str__(self) -> str:
        return self.titre


@pghistory.track()
class PresentationSuite(models.Model):
    """An employee whom a SIAE presents at a meeting: what the others see is the first name, `rome`, `projet`, the days
    left of the right and the commune; nothing social.

    Invariants: it rests on the agreement of this person to this use; once for a person and a meeting.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    rencontre = models.ForeignKey(Rencontre, models.PROTECT, related_name="presentations", verbose_name="rencontre")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="suites_presentees", verbose_name="personne")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="suites_presentees", verbose_name="présentée par")
    consentement = models.ForeignKey(
        Consentement, models.PROTECT, related_name="suites_presentees", verbose_name="consentement"
    )
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="suites_presentees", verbose_name="métier recherché")
    projet = models.CharField("projet", max_length=300)
    presente_le = models.DateField("présentée le")
    retiree_le = models.DateField("retirée le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        finalite="chercher une suite de parcours dans une autre SIAE, avec l’accord de la personne",
        base=CONSENTEMENT,
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; les SIAE invitées à la rencontre, tant que l’accord vaut",
        champs={
            "projet": Champ("parcours"),
            "presente_le": Champ("parcours", Sort.MOIS),
            "retiree_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "personne présentée à une rencontre"
        verbose_name_plural = "personnes présentées à une rencontre"
        constraints = [
            models.UniqueConstraint(
                fields=["rencontre", "personne"],
                condition=Q(retiree_le__isnull=True),
                name="presentation_suite_une_fois",
                violation_error_message="Cette personne est déjà présentée à cette rencontre.",
            )
        ]
        triggers = [consentie("suite", "presente_le", "Une personne se présente à d’autres SIAE avec son accord.")]

    def __str__(self) -> str:
        return f"présentation {str(self.public_id)[:8]}"


@pghistory.track()
class InteretSuite(models.Model):
    """A SIAE invited is interested in a person presented: their candidature there, whose answer is the result.

    Invariants: once for a SIAE and a presentation; the candidature is of that person to that SIAE.
    """

    presentation = models.ForeignKey(
        PresentationSuite, models.CASCADE, related_name="interets", verbose_name="présentation"
    )
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="interets_suite", verbose_name="SIAE intéressée")
    candidature = models.ForeignKey(
        Candidature, models.PROTECT, related_name="interets_suite", verbose_name="candidature"
    )
    exprime_le = models.DateField("exprimé le")

    personnel = Personnel(
        qui="presentation__personne",
        finalite="savoir ce qu’une rencontre entre SIAE a permis",
        base=CONSENTEMENT,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"exprime_le": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "intérêt d’une SIAE"
        verbose_name_plural = "intérêts de SIAE"
        constraints = [
            models.UniqueConstraint(
                fields=["presentation", "siae"],
                name="interet_suite_une_fois",
                violation_error_message="Votre SIAE a déjà dit son intérêt.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sa_candidature",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    if exists (
                        select from parcours_candidature c join parcours_presentationsuite p
                            on p.id = NEW.presentation_id and p.personne_id = c.personne_id
                        where c.id = NEW.candidature_id and c.siae_id = NEW.siae_id
                    ) then
                        return NEW;
                    end if;
                    raise exception using errcode = 'check_violation',
                        message = 'La candidature est celle de cette personne, à cette SIAE.';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"intérêt {self.pk}"
