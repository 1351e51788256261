"""Addresses of portfolios, attestations, fiches de liaison and shared profiles."""

from django.urls import path

from maillage.domains.parcours.views.competences import (
    Ajouter,
    Equipe,
    JoindrePreuve,
    Mouvement,
    Portefeuille,
    PreuveFile,
    RetirerPreuve,
)
from maillage.domains.parcours.views.public_competences import Profil, ProfilPdf, Verifier
from maillage.domains.parcours.views.valorisation import (
    AccuserLiaison,
    AttestationFichier,
    Delivrer,
    EnvoyerLiaison,
    FichesLiaison,
    LiaisonFichier,
    Partager,
    RetirerAttestation,
    Revoquer,
)

OF = "personnes/<uuid:public_id>/"
ONE = f"{OF}competences/<uuid:objet>/"

patterns = [
    path("competences/", Equipe.as_view(), name="competences_equipe"),
    path(f"{OF}competences/", Portefeuille.as_view(), name="competences"),
    path(f"{OF}competences/ajouter/", Ajouter.as_view(), name="competence_ajouter"),
    path(f"{OF}preuves/<uuid:objet>.fichier", PreuveFile.as_view(), name="preuve"),
    path(f"{OF}preuves/<uuid:objet>/retirer/", RetirerPreuve.as_view(), name="preuve_retirer"),
    path(f"{ONE}preuve/", JoindrePreuve.as_view(), name="preuve_joindre"),
    path(f"{ONE}<str:acte>/", Mouvement.as_view(), name="competence_acte"),
    path(f"{OF}attestations/delivrer/", Delivrer.as_view(), name="attestation_delivrer"),
    path(f"{OF}attestations/<uuid:objet>.pdf", AttestationFichier.as_view(), name="attestation_fichier"),
    path(f"{OF}attestations/<uuid:objet>/retirer/", RetirerAttestation.as_view(), name="attestation_retirer"),
    path("attestations/", Verifier.as_view(), name="attestation_verifier"),
    path("fiches-de-liaison/", FichesLiaison.as_view(), name="fiches_liaison"),
    path(f"{OF}fiches-de-liaison/envoyer/", EnvoyerLiaison.as_view(), name="liaison_envoyer"),
    path(f"{OF}fiches-de-liaison/<uuid:objet>.pdf", LiaisonFichier.as_view(), name="liaison_fichier"),
    path(f"{OF}fiches-de-liaison/<uuid:objet>/prendre-en-compte/", AccuserLiaison.as_view(), name="liaison_accuser"),
    path(f"{OF}profil/partager/", Partager.as_view(), name="profil_partager"),
    path(f"{OF}profil/<uuid:objet>/arreter/", Revoquer.as_view(), name="profil_revoquer"),
    path("profils/<str:lien>/", Profil.as_view(), name="profil"),
    path("profils/<str:lien>/profil.pdf", ProfilPdf.as_view(), name="profil_pdf"),
]
