"""Files that may be of one person, and the act that merges them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.references.personnes.forms.doublons import FusionForm
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.doublons import list_doublons
from maillage.references.personnes.queries.personnes import get_personne, is_current, list_relations
from maillage.references.personnes.services.fusion import merge_personnes
from maillage.references.personnes.views.base import PersonneAct, PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from maillage.references.personnes.models import Personne
    from maillage.references.personnes.queries.doublons import Doublon


class Doublons(PersonnesScreen, ListScreen):
    """The pairs of files that look like one person."""

    permission = Permission.FOLLOW
    title = "Doublons"
    intro = (
        "Des dossiers qui vous sont ouverts et se ressemblent\u202f: même jour de naissance, noms proches. "
        "Deux dossiers qui portent deux NIR différents sont de deux personnes et ne paraissent pas ici."
    )
    parents = (("Personnes", "personnes:list"),)
    columns = (
        Column("gardee", "Premier dossier", lambda pair: str(pair.gardee), sort="gardee.nom_recherche"),
        Column("autre", "Autre dossier", lambda pair: str(pair.autre), sort="autre.nom_recherche"),
        Column("naissance", "Nés le", "gardee.date_naissance", sort="gardee.date_naissance"),
        Column("noms", "Noms", lambda pair: "identiques" if pair.ressemblance >= 1 else "proches"),
        Column(
            "suite",
            "Suite",
            lambda pair: "Comparer, fusionner",
            link=lambda pair: reverse("personnes:fusionner", args=[pair.gardee.public_id, pair.autre.public_id]),
        ),
    )
    export_name = "doublons"
    noun = ("paire de dossiers", "paires de dossiers")
    empty_title = "Aucun doublon"
    empty_text = "Aucun des dossiers qui vous sont ouverts ne ressemble à un autre."

    def get_queryset(self) -> list[Doublon]:
        return list_doublons(self.actor)

    def see(self, row: Any) -> Any:
        """Note that both persons of a pair are named."""
        self.seen.extend((row.gardee, row.autre))
        return row


class Fusionner(PersonneAct):
    """Compare two files, say which is kept, merge."""

    title = "Fusionner deux dossiers"
    intro = "Un dossier absorbe l’autre, avec ses suivis et tout ce que la plateforme sait de la personne."
    template_name = "personnes/fusionner.html"
    form_class = FusionForm
    submit_label = "Fusionner les deux dossiers"
    success_message = "Les deux dossiers n’en font plus qu’un."

    @cached_property
    def autre(self) -> Personne:
        """The second file of the address."""
        found = get_personne(self.actor, self.kwargs["autre"])
        if found is None or found.pk == self.personne.pk:
            raise Http404("Cet autre dossier n’existe pas, ou ne vous est pas ouvert.")
        return found

    @property
    def personnes(self) -> tuple[Personne, Personne]:
        return self.personne, self.autre

    def readings(self) -> Iterable[Model]:
        return self.personnes

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Personnes", reverse("personnes:list")), ("Doublons", reverse("personnes:doublons"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"personnes": self.personnes}

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "lignes": list(self._lines()), "dossiers": self.personnes}

    def _lines(self) -> Iterable[tuple[str, list[Any]]]:
        """Yield what the two files say, side by side."""
        both: tuple[Any, Any] = self.personnes
        on = timezone.localdate()
        for label, name in (
            ("Nom", "nom"),
            ("Prénom", "prenom"),
            ("Date de naissance", "date_naissance"),
            ("Sexe", "get_sexe_display"),
            ("Commune", "commune_nom"),
            ("Adresse électronique", "email"),
            ("Téléphone", "telephone"),
        ):
            values = [getattr(each, name) for each in both]
            yield label, [value() if callable(value) else value for value in values]
        yield "NIR", ["enregistré" if each.nir_empreinte else "" for each in both]
        yield (
            "Suivie par",
            [
                ", ".join(str(relation) for relation in list_relations(each) if is_current(relation, on)) or "personne"
                for each in both
            ],
        )

    def perform(self, form: FusionForm) -> str:
        first, second = self.personnes
        kept, gone = (first, second) if form.cleaned_data["gardee"] == str(first.public_id) else (second, first)
        merge_personnes(gardee=kept, autre=gone, actor=self.actor, on=timezone.localdate())
        return reverse("personnes:detail", args=[kept.public_id])
