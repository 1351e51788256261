"""Agreements of persons, cases of CTA, meetings of SIAE."""

from django.urls import path

from maillage.domains.parcours.views import consentements, cta, rencontres

PERSONNE = "personnes/<uuid:public_id>/"
RENCONTRE = "rencontres/<uuid:public_id>/"

patterns = [
    path(f"{PERSONNE}accords/<slug:objet>/", consentements.Consentir.as_view(), name="consentir"),
    path(
        f"{PERSONNE}accords/<slug:objet>/formulaire.pdf",
        consentements.Formulaire.as_view(),
        name="consentement_formulaire",
    ),
    path(
        f"{PERSONNE}accords/<uuid:consentement>/retirer/",
        consentements.Retirer.as_view(),
        name="consentement_retirer",
    ),
    path(f"{PERSONNE}cta/", cta.Proposer.as_view(), name="cas_proposer"),
    path("cta/", cta.CasList.as_view(), name="cas_cta"),
    path("cta/<uuid:public_id>/", cta.CasDetail.as_view(), name="cas"),
    path("cta/<uuid:public_id>/seance/", cta.Inscrire.as_view(), name="cas_inscrire"),
    path("cta/<uuid:public_id>/avis/", cta.Traiter.as_view(), name="cas_traiter"),
    path("cta/<uuid:public_id>/retirer/", cta.RetirerCas.as_view(), name="cas_retirer"),
    path("cta/<uuid:public_id>/actions/<uuid:decision>/faite/", cta.Agir.as_view(), name="cas_agir"),
    path(f"{PERSONNE}rencontre/", rencontres.Presenter.as_view(), name="suite_presenter"),
    path("rencontres/", rencontres.Rencontres.as_view(), name="rencontres"),
    path("rencontres/annoncer/", rencontres.Tenir.as_view(), name="rencontre_tenir"),
    path(RENCONTRE, rencontres.RencontreDetail.as_view(), name="rencontre"),
    path(f"{RENCONTRE}liste.pdf", rencontres.Liste.as_view(), name="rencontre_liste"),
    path(f"{RENCONTRE}inviter/", rencontres.Inviter.as_view(), name="rencontre_inviter"),
    path(f"{RENCONTRE}annuler/", rencontres.Annuler.as_view(), name="rencontre_annuler"),
    path(
        f"{RENCONTRE}personnes/<uuid:presentation>/retirer/",
        rencontres.RetirerSuite.as_view(),
        name="suite_retirer",
    ),
    path(f"{RENCONTRE}personnes/<uuid:presentation>/interet/", rencontres.Interet.as_view(), name="suite_interet"),
]
