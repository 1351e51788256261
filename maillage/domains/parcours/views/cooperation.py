"""The cooperation conventions: who agreed on what, who signs, what it brought."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.forms.cooperation import (
    JOUR,
    ConventionForm,
    ConventionsFilter,
    DenonciationForm,
    EngagementsForm,
    MotifForm,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.convention import describe_convention
from maillage.domains.parcours.queries.cooperation import get_convention, list_conventions, list_parties
from maillage.domains.parcours.queries.mouvements import count_under
from maillage.domains.parcours.rules.cooperation import CONVENTION, Engagement
from maillage.domains.parcours.services.cooperation import (
    abandon_convention,
    denounce_convention,
    draft_convention,
    edit_convention,
    renew_convention,
    send_back_convention,
    set_engagements,
    sign_convention,
    submit_convention,
)
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, Export, ExportScreen, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import ConventionCooperation

CONVENTIONS = ("Conventions de coopération", "parcours:conventions")
MODELE = Path(__file__).parents[1] / "documents/convention.typ"


def convention_url(convention: ConventionCooperation) -> str:
    """Return the page of a convention."""
    return reverse("parcours:convention", args=[convention.public_id])


def etat_label(convention: Any) -> str:
    """Return the state as it is read today."""
    return str(EtatConvention(convention.etat_lu).label)


class Conventions(PersonnesScreen, ListScreen):
    """The conventions of one's organisation and, once signed, those of others."""

    permission = Permission.VIEW_CONVENTIONS
    title = CONVENTIONS[0]
    intro = "Ce que des SIAE, et France Travail, conviennent pour que les parcours se suivent."
    template_name = "parcours/cooperation/liste.html"
    default_sort = "fin"
    export_name = "conventions-de-cooperation"
    noun = ("convention", "conventions")
    empty_title = "Aucune convention ne répond à ces critères"
    empty_text = "La direction d’une SIAE ou d’une agence France Travail en propose une depuis cette page."

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """What a convention is, and how many moves were made under it."""
        return (
            Column("objet", "Convention", "objet", sort="objet", link=convention_url),
            Column("parties", "Parties", "noms", sort="noms"),
            Column("etat", "État", lambda row: capfirst(etat_label(row)), sort="etat_lu"),
            Column("debut", "Premier jour", "debut", sort="debut"),
            Column("fin", "Dernier jour", lambda row: row.fin_reelle - JOUR, sort="fin_reelle"),
            Column("emploi", "France Travail", lambda row: "oui" if row.avec_emploi else "non", sort="avec_emploi"),
            Column("passages", "Passages", lambda row: self.passages.get(row.pk, "—"), numeric=True),
        )

    @cached_property
    def form(self) -> ConventionsFilter:
        return ConventionsFilter(self.request.GET, user=self.actor, on=timezone.localdate())

    def get_queryset(self) -> QuerySet[ConventionCooperation]:
        return list_conventions(self.actor, timezone.localdate())

    @cached_property
    def passages(self) -> dict[int, int | str]:
        """The moves under the conventions listed."""
        return count_under(self.rows, self.actor, timezone.localdate())

    def get_context(self) -> dict[str, Any]:
        may = granted(self.actor, Permission.COOPERATE).ok
        return {**super().get_context(), "may_draft": may, "secret": describe_secret()}


class OfConvention(PersonnesScreen):
    """A screen about one convention."""

    permission = Permission.COOPERATE
    portee = "les conventions de son organisation"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def convention(self) -> Any:
        """The convention of the address, among those that one may read, and to which one is a party for an act."""
        found = get_convention(self.actor, self.kwargs["public_id"], self.today)
        if found is None or not self.concerns(found):
            raise Http404("Cette convention n’existe pas, ou n’est pas celle de votre organisation.")
        return found

    def concerns(self, convention: Any) -> bool:
        """Tell whether the screen is for this convention."""
        return bool(convention.la_notre)

    @property
    def proposes(self) -> bool:
        """Whether one's organisation proposes it."""
        membre = self.actor.membre
        return membre is not None and self.convention.organisation_id == membre.organisation_id

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        found = self.convention
        return [(CONVENTIONS[0], reverse(CONVENTIONS[1])), (str(found), convention_url(found))]


