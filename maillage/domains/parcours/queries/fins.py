"""The rights that end: by name for whoever follows the persons, in counts for whoever steers a territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Case, Count, DateField, Exists, F, Func, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from maillage.domains.parcours.enums.demandes import EtatDemande
from maillage.domains.parcours.models import Contrat, DemandeProlongation, Suspension, TitreParcours
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import valables
from maillage.foundations.compute.secrecy import with_totals, withhold
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Siae
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

# The delays, in months: within the first, then from one to the next.
ECHEANCES = (3, 6, 12)
TRANCHES = ("moins de 3 mois", "3 à 6 mois", "6 à 12 mois")
JOUR = timedelta(days=1)
TYPES = (*(kind.value for kind in TypeSiae), "")


def list_fins(user: User, on: date) -> QuerySet[TitreParcours]:
    """Return the rights that run, of the persons whose file is open to an account, with what the list shows.

    Adds `dernier_jour`, `siae_nom` and `siae_type` (those of the last contract), `suspendus_a_venir` (suspended days
    from `on`), `suspendu`, `demandee` (a request waits), `sortie` (a way out is written). One query, whatever the rows.
    """
    if not granted(user, Permission.VIEW):
        return TitreParcours.objects.none()
    return (
        valables()
        .filter(debut__lte=on, fin__gt=on, personne__in=visible_to(user).values("pk"))
        .select_related("personne")
        .defer("personne__nir", "personne__nir_empreinte")
        .annotate(
            # Not `fin` itself: sorted by it, few visible among many, the index would walk through everybody's.
            dernier_jour=Func(F("fin"), template="(%(expressions)s - 1)", output_field=DateField()),
            siae_nom=_last("siae__nom"),
            siae_type=_last("siae__type_siae"),
            suspendus_a_venir=Coalesce(
                Subquery(_coming(on), output_field=IntegerField()), Value(0), output_field=IntegerField()
            ),
            suspendu=_suspendu(on),
            demandee=_demandee(),
            sortie=_sortie(),
        )
    )


def keep_within(rows: QuerySet[TitreParcours], months: int, on: date) -> QuerySet[TitreParcours]:
    """Keep the rights that end within so many months."""
    return rows.filter(fin__lte=add_months(on, months))


def keep_type(rows: QuerySet[TitreParcours], kind: str) -> QuerySet[TitreParcours]:
    """Keep the rights whose last contract is with a kind of SIAE."""
    return rows.alias(kept=_last("siae__type_siae")).filter(kept=kind)


def keep_siae(rows: QuerySet[TitreParcours], text: str) -> QuerySet[TitreParcours]:
    """Keep the rights whose last contract is with a SIAE whose name holds every word of a text."""
    named = Siae.objects.all()
    for word in plain_words(text):
        named = named.filter(nom_recherche__contains=word)
    return rows.alias(kept=_last("siae")).filter(kept__in=named.values("pk"))


def keep_suspendus(rows: QuerySet[TitreParcours], on: date) -> QuerySet[TitreParcours]:
    """Keep the rights that are suspended on a day."""
    return rows.filter(_suspendu(on))


def keep_sans_suite(rows: QuerySet[TitreParcours]) -> QuerySet[TitreParcours]:
    """Keep the rights for which nothing is planned: no request waits, no way out is written."""
    return rows.alias(ecrite=_sortie()).filter(~_demandee(), ecrite__isnull=True)


def soon(user: User, on: date) -> list[date]:
    """Return the last days of the rights that end soon and for which nothing is planned. One query."""
    within = keep_within(_seen(user, on), number("alerte_fin_titre_mois", on), on)
    return [fin - JOUR for fin in keep_sans_suite(within).values_list("fin", flat=True)]


def suspensions_ending(user: User, siae: Sequence[int], on: date, until: date) -> list[date]:
    """Return the last days of the suspensions in force of one's SIAE that end up to a day. One query."""
    rows = Suspension.objects.filter(siae__in=siae, debut__lte=on, fin__gt=on, fin__lte=until)
    seen = rows.filter(titre__personne__in=visible_to(user).values("pk"))
    return [fin - JOUR for fin in seen.values_list("fin", flat=True)]


def _seen(user: User, on: date) -> QuerySet[TitreParcours]:
    return valables().filter(debut__lte=on, fin__gt=on, personne__in=visible_to(user).values("pk"))


def _last(path: str) -> Subquery:
    """Return something of the last contract that stands on a right."""
    return Subquery(Contrat.objects.filter(titre=OuterRef("pk")).order_by("-debut", "-pk").values(path)[:1])


def _coming(on: date) -> QuerySet[Any]:
    """Return how many days of a right are suspended from a day on."""
    rows = Suspension.objects.filter(titre=OuterRef("pk"), fin__gt=on).order_by().values("titre")
    start = Greatest("debut", Value(on))
    # A plain subtraction of dates: Django would make it an interval.
    days = Func(F("fin"), start, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
    return rows.annotate(jours=Sum(days)).values("jours")


def _suspendu(on: date) -> Exists:
    return Exists(Suspension.objects.filter(titre=OuterRef("pk"), debut__lte=on, fin__gt=on))


def _demandee() -> Exists:
    return Exists(DemandeProlongation.objects.filter(titre=OuterRef("pk"), etat=EtatDemande.ATTENTE))


def _sortie() -> Subquery:
    """Return the way out of the last contract; null when it is not written."""
    return _last("sortie__pk")


@dataclass(frozen=True, slots=True)
class LigneFins:
    """One line of the table of a département; a count of None is withheld."""

    departement: str
    code: str
    type: str
    effectifs: tuple[int | None, ...]
    ensemble: bool = False


def count_fins(departements: Sequence[tuple[str, str]], on: date) -> list[LigneFins]:
    """Return how many rights end, by kind of SIAE and delay: one table per département, closed by its totals.

    One query. The département is that where the person lives, the kind that of the SIAE of the last contract; a person
    whose file is anonymised counts too. No sum across départements, that would undo the secrecy of one.
    """
    least = get_effectif_min(on)
    counts = {code: np.zeros((len(TYPES), len(TRANCHES)), np.int64) for code, _ in departements}
    limits = [add_months(on, months) for months in ECHEANCES]
    band = Case(*(When(fin__lte=limit, then=Value(rank)) for rank, limit in enumerate(limits)))
    rows = (
        valables()
        .filter(debut__lte=on, fin__gt=on, fin__lte=limits[-1], personne__departement__in=list(counts))
        .annotate(kind=Coalesce(_last("siae__type_siae"), Value("")), rank=band)
        .values_list("personne__departement", "kind", "rank")
        .annotate(Count("pk"))
        .order_by()
    )
    for departement, kind, rank, number_ in rows:
        counts[departement][TYPES.index(kind), rank] += number_
    return [ligne for code, nom in departements for ligne in _lignes(code, nom, counts[code], least)]


def _lignes(code: str, nom: str, counts: np.ndarray, least: int) -> list[LigneFins]:
    table, mask = with_totals(counts), withhold(counts, least)
    labels = [*(kind or "sans contrat connu" for kind in TYPES), "ensemble"]
    return [
        LigneFins(
            f"{nom} ({code})",
            code,
            label,
            tuple(None if hidden else int(n) for n, hidden in zip(*line, strict=True)),
            ensemble=label == "ensemble",
        )
        for label, *line in zip(labels, table, mask, strict=True)
    ]


def by_departement(lignes: Sequence[LigneFins]) -> dict[str, int | None]:
    """Return how many rights end within a year in each département; None where it is withheld."""
    return {ligne.departement: ligne.effectifs[-1] for ligne in lignes if ligne.ensemble}
