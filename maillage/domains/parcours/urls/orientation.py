"""Posts, candidatures, persons without a solution, chains of prescription."""

from django.urls import path

from maillage.domains.parcours.views import candidatures, chaines, postes, sans_solution

patterns = [
    path("postes/", postes.Postes.as_view(), name="postes"),
    path("postes/carte/", postes.PostesCarte.as_view(), name="postes_carte"),
    path("postes/publier/", postes.PosteCreate.as_view(), name="poste_creer"),
    path("postes/les-notres/", postes.MesPostes.as_view(), name="mes_postes"),
    path("postes/<uuid:public_id>/", postes.PosteDetail.as_view(), name="poste"),
    path("postes/<uuid:public_id>/orienter/", postes.PosteOrienter.as_view(), name="poste_orienter"),
    path("postes/<uuid:public_id>/modifier/", postes.PosteEdit.as_view(), name="poste_modifier"),
    path("postes/<uuid:public_id>/confirmer/", postes.PosteConfirm.as_view(), name="poste_confirmer"),
    path("postes/<uuid:public_id>/fermer/", postes.PosteClose.as_view(), name="poste_fermer"),
    path("postes/<uuid:public_id>/rouvrir/", postes.PosteReopen.as_view(), name="poste_rouvrir"),
    path("personnes/<uuid:public_id>/postes/", postes.PostesPersonne.as_view(), name="postes_personne"),
    path("personnes/<uuid:public_id>/orienter/", candidatures.Orienter.as_view(), name="orienter"),
    path("candidatures/", candidatures.Candidatures.as_view(), name="candidatures"),
    path("candidatures/<uuid:public_id>/", candidatures.CandidatureDetail.as_view(), name="candidature"),
    path("candidatures/<uuid:public_id>/accepter/", candidatures.Accepter.as_view(), name="candidature_accepter"),
    path("candidatures/<uuid:public_id>/refuser/", candidatures.Refuser.as_view(), name="candidature_refuser"),
    path("candidatures/<uuid:public_id>/transferer/", candidatures.Transferer.as_view(), name="candidature_transferer"),
    path(
        "candidatures/<uuid:public_id>/transmettre/", candidatures.Transmettre.as_view(), name="candidature_transmettre"
    ),
    path("candidatures/<uuid:public_id>/commenter/", candidatures.Commenter.as_view(), name="candidature_commenter"),
    path(
        "candidatures/<uuid:public_id>/retirer/", candidatures.CandidatureRetirer.as_view(), name="candidature_retirer"
    ),
    path(
        "candidatures/<uuid:public_id>/acte/<slug:acte>/",
        candidatures.CandidatureSimple.as_view(),
        name="candidature_acte",
    ),
    path("orientations/", candidatures.Orientations.as_view(), name="orientations"),
    path("sans-solution/", sans_solution.SansSolution.as_view(), name="sans_solution"),
    path("sans-solution/chiffres/", sans_solution.SansSolutionChiffres.as_view(), name="sans_solution_chiffres"),
    path("chaines/", chaines.Chaines.as_view(), name="chaines"),
    path("chaines/<slug:departement>/", chaines.ChaineDetail.as_view(), name="chaine"),
    path("chaines/<slug:departement>/fixer/", chaines.ChaineEdit.as_view(), name="chaine_fixer"),
]