class ConventionDetail(OfConvention, DetailScreen):
    """Parties and signatures, promises, moves, what may be done."""

    permission = Permission.VIEW_CONVENTIONS
    portee = "les conventions signées, et celles de son organisation"
    template_name = "parcours/cooperation/convention.html"

    def concerns(self, convention: Any) -> bool:
        return True

    def get_object(self) -> Any:
        return self.convention

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(CONVENTIONS[0], reverse(CONVENTIONS[1]))]

    def get_intro(self) -> str:
        found = self.convention
        return f"{found.noms}. {capfirst(etat_label(found))}."

    def get_context(self) -> dict[str, Any]:
        found = self.convention
        return {
            **super().get_context(),
            "dernier": found.fin_reelle - JOUR,
            "parties": list_parties(found),
            "engagements": found.engagements.select_related("partie__organisation").order_by("rang"),
            "passages": count_under([found], self.actor, self.today).get(found.pk),
            "secret": describe_secret(),
            "acts": list(self._acts()),
            "pdf": reverse("parcours:convention_pdf", args=[found.public_id]),
            "renouvelle": self._other(found.renouvelle_id),
            "suivante": self._next(),
        }

    def _acts(self) -> Iterator[tuple[str, str]]:
        """Yield the label and address of what one may do now."""
        found = self.convention
        if not found.la_notre or not granted(self.actor, Permission.COOPERATE):
            return
        if found.etat == EtatConvention.PROJET and self.proposes:
            yield "Modifier", reverse("parcours:convention_modifier", args=[found.public_id])
            yield "Écrire les engagements", reverse("parcours:convention_engagements", args=[found.public_id])
        for each in CONVENTION.available(found.etat):
            if each.act == "signer_en_dernier" or (each.act == "signer" and not found.a_signer):
                continue
            if each.act in {"soumettre", "abandonner"} and not self.proposes:
                continue
            yield each.label, reverse(f"parcours:convention_{each.act}", args=[found.public_id])
        if found.etat == EtatConvention.VIGUEUR and self._next() is None:
            yield "Renouveler", reverse("parcours:convention_renouveler", args=[found.public_id])

    def _next(self) -> Any:
        rows = list_conventions(self.actor, self.today).exclude(etat=EtatConvention.ABANDONNEE)
        return rows.filter(renouvelle=self.convention.pk).first()

    def _other(self, pk: int | None) -> Any:
        return list_conventions(self.actor, self.today).filter(pk=pk).first() if pk else None


class ConventionPdf(OfConvention, ExportScreen):
    """The convention, to print."""

    permission = Permission.VIEW_CONVENTIONS
    portee = "les conventions signées, et celles de son organisation"

    def concerns(self, convention: Any) -> bool:
        return True

    def build(self) -> Export:
        content = to_pdf(MODELE, describe_convention(self.convention, self.today), on=self.today)
        return Export(f"convention-{self.convention.public_id}.pdf", "application/pdf", content)


class Draft(PersonnesScreen, ActScreen):
    """Propose a convention."""

    permission = Permission.COOPERATE
    title = "Proposer une convention"
    intro = "Un projet, que vous seul modifiez. Ses parties le signent quand vous le leur envoyez."
    parents = (CONVENTIONS,)
    form_class = ConventionForm
    submit_label = "Écrire le projet"
    success_message = "Le projet est écrit. Dites maintenant ce que chacun s’engage à faire."

    def perform(self, form: ConventionForm) -> str:
        made = draft_convention(fiche=form.fiche, actor=self.actor)
        return reverse("parcours:convention_engagements", args=[made.public_id])


class ConventionAct(OfConvention, ActScreen):
    """An act of a party."""

    def perform(self, form: Any) -> str:
        self.act(form)
        return convention_url(self.convention)

    def act(self, form: Any) -> None:
        """Call the service."""
        raise NotImplementedError


class ConventionDraftAct(ConventionAct):
    """An act of the organisation that proposes, on its draft."""

    portee = "les projets de convention de son organisation"

    def concerns(self, convention: Any) -> bool:
        membre = self.actor.membre
        return membre is not None and convention.organisation_id == membre.organisation_id

    def check(self) -> None:
        CONVENTION.target("soumettre", self.convention.etat)


