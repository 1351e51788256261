"""Scenarios: try places, see what they change, compare, share."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.domains.diagnostics.forms.scenarios import CopieForm, PlaceForm, ScenarioForm, ScenariosForm
from maillage.domains.diagnostics.jobs import launch_scenario
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.lecture import list_avertissements, list_sources
from maillage.domains.diagnostics.queries.scenarios import (
    COMPARES_MAX,
    choix_of,
    compare_lignes,
    get_scenarios,
    is_running,
    list_scenarios,
    may_edit,
    measure_effet,
    measure_today,
    parts_of,
)
from maillage.domains.diagnostics.queries.scenarios_lecture import (
    as_rows,
    describe_demande,
    describe_inconnu,
    describe_objectif,
    describe_preuve,
    draw_maps,
    list_chiffres,
)
from maillage.domains.diagnostics.services.scenarios import (
    copy_scenario,
    delete_scenario,
    remove_place,
    set_place,
    share_scenario,
)
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen, Screen
from maillage.references.accounts.models import User
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.domains.diagnostics.models import Scenario
    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne

PORTEE = "les scénarios de son organisation et ceux qui sont partagés"
PORTEE_ACTES = "les scénarios de son organisation"
LISTE = ("Scénarios", "diagnostics:scenarios")


def address(scenario: Scenario) -> str:
    """Return the address of a scenario."""
    return reverse("diagnostics:scenario", args=[scenario.public_id])


class ScenarioScreen(Screen):
    """A screen of somebody who signed in."""

    permission = Permission.VIEW_SCENARIOS

    @property
    def actor(self) -> User:
        """The account that asks: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def measure_today(self, scenario: Scenario) -> Couverture:
        """Return the region as it is; there is no page while no territory is loaded."""
        try:
            return measure_today(scenario)
        except LookupError as error:
            raise Http404("Aucun territoire n’est chargé.") from error

    def link(self, ligne: Ligne) -> str:
        """Return the address of the sheet of a territory."""
        return reverse("diagnostics:territoire", args=[ligne.niveau, ligne.code])


class Scenarios(ScenarioScreen, ListScreen):
    """The scenarios that one may read, and the ways to make one."""

    title = "Scénarios"
    intro = "Où ouvrir de nouvelles places\u202f? Essayez, comparez, partagez."
    parents = (("Couverture de la région", "diagnostics:carte"),)
    template_name = "diagnostics/scenarios/liste.html"
    filter_form = ScenariosForm
    default_sort = "-modifie"
    export_name = "scenarios"
    noun = ("scénario", "scénarios")
    empty_title = "Aucun scénario"
    empty_text = (
        "Un scénario ouvre des sites qui n’existent pas encore et montre ce qu’ils changeraient. Choisissez une "
        "méthode ci-dessus pour en créer un."
    )
    columns = (
        Column("nom", "Scénario", "nom", sort="nom", link=address),
        Column("methode", "Méthode", "get_methode_display"),
        Column("sites", "Sites", "sites", sort="sites", numeric=True),
        Column("etp", "ETP", "etp", sort="etp", numeric=True),
        Column("organisation", "Organisation", lambda row: str(row.organisation), sort="organisation__denomination"),
        Column("visibilite", "Visible par", "get_visibilite_display"),
        Column("modifie", "Modifié le", lambda row: timezone.localdate(row.modifie_le), sort="modifie_le"),
    )

    def get_queryset(self) -> QuerySet[Scenario]:
        return list_scenarios(self.actor, settings.MAILLAGE_REGION)

    def get_context(self) -> dict[str, Any]:
        creation = [(methode, reverse("diagnostics:scenario_nouveau", args=[methode])) for methode in Methode]
        return {
            **super().get_context(),
            "creation": creation if granted(self.actor, Permission.EDIT_SCENARIOS) else (),
            "compare_url": reverse("diagnostics:scenarios_comparer"),
        }


