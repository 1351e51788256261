"""What is true of all supports and workshops together (`manage.py check_invariants`)."""

from __future__ import annotations

from maillage.foundations.kernel.invariants import Invariant

INVARIANTS = (
    Invariant(
        "parcours.accompagnement_de_salarie",
        "Un accompagnement est celui d’une relation de contrat.",
        """
        select a.id from parcours_accompagnement a
        join personnes_relation r on r.id = a.relation_id
        where r.type <> 'contrat'
        """,
    ),
    Invariant(
        "parcours.entretien_de_la_siae",
        "Un entretien se tient avec un membre de la SIAE qui accompagne.",
        """
        select e.id from parcours_entretien e
        join parcours_accompagnement a on a.id = e.accompagnement_id
        join personnes_relation r on r.id = a.relation_id
        join accounts_membre m on m.id = e.membre_id
        where m.organisation_id <> r.organisation_id
        """,
    ),
    Invariant(
        "parcours.action_de_son_objectif",
        "Une action sert un objectif du même accompagnement.",
        """
        select a.id from parcours_actionparcours a
        join parcours_objectifparcours o on o.id = a.objectif_id
        where o.accompagnement_id <> a.accompagnement_id
        """,
    ),
    Invariant(
        "parcours.places_d_atelier",
        "Un atelier n’a pas plus d’inscrits que de places.",
        """
        select a.id from parcours_atelier a
        where a.places < (
            select count(*) from parcours_inscription i
            where i.atelier_id = a.id and i.etat in ('inscrit', 'present', 'absent'))
        """,
    ),
)
