"""A person is presented to a SIAE."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.orientation import EtatCandidature, MotifRefus, OrigineCandidature
from maillage.domains.parcours.models.poste import Poste
from maillage.domains.parcours.rules.orientation import FINIES, VIVANTES
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae


@pghistory.track()
class Candidature(models.Model):
    """A person is presented to a SIAE, for a post or for none, by an organisation that follows them.

    Unanswered at its `echeance`, it reads as refused, whether the job that refuses it ran or not
    (`queries/candidatures.py`). `maj_le` is the day of its last move, `archivee_le` that on which it had not moved for
    so long that a job put it away: it moves again, and is taken out. `issue_de` is the candidature that another SIAE
    passed on. Invariants: one living candidature at a time of a person for a post of a SIAE; a post is one of the SIAE;
    a refusal has its reason, an acceptance its first day, every answer its date.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="candidatures", verbose_name="personne")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="candidatures", verbose_name="SIAE")
    poste = models.ForeignKey(
        Poste, models.PROTECT, null=True, blank=True, related_name="candidatures", verbose_name="poste"
    )
    origine = models.CharField("origine", max_length=12, choices=OrigineCandidature)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="candidatures", verbose_name="présentée par"
    )
    auteur = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="candidatures", verbose_name="saisie par"
    )
    message = models.TextField("message à la SIAE", blank=True)

    # Life of the candidature
    etat = models.CharField("état", max_length=10, choices=EtatCandidature, default=EtatCandidature.NOUVELLE)
    deposee_le = models.DateField("déposée le")
    echeance = models.DateField("réponse attendue avant le")
    maj_le = models.DateField("dernier mouvement le")
    repondue_le = models.DateField("réponse du", null=True, blank=True)
    motif_refus = models.CharField("motif du refus", max_length=20, choices=MotifRefus, blank=True)
    reponse = models.TextField("réponse de la SIAE", blank=True)
    archivee_le = models.DateField("archivée le", null=True, blank=True)
    debut_prevu = models.DateField("embauche prévue le", null=True, blank=True)
    issue_de = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="suites", verbose_name="transmise depuis"
    )

    personnel = Personnel(
        qui="personne",
        aussi={"auteur__user": ("deposee_le",)},
        finalite="orienter une personne vers une SIAE et suivre la réponse",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "origine": Champ("parcours", Sort.GARDE),
            "message": Champ("parcours"),
            "etat": Champ("parcours", Sort.GARDE),
            "deposee_le": Champ("parcours", Sort.MOIS),
            "echeance": Champ("parcours", Sort.MOIS),
            "maj_le": Champ("parcours", Sort.MOIS),
            "repondue_le": Champ("parcours", Sort.MOIS),
            "archivee_le": Champ("parcours", Sort.MOIS),
            "motif_refus": Champ("parcours", Sort.GARDE),
            "reponse": Champ("parcours"),
            "debut_prevu": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "candidature"
        verbose_name_plural = "candidatures"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatCandidature.values) & Q(origine__in=OrigineCandidature.values),
                name="candidature_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCandidature.REFUSEE, motif_refus__in=MotifRefus.values)
                | (~Q(etat=EtatCandidature.REFUSEE) & Q(motif_refus="")),
                name="candidature_motif",
                violation_error_message="Un refus, et lui seul, a son motif.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=VIVANTES, repondue_le__isnull=True)
                | Q(etat__in=FINIES, repondue_le__isnull=False),
                name="candidature_reponse",
                violation_error_message="Une candidature qui a sa réponse en a la date.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatCandidature.ACCEPTEE, debut_prevu__isnull=False)
                | Q(etat=EtatCandidature.ANNULEE)
                | (~Q(etat__in=[EtatCandidature.ACCEPTEE, EtatCandidature.ANNULEE]) & Q(debut_prevu__isnull=True)),
                name="candidature_debut",
                violation_error_message="Une candidature acceptée, et elle seule, a un début d’embauche.",
            ),
            models.CheckConstraint(
                condition=Q(echeance__gte=F("deposee_le")) & Q(maj_le__gte=F("deposee_le")),
                name="candidature_dates",
                violation_error_message="La réponse suit le dépôt.",
            ),
            models.CheckConstraint(
                condition=Q(archivee_le__isnull=True) | Q(archivee_le__gte=F("maj_le")),
                name="candidature_archive",
                violation_error_message="Une candidature archivée n’a plus bougé depuis.",
            ),
            models.UniqueConstraint(
                fields=["personne", "siae", "poste"],
                condition=Q(etat__in=VIVANTES),
                nulls_distinct=False,
                name="candidature_une_a_la_fois",
                violation_error_message="Cette SIAE étudie déjà cette personne pour ce poste.",
            ),
        ]
        indexes = [
            models.Index(fields=["siae", "etat"], name="candidature_recues"),
            models.Index(fields=["poste", "deposee_le"], name="candidature_poste"),
            models.Index(fields=["deposee_le"], name="candidature_depot"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="poste_de_la_siae",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__poste__isnull=False),
                func="""
                    if exists (select from parcours_poste where id = NEW.poste_id and siae_id = NEW.siae_id) then
                        return NEW;
                    end if;
                    raise exception using message = 'Ce poste est celui d’une autre SIAE.',
                        errcode = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.poste or self.siae)


class CommentaireCandidature(models.Model):
    """What the members of a SIAE tell each other about a candidature: nobody else reads it."""

    candidature = models.ForeignKey(
        Candidature, models.CASCADE, related_name="commentaires", verbose_name="candidature"
    )
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="organisation")
    texte = models.TextField("commentaire", max_length=2000)
    ecrit_le = models.DateTimeField("écrit le", auto_now_add=True)

    personnel = Personnel(
        qui="candidature__personne",
        aussi={"auteur": ("texte", "ecrit_le")},
        finalite="étudier à plusieurs une candidature",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs="les membres de la SIAE qui a reçu la candidature",
        champs={"texte": Champ("parcours"), "ecrit_le": Champ("parcours", Sort.MOIS)},
        disparait=True,
    )

    class Meta:
        verbose_name = "commentaire d’une candidature"
        verbose_name_plural = "commentaires de candidatures"

    def __str__(self) -> str:
        return f"commentaire de {self.candidature_id}"
