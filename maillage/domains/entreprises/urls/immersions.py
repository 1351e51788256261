"""Immersions: the list, what is done on one, the page of a personal link."""

from django.urls import path

from maillage.domains.entreprises.views import immersions as views
from maillage.domains.entreprises.views import signatures

PERSONNE = "personnes/<uuid:public_id>/immersions"
ONE = f"{PERSONNE}/<uuid:immersion>"

patterns = [
    path("immersions/", views.ImmersionList.as_view(), name="immersions"),
    path("signer/<str:lien>/", signatures.Signer.as_view(), name="signer"),
    path(f"{PERSONNE}/proposer/", views.Proposer.as_view(), name="immersion_proposer"),
    path(f"{ONE}/", views.ImmersionDetail.as_view(), name="immersion"),
    path(f"{ONE}/modifier/", views.Modifier.as_view(), name="immersion_modifier"),
    path(f"{ONE}/decider/", views.Decider.as_view(), name="immersion_decider"),
    path(f"{ONE}/annuler/", views.Annuler.as_view(), name="immersion_annuler"),
    path(f"{ONE}/relancer/", views.Relancer.as_view(), name="immersion_relancer"),
    path(f"{ONE}/bilan/", views.Bilan.as_view(), name="immersion_bilan"),
    path(f"{ONE}/convention.pdf", signatures.ConventionPdf.as_view(), name="immersion_pdf"),
    path(f"{ONE}/signer/<uuid:signature>/", signatures.SignerSurPlace.as_view(), name="immersion_signer"),
]
