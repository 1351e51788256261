"""Freeze figures in a section, freeze them again, take them out: as long as the diagnostic is not validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.domains.diagnostics.models import Bloc
from maillage.domains.diagnostics.queries.partage_blocs import freeze, get_contexte, of_section, producteurs
from maillage.domains.diagnostics.rules import REDACTEURS
from maillage.domains.diagnostics.services.partage_droit import lock, lock_section, touch
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.domains.diagnostics.models import DiagnosticPartage, Section
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte
    from maillage.references.accounts.models import Organisation, User


def contexte_of(diagnostic: DiagnosticPartage) -> Contexte:
    """Return what the producers work from, for a diagnostic."""
    return get_contexte(diagnostic.niveau, diagnostic.code, diagnostic.annee_fin)


@transaction.atomic
def add_bloc(*, section: Section, code: str, actor: User | None, organisation: Organisation) -> Bloc:
    """Freeze a block more in a section; raise `Refused` when it is there already or has nothing to say of the place."""
    diagnostic = lock(section.diagnostic, actor=actor, organisation=organisation, wanted=REDACTEURS)
    locked = lock_section(section, diagnostic)
    if locked.blocs.filter(code=code).exists():
        raise Refused(Refusal("bloc_present", "Ce bloc est déjà dans la section\u202f: actualisez-le.", "code"))
    bloc = Bloc.objects.create(section=locked, ordre=_next_rank(locked), **_freeze(code, contexte_of(diagnostic)))
    _set_retires(locked, [each for each in locked.retires if each != code])
    touch(diagnostic)
    audit.record("diagnostics.add_block", diagnostic, actor=actor, section=locked.code, bloc=code)
    return bloc


@transaction.atomic
def refresh_blocs(
    *, diagnostic: DiagnosticPartage, actor: User | None, organisation: Organisation, only: Bloc | None = None
) -> int:
    """Freeze again the figures of a diagnostic, or of one block, as they are today; return how many were.

    A block whose producer is gone, or has nothing left to say, stays as it was frozen; asked for alone, it is refused.
    """
    locked = lock(diagnostic, actor=actor, organisation=organisation, wanted=REDACTEURS)
    contexte, now, done = contexte_of(locked), timezone.now(), 0
    blocs = Bloc.objects.filter(section__diagnostic=locked)
    for bloc in blocs.filter(pk=only.pk) if only else blocs:
        producteur = producteurs().get(bloc.code)
        fields = freeze(producteur, contexte) if producteur else None
        if fields is None and only is not None:
            raise Refused(Refusal("bloc_muet", f"«\u202f{bloc.titre}\u202f» n’a plus de chiffres à donner ici."))
        if fields is not None:
            Bloc.objects.filter(pk=bloc.pk).update(**fields, fige_le=now)
            done += 1
    touch(locked)
    audit.record("diagnostics.refresh_blocks", locked, actor=actor, blocs=done)
    return done


@transaction.atomic
def remove_bloc(*, bloc: Bloc, actor: User | None, organisation: Organisation) -> None:
    """Take a block out of its section, for the diagnostics of the next years too."""
    diagnostic = lock(bloc.section.diagnostic, actor=actor, organisation=organisation, wanted=REDACTEURS)
    section = lock_section(bloc.section, diagnostic)
    audit.record("diagnostics.remove_block", diagnostic, actor=actor, section=bloc.section.code, bloc=bloc.code)
    bloc.delete()
    _set_retires(section, [*section.retires, bloc.code])
    touch(diagnostic)


def prefill(section: Section, contexte: Contexte, precedents: Iterable[str] = ()) -> None:
    """Freeze in a new section the blocks of the year before, in their order, then those that open in it.

    A block that its authors took out of the section stays out.
    """
    opening = [each.code for each in of_section(section.code) if each.code not in section.retires]
    wanted = [found for code in dict.fromkeys((*precedents, *opening)) if (found := producteurs().get(code))]
    frozen = [fields for each in wanted if (fields := freeze(each, contexte))]
    Bloc.objects.bulk_create(Bloc(section=section, ordre=rank, **fields) for rank, fields in enumerate(frozen))


def _set_retires(section: Section, codes: list[str]) -> None:
    section.retires = list(dict.fromkeys(codes))
    section.save(update_fields=["retires"])


def _freeze(code: str, contexte: Contexte) -> dict[str, Any]:
    producteur = producteurs().get(code)
    if producteur is None:
        raise Refused(Refusal("bloc_inconnu", "Ce bloc n’existe pas.", "code"))
    fields = freeze(producteur, contexte)
    if fields is None:
        message = f"«\u202f{producteur.nom}\u202f»\u202f: aucun chiffre n’est connu pour ce territoire."
        raise Refused(Refusal("bloc_muet", message, "code"))
    return fields


def _next_rank(section: Section) -> int:
    last: int | None = section.blocs.aggregate(last=Max("ordre"))["last"]
    return 0 if last is None else last + 1
