"""What the offer is asked, where a request stands, what is said of it, and whom the SIAE are asked to reach."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class EtatAppel(models.TextChoices):
    """Where a call for projects stands; only an open one receives applications."""

    BROUILLON = "brouillon", "brouillon"
    OUVERT = "ouvert", "ouvert"
    CLOS = "clos", "clos"
    INSTRUIT = "instruit", "instruit"


class Demande(models.TextChoices):
    """What a dossier asks; `demandes.toml` holds the workflow, the articles and the opinion that each one calls for."""

    CREATION = "creation", "création"
    RENOUVELLEMENT = "renouvellement", "renouvellement"
    AVENANT = "avenant", "avenant annuel"
    EXTENSION = "extension", "extension de postes ou d’activité"
    TERRITOIRE = "territoire", "extension à d’autres territoires"
    EVOLUTION = "evolution", "passage d’ACI à EI"


# The requests at the end of which there is one SIAE more.
NOUVELLES = frozenset({Demande.CREATION, Demande.EVOLUTION})
# Those that may answer a call for projects: they bring more where it is missing.
REPONSES = frozenset({Demande.CREATION, Demande.EXTENSION, Demande.TERRITOIRE})


class EtatDossier(models.TextChoices):
    """Where a dossier stands, from its draft to the convention in force."""

    BROUILLON = "brouillon", "brouillon"
    DEPOSE = "depose", "déposé"
    PIECES = "pieces", "pièces demandées"
    COMPLET = "complet", "complet"
    INSTRUCTION = "instruction", "en instruction"
    DIALOGUE = "dialogue", "dialogue de gestion tenu"
    AVIS = "avis", "avis demandés"
    SEANCE = "seance", "inscrit à une séance"
    COMMISSION = "commission", "avis de la commission rendu"
    ACCORDE = "accorde", "accordé"
    CONVENTION = "convention", "convention signée"
    ACTIF = "actif", "convention active"
    AJOURNE = "ajourne", "ajourné"
    REFUSE = "refuse", "refusé"
    SANS_SUITE = "sans_suite", "sans suite"


class Tour(StrEnum):
    """Whose turn it is to act on a dossier; the values are what screens show."""

    PORTEUR = "le porteur du projet"
    INSTRUCTEUR = "le service instructeur"
    PARTENAIRES = "les partenaires consultés"
    COMMISSION = "la commission"
    PERSONNE = "personne"


class SensAvis(models.TextChoices):
    """What a partner or the commission thinks of a project."""

    FAVORABLE = "favorable", "favorable"
    RESERVE = "reserve", "réservé"
    DEFAVORABLE = "defavorable", "défavorable"


class Portee(models.TextChoices):
    """How far the opinion of the commission binds: it must be favourable, it must be asked, or it is only told."""

    CONFORME = "conforme", "avis favorable requis"
    SIMPLE = "simple", "avis requis"
    INFORMATION = "information", "simple information"


class EtatPiece(models.TextChoices):
    """What became of a document joined to a dossier."""

    RECUE = "recue", "reçue"
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"


class Nature(models.TextChoices):
    """The four columns of an economic sheet: the business plan, then the funding plan."""

    CHARGE = "charge", "charges"
    PRODUIT = "produit", "produits"
    EMPLOI = "emploi", "emplois"
    RESSOURCE = "ressource", "ressources"


class Poste(models.TextChoices):
    """The lines of an economic sheet; `rules.economie.POSTES` says in which column each stands, and how it behaves."""

    ACHATS = "achats", "achats et sous-traitance"
    SERVICES = "services", "loyers, entretien, assurances, services extérieurs"
    SALAIRES_INSERTION = "salaires_insertion", "salaires et charges des salariés en insertion"
    SALAIRES_PERMANENTS = "salaires_permanents", "salaires et charges des permanents"
    IMPOTS = "impots", "impôts et taxes"
    FRAIS_FINANCIERS = "frais_financiers", "frais financiers"
    DOTATIONS = "dotations", "dotations aux amortissements"
    AUTRES_CHARGES = "autres_charges", "autres charges"
    VENTES = "ventes", "ventes de biens et de services"
    AIDE_POSTE = "aide_poste", "aide au poste d’insertion"
    DEPARTEMENT = "departement", "participation du département"
    REGION = "region", "subventions de la Région"
    COLLECTIVITES = "collectivites", "subventions des communes et intercommunalités"
    EUROPE = "europe", "Fonds social européen"
    FONDATIONS = "fondations", "fondations, dons, mécénat"
    AUTRES_PRODUITS = "autres_produits", "autres produits"
    INVESTISSEMENTS = "investissements", "investissements"
    BFR = "bfr", "besoin en fonds de roulement"
    REMBOURSEMENTS = "remboursements", "remboursements d’emprunts"
    AUTRES_EMPLOIS = "autres_emplois", "autres emplois"
    FONDS_PROPRES = "fonds_propres", "fonds propres et apports"
    SUBVENTIONS_INVESTISSEMENT = "subventions_investissement", "subventions d’investissement"
    EMPRUNTS = "emprunts", "emprunts et avances"
    AUTOFINANCEMENT = "autofinancement", "capacité d’autofinancement"
    AUTRES_RESSOURCES = "autres_ressources", "autres ressources"


class Gravite(StrEnum):
    """How serious a remark on an economic sheet is; the values are the types of the DSFR's alerts."""

    ERREUR = "error"
    ATTENTION = "warning"
    INFORMATION = "info"


class PublicPrioritaire(models.TextChoices):
    """A group whose share among the employees in insertion the State follows (strategy, introduction and § 1.2).

    Their codes are those of the publics whose need is counted (`diagnostics/publics.toml`) where both exist; here they
    speak of employees, there of job seekers or residents: two definitions, never one series.
    """

    FEMMES = "femmes", "femmes"
    RQTH = "rqth", "travailleurs handicapés"
    REFUGIES = "refugies", "bénéficiaires de la protection internationale"
    CAMPEMENTS = "campements", "personnes vivant en campement ou en habitat précaire"
    QPV = "qpv", "habitants des quartiers prioritaires"
    BRSA = "brsa", "bénéficiaires du RSA"
    DELD_2ANS = "deld_2ans", "chômeurs de très longue durée (deux ans ou plus)"
    SENIORS = "seniors", "seniors (50 ans ou plus)"
    SENIORS_DELD = "seniors_deld", "seniors demandeurs d’emploi de longue durée"
    JEUNES = "jeunes", "jeunes de moins de 26 ans"


class SourceObjectif(models.TextChoices):
    """What decided an objective."""

    STRATEGIE = "strategie", "stratégie régionale"
    COR_IAE = "cor_iae", "décision du COR-IAE"
    CDIAE = "cdiae", "décision du CDIAE"
    DIALOGUE = "dialogue", "dialogue de gestion"


class Situation(models.TextChoices):
    """How an actual stands against an objective, from what may be told of it (`rules.publics.situate`)."""

    LOIN = "loin", "sous l’objectif"
    ATTEINT = "atteint", "objectif atteint"
    INDETERMINE = "indetermine", "secret statistique"
    INCONNU = "inconnu", "non renseigné"
