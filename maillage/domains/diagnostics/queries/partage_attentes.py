"""What awaits whoever contributes to shared diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q

from maillage.domains.diagnostics.enums import EtatDiagnostic, RoleCoAuteur
from maillage.domains.diagnostics.models import CoAuteur, Position, Revision, Section
from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.rules import MODIFIABLES, REDACTEURS
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person in the name of their organisation; one query per kind of task."""
    if user.membre is None or not granted(user, Permission.CONTRIBUTE):
        return
    mine = user.membre.organisation_id
    yield from _opinions(mine)
    yield from _validations(mine)
    yield from _fusions(mine)
    yield from _closings(mine)


def _opinions(organisation: int) -> Iterator[Attente]:
    """Yield the diagnostics in concertation on some section of which the organisation has said nothing."""
    said = Position.objects.filter(section=OuterRef("pk"), organisation=organisation)
    silent = (
        Section.objects.filter(
            ~Exists(said),
            diagnostic__etat=EtatDiagnostic.CONCERTATION,
            diagnostic__co_auteurs__organisation=organisation,
        )
        .values("diagnostic__public_id", "diagnostic__titre", "diagnostic__validation_avant")
        .annotate(nombre=Count("pk"))
        .order_by("diagnostic__titre")
    )
    for row in silent:
        yield Attente(
            f"Votre avis est attendu sur «\u202f{row['diagnostic__titre']}\u202f»",
            page("diagnostics:partage", row["diagnostic__public_id"]),
            row["diagnostic__validation_avant"],
            row["nombre"],
        )


def _validations(organisation: int) -> Iterator[Attente]:
    """Yield the diagnostics whose validation was asked, and that the organisation has not validated as they stand."""
    waiting = CoAuteur.objects.filter(
        Q(valide_le=None) | Q(valide_le__lt=F("diagnostic__modifie_le")),
        organisation=organisation,
        role__in=REDACTEURS,
        diagnostic__etat=EtatDiagnostic.CONCERTATION,
        diagnostic__validation_avant__isnull=False,
    )
    for each in waiting.select_related("diagnostic").order_by("diagnostic__validation_avant", "pk"):
        yield Attente(
            f"Votre validation est demandée sur «\u202f{each.diagnostic.titre}\u202f»",
            page("diagnostics:partage_valider", each.diagnostic.public_id),
            each.diagnostic.validation_avant,
        )


def _fusions(organisation: int) -> Iterator[Attente]:
    """Yield the texts of the organisation written at the same time as another: somebody must put them together."""
    done = Revision.objects.filter(reunit=OuterRef("pk"))
    waiting = Revision.objects.filter(
        ~Exists(done), retenue=False, organisation=organisation, section__diagnostic__etat__in=MODIFIABLES
    )
    for each in waiting.select_related("section__diagnostic").order_by("pk"):
        diagnostic = each.section.diagnostic
        yield Attente(
            f"Votre texte sur «\u202f{each.section.titre}\u202f» ({diagnostic.territoire}) reste à réunir à l’autre",
            page("diagnostics:partage_reunir", diagnostic.public_id, each.section.code, each.numero),
            urgente=True,
        )


def _closings(organisation: int) -> Iterator[Attente]:
    """Yield the diagnostics that the organisation steers and that all have validated, or that wait to be published."""
    missing = CoAuteur.objects.filter(
        Q(valide_le=None) | Q(valide_le__lt=F("diagnostic__modifie_le")),
        diagnostic=OuterRef("diagnostic"),
        role__in=REDACTEURS,
    )
    steered = CoAuteur.objects.filter(organisation=organisation, role=RoleCoAuteur.PILOTE).select_related("diagnostic")
    ready = Q(diagnostic__etat=EtatDiagnostic.VALIDE) | (
        Q(diagnostic__etat=EtatDiagnostic.CONCERTATION) & ~Exists(missing)
    )
    for each in steered.filter(ready).order_by("diagnostic__titre"):
        diagnostic = each.diagnostic
        validated = diagnostic.etat == EtatDiagnostic.VALIDE
        label = "est validé\u202f: publiez-le" if validated else "a l’accord de tous\u202f: validez-le"
        yield Attente(f"«\u202f{diagnostic.titre}\u202f» {label}", page("diagnostics:partage", diagnostic.public_id))
