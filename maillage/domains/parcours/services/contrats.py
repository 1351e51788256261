"""Employ, renew, change, end: the acts of a SIAE on its own contracts.

Every act locks the person first: two acts on one pathway wait for each other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from maillage.domains.parcours.enums.contrat import MotifSortie, TypeContrat
from maillage.domains.parcours.models import Contrat, MiseADisposition, Sortie
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import get_titre, last_contrat, verify_avenant, verify_contrat
from maillage.domains.parcours.rules.contrats import RENOUVELABLES, FicheContrat, Utilisateur, refusals
from maillage.domains.parcours.services import titres
from maillage.domains.parcours.services.evenements_contrats import ContratAnnule, ContratCommence, ContratFini
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.events import publish
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import jour, mois_en_lettres
from maillage.references.economie.models import Rome
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.services.droit import lock
from maillage.references.personnes.services.relations import begin_relation, end_relation, resume_relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.domains.parcours.models import TitreParcours
    from maillage.domains.parcours.rules.contrats import Controle
    from maillage.references.accounts.models import Membre, User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

__all__ = [
    "FicheContrat",
    "Utilisateur",
    "cancel_contrat",
    "change_contrat",
    "check_employer",
    "end_contrat",
    "hire",
    "renew_contrat",
]

AVANCE_SORTIE = "parcours.sortie_avance_jours"


@transaction.atomic
def hire(
    *, personne: Personne, siae: Siae, fiche: FicheContrat, actor: User, on: date, referent: Membre | None = None
) -> Contrat:
    """Employ a person whose file is open to the SIAE; the right to a pathway is opened when none covers that day.

    `referent` supports them, unless somebody in the organisation already does; None: who acts.

    Raise `Refused` with every rule that is broken.
    """
    check_employer(siae, actor)
    locked = lock(personne, actor)
    if siae.fin is not None and siae.fin <= fiche.debut:
        raise Refused(Refusal("siae_fermee", "Cette SIAE n’a plus d’activité ce jour-là.", "siae"))
    _check(verify_contrat(locked, siae, fiche, on=on))
    titre = titres.open_titre(personne=locked, siae=siae, debut=fiche.debut, actor=actor, on=on)
    if not titre.debut <= fiche.debut < titre.fin:
        message = f"Le titre court du {jour(titre.debut)} au {jour(titre.fin - timedelta(days=1))}."
        raise Refused(Refusal("hors_titre", message, "debut"))
    contrat = _write(locked, siae, fiche, titre)
    _ensure_relation(locked, siae, fiche.debut, actor=actor, on=on, referent=referent)
    _record("embaucher", contrat, actor, type=contrat.type, debut=contrat.debut.isoformat())
    publish(ContratCommence(contrat.pk, locked.pk, siae.pk))
    return contrat


@transaction.atomic
def renew_contrat(
    *,
    contrat: Contrat,
    fin_prevue: date,
    actor: User,
    on: date,
    heures_semaine: Decimal | None = None,
    derogations: Sequence[str] = (),
) -> Contrat:
    """Go on with a contract that reaches its planned end, until another day; hours not given stay what they are.

    Raise `Refused` when another act has already said what follows, or when a rule is broken.
    """
    locked = _lock(contrat, actor)
    _check_last(locked)
    if locked.type not in RENOUVELABLES:
        message = f"Un {locked.get_type_display()} ne se renouvelle pas\u202f: enregistrez le contrat suivant."
        raise Refused(Refusal("non_renouvelable", message))
    if locked.fin is not None and locked.fin != locked.fin_prevue:
        message = "Ce contrat a été rompu avant sa fin prévue\u202f: il ne se renouvelle pas."
        raise Refused(Refusal("deja_rompu", message))
    fiche = fiche_suite(locked, fin_prevue, heures_semaine, derogations)
    _check(verify_contrat(locked.personne, locked.siae, fiche, on=on, renews=locked))
    titre = get_titre(locked.personne, fiche.debut)
    locked.fin = locked.fin_prevue
    locked.save(update_fields=["fin"])
    suite = _write(locked.personne, locked.siae, fiche, titre, precedent=locked)
    _ensure_relation(locked.personne, locked.siae, fiche.debut, actor=actor, on=on)
    _record("renouveler", suite, actor, debut=suite.debut.isoformat(), precedent=str(locked.public_id))
    publish(ContratCommence(suite.pk, suite.personne_id, suite.siae_id, renouvelle=True))
    return suite


@transaction.atomic
def change_contrat(
    *,
    contrat: Contrat,
    heures_semaine: Decimal,
    actor: User,
    on: date,
    rome: str = "",
    derogations: Sequence[str] = (),
) -> Contrat:
    """Write an amendment: other hours, another trade. What the contract said before stays in its history."""
    locked = _lock(contrat, actor)
    if locked.fin is not None and locked.fin <= on:
        raise Refused(Refusal("contrat_fini", "Ce contrat est terminé\u202f: ses heures ne changent plus."))
    fiche = FicheContrat(
        type=locked.type,
        debut=locked.debut,
        fin_prevue=locked.fin_prevue,
        heures_semaine=heures_semaine,
        rome=rome,
        derogations=tuple(derogations),
    )
    _check(verify_avenant(locked, fiche, on=on))
    wanted = {
        "heures_semaine": heures_semaine,
        "rome": _find_rome(rome) if rome else locked.rome,
        "derogation": ",".join(derogations),
    }
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, wanted[name])
    if changed:
        _save(locked, changed)
        _record("avenant", locked, actor, champs=changed)
    return locked


@transaction.atomic
def end_contrat(*, contrat: Contrat, fin: date, motif: str, actor: User, on: date) -> Sortie:
    """Say that a person leaves the SIAE from the day `fin`, and why; its relation with them ends that day.

    Called again, it corrects the motive alone. Raise `Refused` when another contract follows, or when hours were
    recorded after that day.
    """
    locked = _lock(contrat, actor)
    if motif not in MotifSortie.values:
        raise Refused(Refusal("motif_inconnu", "Choisissez un motif de la liste.", "motif"))
    known = Sortie.objects.filter(contrat=locked).first()
    if known is not None:
        return _correct(known, locked, fin, motif, actor)
    _check_last(locked)
    _check_fin(locked, fin, on)
    locked.fin = fin
    _save(locked, ["fin"])
    sortie = Sortie.objects.create(contrat=locked, motif=motif, saisie_le=on)
    _end_relation(locked, fin, actor=actor, on=on)
    _record("sortir", locked, actor, fin=fin.isoformat())
    publish(ContratFini(locked.pk, locked.personne_id, locked.siae_id, motif))
    return sortie


@transaction.atomic
def cancel_contrat(*, contrat: Contrat, motif: str, actor: User, on: date) -> None:
    """Take back a contract recorded by mistake, for a reason that the journal keeps; its history stays.

    Raise `Refused` when hours, an exit or another contract rest on it.
    """
    locked = _lock(contrat, actor)
    if not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi le contrat est retiré.", "motif"))
    if Contrat.objects.filter(precedent=locked).exists():
        raise Refused(Refusal("contrat_suivi", "Un autre contrat renouvelle celui-ci\u202f: retirez-le d’abord."))
    if Sortie.objects.filter(contrat=locked).exists():
        raise Refused(Refusal("deja_sorti", "La sortie est enregistrée\u202f: ce contrat ne se retire plus."))
    if locked.etats_mensuels.filter(Q(heures__gt=0) | Q(heures_payees__gt=0)).exists():
        message = "Des heures sont saisies\u202f: videz-les si elles sont fausses, ou mettez fin au contrat."
        raise Refused(Refusal("heures_saisies", message))
    pk, personne, siae = locked.pk, locked.personne, locked.siae
    audit.record("parcours.retirer_contrat", personne, actor=actor, motif=motif.strip(), siae=siae.pk)
    if (before := locked.precedent) is not None:
        before.fin = None
        before.save(update_fields=["fin"])
    locked.delete()
    if last_contrat(personne, siae) is None:
        _end_relations(personne, siae, on, actor=actor, on=on)
    publish(ContratAnnule(pk, personne.pk, siae.pk))


def check_employer(siae: Siae, actor: User) -> None:
    """Raise `Refused` when a person does not act for this SIAE: nobody employs in the name of another."""
    if not (decision := granted(actor, Permission.HIRE)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None or actor.membre.organisation_id != siae.organisation_id:
        raise Refused(Refusal("autre_siae", "Cette SIAE est celle d’une autre organisation.", "siae"))


def fiche_suite(
    contrat: Contrat, fin_prevue: date, heures_semaine: Decimal | None, derogations: Sequence[str]
) -> FicheContrat:
    """Return the contract that renews another one."""
    assert contrat.fin_prevue is not None  # what can be renewed has a planned end
    user = MiseADisposition.objects.filter(contrat=contrat).first()
    return FicheContrat(
        type=contrat.type,
        debut=contrat.fin_prevue,
        fin_prevue=fin_prevue,
        heures_semaine=heures_semaine or contrat.heures_semaine,
        rome=contrat.rome.code if contrat.rome else "",
        derogations=tuple(derogations),
        utilisateur=Utilisateur(user.nature, user.denomination, user.siret) if user else None,
    )


def _lock(contrat: Contrat, actor: User) -> Contrat:
    """Return a contract of one's own SIAE, its person locked first."""
    check_employer(contrat.siae, actor)
    lock(contrat.personne, actor)
    rows = Contrat.objects.select_for_update(of=("self",)).select_related("personne", "siae", "rome", "precedent")
    found = rows.filter(pk=contrat.pk).first()
    if found is None:
        raise Refused(Refusal("contrat_retire", "Ce contrat a été retiré entre-temps."))
    return found


