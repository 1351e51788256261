"""How a person is led to a SIAE: posts, candidatures, and the chain that a département agreed on."""

from django.db.models import TextChoices


class EtatPoste(TextChoices):
    """A post takes candidatures, or takes none."""

    OUVERT = "ouvert", "ouvert"
    FERME = "ferme", "fermé"


class MotifFermeture(TextChoices):
    """Why a post takes no more candidatures; the last one is written by the machine alone."""

    POURVU = "pourvu", "toutes les places sont pourvues"
    SUSPENDU = "suspendu", "recrutement suspendu"
    RETIRE = "retire", "poste retiré"
    PERIME = "perime", "poste que personne n’a confirmé à temps"


class EtatCandidature(TextChoices):
    """Where a candidature stands."""

    NOUVELLE = "nouvelle", "nouvelle"
    ETUDE = "etude", "à l’étude"
    REPORTEE = "reportee", "mise en attente"
    VIVIER = "vivier", "au vivier"
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"
    RETIREE = "retiree", "retirée par l’orienteur"
    ANNULEE = "annulee", "embauche annulée"
    OBSOLETE = "obsolete", "sans objet (acceptée ailleurs)"


class OrigineCandidature(TextChoices):
    """Who presented the person to the SIAE."""

    ORIENTATION = "orientation", "orientation par un prescripteur"
    SPONTANEE = "spontanee", "candidature spontanée, saisie par la SIAE"
    TRANSFERT = "transfert", "transmise par une autre SIAE"
    SUITE = "suite", "suite de parcours, proposée par la SIAE qui emploie"


class MotifRefus(TextChoices):
    """Why a SIAE says no; the last one is written by the machine alone."""

    ABSENT_ENTRETIEN = "absent_entretien", "ne s’est pas présentée à l’entretien"
    INJOIGNABLE = "injoignable", "n’a pas pu être jointe"
    EMPLOI_AILLEURS = "emploi_ailleurs", "a trouvé un emploi ailleurs"
    FORMATION = "formation", "est entrée en formation"
    NON_ELIGIBLE = "non_eligible", "n’est pas éligible à l’IAE"
    NON_MOBILE = "non_mobile", "ne peut pas se rendre sur le lieu de travail"
    PAS_INTERESSEE = "pas_interessee", "n’est pas intéressée par le poste"
    COMPETENCES = "competences", "n’a pas les compétences que le poste demande"
    INCOMPATIBLE = "incompatible", "a un frein incompatible avec le poste"
    OBJECTIFS = "objectifs", "l’embauche empêche les objectifs du dialogue de gestion"
    PLUS_DE_PLACE = "plus_de_place", "la SIAE n’a plus de place"
    DOUBLON = "doublon", "candidature déjà reçue"
    AUTRE = "autre", "autre motif, dit dans la réponse"
    SANS_REPONSE = "sans_reponse", "la SIAE n’a pas répondu dans le délai"


class RoleChaine(TextChoices):
    """What a step of the chain does."""

    ORIENTER = "orienter", "orienter vers une SIAE"
    DIAGNOSTIQUER = "diagnostiquer", "établir le diagnostic d’éligibilité"
    VALIDER = "valider", "valider l’entrée en parcours"
    REPONDRE = "repondre", "répondre à la candidature"
    EMBAUCHER = "embaucher", "embaucher la personne acceptée"


class ActeurChaine(TextChoices):
    """Who does a step of the chain."""

    PRESCRIPTEURS = "prescripteurs", "tout prescripteur habilité"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    MISSION_LOCALE = "mission_locale", "mission locale"
    CAP_EMPLOI = "cap_emploi", "Cap emploi"
    DEPARTEMENT = "departement", "Conseil départemental (référents RSA)"
    PLIE = "plie", "PLIE"
    SIAE = "siae", "SIAE"
    CTA = "cta", "comité technique d’animation (CTA)"
    ETAT = "etat", "DDETS"
