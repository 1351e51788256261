"""How a person is employed, and how they leave."""

from django.db.models import TextChoices


class TypeContrat(TextChoices):
    """The contracts by which a SIAE employs (Code du travail, art. L. 5132-5 to L. 5132-15-1)."""

    CDDI = "cddi", "CDD d’insertion"
    CDI_INCLUSION = "cdi_inclusion", "CDI d’inclusion"
    CDDU = "cddu", "CDD d’usage"
    MISSION = "mission", "contrat de mission d’intérim"
    EITI = "eiti", "contrat commercial d’EITI"
    PROFESSIONNALISATION = "professionnalisation", "contrat de professionnalisation"
    APPRENTISSAGE = "apprentissage", "contrat d’apprentissage"


class MotifSortie(TextChoices):
    """Why a person leaves a SIAE: the motives of the ASP's nomenclature, that `facts/sorties.toml` sorts."""

    CDI = "cdi", "CDI hors de l’IAE"
    CDI_SIAE = "cdi_siae", "embauche en CDI, poste permanent de la SIAE"
    CDD_LONG = "cdd_long", "CDD ou mission de six mois ou plus"
    FONCTION_PUBLIQUE = "fonction_publique", "stage ou titularisation dans la fonction publique"
    CREATION = "creation", "création ou reprise d’entreprise"
    CDD_COURT = "cdd_court", "CDD ou mission de moins de six mois"
    CONTRAT_AIDE = "contrat_aide", "contrat aidé hors de l’IAE"
    ALTERNANCE = "alternance", "contrat en alternance"
    FORMATION_QUALIFIANTE = "formation_qualifiante", "formation qualifiante"
    FORMATION_PREQUALIFIANTE = "formation_prequalifiante", "formation préqualifiante"
    AUTRE_SIAE = "autre_siae", "embauche dans une autre SIAE"
    RETRAITE = "retraite", "retraite"
    AUTRE_POSITIVE = "autre_positive", "autre sortie reconnue comme positive"
    CHOMAGE = "chomage", "recherche d’emploi"
    INACTIVITE = "inactivite", "inactivité"
    SANS_NOUVELLE = "sans_nouvelle", "sans nouvelle"
    ESSAI = "essai", "rupture pendant la période d’essai"
    LICENCIEMENT_FAUTE = "licenciement_faute", "licenciement pour faute"
    SANTE = "sante", "longue maladie, maternité, accident"
    INCARCERATION = "incarceration", "décision de justice"
    DEMENAGEMENT = "demenagement", "déménagement"
    DECES = "deces", "décès"
