"""What the measures say together: inequalities, sensitivity to the settings, change between vintages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.forms.choix import EvolutionForm, MailleForm
from maillage.domains.diagnostics.queries.evolution import (
    Evolution,
    Periode,
    compute_evolution,
    describe_periodes,
    draw_evolution,
    names_of,
)
from maillage.domains.diagnostics.queries.inegalites import compute_inegalites
from maillage.domains.diagnostics.queries.lecture import describe_indicateur
from maillage.domains.diagnostics.queries.sensibilite import (
    Sensibilite,
    compute_sensibilite,
    describe_stabilite,
)
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.diagnostics.views.base import CouvertureScreen
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import Column, ListScreen
from maillage.foundations.kernel.templatetags.ui import decimal
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maillage.domains.diagnostics.queries.couverture import Couverture
    from maillage.domains.diagnostics.queries.evolution import Suivi
    from maillage.domains.diagnostics.queries.sensibilite import Fourchette

PARENTS = (("Couverture de la région", "diagnostics:carte"),)
VIDE = ("Aucun territoire n’est chargé", "L’exploitant de la plateforme charge le découpage de la région.")


class Inegalites(CouvertureScreen):
    """How unequally the public reaches the supply, and where the worst served live."""

    title = "Inégalités d’accessibilité"
    intro = "L’offre à portée est inégale\u202f: combien, et où vivent les moins bien desservis."
    parents = PARENTS
    template_name = "diagnostics/inegalites.html"

    def get_mailles(self) -> tuple[Maille, ...]:
        return (Maille.DEPARTEMENT,)

    def get_context(self) -> dict[str, Any]:
        couverture = self.couverture
        return {
            "form": self.form,
            "region": self.region,
            "couverture": couverture,
            "inegalites": compute_inegalites(couverture) if couverture else None,
            "suffix": self.suffix,
            **self.get_reading(),
        }


class SensibiliteClassement(CouvertureScreen, ListScreen):
    """The ranks of each territory under other settings: which verdicts hold."""

    title = "Sensibilité du classement"
    intro = "Le rang de chaque territoire quand le modèle, le rayon ou la décroissance changent."
    parents = PARENTS
    template_name = "diagnostics/sensibilite.html"
    choix_form = MailleForm
    form: MailleForm
    default_sort = "rang"
    export_name = "sensibilite"
    noun = ("territoire", "territoires")
    empty_title, empty_text = VIDE
    page_size = 100

    def get_mailles(self) -> tuple[Maille, ...]:
        return (self.form.maille_choisie,)

    @cached_property
    def sensibilite(self) -> Sensibilite | None:
        """The ranks under every setting; None while there is nothing to rank."""
        return compute_sensibilite(self.couverture, self.form.maille_choisie) if self.couverture else None

    def get_queryset(self) -> Sequence[Fourchette]:
        return self.sensibilite.fourchettes if self.sensibilite else ()

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The rank shown, the range of ranks, and whether the territory is among the lowest."""
        return (
            Column("nom", "Territoire", "ligne.nom", sort="ligne.nom", link=lambda row: self.link(row.ligne)),
            Column("departement", "Département", "ligne.departement", sort="ligne.departement"),
            Column("rang", "Rang affiché", "rang", sort="rang", numeric=True),
            Column("bas", "Rang au pire", "bas", sort="bas", numeric=True),
            Column("haut", "Rang au mieux", "haut", sort="haut", numeric=True),
            Column("amplitude", "Amplitude", "amplitude", sort="amplitude", numeric=True),
            Column("derniers", "Parmi les derniers", describe_derniers),
        )

    def get_context(self) -> dict[str, Any]:
        sensibilite = self.sensibilite
        return {
            **super().get_context(),
            **self.get_reading(),
            "couverture": self.couverture,
            "sensibilite": sensibilite,
            "stabilite": describe_stabilite(sensibilite) if sensibilite else "",
        }


