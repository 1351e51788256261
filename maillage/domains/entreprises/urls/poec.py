"""Sessions of POEC and their candidates; the figures of immersions."""

from django.urls import path

from maillage.domains.entreprises.views import poec as views

patterns = [
    path("immersions/chiffres/", views.Chiffres.as_view(), name="chiffres"),
    path("poec/", views.SessionList.as_view(), name="poec"),
    path("poec/ouvrir/", views.SessionCreate.as_view(), name="session_ouvrir"),
    path("poec/<uuid:public_id>/", views.SessionDetail.as_view(), name="session"),
    path("poec/<uuid:public_id>/modifier/", views.SessionEdit.as_view(), name="session_modifier"),
    path("poec/<uuid:public_id>/annuler/", views.SessionCancel.as_view(), name="session_annuler"),
    path("poec/candidats/<uuid:public_id>/<slug:acte>/", views.CandidatMove.as_view(), name="candidat"),
    path("personnes/<uuid:public_id>/poec/", views.ProposerPoec.as_view(), name="poec_proposer"),
]
