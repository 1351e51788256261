"""Tables of the ASP made on the spot: structures, persons, contracts, with faults when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from maillage.domains.parcours.models import EnvoiFiches
from maillage.references.accounts.models import Organisation
from tests.factories.accounts import OrganisationFactory, siret
from tests.factories.structures import SiaeFactory

CONTRATS = (
    "contrat_id_ctr|contrat_id_pph|contrat_id_structure|contrat_mesure_disp_code|contrat_format_contrat_code|"
    "contrat_type_contrat|contrat_date_embauche|contrat_date_fin_contrat|contrat_date_sortie_definitive|"
    "contrat_motif_sortie_code|contrat_code_rome|contrat_salarie_rsa|contrat_salarie_ass|contrat_salarie_aah|"
    "contrat_salarie_rqth|contrat_salarie_oeth|contrat_niveau_de_formation_code|contrat_duree_contrat|salarie_nir"
)
SALARIES = (
    "salarie_id|salarie_rci_libelle|salarie_nom_usage|salarie_prenom|salarie_date_naissance|salarie_nir|"
    "salarie_agrement|salarie_codeinseecom|salarie_adr_qpv_type|salarie_adr_is_zrr"
)
STRUCTURES = "structure_id_siae|structure_siret_actualise|structure_siret_signature|structure_denomination"
KINDS = ("ACI", "EI", "AI", "ETTI")
FIRST = date(2023, 1, 2)


def nir(number: int) -> str:
    """Return a right NIR, of a man born in May 1988."""
    body = f"18805{number // 1000 % 95 + 1:02d}{number % 1000:03d}{number // 95_000 % 1000:03d}"
    return f"{body}{97 - int(body) % 97:02d}"


def table(name: str, header: str, lines: Iterator[str] | list[str]) -> bytes:
    """Return a table as the ASP writes it."""
    return "\n".join([f"DEB_fluxIAE_{name}", header, *lines, f"FIN_fluxIAE_{name}", ""]).encode()


def structures(count: int) -> bytes:
    """Make SIAE known, four kinds in turn, and return the table that numbers them from 4001."""
    for number in range(count):
        if not Organisation.objects.filter(siret=siret(number + 1)).exists():
            SiaeFactory(organisation__siret=siret(number + 1), type_siae=KINDS[number % len(KINDS)])
    return table(
        "Structure",
        STRUCTURES,
        [f"{4001 + number}|{siret(number + 1)}|{siret(number + 1)}|Structure {number}" for number in range(count)],
    )


def salaries(count: int) -> bytes:
    """Return the table of persons numbered from 700000."""
    return table(
        "Salarie",
        SALARIES,
        [
            f"{700_000 + number}|M.|NOM{number}|PRENOM|15/05/1988|{nir(number)}||93066|"
            f"{('QP', 'NQP')[number % 2]}|FALSE"
            for number in range(count)
        ],
    )


@dataclass(frozen=True, slots=True)
class Fautes:
    """How many lines of each fault a table of contracts holds."""

    structure: int = 0
    chevauchement: int = 0
    deux_nir: int = 0
    date: int = 0

    @property
    def total(self) -> int:
        return self.structure + self.chevauchement + self.deux_nir + self.date


def contrats(count: int, *, persons: int, structures: int, every: int = 0) -> tuple[bytes, Fautes]:
    """Return a table of `count` contracts, three or so per person, that follow each other in one SIAE.

    One line in `every` is faulty, the four faults in turn: unknown structure, days already taken, another NIR,
    impossible date.
    """
    lines, faults = [], [0, 0, 0, 0]
    for number in range(count):
        person, rank = number % persons, number // persons
        place = person % structures
        kind = KINDS[place % len(KINDS)]
        begin = FIRST + timedelta(days=person % 200 + 125 * rank)
        end = begin + timedelta(days=124)
        cells = {
            "structure": str(4001 + place),
            "debut": f"{begin:%d/%m/%Y}",
            "fin": f"{end:%d/%m/%Y}",
            "nir": "",
        }
        if every and number % every == every - 1:
            fault = number // every % 4
            # Days are taken by the contract before, if it is a right one of those that leave no room for another.
            durable = kind in ("ACI", "EI") and rank > 0 and (number - persons) % every != every - 1
            if fault == 1 and not durable:
                fault = 0
            faults[fault] += 1
            match fault:
                case 0:
                    cells["structure"] = "999999"
                case 1:
                    cells["debut"] = f"{begin - timedelta(days=100):%d/%m/%Y}"
                case 2:
                    cells["nir"] = nir(person + 1)
                case 3:
                    cells["fin"] = f"31/02/{end.year}"
        form = {"ACI": "CDDI", "EI": "CDDI", "AI": "CDDU", "ETTI": "CTT"}[kind]
        lines.append(
            f"{1_000_000 + number}|{700_000 + person}|{cells['structure']}|{kind}_DC|{form}|{rank}|{cells['debut']}|"
            f"{cells['fin']}||||{('NON', 'OUI-M', 'OUI-NM')[person % 3]}|FALSE|FALSE|{('TRUE', 'FALSE')[person % 2]}|"
            f"FALSE|{('40', '30', '60')[person % 3]}|4|{cells['nir']}"
        )
    return table("ContratMission", CONTRATS, lines), Fautes(*faults)


class EnvoiFichesFactory(DjangoModelFactory[EnvoiFiches]):
    class Meta:
        model = EnvoiFiches

    organisation = factory.SubFactory(OrganisationFactory)
    nom = factory.Sequence(lambda n: f"RIAE_FS_2026{n:010}.json")
    cree_le = factory.LazyFunction(timezone.now)
