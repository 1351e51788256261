from django.urls import path

from maillage.domains.diagnostics.views.carte import Carte
from maillage.domains.diagnostics.views.comparaison import Comparaison
from maillage.domains.diagnostics.views.fiche import Fichier, Territoire
from maillage.domains.diagnostics.views.methode import Methode

app_name = "diagnostics"
urlpatterns = [
    path("", Carte.as_view(), name="carte"),
    path("territoires/", Comparaison.as_view(), name="comparaison"),
    path("methode/", Methode.as_view(), name="methode"),
    path("<slug:niveau>/<str:code>/", Territoire.as_view(), name="territoire"),
    path("<slug:niveau>/<str:code>/diagnostic.<slug:extension>", Fichier.as_view(), name="fichier"),
]
