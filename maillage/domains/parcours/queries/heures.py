"""The grid of a month, and the ETP that its hours make against those that were granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from maillage.domains.parcours.models import Contrat, EtatMensuel
from maillage.domains.parcours.queries.contrats import ECHEANCE, JAMAIS
from maillage.domains.parcours.rules.contrats import Periode, heures_comptees
from maillage.domains.parcours.rules.heures import Saisie, etp_an, etp_mois, heures_prevues, mois_precedent
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.parameters import find_parametre
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.structures.models import EffectifAnnuel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae

MOIS_AN = 12


@dataclass(frozen=True, slots=True)
class LigneHeures:
    """A contract in the grid of a month: what is known of it, what the person did the month before in this SIAE.

    `depuis` and `jusqu_au` are its first and last days, where they fall in the month.
    """

    contrat: Contrat
    actuel: Saisie
    precedent: Saisie
    prevues: Decimal | None
    depuis: date | None = None
    jusqu_au: date | None = None


@dataclass(frozen=True, slots=True)
class MoisSiae:
    """The hours of a SIAE in a month: contracts, those whose hours are missing, hours counted, ETP, ETP since January.

    `attendu` are the ETP granted for the year, up to that month. Unknown is None, never zero.
    """

    mois: date
    contrats: int
    manquants: int
    heures: Decimal | None
    etp: Decimal | None
    cumul: Decimal | None
    attendu: Decimal | None

    @property
    def ecart(self) -> Decimal | None:
        """ETP above (positive) or under what was granted up to that month."""
        return None if self.cumul is None or self.attendu is None else self.cumul - self.attendu


@dataclass(frozen=True, slots=True)
class AnneeSiae:
    """A year of a SIAE, month by month; `etp` is what an ETP is worth in hours, `conventionnes` what was granted."""

    siae: Siae
    annee: int
    mois: Sequence[MoisSiae]
    etp: Parametre | None
    conventionnes: Decimal | None


def in_month(mois: date) -> Q:
    """Return the condition on contracts with an `echeance` that they hold a day at least of a month."""
    return Q(debut__lt=add_months(mois, 1)) & (Q(echeance__isnull=True) | Q(echeance__gt=mois))


def contrats_du_mois(siae: Siae, mois: date) -> QuerySet[Contrat]:
    """Return the contracts of a SIAE that hold a day at least of a month."""
    return Contrat.objects.filter(siae=siae).annotate(echeance=ECHEANCE).filter(in_month(mois))


def list_lignes(user: User, siae: Siae, mois: date) -> list[LigneHeures]:
    """Return the grid of a SIAE, by name, in three queries; a person whose file is closed is not in it."""
    contracts: list[Contrat] = list(
        contrats_du_mois(siae, mois)
        .filter(personne__in=visible_to(user))
        .select_related("personne")
        .defer("personne__nir", "personne__nir_empreinte")
        .order_by("personne__nom", "personne__prenom", "personne", "debut")
    )
    months = (mois, mois_precedent(mois))
    states = EtatMensuel.objects.filter(contrat__siae=siae, mois__in=months)
    now = {
        pk: Saisie(worked, paid)
        for pk, worked, paid in states.filter(mois=mois).values_list("contrat", "heures", "heures_payees")
    }
    before = {
        pk: Saisie(worked, paid)
        for pk, worked, paid in states.filter(mois=months[1])
        .values_list("contrat__personne")
        .annotate(worked=Sum("heures"), paid=Sum("heures_payees"))
        .order_by()
    }
    return [
        _ligne(each, mois, now.get(each.pk, Saisie()), before.get(each.personne_id, Saisie())) for each in contracts
    ]


def _ligne(contrat: Contrat, mois: date, actuel: Saisie, precedent: Saisie) -> LigneHeures:
    period = Periode(contrat.debut, contrat.fin or contrat.fin_prevue or JAMAIS)
    return LigneHeures(
        contrat,
        actuel,
        precedent,
        heures_prevues(contrat.heures_semaine, period, mois),
        depuis=period.debut if period.debut > mois else None,
        jusqu_au=period.fin - timedelta(days=1) if period.fin < add_months(mois, 1) else None,
    )


def missing_hours(contracts: QuerySet[Contrat], mois: date) -> QuerySet[Contrat]:
    """Keep the contracts of a month whose hours nobody gave; the rows have an `echeance`."""
    known = EtatMensuel.objects.filter(Q(heures__isnull=False) | Q(heures_payees__isnull=False), contrat=OuterRef("pk"))
    return contracts.filter(in_month(mois), ~Exists(known.filter(mois=mois)))


def heures_par_etp(type_siae: str, on: date) -> Parametre | None:
    """Return how many hours make an ETP in a kind of SIAE, as it is counted on a day."""
    return find_parametre(f"parcours.heures_etp_{type_siae.lower()}", on=on)


def describe_annee(siae: Siae, annee: int, on: date) -> AnneeSiae:
    """Return the months of a year that have begun, the latest first, in four queries."""
    months = [date(annee, number, 1) for number in range(1, MOIS_AN + 1) if date(annee, number, 1) <= on]
    hours = _hours(siae, annee)
    contracts = list(
        Contrat.objects.filter(siae=siae)
        .annotate(echeance=ECHEANCE)
        .filter(Q(debut__lt=date(annee + 1, 1, 1)) & (Q(echeance__isnull=True) | Q(echeance__gt=date(annee, 1, 1))))
        .values_list("debut", "echeance")
    )
    granted = _granted(siae, annee)
    rows, total, known = [], Decimal(0), False
    for mois in months:
        size = sum(start < add_months(mois, 1) and (end is None or end > mois) for start, end in contracts)
        found, filled = hours.get(mois, (None, 0))
        unit = heures_par_etp(siae.type_siae, mois)
        known = known or found is not None
        total += found or 0
        rows.append(
            MoisSiae(
                mois,
                size,
                max(size - filled, 0),
                found,
                etp_mois(found, unit.value) if found is not None and unit else None,
                etp_an(total, unit.value) if known and unit else None,
                None if granted is None else (granted * mois.month / MOIS_AN).quantize(Decimal("0.01")),
            )
        )
    unit = heures_par_etp(siae.type_siae, months[-1] if months else on)
    return AnneeSiae(siae, annee, tuple(reversed(rows)), unit, granted)


def list_annees(siae: Siae, on: date) -> list[int]:
    """Return the years of which hours or contracts are known, and this one, the latest first."""
    first = Contrat.objects.filter(siae=siae).order_by("debut").values_list("debut__year", flat=True).first()
    return list(range(on.year, min(first or on.year, on.year) - 1, -1))


def _hours(siae: Siae, annee: int) -> dict[date, tuple[Decimal | None, int]]:
    """Return, by month, the hours that count in this kind of SIAE and how many contracts have some.

    Where the hours that count are not known, the others stand for them.
    """
    first = heures_comptees(siae.type_siae)
    other = "heures" if first == "heures_payees" else "heures_payees"
    rows = (
        EtatMensuel.objects.filter(contrat__siae=siae, mois__year=annee)
        .annotate(counted=Coalesce(F(first), F(other)))
        .values_list("mois")
        .annotate(total=Sum("counted"), filled=Count("counted"))
        .order_by()
    )
    return {mois: (total, filled) for mois, total, filled in rows}


def _granted(siae: Siae, annee: int) -> Decimal | None:
    found: Decimal | None = EffectifAnnuel.objects.filter(siae=siae, annee=annee).aggregate(
        total=Sum("etp_conventionnes")
    )["total"]
    return found
