from django.urls import path

from maillage.interfaces.workspaces.views.accueil import Accueil
from maillage.interfaces.workspaces.views.espace import ChoixOrganisation, MonEspace
from maillage.interfaces.workspaces.views.pages import Accessibilite, Donnees, Mentions, Plan

app_name = "workspaces"
urlpatterns = [
    path("", Accueil.as_view(), name="accueil"),
    path("mon-espace/", MonEspace.as_view(), name="mon_espace"),
    path("mon-espace/organisation/", ChoixOrganisation.as_view(), name="organisation"),
    path("donnees/", Donnees.as_view(), name="donnees"),
    path("mentions-legales/", Mentions.as_view(), name="mentions"),
    path("accessibilite/", Accessibilite.as_view(), name="accessibilite"),
    path("plan-du-site/", Plan.as_view(), name="plan"),
]
