"""The local economy of the fictional region, and who works in which trade: bassins, trades, figures, projects."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Sum

from maillage.demo.calibration import apportion
from maillage.demo.places import read_places
from maillage.demo.region import get_region
from maillage.demo.siae import make_siret
from maillage.references.economie import rules
from maillage.references.economie.enums import Nomenclature
from maillage.references.economie.rules import FicheProjet, LigneBmo
from maillage.references.economie.services.employeurs import LigneEmployeur, record_employeurs
from maillage.references.economie.services.nomenclatures import (
    LigneFap,
    LigneRome,
    link_romes,
    record_faps,
    record_romes,
)
from maillage.references.economie.services.projets import register_projet
from maillage.references.economie.services.series import (
    LigneOffres,
    LigneTension,
    record_bmo,
    record_offres,
    record_tensions,
)
from maillage.references.structures.models import Activite, EffectifAnnuel
from maillage.references.structures.services.effectifs_secteurs import LigneEffectif, record_effectifs_secteurs
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.services.zonages import record_zonage

if TYPE_CHECKING:
    from datetime import date

    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.places import Places
    from maillage.references.accounts.models import User

HERE = Path(__file__).parent
FAP = Nomenclature.FAP_2021
# Fictional SIRET of the employers begin here, above those of every organisation of the region.
EMPLOYEURS = 8000
NOISE = 0.35


@cache
def get_facts() -> dict[str, Any]:
    """Return the whole of `economie.toml`."""
    return tomllib.loads((HERE / "economie.toml").read_text(encoding="utf-8"))


def load_bassins(actor: User, on: date) -> int:
    """Cut the region into fictional bassins: one per EPT, Paris, the north and the south of the other départements."""
    region = get_region()
    places = read_places(region)
    lignes = draw_bassins(places)
    millesime = Territoire.objects.filter(niveau=Niveau.COMMUNE, region=region.code).latest("millesime").millesime
    record_zonage(
        maille=Maille.BASSIN,
        lignes=lignes,
        millesime=millesime,
        source=f"{region.source}, bassins inventés",
        actor=actor,
        on=on,
    )
    return len({code for _, code, _ in lignes})


def draw_bassins(places: Places) -> list[tuple[str, str, str]]:
    """Return (commune, code of its bassin, name) for every unit."""
    names = dict(Territoire.objects.en_vigueur().filter(niveau=Niveau.EPT).values_list("code", "nom"))
    ept = {code: f"F{rank:02}" for rank, code in enumerate(sorted(names), start=1)}
    middle = {
        departement: float(np.nanmedian(places.y[places.departements == departement]))
        for departement in np.unique(places.departements).tolist()
    }
    lignes = []
    for unit, commune in enumerate(places.codes.tolist()):
        level, code = places.intercos[unit]
        departement = str(places.departements[unit])
        if level == Niveau.EPT:
            bassin = (ept[code], f"Bassin {names[code]}")
        elif departement == "75":
            bassin = ("F75", "Bassin de Paris")
        else:
            north = not places.y[unit] < middle[departement]
            bassin = (f"F{departement}{'N' if north else 'S'}", f"Bassin {'nord' if north else 'sud'} du {departement}")
        lignes.append((commune, *bassin))
    return lignes


def load_economie(actor: User, on: date) -> int:
    """Write trades, surveys, tensions, vacancies and employers; return how many lines; again, it changes nothing."""
    facts = get_facts()
    common: dict[str, Any] = {"actor": actor, "on": on, "source": facts["source"]}
    metiers = facts["metiers"]
    record_faps(nomenclature=FAP, lignes=[LigneFap(m["code"], m["libelle"], m["famille"]) for m in metiers], **common)
    record_romes(lignes=[LigneRome(code, libelle) for code, libelle in facts["romes"].items()], **common)
    liens = [(m["code"], rome) for m in metiers for rome in m["romes"]]
    link_romes(nomenclature=FAP, liens=liens, **common)
    places = read_places(get_region())
    bmo = draw_bmo(places)
    record_bmo(nomenclature=FAP, lignes=bmo, **common)
    tensions = draw_tensions()
    record_tensions(nomenclature=FAP, lignes=tensions, **common)
    offres = draw_offres(bmo)
    record_offres(lignes=offres, **common)
    employeurs = draw_employeurs(places)
    record_employeurs(lignes=employeurs, **common)
    return len(bmo) + len(tensions) + len(offres) + len(employeurs)


def draw_bmo(places: Places) -> list[LigneBmo]:
    """Return the figures of each trade in each bassin, survey by survey; the smallest are withheld."""
    facts = get_facts()
    draw = get_region().draw("bmo")
    population: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (_, code, _), departement, people in zip(
        draw_bassins(places), places.departements.tolist(), places.population.tolist(), strict=True
    ):
        population[code, departement] += people
    weights = np.array([metier["poids"] for metier in facts["metiers"]], dtype=np.float64)
    lignes = []
    for (code, departement), people in sorted(population.items()):
        local = weights * np.exp(draw.normal(0.0, NOISE, len(weights)))
        shares = draw.normal(1.0, 0.1, (2, len(weights)))
        for rank, annee in enumerate(facts["annees"]):
            total = round(people * facts["part_population"] * (1 + facts["evolution"]) ** rank)
            projets = apportion(total, local * np.exp(draw.normal(0.0, NOISE / 4, len(weights))))
            for metier, count, difficult, seasonal in zip(
                facts["metiers"], projets.tolist(), *shares.tolist(), strict=True
            ):
                figures = {
                    "projets": count,
                    "difficiles": min(count, round(count * metier["difficiles"] * difficult)),
                    "saisonniers": min(count, max(0, round(count * metier["saisonniers"] * seasonal))),
                }
                hidden = tuple(name for name, value in figures.items() if 0 < value < facts["secret"])
                known: dict[str, Any] = {n: None if n in hidden else value for n, value in figures.items()}
                lignes.append(
                    LigneBmo(metier["code"], "bassin", code, annee, **known, secrets=hidden, departement=departement)
                )
    return lignes


def draw_tensions() -> list[LigneTension]:
    """Return the tension of each trade in each département, around its level."""
    facts, region = get_facts(), get_region()
    draw = region.draw("tensions")
    lignes = []
    for metier in facts["metiers"]:
        for departement in region.departements:
            level = int(np.clip(metier["tension"] + draw.choice([-1, 0, 0, 1]), 1, 5))
            causes = tuple(int(np.clip(level + draw.integers(-2, 3), 1, 5)) for _ in range(6))
            figure = Decimal(str(round((level - 2.5) * 0.6 + float(draw.normal(0, 0.1)), 4)))
            employed = 100 * int(metier["poids"] * draw.uniform(1.5, 4.0))
            lignes.append(
                LigneTension(metier["code"], departement.code, facts["annees"][-1], employed, figure, level, causes)
            )
    return lignes


def draw_offres(bmo: list[LigneBmo]) -> list[LigneOffres]:
    """Return the vacancies by trade of the ROME, département and year, a share of the projects; and their sum."""
    facts = get_facts()
    draw = get_region().draw("offres")
    romes = {metier["code"]: metier["romes"] for metier in facts["metiers"]}
    counts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for ligne in bmo:
        for rome in romes[ligne.fap_code]:
            share = 0.55 / len(romes[ligne.fap_code]) * float(draw.uniform(0.8, 1.2))
            counts[rome, ligne.departement, str(ligne.annee)] += round((ligne.projets or 0) * share)
    whole: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (rome, _, periode), offres in counts.items():
        whole[rome, periode] += offres
    region = get_region().code
    return [
        *(LigneOffres(rome, "departement", code, periode, n) for (rome, code, periode), n in sorted(counts.items())),
        *(LigneOffres(rome, "region", region, periode, n) for (rome, periode), n in sorted(whole.items())),
    ]


def draw_employeurs(places: Places) -> list[LigneEmployeur]:
    """Return invented establishments in communes drawn by their population; two in three announce hires."""
    facts = get_facts()
    employeurs = facts["employeurs"]
    draw = get_region().draw("employeurs")
    trades = {naf: words for naf, words in employeurs.items() if isinstance(words, list)}
    nafs = sorted(trades)
    units = draw.choice(
        len(places.codes), size=employeurs["nombre"], p=places.population / places.population.sum(), replace=False
    )
    lignes = []
    for number, unit in enumerate(units.tolist()):
        naf = nafs[int(draw.integers(len(nafs)))]
        word = trades[naf][int(draw.integers(len(trades[naf])))]
        hires = int(draw.integers(2, 60)) if draw.random() < 2 / 3 else None
        lignes.append(
            LigneEmployeur(
                siret=make_siret(EMPLOYEURS + number),
                denomination=f"{word} de {places.noms[unit]} (fictif)",
                commune=str(places.codes[unit]),
                naf=naf,
                tranche=str(draw.choice(["11", "12", "12", "21", "21", "22", "31", "32"])),
                intentions=hires,
                annee=facts["annees"][-1] if hires else None,
            )
        )
    return lignes


def load_projets(actor: User, on: date) -> int:
    """Open the sheets of the great projects; names and places are public, figures are not."""
    facts = get_facts()
    source = f"Nom et lieux publics ; {facts['source']}"
    for row in facts["projet"]:
        fiche = FicheProjet(
            nom=row["nom"],
            programme=row["programme"],
            description=row.get("description", ""),
            debut=row["debut"],
            fin=row["fin"],
            heures_prevues=row.get("heures_prevues"),
            heures_realisees=row.get("heures_realisees"),
            source=source,
            lieux=rules.read_lieux("\n".join(row["lieux"])),
            phases=rules.read_phases("\n".join(row.get("phases", ()))),
            metiers=rules.read_metiers("\n".join(row["metiers"])),
            acheteurs=tuple(make_siret(number) for number in row.get("acheteurs", ())),
        )
        register_projet(fiche=fiche, etat=row["etat"], actor=actor, on=on)
    return len(facts["projet"])


def load_effectifs(actor: User, on: date) -> int:
    """Share the employees of each SIAE between its sectors, women and men: 39 % of women in the region, each year."""
    region = get_region()
    lignes: list[LigneEffectif] = []
    for annee in region.annees[-2:]:
        lignes += draw_effectifs(annee)
    record_effectifs_secteurs(lignes=lignes, actor=actor, on=on, source=get_facts()["source"])
    return len(lignes)


def draw_effectifs(annee: int) -> list[LigneEffectif]:
    """Return the women, men and hours of every SIAE in each of its sectors, for one year."""
    facts = get_facts()["mixite"]
    rows = (
        EffectifAnnuel.objects.filter(annee=annee).values("siae").annotate(n=Sum("salaries"), etp=Sum("etp_realises"))
    )
    figures = {row["siae"]: (row["n"] or 0, row["etp"] or Decimal(0)) for row in rows}
    works: defaultdict[int, list[tuple[str, str, float, str, str]]] = defaultdict(list)
    names = (
        "siae",
        "siae__organisation__siret",
        "siae__type_siae",
        "secteur__code",
        "secteur__groupe__code",
        "part_heures",
    )
    for siae, siret, kind, code, groupe, part in Activite.objects.order_by("siae", "secteur__code").values_list(*names):
        if siae in figures and part:
            works[siae].append((siret, kind, float(part), code, groupe))
    cells: list[tuple[str, str, str, int, Decimal, float]] = []
    for siae, several in works.items():
        people, etp = figures[siae]
        parts = np.array([part for _, _, part, _, _ in several])
        for (siret, kind, part, code, groupe), count in zip(several, apportion(people, parts).tolist(), strict=True):
            hours = round(etp * Decimal(str(part)) / 100 * facts["heures_par_etp"], 2)
            cells.append((siret, kind, code, count, hours, facts["groupes"].get(groupe, facts["autres"])))
    counts = np.array([cell[3] for cell in cells], dtype=np.int64)
    women = _draw_women(counts, np.array([cell[5] for cell in cells]), facts["femmes"], annee)
    return [
        LigneEffectif(siret, kind, code, annee, int(femmes), count - int(femmes), hours)
        for (siret, kind, code, count, hours, _), femmes in zip(cells, women.tolist(), strict=True)
    ]


def _draw_women(counts: Integers, shares: Numbers, wanted: float, annee: int) -> Integers:
    """Return how many women each cell holds: around its share, and the wanted share of all."""
    draw = get_region().draw(f"mixite {annee}")
    logits = np.log(shares / (1 - shares)) + draw.normal(0.0, NOISE, len(shares))
    low, high = -10.0, 10.0
    for _ in range(60):
        shift = (low + high) / 2
        expected = counts / (1 + np.exp(-(logits + shift)))
        low, high = (shift, high) if expected.sum() < wanted * counts.sum() else (low, shift)
    women: Integers = np.floor(expected).astype(np.int64)
    missing = round(wanted * int(counts.sum())) - int(women.sum())
    women[np.argsort(women - expected, kind="stable")[:missing]] += 1
    return women
