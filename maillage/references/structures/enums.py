"""Kinds of SIAE."""

from django.db import models


class TypeSiae(models.TextChoices):
    """The kinds of SIAE of article L. 5132-4 of the Code du travail; the EITI was added in 2018 (loi n° 2018-771)."""

    ACI = "ACI", "atelier et chantier d’insertion"
    EI = "EI", "entreprise d’insertion"
    AI = "AI", "association intermédiaire"
    ETTI = "ETTI", "entreprise de travail temporaire d’insertion"
    EITI = "EITI", "entreprise d’insertion par le travail indépendant"