def _check(controls: Iterable[Controle]) -> None:
    if found := refusals(list(controls)):
        raise Refused(*found)


def _check_last(contrat: Contrat) -> None:
    """Raise `Refused` when what follows this contract is already said."""
    if Sortie.objects.filter(contrat=contrat).exists():
        raise Refused(Refusal("deja_sorti", "La sortie de cette personne est déjà enregistrée."))
    later = Contrat.objects.filter(personne=contrat.personne_id, siae=contrat.siae_id)
    follows = later.filter(Q(precedent=contrat) | Q(debut__gt=contrat.debut)).order_by("debut").first()
    if follows is not None:
        message = f"Un autre contrat suit celui-ci, à partir du {jour(follows.debut)}."
        raise Refused(Refusal("contrat_suivi", message))


def _check_fin(contrat: Contrat, fin: date, on: date) -> None:
    found = []
    last = on + timedelta(days=int(get_parametre(AVANCE_SORTIE, on=on).value))
    if fin <= contrat.debut:
        found.append(Refusal("fin_avant_debut", "Le dernier jour ne précède pas le premier.", "fin"))
    if contrat.fin_prevue is not None and fin > contrat.fin_prevue:
        shown = jour(contrat.fin_prevue - timedelta(days=1))
        message = f"Le contrat finit le {shown} au plus tard\u202f: renouvelez-le s’il dure plus longtemps."
        found.append(Refusal("fin_apres_prevue", message, "fin"))
    if fin > last:
        shown = jour(last - timedelta(days=1))
        found.append(Refusal("fin_lointaine", f"Une sortie s’enregistre jusqu’au {shown}.", "fin"))
    after = contrat.etats_mensuels.filter(mois__gte=fin).filter(Q(heures__gt=0) | Q(heures_payees__gt=0))
    if (month := after.order_by("mois").first()) is not None:
        message = f"Des heures sont saisies en {mois_en_lettres(month.mois)}, après ce jour."
        found.append(Refusal("heures_apres", message, "fin"))
    if found:
        raise Refused(*found)


