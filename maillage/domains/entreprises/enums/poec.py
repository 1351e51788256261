"""A collective training before hires (POEC), and where each candidate stands."""

from django.db.models import TextChoices


class EtatCandidat(TextChoices):
    """Where a person proposed to a session stands."""

    PROPOSE = "propose", "proposé"
    RETENU = "retenu", "retenu"
    ENTRE = "entre", "entré en formation"
    ACHEVE = "acheve", "formation achevée"
    EMBAUCHE = "embauche", "embauché"
    SANS_EMBAUCHE = "sans_embauche", "achevée, sans embauche"
    NON_RETENU = "non_retenu", "non retenu"
    DESISTE = "desiste", "désisté"
    ABANDON = "abandon", "formation abandonnée"
