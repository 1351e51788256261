"""The land that an organisation answers for: the territories all of whose units are of its competence.

Who answers for a département works, too, with the EPT and EPCI that lie astride it: they are theirs to speak of, as
wholes, and forms say which part of them is in the département.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune, Territoire

if TYPE_CHECKING:
    from collections.abc import Collection

    from maillage.references.accounts.models import Organisation

INTERCOMMUNALITES = (Niveau.EPT, Niveau.EPCI)

# From the widest, which a diagnosis speaks of most.
_ORDRE = (
    Niveau.REGION,
    Niveau.DEPARTEMENT,
    Niveau.METROPOLE,
    Niveau.EPT,
    Niveau.EPCI,
    Niveau.CLPE,
    Niveau.BASSIN,
    Niveau.ZONE_EMPLOI,
    Niveau.VILLE,
    Niveau.QPV,
    Niveau.COMMUNE,
)


class Part(NamedTuple):
    """How many communes of an intercommunalité are in some départements, out of how many."""

    ici: int
    total: int

    def __str__(self) -> str:
        if self.ici == self.total:
            return ""
        return f"à cheval\u202f: {nombre(self.ici)} de ses {nombre(self.total)} communes ici"


def count_parts(departements: Collection[str]) -> dict[int, Part]:
    """Return the EPT and EPCI in force that have a commune in some départements (codes), by key. One query."""
    if not departements:
        return {}
    rows = (
        Appartenance.objects.filter(ensemble__in=Territoire.objects.en_vigueur().filter(niveau__in=INTERCOMMUNALITES))
        .values_list("ensemble")
        .annotate(ici=Count("pk", filter=Q(unite__departement__in=departements)), total=Count("pk"))
        .filter(ici__gt=0)
        .order_by()
    )
    return {pk: Part(ici, total) for pk, ici, total in rows}


def name_territoire(territoire: Territoire) -> str:
    """Name a territory of the land of an organisation in a choice: its code, and which part of it lies there."""
    part = str(getattr(territoire, "part", ""))
    return f"{territoire.nom} ({territoire.code}){f', {part}' if part else ''}"


def list_competents(organisation: Organisation) -> list[Territoire]:
    """Return the territories in force that are of the land of an organisation, by level then name.

    They lie wholly in it, save an intercommunalité astride one of its départements: its `part` tells how much does. A
    quarter lies where all its communes do. Five queries, whatever the land.
    """
    lieux = set(organisation.competences.values_list("niveau", "code"))
    if not lieux:
        return []
    known = {territoire.pk: territoire for territoire in Territoire.objects.en_vigueur()}
    composition: defaultdict[int, set[int]] = defaultdict(set)
    pairs = Appartenance.objects.filter(ensemble__in=list(known)).values_list("ensemble_id", "unite_id")
    for ensemble, unite in [*pairs, *QpvCommune.objects.values_list("qpv_id", "commune_id")]:
        composition[ensemble].add(unite)
    own = {pk for pk, territoire in known.items() if (territoire.niveau, territoire.code) in lieux}
    parts = count_parts([code for niveau, code in lieux if niveau == Niveau.DEPARTEMENT])
    units = own.union(*(composition[pk] for pk in own if known[pk].niveau != Niveau.QPV))
    found = [
        territoire
        for pk, territoire in known.items()
        if pk in units or pk in parts or (composition.get(pk) and composition[pk] <= units)
    ]
    for territoire in found:
        if territoire.pk in parts and not composition[territoire.pk] <= units:
            territoire.part = parts[territoire.pk]  # type: ignore[attr-defined]
    return sorted(found, key=lambda each: (_ORDRE.index(Niveau(each.niveau)), each.nom_recherche, each.code))
