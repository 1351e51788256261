"""Posts: found by whoever leads somebody to them, kept by the SIAE that opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from maillage.domains.parcours.enums.orientation import EtatPoste
from maillage.domains.parcours.forms.postes import (
    FermetureForm,
    MesPostesFilter,
    PosteCreationForm,
    PosteFilter,
    PosteForm,
    initial_of,
)
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.carte_postes import draw_postes
from maillage.domains.parcours.queries.postes import (
    EQUITE,
    closes_on,
    describe,
    find_commune_of,
    get_poste,
    list_postes,
    own_postes,
    read_entree,
    to_confirm,
)
from maillage.domains.parcours.rules.orientation import POSTE
from maillage.domains.parcours.services.postes import (
    close_poste,
    confirm_poste,
    edit_poste,
    publish_poste,
    reopen_poste,
)
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen
from maillage.references.personnes.views.liste import PersonneList
from maillage.references.structures.models import Implantation, Siae

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.parcours.models import Poste
    from maillage.domains.parcours.queries.postes import Entree

POSTES = ("Postes des SIAE", "parcours:postes")
MES_POSTES = ("Nos postes", "parcours:mes_postes")


def poste_url(poste: Poste) -> str:
    """Return the page of a post."""
    return reverse("parcours:poste", args=[poste.public_id])


def charge(poste: Any) -> str:
    """Say how many candidatures share how many places: « 3 pour 2 places »."""
    return f"{poste.recentes} pour {poste.places} place{'s' if poste.places > 1 else ''}"


def heures(poste: Poste) -> str | None:
    """Return the hours as people write them: 26, 17,5."""
    return f"{poste.heures_semaine.normalize():f}".replace(".", ",") if poste.heures_semaine else None


COLUMNS = (
    Column("intitule", "Poste", "intitule", sort="intitule_recherche", link=poste_url),
    Column("siae", "SIAE", lambda poste: poste.siae.nom, sort="siae__nom_recherche"),
    Column("type", "Type", "siae.type_siae", sort="siae__type_siae"),
    Column("rome", "ROME", "rome.code", sort="rome__code"),
    Column("contrat", "Contrat", "get_type_contrat_display", sort="type_contrat"),
    Column("heures", "Heures", heures, sort="heures_semaine", numeric=True, unit="par semaine"),
    Column(
        "commune",
        "Commune",
        lambda poste: f"{poste.commune.nom} ({poste.commune.departement})",
        sort="commune__nom_recherche",
    ),
    Column("distance", "Distance", "distance_km", sort="distance_km", numeric=True, unit="km"),
    Column("charge", "Candidatures récentes", charge, sort="charge"),
    Column("confirme", "Confirmé le", "confirme_le", sort="confirme_le"),
)


class Postes(PersonnesScreen, ListScreen):
    """Every post really open. Posts speak of nobody: whoever signed in reads them."""

    permission = Permission.SEARCH
    title = "Postes des SIAE"
    intro = "Les postes que les SIAE disent ouverts, et ont confirmés il y a peu."
    template_name = "parcours/postes/liste.html"
    default_sort = "charge"
    export_name = "postes-siae"
    noun = ("poste", "postes")
    empty_title = "Aucun poste ne répond à cette recherche"
    empty_text = "Élargissez la distance, cherchez un métier voisin, ou ôtez un filtre."

    @cached_property
    def form(self) -> PosteFilter:
        """The filters, bound to the address."""
        return PosteFilter(self.request.GET)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns; a distance has its own once a commune is chosen."""
        return tuple(each for each in COLUMNS if each.code != "distance" or self.form.origin)

    def get_queryset(self) -> QuerySet[Poste]:
        return list_postes(timezone.localdate(), self.form.origin)

    def get_context(self) -> dict[str, Any]:
        query = self.request.GET.copy()
        for name in ("page", "tri", "format"):
            query.pop(name, None)
        carte = reverse("parcours:postes_carte")
        return {
            **super().get_context(),
            "carte_url": f"{carte}?{query.urlencode()}" if query else carte,
            "equite": get_parametre(EQUITE, on=timezone.localdate()),
            "may_publish": granted(self.actor, Permission.PUBLISH).ok,
        }


