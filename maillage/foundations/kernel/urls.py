from django.urls import path
from django.urls.resolvers import URLPattern

from maillage.foundations.kernel.views.composants import Composants
from maillage.foundations.kernel.views.journal import Journal
from maillage.foundations.kernel.views.notifications import NotificationList, Ouvrir, Preferences, ToutLire
from maillage.foundations.kernel.views.parametres import ParametreList
from maillage.foundations.kernel.views.sante import Sante
from maillage.foundations.kernel.views.tache import TacheAvancement, TacheDetail

app_name = "kernel"
urlpatterns: list[URLPattern] = [
    path("composants/", Composants.as_view(), name="composants"),
    path("journal/", Journal.as_view(), name="journal"),
    path("notifications/", NotificationList.as_view(), name="notifications"),
    path("notifications/tout-lire/", ToutLire.as_view(), name="notifications_lues"),
    path("notifications/preferences/", Preferences.as_view(), name="notification_preferences"),
    path("notifications/<int:pk>/ouvrir/", Ouvrir.as_view(), name="notification_ouvrir"),
    path("parametres/", ParametreList.as_view(), name="parametres"),
    path("sante/", Sante.as_view(), name="sante"),
    path("taches/<int:pk>/", TacheDetail.as_view(), name="tache"),
    path("taches/<int:pk>/avancement/", TacheAvancement.as_view(), name="tache_avancement"),
]
