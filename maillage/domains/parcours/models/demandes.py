"""What a SIAE asks of a prescripteur for a right, what a CTA advised, to which SIAE an agrément was extended."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.demandes import EtatDemande, MotifRefus, Proposition
from maillage.domains.parcours.enums.titre import MotifProlongation, Regime
from maillage.domains.parcours.models.titre import Prolongation, TitreParcours, periode
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae


@pghistory.track()
class DemandeProlongation(models.Model):
    """A SIAE asks a prescripteur habilité to prolong a right; they answer before `echeance`, and are reminded until
    then (`relancee_le`: last time).

    `relation` is the one that the request opened, when the organisation asked did not follow the person: it ends with
    the request. Invariants: one request waits at a time for a right; an answer has its day, a refusal its reason and
    what is proposed instead, an agreement its prolongation.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="demandes", verbose_name="titre")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="demandes_prolongation", verbose_name="SIAE")
    destinataire = models.ForeignKey(
        Organisation, models.PROTECT, related_name="demandes_prolongation", verbose_name="demandée à"
    )
    relation = models.ForeignKey(
        Relation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="suivi ouvert pour répondre"
    )
    etat = models.CharField("état", max_length=10, choices=EtatDemande, default=EtatDemande.ATTENTE)
    motif = models.CharField("motif", max_length=20, choices=MotifProlongation)
    jours = models.PositiveIntegerField("jours demandés")
    bilan = models.TextField("bilan du parcours")
    entretien = models.BooleanField("un entretien téléphonique est souhaité", default=False)
    demandee_le = models.DateField("demandée le")
    echeance = models.DateField("à traiter avant le")
    relancee_le = models.DateField("relancée le", null=True, blank=True)
    repondue_le = models.DateField("répondue le", null=True, blank=True)
    prolongation = models.OneToOneField(
        Prolongation, models.PROTECT, null=True, blank=True, related_name="demande", verbose_name="prolongation"
    )
    motif_refus = models.CharField("motif du refus", max_length=10, choices=MotifRefus, blank=True)
    proposition = models.CharField("proposition", max_length=10, choices=Proposition, blank=True)
    reponse = models.TextField("réponse", blank=True)

    personnel = Personnel(
        qui="titre__personne",
        finalite="faire décider une prolongation par un prescripteur habilité",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "motif": Champ("parcours", Sort.GARDE),
            "bilan": Champ("parcours"),
            "reponse": Champ("parcours"),
            "demandee_le": Champ("parcours", Sort.MOIS),
            "echeance": Champ("parcours", Sort.MOIS),
            "relancee_le": Champ("parcours", Sort.MOIS),
            "repondue_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "demande de prolongation"
        verbose_name_plural = "demandes de prolongation"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatDemande.values)
                & Q(motif__in=MotifProlongation.values)
                & Q(motif_refus__in=[*MotifRefus.values, ""])
                & Q(proposition__in=[*Proposition.values, ""]),
                name="demande_prolongation_valeurs",
                violation_error_message="Cette valeur n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(jours__gte=1),
                name="demande_prolongation_jours",
                violation_error_message="Une prolongation ajoute au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDemande.ATTENTE, repondue_le__isnull=True)
                | (~Q(etat=EtatDemande.ATTENTE) & Q(repondue_le__isnull=False)),
                name="demande_prolongation_reponse",
                violation_error_message="Une demande traitée a la date de sa réponse.",
            ),
            models.CheckConstraint(
                condition=(Q(etat=EtatDemande.REFUSEE) & ~Q(motif_refus="") & ~Q(proposition=""))
                | (~Q(etat=EtatDemande.REFUSEE) & Q(motif_refus="", proposition="")),
                name="demande_prolongation_refus",
                violation_error_message="Un refus, et lui seul, a un motif et une proposition.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDemande.ACCORDEE, prolongation__isnull=False)
                | (~Q(etat=EtatDemande.ACCORDEE) & Q(prolongation__isnull=True)),
                name="demande_prolongation_accord",
                violation_error_message="Un accord, et lui seul, a sa prolongation.",
            ),
            models.UniqueConstraint(
                fields=["titre"],
                condition=Q(etat=EtatDemande.ATTENTE),
                name="demande_prolongation_une_a_la_fois",
                violation_error_message="Une demande attend déjà sa réponse pour ce titre.",
            ),
        ]
        indexes = [models.Index(fields=["destinataire", "etat"], name="demande_prolongation_boite")]

    def __str__(self) -> str:
        return f"demande du {self.demandee_le:%d/%m/%Y}"


