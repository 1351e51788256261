"""What a way out is worth, whether it counts, and how a person who left is asked for news."""

from django.db.models import IntegerChoices, TextChoices


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


class EcheanceEnquete(IntegerChoices):
    """How long after a way out news are asked for."""

    M3 = 3, "3 mois"
    M6 = 6, "6 mois"
    M12 = 12, "12 mois"
    M18 = 18, "18 mois"


class SituationApres(TextChoices):
    """What a person says they do; no answer is no situation, above all not unemployment."""

    EMPLOI_DURABLE = "emploi_durable", "Je travaille, en CDI ou pour six mois ou plus"
    EMPLOI_COURT = "emploi_court", "Je travaille, pour moins de six mois"
    INDEPENDANT = "independant", "Je travaille à mon compte"
    FORMATION = "formation", "Je suis en formation"
    RECHERCHE = "recherche", "Je cherche du travail"
    AUTRE = "autre", "Autre chose"


class EtatEnquete(TextChoices):
    """Where news stand, as dates and answers tell."""

    REPONDUE = "repondue", "réponse reçue"
    REFUSEE = "refusee", "la personne ne souhaite pas répondre"
    SANS_REPONSE = "sans_reponse", "sans réponse"
    ENVOYEE = "envoyee", "message envoyé"
    A_APPELER = "a_appeler", "à appeler"
