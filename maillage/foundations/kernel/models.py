"""The traces that every room leaves: acts, transitions, long tasks."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from maillage.foundations.kernel.personal import Champ, Personnel, Sort

# A journal is written once: the database refuses to change or to remove a line.
WRITTEN_ONCE = pgtrigger.Protect(name="ecrit_une_fois", operation=pgtrigger.Update | pgtrigger.Delete)

BASE = "mission d’intérêt public (RGPD, art. 6, 1, e) et sécurité du traitement (art. 32)"
TRACE = Champ("trace d’un acte", Sort.GARDE)
SANS_FIN = (
    "sans limite\u202f: le journal ne contient aucun nom et ne se modifie pas ; "
    "l’auteur y devient anonyme avec son compte"
)
EXPLOITANTS = "la personne, les exploitants"


class AuNomDe(models.Model):
    """For which organisation one acted: its key, to search, and its name that day, to read.

    The kernel knows no organisation: it keeps what `User.au_nom_de` says (see `audit.Mandant`).
    """

    pour_id = models.BigIntegerField("organisation", null=True, blank=True)
    pour_nom = models.CharField("au nom de", max_length=200, blank=True)

    class Meta:
        abstract = True


class Acte(AuNomDe):
    """Journal of acts: who did what, for whom, to which object, when, why, with what particulars. Never changed.

    `details` holds codes, figures and names of fields, never what a field says of a person: the journal outlives the
    data. The kernel knows no business table, hence the generic relation: with those of the other journals, the only
    ones of the house.
    """

    acte = models.CharField("acte", max_length=80)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    objet_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="type d’objet")
    objet_id = models.BigIntegerField("objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    date = models.DateTimeField("date", auto_now_add=True)
    motif = models.TextField("motif", blank=True)
    details = models.JSONField("détails", default=dict)

    personnel = Personnel(
        qui="auteur",
        aussi={"objet": ("acte", "date", "pour_nom")},
        finalite="savoir qui a fait quoi, pour répondre d’un acte et repérer un abus",
        base=BASE,
        conservation=SANS_FIN,
        lecteurs="qui peut voir l’objet, le délégué à la protection des données, les exploitants",
        champs=dict.fromkeys(("acte", "date", "motif", "details", "pour_nom"), TRACE),
    )

    class Meta:
        verbose_name = "acte"
        verbose_name_plural = "actes"
        indexes = [
            models.Index(fields=["objet_type", "objet_id", "-date"], name="acte_objet"),
            models.Index(fields=["pour_id", "-date"], name="acte_pour"),
            models.Index(fields=["auteur", "-date"], name="acte_auteur"),
            models.Index(fields=["-date"], name="acte_date"),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.acte} · {self.date:%d/%m/%Y %H:%M}"


class Lecture(AuNomDe):
    """Journal of readings: who looked at whose data, for whom, on which screen, when. Never changed.

    Written for every screen that shows a person by name (`readings.record`). `ouverture` is the reasoned opening that
    let an operator in, when there is one.
    """

    lecteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="lecteur")
    objet_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="type d’objet")
    objet_id = models.BigIntegerField("objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    ecran = models.CharField("écran", max_length=120)
    motif = models.TextField("motif", blank=True)
    date = models.DateTimeField("date", auto_now_add=True)

    personnel = Personnel(
        qui="lecteur",
        aussi={"objet": ("date", "ecran", "pour_nom")},
        finalite="savoir qui a lu le dossier d’une personne",
        base=BASE,
        conservation=SANS_FIN,
        lecteurs="le référent de la personne, le délégué à la protection des données",
        champs=dict.fromkeys(("ecran", "motif", "date", "pour_nom"), Champ("trace d’une lecture", Sort.GARDE)),
    )

    class Meta:
        verbose_name = "lecture"
        verbose_name_plural = "lectures"
        indexes = [
            models.Index(fields=["objet_type", "objet_id", "-date"], name="lecture_objet"),
            models.Index(fields=["lecteur", "-date"], name="lecture_lecteur"),
        ]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.ecran} · {self.date:%d/%m/%Y %H:%M}"


class Compteur(models.Model):
    """How often something was tried within a window of time: the memory of the rate limits, shared by all processes.

    `cle` is a keyed hash of who tries and what: it names nobody.
    """

    cle = models.CharField("clé", max_length=64, primary_key=True)
    nombre = models.PositiveIntegerField("nombre", default=0)
    expire_le = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"
        indexes = [models.Index(fields=["expire_le"], name="compteur_expiration")]

    def __str__(self) -> str:
        return f"{self.nombre} jusqu’à {self.expire_le:%d/%m/%Y %H:%M}"


class Notification(models.Model):
    """Something a person should know, told in the application and, as they chose, by e-mail.

    `texte` names no person in insertion: it leads to the page that does, under its permission.
    """

    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name="destinataire"
    )
    type = models.CharField("type", max_length=60)
    texte = models.CharField("texte", max_length=300)
    url = models.CharField("page", max_length=300, blank=True)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    envoyee_le = models.DateTimeField("envoyée le", null=True, blank=True)

    personnel = Personnel(
        qui="destinataire",
        finalite="prévenir dans l’application",
        base=BASE,
        conservation="tant que le compte n’est pas anonymisé",
        lecteurs="la personne",
        champs=dict.fromkeys(("type", "texte", "url", "cree_le", "lue_le", "envoyee_le"), Champ("message reçu")),
        disparait=True,
    )

    class Meta:
        verbose_name = "notification"
        verbose_name_plural = "notifications"
        indexes = [models.Index(fields=["destinataire", "-cree_le"], name="notification_destinataire")]

    def __str__(self) -> str:
        return self.texte


class PreferenceNotification(models.Model):
    """How a person wants to be told of one kind of notification."""

    class Canal(models.TextChoices):
        APPLICATION = "application", "dans l’application seulement"
        IMMEDIAT = "immediat", "et par courriel, aussitôt"
        QUOTIDIEN = "quotidien", "et par courriel, une fois par jour"

    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences", verbose_name="destinataire"
    )
    type = models.CharField("type", max_length=60)
    canal = models.CharField("canal", max_length=12, choices=Canal)

    personnel = Personnel(
        qui="destinataire",
        finalite="prévenir dans l’application",
        base=BASE,
        conservation="tant que le compte n’est pas anonymisé",
        lecteurs="la personne",
        champs={"type": Champ("préférence"), "canal": Champ("préférence")},
        disparait=True,
    )

    class Meta:
        verbose_name = "préférence de notification"
        verbose_name_plural = "préférences de notification"
        constraints = [
            models.UniqueConstraint(
                fields=["destinataire", "type"],
                name="preference_unique_par_type",
                violation_error_message="Une seule préférence par type de notification.",
            ),
            models.CheckConstraint(
                condition=Q(canal__in=["application", "immediat", "quotidien"]),
                name="preference_canal",
                violation_error_message="Ce canal n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} : {self.canal}"


class Tache(models.Model):
    """A long work and its progress, shown on a page of its own.

    Invariant: `fait` never exceeds `total` when the total is known; an end date goes with an end state.
    """

    class Etat(models.TextChoices):
        EN_ATTENTE = "en_attente", "en attente"
        EN_COURS = "en_cours", "en cours"
        TERMINEE = "terminee", "terminée"
        EN_ECHEC = "en_echec", "en échec"

    libelle = models.CharField("libellé", max_length=200)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    etat = models.CharField("état", max_length=20, choices=Etat, default=Etat.EN_ATTENTE)
    etape = models.CharField("étape", max_length=200, blank=True)
    fait = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("total", null=True, blank=True)
    message = models.TextField("message", blank=True)
    suite_url = models.CharField("page où continuer", max_length=300, blank=True)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    finie_le = models.DateTimeField("finie le", null=True, blank=True)

    personnel = Personnel(
        qui="auteur",
        finalite="mener un travail long et en montrer l’avancement",
        base=BASE,
        conservation="sans limite\u202f: une tâche ne contient aucun nom ; son auteur devient anonyme avec son compte",
        lecteurs=EXPLOITANTS,
        champs=dict.fromkeys(("libelle", "etape", "message", "suite_url", "creee_le", "finie_le"), TRACE),
    )

    class Meta:
        verbose_name = "tâche"
        verbose_name_plural = "tâches"
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(fait__lte=F("total")),
                name="tache_fait_borne",
                violation_error_message="L’avancement dépasse le total.",
            ),
            models.CheckConstraint(
                condition=Q(finie_le__isnull=True, etat__in=["en_attente", "en_cours"])
                | Q(finie_le__isnull=False, etat__in=["terminee", "en_echec"]),
                name="tache_fin_et_etat",
                violation_error_message="Une tâche finie porte une date de fin, une tâche en cours n’en porte pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def pourcentage(self) -> int | None:
        """Share of the work done, 0 to 100; None while the total is unknown."""
        return 100 * self.fait // self.total if self.total else None


class JournalTransition(AuNomDe):
    """Log of the state changes of any aggregate: from, act, to, who, for whom, when, why. Never changed."""

    objet_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="type d’objet")
    objet_id = models.BigIntegerField("objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    acte = models.CharField("acte", max_length=80)
    de = models.CharField("de", max_length=40)
    vers = models.CharField("vers", max_length=40)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    motif = models.TextField("motif", blank=True)
    date = models.DateTimeField("date", auto_now_add=True)

    personnel = Personnel(
        qui="auteur",
        aussi={"objet": ("acte", "date", "de", "vers", "pour_nom")},
        finalite="savoir qui a fait quoi, pour répondre d’un acte et repérer un abus",
        base=BASE,
        conservation=SANS_FIN,
        lecteurs="qui peut voir l’objet, le délégué à la protection des données, les exploitants",
        champs=dict.fromkeys(("acte", "de", "vers", "motif", "date", "pour_nom"), TRACE),
    )

    class Meta:
        verbose_name = "changement d’état"
        verbose_name_plural = "changements d’état"
        indexes = [models.Index(fields=["objet_type", "objet_id", "date"], name="transition_objet")]
        triggers = [WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"{self.de} → {self.vers} ({self.acte})"
