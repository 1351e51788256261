"""Record what a person agrees to, before the organisation that follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.models import Consentement
from maillage.domains.parcours.queries.consentements import consent_en_cours, latest_end
from maillage.domains.parcours.rules.consentements import check_accord
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.services.droit import follower, lock

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne

PAS_SUIVIE = Refusal("pas_suivie", "Seule une organisation qui suit la personne recueille son accord.")
SANS_ACCORD = Refusal(
    "sans_accord",
    "La personne n’a pas donné son accord, ou il n’est plus en cours\u202f: recueillez-le d’abord.",
    "accord_jusqu_au",
)


@transaction.atomic
def give_consent(*, personne: Personne, objet: str, debut: date, fin: date, actor: User, on: date) -> Consentement:
    """Write that a person agreed, before the organisation of who acts, to one use of their data until `fin`.

    Raise `Refused` when the file is closed to it or open by an agreement alone, when the days are wrong, when the
    person opposed, or when it is already written.
    """
    membre = follower(actor)
    locked = lock(personne, actor)
    if not followed_by(actor).filter(pk=locked.pk).exists():
        raise Refused(PAS_SUIVIE)
    if objet not in ObjetConsentement.values:
        raise Refused(Refusal("objet_inconnu", "Cet accord n’existe pas."))
    if locked.opposition_le is not None:
        raise Refused(Refusal("opposition", "Cette personne s’est opposée à l’utilisation de ses données."))
    if found := check_accord(debut=debut, fin=fin, latest=latest_end(debut, on), on=on):
        raise Refused(*found)
    try:
        with transaction.atomic():
            consent = Consentement.objects.create(
                personne=locked, organisation=membre.organisation, objet=objet, debut=debut, fin=fin
            )
    except IntegrityError as error:
        message = "Cet accord est déjà enregistré pour cette période."
        raise Refused(Refusal("deja_donne", message, "debut")) from error
    consent.refresh_from_db(fields=["public_id"])
    audit.record("parcours.consentir", locked, actor=actor, objet=objet, fin=fin.isoformat())
    return consent


@transaction.atomic
def ensure_consent(
    *, personne: Personne, objet: ObjetConsentement, jusqu_au: date | None, actor: User, on: date
) -> Consentement:
    """Return the agreement in force given to the organisation of who acts, or write one given today.

    `jusqu_au` is the first day when that one holds no more. Raise `Refused` (`sans_accord`) without the one or the
    other: nothing that rests on an agreement is done before it.
    """
    membre = follower(actor)
    found = consent_en_cours(personne, objet, membre.organisation, on)
    if found is not None:
        return found
    if jusqu_au is None or jusqu_au <= on:
        raise Refused(SANS_ACCORD)
    return give_consent(personne=personne, objet=objet, debut=on, fin=jusqu_au, actor=actor, on=on)
