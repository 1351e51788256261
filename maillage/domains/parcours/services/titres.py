"""Give a right to a pathway, suspend it, prolong it, extend it, cancel it.

Every act locks the person, then the right: two people who act at once on one pathway do so one after the other, and
the second one is answered from what the first one wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from maillage.domains.parcours.enums.titre import MotifSuspension, Regime
from maillage.domains.parcours.models import (
    AvisCta,
    CompteurTitre,
    Extension,
    Prolongation,
    Suspension,
    TitreParcours,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.eligibilite import by_prescripteur, find_diagnostic
from maillage.domains.parcours.queries.regles_titres import (
    duration,
    number,
    plafonds_prolongation,
    plafonds_suspension,
    regime_on,
)
from maillage.domains.parcours.queries.titres import (
    carence,
    last_contrat,
    lived_contrats,
    may_work,
    read_demandeur,
    read_suspension,
    read_titre,
    valables,
)
from maillage.domains.parcours.rules.jours import Periode
from maillage.domains.parcours.rules.titres import (
    NUMERO_PREFIXE,
    check_lift,
    check_prolongation,
    check_suspension,
    lift,
    motifs,
    prolong,
    suspend,
    write_numero,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.services.droit import check_permission, lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.rules.jours import Titre
    from maillage.references.accounts.models import Organisation, User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

MOTIF_MIN = 10  # characters: fewer do not say why


@dataclass(frozen=True, slots=True)
class Avis:
    """What a CTA advised, and when."""

    rendu_le: date
    texte: str


@transaction.atomic
def open_titre(*, personne: Personne, siae: Siae, debut: date, actor: User, on: date) -> TitreParcours:
    """Return the right under which a SIAE may hire a person from a day: the one that runs, or a new one.

    A suspension in force that day ends: the days count again. Raise `Refused` when the person is not eligible, when
    their last right ended too short a while ago, when an agrément holds in other SIAE only.
    """
    locked = _lock_personne(personne, siae, actor)
    running = valables().filter(personne=locked, debut__lte=debut, fin__gt=debut).select_for_update().first()
    if running is not None:
        return _resume(running, siae, debut, actor)
    if debut > (latest := add_months(on, number("embauche_avance_mois", on))):
        raise Refused(Refusal("debut_lointain", f"Une embauche se prévoit jusqu’au {jour(latest)}.", "debut"))
    regime = regime_on(debut)
    jours = duration(regime, debut)
    _check_alone(locked, Periode(debut, debut + timedelta(days=jours)))
    if (until := carence(locked, debut)) and by_prescripteur(locked, debut) is None:
        message = (
            f"Le dernier titre est trop récent\u202f: un autre peut commencer le {jour(until)}, ou plus tôt sur "
            "diagnostic d’un prescripteur habilité."
        )
        raise Refused(Refusal("carence", message, "debut"))
    diagnostic = find_diagnostic(locked, siae, debut)
    if diagnostic is None:
        message = "Aucun diagnostic d’éligibilité n’est valable ce jour-là\u202f: établissez-le d’abord."
        raise Refused(Refusal("non_eligible", message, "debut"))
    titre = TitreParcours.objects.create(
        regime=regime,
        numero=_next_numero(),
        personne=locked,
        siae=siae if regime == Regime.AGREMENT else None,
        debut=debut,
        duree_jours=jours,
    )
    titre.refresh_from_db()
    diagnostic.titre = titre
    diagnostic.save(update_fields=["titre"])
    audit.record(
        "parcours.titre_ouvrir", locked, actor=actor, regime=regime, debut=debut.isoformat(), siae=siae.pk, jours=jours
    )
    return titre


@transaction.atomic
def suspend_titre(
    *,
    titre: TitreParcours,
    siae: Siae,
    motif: str,
    debut: date,
    fin: date,
    actor: User,
    on: date,
    avis: Avis | None = None,
) -> Suspension:
    """Stop the days of a right during `[debut, fin)`; passing from a SIAE to another one asks for a CTA."""
    locked = lock_titre(titre, siae, actor, on)
    plafonds, before, asked = plafonds_suspension(on), read_titre(locked), Periode(debut, fin)
    found = check_suspension(before, asked, plafonds, motif=motif, type_siae=siae.type_siae, on=on)
    if motif == MotifSuspension.ENTRE_SIAE and avis is None:
        message = "Ce motif suppose l’accord d’un CTA\u202f: dites quand, et ce qu’il a convenu."
        found.append(Refusal("avis_manquant", message, "avis_texte"))
    _refuse(found)
    _check_room(locked, suspend(before, asked))
    suspension = Suspension.objects.create(
        titre=locked, siae=siae, motif=motif, debut=debut, fin=fin, plafond_jours=plafonds.longest(debut)
    )
    suspension.refresh_from_db()
    if avis is not None:
        record_avis(titre=locked, avis=avis, actor=actor, on=on)
    # The reason may be an illness or a prison: it stays in the suspension, where it can be erased.
    audit.record("parcours.titre_suspendre", locked.personne, actor=actor, debut=debut.isoformat(), jours=asked.jours)
    return suspension


@transaction.atomic
def lift_suspension(*, suspension: Suspension, fin: date, actor: User, on: date) -> Suspension | None:
    """Let the days count again from `fin`; from its very first day, the suspension is removed (None)."""
    check_permission(actor, Permission.HIRE)
    personne = lock(suspension.titre.personne, actor)
    titre = TitreParcours.objects.select_for_update().get(pk=suspension.titre_id)
    titre.personne = personne
    locked = titre.suspensions.filter(pk=suspension.pk).first()
    if locked is None:
        raise Refused(Refusal("suspension_retiree", "Cette suspension n’existe plus."))
    contrat = last_contrat(personne, on)
    _check_organisation(contrat.siae.organisation_id if contrat else _organisation(locked), actor)
    _refuse(check_lift(read_titre(titre), read_suspension(locked), fin, plafonds_suspension(on), on=on))
    return _lift(locked, fin, actor)


@transaction.atomic
def prolong_titre(*, titre: TitreParcours, siae: Siae, motif: str, jours: int, actor: User, on: date) -> Prolongation:
    """Add days to a right, for a reason that asks for nobody else's decision; raise `Refused` otherwise."""
    locked = lock_titre(titre, siae, actor, on)
    if motif in motifs() and motifs()[motif].prescripteur:
        message = "Un prescripteur habilité décide pour ce motif\u202f: adressez-lui une demande."
        raise Refused(Refusal("prescripteur_requis", message, "motif"))
    check_prolonging(locked, siae, motif, jours, on=on)
    return write_prolongation(locked, siae, motif, jours, actor=actor, on=on)


