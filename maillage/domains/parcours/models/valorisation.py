"""What leaves the platform to show what a person can do: attestation, fiche de liaison, shared profile."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.competences import PartProfil
from maillage.domains.parcours.models.competence import COMPETENCE, KEEP, SUIVI
from maillage.domains.parcours.models.consentement import Consentement
from maillage.domains.parcours.models.contrat import Contrat
from maillage.foundations.kernel.personal import Champ, Personnel
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.models.personne import BASE


class AttestationCompetences(models.Model):
    """A SIAE attests what a person could do on a day, for a contract: `contenu` is frozen, the file is drawn from it.

    Whoever holds the paper checks its `code` on a public page. Withdrawn, it stays known as such.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    contrat = models.ForeignKey(Contrat, models.PROTECT, related_name="attestations", verbose_name="contrat")
    signataire = models.ForeignKey(Membre, models.PROTECT, related_name="attestations", verbose_name="signée par")
    delivree_le = models.DateField("délivrée le")
    code = models.CharField("code de vérification", max_length=12, unique=True)
    contenu = models.JSONField("contenu")
    retiree_le = models.DateField("retirée le", null=True, blank=True)

    personnel = Personnel(
        qui="contrat__personne",
        aussi={"signataire__user": ("delivree_le",)},
        finalite="remettre à une personne la preuve de ce qu’elle sait faire",
        base=BASE,
        conservation=KEEP,
        lecteurs=f"{SUIVI}\u202f; qui tient le papier vérifie son code, sans rien lire d’autre",
        champs={
            "delivree_le": COMPETENCE,
            "code": COMPETENCE,
            "contenu": COMPETENCE,
            "retiree_le": COMPETENCE,
        },
        disparait=True,
    )

    class Meta:
        verbose_name = "attestation de compétences"
        verbose_name_plural = "attestations de compétences"
        constraints = [
            models.CheckConstraint(
                condition=Q(retiree_le__isnull=True) | Q(retiree_le__gte=F("delivree_le")),
                name="attestation_retrait",
                violation_error_message="Une attestation se retire après sa délivrance.",
            ),
            models.UniqueConstraint(
                fields=["contrat"],
                condition=Q(retiree_le__isnull=True),
                name="attestation_une_par_contrat",
                violation_error_message="Ce contrat a déjà une attestation\u202f: retirez-la d’abord.",
            ),
        ]

    def __str__(self) -> str:
        return f"attestation du {self.delivree_le:%d/%m/%Y}"


class FicheLiaison(models.Model):
    """A SIAE tells a person's counsellor at France Travail where they are: `contenu` is frozen the day it is sent.

    `destinataire` is the agency that follows the person that day. `accord` is the agreement of the person to tell which
    obstacles were lifted, null when they are not told.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    contrat = models.ForeignKey(Contrat, models.PROTECT, related_name="fiches_liaison", verbose_name="contrat")
    destinataire = models.ForeignKey(
        Organisation, models.PROTECT, related_name="fiches_liaison", verbose_name="adressée à"
    )
    auteur = models.ForeignKey(Membre, models.PROTECT, related_name="fiches_liaison", verbose_name="envoyée par")
    envoyee_le = models.DateTimeField("envoyée le", auto_now_add=True)
    accord = models.ForeignKey(
        Consentement, models.PROTECT, null=True, blank=True, related_name="fiches_liaison", verbose_name="accord"
    )
    contenu = models.JSONField("contenu")
    lue_par = models.ForeignKey(
        Membre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fiches_liaison_lues",
        verbose_name="prise en compte par",
    )
    lue_le = models.DateTimeField("prise en compte le", null=True, blank=True)

    personnel = Personnel(
        qui="contrat__personne",
        aussi={"auteur__user": ("envoyee_le",), "lue_par__user": ("lue_le",)},
        finalite="passer le relais entre une SIAE et le conseiller France Travail d’une personne",
        base=BASE,
        conservation=KEEP,
        lecteurs="la SIAE qui l’envoie, et l’agence de France Travail qui suit la personne",
        champs={
            "envoyee_le": Champ("parcours"),
            "lue_le": Champ("parcours"),
            "contenu": Champ("parcours"),
        },
        disparait=True,
    )

    class Meta:
        verbose_name = "fiche de liaison"
        verbose_name_plural = "fiches de liaison"
        constraints = [
            models.CheckConstraint(
                condition=Q(lue_par__isnull=True, lue_le__isnull=True)
                | Q(lue_par__isnull=False, lue_le__gte=F("envoyee_le")),
                name="fiche_liaison_lecture",
                violation_error_message="Une fiche est prise en compte par quelqu’un, après son envoi.",
            ),
        ]
        indexes = [models.Index(fields=["destinataire", "lue_le"], name="fiche_liaison_a_lire")]

    def __str__(self) -> str:
        return f"fiche de liaison {self.pk}"


class ProfilPartage(models.Model):
    """A link by which a person shows what they can do, alive: it tells today's portfolio, in the parts they ticked.

    It opens until `expire_le`, as long as it is not revoked and the agreement it rests on holds: `consentement` says
    who the person is and before which organisation. Only how often it was opened is kept, not by whom.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    consentement = models.ForeignKey(Consentement, models.PROTECT, related_name="profils", verbose_name="accord")
    parts = ArrayField(models.CharField(max_length=10, choices=PartProfil), verbose_name="ce qui est montré")
    accroche = models.CharField("quelques mots de la personne", max_length=300, blank=True)
    cree_le = models.DateField("créé le")
    expire_le = models.DateField("avant le")
    revoque_le = models.DateField("révoqué le", null=True, blank=True)
    ouvertures = models.PositiveIntegerField("ouvertures", default=0)
    ouvert_le = models.DateField("ouvert la dernière fois le", null=True, blank=True)

    personnel = Personnel(
        qui="consentement__personne",
        finalite="permettre à une personne de montrer ce qu’elle sait faire à qui elle veut",
        base="accord de la personne (RGPD, art. 6, 1, a)",
        conservation=KEEP,
        lecteurs="qui la personne veut\u202f: ceux à qui elle donne le lien, jusqu’à sa fin ou son retrait",
        champs=dict.fromkeys(("accroche", "cree_le", "expire_le", "revoque_le", "ouvert_le"), COMPETENCE),
        disparait=True,
    )

    class Meta:
        verbose_name = "profil partagé"
        verbose_name_plural = "profils partagés"
        constraints = [
            models.CheckConstraint(
                condition=Q(parts__contained_by=PartProfil.values) & Q(parts__len__gt=0),
                name="profil_partage_parts",
                violation_error_message="Un profil montre au moins une chose.",
            ),
            models.CheckConstraint(
                condition=Q(expire_le__gt=F("cree_le")),
                name="profil_partage_periode",
                violation_error_message="Un profil se partage au moins un jour.",
            ),
            models.UniqueConstraint(
                fields=["consentement"],
                condition=Q(revoque_le__isnull=True),
                name="profil_partage_un_a_la_fois",
                violation_error_message="Un profil est déjà partagé\u202f: arrêtez-le avant d’en partager un autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"profil partagé {self.pk}"
