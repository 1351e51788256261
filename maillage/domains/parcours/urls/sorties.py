"""Addresses of the ways out and of the news asked for afterwards."""

from django.urls import path

from maillage.domains.parcours.views.sorties import Sorties, SortiesChiffres, SortiesRsa

patterns = [
    path("sorties/", Sorties.as_view(), name="sorties"),
    path("sorties/chiffres/", SortiesChiffres.as_view(), name="sorties_chiffres"),
    path("sorties/allocataires-rsa/", SortiesRsa.as_view(), name="sorties_rsa"),
]
