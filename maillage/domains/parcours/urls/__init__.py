"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import contrats, sorties, titres

app_name = "parcours"
urlpatterns = [*titres.patterns, *contrats.patterns, *sorties.patterns]
