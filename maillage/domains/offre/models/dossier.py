"""A dossier, the pieces joined to it, and those that were asked."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.offre.enums import NOUVELLES, Demande, EtatDossier, EtatPiece, SensAvis
from maillage.domains.offre.models.appel import AppelProjets
from maillage.domains.offre.rules.dossiers import DECIDES
from maillage.foundations.kernel.uploads import Nature
from maillage.references.accounts.models import Organisation
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Secteur, Siae
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau


class Dossier(models.Model):
    """What an organisation asks the préfet for a SIAE, present or to come (Code du travail, art. L. 5132-2).

    `etp` are the full-time equivalents of a year that would be granted in all in `departement`, `etp_actuels` those
    granted there today (null: unknown, or no SIAE yet). `departement` is that of `commune`, kept because rights follow
    it. `adequation` is what the engine said of the fit to the territory when the examination began, frozen with its
    date and parameters. Invariants: a deposited dossier has its day, and stays in its département; a decision has its
    day too; a refusal says why; a SIAE in activity is named by every request that changes it.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    demande = models.CharField("demande", max_length=16, choices=Demande)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="dossiers", verbose_name="organisation porteuse"
    )
    siae = models.ForeignKey(Siae, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name="SIAE")
    appel = models.ForeignKey(
        AppelProjets, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name="appel à projets"
    )
    etat = models.CharField("état", max_length=12, choices=EtatDossier, default=EtatDossier.BROUILLON)

    # The project
    nom = models.CharField("nom de la SIAE ou du projet", max_length=200)
    type_siae = models.CharField("type de SIAE demandé", max_length=4, choices=TypeSiae)
    commune = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="commune")
    departement = models.CharField("département", max_length=3)
    zones = models.ManyToManyField(Territoire, related_name="+", blank=True, verbose_name="territoires à servir")
    secteurs = models.ManyToManyField(Secteur, related_name="+", blank=True, verbose_name="activités")
    publics = ArrayField(models.CharField(max_length=40), verbose_name="publics visés", default=list, blank=True)
    annee = models.PositiveSmallIntegerField("première année demandée")
    postes = models.PositiveIntegerField("postes demandés", null=True, blank=True)
    etp = models.DecimalField("ETP demandés par an", max_digits=8, decimal_places=2)
    etp_actuels = models.DecimalField(
        "ETP conventionnés aujourd’hui", max_digits=8, decimal_places=2, null=True, blank=True
    )
    projet = models.TextField("le projet en quelques phrases", blank=True)

    # The course of the examination
    depose_le = models.DateField("déposé le", null=True, blank=True)
    complet_le = models.DateField("complet le", null=True, blank=True)
    seance_le = models.DateField("séance du", null=True, blank=True)
    commission_sens = models.CharField("avis de la commission", max_length=12, choices=SensAvis, blank=True)
    commission_le = models.DateField("avis rendu le", null=True, blank=True)
    commission_texte = models.TextField("texte de l’avis", blank=True)
    decision_le = models.DateField("décision du", null=True, blank=True)
    motifs = models.TextField("motifs de la décision", blank=True)
    adequation = models.JSONField("adéquation au territoire", null=True, blank=True)
    adequation_le = models.DateField("adéquation calculée le", null=True, blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatDossier.values)
                & Q(demande__in=Demande.values)
                & Q(type_siae__in=TypeSiae.values),
                name="dossier_valeurs",
                violation_error_message="Cette demande, cet état ou ce type n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDossier.BROUILLON, depose_le__isnull=True)
                | Q(etat=EtatDossier.SANS_SUITE)
                | (~Q(etat__in=[EtatDossier.BROUILLON, EtatDossier.SANS_SUITE]) & Q(depose_le__isnull=False)),
                name="dossier_depot",
                violation_error_message="Un dossier déposé porte la date de son dépôt, un brouillon n’en porte pas.",
            ),
            models.CheckConstraint(
                condition=Q(demande=Demande.CREATION) | Q(siae__isnull=False),
                name="dossier_siae",
                violation_error_message="Cette demande porte sur une SIAE existante.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatDossier.SEANCE) | Q(seance_le__isnull=False),
                name="dossier_seance",
                violation_error_message="Un dossier inscrit porte la date de la séance.",
            ),
            models.CheckConstraint(
                condition=Q(commission_sens="", commission_le__isnull=True)
                | (~Q(commission_sens="") & Q(commission_le__isnull=False)),
                name="dossier_avis_date",
                violation_error_message="Un avis de la commission a un sens et une date.",
            ),
            models.CheckConstraint(
                condition=(Q(etat__in=DECIDES) & Q(decision_le__isnull=False))
                | (~Q(etat__in=DECIDES) & Q(decision_le__isnull=True)),
                name="dossier_decision_date",
                violation_error_message="Une décision porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatDossier.REFUSE) | ~Q(motifs=""),
                name="dossier_refus_motive",
                violation_error_message="Un refus est motivé.",
            ),
            models.CheckConstraint(
                condition=Q(etp__gt=0) & (Q(etp_actuels__isnull=True) | Q(etp_actuels__gte=0)),
                name="dossier_etp",
                violation_error_message="Indiquez un nombre d’ETP supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(adequation__isnull=True, adequation_le__isnull=True)
                | Q(adequation__isnull=False, adequation_le__isnull=False),
                name="dossier_adequation_datee",
                violation_error_message="Une adéquation figée porte sa date.",
            ),
        ]
        indexes = [
            models.Index(fields=["departement", "etat"], name="dossier_departement"),
            models.Index(fields=["organisation", "etat"], name="dossier_organisation"),
        ]
        triggers = [
            check_niveau("commune", "niveau = 'commune'", "Un projet est dans une unité."),
            # Once deposited, it stays with the service that received it.
            pgtrigger.Protect(
                name="departement_depose",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__depose_le__isnull=False)
                & pgtrigger.Q(old__departement__df=pgtrigger.F("new__departement")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.type_siae})"

    @property
    def numero(self) -> str:
        """What one calls it by: its year and its rank."""
        return f"{self.cree_le:%Y}-{self.pk:05}"

    @property
    def etp_ajoutes(self) -> float | None:
        """How many ETP the offer would gain (a negative number: lose); None when those granted today are unknown."""
        if self.demande in NOUVELLES:
            return float(self.etp)
        return None if self.etp_actuels is None else float(self.etp - self.etp_actuels)


