from django.urls import path

from maillage.interfaces.indicateurs.views.catalogue import Catalogue, Fiche, NotreSiae

app_name = "indicateurs"
urlpatterns = [
    path("", Catalogue.as_view(), name="list"),
    path("notre-siae/", NotreSiae.as_view(), name="notre_siae"),
    path("<slug:code>/", Fiche.as_view(), name="detail"),
]
