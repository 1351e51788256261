"""Every address of the platform, by room."""

from django.urls import include, path

from maillage.references.accounts.urls import organisations_urls

urlpatterns = [
    path("", include("maillage.interfaces.workspaces.urls")),
    path("", include("maillage.foundations.kernel.urls")),
    path("compte/", include("maillage.references.accounts.urls")),
    path("organisations/", include(organisations_urls)),
    path("territoires/", include("maillage.references.territoires.urls")),
    path("personnes/", include("maillage.references.personnes.urls")),
    path("economie/", include("maillage.references.economie.urls")),
    path("structures/", include("maillage.references.structures.urls")),
    path("diagnostics/", include("maillage.domains.diagnostics.urls")),
    path("offre/", include("maillage.domains.offre.urls")),
    path("parcours/", include("maillage.domains.parcours.urls")),
    path("entreprises/", include("maillage.domains.entreprises.urls")),
    path("donnees-personnelles/", include("maillage.interfaces.donnees_personnelles.urls")),
    path("indicateurs/", include("maillage.interfaces.indicateurs.urls")),
    path("imports/", include("maillage.interfaces.imports.urls")),
]
