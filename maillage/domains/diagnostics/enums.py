"""What is measured, in which unit of supply, with which model, and how a territory is judged."""

from django.db import models


class Capacite(models.TextChoices):
    """What a SIAE offers: full-time equivalents when they are known, else posts, else the mere fact of being there."""

    ETP = "etp", "ETP"
    POSTES = "postes", "postes"
    STRUCTURES = "structures", "structures"


class Classe(models.TextChoices):
    """How a territory stands against its region (`rules.classify`); the order goes from the worst to the best."""

    ZONE_BLANCHE = "zone_blanche", "zone blanche"
    SOUS_DOTE = "sous_dote", "sous-doté"
    EQUILIBRE = "equilibre", "équilibré"
    BIEN_DOTE = "bien_dote", "bien doté"


class Critere(models.TextChoices):
    """The three measures of coverage: never merged into one figure, each blind to what another sees."""

    TAUX = "taux", "taux pour 1 000"
    PORTEE = "portee", "proximité"
    ACCESSIBILITE = "accessibilite", "accessibilité"


class Indicateur(models.TextChoices):
    """What a map colours."""

    ACCESSIBILITE = "accessibilite", "accessibilité"
    TAUX = "taux", "taux de couverture"
    PORTEE = "portee", "proximité"
    CLASSE = "classe", "classe des territoires"
    MANQUE = "manque", "ce qui manque"
    SIAE = "siae", "nombre de SIAE"
    ETP = "etp", "ETP"


class Methode(models.TextChoices):
    """How the places of a scenario are chosen."""

    MANUELLE = "manuelle", "places choisies à la main"
    COUVRIR = "couvrir", "couvrir le plus de personnes"
    RAPPROCHER = "rapprocher", "réduire la distance"


class Visibilite(models.TextChoices):
    """Who reads a scenario."""

    ORGANISATION = "organisation", "mon organisation"
    PARTAGE = "partage", "tous les partenaires connectés"


class Modele(models.TextChoices):
    """How the supply is shared between those who can reach it (`foundations/compute/accessibility.py`)."""

    DEUX_SFCA = "2sfca", "2SFCA\u202f: tout compte de même dans le rayon"
    E2SFCA = "e2sfca", "E2SFCA\u202f: les proches comptent plus"
    TROIS_SFCA = "3sfca", "3SFCA\u202f: chacun choisit entre les sites"
    M2SFCA = "m2sfca", "M2SFCA\u202f: une offre mal placée se perd"


class Adaptation(models.TextChoices):
    """What the radius depends on; σ follows the radius of each pair, in proportion."""

    UNIQUE = "unique", "le même partout"
    DENSITE = "densite", "selon la densité de la commune"
    TYPE = "type", "selon le type de SIAE"
    PUBLIC = "public", "selon le public"


class Densite(models.TextChoices):
    """How dense a commune is, by its population over its area: our own classes, not those of the Insee grid."""

    DENSE = "dense", "dense"
    INTERMEDIAIRE = "intermediaire", "intermédiaire"
    PEU_DENSE = "peu_dense", "peu dense"


class NiveauSerie(models.TextChoices):
    """The levels that the monthly count of employees in insertion is published at."""

    PAYS = "pays", "France"
    REGION = "region", "région"
    DEPARTEMENT = "departement", "département"


class Gravite(models.IntegerChoices):
    """How much a need keeps people from a job, as those who observe it judge."""

    MODEREE = 1, "modérée"
    FORTE = 2, "forte"
    BLOQUANTE = 3, "bloquante"


class Nature(models.TextChoices):
    """How a figure of a territory is known, from the surest."""

    COMPTE = "compte", "compté à ce niveau"
    SOMME = "somme", "somme de ses communes"
    ESTIME = "estime", "estimé"
    MINIMUM = "minimum", "au moins\u202f: des communes sont secrètes ou inconnues"
    SECRET = "secret", "secret statistique"
    INCONNU = "inconnu", "non renseigné"


class EtatDiagnostic(models.TextChoices):
    """The life of a shared diagnostic; from « validé » on, the database refuses any change."""

    BROUILLON = "brouillon", "brouillon"
    CONCERTATION = "concertation", "en concertation"
    VALIDE = "valide", "validé"
    PUBLIE = "publie", "publié"


class RoleCoAuteur(models.TextChoices):
    """What an organisation does in a shared diagnostic: the pilot steers, co-authors write, others give an opinion."""

    PILOTE = "pilote", "pilote"
    CO_AUTEUR = "co_auteur", "co-auteur"
    CONSULTE = "consulte", "consulté"


class SensPosition(models.TextChoices):
    """What a partner thinks of a section."""

    ACCORD = "accord", "d’accord"
    RESERVE = "reserve", "réserve"
    DESACCORD = "desaccord", "désaccord"


class OrigineRevision(models.TextChoices):
    """How a version of a text came to be."""

    SAISIE = "saisie", "écrit"
    FUSION = "fusion", "deux écritures réunies"
    REPRISE = "reprise", "version antérieure rétablie"
    REPORT = "report", "repris du diagnostic précédent"


class TypeBloc(models.TextChoices):
    """How a frozen block of figures is shown; each has its table."""

    TABLEAU = "tableau", "tableau"
    CARTE = "carte", "carte"
    GRAPHIQUE = "graphique", "graphique"
