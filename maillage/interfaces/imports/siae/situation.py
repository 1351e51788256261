"""In which commune a SIAE stands: by its coordinates, else its INSEE code, else its postal code and town.

Where no outline is loaded, a point falls nowhere: the commune of the address is then retained, and it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.siae.adresses import Adresses, Commune, Witness
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.queries.communes import Lien, get_annuaire
from maillage.references.territoires.queries.localisation import Localisateur, Localisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.interfaces.imports.siae.reader import LigneSiae
    from maillage.references.structures.rules import FicheSiae

NOWHERE = Localisation(None, None, None, inf, hors_contour=True)


@dataclass(frozen=True, slots=True)
class Situation:
    """The commune of a line and what is odd about it; or why there is none."""

    commune: Commune | None
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


class Situeur:
    """Places lines in communes, a slice at a time; the geography of every region loaded is read once."""

    def __init__(self, *, on: date) -> None:
        unites = Territoire.objects.unites().en_vigueur()
        outlined = unites.filter(contours__isnull=False)
        rows = unites.values_list("code", "nom", "departement", "codes_postaux")
        self._adresses = Adresses(Commune(code, nom, dep, tuple(postaux)) for code, nom, dep, postaux in rows)
        self._annuaire = get_annuaire()
        self._on = on
        self._outlined = set(outlined.values_list("code", flat=True))
        regions = outlined.order_by("region").values_list("region", flat=True).distinct()
        self._localisateurs = [Localisateur.for_region(region) for region in regions]
        if not self._adresses.communes:
            message = "Aucun découpage n’est chargé : lancez d’abord « manage.py load_territoires »."
            raise Refused(Refusal("decoupage_absent", message))

    def situate(self, lines: Sequence[LigneSiae]) -> list[Situation]:
        """Return where each line stands, in order."""
        return [self._situate(line, place) for line, place in zip(lines, self._locate(lines), strict=True)]

    def _locate(self, lines: Sequence[LigneSiae]) -> list[Localisation]:
        """Return the nearest commune of each point, over every region whose outlines are loaded."""
        x = [nan if line.fiche.longitude is None else line.fiche.longitude for line in lines]
        y = [nan if line.fiche.latitude is None else line.fiche.latitude for line in lines]
        by_region = [localisateur.locate_all(x, y, on=self._on) for localisateur in self._localisateurs]
        places = zip([NOWHERE] * len(lines), *by_region, strict=True)
        return [min(candidates, key=lambda place: place.distance_m) for candidates in places]

    def _situate(self, line: LigneSiae, place: Localisation) -> Situation:
        fiche = line.fiche
        try:
            if fiche.longitude is None or fiche.latitude is None:
                commune, warnings = self._by_address(fiche)
            elif place.hors_contour and not place.permutees and self._lacks_outline(fiche):
                commune, warnings = self._by_address(fiche)
                message = f"{commune.nom} n’a pas de contour chargé : les coordonnées ne sont pas vérifiées."
                warnings.append(Refusal("contour_absent", message, "longitude"))
            else:
                commune, warnings = self._by_point(fiche, place)
        except Refused as refused:
            return Situation(None, refused.refusals)
        if line.departement and not fiche.annee and line.departement != commune.departement:
            message = (
                f"La ligne dit le département {line.departement}, {commune.nom} est dans le {commune.departement}."
            )
            warnings.append(Refusal("departement_different", message, "departement"))
        return Situation(commune, warnings=tuple(warnings))

    def _lacks_outline(self, fiche: FicheSiae) -> bool:
        """Tell whether the address designates a commune where no point can fall, its outline not being loaded."""
        try:
            commune, _ = self._by_address(fiche)
        except Refused:  # the address designates nothing: the point alone is left
            return False
        return commune.code not in self._outlined

    def _by_address(self, fiche: FicheSiae) -> tuple[Commune, list[Refusal]]:
        commune, witness = self._by_code(fiche.commune_code), Witness.CODE_INSEE
        if commune is None:
            commune, witness = self._adresses.find(fiche.code_postal, fiche.ville), Witness.CODE_POSTAL
        return commune, self._adresses.disagreements(commune, fiche.code_postal, fiche.ville, witness=witness)

    def _by_point(self, fiche: FicheSiae, place: Localisation) -> tuple[Commune, list[Refusal]]:
        if place.code is not None:
            commune = self._adresses.communes[place.code]
            return commune, self._disagreements(fiche, place, commune)
        point = f"longitude {fiche.longitude:g}, latitude {fiche.latitude:g}"
        if place.permutees:
            message = f"La longitude et la latitude sont interverties ({point}) : échangez les deux colonnes."
            raise Refused(Refusal("coordonnees_interverties", message, "longitude"))
        far = "" if place.distance_m == inf else f"\u202f; la plus proche est à {place.distance_m / 1000:.1f} km"
        message = f"Le point ({point}) ne tombe dans aucune commune du découpage chargé{far.replace('.', ',')}."
        raise Refused(Refusal("hors_commune", message, "longitude"))

    def _by_code(self, code: str) -> Commune | None:
        """Return the commune of an INSEE code; None when there is no code, or when it is that of a whole city."""
        designation = self._annuaire.find(code)
        if not code or (designation.lien == Lien.VILLE and designation.unites):
            return None
        if not designation.unites:
            message = f"La commune « {code} » n’est pas dans le découpage chargé."
            raise Refused(Refusal("commune_inconnue", message, "commune_code"))
        return self._adresses.communes[designation.unites[0].code]

    def _disagreements(self, fiche: FicheSiae, place: Localisation, commune: Commune) -> list[Refusal]:
        """Return, as warnings, what speaks against the commune of the point."""
        warnings = self._adresses.disagreements(commune, fiche.code_postal, fiche.ville, witness=Witness.POINT)
        if place.hors_contour:
            message = (
                f"Le point est hors de tout contour, à {place.distance_m:.0f} m de {commune.nom} : il y est rattaché."
            )
            warnings.append(Refusal("hors_contour", message, "longitude"))
        codes = {unite.code for unite in self._annuaire.find(fiche.commune_code).unites}
        if fiche.commune_code and commune.code not in codes:
            message = (
                f"Les coordonnées tombent à {commune.nom} ({commune.code}), le code INSEE de la ligne est "
                f"{fiche.commune_code}. Les coordonnées l’emportent."
            )
            warnings.append(Refusal("code_insee_different", message, "commune_code"))
        return warnings
