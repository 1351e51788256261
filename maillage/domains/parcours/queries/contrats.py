"""The contracts of one's own SIAE, those of a person, and what the rules need to know before a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.domains.parcours.enums.embauche import EtatContrat, NatureUtilisateur
from maillage.domains.parcours.models import Contrat, EtatMensuel, Situation, TitreParcours
from maillage.domains.parcours.queries.eligibilite import read_ouvertures
from maillage.domains.parcours.rules.contrats import (
    DURABLES,
    MISSIONS,
    SANS_FIN,
    FicheContrat,
    Passe,
    Periode,
    check_avenant,
    check_contrat,
)
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.parameters import Parametre, catalogue, get_parametre
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from maillage.domains.parcours.rules.contrats import Controle
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

ALERTE, URGENCE = "parcours.contrat_alerte_jours", "parcours.contrat_urgence_jours"
ECHEANCE = Coalesce("fin", "fin_prevue")
JAMAIS = date(SANS_FIN, 12, 31)


def own_siae(user: User) -> QuerySet[Siae]:
    """Return the active SIAE of the organisation in whose name a person acts."""
    if user.membre is None:
        return Siae.objects.none()
    return Siae.objects.actives().filter(organisation=user.membre.organisation_id).order_by("nom", "pk")


def own_contrats(user: User) -> QuerySet[Contrat]:
    """Return the contracts of one's own SIAE with the persons whose file is open to one.

    Each has its `echeance`: the real end, else the planned one, null for a CDI that goes on.
    """
    if user.membre is None:
        return Contrat.objects.none()
    mine = Contrat.objects.filter(siae__organisation=user.membre.organisation_id, personne__in=visible_to(user))
    return mine.annotate(echeance=ECHEANCE)


def list_contrats(user: User) -> QuerySet[Contrat]:
    """Return these contracts with all that the list shows, in one query; `suivi`: another one follows."""
    return (
        own_contrats(user)
        .select_related("personne", "siae", "titre", "rome", "sortie")
        .defer("personne__nir", "personne__nir_empreinte")
        .annotate(suivi=Exists(_later()))
    )


def en_cours(on: date) -> Q:
    """Return the condition on contracts with an `echeance` that they run on a day."""
    return Q(debut__lte=on) & (Q(echeance__isnull=True) | Q(echeance__gt=on))


def in_state(state: str, on: date) -> Q:
    """Return the condition on contracts with an `echeance` that they are in a state on a day."""
    return {
        EtatContrat.A_VENIR.value: Q(debut__gt=on),
        EtatContrat.EN_COURS.value: en_cours(on),
        EtatContrat.FINI.value: Q(debut__lte=on, echeance__lte=on),
    }[state]


def sans_suite(rows: QuerySet[Contrat], on: date, days: int, titre_days: int | None = None) -> QuerySet[Contrat]:
    """Keep the contracts that end before so many days, or have ended, and that neither contract nor exit follows.

    With `titre_days`, also those that run while the right of the person ends before so many days.
    """
    ends = Q(debut__lte=on, echeance__lte=on + timedelta(days=days))
    if titre_days is not None:
        ends |= en_cours(on) & Q(titre__fin__lte=on + timedelta(days=titre_days))
    return rows.filter(ends, ~Exists(_later()), sortie__isnull=True)


def alert_days(on: date) -> int:
    """Return how long before its end a contract is told of."""
    return int(get_parametre(ALERTE, on=on).value)


def urgent_days(on: date) -> int:
    """Return how long before its end a contract presses."""
    return int(get_parametre(URGENCE, on=on).value)


def contrats_of(personne: Personne) -> QuerySet[Contrat]:
    """Return every contract of a person, the latest first: whoever opens the file sees the whole pathway."""
    return (
        personne.contrats.annotate(echeance=ECHEANCE)
        .select_related("siae", "rome", "titre", "sortie", "mise_a_disposition", "precedent")
        .order_by("-debut", "-pk")
    )


def last_contrat(personne: Personne, siae: Siae) -> Contrat | None:
    """Return the latest contract of a person in a SIAE."""
    return contrats_of(personne).filter(siae=siae).first()


def get_limites(on: date) -> Mapping[str, Parametre]:
    """Return the parameters of the room in force on a day, by their short code."""
    held = (value for values in catalogue().values() for value in values if value.holds(on))
    return {value.code.removeprefix("parcours."): value for value in held if value.code.startswith("parcours.")}


def get_titre(personne: Personne, on: date) -> TitreParcours | None:
    """Return the right of a person that covers a day, cancelled ones left out."""
    return personne.titres.filter(annule_le__isnull=True, debut__lte=on, fin__gt=on).first()


def get_passe(personne: Personne, siae: Siae, fiche: FicheContrat, renews: Contrat | None = None) -> Passe:
    """Return what is known of a person on the first day of a contract, in five queries, seven without a right."""
    titre = get_titre(personne, fiche.debut)
    contracts = list(
        personne.contrats.annotate(echeance=ECHEANCE)
        .filter(debut__gte=titre.debut if titre else date.min)
        .values_list("pk", "siae", "type", "debut", "echeance")
    )
    here = [(kind, start, end or JAMAIS) for _, where, kind, start, end in contracts if where == siae.pk]
    starts = [start for _, _, _, start, _ in contracts if start < fiche.debut]
    counted, unknown = _heures_mission(personne, fiche.debut)
    rqth = Situation.objects.filter(personne=personne).values_list("rqth", flat=True).first()
    return Passe(
        naissance=personne.date_naissance,
        titre=Periode(titre.debut, titre.fin) if titre else None,
        entree=min(starts, default=None),
        autres=tuple(Periode(start, end) for kind, start, end in here if kind in DURABLES and end > fiche.debut),
        cddi=tuple(
            Periode(start, end) for kind, start, end in here if kind == TypeContrat.CDDI and start < fiche.debut
        ),
        mission=_chain(renews) if renews else None,
        renouvelle=renews is not None,
        rqth=rqth,
        heures_entreprises=counted,
        heures_inconnues=unknown,
        ouverture=None if titre or renews else read_ouvertures(personne, [siae], fiche.debut)[siae.pk],
    )


def verify_contrat(
    personne: Personne, siae: Siae, fiche: FicheContrat, *, on: date, renews: Contrat | None = None
) -> list[Controle]:
    """Return every rule that concerns a new contract, kept or broken: what the screen shows and the act refuses."""
    passe = get_passe(personne, siae, fiche, renews)
    return check_contrat(
        fiche, type_siae=siae.type_siae, passe=passe, limites=_limites_on_start(fiche.debut, on), on=on
    )


def verify_avenant(contrat: Contrat, fiche: FicheContrat, *, on: date) -> list[Controle]:
    """Return the rules that concern a contract whose hours change."""
    passe = get_passe(contrat.personne, contrat.siae, fiche)
    return check_avenant(fiche, type_siae=contrat.siae.type_siae, passe=passe, limites=get_limites(on))


def _limites_on_start(debut: date, on: date) -> Mapping[str, Parametre]:
    """Return the law of the first day; what we chose ourselves, and what came later, is that of today."""
    return {**get_limites(on), **get_limites(debut)}


def _later() -> QuerySet[Contrat]:
    same = Contrat.objects.filter(personne=OuterRef("personne"), siae=OuterRef("siae"))
    return same.filter(Q(debut__gt=OuterRef("debut")) | Q(precedent=OuterRef("pk")))


def _chain(contrat: Contrat) -> Periode:
    """Return the days of an assignment and of those that it renews: they follow each other in one SIAE."""
    rows = Contrat.objects.filter(personne=contrat.personne_id, siae=contrat.siae_id).annotate(echeance=ECHEANCE)
    known = {pk: (before, start) for pk, before, start in rows.values_list("pk", "precedent", "debut")}
    pk, start = contrat.pk, contrat.debut
    while (before := known[pk][0]) is not None and before in known:
        pk, start = before, known[before][1]
    return Periode(start, contrat.fin or contrat.fin_prevue or JAMAIS)


# --- The hours of assignments ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compteur:
    """Where a person stands against the hours that an AI may have them work in companies, on a day.

    `entreprises` are the hours of each company, the most first; `inconnues` those of users that nobody named.
    """

    depuis: date
    maximum: Parametre
    mois: Parametre
    entreprises: tuple[tuple[str, Decimal], ...]
    inconnues: Decimal

    @property
    def faites(self) -> Decimal:
        return sum((hours for _, hours in self.entreprises), Decimal(0))

    @property
    def restantes(self) -> Decimal:
        return max(self.maximum.value - self.faites, Decimal(0))


def get_compteur(personne: Personne, on: date) -> Compteur | None:
    """Return the counter of a person; None when no AI employed them on assignments in the months that count."""
    limites = get_limites(on)
    since = add_months(on, -int(limites["ai_heures_mois"].value))
    rows = list(
        _etats_mission(personne, on)
        .values_list("contrat__mise_a_disposition__nature", "contrat__mise_a_disposition__denomination")
        .annotate(total=Sum("heures"))
        .order_by()
    )
    if not rows:
        return None
    companies = [
        (name or "entreprise sans nom", total or Decimal(0))
        for nature, name, total in rows
        if nature == NatureUtilisateur.ENTREPRISE
    ]
    unknown = sum((total or Decimal(0) for nature, _, total in rows if nature is None), Decimal(0))
    return Compteur(
        since,
        limites["ai_heures_max"],
        limites["ai_heures_mois"],
        tuple(sorted(companies, key=lambda row: (-row[1], row[0]))),
        unknown,
    )


def _etats_mission(personne: Personne, on: date) -> QuerySet[EtatMensuel]:
    """Return the hours that AI had a person work for others in the months that count before a day."""
    months = int(get_parametre("parcours.ai_heures_mois", on=on).value)
    return EtatMensuel.objects.filter(
        contrat__personne=personne,
        contrat__siae__type_siae="AI",
        contrat__type__in=MISSIONS,
        mois__gt=add_months(on, -months) - timedelta(days=1),
        mois__lte=on,
    )


def _heures_mission(personne: Personne, on: date) -> tuple[Decimal, Decimal]:
    nature = "contrat__mise_a_disposition__nature"
    found = _etats_mission(personne, on).aggregate(
        counted=Sum("heures", filter=Q(**{nature: NatureUtilisateur.ENTREPRISE})),
        unknown=Sum("heures", filter=Q(contrat__mise_a_disposition__isnull=True)),
    )
    return found["counted"] or Decimal(0), found["unknown"] or Decimal(0)
