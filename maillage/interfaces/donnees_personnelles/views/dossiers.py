"""Everything that is known of somebody: of oneself, or of a person for whose rights one answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import Export, Screen
from maillage.interfaces.donnees_personnelles.permissions import Permission
from maillage.interfaces.donnees_personnelles.queries.demandes import demandes_of
from maillage.interfaces.donnees_personnelles.queries.dossier import collect
from maillage.interfaces.donnees_personnelles.services.dossiers import Dossier, export_compte, export_personne
from maillage.interfaces.donnees_personnelles.views.base import OfPersonne
from maillage.references.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class Telecharge(Screen):
    """A page whose form hands a file over: it is a POST, since it writes the journal."""

    def hand_over(self, forme: str) -> Dossier:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            dossier = self.hand_over(request.POST.get("format", ""))
        except Refused as refused:
            return self.render(422, refus=str(refused))
        return Export(dossier.nom, dossier.type, dossier.contenu).response()


class Moi(Telecharge):
    permission = Permission.MOI
    title = "Mes données"
    intro = "Tout ce que la plateforme garde sur vous, à lire ici ou à télécharger."
    parents = (("Données personnelles", "donnees_personnelles:accueil"),)
    template_name = "donnees_personnelles/moi.html"

    @property
    def actor(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_context(self) -> dict[str, Any]:
        return {"rubriques": collect(self.actor, timezone.localdate()), "refus": ""}

    def hand_over(self, forme: str) -> Dossier:
        return export_compte(forme=forme, actor=self.actor)


class DossierPersonne(OfPersonne, Telecharge):
    """What is kept of a person, counted; the requests they made; the file to hand over."""

    intro = "Ce que la plateforme garde de cette personne, et ce qu’elle a demandé."
    parents = (("Demandes de droit", "donnees_personnelles:demandes"),)
    template_name = "donnees_personnelles/personne.html"

    def get_title(self) -> str:
        return f"Droits\u202f: {self.personne}"

    def get_context(self) -> dict[str, Any]:
        rubriques = collect(self.personne, timezone.localdate())
        return {
            "personne": self.personne,
            "demandes": demandes_of(self.personne),
            "rubriques": [(each.objet, each.finalite, len(each.lignes)) for each in rubriques],
            "refus": "",
        }

    def hand_over(self, forme: str) -> Dossier:
        screen = "donnees_personnelles:personne"
        return export_personne(public_id=self.kwargs["public_id"], forme=forme, actor=self.actor, screen=screen)
