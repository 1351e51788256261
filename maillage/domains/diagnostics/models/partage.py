"""The shared territorial diagnostic: a document that several organisations write, then can no longer change."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from maillage.domains.diagnostics.enums import EtatDiagnostic, OrigineRevision, RoleCoAuteur, SensPosition, TypeBloc
from maillage.domains.diagnostics.rules import describe_periode
from maillage.foundations.kernel.models import WRITTEN_ONCE
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.territoires.enums import Niveau

FIGES = (EtatDiagnostic.VALIDE, EtatDiagnostic.PUBLIE)
_SQL_FIGES = ", ".join(f"'{etat.value}'" for etat in FIGES)
_REFUSE = "raise exception using message = 'Un diagnostic validé ne change plus.', errcode = 'check_violation';"
BASE = "mission d’intérêt public (RGPD, art. 6, 1, e)"
CONSERVATION = "autant que le diagnostic, qui est un document public ; l’auteur devient anonyme avec son compte"
LECTEURS = "les co-auteurs du diagnostic, puis, en concertation, les personnes connectées"


def frozen_with(condition: str) -> pgtrigger.Trigger:
    """Refuse any change of a row whose diagnostic is validated.

    `condition` is SQL that finds the diagnostic `d` of `NEW` or `OLD`; its row is locked, so that nothing is written in
    a document while it is being validated.
    """
    return pgtrigger.Trigger(
        name="fige_avec_le_diagnostic",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            perform from diagnostics_diagnosticpartage d where {condition} for share;
            if exists (select from diagnostics_diagnosticpartage d where {condition} and d.etat in ({_SQL_FIGES})) then
                {_REFUSE}
            end if;
            if TG_OP = 'DELETE' then return OLD; end if;
            return NEW;
        """,
    )


OF_DIAGNOSTIC = frozen_with("d.id in (NEW.diagnostic_id, OLD.diagnostic_id)")
OF_SECTION = frozen_with(
    "d.id in (select s.diagnostic_id from diagnostics_section s where s.id in (NEW.section_id, OLD.section_id))"
)


