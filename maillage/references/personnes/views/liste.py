"""The persons that one may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property

from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.personnes.forms.personnes import PersonneFilter
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.personnes import list_personnes
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from maillage.references.personnes.models import Personne


def _followers(personne: Any) -> str:
    told = [f"{r.organisation} ({r.referent.user})" if r.referent else str(r.organisation) for r in personne.en_cours]
    return ", ".join(dict.fromkeys(told)) or "plus personne"


def _titles(personne: Any) -> str:
    return ", ".join(dict.fromkeys(r.get_type_display() for r in personne.en_cours)) or "—"


class PersonneList(PersonnesScreen, ListScreen):
    """The persons whose file is open to this account; each one shown, on a page or in a file, is a reading."""

    permission: ClassVar[str | None] = Permission.VIEW
    title = "Personnes"
    intro = "Les personnes dont le dossier vous est ouvert. Chaque consultation est inscrite au journal des lectures."
    template_name = "personnes/liste.html"
    columns = (
        Column(
            "nom",
            "Nom",
            "nom",
            sort="nom_recherche",
            link=lambda personne: reverse("personnes:detail", args=[personne.public_id]),
        ),
        Column("prenom", "Prénom", "prenom", sort="prenom"),
        Column("commune", "Commune", "commune_nom", sort="commune"),
        Column("suivi", "Suivi par", _followers),
        Column("type", "Type de relation", _titles),
        Column("depuis", "Depuis", lambda personne: personne.depuis or "—", sort="depuis"),
    )
    default_sort = "nom"
    export_name = "personnes"
    noun = ("personne", "personnes")
    empty_title = "Aucun dossier ne vous est ouvert"
    empty_text = (
        "Un dossier s’ouvre à une organisation quand elle suit la personne\u202f: créez-en un, ou suivez une personne "
        "déjà connue. Un exploitant n’en voit qu’après une ouverture exceptionnelle."
    )

    @cached_property
    def form(self) -> PersonneFilter:
        """The filters, bound to the address and to who asks."""
        return PersonneFilter(self.request.GET, user=self.actor)

    def get_queryset(self) -> QuerySet[Personne]:
        return list_personnes(self.actor)

    def named(self, row: Any) -> Model:
        person: Personne = row
        return person

    def reading_reason(self, subject: Any) -> str:
        return subject.motif_lecture or ""

    def get_context(self) -> dict[str, Any]:
        may = {name: granted(self.actor, name).ok for name in Permission}
        return {**super().get_context(), "may_follow": may[Permission.FOLLOW], "may_open": may[Permission.OPEN]}
