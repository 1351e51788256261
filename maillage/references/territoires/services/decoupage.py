"""Write the units, ensembles, memberships, populations and passages of one region from the tables of facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Appartenance, PassageCog, Population, Territoire
from maillage.references.territoires.rules import shared
from maillage.references.territoires.services.synchronisation import Bilan, Synchronisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.references.territoires.queries.faits import CommuneFait, Decoupage

# The mailles that the division itself gives; the others come with their own files.
MAILLES_DU_DECOUPAGE = (Maille.VILLE, Maille.INTERCOMMUNALITE, Maille.METROPOLE, Maille.DEPARTEMENT, Maille.REGION)

_TERRITOIRES = Synchronisation(key=("niveau", "code"), fields=("nom", "departement", "region", "codes_postaux"))
_APPARTENANCES = Synchronisation(key=("unite_id", "maille"), fields=("ensemble_id",), prune=True)
_POPULATIONS = Synchronisation(key=("unite_id", "annee"), fields=("valeur", "source"))
_PASSAGES = Synchronisation(key=("ancien_code",), fields=("ancien_nom", "code"), prune=True)

Identite = tuple[str, str]


@dataclass(slots=True)
class BilanDecoupage:
    """What was written, and what the source lacks: units without population or intercommunalité, EPCI astride."""

    ecritures: Bilan
    sans_population: list[str] = field(default_factory=list)
    sans_intercommunalite: list[str] = field(default_factory=list)
    a_cheval: list[str] = field(default_factory=list)


def record_decoupage(*, places: Places, region: str) -> BilanDecoupage:
    """Bring the territories of `region` to what the tables say; the caller holds the transaction."""
    decoupage = places.decoupage
    units = [commune for commune in decoupage.communes if commune.region == region and places.is_unit(commune)]
    links = {unit.code: dict(places.ensembles_of(unit)) for unit in units}
    wanted = {(Niveau.COMMUNE.value, unit.code) for unit in units}
    wanted |= {ensemble for ensembles in links.values() for ensemble in ensembles.values()}
    rows = [places.territoire(identity) for identity in sorted(wanted)]
    scope = Territoire.objects.filter(millesime=decoupage.millesime, code__in=[row.code for row in rows])
    bilan = _TERRITOIRES.run(scope, rows)
    pks = {(niveau, code): pk for niveau, code, pk in scope.values_list("niveau", "code", "pk")}
    of_region = {"unite__region": region, "unite__millesime": decoupage.millesime}
    bilan += _APPARTENANCES.run(
        Appartenance.objects.filter(**of_region, maille__in=MAILLES_DU_DECOUPAGE),
        [
            Appartenance(unite_id=pks[Niveau.COMMUNE.value, code], maille=maille, ensemble_id=pks[ensemble])
            for code, ensembles in links.items()
            for maille, ensemble in ensembles.items()
        ],
    )
    bilan += _POPULATIONS.run(
        Population.objects.filter(**of_region),
        [
            Population(
                unite_id=pks[Niveau.COMMUNE.value, unit.code],
                annee=decoupage.populations[unit.departement],
                valeur=unit.population,
                source=decoupage.sources["population"],
            )
            for unit in units
            if unit.population is not None
        ],
    )
    bilan += _PASSAGES.run(
        PassageCog.objects.filter(millesime=decoupage.millesime),
        [
            PassageCog(
                ancien_code=passage.ancien_code,
                ancien_nom=passage.ancien_nom,
                code=passage.code,
                millesime=decoupage.millesime,
            )
            for passage in decoupage.passages
        ],
    )
    return BilanDecoupage(
        ecritures=bilan,
        sans_population=[unit.code for unit in units if unit.population is None],
        sans_intercommunalite=[unit.code for unit in units if Maille.INTERCOMMUNALITE not in links[unit.code]],
        a_cheval=[row.nom for row in rows if not row.region],
    )


class Places:
    """Where each commune stands in the division, and the territory that each ensemble becomes."""

    def __init__(self, decoupage: Decoupage) -> None:
        self.decoupage = decoupage
        self.ensembles = {ensemble.code: ensemble for ensemble in decoupage.ensembles if len(ensemble.code) == 9}
        self.villes = {commune.commune_mere for commune in decoupage.communes if commune.commune_mere}
        self.noms = {(ensemble.niveau, ensemble.code): ensemble.nom for ensemble in decoupage.ensembles}
        self.noms |= {
            (Niveau.VILLE if commune.code in self.villes else Niveau.COMMUNE, commune.code): commune.nom
            for commune in decoupage.communes
        }
        self.postaux = {commune.code: list(commune.codes_postaux) for commune in decoupage.communes}
        self.situations: defaultdict[Identite, set[tuple[str, str]]] = defaultdict(set)
        for commune in filter(self.is_unit, decoupage.communes):
            for identity in [(Niveau.COMMUNE.value, commune.code), *dict(self.ensembles_of(commune)).values()]:
                self.situations[identity].add((commune.departement, commune.region))

    def is_unit(self, commune: CommuneFait) -> bool:
        """Tell whether the commune is a unit: a city with arrondissements is present by them alone."""
        return commune.code not in self.villes

    def ensembles_of(self, unit: CommuneFait) -> Iterator[tuple[Maille, Identite]]:
        """Yield the ensembles of a unit; in the métropole, a city without EPT exercises its powers itself (Paris)."""
        yield Maille.DEPARTEMENT, (Niveau.DEPARTEMENT.value, unit.departement)
        yield Maille.REGION, (Niveau.REGION.value, unit.region)
        if unit.commune_mere:
            yield Maille.VILLE, (Niveau.VILLE.value, unit.commune_mere)
        niveau = self.ensembles[unit.epci].niveau if unit.epci else ""
        if niveau == Niveau.METROPOLE:
            yield Maille.METROPOLE, (niveau, unit.epci)
            own = (Niveau.EPT.value, unit.ept) if unit.ept else (Niveau.VILLE.value, unit.commune_mere)
            yield Maille.INTERCOMMUNALITE, own
        elif niveau:
            yield Maille.INTERCOMMUNALITE, (niveau, unit.epci)

    def territoire(self, identity: Identite) -> Territoire:
        niveau, code = identity
        situations = self.situations[identity]
        return Territoire(
            niveau=niveau,
            code=code,
            millesime=self.decoupage.millesime,
            nom=self.noms[identity],
            departement=shared(departement for departement, _ in situations) if niveau != Niveau.REGION else "",
            region=shared(region for _, region in situations),
            codes_postaux=self.postaux[code] if niveau == Niveau.COMMUNE else [],
        )