class PostesPersonne(OfPersonne, Postes):
    """The posts around a person: how far from home, and whether they may enter."""

    permission = Permission.ORIENT
    title = "Chercher un poste"
    template_name = "parcours/postes/pour.html"
    limit = limits.RECHERCHE

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The post, what this person may do with it, then what it says."""
        first, *rest = super().columns
        return (
            first,
            Column("acces", "Peut y entrer", lambda poste: self.entree.acces(poste).label),
            Column("suite", "Suite", self._suite, link=self._link),
            *rest,
        )

    @cached_property
    def entree(self) -> Entree:
        """What decides which posts the person may enter."""
        return read_entree(self.actor, self.personne, timezone.localdate())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Begin around the commune where the person lives: the address then says so."""
        if not request.GET and self.personne.commune and find_commune_of(self.personne):
            return HttpResponseRedirect(f"{request.path}?{urlencode({'commune': self.personne.commune})}")
        return super().get(request, *args, **kwargs)

    def get_intro(self) -> str:
        return f"Pour {self.personne}, à vol d’oiseau depuis la commune choisie."

    def _suite(self, poste: Poste) -> str:
        return "" if self.entree.acces(poste).ouvert is False else "Orienter"

    def _link(self, poste: Poste) -> str:
        if not self._suite(poste):
            return ""
        return f"{reverse('parcours:orienter', args=[self.personne.public_id])}?poste={poste.public_id}"

    def get_queryset(self) -> QuerySet[Poste]:
        """Keep a SIAE to its own posts: it presents nobody to others."""
        rows, membre = super().get_queryset(), self.actor.membre
        if membre is not None and membre.profil_role in SIAE:
            return rows.filter(siae__organisation=membre.organisation_id)
        return rows

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "personne": self.personne,
            "entree": self.entree,
            "presenter_url": reverse("parcours:orienter", args=[self.personne.public_id]),
        }


class PostesCarte(PersonnesScreen):
    """The same posts on a map."""

    permission = Permission.SEARCH
    limit = limits.RECHERCHE
    title = "Carte des postes"
    intro = "Où les SIAE recrutent."
    parents = (POSTES,)
    template_name = "parcours/postes/carte.html"

    @cached_property
    def form(self) -> PosteFilter:
        """The filters of the list, bound to the address."""
        return PosteFilter(self.request.GET)

    def get_context(self) -> dict[str, Any]:
        table = f"{reverse('parcours:postes')}?{self.request.GET.urlencode()}"
        rows = self.form.apply(list_postes(timezone.localdate(), self.form.origin))
        return {
            "form": self.form,
            "reset_url": self.request.path,
            "active": [(item, self._without(item.name)) for item in self.form.active()],
            "drawing": draw_postes(rows, settings.MAILLAGE_REGION, link=self._around, table_href=table),
            "table_url": table,
        }

    def _around(self, code: str) -> str:
        query = self.request.GET.copy()
        query["commune"], query["rayon"] = code, "5"
        return f"{reverse('parcours:postes')}?{query.urlencode()}"

    def _without(self, name: str) -> str:
        query = self.request.GET.copy()
        query.pop(name, None)
        return f"{self.request.path}?{query.urlencode()}"


def etat(poste: Poste, on: date) -> str:
    """Return how a post stands on a day: what the delay closed is closed, whether the job wrote it or not."""
    if poste.etat == EtatPoste.FERME:
        return f"fermé\u202f: {poste.get_motif_fermeture_display()}"
    if closes_on(poste, on) <= on:
        return "fermé\u202f: poste que personne n’a confirmé à temps"
    return "ouvert"


