"""What is true of all pathways together, beyond what the constraints of each row say (`manage.py check_invariants`)."""

from __future__ import annotations

from maillage.foundations.kernel.invariants import Invariant

INVARIANTS = (
    Invariant(
        "parcours.titre_jours",
        "Les jours d’un titre sont ceux de ses suspensions et de ses prolongations.",
        """
        select t.id from parcours_titreparcours t
        where t.jours_suspendus <> coalesce(
                (select sum(s.fin - s.debut) from parcours_suspension s where s.titre_id = t.id), 0)
           or t.jours_prolonges <> coalesce(
                (select sum(p.jours) from parcours_prolongation p where p.titre_id = t.id), 0)
           or t.fin <> t.debut + t.duree_jours + t.jours_suspendus + t.jours_prolonges
        """,
    ),
    Invariant(
        "parcours.titre_seul",
        "Une personne n’a qu’un titre à la fois.",
        """
        select a.id from parcours_titreparcours a
        join parcours_titreparcours b on b.personne_id = a.personne_id and b.id > a.id
        where a.annule_le is null and b.annule_le is null and a.debut < b.fin and b.debut < a.fin
        """,
    ),
    Invariant(
        "parcours.suspension_seule",
        "Deux suspensions d’un titre ne se recouvrent pas, et commencent pendant lui.",
        """
        select s.id from parcours_suspension s
        join parcours_titreparcours t on t.id = s.titre_id
        where s.debut < t.debut or s.debut >= t.fin
           or exists (select from parcours_suspension o where o.titre_id = s.titre_id and o.id > s.id
                      and o.debut < s.fin and s.debut < o.fin)
        """,
    ),
    Invariant(
        "parcours.prolongation_cumul",
        "Les prolongations d’un titre ne dépassent pas ensemble ce que la règle permettait.",
        """
        select p.id from parcours_prolongation p
        where p.plafond_cumul_jours is not null
          and (select sum(q.jours) from parcours_prolongation q where q.titre_id = p.titre_id and q.id <= p.id)
              > p.plafond_cumul_jours
        """,
    ),
    Invariant(
        "parcours.contrat_seul",
        "Une personne n’a qu’un contrat de travail à la fois dans une SIAE.",
        """
        select a.id from parcours_contrat a
        join parcours_contrat b on b.personne_id = a.personne_id and b.siae_id = a.siae_id and b.id > a.id
        where a.type not in ('cddu', 'mission', 'eiti') and b.type not in ('cddu', 'mission', 'eiti')
          and daterange(a.debut, coalesce(a.fin, a.fin_prevue)) && daterange(b.debut, coalesce(b.fin, b.fin_prevue))
        """,
    ),
    Invariant(
        "parcours.contrat_titre",
        "Un contrat commence pendant le titre qui le porte, et ce titre est celui de la personne.",
        """
        select c.id from parcours_contrat c
        join parcours_titreparcours t on t.id = c.titre_id
        where t.personne_id <> c.personne_id or c.debut < t.debut or c.debut >= t.fin
        """,
    ),
    Invariant(
        "parcours.heures_du_contrat",
        "Les heures d’un mois sont celles d’un contrat en cours ce mois-là.",
        """
        select e.id from parcours_etatmensuel e
        join parcours_contrat c on c.id = e.contrat_id
        where e.mois < date_trunc('month', c.debut)::date or e.mois >= c.fin
        """,
    ),
    Invariant(
        "parcours.sortie_du_contrat",
        "Une sortie suit la fin du contrat, et aucun contrat ne le renouvelle.",
        """
        select s.id from parcours_sortie s
        join parcours_contrat c on c.id = s.contrat_id
        where c.fin is null or exists (select from parcours_contrat n where n.precedent_id = c.id)
        """,
    ),
    Invariant(
        "parcours.renouvellement",
        "Un contrat renouvelle un contrat de la même personne, dans la même SIAE, qui le précède.",
        """
        select c.id from parcours_contrat c
        join parcours_contrat p on p.id = c.precedent_id
        where p.personne_id <> c.personne_id or p.siae_id <> c.siae_id or p.debut >= c.debut
        """,
    ),
    Invariant(
        "parcours.relation_du_contrat",
        "Tant qu’un contrat dure, la SIAE suit la personne.",
        """
        select c.id from parcours_contrat c
        join structures_siae s on s.id = c.siae_id
        join personnes_personne p on p.id = c.personne_id
        where p.anonymisee_le is null and c.debut <= current_date and (c.fin is null or c.fin > current_date)
          and (c.fin_prevue is null or c.fin_prevue > current_date)
          and not exists (
            select from personnes_relation r
            where r.personne_id = c.personne_id and r.organisation_id = s.organisation_id and r.type = 'contrat'
              and r.debut <= current_date and (r.fin is null or r.fin > current_date))
        """,
    ),
    Invariant(
        "parcours.relation_consentie",
        "Ce qu’un accord ouvre a une fin, celle de l’accord au plus tard.",
        """
        select r.id from personnes_relation r
        where r.type in ('cta', 'suite')
          and (r.fin is null or not exists (
            select from parcours_consentement c
            where c.personne_id = r.personne_id and c.objet = r.type and r.fin <= c.fin))
        """,
    ),
    Invariant(
        "parcours.cas_avis",
        "Un cas de CTA traité a un avis, tant que la personne n’est pas oubliée.",
        """
        select c.id from parcours_cascta c join personnes_personne p on p.id = c.personne_id
        where c.etat = 'traite' and c.avis = '' and p.anonymisee_le is null
        """,
    ),
    Invariant(
        "parcours.suite_consentie",
        "Une personne est présentée à d’autres SIAE avec son accord.",
        """
        select s.id from parcours_presentationsuite s join parcours_consentement c on c.id = s.consentement_id
        where c.personne_id <> s.personne_id or c.objet <> 'suite' or c.debut > s.presente_le
        """,
    ),
)
