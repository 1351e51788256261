from django.urls import path

from maillage.domains.offre.views import appels, avis, dossiers, economie, instruction
from maillage.domains.offre.views.ecarts import Ecarts, MaSiae, MesSiae, Mixite, Realisations
from maillage.domains.offre.views.objectifs import Detail, Fixer, Modifier, Objectifs, Retirer
from maillage.domains.offre.views.pratiques import Pratique, Pratiques, Raconter, RetirerPratique

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
    path("publics/", Objectifs.as_view(), name="objectifs"),
    path("publics/fixer/", Fixer.as_view(), name="objectif_fixer"),
    path("publics/mixite/", Mixite.as_view(), name="mixite"),
    path("publics/siae/", Ecarts.as_view(), name="ecarts"),
    path("publics/mes-siae/", MesSiae.as_view(), name="mes_siae"),
    path("publics/mes-siae/<int:pk>/", MaSiae.as_view(), name="ma_siae"),
    path("publics/mes-siae/<int:pk>/saisir/", Realisations.as_view(), name="realisations"),
    path("publics/actions/", Pratiques.as_view(), name="pratiques"),
    path("publics/actions/raconter/", Raconter.as_view(), name="pratique_raconter"),
    path("publics/actions/<uuid:public_id>/", Pratique.as_view(), name="pratique"),
    path("publics/actions/<uuid:public_id>/retirer/", RetirerPratique.as_view(), name="pratique_retirer"),
    path("publics/<uuid:public_id>/", Detail.as_view(), name="objectif"),
    path("publics/<uuid:public_id>/modifier/", Modifier.as_view(), name="objectif_modifier"),
    path("publics/<uuid:public_id>/retirer/", Retirer.as_view(), name="objectif_retirer"),
]