class DiagnosticPartage(models.Model):
    """The picture of a territory over a period, by the partners who sign it.

    The territory is kept by level, code and name, which outlive the vintages of the COG. `modifie_le` is when its text
    or its figures last changed: a validation given before no longer holds. Invariants: one diagnostic per territory
    and period, one that follows another; validated, it no longer changes (trigger), save that it may be published.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.CharField("titre", max_length=200)
    niveau = models.CharField("niveau", max_length=20, choices=Niveau)
    code = models.CharField("code du territoire", max_length=12)
    territoire = models.CharField("territoire", max_length=200)
    departement = models.CharField("département", max_length=3, blank=True)
    region = models.CharField("région", max_length=2)
    annee_debut = models.PositiveSmallIntegerField("première année")
    annee_fin = models.PositiveSmallIntegerField("dernière année")
    precedent = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="suivant", verbose_name="diagnostic précédent"
    )
    etat = models.CharField("état", max_length=15, choices=EtatDiagnostic, default=EtatDiagnostic.BROUILLON)
    cree_le = models.DateTimeField("créé le", default=timezone.now)
    modifie_le = models.DateTimeField("modifié le", default=timezone.now)
    validation_avant = models.DateField("validation demandée avant le", null=True, blank=True)
    valide_le = models.DateField("validé le", null=True, blank=True)
    publie_le = models.DateField("publié le", null=True, blank=True)
    cloture_motif = models.TextField("validé sans tous les co-auteurs, parce que", blank=True)

    class Meta:
        verbose_name = "diagnostic partagé"
        verbose_name_plural = "diagnostics partagés"
        constraints = [
            models.UniqueConstraint(
                fields=["niveau", "code", "annee_debut", "annee_fin"],
                name="diagnostic_unique_par_periode",
                violation_error_message="Ce territoire a déjà un diagnostic partagé pour cette période.",
            ),
            models.CheckConstraint(
                condition=Q(annee_fin__gte=F("annee_debut")),
                name="diagnostic_periode",
                violation_error_message="La dernière année suit la première.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatDiagnostic.values),
                name="diagnostic_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=FIGES, valide_le__isnull=False) | (~Q(etat__in=FIGES) & Q(valide_le__isnull=True)),
                name="diagnostic_date_de_validation",
                violation_error_message="Un diagnostic validé porte la date de sa validation, et lui seul.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDiagnostic.PUBLIE, publie_le__isnull=False)
                | (~Q(etat=EtatDiagnostic.PUBLIE) & Q(publie_le__isnull=True)),
                name="diagnostic_date_de_publication",
                violation_error_message="Un diagnostic publié porte la date de sa publication, et lui seul.",
            ),
        ]
        indexes = [models.Index(fields=["etat", "-annee_debut"], name="diagnostic_etat_annee")]
        triggers = [
            pgtrigger.Trigger(
                name="valide_ne_change_plus",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__etat__in=[etat.value for etat in FIGES]),
                func=f"""
                    if TG_OP = 'UPDATE' and OLD.etat = 'valide' and NEW.etat = 'publie'
                        and to_jsonb(NEW) - 'etat' - 'publie_le' = to_jsonb(OLD) - 'etat' - 'publie_le' then
                        return NEW;
                    end if;
                    {_REFUSE}
                """,
            )
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def periode(self) -> str:
        """The year, or the years."""
        return describe_periode(self.annee_debut, self.annee_fin)

    @property
    def fige(self) -> bool:
        """Whether it can no longer change."""
        return self.etat in FIGES


class CoAuteur(models.Model):
    """An organisation takes part in a diagnostic, under the name that it bore then.

    `valide_le` is when it validated, the journal tells who did. Invariant: one pilot per diagnostic.
    """

    diagnostic = models.ForeignKey(
        DiagnosticPartage, models.PROTECT, related_name="co_auteurs", verbose_name="diagnostic"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="diagnostics_partages", verbose_name="organisation"
    )
    nom = models.CharField("nom", max_length=200)
    role = models.CharField("rôle", max_length=12, choices=RoleCoAuteur, default=RoleCoAuteur.CO_AUTEUR)
    valide_le = models.DateTimeField("a validé le", null=True, blank=True)

    class Meta:
        verbose_name = "co-auteur"
        verbose_name_plural = "co-auteurs"
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "organisation"],
                name="co_auteur_unique",
                violation_error_message="Cette organisation prend déjà part au diagnostic.",
            ),
            models.UniqueConstraint(
                fields=["diagnostic"],
                condition=Q(role=RoleCoAuteur.PILOTE),
                name="co_auteur_un_pilote",
                violation_error_message="Un diagnostic a un seul pilote.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=RoleCoAuteur.values),
                name="co_auteur_role",
                violation_error_message="Ce rôle n’existe pas.",
            ),
        ]
        triggers = [OF_DIAGNOSTIC]

    def __str__(self) -> str:
        return f"{self.nom} ({self.get_role_display()})"


class Section(models.Model):
    """A part of a diagnostic: a text, blocks of figures, what the partners think of it.

    `version` is the number of the revision that `texte` comes from, 0 before the first. `a_relire`: the text was
    carried over from the year before and nobody has read it again. `retires` are the codes of the blocks that its
    authors took out: they do not come back by themselves, this year or the next ones.
    """

    diagnostic = models.ForeignKey(
        DiagnosticPartage, models.PROTECT, related_name="sections", verbose_name="diagnostic"
    )
    code = models.SlugField("code", max_length=40)
    titre = models.CharField("titre", max_length=120)
    aide = models.TextField("question à laquelle elle répond", blank=True)
    ordre = models.PositiveSmallIntegerField("ordre")
    texte = models.TextField("texte", blank=True)
    version = models.PositiveIntegerField("version", default=0)
    a_relire = models.BooleanField("à relire", default=False)
    retires = ArrayField(models.SlugField(max_length=60), verbose_name="blocs retirés", default=list, blank=True)

    class Meta:
        verbose_name = "section"
        verbose_name_plural = "sections"
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "code"],
                name="section_unique",
                violation_error_message="Cette section existe déjà dans le diagnostic.",
            )
        ]
        triggers = [OF_DIAGNOSTIC]

    def __str__(self) -> str:
        return self.titre


class Bloc(models.Model):
    """Figures of a section, frozen with their source and their date: data moving on does not touch them.

    `code` is their producer (`queries/partage_blocs.py`), `tableau` is {columns, rows, note}, `dessin` a drawing of the
    kernel as data (null: a table alone), `parametres` the dated parameters as they were applied.
    """

    section = models.ForeignKey(Section, models.PROTECT, related_name="blocs", verbose_name="section")
    code = models.SlugField("code", max_length=60)
    titre = models.CharField("titre", max_length=250)
    type = models.CharField("type", max_length=12, choices=TypeBloc)
    ordre = models.PositiveSmallIntegerField("ordre")
    annee = models.PositiveSmallIntegerField("année du diagnostic")
    tableau = models.JSONField("tableau")
    dessin = models.JSONField("dessin", null=True, blank=True)
    sources = models.JSONField("sources", default=list)
    parametres = models.JSONField("paramètres", default=list)
    fige_le = models.DateTimeField("figé le", default=timezone.now)

    class Meta:
        verbose_name = "bloc de chiffres"
        verbose_name_plural = "blocs de chiffres"
        constraints = [
            models.UniqueConstraint(
                fields=["section", "code"],
                name="bloc_unique",
                violation_error_message="Ce bloc est déjà dans la section.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=TypeBloc.values),
                name="bloc_type",
                violation_error_message="Ce type de bloc n’existe pas.",
            ),
        ]
        triggers = [OF_SECTION]

    def __str__(self) -> str:
        return self.titre


class Ecrit(models.Model):
    """What somebody wrote in a section, in the name of which organisation, when."""

    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="organisation")
    organisation_nom = models.CharField("au nom de", max_length=200)
    texte = models.TextField("texte", blank=True)
    date = models.DateTimeField("date", default=timezone.now)

    class Meta:
        abstract = True


class Revision(Ecrit):
    """A version of the text of a section. Written once: none is ever lost.

    `depuis` is the version it was written from. It is not `retenue` when another had meanwhile become the text: it then
    waits for somebody to put both together, in a revision that `reunit` it.
    """

    section = models.ForeignKey(Section, models.PROTECT, related_name="revisions", verbose_name="section")
    numero = models.PositiveIntegerField("numéro")
    depuis = models.PositiveIntegerField("écrite depuis la version")
    retenue = models.BooleanField("retenue")
    origine = models.CharField("origine", max_length=10, choices=OrigineRevision, default=OrigineRevision.SAISIE)
    reunit = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reunions", verbose_name="réunit la version"
    )

    personnel = Personnel(
        qui="auteur",
        finalite="écrire à plusieurs le diagnostic d’un territoire",
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={
            **dict.fromkeys(("texte", "organisation_nom"), Champ("contribution professionnelle", Sort.GARDE)),
            "origine": Champ("contribution professionnelle", Sort.GARDE),
            "date": Champ("trace d’un acte", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "version d’un texte"
        verbose_name_plural = "versions d’un texte"
        constraints = [
            models.UniqueConstraint(
                fields=["section", "numero"],
                name="revision_unique",
                violation_error_message="Cette version existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(depuis__lt=F("numero")),
                name="revision_apres_celle_dont_elle_part",
                violation_error_message="Une version s’écrit depuis une version antérieure.",
            ),
            models.CheckConstraint(
                condition=Q(origine__in=OrigineRevision.values),
                name="revision_origine",
                violation_error_message="Cette origine n’existe pas.",
            ),
        ]
        triggers = [OF_SECTION, WRITTEN_ONCE]

    def __str__(self) -> str:
        return f"version {self.numero}"


class Position(models.Model):
    """What a partner organisation thinks of a section, as it stood at `version`. Anything but agreement says why."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="positions", verbose_name="section")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="organisation")
    organisation_nom = models.CharField("organisation", max_length=200)
    sens = models.CharField("position", max_length=10, choices=SensPosition)
    texte = models.TextField("texte", blank=True)
    version = models.PositiveIntegerField("sur la version")
    date = models.DateTimeField("date", default=timezone.now)

    class Meta:
        verbose_name = "position"
        verbose_name_plural = "positions"
        constraints = [
            models.UniqueConstraint(
                fields=["section", "organisation"],
                name="position_unique",
                violation_error_message="Une organisation a une seule position sur une section.",
            ),
            models.CheckConstraint(
                condition=Q(sens__in=SensPosition.values),
                name="position_sens",
                violation_error_message="Cette position n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(sens=SensPosition.ACCORD) | ~Q(texte=""),
                name="position_motivee",
                violation_error_message="Une réserve ou un désaccord dit pourquoi.",
            ),
        ]
        triggers = [OF_SECTION]

    def __str__(self) -> str:
        return f"{self.organisation_nom}\u202f: {self.get_sens_display()}"


