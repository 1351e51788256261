"""The sheet of a territory, and its files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.forms import ChoiceField
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.text import slugify

from maillage.domains.diagnostics.enums import Indicateur
from maillage.domains.diagnostics.queries.actions import list_actions
from maillage.domains.diagnostics.queries.carte import draw_fiche, draw_region
from maillage.domains.diagnostics.queries.fiche import (
    Fiche,
    compare,
    compare_portees,
    describe_communes,
    describe_presentes,
    describe_rang,
    draw_comparison,
    get_fiche,
    list_intercommunalites,
    list_presentes,
    list_publics_servis,
)
from maillage.domains.diagnostics.queries.fichier import FORMATS, build_file, find_territoire
from maillage.domains.diagnostics.queries.lecture import (
    describe_besoin,
    describe_cible,
    describe_motif,
    describe_part_connue,
    describe_types,
)
from maillage.domains.diagnostics.queries.partage import list_diagnostics
from maillage.domains.diagnostics.queries.ponderation import APL
from maillage.domains.diagnostics.views.base import CouvertureScreen
from maillage.domains.diagnostics.views.publics import get_constats
from maillage.foundations.kernel import limits
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import DetailScreen, Export, ExportScreen
from maillage.references.territoires.enums import Maille, Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.domains.diagnostics.queries.fiche import Presente
    from maillage.domains.diagnostics.queries.mesures import Ligne
    from maillage.foundations.kernel.drawings import MapDrawing

# Beyond, the sheet shows the first rows and leads to the full list.
MAX_SIAE, MAX_PARTS = 60, 60


class Territoire(CouvertureScreen, DetailScreen):
    """A territory read against the larger ones that hold it."""

    template_name = "diagnostics/territoire.html"
    parents = (("Couverture de la région", "diagnostics:carte"),)
    object: Fiche

    def get_object(self) -> Fiche:
        if self.couverture is None:
            raise Http404("Aucun territoire n’est chargé.")
        niveau, code = self.kwargs["niveau"], self.kwargs["code"]
        fiche = get_fiche(self.couverture, niveau, code)
        if fiche is None:
            raise Http404(f"Aucun territoire de niveau « {niveau} » ne porte le code « {code} » dans la région.")
        return fiche

    def get_title(self) -> str:
        return self.object.ligne.nom

    def get_intro(self) -> str:
        ligne, communes = self.object.ligne, self.object.communes
        kind = Niveau(ligne.niveau).label
        more = f", {describe_communes(communes)}" if communes else f" ({ligne.code})"
        return f"{kind[:1].upper()}{kind[1:]}{more}"

    def get_context(self) -> dict[str, Any]:
        fiche = self.object
        siae = self.siae
        parts = sorted(self.parts, key=lambda ligne: (ligne.rang is None, ligne.rang or 0))
        return {
            **super().get_context(),
            **self.get_reading(),
            "form": self.form,
            "couverture": fiche.couverture,
            "ligne": fiche.ligne,
            "types": describe_types(fiche.ligne),
            "besoin": describe_besoin(fiche.couverture, fiche.ligne),
            "part_connue": describe_part_connue(fiche.ligne) if fiche.ligne.unites_connues < fiche.ligne.unites else "",
            "rang": describe_rang(fiche),
            "comparees": compare(fiche),
            "portees": compare_portees(fiche),
            "publics": list_publics_servis(fiche),
            "apl_url": self.get_apl_url(),
            "motif": describe_motif(fiche.couverture, fiche.ligne),
            "cible": describe_cible(fiche.couverture),
            "larger": [(ligne, self.link(ligne)) for ligne in fiche.comparaisons],
            "chart": draw_comparison(fiche) if fiche.comparaisons else None,
            "drawing": self.draw_map(),
            "siae": siae[:MAX_SIAE],
            "siae_count": len(siae),
            "siae_caption": describe_presentes(fiche, siae),
            "intercommunalites": self.as_rows(list_intercommunalites(fiche)),
            "parts": self.as_rows(parts[:MAX_PARTS]),
            "parts_count": len(parts),
            "parts_url": self.get_parts_url(),
            "besoins": get_constats(fiche.ligne.niveau, fiche.ligne.code, signed_in=self.request.user.is_authenticated),
            "actions": list(list_actions(self.request.user, fiche.ligne.niveau, fiche.ligne.code)),
            "partages": list_diagnostics(self.request.user).filter(niveau=fiche.ligne.niveau, code=fiche.ligne.code),
            "files": [(code.upper(), self.get_file_url(code)) for code in FORMATS],
        }

    @cached_property
    def parts(self) -> Sequence[Ligne]:
        """The territories that this one is made of: the départements of the region, the communes of any other."""
        fiche = self.object
        if fiche.ligne.maille == Maille.REGION:
            return fiche.couverture.mailles[Maille.DEPARTEMENT]
        return fiche.communes

    @cached_property
    def siae(self) -> list[Presente]:
        """The SIAE that have a site here, of the kinds that are counted."""
        return list_presentes(self.object)

    def draw_map(self) -> MapDrawing | None:
        fiche = self.object
        if fiche.ligne.maille == Maille.REGION:
            return draw_region(fiche.couverture, Maille.DEPARTEMENT, Indicateur.ACCESSIBILITE, link=self.link)
        present = (presente.siae for presente in self.siae)
        named = {siae.pk: (siae.nom, reverse("structures:detail", args=[siae.pk])) for siae in present}
        return draw_fiche(fiche, Indicateur.ACCESSIBILITE, link=self.link, siae=named)

    def get_parts_url(self) -> str:
        """Return the full list of the parts, where the comparison table can show it."""
        ligne, more = self.object.ligne, self.suffix.replace("?", "&")
        table = reverse("diagnostics:comparaison")
        if ligne.maille == Maille.REGION:
            return f"{table}?maille={Maille.DEPARTEMENT}{more}"
        if ligne.maille == Maille.DEPARTEMENT:
            return f"{table}?maille={Maille.COMMUNE}&departement={ligne.code}{more}"
        return ""

    def get_apl_url(self) -> str:
        """Return this sheet with the priority publics weighted together; nothing when it is this one."""
        publics = self.form.fields["public"]
        assert isinstance(publics, ChoiceField)
        offered = [code for code, _ in publics.choices]  # type: ignore[misc,union-attr]  # ours is a list of pairs
        if APL.code not in offered or self.object.couverture.besoins.public.code == APL.code:
            return ""
        query = QueryDict(self.suffix.removeprefix("?"), mutable=True)
        query["public"] = APL.code
        return f"?{query.urlencode()}"

    def get_file_url(self, extension: str) -> str:
        ligne = self.object.ligne
        return reverse("diagnostics:fichier", args=[ligne.niveau, ligne.code, extension]) + self.suffix


class Fichier(CouvertureScreen, ExportScreen):
    """The diagnostic of a territory as a document, a spreadsheet or data; that of the region holds every territory."""

    limit = limits.EXPORT

    def build(self) -> Export:
        extension = self.kwargs["extension"]
        if extension not in FORMATS:
            raise Http404("Ce format n’existe pas.")
        try:
            territoire = find_territoire(self.kwargs["code"], self.kwargs["niveau"])
            content = build_file(self.region, territoire, self.form.choix(), extension)
        except (Refused, LookupError) as error:
            raise Http404(str(error)) from error
        return Export(f"diagnostic-{slugify(territoire.nom)}.{extension}", FORMATS[extension][0], content)
