"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import orientation

app_name = "parcours"
urlpatterns = [*orientation.patterns]
