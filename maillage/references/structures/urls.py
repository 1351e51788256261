from django.urls import path

from maillage.references.structures.views.annuaire import Annuaire, Carte
from maillage.references.structures.views.fiche import Fiche

app_name = "structures"
urlpatterns = [
    path("", Annuaire.as_view(), name="list"),
    path("carte/", Carte.as_view(), name="carte"),
    path("<int:pk>/", Fiche.as_view(), name="detail"),
]