class Commentaire(Ecrit):
    """A remark on a section, or the answer to one (`parent`); a remark is resolved, and may be opened again."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="commentaires", verbose_name="section")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reponses", verbose_name="répond à"
    )
    resolu_le = models.DateTimeField("résolu le", null=True, blank=True)
    resolu_par = models.CharField("résolu par", max_length=200, blank=True)

    personnel = Personnel(
        qui="auteur",
        finalite="écrire à plusieurs le diagnostic d’un territoire",
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={
            **dict.fromkeys(
                ("texte", "organisation_nom", "resolu_par"), Champ("contribution professionnelle", Sort.GARDE)
            ),
            **dict.fromkeys(("date", "resolu_le"), Champ("trace d’un acte", Sort.GARDE)),
        },
    )

    class Meta:
        verbose_name = "commentaire"
        verbose_name_plural = "commentaires"
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="commentaire_dit_quelque_chose",
                violation_error_message="Écrivez votre commentaire.",
            ),
            models.CheckConstraint(
                condition=Q(resolu_le__isnull=True, resolu_par="") | (Q(resolu_le__isnull=False) & ~Q(resolu_par="")),
                name="commentaire_resolu_par",
                violation_error_message="Un commentaire résolu l’est par quelqu’un.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(resolu_le__isnull=True),
                name="commentaire_reponse_sans_etat",
                violation_error_message="C’est la remarque qui est résolue, pas sa réponse.",
            ),
        ]
        triggers = [OF_SECTION]

    def __str__(self) -> str:
        return self.texte[:80]
