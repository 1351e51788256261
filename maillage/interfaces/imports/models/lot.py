"""A file received and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.foundations.kernel.models import Tache
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.interfaces.imports.enums import EtatLot

FINALITE = "faire entrer des fichiers reçus et en corriger les lignes"
BASE = "mission d’intérêt public (RGPD, art. 6, 1, e)"
CONSERVATION = "imports.conservation_lignes_mois"
LECTEURS = "les exploitants"
LIGNE = Champ("contenu d’un fichier reçu, qui peut nommer un contact")
TRACE = Champ("trace d’un acte", Sort.GARDE)


class Fichier(models.Model):
    """The content of a file, kept once however often it is sent.

    It lives in the database: a web process and a worker share nothing else, and nothing is ever served from it by name.
    """

    empreinte = models.CharField("empreinte SHA-256", max_length=64, unique=True)
    taille = models.PositiveIntegerField("taille (octets)")
    contenu = models.BinaryField("contenu")

    personnel = Personnel(
        qui="",
        finalite=FINALITE,
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={"contenu": LIGNE},
    )

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"

    def __str__(self) -> str:
        return self.empreinte[:12]


class LotQuerySet(models.QuerySet["Lot"]):
    def recent(self) -> LotQuerySet:
        """Newest first, with what a list shows of them."""
        return self.select_related("auteur").order_by("-depose_le", "-pk")


class Lot(models.Model):
    """One import of one file.

    Invariants: every line read is created, modified, unchanged, out of scope or rejected; `derniere_ligne` is the last
    line whose outcome is committed, so that an interrupted import goes on from there; an applied batch has its date.
    """

    # Provenance
    source = models.CharField("source", max_length=40)
    fichier = models.ForeignKey(Fichier, models.PROTECT, related_name="lots", verbose_name="fichier")
    nom_fichier = models.CharField("nom du fichier", max_length=255)
    provenance = models.CharField("provenance", max_length=200)
    origine = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suites",
        verbose_name="lot dont il corrige les rejets",
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    depose_le = models.DateTimeField("déposé le", auto_now_add=True)

    # Reading
    entete = models.JSONField("en-tête", default=list)
    extrait = models.JSONField("premières lignes", default=list)
    constats = models.JSONField("ce qui a été constaté à la lecture", default=list)
    colonnes = models.JSONField("place de chaque colonne attendue", default=dict)

    # Progress
    etat = models.CharField("état", max_length=20, choices=EtatLot, default=EtatLot.DEPOSE)
    tache = models.ForeignKey(Tache, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="tâche")
    derniere_ligne = models.PositiveIntegerField("dernière ligne traitée", default=0)
    controle_le = models.DateTimeField("contrôlé le", null=True, blank=True)
    applique_le = models.DateTimeField("importé le", null=True, blank=True)

    # Counts, of the dry run then of the import
    lus = models.PositiveIntegerField("lignes lues", default=0)
    crees = models.PositiveIntegerField("créations", default=0)
    modifies = models.PositiveIntegerField("modifications", default=0)
    inchanges = models.PositiveIntegerField("sans changement", default=0)
    hors_champ = models.PositiveIntegerField("lignes hors champ", default=0)
    rejetes = models.PositiveIntegerField("lignes rejetées", default=0)
    avertis = models.PositiveIntegerField("avertissements", default=0)

    objects = LotQuerySet.as_manager()

    personnel = Personnel(
        qui="auteur",
        finalite=FINALITE,
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={
            **dict.fromkeys(("source", "nom_fichier", "provenance", "entete", "constats", "colonnes"), TRACE),
            **dict.fromkeys(("depose_le", "controle_le", "applique_le"), TRACE),
            "extrait": LIGNE,
        },
    )

    class Meta:
        verbose_name = "lot d’import"
        verbose_name_plural = "lots d’import"
        indexes = [models.Index(fields=["source", "-depose_le"], name="lot_source_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lus=F("crees") + F("modifies") + F("inchanges") + F("hors_champ") + F("rejetes")),
                name="lot_compte_juste",
                violation_error_message="Chaque ligne lue est créée, modifiée, sans changement, hors champ ou rejetée.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatLot.values), name="lot_etat_connu", violation_error_message="État inconnu."
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatLot.APPLIQUE, applique_le__isnull=False)
                | (~Q(etat=EtatLot.APPLIQUE) & Q(applique_le__isnull=True)),
                name="lot_applique_date",
                violation_error_message="Un lot importé porte la date de son import, les autres n’en portent pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"Lot n° {self.pk}"

    @property
    def valides(self) -> int:
        """Lines that are neither rejected nor out of scope."""
        return self.lus - self.rejetes - self.hors_champ


class Correspondance(models.Model):
    """Which column of a known header holds what: chosen once by a person, remembered for the next file alike."""

    source = models.CharField("source", max_length=40)
    signature = models.CharField("signature de l’en-tête", max_length=64)
    colonnes = models.JSONField("place de chaque colonne attendue")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    retenue_le = models.DateTimeField("retenue le", auto_now=True)

    personnel = Personnel(
        qui="auteur",
        finalite=FINALITE,
        base=BASE,
        conservation=(
            "sans limite\u202f: elle ne nomme que des colonnes\u202f; son auteur devient anonyme avec son compte"
        ),
        lecteurs=LECTEURS,
        champs=dict.fromkeys(("source", "signature", "colonnes", "retenue_le"), TRACE),
    )

    class Meta:
        verbose_name = "correspondance de colonnes"
        verbose_name_plural = "correspondances de colonnes"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "signature"],
                name="correspondance_unique",
                violation_error_message="Cet en-tête a déjà sa correspondance.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.signature[:12]}"
