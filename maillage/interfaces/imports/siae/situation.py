"""In which commune a SIAE stands: by its coordinates, else its INSEE code, else its postal code and town."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.interfaces.imports.siae.adresses import Adresses
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.queries.localisation import Localisateur

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.interfaces.imports.queries.communes import Commune, Communes
    from maillage.interfaces.imports.siae.reader import LigneSiae
    from maillage.references.territoires.queries.localisation import Localisation


@dataclass(frozen=True, slots=True)
class Situation:
    """The commune of a line and what is odd about it; or why there is none."""

    commune: Commune | None
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()


class Situeur:
    """Places lines in communes, a slice at a time; the geography is read once."""

    def __init__(self, communes: Communes, *, on: date) -> None:
        self._communes = communes
        self._adresses = Adresses(communes.unites.values())
        self._on = on
        regions = Territoire.objects.unites().order_by("region").values_list("region", flat=True).distinct()
        try:
            self._localisateurs = [Localisateur.for_region(region) for region in regions]
        except LookupError as error:
            raise Refused(Refusal("decoupage_absent", str(error))) from None
        if not self._localisateurs:
            message = "Aucun découpage n’est chargé : lancez d’abord « manage.py load_territoires »."
            raise Refused(Refusal("decoupage_absent", message))

    def situate(self, lines: Sequence[LigneSiae]) -> list[Situation]:
        """Return where each line stands, in order."""
        return [self._situate(line, place) for line, place in zip(lines, self._locate(lines), strict=True)]

    def _locate(self, lines: Sequence[LigneSiae]) -> list[Localisation]:
        """Return the nearest commune of each point, over every region loaded."""
        x = [nan if line.fiche.longitude is None else line.fiche.longitude for line in lines]
        y = [nan if line.fiche.latitude is None else line.fiche.latitude for line in lines]
        by_region = [localisateur.locate_all(x, y, on=self._on) for localisateur in self._localisateurs]
        return [min(places, key=lambda place: place.distance_m) for places in zip(*by_region, strict=True)]

    def _situate(self, line: LigneSiae, place: Localisation) -> Situation:
        fiche = line.fiche
        try:
            if fiche.longitude is not None:
                commune, warnings = self._by_point(place, fiche.longitude, fiche.latitude or 0)
                warnings += self._adresses.disagreements(commune, fiche.code_postal, fiche.ville)
                warnings += self._other_code(commune, fiche.commune_code)
            elif fiche.commune_code:
                commune, warnings = self._communes.get(fiche.commune_code), []
            else:
                commune, warnings = self._adresses.find(fiche.code_postal, fiche.ville), []
        except Refused as refused:
            return Situation(None, refused.refusals)
        if line.departement and not fiche.annee and line.departement != commune.departement:
            message = (
                f"La ligne dit le département {line.departement}, {commune.nom} est dans le {commune.departement}."
            )
            warnings.append(Refusal("departement_different", message, "departement"))
        return Situation(commune, warnings=tuple(warnings))

    def _by_point(self, place: Localisation, longitude: float, latitude: float) -> tuple[Commune, list[Refusal]]:
        if place.code is None:
            point = f"longitude {longitude:g}, latitude {latitude:g}"
            if place.permutees:
                message = f"La longitude et la latitude sont interverties ({point}) : échangez les deux colonnes."
                raise Refused(Refusal("coordonnees_interverties", message, "longitude"))
            far = "" if place.distance_m == inf else f" ; la plus proche est à {place.distance_m / 1000:.1f} km"
            message = f"Le point ({point}) ne tombe dans aucune commune du découpage chargé{far.replace('.', ',')}."
            raise Refused(Refusal("hors_commune", message, "longitude"))
        commune = self._communes.get(place.code)
        if not place.hors_contour:
            return commune, []
        message = f"Le point est hors de tout contour, à {place.distance_m:.0f} m de {commune.nom} : il y est rattaché."
        return commune, [Refusal("hors_contour", message, "longitude")]

    def _other_code(self, commune: Commune, code: str) -> list[Refusal]:
        """Warn when the INSEE code of the line is not that of the commune of its point."""
        if not code or commune in self._communes.expand(code):
            return []
        message = f"Les coordonnées tombent à {commune.nom} ({commune.code}), le code INSEE de la ligne est {code}."
        return [Refusal("code_insee_different", message, "commune")]
