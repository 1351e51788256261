from django.urls import path

from maillage.references.accounts.views import (
    compte,
    invitation,
    membres,
    organisations,
    proconnect,
    second_facteur,
    session,
)

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

# Under an address and a name of their own: `organisations:…`.
organisations_urls = (
    [
        path("", organisations.Annuaire.as_view(), name="list"),
        path("types/", organisations.Types.as_view(), name="types"),
        path("sans-administrateur/", organisations.SansAdministrateur.as_view(), name="sans_administrateur"),
        path("creer/", organisations.Creer.as_view(), name="creer"),
        path("<uuid:public_id>/", organisations.Detail.as_view(), name="detail"),
        path("<uuid:public_id>/modifier/", organisations.Modifier.as_view(), name="modifier"),
        path("<uuid:public_id>/inviter/", membres.Inviter.as_view(), name="inviter"),
        path("membres/<uuid:public_id>/role/", membres.ChangerRole.as_view(), name="role"),
        path("membres/<uuid:public_id>/retirer/", membres.Retirer.as_view(), name="retirer"),
        path("invitations/<uuid:public_id>/renvoyer/", membres.Renvoyer.as_view(), name="renvoyer"),
        path("invitations/<uuid:public_id>/annuler/", membres.Revoquer.as_view(), name="revoquer"),
        path("invitation/<str:lien>/", invitation.Reponse.as_view(), name="invitation"),
    ],
    "organisations",
)
