from django.urls import path

from maillage.domains.offre.views import appels, avis, dossiers, economie, instruction

app_name = "offre"
urlpatterns = [
    path("appels/", appels.AppelList.as_view(), name="appels"),
    path("appels/susciter/", appels.AppelCreate.as_view(), name="appel_creer"),
    path("appels/<uuid:public_id>/", appels.AppelDetail.as_view(), name="appel"),
    path("appels/<uuid:public_id>/modifier/", appels.AppelEdit.as_view(), name="appel_modifier"),
    path("appels/<uuid:public_id>/<slug:acte>/", appels.AppelMove.as_view(), name="appel_acte"),
    path("avis/", avis.AvisList.as_view(), name="avis"),
    path("avis/<uuid:public_id>/", avis.AvisGive.as_view(), name="avis_rendre"),
    path("dossiers/", dossiers.DossierList.as_view(), name="dossiers"),
    path("dossiers/ouvrir/", dossiers.DossierChoice.as_view(), name="dossier_choisir"),
    path("dossiers/ouvrir/<slug:demande>/", dossiers.DossierCreate.as_view(), name="dossier_creer"),
    path("dossiers/<uuid:public_id>/", dossiers.DossierDetail.as_view(), name="dossier"),
    path("dossiers/<uuid:public_id>/modifier/", dossiers.DossierEdit.as_view(), name="dossier_modifier"),
    path("dossiers/<uuid:public_id>/economie/", economie.Economie.as_view(), name="dossier_economie"),
    path("dossiers/<uuid:public_id>/economie/remplir/", economie.EconomieEdit.as_view(), name="dossier_chiffrer"),
    path("dossiers/<uuid:public_id>/adequation/", economie.Adequation.as_view(), name="dossier_adequation"),
    path("dossiers/<uuid:public_id>/decision.pdf", instruction.Letter.as_view(), name="dossier_lettre"),
    path("dossiers/<uuid:public_id>/pieces/joindre/", dossiers.PieceJoin.as_view(), name="dossier_joindre"),
    path("dossiers/<uuid:public_id>/pieces/<uuid:piece>/", dossiers.PieceFile.as_view(), name="dossier_piece"),
    path(
        "dossiers/<uuid:public_id>/pieces/<uuid:piece>/examiner/",
        instruction.PieceJudge.as_view(),
        name="dossier_piece_examiner",
    ),
    path("dossiers/<uuid:public_id>/porteur/<slug:acte>/", dossiers.CarrierSimple.as_view(), name="dossier_porteur"),
    path(
        "dossiers/<uuid:public_id>/service/<slug:acte>/", instruction.InstructorSimple.as_view(), name="dossier_service"
    ),
    path(
        "dossiers/<uuid:public_id>/demander-pieces/",
        instruction.RequestPieces.as_view(),
        name="dossier_demander_pieces",
    ),
    path("dossiers/<uuid:public_id>/dialogue/", instruction.Dialogue.as_view(), name="dossier_dialoguer"),
    path("dossiers/<uuid:public_id>/consulter/", instruction.Consult.as_view(), name="dossier_consulter"),
    path("dossiers/<uuid:public_id>/seance/", instruction.Agenda.as_view(), name="dossier_inscrire"),
    path("dossiers/<uuid:public_id>/commission/", instruction.Commission.as_view(), name="dossier_commission"),
    path("dossiers/<uuid:public_id>/accorder/", instruction.Grant.as_view(), name="dossier_accorder"),
    path("dossiers/<uuid:public_id>/refuser/", instruction.Refuse.as_view(), name="dossier_refuser"),
    path("dossiers/<uuid:public_id>/ajourner/", instruction.Adjourn.as_view(), name="dossier_ajourner"),
    path("dossiers/<uuid:public_id>/classer/", instruction.Drop.as_view(), name="dossier_classer"),
    path("dossiers/<uuid:public_id>/convention/", instruction.Sign.as_view(), name="dossier_signer"),
]
