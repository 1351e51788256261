"""The diagnostic as a document for the partners: the figures, the maps, how they were made, what they do not say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.diagnostics.enums import Classe, Indicateur
from maillage.domains.diagnostics.queries.carte import draw_fiche, draw_region, no_link
from maillage.domains.diagnostics.queries.fiche import (
    compare,
    describe_presentes,
    draw_comparison,
    get_fiche,
    list_presentes,
)
from maillage.domains.diagnostics.queries.lecture import (
    describe_part_connue,
    list_avertissements,
    list_limites,
    list_notes,
    list_sources,
)
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal, jour, nombre, pourcent
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Maille, Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.fiche import Fiche
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.kernel.drawings import MapDrawing

TEMPLATE = Path(__file__).resolve().parent.parent / "documents" / "diagnostic.typ"
# Communes listed one by one; a département shows those where accessibility is lowest.
MAX_COMMUNES = 60


def to_document(couverture: Couverture, fiche: Fiche | None) -> bytes:
    """Write the diagnostic of a territory, or of the whole region, as an accessible PDF."""
    today = timezone.localdate()
    whole = fiche is None
    fiche = fiche or get_fiche(couverture, couverture.total.niveau, couverture.total.code)
    assert fiche is not None  # the region is always among the lines
    ligne = fiche.ligne
    data = {
        "titre": ligne.nom,
        "autour": "Les départements" if whole else "Face aux territoires qui le contiennent",
        "sous_titre": _subtitle(fiche),
        "jour": jour(today),
        "chiffres": _figures(fiche),
        "phrases": _sentences(fiche),
        "avertissements": list_avertissements(couverture),
        "carte": _map(couverture, None if whole else fiche),
        "comparaison": _comparison(fiche, whole=whole),
        "graphique": None if whole else draw_comparison(fiche),
        "types": _kinds(ligne),
        "siae": None if whole else _siae(fiche),
        "tableaux": _tables(couverture, None if whole else fiche),
        "notes": [(note.titre, note.texte) for note in list_notes(couverture)],
        "parametres": list(couverture.applied.values()),
        "sources": list_sources(couverture),
        "limites": list_limites(),
    }
    return to_pdf(TEMPLATE, data, on=today)


def _subtitle(fiche: Fiche) -> str:
    kind = Niveau(fiche.ligne.niveau).label
    count = f", {nombre(len(fiche.communes))} communes" if fiche.communes else ""
    return f"{kind[:1].upper()}{kind[1:]}{count}"


def _figures(fiche: Fiche) -> list[dict[str, str]]:
    couverture, ligne = fiche.couverture, fiche.ligne
    figures = [
        ("SIAE", nombre(ligne.siae), _share_of(fiche)),
        ("ETP", decimal(ligne.etp, 1), ""),
        ("Personnes du public", nombre(ligne.besoin), couverture.besoins.public.libelle),
        ("Classe", ligne.classe.label if ligne.classe else "non classé", ""),
    ]
    kept = figures if ligne.maille != Maille.REGION else figures[:3]
    return [{"label": label, "value": value, "detail": detail} for label, value, detail in kept]


def _share_of(fiche: Fiche) -> str:
    whole = fiche.couverture.total
    return "" if fiche.ligne is whole else f"sur {nombre(whole.siae)} dans la région"


def _sentences(fiche: Fiche) -> list[str]:
    """Say the result in words."""
    couverture, ligne = fiche.couverture, fiche.ligne
    if ligne.maille == Maille.REGION:
        peers = couverture.mailles[Maille.INTERCOMMUNALITE]
        low = sum(peer.classe == Classe.SOUS_DOTE for peer in peers)
        return [f"{low} intercommunalités sur {len(peers)} sont sous-dotées au sens de la méthode décrite plus bas."]
    said = [describe_part_connue(ligne)] if ligne.unites_connues < ligne.unites else []
    if ligne.classe:
        said.append(f"Au regard de la région, ce territoire est {ligne.classe.label}.")
    if ligne.rang:
        said.append(
            f"Son accessibilité est au rang {ligne.rang} sur {fiche.effectif} parmi les territoires de même maille,"
            " le rang 1 étant le plus faible."
        )
    if ligne.portee is not None:
        near = decimal(couverture.parametres["proximite_km"].value, 0)
        said.append(f"{pourcent(ligne.portee, 0)} du public y habite à {near}\u202fkm ou moins d’un site.")
    return said


def _map(couverture: Couverture, fiche: Fiche | None) -> MapDrawing | None:
    if fiche is None:
        return draw_region(couverture, Maille.INTERCOMMUNALITE, Indicateur.CLASSE, link=no_link, points=True)
    return draw_fiche(fiche, Indicateur.ACCESSIBILITE, link=no_link, siae={})


def _comparison(fiche: Fiche, *, whole: bool) -> Sheet:
    """Return the three measures here and around; for the region, of each département."""
    couverture = fiche.couverture
    if whole:
        return _measures("Les départements", couverture, [couverture.total, *couverture.mailles[Maille.DEPARTEMENT]])
    columns = ("Mesure", fiche.ligne.nom, *(ligne.nom for ligne in fiche.comparaisons), "Part de la région")
    rows = [
        (compared.libelle, *compared.valeurs, pourcent(compared.part, 0) + (" (basse)" if compared.basse else ""))
        for compared in compare(fiche)
    ]
    return Sheet("Les trois mesures", columns, rows)


def _measures(title: str, couverture: Couverture, lignes: Sequence[Ligne], note: str = "") -> Sheet:
    indicators = (Indicateur.TAUX, Indicateur.PORTEE, Indicateur.ACCESSIBILITE)
    columns = ("Territoire", "SIAE", "Sites", "ETP", "Taux", "Proximité", "Accessibilité", "Classe")
    unit = f"Taux et accessibilité en {couverture.capacite.label} pour {nombre(couverture.pour)} personnes"
    note = f"{unit}\u202f; proximité en\u202f%. {note}".strip()
    rows = [
        (
            ligne.nom,
            ligne.siae,
            ligne.sites,
            ligne.etp,
            *(couverture.read(ligne, indicateur) for indicateur in indicators),
            ligne.classe.label if ligne.classe else "–",
        )
        for ligne in lignes
    ]
    return Sheet(title, columns, rows, note)


def _tables(couverture: Couverture, fiche: Fiche | None) -> list[Sheet]:
    if fiche is None:
        return [_measures("Les intercommunalités", couverture, couverture.mailles[Maille.INTERCOMMUNALITE])]
    communes = sorted(fiche.communes or (fiche.ligne,), key=lambda ligne: (ligne.rang is None, ligne.rang or 0))
    shown = communes[:MAX_COMMUNES]
    note = (
        f"Les {MAX_COMMUNES} communes les moins bien desservies sur {len(communes)}."
        if len(communes) > len(shown)
        else ""
    )
    return [_measures("Les communes", couverture, shown, note)]


def _kinds(ligne: Ligne) -> Sheet:
    rows = [(TypeSiae(kind).label, count) for kind, count in ligne.siae_par_type.items()]
    return Sheet("SIAE par type", ("Type", "SIAE"), rows)


def _siae(fiche: Fiche) -> Sheet | None:
    """List the SIAE that have a site here, with the ETP of these sites: they add up to those of the territory."""
    presentes = list_presentes(fiche)
    rows = [
        (
            presente.siae.nom,
            presente.siae.type_siae,
            presente.siae.commune_nom,  # type: ignore[attr-defined]  # list_siae annotates
            presente.etp,
        )
        for presente in presentes
    ]
    columns = ("Nom", "Type", "Implantation principale", "ETP dans ce territoire")
    return Sheet(describe_presentes(fiche, presentes), columns, rows) if rows else None