@pghistory.track()
class AvisCta(models.Model):
    """What a comité technique d’animation advised for a right, in words and on a day."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="avis_cta", verbose_name="titre")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="avis_cta", verbose_name="enregistré par"
    )
    rendu_le = models.DateField("rendu le")
    texte = models.TextField("avis")

    personnel = Personnel(
        qui="titre__personne",
        finalite="garder l’avis du comité technique d’animation sur un parcours",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"rendu_le": Champ("parcours", Sort.MOIS), "texte": Champ("parcours")},
    )

    class Meta:
        verbose_name = "avis de CTA"
        verbose_name_plural = "avis de CTA"

    def __str__(self) -> str:
        return f"avis du {self.rendu_le:%d/%m/%Y}"


@pghistory.track()
class Extension(models.Model):
    """An agrément, given for one SIAE, holds in another one too during `[debut, fin)` (no `fin`: to its own end).

    A PASS IAE belongs to the person and knows no extension. Invariants: only an agrément is extended, from a day of its
    own, to another SIAE than that it names, once at a time.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    titre = models.ForeignKey(TitreParcours, models.PROTECT, related_name="extensions", verbose_name="agrément")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="extensions", verbose_name="SIAE")
    debut = models.DateField("depuis le")
    fin = models.DateField("avant le", null=True, blank=True)

    personnel = Personnel(
        qui="titre__personne",
        finalite="savoir dans quelles SIAE un agrément vaut",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"debut": Champ("parcours", Sort.MOIS), "fin": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "extension d’agrément"
        verbose_name_plural = "extensions d’agrément"
        constraints = [
            ExclusionConstraint(
                name="extension_une_a_la_fois",
                expressions=[
                    ("titre", RangeOperators.EQUAL),
                    ("siae", RangeOperators.EQUAL),
                    (periode(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cet agrément est déjà étendu à cette SIAE.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="d_un_agrement",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    -- A day brought back to its month, once the person is forgotten, may come before the first one.
                    if TG_OP = 'UPDATE' and NEW.siae_id = OLD.siae_id and NEW.titre_id = OLD.titre_id then
                        return NEW;
                    end if;
                    if exists (
                        select from parcours_titreparcours
                        where id = NEW.titre_id and regime = '{Regime.AGREMENT.value}' and siae_id <> NEW.siae_id
                            and NEW.debut >= debut and NEW.debut < fin
                    ) then
                        return NEW;
                    end if;
                    raise exception using errcode = 'check_violation',
                        message = 'Seul un agrément en cours s’étend, à une autre SIAE que la sienne.';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"extension à {self.siae_id} depuis le {self.debut:%d/%m/%Y}"


class CompteurTitre(models.Model):
    """The rank of the last number given to a right. One row per prefix, locked by whoever takes the next one.

    It never goes down: the number of a right cancelled or forgotten is not given again.
    """

    prefixe = models.CharField("préfixe", max_length=5, unique=True)
    dernier = models.PositiveIntegerField("dernier rang donné", default=0)

    class Meta:
        verbose_name = "compteur de titres"
        verbose_name_plural = "compteurs de titres"

    def __str__(self) -> str:
        return f"{self.prefixe} · {self.dernier}"