class MesPostes(PersonnesScreen, ListScreen):
    """The posts of one's SIAE, those to confirm first on the page."""

    permission = Permission.PUBLISH
    title = "Nos postes"
    intro = "Un poste reste ouvert tant que vous le confirmez. Passé le délai, il ne reçoit plus de candidature."
    parents = (POSTES,)
    template_name = "parcours/postes/miens.html"
    columns = (
        Column("intitule", "Poste", "intitule", sort="intitule_recherche", link=poste_url),
        Column("siae", "SIAE", "siae", sort="siae__nom_recherche"),
        Column("commune", "Commune", "commune.nom", sort="commune__nom_recherche"),
        Column("places", "Places", "places", sort="places", numeric=True),
        Column("charge", "Candidatures récentes", charge, sort="charge"),
        Column("etat", "État", lambda poste: capfirst(etat(poste, timezone.localdate())), sort="etat"),
        Column("confirme", "Confirmé le", "confirme_le", sort="confirme_le"),
        Column(
            "ferme",
            "Se ferme le",
            lambda poste: closes_on(poste, timezone.localdate()) if poste.etat == EtatPoste.OUVERT else "—",
        ),
    )
    default_sort = "confirme"
    export_name = "nos-postes"
    noun = ("poste", "postes")
    empty_title = "Votre organisation n’a pas de poste"
    empty_text = "Publiez-en un\u202f: les prescripteurs y orienteront des personnes."

    @cached_property
    def form(self) -> MesPostesFilter:
        """The filter, bound to the address."""
        return MesPostesFilter(self.request.GET, on=timezone.localdate())

    def get_queryset(self) -> QuerySet[Poste]:
        return describe(own_postes(self.actor), timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        on = timezone.localdate()
        late = own_postes(self.actor).filter(to_confirm(on)).select_related("siae").order_by("confirme_le", "pk")
        return {**super().get_context(), "a_confirmer": [(each, closes_on(each, on)) for each in late]}


class PosteDetail(PersonnesScreen, DetailScreen):
    """A post: what it asks and offers; its SIAE finds its acts there, who leads somebody to it the way in."""

    permission = Permission.SEARCH
    portee = "tous les postes"
    template_name = "parcours/postes/poste.html"
    object: Poste

    def get_object(self) -> Poste:
        found = get_poste(self.actor, self.kwargs["public_id"], timezone.localdate())
        if found is None:
            raise Http404("Ce poste n’est plus ouvert.")
        return found

    def get_intro(self) -> str:
        return str(self.object.siae)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(POSTES[0], reverse(POSTES[1]))]

    def get_context(self) -> dict[str, Any]:
        on, poste, membre = timezone.localdate(), self.object, self.actor.membre
        mine = membre is not None and poste.siae.organisation_id == membre.organisation_id
        leads = granted(self.actor, Permission.ORIENT).ok and membre is not None and membre.profil_role not in SIAE
        state = etat(poste, on)
        return {
            **super().get_context(),
            "etat": state,
            "ouvert": state == "ouvert",
            "mine": mine and granted(self.actor, Permission.PUBLISH).ok,
            "leads": leads and state == "ouvert",
            "charge": charge(poste),
            "heures": heures(poste),
            "equite": get_parametre(EQUITE, on=on),
            "ferme_le": closes_on(poste, on),
        }


class PosteOrienter(PersonneList):
    """Whom one leads to a post: one of the persons whose file is open."""

    permission = Permission.ORIENT
    portee = "tous les postes"
    title = "Qui orienter vers ce poste"

    @cached_property
    def poste(self) -> Poste:
        """The post of the address."""
        found = get_poste(self.actor, self.kwargs["public_id"], timezone.localdate())
        if found is None:
            raise Http404("Ce poste n’est plus ouvert.")
        return found

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """Those of the list of persons, and the act."""
        return (*PersonneList.columns, Column("suite", "Suite", lambda personne: "Orienter", link=self._link))

    def _link(self, personne: Any) -> str:
        return f"{reverse('parcours:orienter', args=[personne.public_id])}?poste={self.poste.public_id}"

    def get_intro(self) -> str:
        return f"{self.poste}, {self.poste.siae}. Choisissez une personne dont le dossier vous est ouvert."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(POSTES[0], reverse(POSTES[1])), (str(self.poste), poste_url(self.poste))]


