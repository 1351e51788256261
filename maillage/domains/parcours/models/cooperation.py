"""What organisations agree on so that the pathway of a person goes on in another SIAE."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.rules.cooperation import ECRITS
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.models.personne import BASE


@pghistory.track()
class ConventionCooperation(models.Model):
    """Organisations that carry SIAE, with or without France Travail, cooperate during `[debut, fin)`.

    Signed by every party, it is in force; its days tell when it begins and expires. Denounced, it ends on
    `denoncee_le`. `motif` says why it was denounced, or sent back to be changed. Invariant: a denounced one has its day
    and reason. Strategy, 3.1: « des coopérations structurées entre SIAE ».
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    objet = models.CharField("objet", max_length=200)
    texte = models.TextField("ce que les parties conviennent", blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="conventions_proposees", verbose_name="proposée par"
    )
    debut = models.DateField("début")
    fin = models.DateField("avant le")
    etat = models.CharField("état", max_length=10, choices=EtatConvention, default=EtatConvention.PROJET)
    denoncee_le = models.DateField("dénoncée avec effet au", null=True, blank=True)
    motif = models.CharField("motif", max_length=300, blank=True)
    renouvelle = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renouvellement",
        verbose_name="convention renouvelée",
    )

    class Meta:
        verbose_name = "convention de coopération"
        verbose_name_plural = "conventions de coopération"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="cooperation_periode",
                violation_error_message="Une convention dure au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=ECRITS),
                name="cooperation_etat",
                violation_error_message="Cet état ne s’écrit pas.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat=EtatConvention.DENONCEE, denoncee_le__isnull=False)
                    & ~Q(motif="")
                    & Q(denoncee_le__gte=F("debut"), denoncee_le__lt=F("fin"))
                )
                | (~Q(etat=EtatConvention.DENONCEE) & Q(denoncee_le__isnull=True)),
                name="cooperation_denonciation",
                violation_error_message="Une convention dénoncée l’est pendant sa durée, avec un motif.",
            ),
        ]
        indexes = [models.Index(Coalesce("denoncee_le", "fin"), name="cooperation_fin")]

    def __str__(self) -> str:
        return self.objet


@pghistory.track()
class PartieConvention(models.Model):
    """An organisation is a party to a convention, and signed it or not yet.

    Invariants: one line per organisation; a signature has its day and the member who gave it.
    """

    convention = models.ForeignKey(
        ConventionCooperation, models.CASCADE, related_name="parties", verbose_name="convention"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="parties_conventions", verbose_name="organisation"
    )
    signee_le = models.DateField("signée le", null=True, blank=True)
    signataire = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="signataire"
    )

    personnel = Personnel(
        qui="signataire__user",
        finalite="prouver qui a signé une convention au nom de son organisation",
        base=BASE,
        conservation="tant que la convention est gardée",
        lecteurs="les parties\u202f; une fois la convention signée, qui lit les conventions",
        champs={"signee_le": Champ("vie professionnelle", Sort.GARDE)},
    )

    class Meta:
        verbose_name = "partie à une convention"
        verbose_name_plural = "parties aux conventions"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "organisation"],
                name="partie_unique",
                violation_error_message="Cette organisation est déjà partie à la convention.",
            ),
            models.CheckConstraint(
                condition=Q(signee_le__isnull=True, signataire__isnull=True)
                | Q(signee_le__isnull=False, signataire__isnull=False),
                name="partie_signature",
                violation_error_message="Une signature a son jour et son signataire.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track()
class EngagementConvention(models.Model):
    """One promise of a convention: what, who (null: every party), how much (null: no figure), the last day to do it."""

    convention = models.ForeignKey(
        ConventionCooperation, models.CASCADE, related_name="engagements", verbose_name="convention"
    )
    rang = models.PositiveSmallIntegerField("rang")
    quoi = models.CharField("engagement", max_length=300)
    partie = models.ForeignKey(
        PartieConvention, models.SET_NULL, null=True, blank=True, related_name="engagements", verbose_name="qui"
    )
    chiffre = models.PositiveIntegerField("chiffre", null=True, blank=True)
    unite = models.CharField("unité", max_length=40, blank=True)
    avant_le = models.DateField("au plus tard le", null=True, blank=True)

    class Meta:
        verbose_name = "engagement d’une convention"
        verbose_name_plural = "engagements des conventions"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "rang"],
                name="engagement_rang",
                violation_error_message="Deux engagements ne tiennent pas la même place.",
            ),
            models.CheckConstraint(
                condition=Q(unite="") | Q(chiffre__isnull=False),
                name="engagement_unite",
                violation_error_message="Une unité va avec un chiffre.",
            ),
        ]

    def __str__(self) -> str:
        return self.quoi
