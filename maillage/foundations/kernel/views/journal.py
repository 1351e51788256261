"""The journal of acts: who did what, for whom, to which object, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.permissions import Permission
from maillage.foundations.kernel.screens import Column, FilterForm, ListScreen
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.foundations.kernel.wording import act_label, acts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.foundations.kernel.models import Acte

MACHINE = "la plateforme"


def subject(acte: Acte) -> str:
    """Return what the act was done to, without its name: the journal is read by more people than the object is.

    What holds personal data has no number either: one that is kept, file after file, tells who is who.
    """
    model = acte.objet_type.model_class()
    if model is not None and hasattr(model, "personnel"):
        return str(model._meta.verbose_name)
    return f"{model._meta.verbose_name if model else acte.objet_type} n° {acte.objet_id}"


def particulars(acte: Acte) -> str:
    """Return the particulars of an act in one line: « champs : nom, commune »."""
    told = {key.replace("_", " "): value for key, value in acte.details.items() if value not in (None, "", [], {})}
    return " ; ".join(f"{key} : {_flat(value)}" for key, value in told.items())[:300]


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(map(_flat, value)) if isinstance(value, list) else str(value)


class JournalFilter(FilterForm):
    lookups = {
        "acte": "acte",
        "du": "date__date__gte",
        "au": "date__date__lte",
        "auteur": "auteur__email__icontains",
        "organisation": "pour_nom__icontains",
    }
    acte = forms.ChoiceField(label="Acte")
    du = forms.DateField(label="Du", widget=DateInput())
    au = forms.DateField(label="Au", widget=DateInput())
    auteur = forms.CharField(label="Adresse électronique de l’auteur", max_length=200)
    organisation = forms.CharField(label="Au nom de", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, capfirst(label)) for code, label in acts().items()), key=lambda choice: choice[1])
        self.fields["acte"].choices = [("", "tous"), *known]  # type: ignore[attr-defined]


class Journal(ListScreen):
    """The acts that this person may read, the latest first."""

    permission = Permission.VIEW_JOURNAL
    title = "Journal des actes"
    intro = (
        "Ce qui a été fait sur la plateforme, par qui, au nom de qui et pourquoi. Vous y lisez vos propres actes "
        "et, si vous répondez de votre organisation, ceux qui ont été faits en son nom. Rien ne s’y modifie."
    )
    columns = (
        Column("date", "Date", "date", sort="date"),
        Column("acte", "Acte", lambda acte: capfirst(act_label(acte.acte)), sort="acte"),
        Column("objet", "Objet", subject),
        Column("auteur", "Par", lambda acte: str(acte.auteur or MACHINE), sort="auteur__email"),
        Column("pour", "Au nom de", lambda acte: acte.pour_nom or "—", sort="pour_nom"),
        Column("motif", "Motif", lambda acte: acte.motif or "—"),
        Column("details", "Précisions", lambda acte: particulars(acte) or "—"),
    )
    filter_form = JournalFilter
    default_sort = "-date"
    export_name = "journal"
    noun = ("acte", "actes")
    empty_title = "Aucun acte"
    empty_text = "Ce que vous ferez sur la plateforme s’inscrira ici."

    def get_queryset(self) -> QuerySet[Acte]:
        return audit.visible_to(self.request.user)  # type: ignore[arg-type]  # the permission keeps visitors out
