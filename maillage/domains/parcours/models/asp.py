"""Under which numbers the ASP knows persons and organisations, and the records that go to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.asp import EtatFiche
from maillage.domains.parcours.models.titre import TitreParcours
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae

FINALITE = "échanger avec l’ASP les contrats et les fiches des salariés en insertion"


class SalarieAsp(models.Model):
    """The number under which the ASP knows a person (`salarie_id`, `contrat_id_pph`, `emi_pph_id`).

    The ASP sometimes opens two files for one person: they then have two numbers. A number names one person.
    """

    identifiant = models.CharField("identifiant de l’ASP", max_length=20, unique=True)
    personne = models.ForeignKey(Personne, models.CASCADE, related_name="identifiants_asp", verbose_name="personne")

    personnel = Personnel(
        qui="personne",
        finalite=FINALITE,
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"identifiant": Champ("identifiant d’un autre système")},
    )

    class Meta:
        verbose_name = "salarié de l’ASP"
        verbose_name_plural = "salariés de l’ASP"

    def __str__(self) -> str:
        return self.identifiant


class StructureAsp(models.Model):
    """The number under which the ASP knows an organisation (`structure_id_siae`, `contrat_id_structure`)."""

    identifiant = models.CharField("identifiant de l’ASP", max_length=20, unique=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="identifiants_asp", verbose_name="organisation"
    )

    class Meta:
        verbose_name = "structure de l’ASP"
        verbose_name_plural = "structures de l’ASP"

    def __str__(self) -> str:
        return self.identifiant


class EnvoiFiches(models.Model):
    """A file of fiches salarié made for the ASP, by the name it must bear; its content is made anew when it is read."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="envois_fiches", verbose_name="organisation"
    )
    nom = models.CharField("nom du fichier", max_length=27, unique=True)
    cree_le = models.DateTimeField("préparé le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )

    personnel = Personnel(
        qui="auteur",
        finalite=FINALITE,
        base=BASE,
        conservation="sans limite\u202f: il ne nomme qu’un fichier\u202f; son auteur devient anonyme avec son compte",
        lecteurs="les membres de la SIAE",
        champs={
            "nom": Champ("trace d’un acte", Sort.GARDE),
            "cree_le": Champ("trace d’un acte", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "envoi de fiches salarié"
        verbose_name_plural = "envois de fiches salarié"
        constraints = [
            models.CheckConstraint(
                condition=Q(nom__regex=r"^RIAE_FS_[0-9]{14}\.json$"),
                name="envoi_fiches_nom",
                violation_error_message="Un envoi s’appelle RIAE_FS_AAAAMMJJHHMMSS.json.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class FicheSalarie(models.Model):
    """The record by which a SIAE declares to the ASP the person it employs under a right.

    Invariants: one per SIAE and right; a line of a file is one fiche; only an answered fiche has a code.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="fiches", verbose_name="titre")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="fiches", verbose_name="SIAE")
    etat = models.CharField("état", max_length=10, choices=EtatFiche, default=EtatFiche.ENVOYEE)
    envoi = models.ForeignKey(EnvoiFiches, models.PROTECT, related_name="fiches", verbose_name="envoi")
    ligne = models.PositiveIntegerField("ligne de l’envoi")
    code = models.CharField("code de retour de l’ASP", max_length=4, blank=True)
    libelle = models.CharField("réponse de l’ASP", max_length=300, blank=True)

    personnel = Personnel(
        qui="titre__personne",
        finalite=FINALITE,
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "etat": Champ("parcours", Sort.GARDE),
            "code": Champ("parcours", Sort.GARDE),
            "libelle": Champ("parcours"),
        },
    )

    class Meta:
        verbose_name = "fiche salarié"
        verbose_name_plural = "fiches salarié"
        constraints = [
            models.UniqueConstraint(
                fields=["siae", "titre"],
                name="fiche_unique",
                violation_error_message="Cette personne a déjà une fiche dans cette SIAE pour ce titre.",
            ),
            models.UniqueConstraint(
                fields=["envoi", "ligne"],
                name="fiche_ligne_unique",
                violation_error_message="Une ligne d’un envoi est une fiche.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatFiche.ENVOYEE, code="")
                | (Q(etat__in=[EtatFiche.ACCEPTEE, EtatFiche.REJETEE]) & Q(code__regex=r"^[0-9]{4}$")),
                name="fiche_reponse",
                violation_error_message="Seule une fiche à laquelle l’ASP a répondu a un code de retour.",
            ),
        ]

    def __str__(self) -> str:
        return f"fiche salarié, {self.get_etat_display()}"
