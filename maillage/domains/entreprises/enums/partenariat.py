"""Partnerships with companies, needs, mediation, profiles."""

from django.db.models import TextChoices


class TypeAction(TextChoices):
    """What is done towards a company (active mediation)."""

    APPEL = "appel", "appel ou courriel"
    VISITE = "visite", "visite de l’entreprise"
    ACCUEIL = "accueil", "visite de la SIAE par l’entreprise"
    EVENEMENT = "evenement", "forum, petit-déjeuner, job dating"
    PROFIL = "profil", "présentation de profils"
    ADAPTATION = "adaptation", "adaptation d’un poste ou d’une offre"
    SUIVI = "suivi", "suivi d’une personne embauchée"


class EtatPresentation(TextChoices):
    """What became of a profile presented without name."""

    PRESENTE = "presente", "présenté"
    INTERESSE = "interesse", "entreprise intéressée"
    SANS_SUITE = "sans_suite", "sans suite"
    EMBAUCHE = "embauche", "embauché"
    RETIRE = "retire", "retiré"
