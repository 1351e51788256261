"""Objectives for the publics: the list with what is reached, one of them, and the acts of the State."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.enums import PublicPrioritaire, SourceObjectif
from maillage.domains.offre.forms.publics import MotifForm, ObjectifForm, ObjectifsFilter
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.objectifs import (
    comparables,
    default_annee,
    draw_avancements,
    draw_tendance,
    get_avancement,
    list_avancements,
    list_choices,
    list_par_departement,
)
from maillage.domains.offre.queries.pratiques import list_pratiques
from maillage.domains.offre.queries.territoires import may_set_on, offer_to_set, settable
from maillage.domains.offre.rules.publics import reperes
from maillage.domains.offre.services.objectifs import change_objectif, set_objectif, withdraw_objectif
from maillage.domains.offre.views.publics import (
    OBJECTIFS,
    SECRET,
    PublicsScreen,
    objectif_url,
    percent,
    points,
    pratique_url,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.foundations.kernel.wording import act_label
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from maillage.domains.offre.models import Objectif
    from maillage.domains.offre.queries.objectifs import Avancement
    from maillage.domains.offre.rules.publics import Fourchette


def _realise(row: Avancement) -> str | None:
    if row.realise is None:
        return None
    return percent(row.part) or SECRET


def _cible(row: Avancement) -> str | None:
    if row.objectif.cible_nombre is not None:
        return f"{nombre(row.objectif.cible_nombre)} salariés"
    return percent(row.objectif.cible_part)


class Objectifs(PublicsScreen, ListScreen):
    """Every objective beside what is reached of it; the page opens on the region and its latest year."""

    permission = Permission.VIEW_PUBLICS
    title = "Publics prioritaires\u202f: objectifs et avancement"
    intro = "Qui les SIAE doivent accueillir davantage, et où elles en sont."
    parents = ()
    template_name = "offre/objectifs.html"
    columns = (
        Column("public", "Public", lambda row: row.public, sort="public", link=lambda row: objectif_url(row.objectif)),
        Column("territoire", "Territoire", "territoire", sort="territoire"),
        Column("type", "Type de SIAE", "type", sort="type"),
        Column("annee", "Année", lambda row: str(row.annee), sort="annee"),
        Column("cible", "Cible", _cible, sort="cible", numeric=True),
        Column("part", "Réalisé", _realise, sort="part", numeric=True),
        Column("ecart", "Écart", lambda row: points(row.ecart), sort="ecart", numeric=True),
        Column("situation", "Situation", lambda row: str(row.situation.label), sort="situation"),
        Column("decision", "Décidé par", "decision", sort="decision"),
    )
    default_sort = "ecart"
    export_name = "objectifs-publics"
    noun = ("objectif", "objectifs")
    empty_title = "Aucun objectif ne répond à ces critères"
    empty_text = "Élargissez les filtres. Les services de l’État fixent les objectifs de leur territoire."

    @cached_property
    def choices(self) -> tuple[list[int], dict[tuple[str, str], str]]:
        return list_choices()

    @cached_property
    def form(self) -> ObjectifsFilter:
        """The filters; an address that says nothing opens on the region, its latest year, all kinds together."""
        annees, noms = self.choices
        asked: Mapping[str, Any] = self.request.GET
        if not {"territoire", "public", "type", "annee", "situation"} & set(asked):
            region = f"{Niveau.REGION}:{settings.MAILLAGE_REGION}"
            asked = {"territoire": region, "annee": str(default_annee(annees) or "")}
        return ObjectifsFilter(asked, annees=annees, noms=noms)

    def get_queryset(self) -> Sequence[Avancement]:
        values = self.form.values
        niveau, _, code = values.get("territoire", "").partition(":")
        return list_avancements(niveau=niveau, code=code, public=values.get("public", ""), annee=values.get("annee"))

    def get_context(self) -> dict[str, Any]:
        values = self.form.values
        territoire, annee = values.get("territoire"), values.get("annee")
        drawing = None
        if territoire and annee and self.rows:
            nom = self.choices[1][tuple(territoire.split(":"))]
            drawing = draw_avancements(list(self.rows), f"Part de la cible atteinte en {annee}, {nom}")
        return {
            **super().get_context(),
            "drawing": drawing,
            "may_set": bool(settable(self.actor)),
            "secret": get_effectif_min(),
            "repere": reperes()["femmes"].source,
        }


class Detail(PublicsScreen, DetailScreen):
    """One objective: what it asks, where one is, year after year, who decided it, what others did."""

    permission = Permission.VIEW_PUBLICS
    portee = "tous les objectifs"
    template_name = "offre/objectif.html"
    object: Avancement

    def get_object(self) -> Avancement:
        found = get_avancement(self.kwargs["public_id"])
        if found is None:
            raise Http404("Cet objectif n’existe pas, ou il a été retiré.")
        return found

    def get_title(self) -> str:
        return (
            f"{self.object.public[:1].upper()}{self.object.public[1:]}, {self.object.territoire}, {self.object.annee}"
        )

    def get_context(self) -> dict[str, Any]:
        each, objectif = self.object, self.object.objectif
        repere = reperes()[objectif.public]
        rows = list_par_departement(objectif.public, each.annee, objectif.type_siae)
        pratiques = list_pratiques(public=objectif.public, type_siae=objectif.type_siae)[:5]
        asked = {"public": objectif.public, "annee": each.annee, "type": objectif.type_siae}
        if objectif.niveau == Niveau.DEPARTEMENT:
            asked["departement"] = objectif.code
        return {
            **super().get_context(),
            "cible": _cible(each),
            "realise": _realise(each),
            "ecart": points(each.ecart),
            "repere": repere,
            "compares": comparables(objectif),
            "tendance": draw_tendance(objectif, each.territoire),
            "territoires": [(nom, *_told(seen)) for nom, seen in rows],
            "pratiques": [(pratique, pratique_url(pratique)) for pratique in pratiques],
            "ecarts": f"{reverse('offre:ecarts')}?{urlencode(asked)}"
            if granted(self.actor, Permission.VIEW_ECARTS)
            else "",
            "may_set": may_set_on(self.actor, objectif.niveau, objectif.code),
            "a_fixer": [(nom, _set_url(objectif, place)) for place, nom in offer_to_set(self.actor, objectif)],
            "actes": [
                (
                    f"{acte.date:%d/%m/%Y}",
                    act_label(acte.acte),
                    str(acte.auteur) if acte.auteur else "la plateforme",
                    _before(acte.details),
                )
                for acte in audit.history(objectif)[:20]
            ],
        }


def _set_url(objectif: Objectif, place: str) -> str:
    asked = {"public": objectif.public, "type_siae": objectif.type_siae, "annee": objectif.annee, "territoire": place}
    return f"{reverse('offre:objectif_fixer')}?{urlencode(asked)}"


def _told(seen: Fourchette | None) -> tuple[str | None, str | None, str | None]:
    if seen is None:
        return None, None, None
    shown = nombre(seen.effectif) if seen.effectif is not None else SECRET
    return shown, nombre(seen.total), percent(seen.part) or SECRET


def _before(details: dict[str, Any]) -> str:
    now, before = _kept_cible(details), details.get("avant", {})
    former = _kept_cible(before) if before else now
    return f"cible\u202f: {now}, au lieu de {former}" if former != now else f"cible\u202f: {now}"


def _kept_cible(details: dict[str, Any]) -> str:
    """Write the target that the journal kept, in per cent or in employees."""
    if part := details.get("cible_part"):
        return str(percent(Decimal(part)))
    return f"{nombre(int(details['cible_nombre']))} salariés"


class Fixer(PublicsScreen, ActScreen):
    """Set an objective."""

    permission = Permission.SET_OBJECTIF
    title = "Fixer un objectif"
    intro = "Sur le territoire dont votre service répond. L’objectif se lit par toutes les personnes connectées."
    template_name = "offre/fixer.html"
    form_class = ObjectifForm
    submit_label = "Fixer l’objectif"
    success_message = "L’objectif est fixé."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"annee": timezone.localdate().year, "source": SourceObjectif.COR_IAE}
        wanted = {
            name: self.request.GET[name]
            for name in ("public", "type_siae", "annee", "territoire")
            if name in self.request.GET
        }
        return {"territoires": settable(self.actor), "initial": {**initial, **wanted}}

    def get_context(self) -> dict[str, Any]:
        rows = [
            (
                str(PublicPrioritaire(code).label),
                ", ".join(f"{percent(part)} en {year}" for year, part in each.parts) or None,
            )
            for code, each in reperes().items()
        ]
        return {**super().get_context(), "reperes": rows, "source": next(iter(reperes().values())).source}

    def perform(self, form: ObjectifForm) -> str:
        return objectif_url(set_objectif(fiche=form.get_fiche(), actor=self.actor))


class OfObjectif(PublicsScreen):
    """An act on an objective of the territory that one answers for."""

    permission = Permission.SET_OBJECTIF
    portee = "les objectifs de son territoire"

    @cached_property
    def avancement(self) -> Avancement:
        """The objective of the address."""
        found = get_avancement(self.kwargs["public_id"])
        if found is None or not may_set_on(self.actor, found.objectif.niveau, found.objectif.code):
            raise Http404("Cet objectif n’existe pas, ou n’est pas de votre territoire.")
        return found

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        name = f"{self.avancement.public}, {self.avancement.territoire}, {self.avancement.annee}"
        return [(OBJECTIFS[0], reverse(OBJECTIFS[1])), (name, objectif_url(self.avancement.objectif))]


class Modifier(OfObjectif, ActScreen):
    title = "Modifier l’objectif"
    intro = "La cible d’avant reste dans l’historique."
    form_class = ObjectifForm
    success_message = "L’objectif est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        each = self.avancement.objectif
        names = ("public", "type_siae", "annee", "cible_part", "cible_nombre", "source", "reference", "commentaire")
        place = f"{each.niveau}:{each.code}"
        initial = {"territoire": place, **{name: getattr(each, name) for name in names}}
        return {"territoires": [(place, self.avancement.territoire)], "initial": initial, "fixe": True}

    def perform(self, form: ObjectifForm) -> str:
        fiche = form.get_fiche()
        return objectif_url(change_objectif(objectif=self.avancement.objectif, fiche=fiche, actor=self.actor))


class Retirer(OfObjectif, ActScreen):
    title = "Retirer l’objectif"
    intro = "Il ne sera plus montré\u202f; le journal en garde la cible et le motif."
    form_class = MotifForm
    submit_label = "Retirer l’objectif"
    success_message = "L’objectif est retiré."

    def perform(self, form: MotifForm) -> str:
        withdraw_objectif(objectif=self.avancement.objectif, motif=form.cleaned_data["motif"], actor=self.actor)
        return reverse("offre:objectifs")
