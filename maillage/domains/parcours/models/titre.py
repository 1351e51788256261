"""The right to a pathway, and what moves its end."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q

from maillage.domains.parcours.enums.titre import MotifProlongation, MotifSuspension, Regime
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae

PARCOURS = Champ("parcours", Sort.GARDE)
MOIS = Champ("parcours", Sort.MOIS)


def periode() -> Func:
    """Return the SQL range of a half-open period `[debut, fin)`; no `fin`: for ever."""
    return Func(F("debut"), F("fin"), function="daterange", output_field=DateRangeField())


# The database counts the days itself, each time a right or what moves its end is written: nobody can say otherwise.
_COUNT = """
    NEW.jours_suspendus := coalesce(
        (select sum(fin - debut) from parcours_suspension where titre_id = NEW.id), 0);
    NEW.jours_prolonges := coalesce(
        (select sum(jours) from parcours_prolongation where titre_id = NEW.id), 0);
    return NEW;
"""

# A suspension made shorter brings the end nearer: another one may not be left beyond it. The days that a suspension and
# those after it give do not make room for it. (Forgotten, a person keeps no number and only months.)
_HOLDS = """
    if (NEW.numero is not null or NEW.debut = OLD.debut) and exists (
        select from parcours_suspension each
        where each.titre_id = NEW.id and (
            each.debut < NEW.debut
            or each.debut >= NEW.fin - (
                select sum(later.fin - later.debut)::int from parcours_suspension later
                where later.titre_id = NEW.id and later.debut >= each.debut
            )
        )
    ) then
        raise exception using message = 'Une suspension commence pendant le titre.', errcode = 'check_violation';
    end if;
    return NEW;
"""


def _recount() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="compte_les_jours",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            if TG_OP = 'DELETE' then
                update parcours_titreparcours set jours_suspendus = 0 where id = OLD.titre_id;
                return OLD;
            end if;
            update parcours_titreparcours set jours_suspendus = 0 where id = NEW.titre_id;
            return NEW;
        """,
    )


