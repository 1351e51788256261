"""Who acts for an organisation: members, and those who are invited to become one."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models.organisation import Organisation
from maillage.references.accounts.models.user import User


class MembreQuerySet(models.QuerySet["Membre"]):
    def actifs(self) -> MembreQuerySet:
        """Keep the memberships in force now."""
        now = timezone.now()
        return self.filter(Q(fin__isnull=True) | Q(fin__gt=now), debut__lte=now)


@pghistory.track()
class Membre(models.Model):
    """A person holds a role for an organisation during `[debut, fin)`; a membership is ended, never deleted.

    Invariant: at most one membership at a time of a person in an organisation.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="membres", verbose_name="personne")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="membres", verbose_name="organisation")
    profil = models.CharField("rôle", max_length=30)
    administrateur = models.BooleanField("administrateur", default=False)
    debut = models.DateTimeField("depuis le", default=timezone.now)
    fin = models.DateTimeField("jusqu’au", null=True, blank=True)

    objects = MembreQuerySet.as_manager()

    personnel = Personnel(
        qui="user",
        finalite="savoir qui agit pour quelle organisation, et avec quels droits",
        base="mission d’intérêt public (RGPD, art. 6, 1, e)",
        conservation="accounts.conservation_compte_mois",
        lecteurs="la personne, les membres de l’organisation, les exploitants",
        champs={
            "profil": Champ("vie professionnelle", Sort.GARDE),
            "debut": Champ("vie professionnelle", Sort.GARDE),
            "fin": Champ("vie professionnelle", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "membre"
        verbose_name_plural = "membres"
        constraints = [
            models.CheckConstraint(
                condition=Q(profil__in=[profil.value for profil in ProfilMembre]),
                name="membre_profil",
                violation_error_message="Ce rôle n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="membre_periode",
                violation_error_message="La fin suit le début.",
            ),
            ExclusionConstraint(
                name="membre_une_fois_a_la_fois",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        Func(F("debut"), F("fin"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette personne est déjà membre de l’organisation.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "fin"], name="membre_organisation")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    @property
    def profil_role(self) -> ProfilMembre:
        """The role, as the permissions know it."""
        return ProfilMembre(self.profil)

    @property
    def fonction(self) -> str:
        """What the member is, in words."""
        return self.profil_role.fonction


class Invitation(models.Model):
    """Someone is asked to join an organisation, by a signed link that expires.

    `envois` counts the messages and is part of the link: sending again makes the former one void. A pending invitation
    past `expire_le` has expired. Invariant: an answer has its date; one pending invitation per address in each one.
    """

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "en attente"
        ACCEPTEE = "acceptee", "acceptée"
        REVOQUEE = "revoquee", "révoquée"

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name="organisation"
    )
    email = models.EmailField("adresse électronique")
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    profil = models.CharField("rôle", max_length=30)
    administrateur = models.BooleanField("administrateur", default=False)
    auteur = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="invité par")
    etat = models.CharField("état", max_length=12, choices=Etat, default=Etat.EN_ATTENTE)
    envois = models.PositiveSmallIntegerField("nombre d’envois", default=1)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    reponse_le = models.DateTimeField("répondue le", null=True, blank=True)
    membre = models.OneToOneField(
        Membre, models.PROTECT, null=True, blank=True, related_name="invitation", verbose_name="membre"
    )

    personnel = Personnel(
        qui="membre__user",
        aussi={"auteur": ("profil", "creee_le")},
        par={"email__iexact": "email"},
        finalite="faire entrer une personne dans une organisation",
        base="mission d’intérêt public (RGPD, art. 6, 1, e)",
        conservation="accounts.conservation_invitation_mois",
        lecteurs="les administrateurs de l’organisation, la personne invitée, les exploitants",
        champs={
            "email": Champ("contact"),
            "prenom": Champ("identité"),
            "nom": Champ("identité"),
            "profil": Champ("vie professionnelle", Sort.GARDE),
            "creee_le": Champ("vie professionnelle", Sort.MOIS),
            "expire_le": Champ("vie professionnelle", Sort.GARDE),
            "reponse_le": Champ("vie professionnelle", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(etat="en_attente") & ~Q(email=""),
                name="invitation_une_en_attente",
                violation_error_message="Cette personne a déjà une invitation en attente.",
            ),
            models.CheckConstraint(
                condition=Q(etat="en_attente", reponse_le__isnull=True, membre__isnull=True)
                | Q(etat="acceptee", reponse_le__isnull=False, membre__isnull=False)
                | Q(etat="revoquee", reponse_le__isnull=False, membre__isnull=True),
                name="invitation_etat_et_reponse",
                violation_error_message="Une invitation acceptée a son membre et sa date, une révoquée sa date.",
            ),
            models.CheckConstraint(
                condition=Q(profil__in=[profil.value for profil in ProfilMembre]),
                name="invitation_profil",
                violation_error_message="Ce rôle n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation · {self.organisation}"

    @property
    def expiree(self) -> bool:
        """Whether nobody answered in time."""
        return self.etat == self.Etat.EN_ATTENTE and self.expire_le <= timezone.now()

    @property
    def fonction(self) -> str:
        """What the person will be, in words."""
        return ProfilMembre(self.profil).fonction
