"""How a SIAE employs a person, the hours of each month, and the way out."""

from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.contrat import MotifSortie, TypeContrat
from maillage.domains.parcours.models.titre import TitreParcours
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae

# Those of which a person has one at a time in a SIAE; assignments follow each other within a day.
DURABLES = (TypeContrat.CDDI, TypeContrat.CDI_INCLUSION, TypeContrat.PROFESSIONNALISATION, TypeContrat.APPRENTISSAGE)


# The weekly tables of the ASP write these rows by thousands: their history is written once per statement, not per row.
@pghistory.track(level=pghistory.Statement)
class Contrat(models.Model):
    """A SIAE employs a person during `[debut, fin)`, or until `fin_prevue` as long as `fin` is unknown.

    `heures_semaine` are those of the contract, null where it has none (assignments). `precedent` is the contract that
    this one renews. `reference` is the number of the contract at the ASP. Invariants: a CDI has no planned end, the
    others have one; an employment contract of a person with a SIAE never overlaps another.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="contrats", verbose_name="personne")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="contrats", verbose_name="SIAE")
    titre = models.ForeignKey(
        TitreParcours,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # `contrat_du_titre` serves
        related_name="contrats",
        verbose_name="titre",
    )
    type = models.CharField("type de contrat", max_length=20, choices=TypeContrat)
    debut = models.DateField("début")
    fin_prevue = models.DateField("fin prévue avant le", null=True, blank=True)
    fin = models.DateField("terminé avant le", null=True, blank=True)
    heures_semaine = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    rome = models.ForeignKey(
        Rome, models.PROTECT, null=True, blank=True, related_name="contrats", verbose_name="métier"
    )
    precedent = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="suivant", verbose_name="contrat renouvelé"
    )
    derogation = models.CharField("dérogation à la durée", max_length=300, blank=True)
    reference = models.CharField("référence de l’ASP", max_length=20, null=True, blank=True, unique=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    personnel = Personnel(
        qui="personne",
        finalite="suivre l’emploi d’une personne dans une SIAE",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "type": Champ("parcours", Sort.GARDE),
            "debut": Champ("parcours", Sort.MOIS),
            "fin_prevue": Champ("parcours", Sort.MOIS),
            "fin": Champ("parcours", Sort.MOIS),
            "derogation": Champ("parcours"),
            "reference": Champ("parcours"),
            "cree_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "contrat"
        verbose_name_plural = "contrats"
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=TypeContrat.values),
                name="contrat_type",
                violation_error_message="Ce type de contrat n’existe pas.",
            ),
            models.CheckConstraint(
                condition=(Q(fin__isnull=True) | Q(fin__gte=F("debut")))
                & (Q(fin_prevue__isnull=True) | Q(fin_prevue__gte=F("debut"))),
                name="contrat_periode",
                violation_error_message="La fin d’un contrat suit son début.",
            ),
            models.CheckConstraint(
                condition=Q(type=TypeContrat.CDI_INCLUSION, fin_prevue__isnull=True)
                | (~Q(type=TypeContrat.CDI_INCLUSION) & Q(fin_prevue__isnull=False)),
                name="contrat_fin_prevue",
                violation_error_message="Seul un CDI n’a pas de fin prévue.",
            ),
            models.CheckConstraint(
                condition=Q(heures_semaine__isnull=True) | (Q(heures_semaine__gt=0) & Q(heures_semaine__lte=48)),
                name="contrat_heures",
                violation_error_message="Une semaine de travail compte au plus 48 heures.",
            ),
            ExclusionConstraint(
                name="contrat_un_a_la_fois",
                expressions=[
                    ("personne", RangeOperators.EQUAL),
                    ("siae", RangeOperators.EQUAL),
                    (
                        Func(
                            F("debut"),
                            Coalesce("fin", "fin_prevue"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(type__in=DURABLES),
                violation_error_message="Cette personne a déjà un contrat dans cette SIAE sur cette période.",
            ),
        ]
        indexes = [
            models.Index(fields=["siae", "fin"], name="contrat_siae"),
            models.Index(fields=["debut"], name="contrat_debut"),
            # The lists of rights ask, of each, for its last contract.
            models.Index("titre", F("debut").desc(), F("id").desc(), include=["siae"], name="contrat_du_titre"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="titre_de_la_personne",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    if NEW.titre_id is null or exists (
                        select from parcours_titreparcours where id = NEW.titre_id and personne_id = NEW.personne_id
                    ) then
                        return NEW;
                    end if;
                    raise exception using message = 'Ce titre est celui d’une autre personne.',
                        errcode = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} depuis le {jour(self.debut)}"


@pghistory.track(level=pghistory.Statement)
class EtatMensuel(models.Model):
    """The hours that a person worked and was paid under a contract, in a month given by its first day.

    Null hours are unknown, never 0.
    """

    contrat = models.ForeignKey(Contrat, models.CASCADE, related_name="etats_mensuels", verbose_name="contrat")
    mois = models.DateField("mois")
    heures = models.DecimalField("heures travaillées", max_digits=6, decimal_places=2, null=True, blank=True)
    heures_payees = models.DecimalField("heures payées", max_digits=6, decimal_places=2, null=True, blank=True)

    personnel = Personnel(
        qui="contrat__personne",
        finalite="compter les heures travaillées",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"mois": Champ("parcours", Sort.GARDE)},
    )

    class Meta:
        verbose_name = "état mensuel"
        verbose_name_plural = "états mensuels"
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "mois"],
                name="etat_mensuel_unique",
                violation_error_message="Les heures de ce mois sont déjà saisies.",
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="etat_mensuel_mois",
                violation_error_message="Un mois est désigné par son premier jour.",
            ),
            models.CheckConstraint(
                condition=(Q(heures__isnull=True) | Q(heures__range=(Decimal(0), Decimal(400))))
                & (Q(heures_payees__isnull=True) | Q(heures_payees__range=(Decimal(0), Decimal(400)))),
                name="etat_mensuel_heures",
                violation_error_message="Un mois compte de 0 à 400 heures.",
            ),
        ]
        indexes = [models.Index(fields=["mois"], name="etat_mensuel_du_mois")]

    def __str__(self) -> str:
        return f"{self.mois:%m/%Y}"


@pghistory.track(level=pghistory.Statement)
class Sortie(models.Model):
    """A person left a SIAE at the end of a contract, for a reason: the category follows from it (`facts/sorties.toml`).

    The day is that of the end of the contract. Invariant: the contract is over.
    """

    contrat = models.OneToOneField(Contrat, models.PROTECT, related_name="sortie", verbose_name="dernier contrat")
    motif = models.CharField("motif", max_length=24, choices=MotifSortie)
    saisie_le = models.DateField("saisie le")

    personnel = Personnel(
        qui="contrat__personne",
        finalite="savoir ce que devient une personne à la fin de son parcours",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"motif": Champ("parcours", Sort.GARDE), "saisie_le": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "sortie"
        verbose_name_plural = "sorties"
        constraints = [
            models.CheckConstraint(
                condition=Q(motif__in=MotifSortie.values),
                name="sortie_motif",
                violation_error_message="Ce motif n’existe pas.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="contrat_fini",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    if exists (
                        select from parcours_contrat where id = NEW.contrat_id and fin is not null
                    ) then
                        return NEW;
                    end if;
                    raise exception using message = 'Une sortie suit la fin du contrat.',
                        errcode = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_motif_display()
