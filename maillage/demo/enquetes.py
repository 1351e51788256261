"""News of the persons who left: some answer, many do not, some are still to be called.

What they say follows the motive of their way out, less surely as months pass. One statement, over the ways out of the
SIAE that have an account and one in twelve of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from maillage.domains.parcours.models import Enquete

if TYPE_CHECKING:
    from datetime import date

JOURS = 45  # given to answer

# `hasard` and `autre` are two draws of 0 to 99, the same at each run for a person and a delay.
_INSERT = """
with tirages as (
    select sortie.id, mois, motif, (contrat.fin + make_interval(months => mois))::date as echeance,
        abs(hashtext(contrat.debut::text || sortie.id || mois)) %% 100 as hasard,
        abs(hashtext(sortie.id || 'autre' || mois)) %% 100 as autre
    from parcours_sortie sortie
    join parcours_contrat contrat on contrat.id = contrat_id
    join personnes_personne personne on personne.id = personne_id
    join structures_siae siae on siae.id = siae_id
    cross join unnest(array[3, 6, 12, 18]) as mois
    where motif <> 'deces' and anonymisee_le is null
        and (sortie.id %% 12 = 0 or exists (
            select from accounts_membre membre where membre.organisation_id = siae.organisation_id
        ))
        and contrat.fin + make_interval(months => mois) between %(on)s::date - 365 and %(on)s::date
), suivis as (
    select *, case when hasard < 75 then echeance end as envoyee,
        case when hasard < 45 - mois and echeance + 12 <= %(on)s::date then echeance + 1 + autre / 10 end as repondue
    from tirages
)
insert into parcours_enquete
    (sortie_id, mois, echeance, expire_le, envoyee_le, relances, relancee_le, repondue_le, situation, metier_lie, aide)
select id, mois, echeance, echeance + %(jours)s, envoyee,
    case when repondue is null and envoyee + 25 <= %(on)s::date then 2 else 0 end,
    case when repondue is null and envoyee + 25 <= %(on)s::date then envoyee + 20 end,
    repondue,
    case when repondue is null then ''
        when motif in ('cdi', 'cdi_siae', 'cdd_long', 'fonction_publique') and autre < 84 then 'emploi_durable'
        when motif = 'creation' and autre < 80 then 'independant'
        when motif in ('cdd_court', 'contrat_aide', 'autre_siae', 'alternance') and autre < 45 then 'emploi_court'
        when motif like 'formation%%' and mois < 12 and autre < 60 then 'formation'
        when autre < 50 then 'recherche'
        when autre < 68 then 'emploi_court'
        when autre < 85 then 'emploi_durable'
        else 'autre'
    end,
    case when repondue is not null and autre %% 3 > 0 then autre %% 3 = 1 end,
    case when repondue is not null then autre %% 7 = 0 end
from suivis
"""


def load_enquetes(on: date) -> int:
    """Write the news, once; return how many there are."""
    if not Enquete.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, {"on": on, "jours": JOURS})
    return Enquete.objects.count()
