"""The sheets of the great projects: create, correct, move from state to state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import transaction
from django.utils.text import slugify

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import Event, publish
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Organisation
from maillage.references.economie.enums import Programme
from maillage.references.economie.models import (
    AcheteurProjet,
    GrandProjet,
    LieuProjet,
    MetierProjet,
    PhaseProjet,
)
from maillage.references.economie.permissions import Permission, may_edit
from maillage.references.economie.queries.projets import describe_fiche
from maillage.references.economie.rules import TRANSITIONS, FicheProjet, arrange, check_projet, find_path
from maillage.references.economie.services.nomenclatures import find_any_faps
from maillage.references.territoires.queries.communes import get_annuaire

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.economie.services.ecriture import Change

FIELDS = ("nom", "programme", "description", "debut", "fin", "heures_prevues", "heures_realisees", "source")


@dataclass(frozen=True, slots=True)
class GrandProjetModifie(Event):
    """The sheet of a great project came or changed."""

    projet: int


@transaction.atomic
def create_projet(*, fiche: FicheProjet, actor: User | None, on: date) -> GrandProjet:
    """Open the sheet of a great project, announced; raise `Refused` with every reason. `actor` None is the machine."""
    if actor is not None and not (decision := granted(actor, Permission.EDIT_PROJET)):
        raise Refused(Refusal("interdit", decision.reason))
    found = _Trouves(fiche)
    code = slugify(fiche.nom)[:80]
    if GrandProjet.objects.filter(code=code).exists():
        raise Refused(Refusal("projet_connu", "Un projet de ce nom a déjà sa fiche.", "nom"))
    membre = actor.membre if actor else None
    with pghistory.context(auteur=actor.pk if actor else None, source=fiche.source, date=on.isoformat()):
        projet = GrandProjet.objects.create(
            code=code,
            saisi_par_id=membre.organisation_id if membre else None,
            **{name: getattr(fiche, name) for name in FIELDS},
        )
        found.write(projet)
    projet.refresh_from_db()
    audit.record("economie.create_projet", projet, actor=actor, source=fiche.source, date=on.isoformat())
    publish(GrandProjetModifie(projet.pk))
    return projet


@transaction.atomic
def update_projet(*, projet: GrandProjet, fiche: FicheProjet, actor: User | None, on: date) -> bool:
    """Correct a sheet; return whether that changed anything, which alone leaves a trace."""
    projet = GrandProjet.objects.select_for_update().get(pk=projet.pk)
    _check_editor(actor, projet)
    found = _Trouves(fiche)
    before = describe_fiche(projet)
    after = arrange(found.fiche)
    changed = sorted(name for name in FicheProjet.__dataclass_fields__ if getattr(before, name) != getattr(after, name))
    if not changed:
        return False
    with pghistory.context(auteur=actor.pk if actor else None, source=fiche.source, date=on.isoformat()):
        for name in FIELDS:
            setattr(projet, name, getattr(fiche, name))
        projet.save(update_fields=FIELDS)
        for model in (LieuProjet, PhaseProjet, MetierProjet, AcheteurProjet):
            model.objects.filter(projet=projet).delete()
        found.write(projet)
    audit.record("economie.update_projet", projet, actor=actor, champs=changed, date=on.isoformat())
    publish(GrandProjetModifie(projet.pk))
    return True


@transaction.atomic
def move_projet(*, projet: GrandProjet, act: str, actor: User | None, motif: str = "") -> GrandProjet:
    """Begin, finish, abandon or reopen a project; raise `Refused` when its state does not allow it."""
    projet = GrandProjet.objects.select_for_update().get(pk=projet.pk)
    _check_editor(actor, projet)
    audit.move(projet, act, TRANSITIONS, actor=actor, reason=motif)
    projet.save(update_fields=["etat"])
    audit.record(f"economie.{act}_projet", projet, actor=actor, motif=motif)
    publish(GrandProjetModifie(projet.pk))
    return projet


@transaction.atomic
def register_projet(*, fiche: FicheProjet, etat: str, actor: User | None, on: date) -> Change:
    """Create or correct the sheet of a project, known by its name, and bring it to a state; twice changes nothing."""
    projet = GrandProjet.objects.filter(code=slugify(fiche.nom)[:80]).first()
    change: Change = "modifie"
    if projet is None:
        projet, change = create_projet(fiche=fiche, actor=actor, on=on), "cree"
    elif not update_projet(projet=projet, fiche=fiche, actor=actor, on=on):
        change = "inchange"
    path = find_path(projet.etat, etat) if etat else []
    for act in path:
        move_projet(projet=projet, act=act, actor=actor, motif=f"selon {fiche.source}")
    return "modifie" if change == "inchange" and path else change


def _check_editor(actor: User | None, projet: GrandProjet) -> None:
    if actor is not None and not (decision := may_edit(actor, projet)):
        raise Refused(Refusal("interdit", decision.reason))


class _Trouves:
    """What a sheet names, found: communes, trades, buyers; refuses the sheet when something is missing or absurd."""

    def __init__(self, fiche: FicheProjet) -> None:
        refusals = check_projet(fiche)
        if fiche.programme not in Programme.values:
            refusals.append(Refusal("programme_inconnu", "Choisissez un programme.", "programme"))
        annuaire = get_annuaire()
        self.communes: list[int] = []
        lieux = []
        for lieu in fiche.lieux:
            unites = annuaire.find(lieu.commune_code).unites
            if len(unites) != 1:
                why = "est suivie par arrondissement" if unites else "n’est pas dans le découpage chargé"
                refusals.append(Refusal("commune_inconnue", f"La commune « {lieu.commune_code} » {why}.", "lieux"))
                continue
            self.communes.append(unites[0].pk)
            lieux.append(replace(lieu, commune_code=unites[0].code))
        self.fiche = replace(fiche, lieux=tuple(lieux))
        self.faps = find_any_faps(code for code, _ in fiche.metiers)
        refusals += [
            Refusal("fap_inconnu", f"Le métier {code} n’est dans aucune nomenclature chargée.", "metiers")
            for code, _ in fiche.metiers
            if code not in self.faps
        ]
        self.acheteurs = {row.siret: row for row in Organisation.objects.filter(siret__in=fiche.acheteurs)}
        refusals += [
            Refusal("acheteur_inconnu", f"Aucune organisation ne porte le SIRET {siret}.", "acheteurs")
            for siret in fiche.acheteurs
            if siret not in self.acheteurs
        ]
        if refusals:
            raise Refused(*refusals)

    def write(self, projet: GrandProjet) -> None:
        """Write what belongs to the project."""
        rows: tuple[tuple[Any, list[Any]], ...] = (
            (
                LieuProjet,
                [
                    LieuProjet(
                        projet=projet, commune_id=pk, nom=each.nom, longitude=each.longitude, latitude=each.latitude
                    )
                    for pk, each in zip(self.communes, self.fiche.lieux, strict=True)
                ],
            ),
            (PhaseProjet, [PhaseProjet(projet=projet, nom=p.nom, debut=p.debut, fin=p.fin) for p in self.fiche.phases]),
            (
                MetierProjet,
                [MetierProjet(projet=projet, fap=self.faps[code], postes=n) for code, n in self.fiche.metiers],
            ),
            (
                AcheteurProjet,
                [AcheteurProjet(projet=projet, organisation=self.acheteurs[siret]) for siret in self.fiche.acheteurs],
            ),
        )
        for model, wanted in rows:
            model.objects.bulk_create(wanted)
