"""The addresses of the room, one file per subject."""

from django.urls import URLPattern

from maillage.domains.entreprises.urls import immersions, partenariats, poec

app_name = "entreprises"
urlpatterns: list[URLPattern] = [
    *immersions.patterns,
    *poec.patterns,
    *partenariats.patterns,
]
