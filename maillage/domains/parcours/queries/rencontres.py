"""The meetings of SIAE: those that one organises or is invited to, whom one sees there, what came of them.

| who | sees of the persons presented |
|---|---|
| the SIAE that presents them | all, as their file is open to it |
| the other SIAE that are invited | the first name, the trade, the project, the days left, the commune |
| the network that organises | counts, under the secrecy threshold |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils import timezone

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.enums.rencontre import EtatRencontre
from maillage.domains.parcours.models import Candidature, InteretSuite, PresentationSuite, Rencontre
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.candidatures import with_etat
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.titres import own_siae, read_titre, valables
from maillage.domains.parcours.rules.jours import count
from maillage.domains.parcours.rules.rencontres import BilanRencontre, count_bilan
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User
    from maillage.references.structures.models import Siae


def list_rencontres(user: User) -> QuerySet[Any]:
    """Return the meetings that one's organisation holds, or where its SIAE are invited; `nombre` counts the invited."""
    membre = user.membre
    if membre is None or not granted(user, Permission.MEET):
        return Rencontre.objects.none()
    mine = Q(organisation=membre.organisation_id)
    if granted(user, Permission.SHARE):
        mine |= Q(pk__in=Rencontre.objects.filter(invitees__organisation=membre.organisation_id).values("pk"))
    rows = Rencontre.objects.filter(mine).select_related("organisation")
    found: QuerySet[Any] = rows.annotate(nombre=Count("invitees", distinct=True))
    return found


def led_rencontres(user: User) -> QuerySet[Any]:
    """Return the meetings that one's organisation holds."""
    return list_rencontres(user).filter(organisation=user.membre.organisation_id if user.membre else None)


def open_rencontres(user: User) -> QuerySet[Any]:
    """Return the meetings to come where one's SIAE may present somebody."""
    if not granted(user, Permission.SHARE):
        return Rencontre.objects.none()
    rows = list_rencontres(user)
    return rows.filter(debut__gt=timezone.now(), etat=EtatRencontre.PREVUE).order_by("debut", "pk")


def concerned_siae(user: User, rencontre: Rencontre) -> list[Siae]:
    """Return the SIAE of one's organisation that take part in a meeting: invited, or all of those of who holds it."""
    own = own_siae(user)
    if user.membre and rencontre.organisation_id == user.membre.organisation_id:
        return list(own)
    return list(own.filter(rencontres=rencontre))


def last_day(rencontre: Rencontre, on: date) -> date:
    """Return the first day when the persons presented at a meeting are shown no more."""
    return timezone.localtime(rencontre.debut).date() + timedelta(days=number("rencontre_relation_jours", on) + 1)


def shown(on: date) -> Q:
    """Return the condition on presentations that the other SIAE see them: agreed to, in time, not withdrawn."""
    since = datetime.combine(on - timedelta(days=number("rencontre_relation_jours", on)), time.min)
    return Q(
        retiree_le__isnull=True,
        rencontre__etat=EtatRencontre.PREVUE,
        rencontre__debut__gte=timezone.make_aware(since),
        consentement__debut__lte=on,
        consentement__fin__gt=on,
        personne__anonymisee_le__isnull=True,
        personne__opposition_le__isnull=True,
    )


def list_presentations(user: User, rencontre: Rencontre, on: date) -> QuerySet[PresentationSuite]:
    """Return the persons of a meeting that one may see: those of one's SIAE, and those shown to it."""
    if not granted(user, Permission.SHARE) or user.membre is None:
        return PresentationSuite.objects.none()
    ours = Q(siae__organisation=user.membre.organisation_id, personne__in=followed_by(user).values("pk"))
    return (
        PresentationSuite.objects.filter(Q(retiree_le__isnull=True) & ours | shown(on), rencontre=rencontre)
        .select_related("personne", "siae", "rome", "rencontre", "consentement")
        .defer("personne__nir", "personne__nir_empreinte")
        .order_by("rome__libelle", "pk")
    )


