"""What an employer says beyond the contract: which rule it departs from, for whom the person works."""

from django.db.models import TextChoices


class Derogation(TextChoices):
    """Why a contract departs from a rule of duration or hours; `facts/contrats.toml` says from which, and who may."""

    AMENAGEMENT_PEINE = "amenagement_peine", "aménagement de peine"
    TEMPS_REDUIT = "temps_reduit", "difficultés qui empêchent de travailler plus d’heures"
    FORMATION = "formation", "achèvement d’une formation en cours"
    SENIOR = "senior", "50 ans ou plus, en difficulté particulière"
    RQTH = "rqth", "travailleur handicapé (RQTH), en difficulté particulière"
    DIFFICULTES = "difficultes", "difficultés particulièrement importantes, accord du prescripteur"


class NatureUtilisateur(TextChoices):
    """For whom a person works during an assignment: hours in companies alone are counted (art. L. 5132-9)."""

    ENTREPRISE = "entreprise", "entreprise"
    PARTICULIER = "particulier", "particulier"
    ASSOCIATION = "association", "association"
    COLLECTIVITE = "collectivite", "collectivité ou service public"


class ControleEtat(TextChoices):
    """What a rule answers: kept, kept with a warning, broken."""

    TENUE = "tenue", "respectée"
    ALERTE = "alerte", "à surveiller"
    REFUS = "refus", "non respectée"


class EtatContrat(TextChoices):
    """Where a contract stands on a day."""

    A_VENIR = "a_venir", "à venir"
    EN_COURS = "en_cours", "en cours"
    FINI = "fini", "terminé"
