"""The workshops of France Travail for the employees of SIAE."""

from django.db.models import TextChoices


class ThemeAtelier(TextChoices):
    """What a workshop is about."""

    CANDIDATURE = "candidature", "CV et candidature"
    RECHERCHE = "recherche", "techniques de recherche d’emploi"
    ENTRETIEN = "entretien", "entretien d’embauche"
    NUMERIQUE = "numerique", "usages numériques"
    PROJET = "projet", "projet professionnel"
    COMPETENCES = "competences", "valoriser ses compétences"
    SORTIE = "sortie", "préparer la sortie de la SIAE"
    DROITS = "droits", "droits et démarches"


class EtatAtelier(TextChoices):
    OUVERT = "ouvert", "ouvert aux inscriptions"
    ANNULE = "annule", "annulé"


class EtatInscription(TextChoices):
    """Where the registration of a person stands; those that hold a seat are the first three."""

    INSCRIT = "inscrit", "inscrit"
    PRESENT = "present", "présent"
    ABSENT = "absent", "absent"
    ATTENTE = "attente", "en liste d’attente"
    RETIRE = "retire", "désinscrit"
