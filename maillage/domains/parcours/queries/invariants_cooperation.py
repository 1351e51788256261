"""What is true of all cooperation conventions together (`manage.py check_invariants`)."""

from __future__ import annotations

from maillage.foundations.kernel.invariants import Invariant

INVARIANTS = (
    Invariant(
        "parcours.convention_signee",
        "Une convention en vigueur ou dénoncée est signée par toutes ses parties, et un projet par aucune.",
        """
        select distinct c.id from parcours_conventioncooperation c
        join parcours_partieconvention p on p.convention_id = c.id
        where (c.etat in ('vigueur', 'denoncee') and p.signee_le is null)
            or (c.etat in ('projet', 'abandonnee') and p.signee_le is not null)
        """,
    ),
    Invariant(
        "parcours.convention_parties",
        "Une convention a deux parties au moins, dont celle qui la propose.",
        """
        select c.id from parcours_conventioncooperation c
        where (select count(*) from parcours_partieconvention p where p.convention_id = c.id) < 2
            or not exists (
                select from parcours_partieconvention p
                where p.convention_id = c.id and p.organisation_id = c.organisation_id)
        """,
    ),
    Invariant(
        "parcours.engagement_de_sa_convention",
        "Un engagement est pris par une partie à la même convention.",
        """
        select e.id from parcours_engagementconvention e
        join parcours_partieconvention p on p.id = e.partie_id
        where p.convention_id <> e.convention_id
        """,
    ),
)