def check_prolonging(titre: TitreParcours, siae: Siae, motif: str, jours: int, *, on: date) -> None:
    """Raise `Refused` when a locked right may not be prolonged so."""
    if motif not in motifs():
        raise Refused(Refusal("motif_inconnu", "Choisissez un motif de prolongation.", "motif"))
    before = read_titre(titre)
    plafonds, demandeur = plafonds_prolongation(motif, on), read_demandeur(titre, siae, on)
    _refuse(check_prolongation(before, jours, motifs()[motif], plafonds, demandeur, on=on))
    _check_room(titre, prolong(before, jours))


def write_prolongation(
    titre: TitreParcours, siae: Siae, motif: str, jours: int, *, actor: User, on: date, asked: date | None = None
) -> Prolongation:
    """Write a prolongation that was checked, under the caps of the day when it was asked: today by default."""
    plafonds = plafonds_prolongation(motif, asked or on)
    prolongation = Prolongation.objects.create(
        titre=titre,
        siae=siae,
        motif=motif,
        jours=jours,
        plafond_jours=plafonds.jours,
        plafond_cumul_jours=plafonds.cumul,
        accordee_le=on,
    )
    prolongation.refresh_from_db()
    audit.record("parcours.titre_prolonger", titre.personne, actor=actor, jours=jours)
    return prolongation


