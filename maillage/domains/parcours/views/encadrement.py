"""The permanent staff of SIAE against their employees: the list, and what a direction says of its own."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.encadrement import Fonction
from maillage.domains.parcours.forms.encadrement import EncadrementFilter, PermanentsForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.encadrement import list_encadrement, own_siae
from maillage.domains.parcours.services.encadrement import record_permanents
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, ListScreen
from maillage.foundations.kernel.templatetags.ui import de, decimal
from maillage.references.personnes.views.base import PersonnesScreen
from maillage.references.territoires.queries.liste import list_departements

if TYPE_CHECKING:
    from maillage.domains.parcours.queries.encadrement import LigneEncadrement
    from maillage.references.structures.models import Siae

INCONNU = "non renseigné"


def _salaries(ligne: LigneEncadrement) -> int | str:
    if ligne.secret:
        return "secret"
    return INCONNU if ligne.encadrement.salaries is None else ligne.encadrement.salaries


def _ratio(value: float | None, ligne: LigneEncadrement) -> str:
    if value is None:
        return "secret" if ligne.secret else INCONNU
    return f"1 pour {decimal(value, 1)}"


def _repere(ligne: LigneEncadrement) -> str:
    if ligne.encadrement.bornes is None:
        return "aucun"
    least, most = ligne.encadrement.bornes
    return f"1 pour {decimal(least, 0)} à 1 pour {decimal(most, 0)}"


def _etp(ligne: LigneEncadrement) -> Any:
    return ligne.encadrement.etp_compares


def _cip(ligne: LigneEncadrement) -> Any:
    return ligne.encadrement.etp.get(Fonction.ACCOMPAGNEMENT)


class EncadrementList(PersonnesScreen, ListScreen):
    """Each SIAE: its employees, its permanent posts, what the strategy saw."""

    permission = Permission.VIEW_RATIOS
    title = "Moyens d’accompagnement"
    template_name = "parcours/encadrement/liste.html"
    columns = (
        Column("siae", "SIAE", "siae.nom", sort="siae.nom"),
        Column("type", "Type", "siae.type_siae", sort="siae.type_siae"),
        Column("departement", "Département", "departement", sort="departement"),
        Column("salaries", "Salariés", _salaries, sort="encadrement.salaries", numeric=True),
        Column("cip", "CIP", _cip, numeric=True, unit="ETP"),
        Column("permanents", "Permanents", _etp, sort="encadrement.etp_compares", numeric=True, unit="ETP"),
        Column(
            "par_cip",
            "Par CIP",
            lambda row: _ratio(row.encadrement.par_cip, row),
            sort="encadrement.par_cip",
            detail="salariés",
        ),
        Column(
            "ratio",
            "Par permanent",
            lambda row: _ratio(row.encadrement.par_permanent, row),
            sort="encadrement.par_permanent",
            detail="salariés",
        ),
        Column("repere", "Repère", _repere),
        Column("situation", "Situation", "encadrement.situation", sort="encadrement.situation"),
        Column("annee", "Année des ETP", lambda row: str(row.annee) if row.annee else INCONNU, sort="annee"),
    )
    default_sort = "siae"
    export_name = "moyens-d-accompagnement"
    noun = ("SIAE", "SIAE")
    empty_title = "Aucune SIAE ici"
    empty_text = "Une direction voit les SIAE de son organisation, un service celles de son territoire."

    @cached_property
    def form(self) -> EncadrementFilter:
        """The filters, bound to the address."""
        return EncadrementFilter(self.request.GET, departements=dict(list_departements(settings.MAILLAGE_REGION)))

    def get_intro(self) -> str:
        repere = get_parametre("parcours.salaries_par_permanent_aci_ei_min", on=timezone.localdate())
        return (
            "Permanents comptés\u202f: accompagnement, encadrement technique, formation. Salariés du jour, ETP de la "
            f"dernière année saisie. Repère\u202f: {repere.source.partition(' :')[0].strip()}."
        )

    def get_queryset(self) -> list[LigneEncadrement]:
        return list_encadrement(self.actor, timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        may = granted(self.actor, Permission.RECORD_STAFF)
        return {**super().get_context(), "mes_siae": own_siae(self.actor).order_by("nom") if may else []}


class SaisirPermanents(PersonnesScreen, ActScreen):
    """Say the permanent staff of one's SIAE, a year."""

    permission = Permission.RECORD_STAFF
    portee = "les SIAE de son organisation"
    form_class = PermanentsForm
    success_message = "Les ETP sont enregistrés."
    parents = (("Moyens d’accompagnement", "parcours:encadrement"),)

    @cached_property
    def siae(self) -> Siae:
        """The SIAE of the address, among one's own."""
        found = own_siae(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("Cette SIAE n’existe pas, ou n’est pas de votre organisation.")
        return found

    def get_title(self) -> str:
        return f"Permanents {de(self.siae.nom)}"

    def get_intro(self) -> str:
        return "Des ETP, sans nom. Vide\u202f: non renseigné\u202f; 0\u202f: personne. Une année saisie est remplacée."

    def get_form_kwargs(self) -> dict[str, Any]:
        on = timezone.localdate()
        year = on.year - 1
        rows = self.siae.permanents.all()
        known = {row.fonction: row.etp for row in rows if row.annee == year}
        return {"latest": on.year, "initial": {"annee": year, **known}}

    def perform(self, form: PermanentsForm) -> str:
        annee = form.cleaned_data["annee"]
        record_permanents(siae=self.siae, annee=annee, etp=form.etp, actor=self.actor, on=timezone.localdate())
        return reverse("parcours:encadrement")
