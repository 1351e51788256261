"""What a person can do: the lines of their portfolio, and the files that prove them."""

from __future__ import annotations

from functools import partial

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.db import models, transaction
from django.db.models import Q

from maillage.domains.parcours.enums.competences import EtatCompetence, NiveauCompetence
from maillage.domains.parcours.models.accompagnement import NATURES
from maillage.domains.parcours.models.contrat import Contrat
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.personal import Champ, Personnel
from maillage.references.accounts.models import Membre
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE

KEEP = "personnes.conservation_mois"
SUIVI = (
    "les organisations qui suivent la personne, et {personnes.delai_apres_relation_jours} après la fin de leur "
    "relation (le référent RSA, tant qu’il l’est)"
)
EQUIPE = f"{SUIVI}\u202f; l’encadrant technique de la SIAE qui emploie la personne, tant qu’elle l’emploie"
COMPETENCE = Champ("compétences")


class CompetenceQuerySet(models.QuerySet["Competence"]):
    """Rows that leave with the files that prove them."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the files, then the rows."""
        PreuveCompetence.objects.filter(competence__in=list(self.values_list("pk", flat=True))).delete()
        return super().delete()


@pghistory.track()
class Competence(models.Model):
    """A person can do something: a bloc of `facts/blocs.toml`, or in a few words, tied to a trade when there is one.

    `contrat` is the job where it shows. The history keeps what was said of it before. Invariants: a bloc or words, not
    both; seen and attested by somebody, some day; a bloc is held once, whatever became of it before.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="competences", verbose_name="personne")
    bloc = models.CharField("bloc de compétences", max_length=8, blank=True)
    intitule = models.CharField("compétence", max_length=160, blank=True)
    rome = models.ForeignKey(
        Rome, models.PROTECT, null=True, blank=True, related_name="competences", verbose_name="métier"
    )
    contrat = models.ForeignKey(
        Contrat, models.PROTECT, null=True, blank=True, related_name="competences", verbose_name="contrat"
    )
    niveau = models.PositiveSmallIntegerField("niveau", choices=NiveauCompetence)
    etat = models.CharField("état", max_length=10, choices=EtatCompetence, default=EtatCompetence.DECLAREE)
    declaree_le = models.DateField("dite le")
    observee_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="competences_observees", verbose_name="observée par"
    )
    observee_le = models.DateField("observée le", null=True, blank=True)
    attestee_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="competences_attestees", verbose_name="attestée par"
    )
    attestee_le = models.DateField("attestée le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        aussi={"observee_par__user": ("observee_le",), "attestee_par__user": ("attestee_le",)},
        finalite="reconnaître ce qu’une personne sait faire, et l’aider à le montrer",
        base=BASE,
        conservation=KEEP,
        lecteurs=EQUIPE,
        champs=dict.fromkeys(
            ("bloc", "intitule", "etat", "declaree_le", "observee_le", "attestee_le"),
            COMPETENCE,
        ),
        disparait=True,
    )

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = "compétence"
        verbose_name_plural = "compétences"
        constraints = [
            models.CheckConstraint(
                condition=(Q(bloc="") & ~Q(intitule="")) | (~Q(bloc="") & Q(intitule="")),
                name="competence_bloc_ou_mots",
                violation_error_message="Une compétence est un bloc, ou se dit en quelques mots.",
            ),
            models.CheckConstraint(
                condition=Q(niveau__in=NiveauCompetence.values),
                name="competence_niveau",
                violation_error_message="Ce niveau n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=[EtatCompetence.DECLAREE, EtatCompetence.RETIREE])
                | Q(etat=EtatCompetence.OBSERVEE, observee_par__isnull=False, observee_le__isnull=False)
                | Q(
                    etat=EtatCompetence.ATTESTEE,
                    observee_par__isnull=False,
                    observee_le__isnull=False,
                    attestee_par__isnull=False,
                    attestee_le__isnull=False,
                ),
                name="competence_etat",
                violation_error_message="Une compétence observée ou attestée l’est par quelqu’un, un jour.",
            ),
            models.UniqueConstraint(
                fields=["personne", "bloc", "intitule"],
                condition=~Q(etat=EtatCompetence.RETIREE),
                name="competence_une_fois",
                violation_error_message="Cette compétence est déjà au portefeuille.",
            ),
        ]

    def __str__(self) -> str:
        return f"compétence {self.pk}"


class PreuveQuerySet(models.QuerySet["PreuveCompetence"]):
    """Rows that leave with their file."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows and, once that is certain, their files."""
        names = list(self.values_list("fichier", flat=True))
        deleted = super().delete()
        for name in names:
            transaction.on_commit(partial(uploads.remove, name))
        return deleted


class PreuveCompetence(models.Model):
    """A file that proves a competence; `kernel.uploads` holds it under `fichier`."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="preuves", verbose_name="compétence")
    libelle = models.CharField("libellé", max_length=120)
    fichier = models.CharField("fichier", max_length=32)
    nature = models.CharField("nature", max_length=5, choices=NATURES)
    taille = models.PositiveIntegerField("taille (octets)")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    depose_le = models.DateField("déposé le")

    personnel = Personnel(
        qui="competence__personne",
        finalite="prouver une compétence",
        base=BASE,
        conservation=KEEP,
        lecteurs=EQUIPE,
        champs=dict.fromkeys(("libelle", "fichier", "empreinte", "depose_le"), COMPETENCE),
        disparait=True,
    )

    objects = PreuveQuerySet.as_manager()

    class Meta:
        verbose_name = "preuve d’une compétence"
        verbose_name_plural = "preuves de compétences"

    def __str__(self) -> str:
        return f"preuve {self.pk}"