class DemandePieces(models.Model):
    """Pieces are missing: the clock of silence is suspended from `debut` until they come, or until `limite`.

    CRPA, art. L. 114-5. Invariant: one request at a time.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="demandes_pieces", verbose_name="dossier")
    debut = models.DateField("demandées le")
    limite = models.DateField("à fournir avant le")
    recue = models.DateField("reçues le", null=True, blank=True)
    message = models.TextField("ce qui manque")

    class Meta:
        verbose_name = "demande de pièces"
        verbose_name_plural = "demandes de pièces"
        constraints = [
            models.CheckConstraint(
                condition=Q(limite__gt=F("debut")) & (Q(recue__isnull=True) | Q(recue__gte=F("debut"))),
                name="demande_pieces_dates",
                violation_error_message="La date limite et la réception suivent la demande.",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(recue__isnull=True),
                name="demande_pieces_une_a_la_fois",
                violation_error_message="Des pièces sont déjà demandées.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} : pièces avant le {self.limite:%d/%m/%Y}"


class PieceDossier(models.Model):
    """A file joined to a dossier, for a piece of the list or beside it (`code` empty).

    The file itself is kept by `kernel.uploads` under `fichier`. Invariants: a refusal says why; one piece of each code
    at a time, those refused aside.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pieces", verbose_name="dossier")
    code = models.CharField("pièce", max_length=40, blank=True)
    libelle = models.CharField("libellé", max_length=200)
    fichier = models.CharField("fichier", max_length=32)
    nature = models.CharField(
        "nature", max_length=5, choices=[(nature.value, nature.value.upper()) for nature in Nature]
    )
    taille = models.PositiveIntegerField("taille (octets)")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    deposee_le = models.DateField("déposée le")
    etat = models.CharField("état", max_length=10, choices=EtatPiece, default=EtatPiece.RECUE)
    motif = models.CharField("motif du refus", max_length=300, blank=True)

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatPiece.values) & (~Q(etat=EtatPiece.REFUSEE) | ~Q(motif="")),
                name="piece_refus_motive",
                violation_error_message="Une pièce refusée dit pourquoi.",
            ),
            models.UniqueConstraint(
                fields=["dossier", "code"],
                condition=~Q(etat=EtatPiece.REFUSEE) & ~Q(code=""),
                name="piece_unique",
                violation_error_message="Cette pièce est déjà jointe.",
            ),
        ]
        # A file replaced is another row: what was examined stays what it was.
        triggers = [
            pgtrigger.ReadOnly(name="fichier_fixe", fields=["dossier", "code", "fichier", "empreinte", "taille"])
        ]

    def __str__(self) -> str:
        return self.libelle
