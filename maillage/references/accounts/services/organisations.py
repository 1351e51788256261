"""Create and correct organisations: operators only. A name that changes is kept with its dates."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import AncienNom, Competence, Membre, Organisation
from maillage.references.accounts.permissions import Permission
from maillage.references.accounts.queries.organisations import missing_territoires
from maillage.references.accounts.rules import (
    FicheOrganisation,
    check_naf,
    check_siret,
    check_site_web,
    clean_line,
    roles_offerts,
    types_organisation,
)
from maillage.references.accounts.services.membres import check, lock_organisation
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from maillage.references.accounts.models import User

COLUMNS = tuple(each.name for each in fields(FicheOrganisation) if each.name not in {"parent", "competences"})


@transaction.atomic
def create_organisation(*, fiche: FicheOrganisation, actor: User) -> Organisation:
    """Write a new organisation; raise `Refused` with every reason when the fiche is wrong or its SIRET known."""
    check(granted(actor, Permission.EDIT_ORGANISATIONS))
    fiche = check_fiche(fiche)
    taken = Refused(Refusal("siret_connu", "Une organisation porte déjà ce SIRET.", "siret"))
    if Organisation.objects.filter(siret=fiche.siret).exists():
        raise taken
    organisation = Organisation(parent=_find_parent(fiche, None), **_columns(fiche))
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise taken from error
    Competence.objects.bulk_create(
        Competence(organisation=organisation, niveau=niveau, code=code) for niveau, code in fiche.competences
    )
    audit.record("organisation.create", organisation, actor=actor, types=list(fiche.types))
    return organisation


@transaction.atomic
def update_organisation(
    *, organisation: Organisation, fiche: FicheOrganisation, actor: User, nom_depuis: date | None, on: date
) -> Organisation:
    """Correct an organisation. `nom_depuis` is the first day of its new name, None when only a spelling is corrected.

    Writing the same fiche again changes nothing and leaves no trace.
    """
    check(granted(actor, Permission.EDIT_ORGANISATIONS))
    organisation = lock_organisation(organisation)
    fiche = check_fiche(fiche)
    if Organisation.objects.filter(siret=fiche.siret).exclude(pk=organisation.pk).exists():
        raise Refused(Refusal("siret_connu", "Une organisation porte déjà ce SIRET.", "siret"))
    _check_roles(organisation, fiche)
    former = str(organisation)
    values = {**_columns(fiche), "parent": _find_parent(fiche, organisation)}
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    if str(organisation) != former and nom_depuis is not None:
        _keep_name(organisation, former, nom_depuis, on)
        changed.append("anciens_noms")
    if changed:
        organisation.save()
    if _write_competences(organisation, fiche.competences):
        changed.append("competences")
    if changed:
        audit.record("organisation.update", organisation, actor=actor, champs=changed)
    return organisation


def check_fiche(fiche: FicheOrganisation) -> FicheOrganisation:
    """Return the fiche in its accepted form; refuse with every reason at once, not the first one."""
    accepted: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for name, check_value in CHECKS.items():
        try:
            accepted[name] = check_value(getattr(fiche, name))
        except Refused as refused:
            refusals.extend(refused.refusals)
    if not accepted.get("denomination"):
        refusals.append(Refusal("denomination_manquante", "La dénomination manque.", "denomination"))
    if not fiche.types or not set(fiche.types) <= types_organisation().keys():
        refusals.append(Refusal("type_manquant", "Choisissez un type au moins, parmi ceux de la liste.", "types"))
    if fiche.parent:
        try:
            accepted["parent"] = check_siret(fiche.parent)
        except Refused as refused:
            refusals += [replace(reason, field="parent") for reason in refused.refusals]
    if missing := missing_territoires(fiche.competences) if fiche.competences else []:
        names = ", ".join(f"{Niveau(niveau).label} {code}" for niveau, code in missing)
        message = f"La plateforme ne connaît pas ces territoires\u202f: {names}."
        refusals.append(Refusal("territoire_inconnu", message, "competences"))
    if refusals:
        raise Refused(*refusals)
    order = list(types_organisation())
    return replace(fiche, **accepted, types=tuple(sorted(set(fiche.types), key=order.index)))


CHECKS: dict[str, Callable[[str], str]] = {
    "siret": check_siret,
    "naf": check_naf,
    "site_web": check_site_web,
    **dict.fromkeys(("denomination", "nom_usage", "forme_juridique", "email", "telephone"), clean_line),
}


def _columns(fiche: FicheOrganisation) -> dict[str, object]:
    values = {name: getattr(fiche, name) for name in COLUMNS}
    return {**values, "types": list(fiche.types)}


def _find_parent(fiche: FicheOrganisation, organisation: Organisation | None) -> Organisation | None:
    """Return the organisation of attachment; refuse one that is unknown, or that is attached to this one."""
    if not fiche.parent:
        return None
    parent = Organisation.objects.filter(siret=fiche.parent).first()
    if parent is None:
        message = "Aucune organisation ne porte ce SIRET\u202f: créez-la d’abord."
        raise Refused(Refusal("parent_inconnu", message, "parent"))
    above: Organisation | None = parent
    while organisation is not None and above is not None:
        if above.pk == organisation.pk:
            message = "Cette organisation est elle-même rattachée à celle que vous modifiez."
            raise Refused(Refusal("parent_en_boucle", message, "parent"))
        above = above.parent
    return parent


def _check_roles(organisation: Organisation, fiche: FicheOrganisation) -> None:
    held = set(Membre.objects.actifs().filter(organisation=organisation).values_list("profil", flat=True))
    if held - set(roles_offerts(fiche.types)):
        message = "Des membres tiennent un rôle que ces types n’offrent pas\u202f: changez d’abord leur rôle."
        raise Refused(Refusal("roles_tenus", message, "types"))


def _keep_name(organisation: Organisation, former: str, nom_depuis: date, on: date) -> None:
    if nom_depuis > on:
        message = "Le nouveau nom n’est pas encore porté\u202f: revenez ce jour-là."
        raise Refused(Refusal("nom_a_venir", message, "nom_depuis"))
    last = organisation.anciens_noms.order_by("-fin").first()
    if last is not None and nom_depuis <= last.fin:
        message = f"L’organisation a déjà changé de nom le {last.fin:%d/%m/%Y}\u202f: la date doit être plus récente."
        raise Refused(Refusal("nom_trop_tot", message, "nom_depuis"))
    AncienNom.objects.create(organisation=organisation, nom=former, debut=last.fin if last else None, fin=nom_depuis)


def _write_competences(organisation: Organisation, wanted: tuple[tuple[str, str], ...]) -> bool:
    """Write the territories of competence; return whether something changed."""
    known = {(each.niveau, each.code): each.pk for each in organisation.competences.all()}
    gone = [pk for pair, pk in known.items() if pair not in wanted]
    new = [pair for pair in wanted if pair not in known]
    Competence.objects.filter(pk__in=gone).delete()
    Competence.objects.bulk_create(Competence(organisation=organisation, niveau=n, code=c) for n, c in new)
    return bool(gone or new)
