"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import accompagnement

app_name = "parcours"
urlpatterns = [
    *accompagnement.patterns,
]
