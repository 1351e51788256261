"""The list of a CIP, and their calendar."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import EtatEntretien
from maillage.domains.parcours.forms.accompagnement import AgendaFilter, SuivisFilter
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.agenda import list_entretiens, monday, to_ics
from maillage.domains.parcours.queries.suivis import get_seuils, list_suivis
from maillage.foundations.kernel.screens import Column, Export, ExportScreen, ListScreen
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import Entretien
    from maillage.domains.parcours.queries.suivis import LigneSuivi
    from maillage.references.personnes.models import Personne

ICS_PASSE = timedelta(days=30)


def support_url(personne: Personne) -> str:
    """Return the page of the support of a person."""
    return reverse("parcours:accompagnement", args=[personne.public_id])


def _echeance(ligne: LigneSuivi) -> str:
    return f"{ligne.echeance:%d/%m/%Y} · {ligne.objet}" if ligne.echeance else "—"


class MesAccompagnements(PersonnesScreen, ListScreen):
    """The persons whom a CIP supports, the nearest deadline first."""

    permission = Permission.SUPPORT
    title = "Mes accompagnements"
    template_name = "parcours/accompagnement/liste.html"
    filter_form = SuivisFilter
    columns = (
        Column("personne", "Personne", "personne", sort="nom", link=lambda row: support_url(row.personne)),
        Column("echeance", "Prochaine échéance", _echeance, sort="echeance"),
        Column("alertes", "Alertes", lambda row: row.alertes_dites or "—", sort="nombre_alertes"),
        Column("contact", "Dernier entretien", lambda row: row.dernier_contact or "aucun", sort="dernier_contact"),
        Column("actions", "Actions ouvertes", "actions", sort="actions", numeric=True),
        Column("contrat", "Fin du contrat", lambda row: row.fin_contrat or "—", sort="fin_contrat"),
        Column("titre", "Fin du droit", lambda row: row.fin_titre or "—", sort="fin_titre"),
        Column("referent", "Référent", "referent", sort="referent"),
    )
    default_sort = "echeance"
    export_name = "accompagnements"
    noun = ("personne", "personnes")
    empty_title = "Personne ici"
    empty_text = "Vous voyez les salariés de votre SIAE dont vous êtes le référent, ou tous ceux de la SIAE."

    def get_intro(self) -> str:
        seuils = get_seuils(timezone.localdate())
        return (
            f"Alertes\u202f: {seuils.contact} jours sans entretien, contrat à moins de {seuils.contrat} jours "
            f"de sa fin, droit à moins de {seuils.titre} jours, évaluation à moins de "
            f"{seuils.jalon} jours, action en retard."
        )

    def get_queryset(self) -> list[LigneSuivi]:
        assert self.form is not None
        return list_suivis(self.actor, timezone.localdate(), miens=self.form.values.get("qui") != "tous")

    def named(self, row: LigneSuivi) -> Model:
        return row.personne


class Agenda(PersonnesScreen, ListScreen):
    """A week of interviews, or all those to come."""

    permission = Permission.SUPPORT
    title = "Agenda"
    template_name = "parcours/accompagnement/agenda.html"
    filter_form = AgendaFilter
    columns = (
        Column("debut", "Quand", "debut", sort="debut"),
        Column("duree", "Durée", lambda row: f"{row.duree_minutes} min"),
        Column(
            "personne",
            "Personne",
            "accompagnement.relation.personne",
            sort="accompagnement__relation__personne__nom",
            link=lambda row: support_url(row.accompagnement.relation.personne),
        ),
        Column("membre", "Avec", lambda row: str(row.membre.user), sort="membre__user__nom"),
        Column("etat", "État", "get_etat_display", sort="etat"),
    )
    default_sort = "debut"
    page_size = 100
    export_name = "agenda"
    noun = ("entretien", "entretiens")
    empty_title = "Aucun entretien"
    empty_text = "Un entretien se prévoit depuis la page d’une personne."
    empty_label = "Mes accompagnements"

    @property
    def empty_url(self) -> str:  # type: ignore[override]
        return reverse("parcours:mes_accompagnements")

    @cached_property
    def lundi(self) -> date:
        """The Monday of the week shown."""
        assert self.form is not None
        return monday(self.form.values.get("semaine") or timezone.localdate())

    @property
    def suite(self) -> bool:
        """Whether all the interviews to come are shown."""
        assert self.form is not None
        return bool(self.form.values.get("vue") == "suite")

    def get_intro(self) -> str:
        if self.suite:
            return "Tous les entretiens à venir."
        return f"Semaine du {self.lundi:%d/%m/%Y} au {self.lundi + timedelta(days=6):%d/%m/%Y}."

    def get_queryset(self) -> QuerySet[Entretien]:
        assert self.form is not None
        on = timezone.localdate()
        rows = list_entretiens(self.actor, on, miens=self.form.values.get("qui") != "tous")
        if self.suite:
            return rows.filter(debut__gte=timezone.now(), etat=EtatEntretien.PREVU)
        return rows.filter(debut__date__gte=self.lundi, debut__date__lt=self.lundi + timedelta(days=7))

    def named(self, row: Entretien) -> Model:
        return row.accompagnement.relation.personne

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        days = [self.lundi + timedelta(days=rank) for rank in range(7)]
        week = [(day, [each for each in context["page"] if timezone.localdate(each.debut) == day]) for day in days]
        return {
            **context,
            "semaine": [] if self.suite else week,
            "avant": self.url(semaine=(self.lundi - timedelta(days=7)).isoformat()),
            "apres": self.url(semaine=(self.lundi + timedelta(days=7)).isoformat()),
            "aujourdhui": timezone.localdate(),
        }


class AgendaFile(PersonnesScreen, ExportScreen):
    """One's interviews as a calendar file: those of the last month and all those to come."""

    permission = Permission.SUPPORT

    @cached_property
    def entretiens(self) -> list[Entretien]:
        """The interviews that the file carries."""
        rows = list_entretiens(self.actor, timezone.localdate()).filter(debut__gte=timezone.now() - ICS_PASSE)
        return list(rows.order_by("debut"))

    def readings(self) -> Iterable[Model]:
        return {each.accompagnement.relation.personne for each in self.entretiens}

    def build(self) -> Export:
        def link(entretien: Entretien) -> str:
            return self.request.build_absolute_uri(support_url(entretien.accompagnement.relation.personne))

        return Export("agenda.ics", "text/calendar; charset=utf-8", to_ics(self.entretiens, link))
