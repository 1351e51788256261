"""What awaits whoever carries, examines or is asked about dossiers, and who leads calls. Constant number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.offre.enums import EtatAppel, EtatDossier, Tour
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.appels import closing_soon
from maillage.domains.offre.queries.dossiers import read_ligne, with_rows
from maillage.domains.offre.queries.visibilite import asked_avis, carried_dossiers, instructed_dossiers, led_appels
from maillage.domains.offre.rules.dossiers import CLOS, PENDANTS, SUITES, WORKFLOWS
from maillage.foundations.kernel.attentes import Attente, gather, page
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.domains.offre.queries.dossiers import LigneDossier
    from maillage.references.accounts.models import User


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield what awaits this person."""
    on = timezone.localdate()
    if granted(user, Permission.DEPOSIT):
        yield from _carried(user, on)
    if granted(user, Permission.INSTRUCT):
        yield from _instructed(user, on)
    if granted(user, Permission.OPINE):
        yield from _opinions(user, on)
    if granted(user, Permission.RAISE):
        yield from _appels(user, on)


def _carried(user: User, on: date) -> Iterator[Attente]:
    for ligne in _lignes(carried_dossiers(user), on):
        dossier = ligne.dossier
        if dossier.etat == EtatDossier.BROUILLON:
            yield Attente(f"Dossier « {dossier.nom} »\u202f: à compléter et à déposer", _page(ligne))
        elif dossier.etat == EtatDossier.PIECES:
            texte = f"Dossier « {dossier.nom} »\u202f: fournir les pièces demandées"
            yield Attente(texte, _page(ligne), ligne.echeance, urgente=True)


def _instructed(user: User, on: date) -> Iterator[Attente]:
    """Yield the dossiers that wait for the service, each with its usual act and its legal deadline."""
    for ligne in _lignes(instructed_dossiers(user), on):
        dossier = ligne.dossier
        if ligne.horloge and ligne.pressant:
            texte = f"Dossier {ligne.numero} « {dossier.nom} »\u202f: {ligne.delai}"
            yield Attente(texte, _page(ligne), ligne.horloge.echeance, urgente=True)
        elif ligne.tour == Tour.INSTRUCTEUR:
            labels = {each.act: each.label for each in WORKFLOWS[dossier.demande].available(dossier.etat)}
            usual = next((labels[act] for act in SUITES.get(dossier.etat, ()) if act in labels), "À suivre")
            yield Attente(
                f"Dossier {ligne.numero} « {dossier.nom} »\u202f: {_lower(usual)}", _page(ligne), ligne.echeance
            )


def _opinions(user: User, on: date) -> Iterator[Attente]:
    days = asked_avis(user).filter(rendu_le=None, dossier__etat__in=PENDANTS).values_list("echeance", flat=True)

    def label(count: int) -> str:
        return f"{count} avis à rendre sur des projets" if count > 1 else "1 avis à rendre sur un projet"

    yield from gather(label, page("offre:avis"), days, on)


def _appels(user: User, on: date) -> Iterator[Attente]:
    days = closing_soon(user, on=on).values_list("cloture", flat=True)

    def label(count: int) -> str:
        return f"{count} appels à projets à clore" if count > 1 else "1 appel à projets à clore"

    yield from gather(label, f"{page('offre:appels')}?a_clore=on", days, on)
    if drafts := led_appels(user).filter(etat=EtatAppel.BROUILLON).count():
        what = f"{drafts} appels à projets en brouillon" if drafts > 1 else "1 appel à projets en brouillon"
        yield Attente(what, f"{page('offre:appels')}?etat={EtatAppel.BROUILLON}", nombre=drafts)


def _lignes(rows: object, on: date) -> list[LigneDossier]:
    return [read_ligne(dossier, on=on) for dossier in with_rows(rows.exclude(etat__in=CLOS)).order_by("pk")]  # type: ignore[attr-defined]


def _page(ligne: LigneDossier) -> str:
    return page("offre:dossier", ligne.dossier.public_id)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
