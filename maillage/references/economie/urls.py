from django.urls import path

from maillage.references.economie.views.employeurs import Employeurs
from maillage.references.economie.views.metiers import MetierDetail, Metiers
from maillage.references.economie.views.projets import (
    Projet,
    ProjetAbandon,
    ProjetBegin,
    ProjetCreate,
    ProjetFinish,
    ProjetReopen,
    Projets,
    ProjetUpdate,
)

app_name = "economie"
urlpatterns = [
    path("metiers/", Metiers.as_view(), name="metiers"),
    path("metiers/<slug:nomenclature>/<slug:code>/", MetierDetail.as_view(), name="metier"),
    path("employeurs/", Employeurs.as_view(), name="employeurs"),
    path("grands-projets/", Projets.as_view(), name="projets"),
    path("grands-projets/ouvrir/", ProjetCreate.as_view(), name="projet_creer"),
    path("grands-projets/<uuid:public_id>/", Projet.as_view(), name="projet"),
    path("grands-projets/<uuid:public_id>/modifier/", ProjetUpdate.as_view(), name="projet_modifier"),
    path("grands-projets/<uuid:public_id>/commencer/", ProjetBegin.as_view(), name="begin"),
    path("grands-projets/<uuid:public_id>/terminer/", ProjetFinish.as_view(), name="finish"),
    path("grands-projets/<uuid:public_id>/abandonner/", ProjetAbandon.as_view(), name="abandon"),
    path("grands-projets/<uuid:public_id>/rouvrir/", ProjetReopen.as_view(), name="reopen"),
]
