"""The addresses of the room, one file per subject."""

from maillage.domains.parcours.urls import (
    accompagnement,
    accords,
    competences,
    contrats,
    fiches,
    orientation,
    sorties,
    suites,
    titres,
)

app_name = "parcours"
urlpatterns = [
    *orientation.patterns,
    *titres.patterns,
    *contrats.patterns,
    *accompagnement.patterns,
    *sorties.patterns,
    *fiches.patterns,
    *accords.patterns,
    *competences.patterns,
    *suites.patterns,
]
