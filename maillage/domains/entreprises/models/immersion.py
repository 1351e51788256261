"""An immersion in a company (PMSMP): its convention, who signs it, its assessment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.entreprises.enums.immersion import (
    ContratSuite,
    Deroulement,
    Document,
    EtatImmersion,
    JourSemaine,
    ModeSignature,
    Objectif,
    RoleSignataire,
)
from maillage.domains.parcours.models import Contrat
from maillage.domains.parcours.models.titre import periode
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.economie.models import Employeur, Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS

if TYPE_CHECKING:
    from datetime import date

# What no longer occupies the person nor the host.
SANS_EFFET = (EtatImmersion.REFUSEE, EtatImmersion.ANNULEE, EtatImmersion.PERIMEE)
PARCOURS = Champ("parcours", Sort.GARDE)
TEXTE = Champ("parcours")
ACCUEIL = Champ("identité professionnelle")


@pghistory.track()
class Immersion(models.Model):
    """A person works in a host during `[debut, fin)`, on `jours_semaine`, without being its employee.

    `contrat` is the one that goes on meanwhile (null: nobody employs the person). `prescripteur` answers for the
    convention, `accompagnement` writes it and assesses it: one organisation or two (art. D. 5135-6). `precedente` is
    the immersion that this one renews. `version` grows with each change: what was signed before is worth nothing more.
    `source` tells where an immersion that was signed elsewhere comes from (empty: born here), `reference` its number
    there; what its producer does not tell is empty or null.
    Invariants: a month at most, date to date; a person is in one immersion at a time; a renewal says why and is not
    itself renewed; one born here tells its trade and its hours, one from elsewhere is validated. Code du travail,
    art. L. 5135-1 and following.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="immersions", verbose_name="personne")
    contrat = models.ForeignKey(
        Contrat, models.PROTECT, null=True, blank=True, related_name="immersions", verbose_name="contrat en cours"
    )
    prescripteur = models.ForeignKey(
        Organisation, models.PROTECT, related_name="immersions_prescrites", verbose_name="prescripteur"
    )
    accompagnement = models.ForeignKey(
        Organisation, models.PROTECT, related_name="immersions_suivies", verbose_name="structure d’accompagnement"
    )
    etat = models.CharField("état", max_length=14, choices=EtatImmersion, default=EtatImmersion.A_SIGNER)
    version = models.PositiveIntegerField("version", default=1)
    reference = models.CharField("référence de l’ASP", max_length=20, null=True, blank=True, unique=True)
    source = models.CharField("source", max_length=200, blank=True)

    # The host
    employeur = models.ForeignKey(
        Employeur, models.PROTECT, related_name="immersions", verbose_name="structure d’accueil"
    )
    adresse = models.CharField("lieu de l’immersion", max_length=300)
    accueil_nom = models.CharField("qui signe pour la structure d’accueil", max_length=120)
    accueil_email = models.EmailField("son adresse électronique", blank=True)
    tuteur_nom = models.CharField("tuteur", max_length=120)
    tuteur_fonction = models.CharField("fonction du tuteur", max_length=120)
    tuteur_email = models.EmailField("adresse électronique du tuteur", blank=True)
    tuteur_telephone = models.CharField("téléphone du tuteur", max_length=20, blank=True)
    representant_nom = models.CharField("représentant légal", max_length=120, blank=True)
    representant_email = models.EmailField("adresse électronique du représentant légal", blank=True)

    # What, when, how
    objectif = models.CharField("objet", max_length=10, choices=Objectif)
    rome = models.ForeignKey(
        Rome, models.PROTECT, null=True, blank=True, related_name="immersions", verbose_name="métier"
    )
    debut = models.DateField("premier jour")
    fin = models.DateField("avant le")
    jours_semaine = ArrayField(
        models.PositiveSmallIntegerField(choices=JourSemaine), verbose_name="jours de présence", default=list
    )
    jours = models.PositiveSmallIntegerField("nombre de jours de présence")
    heures_semaine = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    horaires = models.CharField("horaires", max_length=200)
    activites = models.TextField("activités confiées")
    competences = models.TextField("compétences à observer", blank=True)
    protections = models.CharField("équipements de protection", max_length=300, blank=True)
    prevention = models.CharField("prévention et conditions de travail", max_length=300, blank=True)

    # Its life
    precedente = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renouvellement",
        verbose_name="immersion renouvelée",
    )
    justification = models.CharField("pourquoi la renouveler", max_length=300, blank=True)
    decision_le = models.DateField("décision du", null=True, blank=True)
    motif = models.CharField("motif du refus ou de l’annulation", max_length=300, blank=True)
    creee_le = models.DateTimeField("écrite le", auto_now_add=True)

    personnel = Personnel(
        qui="personne",
        finalite="préparer et suivre une immersion en entreprise (PMSMP)",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; les signataires de la convention, par leur lien personnel",
        champs={
            "etat": PARCOURS,
            "reference": TEXTE,
            "source": PARCOURS,
            "adresse": TEXTE,
            "accueil_nom": ACCUEIL,
            "accueil_email": ACCUEIL,
            "tuteur_nom": ACCUEIL,
            "tuteur_fonction": ACCUEIL,
            "tuteur_email": ACCUEIL,
            "tuteur_telephone": ACCUEIL,
            "representant_nom": Champ("identité"),
            "representant_email": Champ("contact"),
            "objectif": PARCOURS,
            "debut": Champ("parcours", Sort.GARDE),
            "fin": Champ("parcours", Sort.GARDE),
            "horaires": TEXTE,
            "activites": TEXTE,
            "competences": TEXTE,
            "protections": TEXTE,
            "prevention": TEXTE,
            "justification": TEXTE,
            "decision_le": Champ("parcours", Sort.MOIS),
            "motif": TEXTE,
            "creee_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "immersion"
        verbose_name_plural = "immersions"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatImmersion.values) & Q(objectif__in=Objectif.values),
                name="immersion_valeurs",
                violation_error_message="Cet état ou cet objet n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="immersion_periode",
                violation_error_message="Une immersion dure au moins un jour.",
            ),
            models.CheckConstraint(
                condition=Q(heures_semaine__gt=0) & Q(heures_semaine__lte=48),
                name="immersion_heures",
                violation_error_message="Une semaine compte au plus 48 heures.",
            ),
            models.CheckConstraint(
                condition=Q(source="", reference__isnull=True, rome__isnull=False, heures_semaine__isnull=False)
                | (~Q(source="") & Q(etat=EtatImmersion.ACCEPTEE)),
                name="immersion_reprise",
                violation_error_message="Une immersion saisie ici dit son métier et ses heures ; une immersion reprise "
                "dit sa source et est validée.",
            ),
            models.CheckConstraint(
                condition=Q(precedente__isnull=True) | ~Q(justification=""),
                name="immersion_renouvellement",
                violation_error_message="Un renouvellement dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(jours__gte=1),
                name="immersion_jours",
                violation_error_message="Une immersion compte au moins un jour de présence.",
            ),
            ExclusionConstraint(
                name="immersion_une_a_la_fois",
                expressions=[("personne", RangeOperators.EQUAL), (periode(), RangeOperators.OVERLAPS)],
                condition=~Q(etat__in=SANS_EFFET),
                violation_error_message="Cette personne a déjà une immersion sur cette période.",
            ),
        ]
        indexes = [
            models.Index(fields=["debut"], name="immersion_debut"),
            models.Index(fields=["etat"], name="immersion_etat"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="mois_et_contrat",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    if NEW.fin > NEW.debut + interval '1 month' then
                        raise exception using message = 'Une immersion dure un mois au plus, de date à date.',
                            errcode = 'check_violation';
                    end if;
                    if NEW.contrat_id is not null and not exists (
                        select from parcours_contrat where id = NEW.contrat_id and personne_id = NEW.personne_id
                    ) then
                        raise exception using message = 'Ce contrat est celui d’une autre personne.',
                            errcode = 'check_violation';
                    end if;
                    if NEW.precedente_id is not null and not exists (
                        select from entreprises_immersion p where p.id = NEW.precedente_id
                            and p.personne_id = NEW.personne_id and p.employeur_id = NEW.employeur_id
                            and p.precedente_id is null and p.fin <= NEW.debut
                    ) then
                        raise exception using
                            message = 'Une immersion se renouvelle une fois, au même endroit, après sa fin.',
                            errcode = 'check_violation';
                    end if;
                    return NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"immersion du {self.debut:%d/%m/%Y} au {self.dernier_jour:%d/%m/%Y}"

    @property
    def dernier_jour(self) -> date:
        """The last day, as screens show it."""
        return self.fin - timedelta(days=1)

    @property
    def reprise(self) -> bool:
        """Whether it was signed elsewhere: what is known of it comes from its source, and is corrected there."""
        return bool(self.source)


@pghistory.track()
class Signature(models.Model):
    """One person signs one document of an immersion; unsigned as long as `signee_le` is null.

    `empreinte` is the SHA-256 of what was signed, in its `version`; `preuve` that of the link that opened it, empty
    when it was signed on the spot before `temoin`. Invariants: a signature holds its proof, all of it.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    immersion = models.ForeignKey(Immersion, models.CASCADE, related_name="signatures", verbose_name="immersion")
    document = models.CharField("document", max_length=10, choices=Document)
    role = models.CharField("en qualité de", max_length=12, choices=RoleSignataire)
    nom = models.CharField("nom", max_length=160)
    email = models.EmailField("adresse électronique", blank=True)
    envoyee_le = models.DateTimeField("lien envoyé le", null=True, blank=True)
    relances = models.PositiveSmallIntegerField("relances", default=0)
    signee_le = models.DateTimeField("signée le", null=True, blank=True)
    mode = models.CharField("manière", max_length=10, choices=ModeSignature, blank=True)
    version = models.PositiveIntegerField("version signée", null=True, blank=True)
    empreinte = models.CharField("empreinte du document", max_length=64, blank=True)
    preuve = models.CharField("empreinte du lien", max_length=64, blank=True)
    temoin = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="signée devant"
    )

    personnel = Personnel(
        qui="immersion__personne",
        aussi={"temoin__user": ("signee_le", "mode")},
        finalite="prouver qui a signé une convention d’immersion, quand, et ce qui était signé",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "document": PARCOURS,
            "role": PARCOURS,
            "nom": Champ("identité"),
            "email": Champ("contact"),
            "envoyee_le": Champ("parcours", Sort.MOIS),
            "signee_le": Champ("parcours", Sort.MOIS),
            "mode": PARCOURS,
            "empreinte": Champ("trace technique", Sort.GARDE),
            "preuve": Champ("trace technique", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "signature"
        verbose_name_plural = "signatures"
        constraints = [
            models.UniqueConstraint(
                fields=["immersion", "document", "role"],
                name="signature_unique",
                violation_error_message="Ce signataire est déjà demandé.",
            ),
            models.CheckConstraint(
                condition=Q(document__in=Document.values)
                & Q(role__in=RoleSignataire.values)
                & Q(mode__in=[*ModeSignature.values, ""]),
                name="signature_valeurs",
                violation_error_message="Cette valeur n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(signee_le__isnull=True, mode="", empreinte="", version__isnull=True)
                | (Q(signee_le__isnull=False, version__isnull=False) & ~Q(mode="") & ~Q(empreinte="")),
                name="signature_preuve",
                violation_error_message="Une signature porte sa date, sa manière et l’empreinte de ce qui est signé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.get_document_display()}"


@pghistory.track()
class BilanImmersion(models.Model):
    """How an immersion went, written after it and signed by both sides; nobody signs an absence.

    `embauche` null: not known yet. Invariants: a hire says by which contract; an interrupted period its last day.
    """

    immersion = models.OneToOneField(Immersion, models.CASCADE, related_name="bilan", verbose_name="immersion")
    deroulement = models.CharField("déroulement", max_length=10, choices=Deroulement)
    dernier_jour = models.DateField("dernier jour de présence", null=True, blank=True)
    atteint = models.BooleanField("objectif atteint", null=True, blank=True)
    appreciation = models.TextField("appréciation du tuteur et de la personne", blank=True)
    embauche = models.BooleanField("embauche", null=True, blank=True)
    contrat_suite = models.CharField("contrat de l’embauche", max_length=14, choices=ContratSuite, blank=True)
    embauche_le = models.DateField("embauche le", null=True, blank=True)
    redige_le = models.DateField("écrit le")

    personnel = Personnel(
        qui="immersion__personne",
        finalite="savoir ce qu’une immersion a apporté, et si elle mène à une embauche",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "deroulement": PARCOURS,
            "dernier_jour": Champ("parcours", Sort.MOIS),
            "appreciation": TEXTE,
            "contrat_suite": PARCOURS,
            "embauche_le": Champ("parcours", Sort.MOIS),
            "redige_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "bilan d’immersion"
        verbose_name_plural = "bilans d’immersion"
        constraints = [
            models.CheckConstraint(
                condition=Q(deroulement__in=Deroulement.values)
                & Q(contrat_suite__in=[*ContratSuite.values, ""])
                & (~Q(deroulement=Deroulement.PARTIELLE) | Q(dernier_jour__isnull=False)),
                name="bilan_deroulement",
                violation_error_message="Une immersion interrompue dit son dernier jour.",
            ),
            models.CheckConstraint(
                condition=(Q(embauche=True) & ~Q(contrat_suite=""))
                | ((Q(embauche=False) | Q(embauche__isnull=True)) & Q(contrat_suite="", embauche_le__isnull=True)),
                name="bilan_embauche",
                violation_error_message="Une embauche dit par quel contrat.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_deroulement_display()
