"""A SIAE and a company: partnership, contacts, needs, mediation, profiles without a name, hires."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.entreprises.enums.partenariat import EtatPresentation, TypeAction
from maillage.domains.parcours.models import Consentement, Sortie
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.economie.models import Employeur, Rome
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE, LECTEURS
from maillage.references.structures.models import Siae


@pghistory.track()
class Partenariat(models.Model):
    """An organisation works with an establishment; a convention may say how, for a time.

    Invariants: one partnership per organisation and establishment; a convention has both its days.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partenariats", verbose_name="organisation"
    )
    employeur = models.ForeignKey(Employeur, models.PROTECT, related_name="partenariats", verbose_name="entreprise")
    depuis = models.DateField("depuis le")
    convention_debut = models.DateField("convention depuis le", null=True, blank=True)
    convention_fin = models.DateField("convention avant le", null=True, blank=True)
    engagements = models.TextField("ce que chacun s’engage à faire", blank=True)

    class Meta:
        verbose_name = "partenariat"
        verbose_name_plural = "partenariats"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "employeur"],
                name="partenariat_unique",
                violation_error_message="Votre organisation suit déjà cette entreprise.",
            ),
            models.CheckConstraint(
                condition=Q(convention_debut__isnull=True, convention_fin__isnull=True, engagements="")
                | (
                    Q(convention_debut__isnull=False, convention_fin__isnull=False)
                    & Q(convention_fin__gt=F("convention_debut"))
                    & ~Q(engagements="")
                ),
                name="partenariat_convention",
                violation_error_message="Une convention a un début, une fin qui le suit, et des engagements.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} et {self.employeur}"


@pghistory.track(fields=["id", "partenariat"], model_name="ContactEvent")
class Contact(models.Model):
    """Somebody to speak to in a company: what their trade makes known, nothing else."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    partenariat = models.ForeignKey(Partenariat, models.CASCADE, related_name="contacts", verbose_name="partenariat")
    nom = models.CharField("nom", max_length=120)
    fonction = models.CharField("fonction", max_length=120)
    email = models.EmailField("adresse électronique professionnelle", blank=True)
    telephone = models.CharField("téléphone professionnel", max_length=20, blank=True)

    personnel = Personnel(
        qui="",
        finalite="joindre les entreprises qui accueillent et recrutent",
        base="mission d’intérêt public (RGPD, art. 6, 1, e) ; données professionnelles seulement",
        conservation="tant que l’organisation travaille avec l’entreprise",
        lecteurs="l’organisation qui a saisi le contact",
        champs={
            "nom": Champ("identité professionnelle"),
            "fonction": Champ("identité professionnelle"),
            "email": Champ("contact professionnel"),
            "telephone": Champ("contact professionnel"),
        },
    )

    class Meta:
        verbose_name = "contact d’entreprise"
        verbose_name_plural = "contacts d’entreprises"

    def __str__(self) -> str:
        return self.nom


@pghistory.track()
class BesoinEntreprise(models.Model):
    """Posts that a company means to fill in a trade by a day, as it told an organisation; once closed, no more."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    partenariat = models.ForeignKey(Partenariat, models.CASCADE, related_name="besoins", verbose_name="partenariat")
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="besoins_entreprises", verbose_name="métier")
    postes = models.PositiveSmallIntegerField("postes")
    pour_le = models.DateField("pour le")
    precisions = models.CharField("précisions", max_length=300, blank=True)
    clos_le = models.DateField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "besoin d’une entreprise"
        verbose_name_plural = "besoins des entreprises"
        constraints = [
            models.CheckConstraint(
                condition=Q(postes__gte=1),
                name="besoin_entreprise_postes",
                violation_error_message="Un besoin compte au moins un poste.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.postes} × {self.rome}"


@pghistory.track()
class ActionMediation(models.Model):
    """What a member did towards a company, and what comes next; it names nobody in insertion.

    Invariant: a next step has its day.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    partenariat = models.ForeignKey(Partenariat, models.CASCADE, related_name="actions", verbose_name="partenariat")
    membre = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name="qui")
    type = models.CharField("action", max_length=12, choices=TypeAction)
    faite_le = models.DateField("faite le")
    resultat = models.CharField("ce qui en ressort", max_length=300)
    suite = models.CharField("ce qui vient ensuite", max_length=300, blank=True)
    suite_le = models.DateField("pour le", null=True, blank=True)
    suite_faite_le = models.DateField("suite faite le", null=True, blank=True)

    personnel = Personnel(
        qui="membre__user",
        finalite="suivre les démarches auprès des entreprises",
        base=BASE,
        conservation="tant que l’organisation travaille avec l’entreprise",
        lecteurs="l’organisation du membre",
        champs={
            "type": Champ("vie professionnelle", Sort.GARDE),
            "faite_le": Champ("vie professionnelle", Sort.GARDE),
            "resultat": Champ("vie professionnelle", Sort.GARDE),
            "suite": Champ("vie professionnelle", Sort.GARDE),
            "suite_le": Champ("vie professionnelle", Sort.GARDE),
            "suite_faite_le": Champ("vie professionnelle", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "action de médiation"
        verbose_name_plural = "actions de médiation"
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=TypeAction.values)
                & (
                    Q(suite="", suite_le__isnull=True, suite_faite_le__isnull=True)
                    | (~Q(suite="") & Q(suite_le__isnull=False))
                ),
                name="action_mediation_suite",
                violation_error_message="Ce qui vient ensuite a une date.",
            )
        ]
        indexes = [models.Index(fields=["suite_le"], name="action_mediation_suite")]

    def __str__(self) -> str:
        return self.get_type_display()


@pghistory.track()
class PresentationProfil(models.Model):
    """A profile without a name, that a SIAE shows to advisers of companies or to a company, with the person's consent.

    What is shown is `rome`, `atouts`, `disponible_le`, the département and the kind of SIAE. Invariant: it rests on the
    consent of this person to this use.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="presentations", verbose_name="personne")
    siae = models.ForeignKey(Siae, models.PROTECT, related_name="presentations", verbose_name="SIAE")
    consentement = models.ForeignKey(
        Consentement, models.PROTECT, related_name="presentations", verbose_name="consentement"
    )
    destinataire = models.ForeignKey(
        Organisation, models.PROTECT, related_name="profils_recus", verbose_name="présenté à"
    )
    besoin = models.ForeignKey(
        BesoinEntreprise,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="presentations",
        verbose_name="en réponse à",
    )
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="presentations", verbose_name="métier recherché")
    atouts = models.TextField("ce que la personne sait faire, sans la nommer")
    disponible_le = models.DateField("disponible le")
    etat = models.CharField("état", max_length=10, choices=EtatPresentation, default=EtatPresentation.PRESENTE)
    presente_le = models.DateField("présenté le")
    reponse = models.CharField("réponse", max_length=300, blank=True)
    reponse_le = models.DateField("réponse du", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        finalite="présenter à des entreprises un profil sans nom, avec l’accord de la personne",
        base="consentement (RGPD, art. 6, 1, a)",
        conservation="personnes.conservation_mois",
        lecteurs=f"{LECTEURS}\u202f; le destinataire, sans le nom, tant que l’accord vaut",
        champs={
            "atouts": Champ("parcours"),
            "disponible_le": Champ("parcours", Sort.MOIS),
            "etat": Champ("parcours", Sort.GARDE),
            "presente_le": Champ("parcours", Sort.MOIS),
            "reponse": Champ("parcours"),
            "reponse_le": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "profil présenté"
        verbose_name_plural = "profils présentés"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=EtatPresentation.values)
                & (Q(etat=EtatPresentation.PRESENTE, reponse_le__isnull=True) | ~Q(etat=EtatPresentation.PRESENTE)),
                name="presentation_etat",
                violation_error_message="Un profil seulement présenté n’a pas de réponse.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="consentie",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    if exists (
                        select from parcours_consentement c where c.id = NEW.consentement_id
                            and c.personne_id = NEW.personne_id and c.objet = 'entreprise'
                            and c.debut <= NEW.presente_le and c.fin > NEW.presente_le
                    ) then
                        return NEW;
                    end if;
                    raise exception using message = 'Un profil est présenté avec l’accord de la personne.',
                        errcode = 'check_violation';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"profil {str(self.public_id)[:8]}"


@pghistory.track()
class EmbaucheSuivie(models.Model):
    """A company hired a person who left a SIAE: the exit says by which contract, `rome` the trade."""

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    partenariat = models.ForeignKey(Partenariat, models.PROTECT, related_name="embauches", verbose_name="partenariat")
    sortie = models.OneToOneField(Sortie, models.PROTECT, related_name="embauche", verbose_name="sortie")
    rome = models.ForeignKey(Rome, models.PROTECT, related_name="embauches", verbose_name="métier")
    enregistree_le = models.DateField("enregistrée le")

    personnel = Personnel(
        qui="sortie__contrat__personne",
        finalite="savoir quelles entreprises embauchent à la sortie d’une SIAE",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"enregistree_le": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "embauche suivie"
        verbose_name_plural = "embauches suivies"

    def __str__(self) -> str:
        return f"embauche par {self.partenariat.employeur}"
