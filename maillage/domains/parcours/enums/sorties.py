"""What a way out is worth, whether it counts, and how a person who left is asked for news."""

from django.db.models import TextChoices


class CategorieSortie(TextChoices):
    """What a motive is worth (instruction DGEFP on the objectives of SIAE): the first three are « dynamiques »."""

    DURABLE = "durable", "emploi durable"
    TRANSITION = "transition", "emploi de transition"
    POSITIVE = "positive", "sortie positive"
    AUTRE = "autre", "autre sortie"
    NEUTRALISEE = "neutralisee", "sortie neutralisée"


class Decompte(TextChoices):
    """Whether a way out counts among those observed, else why it does not."""

    COMPTEE = "comptee", "comptée"
    NEUTRALISEE = "neutralisee", "neutralisée par son motif"
    COURTE = "courte", "séjour trop court"
    PEU_HEURES = "peu_heures", "trop peu d’heures"
    HEURES_INCONNUES = "heures_inconnues", "heures non renseignées"