def _correct(sortie: Sortie, contrat: Contrat, fin: date, motif: str, actor: User) -> Sortie:
    if fin != contrat.fin:
        message = "La sortie est enregistrée\u202f: seul son motif se corrige."
        raise Refused(Refusal("deja_sorti", message, "fin"))
    if sortie.motif != motif:
        sortie.motif = motif
        sortie.save(update_fields=["motif"])
        _record("corriger_sortie", contrat, actor)
        publish(ContratFini(contrat.pk, contrat.personne_id, contrat.siae_id, motif))
    return sortie


def _write(
    personne: Personne,
    siae: Siae,
    fiche: FicheContrat,
    titre: TitreParcours | None,
    precedent: Contrat | None = None,
) -> Contrat:
    contrat = Contrat(
        personne=personne,
        siae=siae,
        titre=titre,
        type=fiche.type,
        debut=fiche.debut,
        fin_prevue=fiche.fin_prevue,
        heures_semaine=fiche.heures_semaine,
        rome=_find_rome(fiche.rome),
        derogation=",".join(fiche.derogations),
        precedent=precedent,
    )
    _save(contrat)
    if (user := fiche.utilisateur) is not None and contrat.type in {TypeContrat.CDDU, TypeContrat.MISSION}:
        MiseADisposition.objects.create(
            contrat=contrat, nature=user.nature, denomination=user.denomination, siret=user.siret
        )
    contrat.refresh_from_db(fields=["public_id"])
    return contrat


