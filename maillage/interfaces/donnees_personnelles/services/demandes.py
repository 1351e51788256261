"""What a person asks about their data: recorded, answered within the delay, with its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import get_parametre
from maillage.interfaces.donnees_personnelles.queries.demandes import list_demandes
from maillage.interfaces.donnees_personnelles.rules import TRANSITIONS, echeance
from maillage.interfaces.donnees_personnelles.services.dossiers import check_rights
from maillage.references.personnes.models import DemandeDroit, Personne
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.personnes.services.effacement import anonymise_personnes

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from maillage.references.accounts.models import User

DELAI = "personnes.delai_reponse_droit_mois"


@transaction.atomic
def record_demande(*, public_id: UUID, droit: str, recue_le: date, texte: str, actor: User) -> DemandeDroit:
    """Record what a person asks; the day of the answer is counted from the day of the request."""
    check_rights(actor)
    personne = get_object_or_404(visible_to(actor), public_id=public_id)
    if recue_le > timezone.localdate():
        raise Refused(Refusal("date_a_venir", "Une demande reçue ne porte pas de date à venir.", "recue_le"))
    if droit not in DemandeDroit.Droit.values:
        raise Refused(Refusal("droit", "Choisissez l’un des quatre droits.", "droit"))
    months = int(get_parametre(DELAI, on=recue_le).value)
    try:
        with transaction.atomic():  # the database sees two requests recorded at the same time
            demande = DemandeDroit.objects.create(
                personne=personne,
                droit=droit,
                texte=texte.strip(),
                recue_le=recue_le,
                echeance=echeance(recue_le, months),
            )
    except IntegrityError as error:
        raise Refused(Refusal("deja_recue", "La même demande attend déjà sa réponse.", "droit")) from error
    audit.record("donnees_personnelles.record_demande", personne, actor=actor, droit=droit)
    return demande


@transaction.atomic
def answer_demande(*, public_id: UUID, acte: str, reponse: str, actor: User) -> DemandeDroit:
    """Grant or refuse a request; granted, an objection is noted and an erasure done at once.

    The words of the answer stay with the request, which forgets them with the person; the journals hold only codes.
    """
    check_rights(actor)
    demande = get_object_or_404(list_demandes(actor).select_for_update(of=("self", "personne")), public_id=public_id)
    if acte == "refuser" and not reponse.strip():
        raise Refused(Refusal("reponse_vide", "Dites à la personne pourquoi vous refusez.", "reponse"))
    audit.move(demande, acte, TRANSITIONS, actor=actor)
    demande.reponse = reponse.strip()
    demande.repondue_le = timezone.localdate()
    demande.save()
    audit.record("donnees_personnelles.answer_demande", demande.personne, actor=actor, droit=demande.droit, acte=acte)
    if demande.etat == DemandeDroit.Etat.ACCORDEE:
        _apply(demande, actor)
    return demande


def _apply(demande: DemandeDroit, actor: User) -> None:
    subject = Personne.objects.filter(pk=demande.personne_id)
    if demande.droit == DemandeDroit.Droit.OPPOSITION:
        subject.update(opposition_le=timezone.now())
    if demande.droit == DemandeDroit.Droit.EFFACEMENT:
        if demande.personne.relations.filter(Q(fin__isnull=True) | Q(fin__gt=timezone.localdate())).exists():
            message = (
                "Une organisation accompagne encore cette personne\u202f: son dossier est nécessaire à cette mission "
                "(RGPD, art. 17, 3, b). Mettez fin aux relations, ou refusez la demande en disant pourquoi."
            )
            raise Refused(Refusal("relation_en_cours", message, "acte"))
        anonymise_personnes(personnes=subject, actor=actor)
