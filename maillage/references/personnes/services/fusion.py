"""Merge two files that are of one person: every row of every room follows, or nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.forgetting import is_history
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.services.droit import follower, lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.db.models import Field, ForeignKey, Model

    from maillage.references.accounts.models import User

# What a file that lacks it takes from the other.
COMPLETES = ("sexe", "date_naissance", "nir", "email", "telephone", "adresse", "commune")


@transaction.atomic
def merge_personnes(*, gardee: Personne, autre: Personne, actor: User, on: date) -> Personne:
    """Merge the file `autre` into `gardee` and return it; raise `Refused`, and nothing has changed.

    Both are open to the organisation of who acts. What the kept file does not know, it takes from the other; what they
    say differently stays as the kept one says. The rows that cannot stand together (two contracts at once in a SIAE)
    are for people to sort out first: the refusal names them. The address of the other file leads to this one.
    """
    follower(actor)
    if gardee.pk == autre.pk:
        raise Refused(Refusal("meme_dossier", "C’est le même dossier."))
    # Always in the same order: two merges of the same files never wait for each other.
    locked = {each.pk: lock(each, actor) for each in sorted((gardee, autre), key=lambda each: each.pk)}
    kept, gone = locked[gardee.pk], locked[autre.pk]
    if kept.nir_empreinte and gone.nir_empreinte:
        message = "Les deux dossiers portent chacun un numéro de sécurité sociale\u202f: ce sont deux personnes."
        raise Refused(Refusal("deux_nir", message))
    if kept.opposition_le is None and gone.opposition_le is not None:
        kept.opposition_le = gone.opposition_le
    known = _take(kept, gone)
    for join in joins():
        join(kept, gone, actor, on)
    _join_relations(kept, gone)
    moved = sum(_repoint(field, kept, gone) for field in references())
    _empty(gone, kept)
    kept.save()
    audit.record("personnes.merge", kept, actor=actor, dossier=str(gone.public_id), champs=known, lignes=moved)
    audit.record("personnes.merge", gone, actor=actor, dans=str(kept.public_id))
    return kept


def references() -> Iterator[ForeignKey[Any, Any]]:
    """Yield every foreign key of the house to a person, whichever room it stands in; row histories are written once."""
    for relation in Personne._meta.get_fields(include_hidden=True):
        field: Field[Any, Any] | None = getattr(relation, "field", None)
        if not relation.auto_created or relation.concrete or field is None or field.many_to_many:
            continue
        if not is_history(field.model):
            yield field  # type: ignore[misc]  # a relation that points here is a foreign key


def joins() -> list[Callable[[Personne, Personne, User, date], None]]:
    """Return what the rooms above do first of the rows that two files hold alike (`AppConfig.fusions`).

    Each takes the kept person, the other, who acts and the day; it unites what can be, or raises `Refused`.
    """
    paths = [path for config in apps.get_app_configs() for path in getattr(config, "fusions", ())]
    return [import_string(path) for path in paths]


def _take(kept: Personne, gone: Personne) -> list[str]:
    """Give the kept file what it does not know; return the names of the fields."""
    taken = [name for name in COMPLETES if not getattr(kept, name) and getattr(gone, name)]
    for name in taken:
        setattr(kept, name, getattr(gone, name))
    if "nir" in taken:
        kept.nir_empreinte = gone.nir_empreinte
    if "commune" in taken:
        kept.departement = gone.departement
    return taken


def _join_relations(kept: Personne, gone: Personne) -> None:
    """Unite the periods during which an organisation followed the two files under one title."""
    for relation in Relation.objects.filter(personne=gone).order_by("debut", "pk"):
        same = Relation.objects.filter(
            Q(fin__isnull=True) | Q(fin__gt=relation.debut),
            personne=kept,
            organisation=relation.organisation_id,
            type=relation.type,
        )
        if relation.fin is not None:
            same = same.filter(debut__lt=relation.fin)
        overlapping = list(same.order_by("debut", "pk"))
        if not overlapping:
            relation.personne = kept
            relation.save(update_fields=["personne"])
            continue
        first, *others = overlapping
        ends = [each.fin for each in (relation, *overlapping)]
        Relation.objects.filter(pk__in=[relation.pk, *(each.pk for each in others)]).delete()
        first.debut = min(first.debut, relation.debut)
        first.fin = None if None in ends else max(end for end in ends if end)
        first.referent_id = first.referent_id or relation.referent_id
        first.save(update_fields=["debut", "fin", "referent"])


def _repoint(field: ForeignKey[Any, Any], kept: Personne, gone: Personne) -> int:
    """Give the rows of one model to the kept person and return how many; raise `Refused` if they cannot stand there."""
    rows = field.model._base_manager.filter(**{field.name: gone})
    try:
        with transaction.atomic():
            return rows.update(**{field.name: kept})
    except IntegrityError as error:
        raise Refused(Refusal("fusion_impossible", _explain(field.model, error))) from error


def _explain(model: type[Model], error: IntegrityError) -> str:
    """Say in French which rows of the two files cannot stand together, and what to do."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    told = next((str(each.violation_error_message) for each in model._meta.constraints if each.name == name), "")
    why = told or "chaque dossier a la sienne ou le sien, et une personne n’en a qu’un"
    return (
        f"{capfirst(str(model._meta.verbose_name_plural))}\u202f: {why.rstrip('.')}. Corrigez l’un des deux dossiers "
        "avant de les fusionner\u202f: rien n’a été changé."
    )


def _empty(gone: Personne, kept: Personne) -> None:
    """Leave of the merged file its address, which leads to the other."""
    Personne.objects.filter(pk=gone.pk).update(
        nom="",
        prenom="",
        sexe="",
        date_naissance=None,
        nir=None,
        nir_empreinte=None,
        email="",
        telephone="",
        adresse="",
        commune="",
        departement="",
        anonymisee_le=timezone.now(),
        fusionnee_dans=kept,
    )
