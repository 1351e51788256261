"""For whom the people of the fictional associations intermédiaires work: private individuals first, companies a little.

Their contracts and hours are found in the database. Nobody goes over what the law allows in companies.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum

from maillage.demo.region import get_region
from maillage.domains.parcours.models import Contrat, MiseADisposition
from maillage.domains.parcours.rules.contrats import MISSIONS
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.parameters import get_parametre

if TYPE_CHECKING:
    from datetime import date

DEPARTEMENT = "95"  # that of the accounts of the demonstration
PARTS = {"particulier": 0.45, "collectivite": 0.2, "association": 0.15, "entreprise": 0.2}
NOMS = {
    "entreprise": ("Lavandière du Vent", "Ateliers de l’Aubier", "Transports Galerne", "Serres de la Mousse"),
    "association": ("Les Amis du Lichen", "Club de la Fougère", "Maison du Liseron"),
    "collectivite": ("Commune fictive", "Collège des Bruyères", "Résidence de l’Autan"),
    "particulier": ("",),
}


def load_mises_a_disposition(on: date) -> int:
    """Say for whom the assignments of the last two years were, where nobody did; return how many are known."""
    since = add_months(on, -int(get_parametre("parcours.ai_heures_mois", on=on).value))
    most = get_parametre("parcours.ai_heures_max", on=on).value
    rows = (
        Contrat.objects.filter(
            siae__type_siae="AI",
            siae__implantations__principale=True,
            siae__implantations__commune__departement=DEPARTEMENT,
            type__in=MISSIONS,
            debut__gte=since,
            mise_a_disposition__isnull=True,
        )
        .annotate(total=Sum("etats_mensuels__heures"))
        .order_by("pk")
        .values_list("pk", "personne", "total")
    )
    draw, done = get_region().draw("mises à disposition"), defaultdict[int, Decimal](Decimal)
    made = []
    for pk, personne, total in rows:
        hours = total or Decimal(0)
        nature = str(draw.choice(list(PARTS), p=list(PARTS.values())))
        if nature == "entreprise" and done[personne] + hours > most:
            nature = "particulier"
        if nature == "entreprise":
            done[personne] += hours
        name = NOMS[nature][draw.integers(len(NOMS[nature]))]
        made.append(MiseADisposition(contrat_id=pk, nature=nature, denomination=name))
    MiseADisposition.objects.bulk_create(made, batch_size=1000)
    return MiseADisposition.objects.count()
