"""A batch: the list, its page, and the acts that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.screens import Column, DetailScreen, ListScreen
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.forms.lots import ColonnesForm, LotFilter
from maillage.interfaces.imports.jobs import launch_apply, launch_check, map_and_check
from maillage.interfaces.imports.permissions import Permission
from maillage.interfaces.imports.queries.lots import count_motifs, describe_lot, list_doubles, list_lots
from maillage.interfaces.imports.rules import ETAPES, TRANSITIONS, get_etape
from maillage.interfaces.imports.services.lots import cancel_lot
from maillage.interfaces.imports.source import get_source, list_sources
from maillage.interfaces.imports.views.base import LotAct

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.interfaces.imports.models import Lot

# What each transition that a person may ask for is called on screen: (address, weight of the button).
ACTS = {
    "map": ("colonnes", "secondary"),
    "check": ("controler", "secondary"),
    "start": ("importer", ""),
    "resume": ("importer", ""),
    "cancel": ("annuler", "tertiary"),
}


def count_waiting(lot: Any) -> int | str:
    """Return how many lines of a batch are to correct; nothing is, before it is imported or once it is cancelled."""
    return int(lot.a_corriger) if lot.etat == EtatLot.APPLIQUE else "—"


class LotList(ListScreen):
    permission = Permission.IMPORT
    portee = "tous les lots d’import"
    title = "Imports"
    intro = "Un fichier entre ici : il est lu, contrôlé, puis importé. Aucune ligne refusée n’est perdue."
    template_name = "imports/list.html"
    columns = (
        Column("numero", "Lot", str, sort="pk", link=lambda lot: reverse("imports:lot", args=[lot.pk])),
        Column("source", "Source", lambda lot: get_source(lot.source).card.label, sort="source"),
        Column("fichier", "Fichier", "nom_fichier", sort="nom_fichier"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("lus", "Lignes lues", "lus", sort="lus", numeric=True),
        Column("crees", "Créées", "crees", sort="crees", numeric=True),
        Column("modifies", "Modifiées", "modifies", sort="modifies", numeric=True),
        Column("inchanges", "Sans changement", "inchanges", sort="inchanges", numeric=True),
        Column("hors_champ", "Hors champ", "hors_champ", sort="hors_champ", numeric=True),
        Column("rejetes", "Rejetées", "rejetes", sort="rejetes", numeric=True),
        Column("a_corriger", "À corriger", count_waiting, sort="a_corriger", numeric=True),
        Column("depose_le", "Déposé le", lambda lot: timezone.localdate(lot.depose_le), sort="depose_le"),
        Column("auteur", "Par", lambda lot: str(lot.auteur) if lot.auteur else "ligne de commande"),
    )
    filter_form = LotFilter
    default_sort = "-depose_le"
    export_name = "imports"
    noun = ("lot", "lots")
    empty_title = "Aucun fichier n’a encore été déposé"
    empty_text = "Choisissez une source ci-dessus pour déposer le premier."

    def get_queryset(self) -> QuerySet[Lot]:
        return list_lots()

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "sources": [source.card for source in list_sources()]}


class LotDetail(DetailScreen):
    permission = Permission.IMPORT
    portee = "tous les lots d’import"
    parents = (("Imports", "imports:list"),)
    template_name = "imports/lot.html"

    def get_object(self) -> Lot:
        return get_object_or_404(
            list_lots().select_related("origine", "fichier").defer("fichier__contenu"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return f"{self.object}\u202f: {self.object.nom_fichier}"

    def get_context(self) -> dict[str, Any]:
        lot = self.object
        card = get_source(lot.source).card
        labels = {column.code: column.label for column in card.columns}
        places = sorted(card.keep(lot.colonnes).items(), key=lambda item: item[1])
        return {
            "lot": lot,
            "card": card,
            "etapes": ETAPES,
            "etape": get_etape(lot.etat),
            "entetes_colonnes": ("Colonne du fichier", "Ce qu’elle contient"),
            "colonnes": [(lot.entete[place], labels[code]) for code, place in places],
            "provenance": (
                ("Source", card.label),
                ("Provenance", lot.provenance),
                ("Déposé le", lot.depose_le),
                ("Par", str(lot.auteur) if lot.auteur else "ligne de commande"),
                ("Taille", f"{lot.fichier.taille / 1000:.1f} ko".replace(".", ",")),
                ("Empreinte du contenu", str(lot.fichier)),
                ("Corrige les rejets de", str(lot.origine) if lot.origine else "aucun lot"),
            ),
            "motifs": count_motifs(lot),
            "doubles": list_doubles(lot)[:1],
            "acts": [
                (
                    transition.label,
                    reverse(f"imports:{ACTS[transition.act][0]}", args=[lot.pk]),
                    ACTS[transition.act][1],
                )
                for transition in TRANSITIONS.available(lot.etat)
                if transition.act in ACTS and (transition.act != "start" or lot.valides)
            ],
        }


class Colonnes(LotAct):
    form_class = ColonnesForm
    template_name = "imports/colonnes.html"
    title = "Désigner les colonnes"
    intro = (
        "Dites quelle colonne du fichier contient quoi. Le choix est retenu pour le prochain fichier au même en-tête."
    )
    submit_label = "Contrôler le fichier"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "card": get_source(self.lot.source).card,
            "entete": self.lot.entete,
            "extrait": self.lot.extrait,
            "initial": self.lot.colonnes,
        }

    def get_context(self) -> dict[str, Any]:
        return {"etapes": ETAPES, "lot": self.lot}

    def perform(self, form: Any) -> str:
        tache = map_and_check(lot=self.lot, colonnes=form.get_colonnes(), actor=self.actor, on=timezone.localdate())
        return reverse("kernel:tache", args=[tache.pk])


class Controler(LotAct):
    title = "Contrôler le fichier"
    intro = "Chaque ligne est lue et comparée à ce qui est déjà connu. Rien n’est écrit."
    submit_label = "Contrôler"

    def perform(self, form: Any) -> str:
        tache = launch_check(lot=self.lot, actor=self.actor, on=timezone.localdate())
        return reverse("kernel:tache", args=[tache.pk])


class Importer(LotAct):
    template_name = "imports/importer.html"
    title = "Importer le fichier"
    submit_label = "Importer"

    def get_context(self) -> dict[str, Any]:
        return {"lot": self.lot, "bilan": describe_lot(self.lot)}

    def perform(self, form: Any) -> str:
        tache = launch_apply(lot=self.lot, actor=self.actor, on=timezone.localdate())
        return reverse("kernel:tache", args=[tache.pk])


class Annuler(LotAct):
    template_name = "imports/annuler.html"
    title = "Annuler le lot"
    submit_label = "Annuler le lot"
    success_message = "Le lot est annulé."

    def get_context(self) -> dict[str, Any]:
        return {"lot": self.lot}

    def perform(self, form: Any) -> str:
        cancel_lot(lot=self.lot, actor=self.actor)
        return reverse("imports:lot", args=[self.lot.pk])
