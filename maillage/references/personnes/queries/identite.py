"""Find a person by what identifies them exactly, and those whom a new file might repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from maillage.foundations.kernel.encryption import fingerprint
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.personnes.rules import check_nir
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.rules import plain_words

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User


def empreinte_nir(nir: str) -> str:
    """Return what a NIR is found by: a keyed hash, since the column is encrypted."""
    return fingerprint(nir, "nir")


def find_by_nir(nir: str, *, lock: bool = False) -> Personne | None:
    """Return the person of a NIR, whoever may see them: the caller must not say who it is."""
    persons = Personne.objects.select_for_update() if lock else Personne.objects
    return persons.filter(nir_empreinte=empreinte_nir(nir)).first()


def find_departement(commune: str) -> str:
    """Return the code of the département of a commune, by the last vintage that knows it; "" for no commune."""
    known = Territoire.objects.filter(niveau=Niveau.COMMUNE, code=commune).order_by("-millesime")
    return known.values_list("departement", flat=True).first() or ""


def find_exact(text: str) -> list[Personne]:
    """Return the persons of a public id, an e-mail address or a NIR, two at most; raise `Refused` for a wrong NIR."""
    text, persons = text.strip(), Personne.objects.filter(anonymisee_le__isnull=True)
    if "@" in text:
        return list(persons.filter(email__iexact=text)[:2])
    try:
        return list(persons.filter(public_id=UUID(text)))
    except ValueError:
        return list(persons.filter(nir_empreinte=empreinte_nir(check_nir(text))))


def search_name(persons: QuerySet[Personne], text: str) -> QuerySet[Personne]:
    """Keep the persons whose name or first name holds every word, accents and capitals aside."""
    for word in plain_words(text):
        persons = persons.filter(nom_recherche__contains=word)
    return persons


def find_likely(user: User, *, nom: str, prenom: str, date_naissance: date | None) -> list[Personne]:
    """Return those whom a new file might repeat, among the persons that this account may see, five at most."""
    if date_naissance is None:
        return []
    same_day = visible_to(user).filter(date_naissance=date_naissance)
    return list(search_name(same_day, f"{nom} {prenom}").order_by("nom", "prenom", "pk")[:5])