def _save(contrat: Contrat, fields: list[str] | None = None) -> None:
    """Save; what the database itself refuses is told in its own words."""
    try:
        with transaction.atomic():
            contrat.save(update_fields=fields)
    except IntegrityError as error:
        for constraint in Contrat._meta.constraints:
            if constraint.name in str(error):
                raise Refused(Refusal(constraint.name, str(constraint.violation_error_message))) from error
        raise


def _find_rome(code: str) -> Rome | None:
    if not code:
        return None
    found = Rome.objects.filter(code=code.upper()).first()
    if found is None:
        message = "Ce code ROME n’existe pas\u202f: une lettre et quatre chiffres, K2204."
        raise Refused(Refusal("rome_inconnu", message, "rome"))
    return found


def _record(act: str, contrat: Contrat, actor: User, **details: Any) -> None:
    """Write the act in the journal of the person: the contract by its public number, the SIAE by its key."""
    audit.record(
        f"parcours.{act}",
        contrat.personne,
        actor=actor,
        contrat=str(contrat.public_id),
        siae=contrat.siae_id,
        **details,
    )


# --- The relation that the contract opens ----------------------------------------------------------------------------


def _ensure_relation(
    personne: Personne, siae: Siae, debut: date, *, actor: User, on: date, referent: Membre | None = None
) -> None:
    """Have the organisation follow the person as their employer, from the contract on, or from today."""
    theirs = Relation.objects.filter(
        personne=personne, organisation=siae.organisation_id, type=TypeRelation.CONTRAT
    ).order_by("-debut")
    latest = theirs.first()
    if latest is not None and (latest.fin is None or latest.fin > on):
        if latest.fin is not None:
            resume_relation(relation=latest, actor=actor)
        return
    start = min(debut, on)
    if latest is not None and latest.fin is not None:
        start = max(start, latest.fin)
    begin_relation(
        personne=personne, type_relation=TypeRelation.CONTRAT, debut=start, actor=actor, on=on, referent=referent
    )


def _end_relation(contrat: Contrat, fin: date, *, actor: User, on: date) -> None:
    """Stop following when no other contract of the person in the organisation lasts beyond."""
    others = Contrat.objects.filter(
        personne=contrat.personne_id, siae__organisation=contrat.siae.organisation_id
    ).exclude(pk=contrat.pk)
    if others.filter(Q(fin__gt=fin) | Q(fin__isnull=True, fin_prevue__gt=fin) | Q(fin=None, fin_prevue=None)).exists():
        return
    _end_relations(contrat.personne, contrat.siae, fin, actor=actor, on=on)


def _end_relations(personne: Personne, siae: Siae, fin: date, *, actor: User, on: date) -> None:
    running = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on),
        personne=personne,
        organisation=siae.organisation_id,
        type=TypeRelation.CONTRAT,
    )
    for relation in running:
        end_relation(relation=relation, fin=max(fin, relation.debut), actor=actor, on=on)
