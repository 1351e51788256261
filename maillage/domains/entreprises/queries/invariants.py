"""What is true of all links with companies together (`manage.py check_invariants`)."""

from __future__ import annotations

from maillage.foundations.kernel.invariants import Invariant

INVARIANTS = (
    Invariant(
        "entreprises.immersion_signee",
        "Une immersion à valider ou validée est signée de tous, dans une de ses versions\u202f; une immersion reprise "
        "l’est ailleurs.",
        """
        select i.id from entreprises_immersion i
        where i.etat in ('en_examen', 'acceptee') and i.source = ''
          and (not exists (select from entreprises_signature s where s.immersion_id = i.id
                           and s.document = 'convention')
               or exists (select from entreprises_signature s where s.immersion_id = i.id
                          and s.document = 'convention' and (s.signee_le is null or s.version > i.version)))
        """,
    ),
    Invariant(
        "entreprises.immersion_cumul",
        "Les immersions d’une personne chez un accueil ne dépassent pas soixante jours de présence en douze mois, "
        "celles qui sont reprises d’ailleurs à part.",
        """
        select i.id from entreprises_immersion i
        where i.etat not in ('refusee', 'annulee', 'perimee') and i.source = ''
          and (select sum(o.jours) from entreprises_immersion o
               where o.personne_id = i.personne_id and o.employeur_id = i.employeur_id
                 and o.etat not in ('refusee', 'annulee', 'perimee') and o.source = ''
                 and o.debut >= i.debut and o.debut < i.debut + interval '12 months') > 60
        """,
    ),
    Invariant(
        "entreprises.poec_places",
        "Une session de POEC ne retient pas plus de candidats que de places.",
        """
        select s.id from entreprises_sessionpoec s
        where s.places < (select count(*) from entreprises_candidatpoec c where c.session_id = s.id
                          and c.etat in ('retenu', 'entre', 'acheve', 'embauche', 'sans_embauche'))
        """,
    ),
    Invariant(
        "entreprises.profil_consenti",
        "Un profil est présenté avec l’accord de sa personne.",
        """
        select p.id from entreprises_presentationprofil p
        join parcours_consentement c on c.id = p.consentement_id
        where c.personne_id <> p.personne_id or c.objet <> 'entreprise' or c.debut > p.presente_le
        """,
    ),
)
