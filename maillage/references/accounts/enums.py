"""The roles that one holds for an organisation."""

from __future__ import annotations

from maillage.foundations.kernel.permissions import Profil


class ProfilMembre(Profil):
    """What a member does for an organisation; which kinds of organisation offer which role is data (`facts/`)."""

    SIAE_DIRECTION = "siae_direction"
    SIAE_ACCOMPAGNEMENT = "siae_accompagnement"
    SIAE_ENCADREMENT = "siae_encadrement"
    ETAT_REGION = "etat_region"
    ETAT_DEPARTEMENT = "etat_departement"
    REGION = "region"
    DEPARTEMENT_PILOTAGE = "departement_pilotage"
    DEPARTEMENT_REFERENT = "departement_referent"
    EMPLOI_CONSEILLER = "emploi_conseiller"
    EMPLOI_DIRECTION = "emploi_direction"
    PRESCRIPTEUR = "prescripteur"
    COLLECTIVITE = "collectivite"
    RESEAU = "reseau"
    DLA = "dla"
    FACILITATEUR = "facilitateur"
    ACHETEUR = "acheteur"
    OPCO = "opco"
    FORMATION = "formation"
    ENTREPRISE = "entreprise"
    ANALYSTE = "analyste"
    DPO = "dpo"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def fonction(self) -> str:
        """What one member is, as a form offers it: « conseiller en insertion (CIP) »."""
        return LABELS[self][1]


# The people who hold the role, as a refusal names them; what one of them is.
LABELS = {
    ProfilMembre.SIAE_DIRECTION: ("les directions des SIAE", "direction"),
    ProfilMembre.SIAE_ACCOMPAGNEMENT: ("les CIP des SIAE", "conseil en insertion (CIP)"),
    ProfilMembre.SIAE_ENCADREMENT: ("les encadrants techniques des SIAE", "encadrement technique"),
    ProfilMembre.ETAT_REGION: ("les agents de la DREETS", "service régional de l’État"),
    ProfilMembre.ETAT_DEPARTEMENT: ("les agents des DDETS", "service départemental de l’État"),
    ProfilMembre.REGION: ("les agents du Conseil régional", "service de la Région"),
    ProfilMembre.DEPARTEMENT_PILOTAGE: (
        "les services d’insertion des Conseils départementaux",
        "pilotage de l’insertion",
    ),
    ProfilMembre.DEPARTEMENT_REFERENT: (
        "les référents RSA des Conseils départementaux",
        "référent d’allocataires du RSA",
    ),
    ProfilMembre.EMPLOI_CONSEILLER: ("les conseillers de France Travail", "conseil à l’emploi"),
    ProfilMembre.EMPLOI_DIRECTION: ("les directions de France Travail", "direction"),
    ProfilMembre.PRESCRIPTEUR: ("les prescripteurs", "prescription"),
    ProfilMembre.COLLECTIVITE: ("les agents des communes et intercommunalités", "service emploi ou insertion"),
    ProfilMembre.RESEAU: ("les chargés de mission des réseaux", "chargé de mission"),
    ProfilMembre.DLA: ("les chargés de mission des DLA", "chargé de mission"),
    ProfilMembre.FACILITATEUR: ("les facilitateurs de clauses", "facilitateur de clauses"),
    ProfilMembre.ACHETEUR: ("les acheteurs", "achat"),
    ProfilMembre.OPCO: ("les conseillers des Opco", "conseil en formation"),
    ProfilMembre.FORMATION: ("les organismes de formation", "formation"),
    ProfilMembre.ENTREPRISE: ("les entreprises", "recrutement"),
    ProfilMembre.ANALYSTE: ("les analystes", "analyse des chiffres, sans nom"),
    ProfilMembre.DPO: ("les délégués à la protection des données", "protection des données (DPO)"),
}
