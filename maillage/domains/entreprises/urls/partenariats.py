"""Companies, profiles without a name, the labour market."""

from django.urls import path

from maillage.domains.entreprises.views import marche, profils
from maillage.domains.entreprises.views import partenariats as views

patterns = [
    path("", views.PartenariatList.as_view(), name="partenariats"),
    path("annuaire/", views.Annuaire.as_view(), name="annuaire"),
    path("annuaire/ajouter/", views.Ajouter.as_view(), name="ajouter"),
    path("annuaire/<str:siret>/", views.EntrepriseDetail.as_view(), name="entreprise"),
    path("annuaire/<str:siret>/suivre/", views.Suivre.as_view(), name="suivre"),
    path("partenariats/<uuid:public_id>/convention/", views.Convention.as_view(), name="convention"),
    path("partenariats/<uuid:public_id>/contact/", views.ContactAdd.as_view(), name="contact"),
    path("partenariats/<uuid:public_id>/besoin/", views.BesoinAdd.as_view(), name="besoin"),
    path("partenariats/<uuid:public_id>/action/", views.ActionAdd.as_view(), name="action"),
    path("partenariats/<uuid:public_id>/embauche/", views.EmbaucheAdd.as_view(), name="embauche"),
    path("contacts/<uuid:public_id>/effacer/", views.ContactRemove.as_view(), name="contact_effacer"),
    path("besoins/<uuid:public_id>/clore/", views.BesoinClose.as_view(), name="besoin_clore"),
    path("actions/<uuid:public_id>/faite/", views.StepFinish.as_view(), name="action_faite"),
    path("personnes/<uuid:public_id>/profil/", profils.Presenter.as_view(), name="profil_presenter"),
    path("profils/", profils.ProfilsRecus.as_view(), name="profils"),
    path("profils/presentes/", profils.ProfilsPresentes.as_view(), name="profils_presentes"),
    path("profils/<uuid:public_id>/", profils.ProfilDetail.as_view(), name="profil"),
    path("profils/<uuid:public_id>/repondre/<slug:acte>/", profils.ProfilAnswer.as_view(), name="profil_repondre"),
    path("profils/<uuid:public_id>/suite/", profils.ProfilSuite.as_view(), name="profil_suite"),
    path("profils/<uuid:public_id>/suite/<slug:acte>/", profils.ProfilOwn.as_view(), name="profil_clore"),
    path("marche/", marche.Marche.as_view(), name="marche"),
]
