"""What a person can do, how well, and how it is known."""

from django.db.models import IntegerChoices, TextChoices


class NiveauCompetence(IntegerChoices):
    """How well, in words that anybody says of a day's work."""

    DECOUVERTE = 1, "découverte"
    AIDE = 2, "avec de l’aide"
    AUTONOME = 3, "en autonomie"
    TRANSMET = 4, "sait le montrer à d’autres"


class EtatCompetence(TextChoices):
    """How it is known: said by the person, then seen at work, then attested."""

    DECLAREE = "declaree", "dite par la personne"
    OBSERVEE = "observee", "observée au travail"
    ATTESTEE = "attestee", "attestée"
    RETIREE = "retiree", "retirée"


class PartProfil(TextChoices):
    """What a person ticks to be shown on the profile that they share."""

    NOM = "nom", "mon nom"
    TELEPHONE = "telephone", "mon téléphone"
    EMAIL = "email", "mon adresse électronique"
    METIERS = "metiers", "les métiers que j’ai exercés, et combien de temps"
    SIAE = "siae", "les structures où j’ai travaillé"
    ATTESTEES = "attestees", "mes compétences attestées"
    OBSERVEES = "observees", "mes compétences observées au travail"
    DECLAREES = "declarees", "les compétences que je dis avoir"
