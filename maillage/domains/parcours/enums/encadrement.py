"""What the permanent staff of a SIAE does."""

from django.db.models import TextChoices


class Fonction(TextChoices):
    """The functions of permanent staff; the strategy compares the first three with the employees (§3.1)."""

    ACCOMPAGNEMENT = "accompagnement", "accompagnement socioprofessionnel (CIP)"
    ENCADREMENT = "encadrement", "encadrement technique"
    FORMATION = "formation", "formation"
    AUTRE = "autre", "direction, administration, autres"
