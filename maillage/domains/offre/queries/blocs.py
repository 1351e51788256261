"""The block that the objectives add to a shared diagnostic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.queries.partage_blocs import Chiffres, Producteur
from maillage.domains.offre.queries.objectifs import draw_avancements, list_avancements
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte


def produce_objectifs(contexte: Contexte) -> Chiffres | None:
    """Set what is reached beside each objective of the territory, for the latest year that is told.

    That year is not after the diagnostic's; when nothing is told of any, the latest objectives stand alone.
    """
    every = list_avancements(niveau=contexte.territoire.niveau, code=contexte.territoire.code)
    past = [each for each in every if each.annee <= contexte.annee]
    told = [each.annee for each in past if each.realise is not None]
    annee = max(told or [each.annee for each in past], default=None)
    avancements = [each for each in past if each.annee == annee]
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
    drawing = draw_avancements(avancements, title)
    return Chiffres(title, Sheet("Objectifs", columns, rows, note), drawing, ("publics déclarés par les SIAE",))


PRODUCTEURS = (
    Producteur(
        "objectifs",
        "publics_prioritaires",
        "Objectifs de publics",
        "Les objectifs du territoire et ce qui en est atteint.",
        produce_objectifs,
    ),
)
