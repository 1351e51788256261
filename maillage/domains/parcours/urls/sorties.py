"""Addresses of the ways out and of the news asked for afterwards."""

from django.urls import path

from maillage.domains.parcours.views.durees import Durees, DureesComparees
from maillage.domains.parcours.views.enquetes import Enquetes, Nouvelles, Refuser, Saisir
from maillage.domains.parcours.views.sorties import Sorties, SortiesChiffres, SortiesRsa, Suivi

patterns = [
    path("sorties/", Sorties.as_view(), name="sorties"),
    path("sorties/chiffres/", SortiesChiffres.as_view(), name="sorties_chiffres"),
    path("sorties/allocataires-rsa/", SortiesRsa.as_view(), name="sorties_rsa"),
    path("sorties/suivi/", Suivi.as_view(), name="sorties_suivi"),
    path("sorties/durees/", Durees.as_view(), name="sorties_durees"),
    path("sorties/durees/comparees/", DureesComparees.as_view(), name="durees_comparees"),
    path("sorties/nouvelles/", Enquetes.as_view(), name="enquetes"),
    path("nouvelles/<str:lien>/", Nouvelles.as_view(), name="nouvelles"),
    path("nouvelles/<str:lien>/refuser/", Refuser.as_view(), name="nouvelles_refuser"),
    path("personnes/<uuid:public_id>/nouvelles/<uuid:enquete>/", Saisir.as_view(), name="enquete_saisir"),
]