@transaction.atomic
def extend_agrement(*, titre: TitreParcours, siae: Siae, debut: date, actor: User, on: date) -> Extension:
    """Let an agrément hold in a SIAE of one's organisation too, from a day of its own; a PASS needs no extension."""
    personne = _lock_personne(titre.personne, siae, actor)
    locked = TitreParcours.objects.select_for_update().get(pk=titre.pk)
    locked.personne = personne
    _check_valid(locked)
    if locked.regime != Regime.AGREMENT:
        message = "Un PASS IAE appartient à la personne\u202f: il vaut dans toute SIAE, sans extension."
        raise Refused(Refusal("pass_sans_extension", message))
    if not locked.debut <= debut < locked.fin:
        raise Refused(Refusal("hors_titre", "L’extension commence pendant l’agrément.", "debut"))
    if may_work(locked, siae, debut) or locked.extensions.filter(siae=siae, fin__isnull=True).exists():
        raise Refused(Refusal("deja_etendu", "L’agrément vaut déjà dans cette SIAE.", "siae"))
    extension = Extension.objects.create(titre=locked, siae=siae, debut=debut)
    extension.refresh_from_db(fields=["public_id"])
    audit.record("parcours.agrement_etendre", personne, actor=actor, siae=siae.pk, debut=debut.isoformat())
    return extension


@transaction.atomic
def cancel_titre(*, titre: TitreParcours, siae: Siae, motif: str, actor: User, on: date) -> TitreParcours:
    """Cancel a right opened by mistake, for good: one that was lived is suspended or ends, it is not cancelled."""
    locked = lock_titre(titre, siae, actor, on)
    if len(motif.strip()) < MOTIF_MIN:
        raise Refused(Refusal("motif_court", "Dites pourquoi, en une phrase.", "motif"))
    if lived := lived_contrats(locked):
        contracts = f"{lived} contrats reposent" if lived > 1 else "1 contrat repose"
        message = f"{contracts} sur ce titre\u202f: suspendez-le plutôt, les jours restants ne seront pas perdus."
        raise Refused(Refusal("titre_vecu", message))
    if locked.demandes.filter(etat="attente").exists():
        raise Refused(Refusal("demande_en_attente", "Retirez d’abord la demande de prolongation en attente."))
    locked.annule_le, locked.motif_annulation = on, motif.strip()
    locked.save(update_fields=["annule_le", "motif_annulation"])
    audit.record("parcours.titre_annuler", locked.personne, actor=actor)
    return locked


@transaction.atomic
def record_avis(*, titre: TitreParcours, avis: Avis, actor: User, on: date) -> AvisCta:
    """Record what a CTA advised for a right; SIAE and prescripteurs both sit there."""
    check_permission(actor, Permission.DIAGNOSE)
    personne = lock(titre.personne, actor)
    if actor.membre is None:
        raise Refused(Refusal("interdit", "Seul un membre d’une organisation enregistre un avis."))
    _check_avis(avis, on)
    return write_avis(titre=titre, avis=avis, organisation=actor.membre.organisation, personne=personne, actor=actor)


def _check_avis(avis: Avis, on: date) -> None:
    if avis.rendu_le > on:
        raise Refused(Refusal("avis_futur", "Un avis s’enregistre une fois rendu.", "avis_le"))
    if len(avis.texte.strip()) < MOTIF_MIN:
        raise Refused(Refusal("avis_court", "Dites ce que le CTA a convenu, en une phrase.", "avis_texte"))


def write_avis(
    *, titre: TitreParcours, avis: Avis, organisation: Organisation, personne: Personne, actor: User
) -> AvisCta:
    """Keep with a right an advice that was checked."""
    found = AvisCta.objects.create(
        titre=titre, organisation=organisation, rendu_le=avis.rendu_le, texte=avis.texte.strip()
    )
    audit.record("parcours.avis_cta", personne, actor=actor, rendu_le=avis.rendu_le.isoformat())
    return found


def _lock_personne(personne: Personne, siae: Siae, actor: User) -> Personne:
    check_permission(actor, Permission.HIRE)
    _check_organisation(siae.organisation_id, actor)
    return lock(personne, actor)


