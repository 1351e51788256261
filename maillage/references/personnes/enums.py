"""What binds an organisation to a person, and the civil status that statistics need."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class Sexe(TextChoices):
    FEMME = "F", "femme"
    HOMME = "H", "homme"
    INCONNU = "", "non renseigné"


class TypeRelation(TextChoices):
    """Why an organisation follows a person: each one opens the file to it, while it lasts."""

    CONTRAT = "contrat", "salarié de la SIAE"
    CANDIDATURE = "candidature", "candidature en cours"
    PRESCRIPTION = "prescription", "accompagnement par un prescripteur"
    REFERENT_RSA = "referent_rsa", "référent RSA"
    CONSEIL_EMPLOI = "conseil_emploi", "suivi par France Travail"
    # Opened by the person's own agreement, to organisations that do not follow them.
    CTA = "cta", "situation présentée en comité technique d’animation"
    SUITE = "suite", "profil partagé pour une suite de parcours"


class MotifNir(TextChoices):
    """Why a whole NIR is shown: the journal of readings keeps the words, which name nobody."""

    EMBAUCHE = "embauche", "déclarer une embauche ou établir la paie"
    DROITS = "droits", "ouvrir ou vérifier des droits"
    PERSONNE = "personne", "répondre à la personne elle-même"
    CONTROLE = "controle", "comparer avec un document"


class EtatOuverture(StrEnum):
    """Where an exceptional opening stands; the values are what screens show."""

    EN_COURS = "en cours"
    CLOSE = "close"
    EXPIREE = "expirée"
