"""The right to a pathway: under which regime it was given, why it is suspended or prolonged."""

from django.db.models import TextChoices


class Regime(TextChoices):
    """The agrément named an employer; the PASS IAE, since 1 December 2021, belongs to the person (décret 2021-1128)."""

    AGREMENT = "agrement", "agrément"
    PASS_IAE = "pass_iae", "PASS IAE"


class MotifSuspension(TextChoices):
    """Why a pathway is suspended; the last six are those of former texts, kept for what was recorded under them."""

    CONTRAT_SUSPENDU = "contrat_suspendu", "contrat de travail suspendu depuis plus de 15 jours"
    CONTRAT_ROMPU = "contrat_rompu", "contrat de travail rompu"
    CONTRAT_FINI = "contrat_fini", "contrat de travail terminé"
    ENTRE_SIAE = "entre_siae", "passage d’une SIAE à l’autre convenu en CTA"
    PASSERELLE = "passerelle", "contrat passerelle"
    MALADIE = "maladie", "arrêt pour longue maladie"
    MATERNITE = "maternite", "congé de maternité"
    INCARCERATION = "incarceration", "incarcération"
    ESSAI = "essai", "période d’essai hors de l’IAE"
    DESINTOXICATION = "desintoxication", "cure de désintoxication"
    FORCE_MAJEURE = "force_majeure", "force majeure"


class MotifProlongation(TextChoices):
    """Why a pathway goes on beyond its duration (Code du travail, art. R. 5132-1-8)."""

    SENIOR_CDI = "senior_cdi", "CDI d’insertion, à partir de 57 ans"
    FIN_FORMATION = "fin_formation", "achèvement d’une formation"
    RQTH = "rqth", "travailleur handicapé"
    SENIOR = "senior", "50 ans ou plus"
    DIFFICULTES = "difficultes", "difficultés particulières d’accès à l’emploi"
