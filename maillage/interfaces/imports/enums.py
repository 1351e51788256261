"""Where a batch and a rejected line stand."""

from django.db import models


class EtatLot(models.TextChoices):
    """The states of a batch; `rules.TRANSITIONS` says which leads to which."""

    DEPOSE = "depose", "déposé, colonnes à désigner"
    PRET = "pret", "prêt à contrôler"
    CONTROLE = "controle", "contrôlé"
    EN_COURS = "en_cours", "import en cours"
    APPLIQUE = "applique", "importé"
    ECHOUE = "echoue", "interrompu"
    ANNULE = "annule", "annulé"


class EtatRejet(models.TextChoices):
    """What was done about a rejected line."""

    A_CORRIGER = "a_corriger", "à corriger"
    REJOUE = "rejoue", "corrigée et rejouée"
    REPRIS = "repris", "reprise, encore à corriger"
    ABANDONNE = "abandonne", "abandonnée"
