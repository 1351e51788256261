"""The rights of persons: which one runs, where it stands, who may act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from maillage.domains.parcours.models import Contrat, Situation, TitreParcours
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.eligibilite import age
from maillage.domains.parcours.rules.jours import Periode, Titre, count
from maillage.domains.parcours.rules.titres import Demandeur, end_of_carence
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Prolongation, Suspension
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def valables() -> QuerySet[TitreParcours]:
    """Return the rights that were not cancelled."""
    return TitreParcours.objects.filter(annule_le__isnull=True)


def titre_en_cours(personne: Personne, on: date) -> TitreParcours | None:
    """Return the right of a person on a day, suspended or not."""
    return valables().filter(personne=personne, debut__lte=on, fin__gt=on).first()


def last_titre(personne: Personne, on: date) -> TitreParcours | None:
    """Return the right that matters on a day: that of the day, else the next one, else the last that ended."""
    found = list(valables().filter(personne=personne).order_by("debut"))
    current = (each for each in found if each.debut <= on < each.fin)
    coming = (each for each in found if each.debut > on)
    return next(current, None) or next(coming, None) or (found[-1] if found else None)


def read_titre(titre: TitreParcours) -> Titre:
    """Return a right as the arithmetic sees it; two queries, none when both are prefetched."""
    return Titre(
        titre.debut,
        titre.duree_jours,
        tuple(sorted(read_suspension(each) for each in titre.suspensions.all())),
        tuple(each.jours for each in in_order(titre)),
    )


def in_order(titre: TitreParcours) -> list[Prolongation]:
    """Return the prolongations of a right, the first granted first."""
    return sorted(titre.prolongations.all(), key=lambda each: (each.accordee_le, each.pk))


def read_suspension(suspension: Suspension) -> Periode:
    return Periode(suspension.debut, suspension.fin)


def remaining_days(titre: TitreParcours, on: date) -> int:
    """Return how many days of a right are left in the morning of a day."""
    return count(read_titre(titre), on).restants


def carence(personne: Personne, debut: date) -> date | None:
    """Return until when (excluded) a person may not have another right by themselves; None when nothing prevents it."""
    last = valables().filter(personne=personne, fin__lte=debut).order_by("-fin").first()
    if last is None:
        return None
    end = end_of_carence(last.fin, number("carence_mois", debut))
    return end if debut < end else None


def own_siae(user: User) -> QuerySet[Siae]:
    """Return the SIAE in activity of the organisation in whose name somebody acts."""
    membre = user.membre
    if membre is None:
        return Siae.objects.none()
    return Siae.objects.actives().filter(organisation=membre.organisation_id).order_by("nom", "pk")


def last_contrat(personne: Personne, on: date) -> Contrat | None:
    """Return the contract that a person began last, on a day."""
    return (
        Contrat.objects.filter(personne=personne, debut__lte=on)
        .select_related("siae", "sortie")
        .order_by("-debut", "-pk")
        .first()
    )


def siae_of(titre: TitreParcours, user: User, on: date) -> list[Siae]:
    """Return the SIAE of one's organisation that may act on a right: that of the last contract, if there is one."""
    contrat = last_contrat(titre.personne, on)
    own = own_siae(user)
    return list(own.filter(pk=contrat.siae_id) if contrat else own)


def may_work(titre: TitreParcours, siae: Siae, on: date) -> bool:
    """Tell whether a right holds in a SIAE on a day: a PASS everywhere, an agrément where it was given or extended."""
    if titre.siae_id is None or titre.siae_id == siae.pk:
        return True
    return titre.extensions.filter(Q(fin__isnull=True) | Q(fin__gt=on), siae=siae, debut__lte=on).exists()


def read_demandeur(titre: TitreParcours, siae: Siae, on: date) -> Demandeur:
    """Return what a prolongation asks of the person and their contracts."""
    rqth = Situation.objects.filter(personne=titre.personne_id).values_list("rqth", flat=True).first()
    current = Contrat.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on), Q(fin_prevue__isnull=True) | Q(fin_prevue__gt=on), debut__lte=on
    )
    return Demandeur(
        type_siae=siae.type_siae,
        age=age(titre.personne.date_naissance, on),
        rqth=rqth,
        contrats=set(current.filter(personne=titre.personne_id, siae=siae).values_list("type", flat=True)),
        deja=set(titre.prolongations.values_list("motif", flat=True)),
    )


def lived_contrats(titre: TitreParcours) -> int:
    """Return how many contracts of at least a day stand on a right."""
    return titre.contrats.filter(Q(fin__isnull=True) | Q(fin__gt=F("debut"))).count()
