"""The situation of a person when they enter: the codes are those of the ASP."""

from django.db.models import IntegerChoices, TextChoices


class NiveauFormation(TextChoices):
    """Level of training (nomenclature of the ASP)."""

    SANS = "00", "personne non scolarisée ou sans niveau connu de l’ASP"
    INFRA = "60", "primaire, fin de scolarité obligatoire (niveau infra 3)"
    SANS_CAP = "51", "abandon en cours de CAP ou BEP (niveau infra 3)"
    CAP_BEP_SANS = "50", "niveau CAP ou BEP sans diplôme (niveau 3)"
    CAP_BEP = "40", "CAP ou BEP (niveau 3)"
    BAC = "30", "baccalauréat (niveau 4)"
    BAC_2 = "20", "bac + 2 (niveau 5)"
    BAC_3 = "10", "bac + 3 et plus (niveau 6 et au-delà)"
    INCONNU = "", "non renseigné"


class Rsa(TextChoices):
    """Whether a person receives the RSA, increased or not."""

    NON = "NON", "non"
    MAJORE = "OUI-M", "oui, majoré"
    NON_MAJORE = "OUI-NM", "oui, non majoré"
    INCONNU = "", "non renseigné"


class DureeChomage(IntegerChoices):
    """Time without work at the entry, by the ASP's bands."""

    MOINS_6 = 1, "moins de 6 mois"
    DE_6_A_11 = 2, "de 6 à 11 mois"
    DE_12_A_23 = 3, "de 12 à 23 mois"
    PLUS_24 = 4, "24 mois et plus"
