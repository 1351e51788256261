"""Addresses of the next steps: conventions, what is proposed to a person, moves from a SIAE to another."""

from django.urls import path

from maillage.domains.parcours.views import cooperation as views
from maillage.domains.parcours.views.mouvements import Mouvements
from maillage.domains.parcours.views.suites import Suites

ONE = "cooperation/<uuid:public_id>/"

patterns = [
    path("cooperation/", views.Conventions.as_view(), name="conventions"),
    path("cooperation/proposer/", views.Draft.as_view(), name="convention_proposer"),
    path(ONE, views.ConventionDetail.as_view(), name="convention"),
    path(f"{ONE}convention.pdf", views.ConventionPdf.as_view(), name="convention_pdf"),
    path(f"{ONE}modifier/", views.Edit.as_view(), name="convention_modifier"),
    path(f"{ONE}engagements/", views.Engagements.as_view(), name="convention_engagements"),
    path(f"{ONE}envoyer/", views.Submit.as_view(), name="convention_soumettre"),
    path(f"{ONE}abandonner/", views.Abandon.as_view(), name="convention_abandonner"),
    path(f"{ONE}signer/", views.Sign.as_view(), name="convention_signer"),
    path(f"{ONE}renvoyer/", views.SendBack.as_view(), name="convention_renvoyer"),
    path(f"{ONE}denoncer/", views.Denounce.as_view(), name="convention_denoncer"),
    path(f"{ONE}renouveler/", views.Renew.as_view(), name="convention_renouveler"),
    path("suites/mouvements/", Mouvements.as_view(), name="mouvements"),
    path("personnes/<uuid:public_id>/suites/", Suites.as_view(), name="suites"),
]
