"""The addresses of the room, one file per subject."""

from django.urls import URLPattern

from maillage.domains.parcours.urls import contrats

app_name = "parcours"
urlpatterns: list[URLPattern] = [
    *contrats.patterns,
]
