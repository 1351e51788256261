"""The diagnostic as a document for the partners: the figures, the maps, how they were made, what they do not say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.diagnostics.enums import Classe, Indicateur
from maillage.domains.diagnostics.queries.carte import draw_fiche, draw_region, no_link
from maillage.domains.diagnostics.queries.fiche import (
    compare,
    compare_portees,
    describe_communes,
    describe_presentes,
    describe_rang,
    draw_comparison,
    get_fiche,
    list_presentes,
    list_publics_servis,
)
from maillage.domains.diagnostics.queries.lecture import (
    describe_cible,
    describe_motif,
    describe_part_connue,
    describe_types,
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
    from collections.abc import Iterator, Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.fiche import Fiche
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.kernel.drawings import MapDrawing

TEMPLATE = Path(__file__).resolve().parent.parent / "documents" / "diagnostic.typ"
# Communes listed one by one; a département shows those where accessibility is lowest.
MAX_COMMUNES = 60
# Intercommunalités named on the first page.
WORST = 5


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
        "millesimes": _vintages(couverture),
        "chiffres": _figures(fiche),
        "phrases": _sentences(fiche),
        "avertissements": list_avertissements(couverture),
        "carte": _map(couverture, None if whole else fiche),
        "comparaison": _comparison(fiche, whole=whole),
        "graphique": None if whole else draw_comparison(fiche),
        "types": _kinds(ligne),
        "proximites": _reaches(fiche),
        "publics": _publics(fiche),
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
    count = f", {describe_communes(fiche.communes)}" if fiche.communes else ""
    return f"{kind[:1].upper()}{kind[1:]}{count}"


def _figures(fiche: Fiche) -> list[dict[str, str]]:
    couverture, ligne = fiche.couverture, fiche.ligne
    figures = [
        ("SIAE", nombre(ligne.siae), _share_of(fiche)),
        ("ETP", decimal(ligne.etp, 1), ""),
        ("Personnes du public", nombre(ligne.besoin), couverture.besoins.public.libelle),
        ("Classe", ligne.classe.label if ligne.classe else "non classé", ""),
        (
            f"{couverture.capacite.label} qui manquent",
            nombre(ligne.manque),
            f"pour atteindre {describe_cible(couverture)}",
        ),
    ]
    kept = figures if ligne.maille != Maille.REGION else [*figures[:3], figures[4]]
    return [{"label": label, "value": value, "detail": detail} for label, value, detail in kept]


def _share_of(fiche: Fiche) -> str:
    whole = fiche.couverture.total
    return "" if fiche.ligne is whole else f"sur {nombre(whole.siae)} dans la région"


def _sentences(fiche: Fiche) -> list[str]:
    """Say the result in words; what is not known is not said."""
    couverture, ligne = fiche.couverture, fiche.ligne
    if ligne.maille == Maille.REGION:
        return [sentence for sentence in _region_sentences(couverture) if sentence]
    said = [f"{describe_part_connue(ligne)}."] if ligne.unites_connues < ligne.unites else []
    if ligne.classe:
        said.append(_class_sentence(couverture, ligne))
    return [*said, *filter(None, (describe_rang(fiche), _near(couverture, ligne)))]


def _class_sentence(couverture: Couverture, ligne: Ligne) -> str:
    assert ligne.classe is not None  # the caller has a class to tell
    a = "une " if ligne.classe == Classe.ZONE_BLANCHE else ""
    return (
        f"Au regard de la région, ce territoire est {a}{ligne.classe.label}\u202f: {describe_motif(couverture, ligne)}."
    )


def _region_sentences(couverture: Couverture) -> Iterator[str]:
    """Say what the State reads first: how much there is, for how many, who is served worst, who has nothing near."""
    total, unit = couverture.total, couverture.capacite.label
    etp = f" et {nombre(total.etp)} ETP" if total.etp is not None else ""
    kinds = describe_types(total)
    yield f"La région compte {nombre(total.siae)} SIAE{f' ({kinds})' if kinds else ''}{etp}."
    if total.taux is not None:
        rate = decimal(couverture.read(total, Indicateur.TAUX), 2)
        public = f"{nombre(total.besoin)} personnes du public"
        yield f"Face à {public}, le taux est de {rate} {unit} pour {nombre(couverture.pour)} personnes."
    peers = couverture.mailles[Maille.INTERCOMMUNALITE]
    judged = [peer for peer in peers if peer.classe]
    if judged:
        low = sum(peer.classe == Classe.SOUS_DOTE for peer in judged)
        blank = sum(peer.classe == Classe.ZONE_BLANCHE for peer in judged)
        also = f", et {nombre(blank)} en zone blanche" if blank else ""
        yield f"Intercommunalités sous-dotées\u202f: {nombre(low)} sur {nombre(len(peers))}{also}."
    ranked = sorted((peer for peer in peers if peer.rang), key=lambda peer: (peer.rang, -(peer.besoin or 0)))
    if worst := ranked[:WORST]:
        named = ", ".join(
            f"{peer.nom} ({decimal(couverture.read(peer, Indicateur.ACCESSIBILITE), 2)})" for peer in worst
        )
        per = f"{unit} pour {nombre(couverture.pour)} personnes"
        yield f"Les moins bien desservies, par leur accessibilité en {per}\u202f: {named}."
    yield _near(couverture, total)


def _near(couverture: Couverture, ligne: Ligne) -> str:
    """Tell how many people of the public live far from any site."""
    if ligne.portee is None or ligne.besoin is None:
        return ""
    far = f"{nombre(couverture.parametres['proximite_km'].value)}\u202fkm"
    people = f"{nombre(ligne.besoin * (1 - ligne.portee))} personnes du public ({pourcent(1 - ligne.portee)})"
    return f"À plus de {far} de tout site de SIAE habitent {people}."


def _vintages(couverture: Couverture) -> str:
    """Tell the year of the supply and of the need, those that are known."""
    years = (("offre", couverture.offre.annee), ("public", couverture.besoins.annee))
    return ", ".join(f"{name} {year}" for name, year in years if year)


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
    columns = ("Territoire", "SIAE", "ETP", "Taux", "Proximité", "Accessibilité", "Manque", "Classe")
    unit = f"Taux et accessibilité en {couverture.capacite.label} pour {nombre(couverture.pour)} personnes"
    note = f"{unit}\u202f; proximité en\u202f%\u202f; manque en {couverture.capacite.label}. {note}".strip()
    rows = [
        (
            ligne.nom,
            ligne.siae,
            ligne.etp,
            *(couverture.read(ligne, indicateur) for indicateur in indicators),
            ligne.manque,
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
        f"Les {MAX_COMMUNES} moins bien desservies des {describe_communes(communes)}."
        if len(communes) > len(shown)
        else ""
    )
    return [_measures("Les communes", couverture, shown, note)]


def _kinds(ligne: Ligne) -> Sheet:
    rows = [(TypeSiae(kind).label, count) for kind, count in ligne.siae_par_type.items()]
    return Sheet("SIAE par type", ("Type", "SIAE"), rows)


def _reaches(fiche: Fiche) -> Sheet:
    """Tell the share of the public that is near a SIAE of each kind, here and around."""
    near = f"{nombre(fiche.couverture.parametres['proximite_km'].value)}\u202fkm"
    columns = ("Type", fiche.ligne.nom, *(ligne.nom for ligne in fiche.comparaisons))
    rows = [(compared.libelle, *compared.valeurs) for compared in compare_portees(fiche)]
    return Sheet(f"Part du public à {near} ou moins d’un site, par type, en %", columns, rows)


def _publics(fiche: Fiche) -> Sheet | None:
    """Set the publics of the APL-IAE side by side, when they share the supply."""
    served = list_publics_servis(fiche)
    rows = [(each.libelle, each.poids, each.personnes, each.ici, each.region) for each in served]
    columns = ("Public", "Poids", "Personnes", fiche.ligne.nom, "Région")
    return Sheet("Accessibilité, public par public", columns, rows) if rows else None


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
