"""Nomenclatures, the state of a great project, the size of an employer."""

from __future__ import annotations

from django.db import models


class Nomenclature(models.TextChoices):
    """The two classifications of « familles professionnelles » (FAP) of the Dares: one code may mean two trades."""

    FAP_2009 = "fap2009", "FAP 2009 (225 métiers)"
    FAP_2021 = "fap2021", "FAP 2021 (228 métiers)"


class NiveauFap(models.TextChoices):
    """What a code of the FAP names: five characters for a trade, three for the family that holds it."""

    METIER = "metier", "métier"
    FAMILLE = "famille", "famille de métiers"


class Chiffre(models.TextChoices):
    """The three figures of the survey « Besoins en main-d’œuvre » (BMO) of France Travail."""

    PROJETS = "projets", "projets de recrutement"
    DIFFICILES = "difficiles", "projets jugés difficiles"
    SAISONNIERS = "saisonniers", "projets saisonniers"


class Programme(models.TextChoices):
    """The programmes that the regional strategy names (introduction, 1.1), and the others."""

    GPE = "gpe", "Grand Paris Express"
    JOP = "jop", "Jeux olympiques et paralympiques, et leur héritage"
    NPNRU = "npnru", "renouvellement urbain (NPNRU)"
    TRANSPORT = "transport", "autre infrastructure de transport"
    AMENAGEMENT = "amenagement", "aménagement, équipement public"
    AUTRE = "autre", "autre"


class EtatProjet(models.TextChoices):
    """Where a great project stands."""

    ANNONCE = "annonce", "annoncé"
    EN_COURS = "en_cours", "en cours"
    TERMINE = "termine", "terminé"
    ABANDONNE = "abandonne", "abandonné"


class TrancheEffectif(models.TextChoices):
    """The size bands of the establishments in Sirene (Insee); « NN » are the non-employers."""

    NN = "NN", "non employeur"
    T00 = "00", "0 salarié au 31 décembre"
    T01 = "01", "1 ou 2 salariés"
    T02 = "02", "3 à 5 salariés"
    T03 = "03", "6 à 9 salariés"
    T11 = "11", "10 à 19 salariés"
    T12 = "12", "20 à 49 salariés"
    T21 = "21", "50 à 99 salariés"
    T22 = "22", "100 à 199 salariés"
    T31 = "31", "200 à 249 salariés"
    T32 = "32", "250 à 499 salariés"
    T41 = "41", "500 à 999 salariés"
    T42 = "42", "1 000 à 1 999 salariés"
    T51 = "51", "2 000 à 4 999 salariés"
    T52 = "52", "5 000 à 9 999 salariés"
    T53 = "53", "10 000 salariés et plus"