@dataclass(frozen=True, slots=True)
class LignePresentation:
    """A person as one reads them at a meeting: `nom` is whole for who presents them, the first name for the others."""

    presentation: PresentationSuite
    mienne: bool
    nom: str
    commune: str
    restants: int | None
    interets: tuple[str, ...]
    dit: bool

    @property
    def jours(self) -> str:
        return "non renseigné" if self.restants is None else f"{self.restants} jours"


def list_lignes(user: User, rencontre: Rencontre, on: date) -> list[LignePresentation]:
    """Return the persons of a meeting as one may read them, in a constant number of queries.

    Who is interested is told to the SIAE that presents the person; the others know of their own interest alone.
    """
    rows = list(list_presentations(user, rencontre, on))
    ours = user.membre.organisation_id if user.membre else None
    people = [row.personne_id for row in rows]
    rights = valables().filter(personne__in=people, debut__lte=on, fin__gt=on)
    left = {
        each.personne_id: count(read_titre(each), on).restants
        for each in rights.prefetch_related("suspensions", "prolongations")
    }
    communes = dict(
        Territoire.objects.filter(niveau=Niveau.COMMUNE, code__in={row.personne.commune for row in rows}).values_list(
            "code", "nom"
        )
    )
    interets: dict[int, list[InteretSuite]] = {}
    for interet in _with_answer(InteretSuite.objects.filter(presentation__in=[row.pk for row in rows]), on):
        interets.setdefault(interet.presentation_id, []).append(interet)
    found = []
    for row in rows:
        mine = row.siae.organisation_id == ours
        said = interets.get(row.pk, [])
        found.append(
            LignePresentation(
                row,
                mine,
                str(row.personne) if mine else row.personne.prenom,
                communes.get(row.personne.commune, row.personne.commune),
                left.get(row.personne_id),
                tuple(f"{each.siae.nom}\u202f: {each.lu}" for each in said) if mine else (),  # type: ignore[attr-defined]
                any(each.siae.organisation_id == ours for each in said),
            )
        )
    return found


def _with_answer(rows: QuerySet[InteretSuite], on: date) -> Iterable[InteretSuite]:
    """Yield interests with `lu`, how the candidature that followed stands on a day, in words."""
    found = list(rows.select_related("siae").order_by("exprime_le", "pk"))
    asked = Candidature.objects.filter(pk__in=[each.candidature_id for each in found])
    known: dict[int, Any] = with_etat(asked, on).in_bulk()
    for each in found:
        each.lu = EtatCandidature(known[each.candidature_id].etat_lu).label  # type: ignore[attr-defined]
    return found


def read_bilans(rencontres: Iterable[Rencontre], on: date) -> dict[int, BilanRencontre]:
    """Return what came of meetings, by key, in one query: whoever was presented counts, withdrawn or not since."""
    lines: dict[int, list[tuple[int, str | None]]] = {each.pk: [] for each in rencontres}
    rows = PresentationSuite.objects.filter(rencontre__in=list(lines)).values_list(
        "rencontre", "pk", "interets__candidature__etat"
    )
    for rencontre, key, etat in rows:
        lines[rencontre].append((key, etat))
    return {key: count_bilan(found) for key, found in lines.items()}


def tell_bilan(bilan: BilanRencontre, *, named: bool) -> str:
    """Return a count in words: exact for the SIAE that read the names, under the secrecy threshold for the others."""
    least = get_effectif_min()
    if named or bilan.presentees == 0:
        return bilan.phrase
    if bilan.presentees < least:
        return f"moins de {least} personnes présentées"
    numbers = (bilan.interessantes, bilan.acceptees)
    interested, accepted = (str(each) if each == 0 or each >= least else f"moins de {least}" for each in numbers)
    return f"{bilan.presentees} présentées, {interested} avec une SIAE intéressée, {accepted} acceptées à l’embauche"
