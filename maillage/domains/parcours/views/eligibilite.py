"""The situation of a person and the diagnosis of eligibility, on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.parcours.enums.eligibilite import AuteurDiagnostic
from maillage.domains.parcours.forms.eligibilite import DiagnosticForm, initial_of
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.eligibilite import CHAMPS, get_situation, read_profil
from maillage.domains.parcours.queries.regles_titres import diagnostic_days, seuils
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.queries.titres import own_siae
from maillage.domains.parcours.rules.eligibilite import evaluate, read_indices
from maillage.domains.parcours.services.eligibilite import record_diagnostic, record_situation
from maillage.foundations.kernel.screens import ActScreen
from maillage.references.personnes.views.base import OfPersonne

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.parcours.models import Situation
    from maillage.domains.parcours.rules.eligibilite import Bilan, Profil
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

VERIFIER, SITUATION = "verifier", "situation"


class Eligibilite(OfPersonne, ActScreen):
    """Answer on the situation; the criteria follow, explained; what is missing is said; then the diagnosis is made.

    « Vérifier » writes nothing: it ticks what the answers on the page suggest and counts.
    """

    permission = Permission.DIAGNOSE
    title = "Situation et éligibilité"
    template_name = "parcours/titres/eligibilite.html"
    form_class = DiagnosticForm
    submit_label = "Établir le diagnostic d’éligibilité"
    success_message = "C’est enregistré."

    @cached_property
    def personne(self) -> Personne:
        """The person of the address, whom one follows: an agreement of theirs opens nothing here."""
        found = super().personne
        if not reads_social(self.actor, found):
            raise Http404("Cette situation n’est ouverte qu’à ceux qui suivent la personne.")
        return found

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def of_siae(self) -> bool:
        return self.actor.membre is not None and self.actor.membre.profil in SIAE

    @cached_property
    def own(self) -> Sequence[Siae]:
        """The SIAE for which one may say so: none for a prescripteur, whose word holds everywhere."""
        return list(own_siae(self.actor)) if self.of_siae else []

    @cached_property
    def situation(self) -> Situation:
        return get_situation(self.personne)

    @cached_property
    def profil(self) -> Profil:
        """What is known: what is written, or what is on the page when it is being checked."""
        known = read_profil(self.situation, self.today)
        if self.request.method != "POST":
            return known
        draft = DiagnosticForm(self.request.POST, on=self.today, siae=self.own, indices=read_indices(known, self.today))
        if not draft.is_valid():
            return known
        return replace(known, **{name: value for name, value in draft.situation.items() if name in CHAMPS})

    def get_intro(self) -> str:
        days = diagnostic_days(AuteurDiagnostic.SIAE if self.of_siae else AuteurDiagnostic.PRESCRIPTEUR, self.today)
        who = "de votre SIAE" if self.of_siae else "d’un prescripteur habilité"
        return f"Le diagnostic {who} vaut {days} jours, puis aussi longtemps que le titre qu’il ouvre."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "on": self.today,
            "siae": self.own,
            "indices": read_indices(self.profil, self.today),
            "initial": initial_of(self.situation),
        }

    def get_context(self) -> dict[str, Any]:
        kinds = list(dict.fromkeys(each.type_siae for each in self.own)) or ["ACI", "EI", "AI", "ETTI", "EITI"]
        asked = {kind: found for kind in kinds if (found := seuils(kind, self.today))}
        return {"personne": self.personne, "situation": self.situation, "of_siae": self.of_siae, "seuils": asked}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        suggested = [each.critere.code for each in read_indices(self.profil, self.today) if each.rempli]
        return self.show(self.get_form(), suggested)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if VERIFIER not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            return self.ask(form, status=422)
        assert isinstance(form, DiagnosticForm)
        # What the answers suggest is ticked; what one ticked besides stays so.
        suggested = [each.critere.code for each in read_indices(self.profil, self.today) if each.rempli]
        codes = list(dict.fromkeys([*suggested, *form.chosen]))
        data = self.request.POST.copy()
        for code in codes:
            data[f"critere_{code}"] = "on"
        return self.show(DiagnosticForm(data, **self.get_form_kwargs()), codes)

    def show(self, form: Any, codes: Sequence[str]) -> HttpResponseBase:
        """Show the page with the count of the criteria ticked."""
        context = {"form": form, "submit_label": self.submit_label, "cancel_url": self.get_cancel_url()}
        return self.render(200, **context, has_errors=False, bilans=self.count(codes))

    def count(self, codes: Sequence[str]) -> list[tuple[str, Bilan]]:
        """Return, for each kind of SIAE, how the criteria stand against what it asks for."""
        return [(kind, evaluate(codes, asked)) for kind, asked in self.get_context()["seuils"].items()]

    def perform(self, form: DiagnosticForm) -> str:
        record_situation(personne=self.personne, values=form.situation, actor=self.actor, on=self.today)
        if SITUATION not in self.request.POST:
            record_diagnostic(personne=self.personne, fiche=form.fiche, siae=form.siae, actor=self.actor, on=self.today)
        return f"{self.sheet_url}#titre"
