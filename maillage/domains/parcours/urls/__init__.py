"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import contrats, fiches, orientation, titres

app_name = "parcours"
urlpatterns = [*orientation.patterns, *titres.patterns, *contrats.patterns, *fiches.patterns]
