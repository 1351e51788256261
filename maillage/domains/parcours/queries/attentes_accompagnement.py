"""What awaits a CIP, who leads workshops, the direction of a SIAE. Counts only: names are behind the links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.parcours.enums.accompagnement import Alerte
from maillage.domains.parcours.models import EffectifPermanent
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.agenda import list_entretiens
from maillage.domains.parcours.queries.ateliers import to_record
from maillage.domains.parcours.queries.encadrement import own_siae
from maillage.domains.parcours.queries.suivis import list_suivis
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.references.accounts.models import User

# What each alert says of one person, of several.
DITES = {
    Alerte.CONTACT: ("1 personne à recontacter", "{} personnes à recontacter"),
    Alerte.CONTRAT: ("1 contrat se termine bientôt", "{} contrats se terminent bientôt"),
    Alerte.TITRE: ("1 droit au parcours se termine bientôt", "{} droits au parcours se terminent bientôt"),
    Alerte.ACTION: ("1 personne a une action en retard", "{} personnes ont une action en retard"),
    Alerte.JALON: ("1 évaluation à faire", "{} évaluations à faire"),
    Alerte.ENTRETIEN: ("1 entretien passé à renseigner", "{} entretiens passés à renseigner"),
}


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person, in a constant number of queries."""
    on = timezone.localdate()
    if granted(user, Permission.SUPPORT):
        yield from _alertes(user, on)
        yield from _entretiens(user, on)
    if granted(user, Permission.LEAD_WORKSHOPS):
        yield from _presences(user)
    if granted(user, Permission.RECORD_STAFF):
        yield from _permanents(user, on)


def _alertes(user: User, on: date) -> Iterator[Attente]:
    """Yield one task for each alert about the persons of whom one is the référent."""
    lines = list_suivis(user, on, miens=True)
    for alerte, (one, many) in DITES.items():
        if days := [line.alertes[alerte] for line in lines if alerte in line.alertes]:
            label = one if len(days) == 1 else many.format(len(days))
            yield Attente(label, f"{page('parcours:mes_accompagnements')}?alerte={alerte}", min(days), len(days))


def _entretiens(user: User, on: date) -> Iterator[Attente]:
    now = timezone.now()
    days = list(
        list_entretiens(user, on)
        .filter(etat="prevu", debut__gte=now, debut__lt=now + timedelta(days=7))
        .values_list("debut", flat=True)
    )
    if days:
        label = f"{len(days)} entretiens dans les sept jours" if len(days) > 1 else "1 entretien dans les sept jours"
        yield Attente(label, page("parcours:agenda"), timezone.localdate(min(days)), len(days))


def _presences(user: User) -> Iterator[Attente]:
    days = [timezone.localdate(each) for each in to_record(user).values_list("fin", flat=True)]
    if days:
        what = f"{len(days)} ateliers dont les présences manquent" if len(days) > 1 else "1 atelier sans présences"
        yield Attente(what, f"{page('parcours:ateliers')}?quand=a_noter", min(days), len(days))


def _permanents(user: User, on: date) -> Iterator[Attente]:
    """Yield the SIAE whose permanent staff of last year is unknown."""
    annee = on.year - 1
    told = EffectifPermanent.objects.filter(annee__gte=annee).values("siae")
    if count := own_siae(user).exclude(pk__in=told).count():
        what = f"{count} effectifs permanents" if count > 1 else "L’effectif permanent"
        yield Attente(f"{what} de {annee} à saisir", page("parcours:encadrement"), nombre=count)
