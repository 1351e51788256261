"""The fit of a project to its territory: what the diagnostic says there today, and what it would say with the project.

The offer already there is a criterion of the law (« l’offre existante », « le développement équilibré »). Everything is
plain values, kept as they are in the dossier when the examination begins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from maillage.domains.diagnostics.enums import Capacite
from maillage.domains.diagnostics.queries.ajouts import Ajout, add_sites
from maillage.domains.diagnostics.queries.couverture import KM, compute_couverture, what_if
from maillage.domains.diagnostics.queries.publics import list_available, list_series
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.offre.enums import NOUVELLES
from maillage.references.structures.models import Activite, Siae
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.domains.offre.models import Dossier
    from maillage.references.structures.queries.offre import Offre

MAILLES = (Maille.COMMUNE, Maille.INTERCOMMUNALITE, Maille.DEPARTEMENT)
MESURES = ("taux", "portee", "accessibilite")
# The nearest SIAE that are named one by one; all are counted.
PROCHES = 12


def compute_adequation(dossier: Dossier, *, on: date) -> dict[str, Any] | None:
    """Return the fit of a dossier, None while no territory is loaded or its commune is not of the region.

    `territoires` holds, for the commune, its intercommunalité and its département, each measure `avant` and `apres`
    with the ETP that the dossier would add; rates are per 1,000. `public` is how many people of the public live within
    the radius, `voisines` the SIAE that have a site there, nearest first.
    """
    choix = Choix(public=_public(dossier), capacite=Capacite.ETP)
    try:
        couverture = compute_couverture(settings.MAILLAGE_REGION, choix, mailles=MAILLES, on=on)
    except LookupError:
        return None
    found = np.flatnonzero(couverture.geographie.codes == dossier.commune.code)
    if not len(found):
        return None
    unit = int(found[0])
    after = simulate(couverture, dossier)
    secteurs = set(dossier.secteurs.values_list("pk", flat=True)) if dossier.pk else set()
    return {
        "jour": on.isoformat(),
        "public": couverture.besoins.public.libelle,
        "annee_besoin": couverture.besoins.annee,
        "annee_offre": couverture.offre.annee,
        "source": couverture.besoins.source,
        "estime": couverture.besoins.estime,
        "rayon_km": couverture.rayon,
        "etp_ajoutes": dossier.etp_ajoutes,
        "territoires": [
            _territory(before, after.mailles[maille], rank)
            for maille in MAILLES
            if (rank := _position(couverture, maille, unit)) >= 0
            for before in [couverture.mailles[maille][rank]]
        ],
        **_around(couverture, unit, dossier, secteurs),
        "parametres": [
            {
                "libelle": parametre.label,
                "valeur": parametre.amount,
                "reference": parametre.reference,
                "confirme": parametre.confirmed,
            }
            for parametre in couverture.applied.values()
        ],
    }


def simulate(couverture: Couverture, dossier: Dossier) -> Couverture:
    """Measure the coverage again as if the dossier were granted: one more site, or other ETP at its own."""
    ajout = Ajout(dossier.commune.code, dossier.type_siae, float(dossier.etp))
    changed = _change(couverture, dossier)
    return what_if(
        couverture, add_sites(couverture.offre, couverture.geographie, [ajout]) if changed is None else changed
    )


def _change(couverture: Couverture, dossier: Dossier) -> Offre | None:
    """Return the supply with the ETP that the dossier asks in all, shared between the sites of its SIAE there.

    They take the place of those worked, or granted, in the département. None for a SIAE to come, or that has no site
    in the département yet.
    """
    if dossier.demande in NOUVELLES or dossier.siae_id is None:
        return None
    offre, geographie = couverture.offre, couverture.geographie
    here = geographie.codes[geographie.departements == dossier.departement]
    sites = np.flatnonzero((offre.siae_pk == dossier.siae_id) & np.isin(offre.unite_code, here))
    if not len(sites):
        return None
    etp = offre.etp.copy()
    etp[sites] = float(dossier.etp) / len(sites)
    return replace(offre, etp=etp)


def _public(dossier: Dossier) -> str:
    """Return the public that the fit is read for: the first one aimed at that the diagnostic can compute."""
    known = [public.code for public in list_available(list_series(settings.MAILLAGE_REGION))]
    return next((code for code in dossier.publics if code in known), Choix().public)


def _position(couverture: Couverture, maille: Maille, unit: int) -> int:
    return int(couverture.geographie.partitions[maille].index[unit])


def _territory(before: Ligne, lines: Sequence[Ligne], rank: int) -> dict[str, Any]:
    after = lines[rank]
    return {
        "niveau": before.niveau,
        "code": before.code,
        "nom": before.nom,
        "classe_avant": before.classe.label if before.classe else None,
        "classe_apres": after.classe.label if after.classe else None,
        "rang_avant": before.rang,
        "rang_apres": after.rang,
        "parmi": len(lines),
        "etp": _round(before.etp),
        "mesures": [
            {"code": name, "avant": _round(getattr(before, name)), "apres": _round(getattr(after, name))}
            for name in MESURES
        ],
    }


def _around(couverture: Couverture, unit: int, dossier: Dossier, secteurs: set[int]) -> dict[str, Any]:
    """Return who lives and what SIAE stand within the radius; the dossier's own SIAE does not compete with itself."""
    geographie, offre = couverture.geographie, couverture.offre
    here = (geographie.x[unit], geographie.y[unit])
    distances = np.hypot(geographie.x - here[0], geographie.y - here[1])
    inside = np.flatnonzero(distances <= couverture.rayon * KM)
    need = couverture.besoins.valeurs[inside]
    sites = np.hypot(offre.x - here[0], offre.y - here[1])
    nearest: dict[int, float] = {}
    for site in np.argsort(sites, kind="stable").tolist():
        if sites[site] <= couverture.rayon * KM and int(offre.siae_pk[site]) != dossier.siae_id:
            nearest.setdefault(int(offre.siae_pk[site]), float(sites[site]))
    named = Siae.objects.in_bulk(list(nearest))
    same = set(Activite.objects.filter(siae__in=nearest, secteur__in=secteurs).values_list("siae_id", flat=True))
    etp = {pk: float(np.nansum(offre.etp[offre.siae_pk == pk])) for pk in nearest}
    kinds: dict[str, int] = {}
    for pk in nearest:
        kinds[named[pk].type_siae] = kinds.get(named[pk].type_siae, 0) + 1
    return {
        "personnes": round(float(np.nansum(need))) if np.isfinite(need).any() else None,
        "voisines": len(nearest),
        "voisines_meme_type": kinds.get(dossier.type_siae, 0),
        "voisines_meme_activite": len(same),
        "voisines_proches": [
            {
                "pk": pk,
                "nom": named[pk].nom,
                "type": named[pk].type_siae,
                "km": round(distance / KM, 1),
                "etp": round(etp[pk], 1) if etp[pk] else None,
                "meme_activite": pk in same,
            }
            for pk, distance in list(nearest.items())[:PROCHES]
        ],
    }


def _round(value: float | None) -> float | None:
    return None if value is None or value != value else round(float(value), 4)
