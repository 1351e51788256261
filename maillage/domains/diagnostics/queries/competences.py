"""The land that an organisation answers for: the territories all of whose units are of its competence."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune, Territoire

if TYPE_CHECKING:
    from maillage.references.accounts.models import Organisation

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


def list_competents(organisation: Organisation) -> list[Territoire]:
    """Return the territories in force that lie wholly in the land of an organisation, by level then name.

    A quarter lies where all its communes do. Four queries, whatever the land.
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
    units = own.union(*(composition[pk] for pk in own if known[pk].niveau != Niveau.QPV))
    found = [
        territoire
        for pk, territoire in known.items()
        if pk in units or (composition.get(pk) and composition[pk] <= units)
    ]
    return sorted(found, key=lambda each: (_ORDRE.index(Niveau(each.niveau)), each.nom_recherche, each.code))
