"""What becomes of a record sent to the ASP."""

from django.db.models import TextChoices


class EtatFiche(TextChoices):
    """Where a fiche salarié stands: sent in a file, then accepted or rejected by the answer of the ASP."""

    ENVOYEE = "envoyee", "envoyée, sans réponse"
    ACCEPTEE = "acceptee", "acceptée"
    REJETEE = "rejetee", "rejetée"
