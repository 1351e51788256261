"""Who says that a person is eligible, and what comes of it."""

from django.db.models import TextChoices


class AuteurDiagnostic(TextChoices):
    """Who looks at the situation: their diagnosis does not hold as long, nor on the same conditions."""

    PRESCRIPTEUR = "prescripteur", "prescripteur habilité"
    SIAE = "siae", "SIAE qui embauche"
