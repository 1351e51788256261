"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import fiches

app_name = "parcours"
urlpatterns = [*fiches.patterns]