class Nouveau(ScenarioScreen, ActScreen):
    """Ask for a scenario; a computed one comes with a first answer, its proof follows."""

    permission = Permission.EDIT_SCENARIOS
    parents = (("Couverture de la région", "diagnostics:carte"), LISTE)
    portee = "les méthodes de calcul"
    form_class = ScenarioForm
    template_name = "diagnostics/scenarios/nouveau.html"
    success_message = "Le scénario est enregistré."

    TITRES = {
        Methode.MANUELLE: ("Placer des sites à la main", "Nommez le scénario, puis ajoutez ses sites un à un."),
        Methode.COUVRIR: (
            "Couvrir le plus de personnes",
            "Le calcul choisit les communes d’où le plus de personnes, aujourd’hui sans SIAE de ce type à proximité, "
            "en auraient une.",
        ),
        Methode.RAPPROCHER: (
            "Réduire la distance",
            "Le calcul choisit les communes qui rapprochent le plus l’ensemble du public d’une SIAE d’un type.",
        ),
    }

    @cached_property
    def methode(self) -> Methode:
        """The method of the address."""
        if self.kwargs["methode"] not in Methode:
            raise Http404("Cette méthode n’existe pas.")
        return Methode(self.kwargs["methode"])

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Créer" if self.methode == Methode.MANUELLE else "Calculer"

    def get_title(self) -> str:
        return self.TITRES[self.methode][0]

    def get_intro(self) -> str:
        return self.TITRES[self.methode][1]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"region": settings.MAILLAGE_REGION, "methode": self.methode}

    def get_context(self) -> dict[str, Any]:
        return {"parametre": get_parametre("diagnostics.scenario_etp", on=timezone.localdate())}

    def perform(self, form: ScenarioForm) -> str:
        scenario = launch_scenario(
            demande=form.demande(), region=settings.MAILLAGE_REGION, actor=self.actor, on=timezone.localdate()
        )
        return address(scenario)


