"""Addresses of the contracts and of the hours."""

from django.urls import path

from maillage.domains.parcours.views.contrats import (
    ContratDetail,
    Contrats,
    Embaucher,
    Modifier,
    Renouveler,
    Retirer,
    SansSuite,
    Terminer,
)
from maillage.domains.parcours.views.heures import Heures, HeuresMois

patterns = [
    path("contrats/", Contrats.as_view(), name="contrats"),
    path("contrats/sans-suite/", SansSuite.as_view(), name="contrats_sans_suite"),
    path("heures/", Heures.as_view(), name="heures"),
    path("heures/<int:pk>/", HeuresMois.as_view(), name="heures_mois"),
    path("personnes/<uuid:public_id>/embaucher/", Embaucher.as_view(), name="embaucher"),
    path("personnes/<uuid:public_id>/contrats/<uuid:contrat>/", ContratDetail.as_view(), name="contrat"),
    path(
        "personnes/<uuid:public_id>/contrats/<uuid:contrat>/renouveler/",
        Renouveler.as_view(),
        name="contrat_renouveler",
    ),
    path("personnes/<uuid:public_id>/contrats/<uuid:contrat>/modifier/", Modifier.as_view(), name="contrat_modifier"),
    path("personnes/<uuid:public_id>/contrats/<uuid:contrat>/terminer/", Terminer.as_view(), name="contrat_terminer"),
    path("personnes/<uuid:public_id>/contrats/<uuid:contrat>/retirer/", Retirer.as_view(), name="contrat_retirer"),
]
