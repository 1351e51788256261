"""The block that the objectives add to a shared diagnostic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.partage_blocs import Chiffres, Producteur
from maillage.domains.offre.queries.objectifs import draw_avancements, list_avancements
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte
    from maillage.domains.offre.queries.objectifs import Avancement


def produce_objectifs(contexte: Contexte) -> Chiffres | None:
    """Set what is reached beside each objective of the territory, for the latest year that is told.

    That year is not after the diagnostic's; when nothing is told of any, the latest objectives stand alone. A territory
    without objectives of its own is told those of its département, else of its region.
    """
    territoire = contexte.territoire
    own, departement = (territoire.niveau, territoire.code), (Niveau.DEPARTEMENT, territoire.departement)
    places = dict.fromkeys((own, departement, (Niveau.REGION, contexte.region)))
    found = ((place, _find_latest(*place, contexte.annee)) for place in places if place[1])
    place, avancements = next((each for each in found if each[1]), (own, []))
    if not avancements:
        return None
    rows = [
        (
            each.public,
            each.type,
            None if each.cible is None else decimal(each.cible, 1),
            None if each.part is None else decimal(each.part, 1),
            each.situation.label,
            each.decision,
        )
        for each in avancements
    ]
    columns = ("Public", "Type de SIAE", "Cible (%)", "Réalisé (%)", "Situation", "Décision")
    title = f"Objectifs de {avancements[0].annee}"
    note = "Parts des salariés en insertion. Un réalisé secret ou non renseigné n’est pas écrit."
    if place != own:
        larger = avancements[0].territoire
        note = f"{territoire.nom} n’a pas d’objectif en propre\u202f: ceux de {larger}, cibles et réalisés. {note}"
    drawing = draw_avancements(avancements, title)
    return Chiffres(title, Sheet("Objectifs", columns, rows, note), drawing, ("publics déclarés par les SIAE",))


def _find_latest(niveau: str, code: str, annee: int) -> list[Avancement]:
    """Return the objectives of a territory in the latest year up to `annee` that tells an actual, else the latest."""
    past = [each for each in list_avancements(niveau=niveau, code=code) if each.annee <= annee]
    told = [each.annee for each in past if each.realise is not None]
    latest = max(told or [each.annee for each in past], default=None)
    return [each for each in past if each.annee == latest]


PRODUCTEURS = (
    Producteur(
        "objectifs",
        "publics_prioritaires",
        "Objectifs de publics",
        "Les objectifs du territoire et ce qui en est atteint.",
        produce_objectifs,
    ),
)
