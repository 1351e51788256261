"""Agreements of persons, cases of CTA in each state, meetings of SIAE: around the employees of the accounts' SIAE.

Drawn like the rest: the same each time, from the contracts in force. Written by the services where an account acts;
what happened before the day of the run (a past meeting, its candidatures) is written as it stands.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from maillage.domains.parcours.enums.consentement import ObjetConsentement as O
from maillage.domains.parcours.models import (
    Candidature,
    CasCta,
    Consentement,
    Contrat,
    InteretSuite,
    PresentationSuite,
    Rencontre,
)
from maillage.domains.parcours.queries.consentements import default_end
from maillage.domains.parcours.queries.postes import running_contract
from maillage.domains.parcours.rules.cta import Decision
from maillage.domains.parcours.services.consentements import give_consent
from maillage.domains.parcours.services.cta import (
    FicheCas,
    close_case,
    do_action,
    present_case,
    schedule_case,
    withdraw_case,
)
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.domains.parcours.services.suites_partagees import (
    FicheRencontre,
    hold_rencontre,
    invite,
    present_suite,
)
from maillage.references.accounts.models import User
from maillage.references.economie.models import Rome
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.services.effets import open_until
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.personnes.models import Personne

DEPARTEMENT = "95"
DOMAINE = "@maillage.example"
QUESTIONS = (
    ("blocage", "Le contrat finit dans quatre mois et la garde des enfants n’est pas réglée\u202f: quelle solution ?"),
    ("suite", "Prête pour une entreprise d’insertion\u202f: qui peut l’accueillir avant la fin de son parcours ?"),
    (
        "suspension",
        "Une formation de six mois est accordée\u202f: le parcours peut-il être suspendu d’autant ?",
    ),
    ("prolongation", "Le permis se passe dans trois mois\u202f: le comité soutient-il une prolongation ?"),
    ("autre", "Comment garder l’inscription à France Travail pendant le chantier ?"),
    ("blocage", "L’hébergement finit ce mois-ci\u202f: qui peut intervenir ?"),
    ("suite", "Quel employeur du secteur pour une immersion d’ici l’été ?"),
)
AVIS = "Le comité soutient la demande. Un point est fait à la prochaine séance."
PROJETS = (
    "Travailler à temps plein dans le nettoyage, près de son domicile.",
    "Conduire un petit utilitaire\u202f: le permis est passé.",
    "Apprendre la cuisine collective dans une équipe plus grande.",
    "Continuer dans les espaces verts, avec des chantiers plus longs.",
)
TITRE = "Petit-déjeuner «\u202fsuites de parcours\u202f»"


def load_accords(on: date) -> int:
    """Write agreements, cases and meetings; return how many cases there are. Again, it changes nothing."""
    cip = User.objects.filter(email=f"siae_accompagnement{DOMAINE}").first()
    if cip is not None and cip.membre is not None and not CasCta.objects.exists():
        with transaction.atomic():
            mine = _employees(on).filter(siae__organisation=cip.membre.organisation_id)
            contrats = list(mine.order_by("-debut", "pk")[:20])
            _load_consents([each.personne for each in contrats[14:]], cip, on)
            _load_cas([each.personne for each in contrats[:7]], cip, on)
            _load_rencontres(contrats[7:14], cip, on)
    return CasCta.objects.count()


def _employees(on: date) -> Any:
    rows = Contrat.objects.filter(running_contract(on), personne__anonymisee_le__isnull=True)
    return rows.filter(personne__opposition_le__isnull=True).select_related("personne", "siae", "rome")


def _load_consents(people: Sequence[Personne], cip: User, on: date) -> None:
    """Agree to be written to, to a shared profile; one agreement is over, another was taken back."""
    for place, personne in enumerate(people):
        given = on - timedelta(days=20 + 3 * place)
        give_consent(
            personne=personne, objet=O.ENQUETE, debut=given, fin=default_end(O.ENQUETE, given, on), actor=cip, on=on
        )
        shared = give_consent(
            personne=personne, objet=O.PROFIL, debut=given, fin=default_end(O.PROFIL, given, on), actor=cip, on=on
        )
        if place == 0:
            withdraw_consent(consentement=shared, actor=cip, on=on)
        if place == 1:
            _consent(personne, cip, O.SUITE, on - timedelta(days=300), on - timedelta(days=210))


def _consent(personne: Personne, cip: User, objet: O, debut: date, fin: date) -> Consentement:
    assert cip.membre
    return Consentement.objects.create(
        personne=personne, organisation_id=cip.membre.organisation_id, objet=objet, debut=debut, fin=fin
    )


def _load_cas(people: Sequence[Personne], cip: User, on: date) -> None:
    """Propose seven cases: three wait, two are on an agenda (one of today), one has its advice, one is withdrawn."""
    ddets = User.objects.get(email=f"etat_departement{DOMAINE}")
    conseiller = User.objects.get(email=f"emploi_conseiller{DOMAINE}")
    assert cip.membre
    assert conseiller.membre
    made = [
        present_case(
            personne=personne,
            fiche=FicheCas(motif=motif, departement=DEPARTEMENT, question=question),
            accord_jusqu_au=on + timedelta(days=150),
            actor=cip,
            on=on - timedelta(days=12 - place),
        )
        for place, (personne, (motif, question)) in enumerate(zip(people, QUESTIONS, strict=False))
    ]
    for cas, days in zip(made[2:5], (9, 0, 0), strict=False):
        schedule_case(cas=cas, seance_le=on + timedelta(days=days), actor=ddets, on=on - timedelta(days=2))
    if len(made) > 4:
        decisions = [
            Decision(
                "Recevoir la personne et vérifier ses droits",
                conseiller.membre.organisation_id,
                on + timedelta(days=15),
            ),
            Decision("Proposer une immersion en entreprise", cip.membre.organisation_id, on + timedelta(days=40)),
        ]
        closed = close_case(cas=made[4], avis=AVIS, decisions=decisions, actor=ddets, on=on)
        mine = closed.decisions.filter(qui=cip.membre.organisation_id)
        do_action(decision=mine.get(), actor=cip, on=on)
    if len(made) > 5:
        withdraw_case(cas=made[5], actor=cip, on=on)


def _load_rencontres(contrats: Sequence[Contrat], cip: User, on: date) -> None:
    """Hold a meeting last month, whose interests had answers, and another in ten days."""
    reseau = User.objects.get(email=f"reseau{DOMAINE}")
    assert cip.membre
    assert reseau.membre
    own = Siae.objects.actives().filter(organisation=cip.membre.organisation_id)
    near = Siae.objects.actives().filter(implantations__commune__departement=DEPARTEMENT).exclude(pk__in=own)
    others = list(near.distinct().order_by("organisation__siret", "type_siae")[:4])
    romes = list(Rome.objects.order_by("code")[:4])
    past = Rencontre.objects.create(
        organisation_id=reseau.membre.organisation_id,
        titre=f"{TITRE} de rentrée",
        debut=_morning(on - timedelta(days=25)),
        lieu="Maison des associations",
    )
    past.invitees.set([*own, *others])
    for place, contrat in enumerate(contrats[:4]):
        _presented(past, contrat, contrat.rome or romes[place], PROJETS[place], cip, others[place % len(others)], on)
    coming = hold_rencontre(
        fiche=FicheRencontre(TITRE, _morning(on + timedelta(days=10)), "Hôtel de ville, salle du rez-de-chaussée"),
        actor=reseau,
    )
    for siae in (*own, *others):
        invite(rencontre=coming, siae=siae, actor=reseau, on=on)
    for place, contrat in enumerate(contrats[4:]):
        present_suite(
            rencontre=coming,
            personne=contrat.personne,
            siae=contrat.siae,
            rome=contrat.rome or romes[place],
            projet=PROJETS[place],
            accord_jusqu_au=default_end(O.SUITE, on, on),
            actor=cip,
            on=on,
        )
    _shown_by_others(coming, others, romes, on)


def _presented(
    rencontre: Rencontre, contrat: Contrat, rome: Rome, projet: str, cip: User, other: Siae, on: date
) -> None:
    """Present an employee of the account's SIAE at the past meeting; another SIAE was interested, and answered one."""
    since = on - timedelta(days=30)
    presentation = PresentationSuite.objects.create(
        rencontre=rencontre,
        personne=contrat.personne,
        siae=contrat.siae,
        consentement=_consent(contrat.personne, cip, O.SUITE, since, default_end(O.SUITE, since, on)),
        rome=rome,
        projet=projet,
        presente_le=since,
    )
    if presentation.pk % 3 == 0:
        return
    said = on - timedelta(days=24)
    refused = presentation.pk % 2 == 0
    candidature = Candidature.objects.create(
        personne=contrat.personne,
        siae=other,
        origine="spontanee",
        organisation_id=other.organisation_id,
        message=f"Présentée à la rencontre « {rencontre} ».",
        etat="refusee" if refused else "etude",
        motif_refus="plus_de_place" if refused else "",
        deposee_le=said,
        maj_le=said + timedelta(days=6),
        repondue_le=said + timedelta(days=6) if refused else None,
        echeance=said + timedelta(days=60),
    )
    InteretSuite.objects.create(presentation=presentation, siae=other, candidature=candidature, exprime_le=said)


def _shown_by_others(rencontre: Rencontre, others: Sequence[Siae], romes: Sequence[Rome], on: date) -> None:
    """Let the other SIAE present one employee each: the account's SIAE sees their first names."""
    invited = {row.organisation_id: row.organisation for row in rencontre.invitees.select_related("organisation")}
    for place, siae in enumerate(others[:3]):
        contrat = _employees(on).filter(siae=siae).order_by("pk").first()
        if contrat is None:
            continue
        fin = default_end(O.SUITE, on, on)
        PresentationSuite.objects.create(
            rencontre=rencontre,
            personne=contrat.personne,
            siae=siae,
            consentement=Consentement.objects.create(
                personne=contrat.personne, organisation_id=siae.organisation_id, objet=O.SUITE, debut=on, fin=fin
            ),
            rome=contrat.rome or romes[place],
            projet=PROJETS[-1 - place],
            presente_le=on,
        )
        for each in invited.values():
            if each.pk != siae.organisation_id:
                open_until(
                    personne=contrat.personne,
                    organisation=each,
                    type_relation=TypeRelation.SUITE,
                    debut=on,
                    fin=min(fin, on + timedelta(days=41)),
                    actor=None,
                )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 30)))
