"""The communes that a file may name, whatever the vintage of its codes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import Appartenance, PassageCog, Territoire


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit of the vintage in force: a commune, or a municipal arrondissement."""

    code: str
    nom: str
    departement: str
    codes_postaux: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Communes:
    """The units in force by code, the codes that vanished, and the towns made of arrondissements."""

    unites: dict[str, Commune]
    passages: dict[str, str]
    villes: dict[str, tuple[str, ...]]

    def expand(self, code: str) -> tuple[Commune, ...]:
        """Return the units that a code designates: one, or all the arrondissements of a town."""
        code = code.strip().upper().zfill(5)
        if code in self.villes:
            return tuple(self.unites[unite] for unite in self.villes[code])
        return (self.get(code),)

    def get(self, code: str) -> Commune:
        """Return the unit of a code, converted when the code has vanished; raise `Refused` when there is none."""
        code = code.strip().upper().zfill(5)
        if code in self.villes:
            nom = f"{self.villes[code][0]} à {self.villes[code][-1]}"
            message = (
                f"{code} est une ville entière, suivie par arrondissement : donnez une ligne par arrondissement "
                f"({nom}). Une valeur de la ville n’est pas répartie : ce serait une estimation."
            )
            raise Refused(Refusal("ville_a_arrondissements", message, "commune"))
        unite = self.unites.get(code) or self.unites.get(self.passages.get(code, ""))
        if unite is None:
            message = f"La commune « {code} » n’est pas dans le découpage chargé."
            raise Refused(Refusal("commune_inconnue", message, "commune"))
        return unite


def get_communes() -> Communes:
    """Read the units in force, in three queries."""
    rows = Territoire.objects.unites().en_vigueur().values_list("code", "nom", "departement", "codes_postaux")
    unites = {code: Commune(code, nom, dep, tuple(codes)) for code, nom, dep, codes in rows}
    # An old code may have changed twice: the newest vintage is read last and wins.
    passages = dict(PassageCog.objects.order_by("millesime").values_list("ancien_code", "code"))
    villes = defaultdict(list)
    members = Appartenance.objects.filter(maille=Maille.VILLE, unite__code__in=unites)
    for ville, unite in members.order_by("unite__code").values_list("ensemble__code", "unite__code").distinct():
        villes[ville].append(unite)
    return Communes(unites, passages, {ville: tuple(codes) for ville, codes in villes.items()})
