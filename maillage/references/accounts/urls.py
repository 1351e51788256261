from django.urls import path

from maillage.references.accounts.views.session import Connexion, Deconnexion

app_name = "accounts"
urlpatterns = [
    path("connexion/", Connexion.as_view(), name="login"),
    path("deconnexion/", Deconnexion.as_view(), name="logout"),
]