def lock_titre(titre: TitreParcours, siae: Siae, actor: User, on: date) -> TitreParcours:
    """Return a right, locked with its person, on which a SIAE of the actor may act; raise `Refused` otherwise."""
    personne = _lock_personne(titre.personne, siae, actor)
    locked = TitreParcours.objects.select_for_update().get(pk=titre.pk)
    locked.personne = personne
    _check_valid(locked)
    contrat = last_contrat(personne, on)
    if contrat is not None and contrat.siae_id != siae.pk:
        message = "Seule la SIAE du dernier contrat agit sur ce titre\u202f: " + str(contrat.siae) + "."
        raise Refused(Refusal("autre_siae", message))
    if contrat is None and not may_work(locked, siae, on):
        raise Refused(Refusal("autre_siae", "Cet agrément a été délivré pour une autre SIAE."))
    return locked


def _check_organisation(organisation_id: int | None, actor: User) -> None:
    if actor.membre is None or actor.membre.organisation_id != organisation_id:
        raise Refused(Refusal("autre_organisation", "Une SIAE n’agit que pour ses propres salariés."))


def _organisation(suspension: Suspension) -> int | None:
    return suspension.siae.organisation_id if suspension.siae else None


def _check_valid(titre: TitreParcours) -> None:
    if titre.annule_le is not None:
        raise Refused(Refusal("titre_annule", f"Ce titre est annulé depuis le {jour(titre.annule_le)}."))


def _resume(titre: TitreParcours, siae: Siae, debut: date, actor: User) -> TitreParcours:
    """Return a right that runs, after the suspension of the day has ended."""
    if not may_work(titre, siae, debut):
        message = f"L’agrément a été délivré pour {titre.siae}\u202f: étendez-le d’abord à votre SIAE."
        raise Refused(Refusal("agrement_autre_siae", message))
    stopped = titre.suspensions.filter(debut__lte=debut, fin__gt=debut).first()
    if stopped is not None:
        if not lift(read_titre(titre), read_suspension(stopped), debut).holds_suspensions():
            message = "Une autre suspension commence après celle du jour de l’embauche\u202f: levez-la d’abord."
            raise Refused(Refusal("suspension_suivante", message, "debut"))
        _lift(stopped, debut, actor)
        titre.refresh_from_db()
    return titre


def _lift(suspension: Suspension, fin: date, actor: User) -> Suspension | None:
    personne = suspension.titre.personne
    kept: Suspension | None = suspension
    if fin == suspension.debut:
        suspension.delete()
        kept = None
    else:
        suspension.fin = fin
        suspension.save(update_fields=["fin"])
    audit.record("parcours.suspension_lever", personne, actor=actor, fin=fin.isoformat())
    return kept


def _check_room(titre: TitreParcours, after: Titre) -> None:
    _check_alone(titre.personne, after.periode, but=titre)


def _check_alone(personne: Personne, periode: Periode, but: TitreParcours | None = None) -> None:
    """Raise `Refused` when another right of the person covers some of these days."""
    others = valables().filter(personne=personne, debut__lt=periode.fin, fin__gt=periode.debut)
    other = (others.exclude(pk=but.pk) if but else others).order_by("debut").first()
    if other is not None:
        message = f"Un autre titre de la personne commence le {jour(other.debut)}."
        raise Refused(Refusal("titre_suivant", message))


def _next_numero() -> str:
    """Return the next number, in order; whoever takes one waits for the other.

    Rights recorded from elsewhere count too: the next one follows the greatest that is known.
    """
    CompteurTitre.objects.get_or_create(prefixe=NUMERO_PREFIXE)
    compteur = CompteurTitre.objects.select_for_update().get(prefixe=NUMERO_PREFIXE)
    known = TitreParcours.objects.filter(
        numero__gte=f"{NUMERO_PREFIXE}0", numero__lte=f"{NUMERO_PREFIXE}9999999"
    ).aggregate(last=Max("numero"))["last"]
    compteur.dernier = max(compteur.dernier, int(known[len(NUMERO_PREFIXE) :]) if known else 0) + 1
    compteur.save(update_fields=["dernier"])
    return write_numero(compteur.dernier)


def _refuse(found: list[Refusal]) -> None:
    if found:
        raise Refused(*found)
