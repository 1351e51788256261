from django.urls import path

from maillage.references.accounts.views import compte, proconnect, second_facteur, session

app_name = "accounts"
urlpatterns = [
    path("", compte.MonCompte.as_view(), name="compte"),
    path("nom/", compte.Nom.as_view(), name="nom"),
    path("connexion/", session.Connexion.as_view(), name="login"),
    path("connexion/code/", session.Code.as_view(), name="code"),
    path("deconnexion/", session.Deconnexion.as_view(), name="logout"),
    path("sessions/autres/fermer/", session.FermerAutres.as_view(), name="fermer_autres"),
    path("sessions/<uuid:public_id>/fermer/", session.FermerSession.as_view(), name="fermer_session"),
    path("mot-de-passe/", compte.MotDePasse.as_view(), name="mot_de_passe"),
    path("mot-de-passe/oublie/", compte.Oubli.as_view(), name="oubli"),
    path("mot-de-passe/oublie/envoye/", compte.LienEnvoye.as_view(), name="lien_envoye"),
    path("mot-de-passe/oublie/perime/", compte.LienPerime.as_view(), name="lien_perime"),
    path(
        "mot-de-passe/nouveau/<uuid:public_id>/<slug:token>/",
        compte.NouveauMotDePasse.as_view(),
        name="nouveau_mot_de_passe",
    ),
    path("double-authentification/", second_facteur.Presenter.as_view(), name="second_facteur"),
    path("double-authentification/relier/", second_facteur.Relier.as_view(), name="second_facteur_relier"),
    path("double-authentification/codes/", second_facteur.Codes.as_view(), name="codes_secours"),
    path("double-authentification/renouveler/", second_facteur.Renouveler.as_view(), name="codes_renouveler"),
    path("double-authentification/desactiver/", second_facteur.Desactiver.as_view(), name="second_facteur_desactiver"),
    path("proconnect/", proconnect.Aller.as_view(), name="proconnect"),
    path("proconnect/retour/", proconnect.Retour.as_view(), name="proconnect_retour"),
    path("proconnect/refus/<slug:motif>/", proconnect.Refus.as_view(), name="proconnect_refus"),
    path("proconnect/depart/", proconnect.Depart.as_view(), name="proconnect_depart"),
    path("proconnect/delier/", compte.DelierProConnect.as_view(), name="proconnect_delier"),
]
