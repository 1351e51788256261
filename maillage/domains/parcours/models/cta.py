"""A person’s situation presented to a comité technique d’animation, with their agreement."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.cta import EtatCas, MotifCas
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.demandes import AvisCta, DemandeProlongation
from maillage.domains.parcours.models.titre import TitreParcours
from maillage.domains.parcours.rules.cta import VIVANTS
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import LECTEURS

CONSENTEMENT = "consentement (RGPD, art. 6, 1, a)"


def consentie(objet: str, jour: str, message: str) -> pgtrigger.Trigger:
    """Return the trigger that holds a new row to the agreement of its person to `objet`, in force on the day `jour`."""
    return pgtrigger.Trigger(
        name="consentie",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            if exists (
                select from parcours_consentement c where c.id = NEW.consentement_id
                    and c.personne_id = NEW.personne_id and c.objet = '{objet}'
                    and c.debut <= NEW.{jour} and c.fin > NEW.{jour}
            ) then
                return NEW;
            end if;
            raise exception using message = '{message}', errcode = 'check_violation';
        """,
    )


@pghistory.track()
class CasCta(models.Model):
    """Who follows a person asks the CTA of a département a question about them.

    While it lives, and a while after, the file is open to the members of the CTA, never beyond the agreement it rests
    on. `seance_le` is the day of the session, null until the case is on an agenda; `titre` and `demande` are the right
    and the request that it is about, when it is. Invariants: one living case of a person at a time; on an agenda it has
    its session, closed it has its day, and only what was heard has an advice.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="cas_cta", verbose_name="personne")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cas_cta", verbose_name="présenté par")
    auteur = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="cas_cta", verbose_name="saisi par"
    )
    consentement = models.ForeignKey(Consentement, models.PROTECT, related_name="cas_cta", verbose_name="consentement")
    departement = models.CharField("département du CTA", max_length=3)
    motif = models.CharField("motif", max_length=14, choices=MotifCas)
    question = models.TextField("question posée au comité")
    titre = models.ForeignKey(
        TitreParcours, models.PROTECT, null=True, blank=True, related_name="cas_cta", verbose_name="titre"
    )
    demande = models.ForeignKey(
        DemandeProlongation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cas_cta",
        verbose_name="demande de prolongation",
    )

    # Life of the case
    etat = models.CharField("état", max_length=8, choices=EtatCas, default=EtatCas.PROPOSE)
    propose_le = models.DateField("proposé le")
    seance_le = models.DateField("séance du", null=True, blank=True)
    avis = models.TextField("avis du comité", blank=True)
    avis_titre = models.OneToOneField(
        AvisCta, models.SET_NULL, null=True, blank=True, related_name="cas", verbose_name="avis gardé avec le titre"
    )
    clos_le = models.DateField("clos le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        aussi={"auteur__user": ("propose_le",)},
        finalite="demander l’avis d’un comité technique d’animation sur un parcours, avec l’accord de la personne",
        base=CONSENTEMENT,
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; les membres du CTA, tant que l’accord vaut",
        champs={
            "motif": Champ("parcours", Sort.GARDE),
            "departement": Champ("parcours", Sort.GARDE),
            "question": Champ("parcours"),
            "etat": Champ("parcours", Sort.GARDE),
            "avis": Champ("parcours"),
            "propose_le": Champ("parcours", Sort.MOIS),
            "seance_le": Champ("parcours", Sort.MOIS),
            "clos_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "cas de CTA"
        verbose_name_plural = "cas de CTA"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatCas.values) & Q(motif__in=MotifCas.values),
                name="cas_cta_valeurs",
                violation_error_message="Cet état ou ce motif n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(departement__regex=r"^[0-9][0-9AB][0-9]?$"),
                name="cas_cta_departement",
                violation_error_message="Ce code n’est pas celui d’un département.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCas.PROPOSE, seance_le__isnull=True)
                | Q(etat__in=[EtatCas.INSCRIT, EtatCas.TRAITE], seance_le__isnull=False)
                | Q(etat=EtatCas.RETIRE),
                name="cas_cta_seance",
                violation_error_message="Un cas inscrit ou traité a sa séance.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=VIVANTS, clos_le__isnull=True) | (~Q(etat__in=VIVANTS) & Q(clos_le__isnull=False)),
                name="cas_cta_clos",
                violation_error_message="Un cas traité ou retiré a la date où il l’est.",
            ),
            models.CheckConstraint(
                condition=Q(avis="") | Q(etat=EtatCas.TRAITE),
                name="cas_cta_avis",
                violation_error_message="Seul un cas traité a un avis.",
            ),
            models.UniqueConstraint(
                fields=["personne"],
                condition=Q(etat__in=VIVANTS),
                name="cas_cta_un_a_la_fois",
                violation_error_message="Un cas de cette personne attend déjà un CTA.",
            ),
        ]
        indexes = [models.Index(fields=["departement", "seance_le"], name="cas_cta_seances")]
        triggers = [consentie("cta", "propose_le", "Un cas se présente au CTA avec l’accord de la personne.")]

    def __str__(self) -> str:
        return f"cas {str(self.public_id)[:8]}"


@pghistory.track()
class DecisionCta(models.Model):
    """An action that a CTA decided for a case: `qui` does it before `avant_le` (excluded)."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    cas = models.ForeignKey(CasCta, models.CASCADE, related_name="decisions", verbose_name="cas")
    quoi = models.CharField("action décidée", max_length=300)
    qui = models.ForeignKey(Organisation, models.PROTECT, related_name="decisions_cta", verbose_name="à faire par")
    avant_le = models.DateField("avant le")
    faite_le = models.DateField("faite le", null=True, blank=True)

    personnel = Personnel(
        qui="cas__personne",
        finalite="suivre les actions qu’un comité technique d’animation a décidées",
        base=CONSENTEMENT,
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; les membres du CTA, tant que l’accord vaut",
        champs={
            "quoi": Champ("parcours"),
            "avant_le": Champ("parcours", Sort.MOIS),
            "faite_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "action décidée en CTA"
        verbose_name_plural = "actions décidées en CTA"
        indexes = [models.Index(fields=["qui", "faite_le"], name="decision_cta_a_faire")]

    def __str__(self) -> str:
        return f"action avant le {self.avant_le:%d/%m/%Y}"
