"""The chain of prescription of each département: read by whoever orients, set by whoever leads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.parcours.forms.chaines import ChaineForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.chaines import get_chaine, is_departement, list_chaines, may_set, measure
from maillage.domains.parcours.services.chaines import set_chaine
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from maillage.domains.parcours.queries.chaines import Chaine

CHAINES = ("Chaînes de prescription", "parcours:chaines")


def _link(chaine: Chaine) -> str:
    return reverse("parcours:chaine", args=[chaine.departement])


def _steps(chaine: Chaine) -> str:
    return ", puis ".join(each.role_label for each in chaine.etapes)


class Chaines(PersonnesScreen, ListScreen):
    """The chain of every département of the region."""

    permission = Permission.SEARCH
    title = CHAINES[0]
    intro = "Qui oriente, qui établit le diagnostic, qui répond, et en combien de jours, dans chaque département."
    columns = (
        Column("departement", "Département", lambda c: f"{c.nom} ({c.departement})", sort="departement", link=_link),
        Column("etapes", "Étapes", _steps),
        Column("delai", "Délai total", "delai_jours", sort="delai_jours", numeric=True, unit="jours"),
        Column("convenue", "Convenue", lambda c: "oui" if c.convenue else "non, chaîne par défaut", sort="convenue"),
        Column("par", "Fixée par", lambda c: c.fixee_par or "—"),
        Column("le", "Le", lambda c: c.maj_le or "—", sort="maj_le"),
    )
    default_sort = "departement"
    export_name = "chaines-de-prescription"
    noun = ("département", "départements")
    empty_title = "Aucun département n’est chargé"
    empty_text = "Chargez le découpage de la région."

    def get_queryset(self) -> list[Chaine]:
        return list_chaines(settings.MAILLAGE_REGION)


class OfChaine(PersonnesScreen):
    """A screen about the chain of one département of the region."""

    @cached_property
    def chaine(self) -> Chaine:
        """The chain of the address."""
        if not is_departement(self.kwargs["departement"]):
            raise Http404("Ce département n’existe pas.")
        return get_chaine(self.kwargs["departement"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(CHAINES[0], reverse(CHAINES[1]))]


class ChaineDetail(OfChaine, DetailScreen):
    """The steps, with the delays that were really taken."""

    permission = Permission.SEARCH
    portee = "toutes les chaînes de prescription"
    template_name = "parcours/chaines/chaine.html"

    def get_object(self) -> Chaine:
        return self.chaine

    def get_title(self) -> str:
        return f"Chaîne de prescription\u202f: {self.chaine.nom}"

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "mesures": measure(self.chaine, timezone.localdate()),
            "may_set": may_set(self.actor, self.chaine.departement),
        }


class ChaineEdit(OfChaine, ActScreen):
    """Set the chain of a département that one's organisation answers for."""

    permission = Permission.CHAIN
    portee = "les chaînes de prescription de ses départements"
    form_class = ChaineForm
    submit_label = "Fixer la chaîne"
    success_message = "La chaîne est fixée. Les orienteurs la lisent dès maintenant."
    intro = "Une étape dont on ne dit pas ce qu’elle fait n’existe pas. L’ordre est celui de la page."

    @cached_property
    def chaine(self) -> Chaine:
        """The chain of the address; that of a département one does not answer for is not found."""
        if not may_set(self.actor, self.kwargs["departement"]):
            raise Http404("Votre organisation ne répond pas de ce département.")
        return get_chaine(self.kwargs["departement"])

    def get_title(self) -> str:
        return f"Fixer la chaîne de prescription\u202f: {self.chaine.nom}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), (self.chaine.nom, _link(self.chaine))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"chaine": self.chaine}

    def perform(self, form: ChaineForm) -> str:
        set_chaine(
            departement=self.chaine.departement,
            etapes=form.etapes(),
            texte=form.cleaned_data["texte"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        return _link(self.chaine)
