"""Create a file, correct it, read the NIR that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from maillage.foundations.kernel import audit, readings
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.personnes.enums import MotifNir
from maillage.references.personnes.models import Personne
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.identite import empreinte_nir, find_by_nir, find_departement
from maillage.references.personnes.rules import check_nir, differences
from maillage.references.personnes.services.droit import check_permission, follower, lock_followed
from maillage.references.personnes.services.essais import count_try
from maillage.references.personnes.services.relations import check_start, open_relation

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Membre, User
    from maillage.references.personnes.rules import Identite

FIELDS = ("nom", "prenom", "sexe", "date_naissance", "email", "telephone", "adresse", "commune", "departement")

# The number exists: nothing more is said, neither whose it is nor who follows them.
DEJA = Refusal(
    "nir_deja_connu",
    "Une personne porte déjà ce numéro. Si c’est bien la vôtre, ouvrez « Suivre une personne déjà connue »\u202f: son "
    "numéro et sa date de naissance suffisent.",
    "nir",
)


def create_personne(
    *,
    identite: Identite,
    type_relation: str,
    debut: date,
    actor: User,
    on: date,
    referent: Membre | None = None,
    verifie: bool = False,
) -> Personne:
    """Create a file with the relation that opens it to the organisation of who acts; its référent is them by default.

    `verifie` says that the NIR was read on a document although it differs from the civil status. Raise `Refused`.
    """
    check_start(type_relation=type_relation, debut=debut, actor=actor, on=on, referent=referent)
    personne = Personne(**_values(identite))
    _name(personne)
    if identite.nir:
        count_try(actor, on=on)
    with transaction.atomic():
        if identite.nir:
            _set_nir(personne, identite.nir, verifie=verifie)
        _write(personne)
        filled = sorted(name for name in (*FIELDS, "nir") if getattr(personne, name))
        audit.record("personnes.create", personne, actor=actor, champs=filled)
        open_relation(
            personne=personne, type_relation=type_relation, debut=debut, actor=actor, on=on, referent=referent
        )
    return personne


def rectify_personne(
    *, personne: Personne, identite: Identite, actor: User, on: date, verifie: bool = False
) -> Personne:
    """Correct a file; the journal keeps the names of the fields that changed, never what they say. Raise `Refused`."""
    follower(actor)
    if identite.nir:
        count_try(actor, on=on)
    return _rectify(personne, identite, actor, verifie=verifie)


@transaction.atomic
def _rectify(personne: Personne, identite: Identite, actor: User, *, verifie: bool) -> Personne:
    locked = lock_followed(personne, actor)
    values = _values(identite)
    changed = [name for name in FIELDS if getattr(locked, name) != values[name]]
    for name in changed:
        setattr(locked, name, values[name])
    _name(locked)
    nir, former = identite.nir, locked.nir
    if nir and check_nir(nir) != former:
        _set_nir(locked, nir, verifie=verifie)
        changed.append("nir")
    elif former and {"sexe", "date_naissance"} & set(changed):
        _compare(former, locked, verifie=verifie)
    if changed:
        _write(locked)
        audit.record("personnes.rectify", locked, actor=actor, champs=changed)
    return locked


@transaction.atomic
def read_nir(*, personne: Personne, motif: str, actor: User) -> str:
    """Return the NIR of a person, for a reason of the list: nobody can take a free text out of the journal."""
    check_permission(actor, Permission.FOLLOW)
    locked = lock_followed(personne, actor)
    if motif not in MotifNir:
        raise Refused(Refusal("motif_inconnu", "Choisissez un motif de la liste.", "motif"))
    if not locked.nir:
        raise Refused(Refusal("sans_nir", "Aucun numéro n’est enregistré pour cette personne."))
    readings.record([locked], reader=actor, screen="personnes:nir", motif=MotifNir(motif).label)
    return locked.nir


def _values(identite: Identite) -> dict[str, Any]:
    """Return the fields of a file as they were typed, and the département of the commune."""
    typed = {name: getattr(identite, name) for name in FIELDS if name != "departement"}
    return typed | {"departement": find_departement(identite.commune)}


def _name(personne: Personne) -> None:
    if not (personne.nom.strip() and personne.prenom.strip()):
        raise Refused(Refusal("sans_nom", "Une personne a un nom et un prénom.", "nom"))


def _set_nir(personne: Personne, text: str, *, verifie: bool) -> None:
    nir = check_nir(text)
    _compare(nir, personne, verifie=verifie)
    known = find_by_nir(nir)
    if known is not None and known.pk != personne.pk:
        raise Refused(DEJA)
    personne.nir, personne.nir_empreinte = nir, empreinte_nir(nir)


def _compare(nir: str, personne: Personne, *, verifie: bool) -> None:
    """Refuse a NIR that contradicts the civil status, unless a document was read: both may be right (Insee)."""
    told = differences(nir, personne.sexe, personne.date_naissance)
    if told and not verifie:
        message = f"Le numéro contredit la fiche ({', '.join(told)}). Corrigez, ou cochez « numéro vérifié »."
        raise Refused(Refusal("nir_incoherent", message, "nir"))


def _write(personne: Personne) -> None:
    """Save, and refuse the NIR that somebody else's file has taken meanwhile."""
    try:
        with transaction.atomic():
            personne.save()
    except IntegrityError as error:
        if "nir_empreinte" in str(error):
            raise Refused(DEJA) from error
        raise