class OfScenario(ScenarioScreen):
    """A screen about one scenario that one may read."""

    portee = PORTEE

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario of the address."""
        found = get_scenarios(self.actor, [self.kwargs["public_id"]])
        if not found:
            raise Http404("Ce scénario n’existe pas, ou ne vous est pas ouvert.")
        return found[0]

    @property
    def url(self) -> str:
        return address(self.scenario)

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        return [("Couverture de la région", reverse("diagnostics:carte")), ("Scénarios", reverse(LISTE[1]))]


class Detail(OfScenario, DetailScreen):
    """What a scenario opens and changes."""

    template_name = "diagnostics/scenarios/scenario.html"

    def get_object(self) -> Scenario:
        return self.scenario

    def get_title(self) -> str:
        return self.scenario.nom

    def get_intro(self) -> str:
        return f"{self.scenario.organisation} · visible par {self.scenario.get_visibilite_display()}"

    def get_context(self) -> dict[str, Any]:
        scenario = self.scenario
        today = self.measure_today(scenario)
        effet = measure_effet(scenario, today)
        editable = may_edit(self.actor, scenario)
        running = is_running(scenario)
        sites = list(scenario.places.all())
        return {
            **super().get_context(),
            "effets": [effet],
            "sites": sites,
            "public": today.besoins.public.libelle,
            "preuve": describe_preuve(scenario),
            "objectif": describe_objectif(scenario),
            "inconnu": describe_inconnu(scenario),
            "demande": describe_demande(scenario, parts_of(scenario)),
            "maps": draw_maps(today, [effet], self.link),
            "chiffres": list_chiffres(today, [effet]),
            "ecarts": as_rows(compare_lignes(today, [effet], Maille.INTERCOMMUNALITE), today, [effet], self.link),
            "editable": editable and not running,
            "own": editable,
            "copiable": granted(self.actor, Permission.EDIT_SCENARIOS),
            "running": running,
            "partage": scenario.visibilite == Visibilite.PARTAGE,
            "avertissements": list_avertissements(today),
            "sources": list_sources(today),
            "compare_url": f"{reverse('diagnostics:scenarios_comparer')}?avec={scenario.public_id}",
        }


class Comparer(ScenarioScreen):
    """Up to three scenarios beside today: maps of one scale, figures side by side."""

    title = "Comparer des scénarios"
    intro = "La région aujourd’hui, et telle que chaque scénario la ferait, avec les mêmes teintes."
    parents = (("Couverture de la région", "diagnostics:carte"), LISTE)
    template_name = "diagnostics/scenarios/comparer.html"

    @cached_property
    def asked(self) -> list[Scenario]:
        """The scenarios of the address that one may read."""
        asked = []
        for text in self.request.GET.getlist("avec"):
            try:
                asked.append(UUID(text))
            except ValueError:
                continue
        return get_scenarios(self.actor, asked)

    @property
    def scenarios(self) -> list[Scenario]:
        """Those that are compared: the first three."""
        return self.asked[:COMPARES_MAX]

    def get_context(self) -> dict[str, Any]:
        chosen = {scenario.pk for scenario in self.scenarios}
        choices = [(row, row.pk in chosen) for row in list_scenarios(self.actor, settings.MAILLAGE_REGION)[:100]]
        if not self.scenarios:
            return {"choices": choices, "max": COMPARES_MAX}
        # One scale for all: the public and the year are those of the first scenario.
        today = self.measure_today(self.scenarios[0])
        effets = [
            measure_effet(each, today if choix_of(each) == today.choix else self.measure_today(each))
            for each in self.scenarios
        ]
        return {
            "choices": choices,
            "max": COMPARES_MAX,
            "effets": effets,
            "ecartes": self.asked[COMPARES_MAX:],
            "mixed": len({(each.public, each.annee) for each in self.scenarios}) > 1,
            "public": today.besoins.public.libelle,
            "maps": draw_maps(today, effets, self.link),
            "chiffres": list_chiffres(today, effets),
            "ecarts": as_rows(compare_lignes(today, effets, Maille.INTERCOMMUNALITE), today, effets, self.link),
            "avertissements": list_avertissements(today),
            "sources": list_sources(today),
        }


class ScenarioAct(OfScenario, ActScreen):
    """An act of the organisation that made the scenario."""

    permission = Permission.EDIT_SCENARIOS
    portee = PORTEE_ACTES

    @cached_property
    def scenario(self) -> Scenario:
        found = super().scenario
        if not may_edit(self.actor, found):
            raise Http404("Ce scénario est celui d’une autre organisation.")
        return found

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        return [*super().get_breadcrumb(), (self.scenario.nom, self.url)]


class AjouterSite(ScenarioAct):
    """Open a site by hand."""

    title = "Ajouter un site"
    form_class = PlaceForm
    submit_label = "Ajouter le site"
    success_message = "Le site est ajouté."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"etp": get_parametre("diagnostics.scenario_etp", on=timezone.localdate()).value}}

    def perform(self, form: PlaceForm) -> str:
        values = form.cleaned_data
        set_place(
            scenario=self.scenario,
            unite=values["commune"],
            type_siae=values["type_siae"],
            etp=values["etp"],
            actor=self.actor,
        )
        return self.url


class RetirerSite(ScenarioAct):
    """Take a site out."""

    title = "Retirer un site"
    submit_label = "Retirer le site"
    success_message = "Le site est retiré."

    def get_intro(self) -> str:
        found = next((place for place in self.scenario.places.all() if place.pk == self.kwargs["place"]), None)
        if found is None:
            raise Http404("Ce site n’est plus dans le scénario.")
        return f"{found.type_siae} à {found.unite.nom}"

    def perform(self, form: Any) -> str:
        remove_place(scenario=self.scenario, place=self.kwargs["place"], actor=self.actor)
        return self.url


class Partager(ScenarioAct):
    """Share a scenario with every partner who signed in, or stop sharing it."""

    @property
    def shared(self) -> bool:
        return bool(self.scenario.visibilite == Visibilite.PARTAGE)

    def get_title(self) -> str:
        return "Ne plus partager le scénario" if self.shared else "Partager le scénario"

    def get_intro(self) -> str:
        if self.shared:
            return "Seule votre organisation le lira encore. Les copies déjà faites restent."
        return "Tous les partenaires connectés pourront le lire, le comparer et le copier, sans le modifier."

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Ne plus partager" if self.shared else "Partager"

    def perform(self, form: Any) -> str:
        visibilite = Visibilite.ORGANISATION if self.shared else Visibilite.PARTAGE
        share_scenario(scenario=self.scenario, visibilite=visibilite, actor=self.actor)
        return self.url


class Supprimer(ScenarioAct):
    """Remove a scenario."""

    title = "Supprimer le scénario"
    intro = "Le scénario et ses sites disparaissent. Rien d’autre ne change."
    submit_label = "Supprimer"
    success_message = "Le scénario est supprimé."

    def perform(self, form: Any) -> str:
        delete_scenario(scenario=self.scenario, actor=self.actor)
        return reverse(LISTE[1])


class Copier(OfScenario, ActScreen):
    """Copy a scenario that one reads, to go on from it."""

    permission = Permission.EDIT_SCENARIOS
    title = "Copier le scénario"
    intro = "La copie appartient à votre organisation\u202f: vous pourrez en modifier les sites."
    form_class = CopieForm
    submit_label = "Copier"
    success_message = "La copie est enregistrée."

    def get_breadcrumb(self) -> Sequence[tuple[str, str]]:
        return [*super().get_breadcrumb(), (self.scenario.nom, self.url)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"nom": f"{self.scenario.nom} (copie)"[:120]}}

    def perform(self, form: CopieForm) -> str:
        copy = copy_scenario(scenario=self.scenario, nom=form.cleaned_data["nom"], actor=self.actor)
        return address(copy)
