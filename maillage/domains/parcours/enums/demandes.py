"""What becomes of a request of prolongation."""

from django.db.models import TextChoices


class EtatDemande(TextChoices):
    """Where a request stands: it is answered once, or withdrawn by who made it."""

    ATTENTE = "attente", "en attente"
    ACCORDEE = "accordee", "accordée"
    REFUSEE = "refusee", "refusée"
    RETIREE = "retiree", "retirée"


class MotifRefus(TextChoices):
    """Why a prescripteur denies a prolongation."""

    IAE = "iae", "l’IAE ne convient plus à la situation de la personne"
    SIAE = "siae", "cette SIAE ne convient plus, une autre pourrait convenir"
    DUREE = "duree", "la durée demandée ne convient pas"
    MOTIF = "motif", "le motif invoqué n’est pas rempli"


class Proposition(TextChoices):
    """What a prescripteur who denies a prolongation proposes instead."""

    SORTIE = "sortie", "préparer la sortie de l’IAE"
    SOCIAL = "social", "passer le relais à un partenaire social"
    AUTRE_SIAE = "autre_siae", "chercher une suite dans une autre SIAE"
    AUTRE = "autre", "autre proposition, précisée dans la réponse"
