from django.urls import path

from maillage.domains.diagnostics.views import scenarios
from maillage.domains.diagnostics.views.analyses import EvolutionTerritoires, Inegalites, SensibiliteClassement
from maillage.domains.diagnostics.views.carte import Carte
from maillage.domains.diagnostics.views.comparaison import Comparaison
from maillage.domains.diagnostics.views.economie import Economie
from maillage.domains.diagnostics.views.fiche import Fichier, Territoire
from maillage.domains.diagnostics.views.methode import Methode
from maillage.domains.diagnostics.views.notes import Clore, Constater, Corriger, Note, Notes
from maillage.domains.diagnostics.views.offre import OffreIae
from maillage.domains.diagnostics.views.partage import Partage, PartageComparer, PartageFichier, Partages
from maillage.domains.diagnostics.views.partage_actes import (
    PartageActualiser,
    PartageActualiserBloc,
    PartageAjouter,
    PartageCoAuteurs,
    PartageDemander,
    PartageEtat,
    PartageOuvrir,
    PartageRetirer,
    PartageRetirerBloc,
    PartageSuivant,
    PartageTransmettre,
    PartageValider,
)
from maillage.domains.diagnostics.views.partage_textes import (
    PartageCommenter,
    PartageEcrire,
    PartagePosition,
    PartageRepondre,
    PartageResoudre,
    PartageRetablir,
    PartageReunir,
    PartageSection,
    PartageVersions,
)
from maillage.domains.diagnostics.views.publics import ProfilScreen, Publics, PublicScreen, Salaries

app_name = "diagnostics"
PARTAGE = "partages/<uuid:public_id>/"
SECTION = f"{PARTAGE}sections/<slug:section>/"
urlpatterns = [
    path("", Carte.as_view(), name="carte"),
    path("territoires/", Comparaison.as_view(), name="comparaison"),
    path("inegalites/", Inegalites.as_view(), name="inegalites"),
    path("sensibilite/", SensibiliteClassement.as_view(), name="sensibilite"),
    path("evolution/", EvolutionTerritoires.as_view(), name="evolution"),
    path("methode/", Methode.as_view(), name="methode"),
    path("scenarios/", scenarios.Scenarios.as_view(), name="scenarios"),
    path("scenarios/comparer/", scenarios.Comparer.as_view(), name="scenarios_comparer"),
    path("scenarios/nouveau/<slug:methode>/", scenarios.Nouveau.as_view(), name="scenario_nouveau"),
    path("scenarios/<uuid:public_id>/", scenarios.Detail.as_view(), name="scenario"),
    path("scenarios/<uuid:public_id>/sites/ajouter/", scenarios.AjouterSite.as_view(), name="scenario_ajouter"),
    path(
        "scenarios/<uuid:public_id>/sites/<int:place>/retirer/",
        scenarios.RetirerSite.as_view(),
        name="scenario_retirer",
    ),
    path("scenarios/<uuid:public_id>/partager/", scenarios.Partager.as_view(), name="scenario_partager"),
    path("scenarios/<uuid:public_id>/copier/", scenarios.Copier.as_view(), name="scenario_copier"),
    path("scenarios/<uuid:public_id>/supprimer/", scenarios.Supprimer.as_view(), name="scenario_supprimer"),
    path("publics/", Publics.as_view(), name="publics"),
    path("publics/<slug:public>/", PublicScreen.as_view(), name="public"),
    path("salaries-en-insertion/", Salaries.as_view(), name="salaries"),
    path("besoins-constates/", Notes.as_view(), name="notes"),
    path("besoins-constates/nouveau/", Constater.as_view(), name="constater"),
    path("besoins-constates/<uuid:public_id>/", Note.as_view(), name="note"),
    path("besoins-constates/<uuid:public_id>/corriger/", Corriger.as_view(), name="corriger"),
    path("besoins-constates/<uuid:public_id>/clore/", Clore.as_view(), name="clore"),
    path("<slug:niveau>/<str:code>/publics/", ProfilScreen.as_view(), name="profil"),
    path("economie/", Economie.as_view(), name="economie"),
    path("economie/<slug:niveau>/<str:code>/", Economie.as_view(), name="economie_territoire"),
    path("offre/", OffreIae.as_view(), name="offre"),
    path("offre/<slug:niveau>/<str:code>/", OffreIae.as_view(), name="offre_territoire"),
    path("partages/", Partages.as_view(), name="partages"),
    path("partages/ouvrir/", PartageOuvrir.as_view(), name="partage_ouvrir"),
    path(PARTAGE, Partage.as_view(), name="partage"),
    path(f"{PARTAGE}document.<slug:extension>", PartageFichier.as_view(), name="partage_fichier"),
    path(f"{PARTAGE}comparer/", PartageComparer.as_view(), name="partage_comparer"),
    path(f"{PARTAGE}co-auteurs/", PartageCoAuteurs.as_view(), name="partage_coauteurs"),
    path(f"{PARTAGE}co-auteurs/<int:pk>/retirer/", PartageRetirer.as_view(), name="partage_retirer"),
    path(f"{PARTAGE}co-auteurs/<int:pk>/piloter/", PartageTransmettre.as_view(), name="partage_transmettre"),
    path(f"{PARTAGE}actualiser/", PartageActualiser.as_view(), name="partage_actualiser"),
    path(f"{PARTAGE}demander/", PartageDemander.as_view(), name="partage_demander"),
    path(f"{PARTAGE}valider/", PartageValider.as_view(), name="partage_valider"),
    path(f"{PARTAGE}etat/<slug:acte>/", PartageEtat.as_view(), name="partage_etat"),
    path(f"{PARTAGE}suivant/", PartageSuivant.as_view(), name="partage_suivant"),
    path(SECTION, PartageSection.as_view(), name="partage_section"),
    path(f"{SECTION}ecrire/", PartageEcrire.as_view(), name="partage_ecrire"),
    path(f"{SECTION}reunir/<int:numero>/", PartageReunir.as_view(), name="partage_reunir"),
    path(f"{SECTION}versions/", PartageVersions.as_view(), name="partage_versions"),
    path(f"{SECTION}versions/<int:numero>/retablir/", PartageRetablir.as_view(), name="partage_retablir"),
    path(f"{SECTION}position/", PartagePosition.as_view(), name="partage_position"),
    path(f"{SECTION}remarques/ajouter/", PartageCommenter.as_view(), name="partage_commenter"),
    path(f"{SECTION}remarques/<int:pk>/repondre/", PartageRepondre.as_view(), name="partage_repondre"),
    path(f"{SECTION}remarques/<int:pk>/resoudre/", PartageResoudre.as_view(), name="partage_resoudre"),
    path(f"{SECTION}chiffres/ajouter/", PartageAjouter.as_view(), name="partage_ajouter"),
    path(f"{SECTION}chiffres/<slug:bloc>/actualiser/", PartageActualiserBloc.as_view(), name="partage_actualiser_bloc"),
    path(f"{SECTION}chiffres/<slug:bloc>/retirer/", PartageRetirerBloc.as_view(), name="partage_retirer_bloc"),
    path("<slug:niveau>/<str:code>/", Territoire.as_view(), name="territoire"),
    path("<slug:niveau>/<str:code>/diagnostic.<slug:extension>", Fichier.as_view(), name="fichier"),
]
