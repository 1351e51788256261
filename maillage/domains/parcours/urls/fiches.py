"""The fiches salarié."""

from django.urls import path

from maillage.domains.parcours.views import fiches

patterns = [
    path("fiches/", fiches.Fiches.as_view(), name="fiches"),
    path("fiches/envoyer/", fiches.FichesEnvoyer.as_view(), name="fiches_envoyer"),
    path("fiches/reponse/", fiches.FichesReponse.as_view(), name="fiches_reponse"),
    path("fiches/<uuid:public_id>.json", fiches.FichesFichier.as_view(), name="fiches_fichier"),
]
