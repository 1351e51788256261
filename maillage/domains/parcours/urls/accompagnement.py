from django.urls import path

from maillage.domains.parcours.views import accompagnement, ateliers, encadrement, freins, suivis

PERSONNE = "personnes/<uuid:public_id>/accompagnement/"
LIGNE = "<uuid:objet>/<slug:acte>/"

patterns = [
    path("mes-accompagnements/", suivis.MesAccompagnements.as_view(), name="mes_accompagnements"),
    path("agenda/", suivis.Agenda.as_view(), name="agenda"),
    path("agenda.ics", suivis.AgendaFile.as_view(), name="agenda_ics"),
    path(PERSONNE, accompagnement.AccompagnementDetail.as_view(), name="accompagnement"),
    path(f"{PERSONNE}diagnostic/", accompagnement.Diagnostic.as_view(), name="accompagnement_diagnostic"),
    path(f"{PERSONNE}evaluer/", accompagnement.Evaluer.as_view(), name="accompagnement_evaluer"),
    path(f"{PERSONNE}referent-social/", accompagnement.ReferentSocial.as_view(), name="referent_social"),
    path(f"{PERSONNE}objectifs/", accompagnement.Objectif.as_view(), name="objectif_fixer"),
    path(f"{PERSONNE}objectifs/{LIGNE}", accompagnement.MouvementObjectif.as_view(), name="objectif_acte"),
    path(f"{PERSONNE}actions/", accompagnement.Action.as_view(), name="action_prevoir"),
    path(f"{PERSONNE}actions/{LIGNE}", accompagnement.MouvementAction.as_view(), name="action_acte"),
    path(f"{PERSONNE}entretiens/", accompagnement.PrevoirEntretien.as_view(), name="entretien_prevoir"),
    path(f"{PERSONNE}entretiens/{LIGNE}", accompagnement.MouvementEntretien.as_view(), name="entretien_acte"),
    path(f"{PERSONNE}documents/", accompagnement.JoindreDocument.as_view(), name="accompagnement_document_joindre"),
    path(f"{PERSONNE}documents/<uuid:objet>/", accompagnement.DocumentFile.as_view(), name="accompagnement_document"),
    path(
        f"{PERSONNE}documents/<uuid:objet>/retirer/",
        accompagnement.RetirerDocument.as_view(),
        name="accompagnement_document_retirer",
    ),
    path(f"{PERSONNE}atelier/", ateliers.InscrireDepuisFiche.as_view(), name="atelier_pour"),
    path("ateliers/", ateliers.AtelierList.as_view(), name="ateliers"),
    path("ateliers/ouvrir/", ateliers.AtelierCreate.as_view(), name="atelier_ouvrir"),
    path("ateliers/<uuid:public_id>/", ateliers.AtelierDetail.as_view(), name="atelier"),
    path("ateliers/<uuid:public_id>/modifier/", ateliers.AtelierEdit.as_view(), name="atelier_modifier"),
    path("ateliers/<uuid:public_id>/annuler/", ateliers.AtelierCancel.as_view(), name="atelier_annuler"),
    path("ateliers/<uuid:public_id>/inscrire/", ateliers.Inscrire.as_view(), name="atelier_inscrire"),
    path("ateliers/<uuid:public_id>/presences/", ateliers.Presences.as_view(), name="atelier_presences"),
    path(
        "ateliers/<uuid:public_id>/inscriptions/<uuid:objet>/retirer/",
        ateliers.Desinscrire.as_view(),
        name="atelier_desinscrire",
    ),
    path("encadrement/", encadrement.EncadrementList.as_view(), name="encadrement"),
    path("encadrement/<int:pk>/", encadrement.SaisirPermanents.as_view(), name="permanents"),
    path("freins/", freins.Freins.as_view(), name="freins"),
]
