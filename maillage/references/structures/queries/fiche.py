"""One SIAE, with all that its sheet shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import F, Prefetch

from maillage.foundations.kernel import audit
from maillage.references.structures.models import Activite, EffectifAnnuel, Implantation, Siae, ZoneIntervention
from maillage.references.structures.rules import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

APP = "structures"


@dataclass(frozen=True, slots=True)
class Annee:
    """The figures of one year, all départements together; a figure that none of them knows is unknown."""

    annee: int
    departements: tuple[str, ...]
    salaries: int | None
    postes: int | None
    etp_conventionnes: Decimal | None
    etp_realises: Decimal | None


@dataclass(frozen=True, slots=True)
class Evenement:
    """What a source changed, and when. Who did it is personal: it stays in the journal, not on a public page."""

    date: datetime
    titre: str
    source: str
    changements: tuple[str, ...]


def get_siae(pk: int) -> Siae | None:
    """Return a SIAE, closed or not, with its organisation, sites, activities, zones and figures, in six queries."""
    return (
        Siae.objects.select_related("organisation")
        .prefetch_related(
            Prefetch(
                "implantations", Implantation.objects.select_related("commune").order_by("-principale", "ville", "pk")
            ),
            Prefetch(
                "activites",
                Activite.objects.select_related("secteur__groupe").order_by(
                    F("part_heures").desc(nulls_last=True), "secteur__libelle"
                ),
            ),
            Prefetch(
                "zones", ZoneIntervention.objects.select_related("territoire").order_by("territoire__nom_recherche")
            ),
            Prefetch(
                "effectifs",
                EffectifAnnuel.objects.select_related("departement").order_by("-annee", "departement__code"),
            ),
        )
        .filter(pk=pk)
        .first()
    )


def list_annees(siae: Siae) -> list[Annee]:
    """Return the figures year by year, the latest first."""
    by_year: defaultdict[int, list[EffectifAnnuel]] = defaultdict(list)
    for effectif in siae.effectifs.all():
        by_year[effectif.annee].append(effectif)
    return [
        Annee(
            annee,
            tuple(effectif.departement.nom for effectif in rows),
            **{name: _sum(getattr(effectif, name) for effectif in rows) for name in FIGURES},
        )
        for annee, rows in sorted(by_year.items(), reverse=True)
    ]


def _sum(values: Iterator[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known, start=type(known[0])(0)) if known else None


def list_evenements(siae: Siae) -> list[Evenement]:
    """Return what was written of a SIAE since it is registered, the latest first."""
    return [
        Evenement(
            acte.date,
            "Enregistrement de la fiche" if acte.acte == "siae.create" else "Mise à jour",
            acte.details.get("source", ""),
            tuple(_sentences(acte.details.get("changements", []))) if acte.acte != "siae.create" else (),
        )
        for acte in audit.history(siae)
    ]


def _sentences(changes: Sequence[dict[str, str]]) -> Iterator[str]:
    """Say each change in French, with the names that the screens give to tables and fields."""
    for change in changes:
        model = _model(change["table"])
        subject = " ".join(filter(None, (str(model._meta.verbose_name), change["row"])))
        if not change["field"]:
            yield f"{subject} : {change['after']}"
        else:
            label = model._meta.get_field(change["field"]).verbose_name
            yield f"{subject}, {label} : {change['before'] or 'non renseigné'} → {change['after']}"


def _model(name: str) -> Any:
    return apps.get_model("accounts" if name == "organisation" else APP, name)
