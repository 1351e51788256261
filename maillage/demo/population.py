"""Write the drawn population of the fictional region: by columns, table after table."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from maillage.demo.contrats import (
    JAMAIS,
    Contrats,
    Lignes,
    Mois,
)
from maillage.demo.copie import NULL, pour, reserve
from maillage.demo.personnes import pour_personnes, texts
from maillage.demo.region import get_region
from maillage.demo.sejours import TITRE_JOURS, Cellules, Sejours
from maillage.domains.parcours.enums.titre import Regime
from maillage.domains.parcours.models import (
    Contrat,
    EtatMensuel,
    Prolongation,
    Situation,
    Sortie,
    Suspension,
    TitreParcours,
)
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import Membre
from maillage.references.economie.models import FapRome
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.structures.models import Secteur, Siae

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers, Numbers
    from maillage.demo.traits import Traits

SOURCE = "déclaration à l’embauche"
PLAFOND_SUSPENSION = 1096  # 36 months, the longest suspension
PAYEES = 1820 / 1607  # hours paid for an hour worked, where holidays are


@cache
def get_facts() -> dict[str, Any]:
    """Return the whole of `parcours.toml`."""
    return tomllib.loads(Path(__file__).with_name("parcours.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Population:
    """Everything drawn: stays, then who each person is, then what follows from the stays."""

    cellules: Cellules
    sejours: Sejours
    traits: Traits
    premier: Integers  # first stay of each person
    communes: NDArray[np.str_]
    secteurs: Integers  # of each stay
    hebdo: Numbers  # weekly hours of each stay, nan for assignments
    cdi: NDArray[np.bool_]
    suspensions: Lignes
    prolongations: Lignes
    contrats: Contrats
    mois: Mois
    motifs: NDArray[np.str_]  # of each stay, "" for those who are still there
    on: int


def write(found: Population) -> None:
    """Write the rows, table by table; keys are taken from the sequences first, so that rows name each other."""
    sejours, cellules = found.sejours, found.cellules
    draw = get_region().draw("identites")
    first = sejours.debut[found.premier]
    created = [f"{text} 09:00" for text in texts(first)]
    departements = cellules.departement[sejours.cellule[found.premier]].tolist()
    personnes = np.array(
        pour_personnes(found.traits.sexe, found.traits.naissance, found.communes.tolist(), departements, created, draw)
    )
    _write_situations(found.traits, personnes, texts(first))
    _write_relations(found, personnes)
    titres = np.array(reserve(TitreParcours, len(personnes)))
    pour(
        TitreParcours,
        {
            "id": _strings(titres),
            "regime": [str(Regime.PASS_IAE)] * len(titres),
            "numero": [f"99999{rank:07}" for rank in range(1, len(titres) + 1)],
            "personne_id": _strings(personnes),
            "debut": texts(first),
            "duree_jours": [str(TITRE_JOURS)] * len(titres),
            "jours_suspendus": ["0"] * len(titres),
            "jours_prolonges": ["0"] * len(titres),
            "motif_annulation": [""] * len(titres),
            "cree_le": created,
        },
    )
    _write_moves(found, titres)
    _write_contrats(found, personnes, titres)


def _numbers(values: Numbers) -> list[str]:
    return [NULL if missing else str(value) for value, missing in zip(values, np.isnan(values), strict=True)]


def _strings(values: Any) -> list[str]:
    return list(map(str, np.asarray(values).tolist()))


def _write_situations(traits: Traits, personnes: Integers, days: Sequence[str]) -> None:
    flags = {name: np.where(values, "t", "f").tolist() for name, values in traits.oui.items()}
    pour(
        Situation,
        {
            "id": _strings(reserve(Situation, len(personnes))),
            "personne_id": _strings(personnes),
            "niveau_formation": traits.niveau.tolist(),
            "duree_chomage": [NULL if code < 0 else str(code) for code in traits.chomage.tolist()],
            "rsa": traits.rsa.tolist(),
            **flags,
            "zrr": ["f"] * len(personnes),
            "source": [SOURCE] * len(personnes),
            "maj_le": days,
        },
    )


def _write_relations(found: Population, personnes: Integers) -> None:
    """Write one relation per stay; the CIP of the accounts are the référents of those of their SIAE."""
    sejours, over = found.sejours, found.sejours.fin <= found.on
    organisations = dict(Siae.objects.values_list("pk", "organisation_id"))
    siae = found.cellules.siae[sejours.cellule]
    own = np.array([organisations[code] for code in siae.tolist()])
    referents = [NULL] * len(sejours)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for membre in conseillers():
        members[membre.organisation_id].append(membre.pk)
    for organisation, cips in members.items():
        here = np.flatnonzero(own == organisation)
        here = here[np.argsort(over[here], kind="stable")]  # those who are still there first
        for rank, place in enumerate(here.tolist()):
            second = len(cips) > 1 and rank >= get_facts()["suivi"]["conseiller"] and (not over[place] or rank % 2)
            referents[place] = str(cips[1 if second else 0])
    pour(
        Relation,
        {
            "id": _strings(reserve(Relation, len(sejours))),
            "personne_id": _strings(personnes[sejours.personne]),
            "organisation_id": _strings(own),
            "type": [str(TypeRelation.CONTRAT)] * len(sejours),
            "referent_id": referents,
            "debut": texts(sejours.debut),
            "fin": _until(np.where(over, sejours.fin, JAMAIS)),
        },
    )


def _until(days: Integers) -> list[str]:
    """Return days as texts, `JAMAIS` as null."""
    known = texts(np.where(days == JAMAIS, 0, days))
    return [NULL if never else text for text, never in zip(known, (days == JAMAIS).tolist(), strict=True)]


def _write_moves(found: Population, titres: Integers) -> None:
    """Write what moves the end of the rights: the database counts their days by itself."""
    siae = found.cellules.siae[found.sejours.cellule]
    rows, rules = found.prolongations, get_facts()["prolongation"]
    pour(
        Prolongation,
        {
            "id": _strings(reserve(Prolongation, len(rows.personne))),
            "titre_id": _strings(titres[rows.personne]),
            "siae_id": _strings(siae[rows.sejour]),
            "motif": rows.motif.tolist(),
            "jours": _strings(rows.fin),
            "plafond_jours": [str(rules[motif]["jours"]) for motif in rows.motif.tolist()],
            "plafond_cumul_jours": [str(rules[motif].get("cumul", NULL)) for motif in rows.motif.tolist()],
            "accordee_le": texts(rows.debut),
        },
    )
    rows = found.suspensions
    pour(
        Suspension,
        {
            "id": _strings(reserve(Suspension, len(rows.personne))),
            "titre_id": _strings(titres[rows.personne]),
            "siae_id": _strings(siae[rows.sejour]),
            "motif": rows.motif.tolist(),
            "debut": texts(rows.debut),
            "fin": texts(rows.fin),
            "plafond_jours": [str(PLAFOND_SUSPENSION)] * len(rows.personne),
        },
    )


def _write_contrats(found: Population, personnes: Integers, titres: Integers) -> None:
    sejours, contrats = found.sejours, found.contrats
    who = sejours.personne[contrats.sejour]
    keys = np.array(reserve(Contrat, len(who)))
    kinds = found.cellules.kind[sejours.cellule]
    types = np.array([get_facts()["type"][kind]["contrat"] for kind in kinds.tolist()], dtype="<U20")
    types[found.cdi] = "cdi_inclusion"
    before = np.where(contrats.rang > 0, np.roll(keys, 1), 0).tolist()
    romes = _draw_romes(found.secteurs)
    pour(
        Contrat,
        {
            "id": _strings(keys),
            "personne_id": _strings(personnes[who]),
            "siae_id": _strings(found.cellules.siae[sejours.cellule[contrats.sejour]]),
            "titre_id": _strings(titres[who]),
            "type": types[contrats.sejour].tolist(),
            "debut": texts(contrats.debut),
            "fin_prevue": _until(contrats.fin_prevue),
            "fin": _until(contrats.fin),
            "heures_semaine": _numbers(found.hebdo[contrats.sejour]),
            "rome_id": [romes[stay] for stay in contrats.sejour.tolist()],
            "precedent_id": [str(key) if key else NULL for key in before],
            "derogation": [""] * len(keys),
            "cree_le": [f"{text} 09:00" for text in texts(contrats.debut)],
        },
    )
    last = np.concatenate([contrats.sejour[1:] != contrats.sejour[:-1], [True]])
    gone = np.flatnonzero(last & (found.motifs != "")[contrats.sejour])
    told = np.minimum(contrats.fin[gone] + get_region().draw("saisies").integers(0, 12, len(gone)), found.on)
    pour(
        Sortie,
        {
            "id": _strings(reserve(Sortie, len(gone))),
            "contrat_id": _strings(keys[gone]),
            "motif": found.motifs[contrats.sejour[gone]].tolist(),
            "saisie_le": texts(told),
        },
    )
    mois = found.mois
    paid = np.where(np.isnan(found.hebdo[contrats.sejour[mois.contrat]]), 1.0, PAYEES) * mois.heures
    pour(
        EtatMensuel,
        {
            "id": _strings(reserve(EtatMensuel, len(mois.contrat))),
            "contrat_id": _strings(keys[mois.contrat]),
            "mois": texts(mois.mois),
            "heures": [f"{hours:.2f}" for hours in mois.heures.tolist()],
            "heures_payees": [f"{hours:.2f}" for hours in paid.tolist()],
        },
    )


def _draw_romes(secteurs: Integers) -> list[str]:
    """Return a trade of the sector of each stay, null where no trade leads to its group."""
    by_group: defaultdict[str, set[int]] = defaultdict(set)
    for link in FapRome.objects.select_related("fap"):
        for group in link.fap.secteurs:
            by_group[group].add(link.rome_id)
    groups = dict(Secteur.objects.values_list("pk", "groupe__code"))
    choices = {pk: sorted(by_group[code]) for pk, code in groups.items()}
    ranks = get_region().draw("romes").integers(0, 10**6, len(secteurs)).tolist()
    return [
        str(romes[rank % len(romes)]) if (romes := choices.get(secteur, [])) else NULL
        for secteur, rank in zip(secteurs.tolist(), ranks, strict=True)
    ]


def conseillers() -> Any:
    return Membre.objects.actifs().filter(profil=ProfilMembre.SIAE_ACCOMPAGNEMENT).order_by("user__email")