class Edit(ConventionDraftAct):
    """Change the parties, the object, the days."""

    title = "Modifier le projet"
    form_class = ConventionForm
    success_message = "Le projet est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        found = self.convention
        others = [each.organisation for each in list_parties(found) if each.organisation_id != found.organisation_id]
        initial = {"objet": found.objet, "debut": found.debut, "dernier": found.fin - JOUR, "texte": found.texte}
        return {"parties": others, "initial": initial}

    def act(self, form: ConventionForm) -> None:
        edit_convention(convention=self.convention, fiche=form.fiche, actor=self.actor)


class Engagements(ConventionDraftAct):
    """Write what each promises."""

    title = "Les engagements"
    intro = "Ce que chacun fait, combien, avant quand. Une ligne sans texte n’est pas gardée."
    form_class = EngagementsForm
    success_message = "Les engagements sont écrits."

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.convention.engagements.order_by("rang")
        known = [Engagement(*row) for row in rows.values_list("quoi", "partie", "chiffre", "unite", "avant_le")]
        return {"parties": list_parties(self.convention), "engagements": known}

    def act(self, form: EngagementsForm) -> None:
        set_engagements(convention=self.convention, engagements=form.engagements(), actor=self.actor)


class Submit(ConventionDraftAct):
    """Send a draft to be signed."""

    title = "Envoyer à la signature"
    intro = "Chaque partie signe dans son compte, la vôtre aussi. Le texte ne change plus."
    submit_label = "Envoyer"
    success_message = "La convention attend ses signatures."

    def act(self, form: Any) -> None:
        submit_convention(convention=self.convention, actor=self.actor, on=self.today)


class Abandon(ConventionDraftAct):
    """Give up a draft."""

    title = "Abandonner le projet"
    submit_label = "Abandonner"
    success_message = "Le projet est abandonné."

    def act(self, form: Any) -> None:
        abandon_convention(convention=self.convention, actor=self.actor)


class Sign(ConventionAct):
    """Sign in the name of one's organisation."""

    title = "Signer la convention"
    submit_label = "Signer"
    success_message = "Votre organisation a signé."

    def check(self) -> None:
        CONVENTION.target("signer", self.convention.etat)

    def get_intro(self) -> str:
        membre = self.actor.membre
        return (
            f"Vous signez au nom de {membre.organisation if membre else ''}\u202f: vous l’engagez à ce qui est écrit."
        )

    def act(self, form: Any) -> None:
        sign_convention(convention=self.convention, actor=self.actor, on=self.today)


class SendBack(ConventionAct):
    """Ask for a change before signing."""

    title = "Demander une modification"
    intro = "La convention redevient un projet. Les signatures déjà données tombent avec le texte qu’elles signaient."
    form_class = MotifForm
    submit_label = "Demander"
    success_message = "La demande est envoyée à qui propose la convention."

    def check(self) -> None:
        CONVENTION.target("renvoyer", self.convention.etat)

    def act(self, form: MotifForm) -> None:
        send_back_convention(convention=self.convention, motif=form.cleaned_data["motif"], actor=self.actor)


class Denounce(ConventionAct):
    """End a convention before its term."""

    title = "Dénoncer la convention"
    intro = "Elle prend fin le jour que vous dites. Les autres parties lisent le motif."
    form_class = DenonciationForm
    submit_label = "Dénoncer"
    success_message = "La convention est dénoncée."

    def check(self) -> None:
        CONVENTION.target("denoncer", self.convention.etat)

    def act(self, form: DenonciationForm) -> None:
        denounce_convention(convention=self.convention, **form.cleaned_data, actor=self.actor, on=self.today)


class Renew(ConventionAct):
    """Begin the next one from the last."""

    title = "Renouveler la convention"
    intro = "Un projet naît de celle-ci\u202f: mêmes parties, mêmes engagements, même durée, à partir de sa fin."
    submit_label = "Préparer le renouvellement"
    success_message = "Le projet de renouvellement est écrit."

    def perform(self, form: Any) -> str:
        return convention_url(renew_convention(convention=self.convention, actor=self.actor))
