from django.urls import path

from maillage.references.territoires.views.liste import Territoires

app_name = "territoires"
urlpatterns = [
    path("", Territoires.as_view(), name="list"),
]
