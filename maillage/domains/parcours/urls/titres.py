"""Rights, eligibility, requests of prolongation."""

from django.urls import path

from maillage.domains.parcours.views import demandes, eligibilite, fins, titres

patterns = [
    path("titres/", fins.Fins.as_view(), name="titres"),
    path("titres/chiffres/", fins.FinsChiffres.as_view(), name="titres_chiffres"),
    path("demandes/", demandes.Demandes.as_view(), name="demandes"),
    path("demandes/<uuid:public_id>/", demandes.DemandeDetail.as_view(), name="demande"),
    path("demandes/<uuid:public_id>/accorder/", demandes.Grant.as_view(), name="demande_accorder"),
    path("demandes/<uuid:public_id>/refuser/", demandes.Deny.as_view(), name="demande_refuser"),
    path("demandes/<uuid:public_id>/retirer/", demandes.Withdraw.as_view(), name="demande_retirer"),
    path("personnes/<uuid:public_id>/eligibilite/", eligibilite.Eligibilite.as_view(), name="eligibilite"),
    path("personnes/<uuid:public_id>/titre/", titres.TitreDetail.as_view(), name="titre"),
    path("personnes/<uuid:public_id>/titre/attestation.pdf", titres.Attestation.as_view(), name="titre_attestation"),
    path("personnes/<uuid:public_id>/titre/suspendre/", titres.Suspend.as_view(), name="titre_suspendre"),
    path(
        "personnes/<uuid:public_id>/titre/suspensions/<uuid:suspension>/lever/",
        titres.Lift.as_view(),
        name="suspension_lever",
    ),
    path("personnes/<uuid:public_id>/titre/prolonger/", titres.ProlongChoice.as_view(), name="titre_prolonger"),
    path(
        "personnes/<uuid:public_id>/titre/prolonger/<slug:motif>/",
        titres.Prolong.as_view(),
        name="titre_prolonger_pour",
    ),
    path("personnes/<uuid:public_id>/titre/etendre/", titres.Extend.as_view(), name="agrement_etendre"),
    path("personnes/<uuid:public_id>/titre/annuler/", titres.Cancel.as_view(), name="titre_annuler"),
    path("personnes/<uuid:public_id>/titre/avis/", titres.RecordAvis.as_view(), name="avis_cta"),
]