class PosteCreate(PersonnesScreen, ActScreen):
    """Open a post."""

    permission = Permission.PUBLISH
    title = "Publier un poste"
    intro = "Il paraît aussitôt dans la recherche des prescripteurs."
    parents = (MES_POSTES,)
    form_class = PosteCreationForm
    submit_label = "Publier le poste"
    success_message = "Le poste est publié."

    @cached_property
    def siae(self) -> list[Siae]:
        """The SIAE of one's organisation, in activity."""
        membre = self.actor.membre
        mine = Siae.objects.actives().filter(organisation=membre.organisation_id if membre else None)
        return list(mine.order_by("nom", "type_siae"))

    def get_form_kwargs(self) -> dict[str, Any]:
        site = Implantation.objects.filter(siae__in=self.siae[:1], principale=True).select_related("commune").first()
        return {"siae": self.siae, "initial": {"commune": site.commune.code} if site else {}}

    def perform(self, form: PosteCreationForm) -> str:
        poste = publish_poste(
            siae=form.cleaned_data["siae"], fiche=form.fiche(), actor=self.actor, on=timezone.localdate()
        )
        poste.refresh_from_db(fields=["public_id"])
        return poste_url(poste)


class OfPoste(PersonnesScreen, ActScreen):
    """An act on a post of one's organisation."""

    permission = Permission.PUBLISH
    portee = "les postes de son organisation"

    @cached_property
    def poste(self) -> Poste:
        """The post of the address."""
        found = own_postes(self.actor).select_related("rome", "commune").filter(public_id=self.kwargs["public_id"])
        poste = found.first()
        if poste is None:
            raise Http404("Ce poste est celui d’une autre organisation.")
        return poste

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(MES_POSTES[0], reverse(MES_POSTES[1])), (str(self.poste), poste_url(self.poste))]


class PosteEdit(OfPoste):
    """Change a post."""

    title = "Modifier le poste"
    intro = "Un poste ouvert que vous modifiez est confirmé du même coup."
    form_class = PosteForm
    success_message = "Le poste est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": initial_of(self.poste)}

    def perform(self, form: PosteForm) -> str:
        edit_poste(poste=self.poste, fiche=form.fiche(), actor=self.actor, on=timezone.localdate())
        return poste_url(self.poste)


class PosteConfirm(OfPoste):
    """Say in one click that a post is still open."""

    title = "Confirmer que le poste est ouvert"
    submit_label = "Confirmer"
    success_message = "Le poste est confirmé."

    def perform(self, form: Any) -> str:
        confirm_poste(poste=self.poste, actor=self.actor, on=timezone.localdate())
        return reverse(MES_POSTES[1])


class PosteReopen(OfPoste):
    """Open a closed post again."""

    title = next(each.label for each in POSTE if each.act == "rouvrir")
    intro = "Il paraît de nouveau dans la recherche des prescripteurs."
    submit_label = "Rouvrir"
    success_message = "Le poste est rouvert."

    def perform(self, form: Any) -> str:
        reopen_poste(poste=self.poste, actor=self.actor, on=timezone.localdate())
        return poste_url(self.poste)


class PosteClose(OfPoste):
    """Close a post."""

    title = next(each.label for each in POSTE if each.act == "fermer")
    intro = "Il ne reçoit plus de candidature. Celles qu’il a reçues restent à répondre."
    form_class = FermetureForm
    submit_label = "Fermer le poste"
    success_message = "Le poste est fermé."

    def perform(self, form: FermetureForm) -> str:
        close_poste(poste=self.poste, motif=form.cleaned_data["motif"], actor=self.actor, on=timezone.localdate())
        return poste_url(self.poste)
