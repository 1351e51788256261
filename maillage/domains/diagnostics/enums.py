"""What is measured, in which unit of supply, and how a territory is judged."""

from django.db import models


class Capacite(models.TextChoices):
    """What a SIAE offers: full-time equivalents when they are known, else posts, else the mere fact of being there."""

    ETP = "etp", "ETP"
    POSTES = "postes", "postes"
    STRUCTURES = "structures", "structures"


class Classe(models.TextChoices):
    """How a territory stands against its region (`rules.classify`); the order goes from the worst to the best."""

    SOUS_DOTE = "sous_dote", "sous-doté"
    FRAGILE = "fragile", "fragile"
    MOYEN = "moyen", "dans la moyenne"
    BIEN_DOTE = "bien_dote", "bien doté"


class Critere(models.TextChoices):
    """The three measures of coverage: never merged into one figure, each blind to what another sees."""

    TAUX = "taux", "taux pour 1 000"
    PORTEE = "portee", "proximité"
    ACCESSIBILITE = "accessibilite", "accessibilité"


class Indicateur(models.TextChoices):
    """What a map colours."""

    ACCESSIBILITE = "accessibilite", "accessibilité"
    TAUX = "taux", "taux de couverture"
    PORTEE = "portee", "proximité"
    CLASSE = "classe", "territoires sous-dotés"
    SIAE = "siae", "nombre de SIAE"
    ETP = "etp", "ETP"


class Methode(models.TextChoices):
    """How the places of a scenario are chosen."""

    MANUELLE = "manuelle", "places choisies à la main"
    COUVRIR = "couvrir", "couvrir le plus de personnes"
    RAPPROCHER = "rapprocher", "réduire la distance"


class Visibilite(models.TextChoices):
    """Who reads a scenario."""

    ORGANISATION = "organisation", "mon organisation"
    PARTAGE = "partage", "tous les partenaires connectés"
