"""Everything that is known of somebody: each model that declares personal data is asked for the rows that name them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey

from maillage.foundations.kernel.documents.values import text
from maillage.foundations.kernel.parameters import find_parametre
from maillage.foundations.kernel.personal import SECRET, about, belonging, declarations
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.models import Personne

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model, QuerySet

    from maillage.foundations.kernel.personal import Champ, Personnel

# Shown in the place of a password, of the key of a session: it opens an account, and tells nothing.
TU = "(secret, gardé chiffré ou haché, jamais communiqué)"
# How many rows a page shows; the files hold them all.
EXTRAIT = 20
# Relations that name other people, or nothing that a person reads.
UNTOLD = (User, Personne, Membre, ContentType)


@dataclass(frozen=True, slots=True)
class Rubrique:
    """What one model knows of somebody: the names of the fields, and the rows."""

    objet: str
    finalite: str
    base: str
    conservation: str
    champs: tuple[str, ...]
    lignes: tuple[tuple[Any, ...], ...]

    @property
    def extrait(self) -> list[list[str]]:
        """The last rows, as a page shows them."""
        return [[shown(value) for value in ligne] for ligne in self.lignes[: -EXTRAIT - 1 : -1]]

    @property
    def tronquee(self) -> bool:
        """Whether a page leaves rows to the files."""
        return len(self.lignes) > EXTRAIT

    @property
    def seule(self) -> list[tuple[str, str]]:
        """The only row, field by field; nothing when there are several."""
        return list(zip(self.champs, self.extrait[0], strict=True)) if len(self.lignes) == 1 else []

    def as_json(self) -> dict[str, Any]:
        """Return the rubric as a machine reads it: dates in ISO 8601, what is unknown null."""
        return {
            "objet": self.objet,
            "finalite": self.finalite,
            "base": self.base,
            "conservation": self.conservation,
            "lignes": [dict(zip(self.champs, map(_json, ligne), strict=True)) for ligne in self.lignes],
        }


def shown(value: Any) -> str:
    """Write a value the French way, whatever holds it."""
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, (memoryview, bytes)):
        value = bytes(value).decode("utf-8", "replace")
    return text(value)


def collect(subject: User | Personne, on: date) -> list[Rubrique]:
    """Return what every model knows of a person or an account, their own row first; who knows nothing is left out."""
    found = (
        rubrique
        for model, declared in sorted(declarations(), key=lambda pair: not isinstance(subject, pair[0]))
        for rubrique in _rubriques(model, declared, subject._meta.model._default_manager.filter(pk=subject.pk), on)
    )
    return [rubrique for rubrique in found if rubrique.lignes]


def _rubriques(model: type[Model], declared: Personnel, subject: QuerySet[Any], on: date) -> Iterator[Rubrique]:
    own = belonging(model, declared, subject)
    if own is not None:
        yield _rubrique(model, declared, own, declared.champs, on)
    for path, names in declared.aussi.items():
        if (condition := about(model, path, subject)) is not None:
            rows = model._default_manager.filter(condition)
            rows = rows if own is None else rows.exclude(pk__in=own.values("pk"))
            rubrique = _rubrique(model, declared, rows, names, on)
            # « acte (objet) »: the person is not its author, it was done to them.
            yield replace(rubrique, objet=f"{rubrique.objet} ({_label(model, path.partition('__')[0])})")


def _rubrique(model: type[Model], declared: Personnel, rows: QuerySet[Any], names: Iterable[str], on: date) -> Rubrique:
    around = [
        field
        for field in model._meta.fields
        if isinstance(field, ForeignKey)
        and isinstance(field.related_model, type)
        and not issubclass(field.related_model, UNTOLD)
        and not field.name.startswith("pgh_")
    ]
    fields = [model._meta.get_field(name) for name in names if name != "nom_recherche"]
    rows = rows.select_related(*(field.name for field in around)).order_by("pk")
    parametre = find_parametre(declared.conservation, on=on)
    return Rubrique(
        objet=declared.objet(model),
        finalite=declared.finalite,
        base=declared.base,
        conservation=parametre.amount if parametre else declared.conservation,
        champs=(
            *(str(field.verbose_name) for field in around),
            *(declared.libelle(model, field.name) for field in fields),
        ),
        lignes=tuple(
            (
                *(_related(row, field.name) for field in around),
                *(_told(row, field, declared.champs[field.name]) for field in fields),
            )
            for row in rows
        ),
    )


def _label(model: type[Model], name: str) -> str:
    return next((str(field.verbose_name) for field in model._meta.fields if field.name == name), name)


def _related(row: Model, name: str) -> str | None:
    value = getattr(row, name)
    return None if value is None else str(value)


def _told(row: Model, field: Any, champ: Champ) -> Any:
    """Return the value of a field as a person reads it: the label of a choice; of a secret, what may be told."""
    if champ.nature == SECRET:
        return " · ".join(str(getattr(row, field.name)[key]) for key in champ.montre) or TU
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return getattr(row, field.name)


def _json(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (memoryview, bytes)):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
