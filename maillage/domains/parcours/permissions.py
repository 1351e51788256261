"""Who may do what with pathways. Roles say which screens exist for whom; whose file each opens is said, once, by
`personnes/queries/visibilite.py`: every question about a person's pathway goes through it.

Figures by territory name nobody: those who steer read them, under the secrecy threshold.
"""

from __future__ import annotations

from enum import StrEnum

from maillage.foundations.kernel.permissions import Role
from maillage.references.accounts.enums import ProfilMembre as P


class Permission(StrEnum):
    """What can be done with pathways."""

    VIEW = "parcours.view"  # titles, contracts and steps of the persons whose file is open to one
    VIEW_SOCIAL = "parcours.view_social"  # situation, criteria, freins of these persons
    DIAGNOSE = "parcours.diagnose"  # say that a person is eligible
    HIRE = "parcours.hire"  # contracts, hours, exits, suspensions of one's own SIAE
    GRANT = "parcours.grant"  # answer what a SIAE asks for a person: prolongation
    FIGURES = "parcours.figures"  # counts by territory, never names
    SEARCH = "parcours.search"  # the posts of SIAE: they speak of nobody
    PUBLISH = "parcours.publish"  # posts of one's own SIAE, answers to those who are presented to it
    ORIENT = "parcours.orient"  # present to a SIAE a person whose file is open to one
    ORIENTATIONS = "parcours.orientations"  # what became of those who were presented
    CHAIN = "parcours.chain"  # set the chain of prescription of one's départements
    RECORD = "parcours.record"  # what the files of the ASP bring
    SUPPORT = "parcours.support"  # diagnosis, actions, interviews of the employees of one's own SIAE
    VIEW_RATIOS = "parcours.view_ratios"  # employees for each permanent post, by SIAE
    RECORD_STAFF = "parcours.record_staff"  # the permanent staff of one's own SIAE
    VIEW_WORKSHOPS = "parcours.view_workshops"
    LEAD_WORKSHOPS = "parcours.lead_workshops"  # create, change, cancel those of one's organisation
    KEEP_WORKSHOPS = "parcours.keep_workshops"  # say who came, take back a registration
    FOLLOW_UP = "parcours.follow_up"  # write down the news that a person gives after they left
    VIEW_CTA = "parcours.view_cta"  # cases that one's organisation presented, or of the CTA where it sits
    PRESENT_CTA = "parcours.present_cta"  # a person whom one follows, with their agreement
    LEAD_CTA = "parcours.lead_cta"  # the agenda of the CTA where one's organisation sits, what it advised
    MEET = "parcours.meet"  # hold meetings of SIAE, see those to which one is invited
    SHARE = "parcours.share"  # present employees of one's SIAE at a meeting, be interested in those of others
    VIEW_SKILLS = "parcours.view_skills"  # what the persons whom one follows, or leads at work, can do
    OBSERVE = "parcours.observe"  # say, see and attest what the employees of one's own SIAE can do
    VOUCH = "parcours.vouch"  # sign an attestation, send a fiche de liaison, share a profile
    VIEW_DOCUMENTS = "parcours.view_documents"  # attestations and fiches de liaison of the persons of an open file
    RECEIVE_LIAISON = "parcours.receive_liaison"  # the fiches de liaison sent to one's agency
    VIEW_CONVENTIONS = "parcours.view_conventions"  # cooperation conventions: one's own, and those that are signed
    COOPERATE = "parcours.cooperate"  # write, sign, denounce the conventions of one's organisation
    MOVES = "parcours.moves"  # counts of moves from a SIAE to another, never names


SIAE = (P.SIAE_DIRECTION, P.SIAE_ACCOMPAGNEMENT)
PRESCRIPTEURS = (P.PRESCRIPTEUR, P.EMPLOI_CONSEILLER, P.DEPARTEMENT_REFERENT)
PILOTES = (
    P.ETAT_REGION,
    P.ETAT_DEPARTEMENT,
    P.REGION,
    P.DEPARTEMENT_PILOTAGE,
    P.EMPLOI_DIRECTION,
    P.RESEAU,
    P.ANALYSTE,
)

HOLDERS: dict[Permission, tuple[Role | P, ...]] = {
    Permission.VIEW: (*SIAE, *PRESCRIPTEURS, P.ETAT_DEPARTEMENT),
    Permission.VIEW_SOCIAL: (*SIAE, *PRESCRIPTEURS),
    Permission.DIAGNOSE: (*SIAE, *PRESCRIPTEURS),
    Permission.HIRE: SIAE,
    Permission.GRANT: PRESCRIPTEURS,
    Permission.FIGURES: PILOTES,
    Permission.SEARCH: (Role.CONNECTE,),
    Permission.PUBLISH: SIAE,
    Permission.ORIENT: (*PRESCRIPTEURS, *SIAE),
    Permission.ORIENTATIONS: (*PRESCRIPTEURS, P.ETAT_DEPARTEMENT),
    Permission.CHAIN: (P.ETAT_DEPARTEMENT, P.EMPLOI_DIRECTION),
    Permission.RECORD: (Role.EXPLOITANT,),
    Permission.SUPPORT: SIAE,
    Permission.VIEW_RATIOS: (P.SIAE_DIRECTION, P.ETAT_DEPARTEMENT, P.ETAT_REGION, P.RESEAU),
    Permission.RECORD_STAFF: (P.SIAE_DIRECTION,),
    Permission.VIEW_WORKSHOPS: (*SIAE, *PRESCRIPTEURS, P.EMPLOI_DIRECTION),
    Permission.LEAD_WORKSHOPS: (P.EMPLOI_CONSEILLER, P.EMPLOI_DIRECTION),
    Permission.KEEP_WORKSHOPS: (*SIAE, P.EMPLOI_CONSEILLER, P.EMPLOI_DIRECTION),
    Permission.FOLLOW_UP: (*SIAE, *PRESCRIPTEURS),
    Permission.VIEW_CTA: (*SIAE, *PRESCRIPTEURS, P.ETAT_DEPARTEMENT),
    Permission.PRESENT_CTA: (*SIAE, *PRESCRIPTEURS),
    Permission.LEAD_CTA: (P.ETAT_DEPARTEMENT, P.EMPLOI_CONSEILLER),
    Permission.MEET: (*SIAE, P.RESEAU),
    Permission.SHARE: SIAE,
    Permission.VIEW_SKILLS: (*SIAE, P.SIAE_ENCADREMENT, *PRESCRIPTEURS),
    Permission.OBSERVE: (*SIAE, P.SIAE_ENCADREMENT),
    Permission.VOUCH: SIAE,
    Permission.VIEW_DOCUMENTS: (*SIAE, *PRESCRIPTEURS),
    Permission.RECEIVE_LIAISON: (P.EMPLOI_CONSEILLER,),
    Permission.VIEW_CONVENTIONS: (*SIAE, *PRESCRIPTEURS, *PILOTES),
    Permission.COOPERATE: (P.SIAE_DIRECTION, P.EMPLOI_DIRECTION),
    Permission.MOVES: (*PILOTES, *SIAE),
}

ROLES: dict[Role | P, frozenset[Permission]] = {
    role: frozenset(permission for permission, holders in HOLDERS.items() if role in holders)
    for role in dict.fromkeys(role for holders in HOLDERS.values() for role in holders)
}
