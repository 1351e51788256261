"""What a CIP works on with a person, and where it stands."""

from django.db.models import TextChoices


class Frein(TextChoices):
    """The eight obstacles that SIAE declare to the ASP (fluxIAE, table Accompagnement)."""

    LANGUE = "langue", "illettrisme, français langue étrangère"
    DROITS = "droits", "démarches et accès aux droits"
    LOGEMENT = "logement", "hébergement et logement"
    MOBILITE = "mobilite", "mobilité"
    SANTE = "sante", "santé"
    JUSTICE = "justice", "justice"
    FINANCES = "finances", "surendettement et finances"
    DISPONIBILITE = "disponibilite", "manque de disponibilité"


class EtatFrein(TextChoices):
    """Where an obstacle stands on a day; not asked yet is not « no »."""

    INCONNU = "inconnu", "non renseigné"
    NON = "non", "non concerné"
    CONCERNE = "concerne", "concerné"
    INTERNE = "interne", "traité dans la SIAE"
    EXTERNE = "externe", "traité par un partenaire"
    DEUX = "deux", "traité dans la SIAE et par un partenaire"
    LEVE = "leve", "levé"


class EtatAction(TextChoices):
    """Where an objective or an action stands."""

    EN_COURS = "en_cours", "en cours"
    FAIT = "fait", "fait"
    ABANDONNE = "abandonne", "abandonné"


class EtatEntretien(TextChoices):
    """Where an interview stands."""

    PREVU = "prevu", "prévu"
    TENU = "tenu", "tenu"
    MANQUE = "manque", "manqué"
    ANNULE = "annule", "annulé"


class Jalon(TextChoices):
    """When the situation is looked at as a whole."""

    ENTREE = "entree", "entrée"
    M3 = "m3", "3 mois"
    M6 = "m6", "6 mois"
    M12 = "m12", "12 mois"
    SORTIE = "sortie", "sortie"


class Alerte(TextChoices):
    """What a CIP must not miss about a person."""

    CONTACT = "contact", "sans contact"
    CONTRAT = "contrat", "contrat bientôt fini"
    TITRE = "titre", "droit bientôt fini"
    ACTION = "action", "action en retard"
    JALON = "jalon", "évaluation à faire"
    ENTRETIEN = "entretien", "entretien sans suite"
