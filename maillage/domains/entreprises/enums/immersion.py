"""An immersion (PMSMP), who signs it, how it went."""

from django.db.models import IntegerChoices, TextChoices


class Objectif(TextChoices):
    """The one purpose of an immersion (Code du travail, art. L. 5135-1)."""

    DECOUVRIR = "decouvrir", "découvrir un métier ou un secteur"
    CONFIRMER = "confirmer", "confirmer un projet professionnel"
    RECRUTER = "recruter", "initier une démarche de recrutement"


class EtatImmersion(TextChoices):
    """Where a convention stands."""

    A_SIGNER = "a_signer", "à signer"
    SIGNEE_EN_PARTIE = "signee_partie", "signée en partie"
    EN_EXAMEN = "en_examen", "signée, à valider"
    ACCEPTEE = "acceptee", "validée"
    REFUSEE = "refusee", "refusée"
    ANNULEE = "annulee", "annulée"
    PERIMEE = "perimee", "périmée"


class Document(TextChoices):
    """What is signed."""

    CONVENTION = "convention", "convention"
    BILAN = "bilan", "bilan"


class RoleSignataire(TextChoices):
    """Who signs, and for whom."""

    BENEFICIAIRE = "beneficiaire", "bénéficiaire"
    REPRESENTANT = "representant", "représentant légal"
    ACCUEIL = "accueil", "structure d’accueil"
    EMPLOYEUR = "employeur", "employeur actuel (SIAE)"


class ModeSignature(TextChoices):
    """How a signature was given."""

    LIEN = "lien", "par lien personnel"
    SUR_PLACE = "sur_place", "sur place, devant un conseiller"


class Deroulement(TextChoices):
    """What became of the period."""

    REALISEE = "realisee", "faite en entier"
    PARTIELLE = "partielle", "interrompue"
    ABSENCE = "absence", "la personne n’est pas venue"


class ContratSuite(TextChoices):
    """The contract that follows an immersion or a training before a hire."""

    CDI = "cdi", "CDI"
    CDD_LONG = "cdd_long", "CDD de six mois ou plus"
    CDD_COURT = "cdd_court", "CDD de moins de six mois"
    ALTERNANCE = "alternance", "contrat en alternance"
    CONTRAT_AIDE = "contrat_aide", "contrat aidé"
    INSERTION = "insertion", "contrat d’insertion"
    AUTRE = "autre", "autre contrat"
    INCONNU = "inconnu", "contrat non renseigné"  # never asked here: what a file leaves out


CONTRATS_SAISIS = tuple(each for each in ContratSuite.choices if each[0] != ContratSuite.INCONNU)


class JourSemaine(IntegerChoices):
    """The days of the week, as `date.isoweekday` numbers them."""

    LUNDI = 1, "lundi"
    MARDI = 2, "mardi"
    MERCREDI = 3, "mercredi"
    JEUDI = 4, "jeudi"
    VENDREDI = 5, "vendredi"
    SAMEDI = 6, "samedi"
    DIMANCHE = 7, "dimanche"
