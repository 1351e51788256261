from django.urls import path

from maillage.interfaces.indicateurs.views.catalogue import Catalogue, Fiche

app_name = "indicateurs"
urlpatterns = [
    path("", Catalogue.as_view(), name="list"),
    path("<slug:code>/", Fiche.as_view(), name="detail"),
]
