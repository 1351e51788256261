"""A collective training before hires (POEC): its sessions and who is proposed to them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.entreprises.enums.immersion import ContratSuite
from maillage.domains.entreprises.enums.poec import EtatCandidat
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.economie.models import Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau

# Who holds a seat.
ASSIS = (
    EtatCandidat.RETENU,
    EtatCandidat.ENTRE,
    EtatCandidat.ACHEVE,
    EtatCandidat.EMBAUCHE,
    EtatCandidat.SANS_EMBAUCHE,
)


@pghistory.track()
class SessionPoec(models.Model):
    """A session of training in a trade, by an Opco and a branch, during `[debut, fin)` (art. L. 6326-3).

    Invariant: no more candidates are retained than there are seats, however many answer at once.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="sessions_poec", verbose_name="qui ouvre la session"
    )
    intitule = models.CharField("intitulé", max_length=200)
    opco = models.CharField("opérateur de compétences (Opco)", max_length=120)
    branche = models.CharField("branche professionnelle", max_length=120)
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="sessions_poec", verbose_name="métier")
    organisme = models.CharField("organisme de formation", max_length=200)
    commune = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="commune")
    debut = models.DateField("premier jour")
    fin = models.DateField("avant le")
    heures = models.PositiveSmallIntegerField("heures de formation")
    places = models.PositiveSmallIntegerField("places")
    prerequis = models.TextField("ce qu’il faut savoir ou pouvoir", blank=True)
    annulee_le = models.DateField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "session de POEC"
        verbose_name_plural = "sessions de POEC"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="session_poec_periode",
                violation_error_message="Une session dure au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1) & Q(heures__gte=1),
                name="session_poec_places",
                violation_error_message="Une session a au moins une place et une heure.",
            ),
        ]
        triggers = [
            check_niveau("commune", "niveau = 'commune'", "Une session a lieu dans une unité."),
            pgtrigger.Trigger(
                name="places_prises",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    if NEW.places < (select count(*) from entreprises_candidatpoec c where c.session_id = NEW.id
                        and c.etat in ('retenu', 'entre', 'acheve', 'embauche', 'sans_embauche')) then
                        raise exception using message = 'Plus de candidats sont déjà retenus.',
                            errcode = 'check_violation';
                    end if;
                    return NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


@pghistory.track()
class CandidatPoec(models.Model):
    """A SIAE proposes a person to a session; who leads the session knows them by `numero` alone.

    Invariants: a person is proposed once to a session; a seat is held by the database; a hire says by which contract.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    session = models.ForeignKey(SessionPoec, models.PROTECT, related_name="candidats", verbose_name="session")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="candidatures_poec", verbose_name="personne")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="candidats_poec", verbose_name="SIAE")
    numero = models.PositiveSmallIntegerField("numéro dans la session")
    etat = models.CharField("état", max_length=14, choices=EtatCandidat, default=EtatCandidat.PROPOSE)
    motif = models.CharField("motif", max_length=300, blank=True)
    propose_le = models.DateField("proposé le")
    contrat_suite = models.CharField("contrat de l’embauche", max_length=14, choices=ContratSuite, blank=True)

    personnel = Personnel(
        qui="personne",
        finalite="proposer une personne à une formation préalable à l’embauche (POEC) et savoir ce qu’elle devient",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; qui ouvre la session, sans le nom",
        champs={
            "etat": Champ("parcours", Sort.GARDE),
            "motif": Champ("parcours"),
            "propose_le": Champ("parcours", Sort.MOIS),
            "contrat_suite": Champ("parcours", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "candidat à une POEC"
        verbose_name_plural = "candidats aux POEC"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "personne"],
                name="candidat_poec_unique",
                violation_error_message="Cette personne est déjà proposée à cette session.",
            ),
            models.UniqueConstraint(
                fields=["session", "numero"],
                name="candidat_poec_numero",
                violation_error_message="Ce numéro est déjà pris.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatCandidat.values)
                & (
                    (Q(etat=EtatCandidat.EMBAUCHE) & Q(contrat_suite__in=ContratSuite.values))
                    | (~Q(etat=EtatCandidat.EMBAUCHE) & Q(contrat_suite=""))
                ),
                name="candidat_poec_embauche",
                violation_error_message="Une embauche dit par quel contrat, elle seule.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="places",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("libres", "integer")],
                func="""
                    if NEW.etat not in ('retenu', 'entre', 'acheve', 'embauche', 'sans_embauche') then
                        return NEW;
                    end if;
                    -- Whoever retains two at once waits here for the other.
                    perform 1 from entreprises_sessionpoec where id = NEW.session_id for update;
                    select s.places - (
                        select count(*) from entreprises_candidatpoec c where c.session_id = s.id and c.id <> NEW.id
                            and c.etat in ('retenu', 'entre', 'acheve', 'embauche', 'sans_embauche')
                    ) into libres from entreprises_sessionpoec s where s.id = NEW.session_id;
                    if libres < 1 then
                        raise exception using message = 'Toutes les places de la session sont prises.',
                            errcode = 'check_violation';
                    end if;
                    return NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"candidat n° {self.numero}"
