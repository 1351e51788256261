"""How a SIAE supports a person whom it employs: diagnosis, objectives, actions, interviews, documents, evaluations.

The support belongs to the relation that opens the file to the SIAE: its référent CIP is `relation.referent`, and when
the relation ends the organisation loses sight of it with the rest.
"""

from __future__ import annotations

from functools import partial

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models, transaction
from django.db.models import Q

from maillage.domains.parcours.enums.accompagnement import EtatAction, EtatEntretien, EtatFrein, Frein, Jalon
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.personal import Champ, Personnel
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models import Relation
from maillage.references.personnes.models.personne import BASE

LECTEURS = (
    "la SIAE qui emploie la personne, et {personnes.delai_apres_relation_jours} après\u202f; son prescripteur, son "
    "conseiller France Travail ou son référent RSA, sans les notes ni les documents"
)
SIAE_SEULE = "la SIAE qui emploie la personne, et {personnes.delai_apres_relation_jours} après"
SOCIAL = "situation sociale"
PARCOURS = Champ("parcours")
NATURES = [(each.value, each.value.upper()) for each in uploads.Nature]


KEEP = "personnes.conservation_mois"
PERSONNE = "accompagnement__relation__personne"


def social(finalite: str, lecteurs: str = LECTEURS, **champs: Champ) -> Personnel:
    """Return what a model of this file says of its data: social, they go with the names of their person."""
    return Personnel(PERSONNE, finalite, BASE, KEEP, lecteurs, champs, disparait=True)


class Accompagnement(models.Model):
    """The support of a person by the SIAE that employs them, during the relation; with whom else it is shared.

    `referent_social` is a professional outside (name, organisation, telephone), "" when none is known.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    relation = models.OneToOneField(
        Relation, models.PROTECT, related_name="accompagnement", verbose_name="relation avec la SIAE"
    )
    referent_social = models.CharField("référent social", max_length=120, blank=True)
    referent_social_organisation = models.CharField("organisation du référent social", max_length=120, blank=True)
    referent_social_telephone = models.CharField("téléphone du référent social", max_length=20, blank=True)

    personnel = Personnel(
        qui="relation__personne",
        finalite="accompagner une personne employée par une SIAE",
        base=BASE,
        conservation=KEEP,
        lecteurs=LECTEURS,
        champs={
            "referent_social": Champ("contact"),
            "referent_social_organisation": Champ("contact"),
            "referent_social_telephone": Champ("contact"),
        },
    )

    class Meta:
        verbose_name = "accompagnement"
        verbose_name_plural = "accompagnements"
        triggers = [
            pgtrigger.ReadOnly(name="relation_fixe", fields=["relation"]),
            pgtrigger.Trigger(
                name="relation_de_contrat",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    if exists (
                        select from personnes_relation where id = NEW.relation_id and type = 'contrat'
                    ) then
                        return NEW;
                    end if;
                    raise exception using message = 'Une SIAE accompagne qui elle emploie.',
                        errcode = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"accompagnement {self.pk}"


class ConstatFrein(models.Model):
    """Where an obstacle stood on a day: the last one says today's state, all of them how it changed.

    Invariant: one statement a day for each obstacle.
    """

    accompagnement = models.ForeignKey(
        Accompagnement, models.CASCADE, related_name="constats", verbose_name="accompagnement"
    )
    frein = models.CharField("frein", max_length=14, choices=Frein)
    etat = models.CharField("état", max_length=10, choices=EtatFrein)
    le = models.DateField("constaté le")
    texte = models.CharField("précision", max_length=300, blank=True)

    personnel = social(
        "savoir ce qui empêche une personne de travailler, et le lever",
        etat=Champ(SOCIAL),
        le=Champ(SOCIAL),
        texte=Champ(SOCIAL),
    )

    class Meta:
        verbose_name = "constat sur un frein"
        verbose_name_plural = "constats sur les freins"
        constraints = [
            models.CheckConstraint(
                condition=Q(frein__in=Frein.values) & Q(etat__in=EtatFrein.values),
                name="constat_frein_valeurs",
                violation_error_message="Ce frein ou cet état n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["accompagnement", "frein", "le"],
                name="constat_frein_un_par_jour",
                violation_error_message="Ce frein est déjà renseigné ce jour-là.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_frein_display()} : {self.get_etat_display()}"


def _closed(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(etat=EtatAction.EN_COURS, close_le__isnull=True)
        | Q(etat__in=[EtatAction.FAIT, EtatAction.ABANDONNE], close_le__isnull=False),
        name=name,
        violation_error_message="Ce qui est fait ou abandonné a sa date.",
    )


class ObjectifParcours(models.Model):
    """What the person wants to reach, before a day if they say one."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    accompagnement = models.ForeignKey(
        Accompagnement, models.CASCADE, related_name="objectifs", verbose_name="accompagnement"
    )
    libelle = models.CharField("objectif", max_length=200)
    fixe_le = models.DateField("fixé le")
    echeance = models.DateField("à atteindre avant le", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatAction, default=EtatAction.EN_COURS)
    close_le = models.DateField("atteint ou abandonné le", null=True, blank=True)

    personnel = social(
        "fixer ce qu’une personne veut atteindre pendant son parcours",
        libelle=PARCOURS,
        fixe_le=PARCOURS,
        echeance=PARCOURS,
        close_le=PARCOURS,
    )

    class Meta:
        verbose_name = "objectif de parcours"
        verbose_name_plural = "objectifs de parcours"
        constraints = [_closed("objectif_parcours_etat")]

    def __str__(self) -> str:
        return f"objectif {self.pk}"


