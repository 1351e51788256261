from django.urls import path

from maillage.interfaces.donnees_personnelles.views import demandes, dossiers, pages

app_name = "donnees_personnelles"
urlpatterns = [
    path("", pages.Accueil.as_view(), name="accueil"),
    path("registre/", pages.Registre.as_view(), name="registre"),
    path("moi/", dossiers.Moi.as_view(), name="moi"),
    path("demandes/", demandes.DemandeList.as_view(), name="demandes"),
    path("demandes/<uuid:public_id>/repondre/", demandes.Repondre.as_view(), name="repondre"),
    path("personnes/<uuid:public_id>/", dossiers.DossierPersonne.as_view(), name="personne"),
    path("personnes/<uuid:public_id>/demander/", demandes.Enregistrer.as_view(), name="demander"),
]
