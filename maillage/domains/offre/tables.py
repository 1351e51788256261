"""What this room publishes to the warehouse: the priority publics, asked for and employed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.domains.offre.models import Objectif, RealisationPublic
from maillage.domains.offre.queries import realisations
from maillage.domains.offre.rules.publics import reperes
from maillage.foundations.analytics.declarations import Colonne, Indicateur, Mart, Secret, Table, TypeColonne
from maillage.foundations.analytics.expressions import roll_up
from maillage.references.structures.queries.effectifs import list_metiers_dits

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Expression, Source

T = TypeColonne
BTP = "btp"  # the group of sectors « bâtiment et travaux publics »

TABLES = (
    Table(
        "realisations",
        "salariés d’un public par SIAE et année",
        RealisationPublic,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "siae_id", "siae"),
            Colonne("public", T.TEXTE, "code du public prioritaire", "public"),
            Colonne("annee", T.ENTIER, "année civile", "annee"),
            Colonne("effectif", T.ENTIER, "salariés du public", "effectif"),
            Colonne("total", T.ENTIER, "salariés dont la situation est connue", "total"),
        ),
    ),
    Table(
        "objectifs",
        "objectifs fixés pour les publics",
        Objectif,
        (
            Colonne("public", T.TEXTE, "code du public prioritaire", "public"),
            Colonne("niveau", T.TEXTE, "région ou département", "niveau"),
            Colonne("code", T.TEXTE, "code du territoire", "code"),
            Colonne("type_siae", T.TEXTE, "type de SIAE ; vide pour tous", "type_siae"),
            Colonne("annee", T.ENTIER, "année visée", "annee"),
            Colonne("cible_part", T.DECIMAL, "part visée, en % des salariés", "cible_part"),
            Colonne("cible_nombre", T.ENTIER, "nombre de salariés visé", "cible_nombre"),
        ),
    ),
)


def draw_publics(source: Source) -> ir.Table:
    """Return the employees of each public by territory of the principal site, kind and year."""
    kinds = source("structures_siae").select("siae", "type_siae")
    rows = source("offre_realisations").join(kinds, "siae").join(source("structures_sites"), "siae")
    return roll_up(
        rows,
        ["public", "type_siae", "annee"],
        siae=rows.siae.nunique(),
        effectif=rows.effectif.sum(),
        total=rows.total.sum(),
    )


def share_of(public: str) -> Expression:
    """Return the expression of the employees of a public against those whose situation is known, all kinds."""

    def draw(source: Source) -> ir.Table:
        rows = source("offre_publics")
        kept = rows.filter(rows.public == public).group_by(["niveau", "code", "annee"])
        return kept.aggregate(numerateur=lambda t: t.effectif.sum(), denominateur=lambda t: t.total.sum())

    return draw


def women_in(groupe: str) -> Expression:
    """Return the expression of the women of a group of sectors against all its employees."""

    def draw(source: Source) -> ir.Table:
        rows = source("structures_metiers")
        rows = rows.filter(rows.groupe == groupe)
        return rows.mutate(numerateur=rows.femmes, denominateur=rows.femmes + rows.hommes)

    return draw


MARTS = (Mart("publics", "les publics employés par territoire, type de SIAE et année", draw_publics),)

INDICATEURS = (
    *(
        Indicateur(
            code=f"part_{public.value}",
            libelle=f"part des {public.label}",
            definition=reperes()[public.value].definition,
            formule="salariés du public ÷ salariés dont la situation est connue × 100",
            unite="%",
            source="SIAE (déclarations et imports)",
            objectif="1.2",
            expression=share_of(public.value),
            facteur=100,
            decimales=1,
            secret=Secret(partial(realisations.list_dicibles, public.value)),
        )
        for public in PublicPrioritaire
    ),
    Indicateur(
        code="femmes_btp",
        libelle="part des femmes dans le bâtiment et les travaux publics",
        definition="Part des femmes parmi les salariés en insertion du groupe «\u202fbâtiment et travaux "
        "publics\u202f».",
        formule="femmes ÷ (femmes + hommes) × 100, SIAE où les deux sont connus",
        unite="%",
        source="SIAE (effectifs par secteur)",
        objectif="1.2",
        expression=women_in(BTP),
        facteur=100,
        decimales=1,
        secret=Secret(partial(list_metiers_dits, BTP)),
    ),
)
