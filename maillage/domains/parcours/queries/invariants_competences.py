"""What is true of all portfolios together (`manage.py check_invariants`)."""

from __future__ import annotations

from maillage.foundations.kernel.invariants import Invariant

INVARIANTS = (
    Invariant(
        "parcours.competence_contrat",
        "Une compétence se montre dans un contrat de la personne.",
        """
        select c.id from parcours_competence c
        join parcours_contrat k on k.id = c.contrat_id
        where k.personne_id <> c.personne_id
        """,
    ),
    Invariant(
        "parcours.profil_accord",
        "Un profil partagé repose sur un accord de la personne pour cela, et ne lui survit pas.",
        """
        select p.id from parcours_profilpartage p
        join parcours_consentement a on a.id = p.consentement_id
        where a.objet <> 'profil' or (p.expire_le > a.fin and not a.retire)
        """,
    ),
    Invariant(
        "parcours.liaison_accord",
        "Les freins levés ne sont dits qu’avec l’accord de la personne.",
        """
        select f.id from parcours_ficheliaison f
        join parcours_contrat k on k.id = f.contrat_id
        left join parcours_consentement a on a.id = f.accord_id
        where (f.contenu -> 'freins' <> 'null'::jsonb and a.id is null)
           or (a.id is not null and (a.objet <> 'liaison' or a.personne_id <> k.personne_id))
        """,
    ),
)
