"""What the home offers to each profile, as data: where to go next, and what to do when nothing awaits.

A shortcut is shown to those who may open its page: the permission is that of the page, it is not repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


@dataclass(frozen=True, slots=True)
class Raccourci:
    """A page that a profile often opens, and what one does there."""

    label: str
    url_name: str
    texte: str


@dataclass(frozen=True, slots=True)
class Profil:
    """`vide`: what this profile can do when nothing awaits; `raccourcis`: the pages it opens most."""

    vide: str
    raccourcis: tuple[Raccourci, ...]


CARTE = Raccourci("Voir où l’offre manque", "diagnostics:carte", "La carte des besoins et des places, par territoire.")
COMPARER = Raccourci("Comparer des territoires", "diagnostics:comparaison", "Côte à côte, à trier et à exporter.")
TERRITOIRES = Raccourci("Chercher un territoire", "territoires:list", "Commune, EPT, EPCI ou département, et sa fiche.")
ANNUAIRE = Raccourci("Trouver une structure", "structures:list", "L’annuaire des SIAE par type, métier et territoire.")
SITUER = Raccourci("Situer les structures", "structures:carte", "Les SIAE sur la carte.")
IMPORTS = Raccourci("Importer des données", "imports:list", "Déposer un fichier, corriger les lignes refusées.")
SOURCES = Raccourci("Connaître les sources", "workspaces:donnees", "D’où vient chaque chiffre, et de quelle année.")
DOSSIERS = Raccourci("Ouvrir un dossier", "personnes:list", "Les personnes dont le dossier vous est ouvert.")
CREER = Raccourci("Créer un dossier", "personnes:create", "Commencer à suivre une personne.")
CHIFFRES = Raccourci(
    "Compter les personnes suivies", "personnes:chiffres", "Des chiffres par département, jamais de noms."
)
LECTURES = Raccourci("Savoir qui a lu les dossiers", "personnes:lectures", "Le journal des lectures.")
DROITS = Raccourci("Répondre à une demande de droit", "donnees_personnelles:demandes", "Et tenir le délai d’un mois.")
OUVERTURES = Raccourci("Dépanner un dossier", "personnes:ouvertures", "Une ouverture motivée, limitée et journalisée.")
REGISTRE = Raccourci(
    "Lire le registre des traitements", "donnees_personnelles:registre", "Chaque donnée gardée, et pourquoi."
)
ORGANISATIONS = Raccourci("Trouver une organisation", "organisations:list", "Et, pour la vôtre, ses membres.")
JOURNAL = Raccourci("Relire le journal", "kernel:journal", "Qui a fait quoi, au nom de qui, et quand.")
PARAMETRES = Raccourci(
    "Vérifier les paramètres", "kernel:parametres", "Les chiffres du droit que la plateforme applique."
)

_OFFRE = (ANNUAIRE, CARTE, TERRITOIRES)
_PILOTAGE = (CARTE, COMPARER, ANNUAIRE, SOURCES)
_ACHAT = (ANNUAIRE, SITUER, TERRITOIRES)
_SUIVI = (DOSSIERS, CREER, ANNUAIRE, CARTE)

_SUIVRE = "Quand une relation se terminera ou qu’une personne exercera ses droits, vous le verrez ici."
_SITUER = "Regardez où l’offre d’insertion manque sur votre territoire, ou comparez-le à d’autres."
_ORIENTER = "Cherchez la structure qui convient à une personne dans l’annuaire, près de chez elle."
_ACHETER = "Cherchez dans l’annuaire les structures qui produisent ou interviennent près de chez vous."

PROFILS: dict[str, Profil] = {
    P.SIAE_DIRECTION: Profil(_SUIVRE, (*_SUIVI, ORGANISATIONS)),
    P.SIAE_ACCOMPAGNEMENT: Profil(_SUIVRE, _SUIVI),
    P.SIAE_ENCADREMENT: Profil("Situez votre structure parmi celles du territoire.", _OFFRE),
    P.ETAT_REGION: Profil(_SITUER, (*_PILOTAGE, CHIFFRES)),
    P.ETAT_DEPARTEMENT: Profil(_SITUER, (*_PILOTAGE, DOSSIERS, CHIFFRES)),
    P.REGION: Profil(_SITUER, (*_PILOTAGE, CHIFFRES)),
    P.DEPARTEMENT_PILOTAGE: Profil(_SITUER, (*_PILOTAGE, CHIFFRES)),
    P.DEPARTEMENT_REFERENT: Profil(_SUIVRE, _SUIVI),
    P.EMPLOI_CONSEILLER: Profil(_ORIENTER, _SUIVI),
    P.EMPLOI_DIRECTION: Profil(_SITUER, (*_PILOTAGE, CHIFFRES)),
    P.PRESCRIPTEUR: Profil(_ORIENTER, _SUIVI),
    P.COLLECTIVITE: Profil(_SITUER, _PILOTAGE),
    P.RESEAU: Profil(_SITUER, (*_PILOTAGE, CHIFFRES)),
    P.DLA: Profil("Cherchez la structure que vous accompagnez et situez-la sur son territoire.", _OFFRE),
    P.FACILITATEUR: Profil(_ACHETER, _ACHAT),
    P.ACHETEUR: Profil(_ACHETER, _ACHAT),
    P.OPCO: Profil("Cherchez dans l’annuaire les structures que vous conseillez.", _OFFRE),
    P.FORMATION: Profil("Cherchez dans l’annuaire les structures proches de vos lieux de formation.", _OFFRE),
    P.ENTREPRISE: Profil(
        "Cherchez dans l’annuaire les structures qui forment à vos métiers, près de chez vous.", _ACHAT
    ),
    P.ANALYSTE: Profil(_SITUER, (CHIFFRES, *_PILOTAGE)),
    P.DPO: Profil(
        "Quand une personne exercera ses droits, vous le verrez ici, avec le délai de réponse.",
        (DROITS, LECTURES, REGISTRE, JOURNAL, DOSSIERS),
    ),
    Role.EXPLOITANT: Profil(
        "Rien n’attend l’exploitation. Vérifiez l’âge des données, ou déposez un nouveau fichier.",
        (IMPORTS, ORGANISATIONS, OUVERTURES, JOURNAL, SOURCES, PARAMETRES),
    ),
    Role.CONNECTE: Profil("Les pages publiques vous restent ouvertes.", (*_OFFRE, SOURCES)),
}
