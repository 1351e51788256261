"""What a person agrees to."""

from django.db.models import TextChoices


class ObjetConsentement(TextChoices):
    """What the person agrees that an organisation does with their data, each for a time, each withdrawn at will."""

    CTA = "cta", "présentation de la situation en comité technique d’animation (CTA)"
    SUITE = "suite", "partage du profil avec d’autres SIAE, pour une suite de parcours"
    PROFIL = "profil", "profil de compétences partagé par un lien"
    ENTREPRISE = "entreprise", "présentation d’un profil sans nom à des entreprises"
    ENQUETE = "enquete", "nouvelles demandées après la sortie"
    LIAISON = "liaison", "freins levés dits au conseiller France Travail"
