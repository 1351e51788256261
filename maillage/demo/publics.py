"""Whom the fictional SIAE employ, what the State asks of them, what some tell that they did."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Sum

from maillage.demo.region import get_region
from maillage.domains.offre.enums import SourceObjectif
from maillage.domains.offre.models import BonnePratique, Objectif
from maillage.domains.offre.rules.publics import FicheObjectif, LigneRealisation
from maillage.domains.offre.services.objectifs import set_objectif
from maillage.domains.offre.services.pratiques import FichePratique, tell_pratique
from maillage.domains.offre.services.realisations import record_realisations
from maillage.references.accounts.models import User
from maillage.references.structures.models import EffectifAnnuel, GroupeSecteur
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from maillage.demo.calibration import Integers, Numbers

DOMAINE = "@maillage.example"
STEPS = 60  # of the bisection: the shift of the odds is then exact to a rounding


@cache
def read_publics() -> dict[str, Any]:
    """Return the facts of `publics.toml`."""
    return tomllib.loads(Path(__file__).with_name("publics.toml").read_text("utf-8"))


def load_publics(actor: User, on: date) -> int:
    """Record whom every SIAE employs and return how many lines it takes; again, it changes nothing."""
    lignes = list(_draw_lignes())
    done = record_realisations(lignes=lignes, source=get_region().source, actor=actor, on=on)
    if done.refusals:
        raise ValueError(f"the publics of the fictional region are refused: {done.refusals}")
    return len(lignes)


def load_objectifs(on: date) -> int:
    """Set the objectives of the region and its départements that are not set yet, and return how many there are."""
    if not Objectif.objects.exists():
        region, departement = (
            User.objects.get(email=f"{role}{DOMAINE}") for role in ("etat_region", "etat_departement")
        )
        own = (
            set(departement.membre.organisation.competences.values_list("code", flat=True))
            if departement.membre
            else set()
        )
        for fiche in _draw_objectifs(on):
            set_objectif(fiche=fiche, actor=departement if fiche.code in own else region)
    return Objectif.objects.count()


def load_pratiques(on: date) -> int:
    """Tell the actions that are not told yet, and return how many there are."""
    known = set(BonnePratique.objects.values_list("titre", flat=True))
    groupes = {groupe.code: groupe for groupe in GroupeSecteur.objects.all()}
    for row in read_publics()["pratique"]:
        if row["titre"] not in known:
            fiche = FichePratique(
                titre=row["titre"],
                public=row["public"],
                type_siae=row.get("type", ""),
                groupe=groupes.get(row.get("groupe", "")),
                departement=row.get("departement", ""),
                annee=row["annee"],
                action=row["action"],
                resultat=row["resultat"],
                part_avant=Decimal(row["avant"]) if "avant" in row else None,
                part_apres=Decimal(row["apres"]) if "apres" in row else None,
            )
            tell_pratique(fiche=fiche, actor=User.objects.get(email=f"{row['par']}{DOMAINE}"), on=on)
    return BonnePratique.objects.count()


def _draw_lignes() -> Iterator[LigneRealisation]:
    """Yield the line of each SIAE and year that has employees."""
    facts = read_publics()
    rows = (
        EffectifAnnuel.objects.filter(annee__in=facts["annees"], salaries__gt=0)
        .values_list("annee", "siae_id", "siae__type_siae")
        .annotate(Sum("salaries"))
        .order_by("annee", "siae__organisation__siret", "siae_id")
    )
    by_year: defaultdict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for annee, siae, kind, salaries in rows:
        by_year[annee].append((siae, kind, salaries))
    leanings = {
        siae: number for number, siae in enumerate(sorted({row[0] for each in by_year.values() for row in each}))
    }
    for rank, annee in enumerate(facts["annees"]):
        keys = [siae for siae, _, _ in by_year[annee]]
        kinds = [kind for _, kind, _ in by_year[annee]]
        totals = np.array([salaries for _, _, salaries in by_year[annee]], np.int64)
        places = np.array([leanings[siae] for siae in keys], np.int64)
        counts: dict[str, Integers] = {}
        for public, row in facts["public"].items():
            noise = get_region().draw(f"publics-{public}").normal(0.0, row["dispersion"], len(leanings))[places]
            odds = np.log([row["penchant"][kind] for kind in kinds]) + noise
            counts[public] = _spread(counts.get(row.get("parmi", ""), totals), row["parts"][rank] / 100, odds)
        for place, siae in enumerate(keys):
            effectifs = tuple((public, int(values[place])) for public, values in counts.items())
            yield LigneRealisation(siae, annee, int(totals[place]), effectifs)


def _spread(totals: Integers, share: float, odds: Numbers) -> Integers:
    """Return how many of each total, following the odds (logarithms), so that they are `share` of all, rounded."""
    wanted = round(float(totals.sum()) * share)
    low, high = -20.0, 20.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (totals / (1 + np.exp(-(odds + middle)))).sum() < wanted:
            low = middle
        else:
            high = middle
    quotas = totals / (1 + np.exp(-(odds + low)))
    parts: Integers = np.floor(quotas).astype(np.int64)
    order = np.argsort(parts - quotas, kind="stable")
    rest = order[(parts < totals)[order]][: wanted - int(parts.sum())]
    parts[rest] += 1
    return parts


def _draw_objectifs(on: date) -> Iterator[FicheObjectif]:
    facts, region = read_publics(), get_region()
    places = [(Niveau.REGION.value, region.code, 0.0)]
    places += [(Niveau.DEPARTEMENT.value, each.code, facts["ecart"][each.code]) for each in region.departements]
    for row in facts["objectif"]:
        for niveau, code, ecart in places if row.get("departements") else places[:1]:
            for rank, annee in enumerate(facts["objectifs"]["annees"]):
                part = row["parts"][rank] + ecart * row["parts"][rank] / 40 if "parts" in row else None
                whole = niveau == Niveau.REGION
                yield FicheObjectif(
                    public=row["public"],
                    niveau=niveau,
                    code=code,
                    type_siae=row.get("type", ""),
                    annee=annee,
                    cible_part=None if part is None else Decimal(f"{part:.1f}"),
                    cible_nombre=row["nombre"][rank] if "nombre" in row else None,
                    source=SourceObjectif.COR_IAE if whole else SourceObjectif.CDIAE,
                    reference=f"séance fictive de décembre {annee - 1}",
                )