class ActionParcours(models.Model):
    """Something to do before a day, by the SIAE, or by a partner when `partenaire` names one.

    It may serve an objective, and one of the obstacles.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    accompagnement = models.ForeignKey(
        Accompagnement, models.CASCADE, related_name="actions", verbose_name="accompagnement"
    )
    objectif = models.ForeignKey(
        ObjectifParcours, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name="objectif"
    )
    libelle = models.CharField("action", max_length=200)
    frein = models.CharField("frein visé", max_length=14, choices=Frein, blank=True)
    partenaire = models.CharField("partenaire", max_length=120, blank=True)
    ouverte_le = models.DateField("décidée le")
    echeance = models.DateField("à faire avant le")
    etat = models.CharField("état", max_length=10, choices=EtatAction, default=EtatAction.EN_COURS)
    close_le = models.DateField("faite ou abandonnée le", null=True, blank=True)

    personnel = social(
        "tenir ce qui est convenu avec une personne",
        libelle=PARCOURS,
        frein=Champ(SOCIAL),
        partenaire=PARCOURS,
        ouverte_le=PARCOURS,
        echeance=PARCOURS,
        close_le=PARCOURS,
    )

    class Meta:
        verbose_name = "action de parcours"
        verbose_name_plural = "actions de parcours"
        constraints = [
            _closed("action_parcours_etat"),
            models.CheckConstraint(
                condition=Q(frein__in=[*Frein.values, ""]),
                name="action_parcours_frein",
                violation_error_message="Ce frein n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"


class Entretien(models.Model):
    """The person and a member of the SIAE meet: planned, then held or missed. `note` is short, and the SIAE's alone.

    Invariant: a member has one interview at a time.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    accompagnement = models.ForeignKey(
        Accompagnement, models.CASCADE, related_name="entretiens", verbose_name="accompagnement"
    )
    membre = models.ForeignKey(Membre, models.PROTECT, related_name="entretiens", verbose_name="avec")
    debut = models.DateTimeField("début")
    duree_minutes = models.PositiveSmallIntegerField("durée, en minutes", default=45)
    etat = models.CharField("état", max_length=10, choices=EtatEntretien, default=EtatEntretien.PREVU)
    note = models.CharField("note", max_length=1000, blank=True)

    personnel = Personnel(
        qui=PERSONNE,
        aussi={"membre__user": ("debut",)},
        finalite="voir régulièrement une personne, et se souvenir de ce qui s’est dit",
        base=BASE,
        conservation=KEEP,
        lecteurs=SIAE_SEULE,
        champs={"debut": PARCOURS, "note": Champ(SOCIAL)},
        disparait=True,
    )

    class Meta:
        verbose_name = "entretien"
        verbose_name_plural = "entretiens"
        constraints = [
            models.CheckConstraint(
                condition=Q(duree_minutes__range=(5, 480)),
                name="entretien_duree",
                violation_error_message="Un entretien dure de 5 minutes à 8 heures.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatEntretien.values),
                name="entretien_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["membre", "debut"],
                condition=Q(etat=EtatEntretien.PREVU),
                name="entretien_un_a_la_fois",
                violation_error_message="Un autre entretien est prévu à cette heure.",
            ),
        ]
        indexes = [models.Index(fields=["membre", "debut"], name="entretien_agenda")]

    def __str__(self) -> str:
        return f"entretien {self.pk}"


class DocumentQuerySet(models.QuerySet["DocumentParcours"]):
    """Rows that leave with their file."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows and, once that is certain, their files."""
        names = list(self.values_list("fichier", flat=True))
        deleted = super().delete()
        for name in names:
            transaction.on_commit(partial(uploads.remove, name))
        return deleted


class DocumentParcours(models.Model):
    """A file kept with the support; `kernel.uploads` holds it under `fichier`."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    accompagnement = models.ForeignKey(
        Accompagnement, models.PROTECT, related_name="documents", verbose_name="accompagnement"
    )
    libelle = models.CharField("libellé", max_length=120)
    fichier = models.CharField("fichier", max_length=32)
    nature = models.CharField(
        "nature", max_length=5, choices=[(each.value, each.value.upper()) for each in uploads.Nature]
    )
    taille = models.PositiveIntegerField("taille (octets)")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    depose_le = models.DateField("déposé le")

    personnel = social(
        "garder les pièces utiles à l’accompagnement",
        SIAE_SEULE,
        libelle=PARCOURS,
        fichier=PARCOURS,
        empreinte=PARCOURS,
        depose_le=PARCOURS,
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document de parcours"
        verbose_name_plural = "documents de parcours"

    def __str__(self) -> str:
        return f"document {self.pk}"


class Evaluation(models.Model):
    """The situation is looked at as a whole, at a milestone: the freins of that day are those then stated.

    Invariant: each milestone once.
    """

    accompagnement = models.ForeignKey(
        Accompagnement, models.CASCADE, related_name="evaluations", verbose_name="accompagnement"
    )
    jalon = models.CharField("jalon", max_length=6, choices=Jalon)
    le = models.DateField("faite le")
    bilan = models.CharField("bilan", max_length=1000, blank=True)

    personnel = social(
        "mesurer le chemin parcouru par une personne",
        jalon=Champ("parcours"),
        le=PARCOURS,
        bilan=Champ(SOCIAL),
    )

    class Meta:
        verbose_name = "évaluation"
        verbose_name_plural = "évaluations"
        constraints = [
            models.CheckConstraint(
                condition=Q(jalon__in=Jalon.values),
                name="evaluation_jalon",
                violation_error_message="Ce jalon n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["accompagnement", "jalon"],
                name="evaluation_une_par_jalon",
                violation_error_message="Cette évaluation est déjà faite.",
            ),
        ]

    def __str__(self) -> str:
        return f"évaluation {self.pk}"
