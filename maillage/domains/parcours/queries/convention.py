"""A cooperation convention, as data for its document."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.queries.cooperation import list_parties
from maillage.domains.parcours.rules.cooperation import etat_lu
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import jour

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.models import ConventionCooperation, EngagementConvention

JOUR = timedelta(days=1)


def describe_convention(convention: ConventionCooperation, on: date) -> dict[str, Any]:
    """Return what the document says of a convention: its parties, its promises, who signed when."""
    state = EtatConvention(etat_lu(convention.etat, convention.debut, convention.fin, on))
    parties = list_parties(convention)
    promises = convention.engagements.select_related("partie__organisation").order_by("rang")
    facts = [
        ["Parties", ", ".join(str(each) for each in parties)],
        ["Proposée par", str(convention.organisation)],
        ["Premier jour", jour(convention.debut)],
        ["Dernier jour", jour((convention.denoncee_le or convention.fin) - JOUR)],
        ["État", str(state.label)],
    ]
    if convention.denoncee_le:
        facts.append(["Motif de la dénonciation", convention.motif])
    return {
        "titre": "Convention de coopération",
        "sous_titre": convention.objet,
        "jour": jour(on),
        "faits": facts,
        "texte": [line for line in convention.texte.splitlines() if line.strip()],
        "engagements": Sheet(
            "Les engagements",
            ("Engagement", "Qui", "Combien", "Au plus tard le"),
            [(each.quoi, str(each.partie or "toutes les parties"), _figure(each), _day(each)) for each in promises],
        ),
        "signatures": Sheet(
            "Les signatures",
            ("Partie", "Signée par", "Le"),
            [
                (
                    str(each),
                    str(each.signataire.user) if each.signataire else "non signée",
                    jour(each.signee_le) if each.signee_le else "—",
                )
                for each in parties
            ],
            note="Chaque partie a signé dans son compte de la plateforme, qui en garde la trace.",
        ),
    }


def _figure(engagement: EngagementConvention) -> str:
    return "—" if engagement.chiffre is None else f"{engagement.chiffre} {engagement.unite}".strip()


def _day(engagement: EngagementConvention) -> str:
    return jour(engagement.avant_le) if engagement.avant_le else "—"
