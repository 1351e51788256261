"""The regional map and the way the figures are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from maillage.domains.diagnostics.forms.choix import CarteForm
from maillage.domains.diagnostics.queries.carte import draw_region
from maillage.domains.diagnostics.queries.lecture import describe_besoin, describe_cible, describe_types
from maillage.domains.diagnostics.views.base import CouvertureScreen
from maillage.references.territoires.enums import Maille

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.mesures import Ligne

WORST = 10


class Carte(CouvertureScreen):
    """The region at a glance: one layer, one maille, the territories one should look at first."""

    title = "Couverture de la région"
    intro = "Où l’insertion par l’activité économique est présente, pour combien de personnes, et où elle manque."
    template_name = "diagnostics/carte.html"
    choix_form = CarteForm
    form: CarteForm

    def get_mailles(self) -> tuple[Maille, ...]:
        return (self.form.maille_choisie,)

    def get_context(self) -> dict[str, Any]:
        context = {"form": self.form, "region": self.region}
        if self.couverture is None:
            return {**context, "couverture": None}
        maille = self.form.maille_choisie
        table = self.get_table_url(maille)
        drawing = draw_region(
            self.couverture,
            maille,
            self.form.indicateur_choisi,
            link=self.link,
            points=bool(self.form.values.get("points")),
            table_href=table if maille == Maille.COMMUNE else "",
        )
        return {
            **context,
            **self.get_reading(),
            "couverture": self.couverture,
            "drawing": drawing,
            "table_url": table,
            "worst": self.as_rows(self.worst(maille)),
            "types": describe_types(self.couverture.total),
            "besoin": describe_besoin(self.couverture, self.couverture.total),
            "cible": describe_cible(self.couverture),
            "suffix": self.suffix,
        }

    def worst(self, maille: Maille) -> list[Ligne]:
        """Return the territories whose accessibility is the lowest, those with most people first among equals."""
        assert self.couverture is not None
        ranked = [ligne for ligne in self.couverture.mailles[maille] if ligne.rang and ligne.classe]
        return sorted(ranked, key=lambda ligne: (ligne.rang, -(ligne.besoin or 0)))[:WORST]

    def get_table_url(self, maille: Maille) -> str:
        query = f"maille={maille}&tri=accessibilite"
        return f"{reverse('diagnostics:comparaison')}?{query}{self.suffix.replace('?', '&')}"
