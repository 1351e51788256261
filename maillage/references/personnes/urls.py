from django.urls import path

from maillage.references.personnes.views.chiffres import Chiffres
from maillage.references.personnes.views.doublons import Doublons, Fusionner
from maillage.references.personnes.views.fiche import PersonneCreate, PersonneDetail, PersonneNir, PersonneRectify
from maillage.references.personnes.views.liste import PersonneList
from maillage.references.personnes.views.relations import RelationBegin, RelationEnd, RelationReferent, Suivre
from maillage.references.personnes.views.traces import Fermer, LectureList, OuvertureList, Ouvrir, PersonneLectures

app_name = "personnes"
urlpatterns = [
    path("", PersonneList.as_view(), name="list"),
    path("creer/", PersonneCreate.as_view(), name="create"),
    path("suivre/", Suivre.as_view(), name="suivre"),
    path("chiffres/", Chiffres.as_view(), name="chiffres"),
    path("lectures/", LectureList.as_view(), name="lectures"),
    path("ouvertures/", OuvertureList.as_view(), name="ouvertures"),
    path("ouvertures/ouvrir/", Ouvrir.as_view(), name="ouvrir"),
    path("ouvertures/<uuid:public_id>/refermer/", Fermer.as_view(), name="refermer"),
    path("<uuid:public_id>/", PersonneDetail.as_view(), name="detail"),
    path("<uuid:public_id>/corriger/", PersonneRectify.as_view(), name="rectify"),
    path("<uuid:public_id>/nir/", PersonneNir.as_view(), name="nir"),
    path("<uuid:public_id>/lectures/", PersonneLectures.as_view(), name="personne_lectures"),
    path("<uuid:public_id>/suivi/", RelationBegin.as_view(), name="begin"),
    path("<uuid:public_id>/suivi/<uuid:relation>/referent/", RelationReferent.as_view(), name="referent"),
    path("<uuid:public_id>/suivi/<uuid:relation>/fin/", RelationEnd.as_view(), name="end"),
    path("doublons/", Doublons.as_view(), name="doublons"),
    path("<uuid:public_id>/fusionner/<uuid:autre>/", Fusionner.as_view(), name="fusionner"),
]
