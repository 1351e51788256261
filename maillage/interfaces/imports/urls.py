from django.urls import path

from maillage.interfaces.imports.views import lots, rejets, sources

app_name = "imports"
urlpatterns = [
    path("", lots.LotList.as_view(), name="list"),
    path("sources/<slug:code>/", sources.SourceDetail.as_view(), name="source"),
    path("sources/<slug:code>/exemple/", sources.Exemple.as_view(), name="exemple"),
    path("sources/<slug:code>/deposer/", sources.Depot.as_view(), name="deposer"),
    path("lots/<int:pk>/", lots.LotDetail.as_view(), name="lot"),
    path("lots/<int:pk>/colonnes/", lots.Colonnes.as_view(), name="colonnes"),
    path("lots/<int:pk>/controler/", lots.Controler.as_view(), name="controler"),
    path("lots/<int:pk>/importer/", lots.Importer.as_view(), name="importer"),
    path("lots/<int:pk>/annuler/", lots.Annuler.as_view(), name="annuler"),
    path("lots/<int:pk>/rejets/", rejets.RejetList.as_view(), name="rejets"),
    path("lots/<int:pk>/rejets/fichier.<slug:format>", rejets.FichierRejets.as_view(), name="rejets_fichier"),
    path("lots/<int:pk>/motifs/<slug:motif>/abandonner/", rejets.AbandonnerMotif.as_view(), name="abandonner_motif"),
    path("lots/<int:pk>/avertissements/", rejets.AvertissementList.as_view(), name="avertissements"),
    path("rejets/<int:pk>/corriger/", rejets.Corriger.as_view(), name="corriger"),
    path("rejets/<int:pk>/abandonner/", rejets.Abandonner.as_view(), name="abandonner"),
]