@pghistory.track()
class TitreParcours(models.Model):
    """The right of a person to be employed in the IAE during `[debut, fin)`: an agrément or a PASS IAE.

    `fin` is `debut` plus its days: those of the regime, those suspended, those prolonged. An agrément names the SIAE
    that it was given for; a PASS belongs to the person. Invariants: one right at a time per person, but for those
    cancelled; the days are those of its suspensions and prolongations; an anonymised person keeps no number. Code du
    travail, art. L. 5132-3, R. 5132-1-1 to R. 5132-1-11.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    regime = models.CharField("régime", max_length=10, choices=Regime)
    numero = models.CharField("numéro", max_length=12, null=True, blank=True, unique=True)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="titres", verbose_name="personne")
    siae = models.ForeignKey(
        Siae, models.PROTECT, null=True, blank=True, related_name="agrements", verbose_name="SIAE de l’agrément"
    )
    debut = models.DateField("début")
    duree_jours = models.PositiveIntegerField("durée du régime, en jours")
    jours_suspendus = models.PositiveIntegerField("jours de suspension", default=0, editable=False)
    jours_prolonges = models.PositiveIntegerField("jours de prolongation", default=0, editable=False)
    fin = models.GeneratedField(
        verbose_name="avant le",
        expression=ExpressionWrapper(
            F("debut") + F("duree_jours") + F("jours_suspendus") + F("jours_prolonges"),
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    annule_le = models.DateField("annulé le", null=True, blank=True)
    motif_annulation = models.CharField("motif de l’annulation", max_length=300, blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    personnel = Personnel(
        qui="personne",
        finalite="savoir qui a droit à un parcours d’insertion, et jusqu’à quand",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "regime": PARCOURS,
            "numero": Champ("parcours"),
            "debut": MOIS,
            "fin": Champ("parcours", Sort.GARDE),  # follows the first day by itself
            "annule_le": MOIS,
            "motif_annulation": Champ("parcours"),
            "cree_le": MOIS,
        },
    )

    class Meta:
        verbose_name = "titre de parcours"
        verbose_name_plural = "titres de parcours"
        constraints = [
            models.CheckConstraint(
                condition=Q(regime=Regime.PASS_IAE, siae__isnull=True) | Q(regime=Regime.AGREMENT, siae__isnull=False),
                name="titre_regime",
                violation_error_message="Un agrément nomme une SIAE, un PASS IAE n’en nomme pas.",
            ),
            models.CheckConstraint(
                condition=Q(duree_jours__gte=1),
                name="titre_duree",
                violation_error_message="Un titre dure au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(annule_le__isnull=False) | Q(motif_annulation=""),
                name="titre_annulation",
                violation_error_message="Un motif d’annulation va avec sa date.",
            ),
            models.CheckConstraint(
                condition=Q(numero__isnull=True) | Q(numero__regex=r"^[0-9]{12}$"),
                name="titre_numero",
                violation_error_message="Un numéro de titre compte douze chiffres.",
            ),
            ExclusionConstraint(
                name="titre_un_a_la_fois",
                expressions=[("personne", RangeOperators.EQUAL), (periode(), RangeOperators.OVERLAPS)],
                condition=Q(annule_le__isnull=True),
                violation_error_message="Cette personne a déjà un titre sur cette période.",
            ),
        ]
        indexes = [models.Index(fields=["fin"], name="titre_fin")]
        triggers = [
            pgtrigger.Trigger(
                name="compte",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_COUNT,
            ),
            pgtrigger.Trigger(
                name="suspensions_dedans",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func=_HOLDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_regime_display()} {self.numero}"


@pghistory.track()
class Suspension(models.Model):
    """The days `[debut, fin)` of a right do not count, and its end moves by as many.

    `plafond_jours` is the longest that the rule allowed on the day it was recorded. Invariants: at least a day, no more
    than that; two suspensions of a right never overlap; it begins within the right.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="suspensions", verbose_name="titre")
    siae = models.ForeignKey(
        Siae, models.PROTECT, null=True, blank=True, related_name="suspensions", verbose_name="SIAE qui suspend"
    )
    motif = models.CharField("motif", max_length=20, choices=MotifSuspension)
    debut = models.DateField("depuis le")
    fin = models.DateField("avant le")
    plafond_jours = models.PositiveIntegerField("durée la plus longue permise, en jours")

    personnel = Personnel(
        qui="titre__personne",
        finalite="savoir quels jours ne comptent pas dans un parcours",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"motif": Champ("parcours"), "debut": Champ("parcours", Sort.GARDE), "fin": PARCOURS},
    )

    class Meta:
        verbose_name = "suspension"
        verbose_name_plural = "suspensions"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="suspension_periode",
                violation_error_message="Une suspension dure au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(
                    fin__lte=ExpressionWrapper(F("debut") + F("plafond_jours"), output_field=models.DateField())
                ),
                name="suspension_plafond",
                violation_error_message="Cette suspension dépasse la durée la plus longue permise.",
            ),
            models.CheckConstraint(
                condition=Q(motif__in=[*MotifSuspension.values, ""]),
                name="suspension_motif",
                violation_error_message="Ce motif n’existe pas.",
            ),
            ExclusionConstraint(
                name="suspension_une_a_la_fois",
                expressions=[("titre", RangeOperators.EQUAL), (periode(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre suspension couvre déjà une partie de ces jours.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="titre_fixe", fields=["titre"]),
            pgtrigger.Trigger(
                name="dans_le_titre",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    -- Whoever writes two at once waits here for the other.
                    perform 1 from parcours_titreparcours where id = NEW.titre_id for update;
                    if exists (
                        select from parcours_titreparcours
                        where id = NEW.titre_id and NEW.debut >= debut and NEW.debut < fin
                    ) then
                        return NEW;
                    end if;
                    raise exception using message = 'Une suspension commence pendant le titre.',
                        errcode = 'check_violation';
                """,
            ),
            _recount(),
        ]

    def __str__(self) -> str:
        return f"{self.get_motif_display()} depuis le {self.debut:%d/%m/%Y}"


@pghistory.track()
class Prolongation(models.Model):
    """Days added to the end of a right, by one act.

    `plafond_jours` is the most that one act could add, `plafond_cumul_jours` the most that all could (null: no limit)
    under the rule of the day. Both are held here: no order of acts goes beyond.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="prolongations", verbose_name="titre")
    siae = models.ForeignKey(
        Siae, models.PROTECT, null=True, blank=True, related_name="prolongations", verbose_name="SIAE qui demande"
    )
    motif = models.CharField("motif", max_length=20, choices=MotifProlongation)
    jours = models.PositiveIntegerField("jours ajoutés")
    plafond_jours = models.PositiveIntegerField("jours qu’un acte peut ajouter")
    plafond_cumul_jours = models.PositiveIntegerField("jours que tous peuvent ajouter", null=True, blank=True)
    accordee_le = models.DateField("accordée le")

    personnel = Personnel(
        qui="titre__personne",
        finalite="savoir de combien un parcours est prolongé, et pourquoi",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"motif": Champ("parcours"), "accordee_le": MOIS},
    )

    class Meta:
        verbose_name = "prolongation"
        verbose_name_plural = "prolongations"
        constraints = [
            models.CheckConstraint(
                condition=Q(jours__gte=1) & Q(jours__lte=F("plafond_jours")),
                name="prolongation_plafond",
                violation_error_message="Cette prolongation dépasse ce qu’un acte peut ajouter.",
            ),
            models.CheckConstraint(
                condition=Q(motif__in=[*MotifProlongation.values, ""]),
                name="prolongation_motif",
                violation_error_message="Ce motif n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["titre"],
                condition=Q(motif=MotifProlongation.SENIOR_CDI),
                name="prolongation_senior_cdi_une_fois",
                violation_error_message="Ce motif ne sert qu’une fois par titre.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="titre_fixe", fields=["titre"]),
            pgtrigger.Trigger(
                name="plafond_cumul",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("total", "integer")],
                func="""
                    perform 1 from parcours_titreparcours where id = NEW.titre_id for update;
                    select coalesce(sum(jours), 0) + NEW.jours into total
                        from parcours_prolongation where titre_id = NEW.titre_id and id <> NEW.id;
                    if NEW.plafond_cumul_jours is null or total <= NEW.plafond_cumul_jours then
                        return NEW;
                    end if;
                    raise exception using message = 'Les prolongations dépassent ensemble ce que la règle permet.',
                        errcode = 'check_violation';
                """,
            ),
            _recount(),
        ]

    def __str__(self) -> str:
        return f"{self.jours} jours, {self.get_motif_display()}"
