"""The shared breakfasts where SIAE look together for the next step of their employees."""

from django.db.models import TextChoices


class EtatRencontre(TextChoices):
    PREVUE = "prevue", "ouverte"
    ANNULEE = "annulee", "annulée"
