"""The lines of a batch that ask for attention: lists, the file of rejects, correct and replay, leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.screens import Column, Export, ExportScreen, ListScreen
from maillage.foundations.kernel.screens.list import FORMATS
from maillage.foundations.kernel.tableur import Sheet
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.forms.rejets import AbandonForm, AbandonMotifForm, CorrectionForm, RejetFilter
from maillage.interfaces.imports.models import Lot, Rejet
from maillage.interfaces.imports.permissions import Permission
from maillage.interfaces.imports.queries.lots import count_motifs, list_avertissements, list_rejets
from maillage.interfaces.imports.queries.rejets import build_rejets
from maillage.interfaces.imports.services.suites import abandon_motif, abandon_rejet, replay_rejet
from maillage.interfaces.imports.source import get_source
from maillage.interfaces.imports.views.base import ImportAct, LotAct

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet

    from maillage.interfaces.imports.models import Avertissement


def correction_url(rejet: Rejet) -> str:
    """Return where a line still to correct is corrected."""
    open_to_correction = rejet.etat == EtatRejet.A_CORRIGER and rejet.lot.etat == EtatLot.APPLIQUE
    return reverse("imports:corriger", args=[rejet.pk]) if open_to_correction else ""


def suite_url(rejet: Rejet) -> str:
    """Return where a line is corrected once a corrected file has taken it up."""
    return reverse("imports:rejets", args=[rejet.suite_id]) if rejet.etat == EtatRejet.REPRIS and rejet.suite else ""


class OfLot(ListScreen):
    """A list of lines of the batch of the address."""

    permission = Permission.IMPORT
    portee = "tous les lots d’import"
    default_sort = "ligne"

    @cached_property
    def lot(self) -> Lot:
        return get_object_or_404(Lot, pk=self.kwargs["pk"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Imports", reverse("imports:list")), (str(self.lot), reverse("imports:lot", args=[self.lot.pk]))]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "lot": self.lot}


class RejetList(OfLot):
    template_name = "imports/rejets.html"
    title = "Lignes rejetées"
    intro = "Corrigez une ligne à l’écran, ou tous les rejets dans un tableur, et déposez-les à nouveau."
    columns = (
        Column("ligne", "Ligne", "ligne", sort="ligne", numeric=True, link=correction_url),
        Column("etat", "État", "situation", sort="etat", link=suite_url),
        Column("motif", "Motif", "message"),
        Column("contenu", "Contenu", lambda rejet: " · ".join(value[:40] for value in rejet.valeurs[:8] if value)),
    )
    exported = (
        *columns,
        Column("suite", "Reprise dans", lambda rejet: str(rejet.suite) if rejet.suite else "—"),
        Column("code", "Code du motif", "code"),
    )
    export_name = "rejets"
    noun = ("ligne rejetée", "lignes rejetées")
    empty_title = "Aucune ligne rejetée"
    empty_text = "Toutes les lignes du fichier ont été acceptées."

    def get_queryset(self) -> QuerySet[Rejet]:
        return list_rejets(self.lot)

    @cached_property
    def form(self) -> RejetFilter:
        """The filters, among the reasons of this batch."""
        return RejetFilter(self.request.GET, motifs=count_motifs(self.lot))

    def sheet(self) -> Sheet:
        """Return the rows with what a screen has no room for: the batch that took a line up, the code of its reason."""
        lines = ([column.get(row) for column in self.exported] for row in self.rows)
        return Sheet(self.get_title(), [column.heading for column in self.exported], lines, self.export_note)


class AvertissementList(OfLot):
    title = "Avertissements"
    intro = "Ces lignes ont été acceptées, mais quelque chose y mérite un regard."
    columns = (
        Column("ligne", "Ligne", "ligne", sort="ligne", numeric=True),
        Column("message", "Constat", "message"),
        Column("code", "Code", "code", sort="code"),
    )
    export_name = "avertissements"
    noun = ("avertissement", "avertissements")
    empty_title = "Aucun avertissement"

    def get_queryset(self) -> QuerySet[Avertissement]:
        return list_avertissements(self.lot)


class FichierRejets(ExportScreen):
    """The rejected lines still to correct, with the columns of the file they came in, to correct and leave again."""

    permission = Permission.IMPORT
    portee = "tous les lots d’import"

    def build(self) -> Export:
        lot, code = get_object_or_404(Lot, pk=self.kwargs["pk"]), self.kwargs["format"]
        if code not in FORMATS:
            raise Http404("Ce format n’existe pas.")
        return Export(f"rejets-lot-{lot.pk}.{code}", FORMATS[code][1], build_rejets(lot, code))


class AbandonnerMotif(LotAct):
    """Leave out together the lines of a reason that nobody will correct, such as those that are no SIAE."""

    form_class = AbandonMotifForm
    template_name = "imports/abandonner_motif.html"
    title = "Laisser de côté toutes les lignes de ce motif"
    submit_label = "Laisser de côté"
    success_message = "Les lignes de ce motif sont laissées de côté."

    @cached_property
    def motif(self) -> dict[str, Any]:
        """The reason that the address names, with its counts."""
        for motif in count_motifs(self.lot):
            if motif["motif"] == self.kwargs["motif"]:
                return motif
        raise Http404("Ce lot n’a pas de rejet pour ce motif.")

    def get_context(self) -> dict[str, Any]:
        return {"lot": self.lot, "motif": self.motif}

    def perform(self, form: Any) -> str:
        abandon_motif(lot=self.lot, motif=self.motif["motif"], raison=form.cleaned_data["raison"], actor=self.actor)
        return reverse("imports:lot", args=[self.lot.pk])


class RejetAct(ImportAct):
    """An act on the rejected line of the address."""

    @cached_property
    def rejet(self) -> Rejet:
        return get_object_or_404(Rejet.objects.select_related("lot"), pk=self.kwargs["pk"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        lot = self.rejet.lot
        return [
            ("Imports", reverse("imports:list")),
            (str(lot), reverse("imports:lot", args=[lot.pk])),
            ("Lignes rejetées", reverse("imports:rejets", args=[lot.pk])),
        ]

    def get_context(self) -> dict[str, Any]:
        return {"rejet": self.rejet, "lot": self.rejet.lot}


class Corriger(RejetAct):
    """The line, each fault on its column; saving replays it as its import would have."""

    form_class = CorrectionForm
    template_name = "imports/corriger.html"
    submit_label = "Enregistrer et rejouer"
    success_message = "La ligne est corrigée et importée."

    def get_title(self) -> str:
        return f"Corriger la ligne {self.rejet.ligne}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"card": get_source(self.rejet.lot.source).card}

    def get_form(self) -> forms.Form:
        """Return the posted form; at first, the line as it came, with its faults."""
        if self.request.method == "POST":
            return super().get_form()
        form = self.form_class(self.rejet.cells(), **self.get_form_kwargs())
        for motif in self.rejet.motifs:
            if motif["colonne"] not in form.errors:  # a missing value is already told by the form itself
                form.add_error(motif["colonne"] if motif["colonne"] in form.fields else None, motif["message"])
        return form

    def perform(self, form: Any) -> str:
        replay_rejet(rejet=self.rejet, valeurs=form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return reverse("imports:rejets", args=[self.rejet.lot_id])


class Abandonner(RejetAct):
    form_class = AbandonForm
    template_name = "imports/abandonner.html"
    submit_label = "Laisser de côté"
    success_message = "La ligne est laissée de côté."

    def get_title(self) -> str:
        return f"Laisser de côté la ligne {self.rejet.ligne}"

    def perform(self, form: Any) -> str:
        abandon_rejet(rejet=self.rejet, motif=form.cleaned_data["motif"], actor=self.actor)
        return reverse("imports:rejets", args=[self.rejet.lot_id])