class EvolutionTerritoires(CouvertureScreen, ListScreen):
    """Two vintages side by side, territory by territory."""

    title = "Évolution entre deux années"
    intro = "Les mêmes réglages sur deux millésimes. Ce qui est inconnu d’un côté reste inconnu."
    parents = PARENTS
    template_name = "diagnostics/evolution.html"
    choix_form = EvolutionForm
    form: EvolutionForm
    default_sort = "nom"
    export_name = "evolution"
    noun = ("territoire", "territoires")
    empty_title, empty_text = VIDE
    page_size = 100

    @cached_property
    def evolution(self) -> Evolution | None:
        """Both coverages; settings that make no sense together are told, and the defaults used."""
        maille = self.form.maille_choisie
        try:
            return compute_evolution(self.region, self.form.choix(), *self.form.periodes, maille)
        except Refused as refused:
            self.show(refused)
            try:
                return compute_evolution(self.region, Choix(), Periode(None, None), Periode(None, None), maille)
            except LookupError:
                return None
        except LookupError:
            return None

    @cached_property
    def couverture(self) -> Couverture | None:
        return self.evolution.apres if self.evolution else None

    def get_queryset(self) -> Sequence[Rang]:
        """Return the territories with the figure that is followed; the region is told above the list."""
        evolution, indicateur = self.evolution, self.form.indicateur
        if evolution is None:
            return ()
        return [Rang(suivi, *evolution.read(suivi, indicateur)) for suivi in evolution.suivis[1:]]

    @cached_property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The figure before, after, its change, and both classes."""
        before, after = names_of(self.evolution) if self.evolution else ("Avant", "Après")
        digits = 0 if self.form.indicateur in WHOLE else 2

        def written(path: str) -> Any:
            return lambda row: None if (value := getattr(row, path)) is None else decimal(value, digits)

        return (
            Column("nom", "Territoire", "suivi.apres.nom", sort="suivi.apres.nom", link=self.link_row),
            Column("departement", "Département", "suivi.apres.departement", sort="suivi.apres.departement"),
            Column("avant", before, written("avant"), sort="avant", numeric=True),
            Column("apres", after, written("apres"), sort="apres", numeric=True),
            Column("difference", "Évolution", describe_difference(digits), sort="difference", numeric=True),
            Column("classe_avant", f"Classe ({before})", "suivi.avant.classe.label"),
            Column("classe_apres", f"Classe ({after})", "suivi.apres.classe.label"),
        )

    def link_row(self, row: Rang) -> str:
        return self.link(row.suivi.apres)

    def get_context(self) -> dict[str, Any]:
        evolution, indicateur = self.evolution, self.form.indicateur
        context = {**super().get_context(), **self.get_reading(), "couverture": self.couverture, "evolution": evolution}
        if evolution is None:
            return context
        return {
            **context,
            "periodes": describe_periodes(evolution),
            "changes": draw_evolution(evolution, indicateur, link=self.link),
            "suivi": describe_indicateur(evolution.apres, indicateur),
        }


# Figures that are counted, hence told without decimals.
WHOLE = (Indicateur.SIAE, Indicateur.ETP)


@dataclass(frozen=True, slots=True)
class Rang:
    """A territory, its figure before and after; None is unknown, and so is then the change."""

    suivi: Suivi
    avant: float | None
    apres: float | None

    @property
    def difference(self) -> float | None:
        return None if self.avant is None or self.apres is None else self.apres - self.avant


def describe_difference(digits: int) -> Callable[[Rang], str | None]:
    """Write changes with their sign."""

    def written(row: Rang) -> str | None:
        if row.difference is None:
            return None
        rounded = round(row.difference, digits) or 0.0  # never « −0 »
        return ("+" if rounded > 0 else "") + decimal(rounded, digits)

    return written


def describe_derniers(fourchette: Fourchette) -> str:
    """Tell how sure it is that a territory is among the lowest."""
    if fourchette.rang is None:
        return ""
    return "toujours" if fourchette.toujours else "selon les réglages" if fourchette.parfois else "jamais"
