"""What this room publishes to the warehouse: the supply of insertion, by SIAE under a pseudonym."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.foundations.analytics.declarations import Colonne, Indicateur, Mart, Secret, Table, TypeColonne
from maillage.foundations.analytics.expressions import roll_up
from maillage.references.structures.models import EffectifAnnuel, EffectifSecteur, Implantation, Siae
from maillage.references.structures.queries.effectifs import list_salaries_dits

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Expression, Source

T = TypeColonne
SIAE = "siae"
SOURCE = "SIAE, ASP ou DDETS (effectifs annuels importés)"

TABLES = (
    Table(
        "siae",
        "les SIAE",
        Siae,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "pk", SIAE),
            Colonne("type_siae", T.TEXTE, "ACI, EI, AI, ETTI ou EITI", "type_siae"),
            Colonne("debut", T.DATE, "premier jour d’activité, s’il est connu", "debut"),
            Colonne("fin", T.DATE, "premier jour sans activité ; vide si elle dure", "fin"),
        ),
    ),
    Table(
        "implantations",
        "les implantations des SIAE",
        Implantation,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "siae_id", SIAE),
            Colonne("principale", T.BOOLEEN, "l’implantation est la principale", "principale"),
            Colonne("commune", T.TEXTE, "code INSEE de la commune", "commune__code"),
            Colonne("departement", T.TEXTE, "code du département", "commune__departement"),
            Colonne("region", T.TEXTE, "code de la région", "commune__region"),
        ),
    ),
    Table(
        "effectifs",
        "salariés, postes et ETP par SIAE, département et année",
        EffectifAnnuel,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "siae_id", SIAE),
            Colonne("annee", T.ENTIER, "année civile", "annee"),
            Colonne("departement", T.TEXTE, "code du département", "departement__code"),
            Colonne("region", T.TEXTE, "code de la région", "departement__region"),
            Colonne("salaries", T.ENTIER, "salariés en insertion employés dans l’année", "salaries"),
            Colonne("postes", T.ENTIER, "postes ouverts à la fois", "postes"),
            Colonne("etp_conventionnes", T.DECIMAL, "ETP accordés par l’annexe financière", "etp_conventionnes"),
            Colonne("etp_realises", T.DECIMAL, "ETP travaillés", "etp_realises"),
        ),
    ),
    Table(
        "effectifs_secteurs",
        "femmes, hommes et heures par SIAE, secteur et année",
        EffectifSecteur,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "siae_id", SIAE),
            Colonne("annee", T.ENTIER, "année civile", "annee"),
            Colonne("secteur", T.TEXTE, "code du secteur", "secteur__code"),
            Colonne("groupe", T.TEXTE, "code du groupe de secteurs", "secteur__groupe__code"),
            Colonne("femmes", T.ENTIER, "femmes en insertion", "femmes"),
            Colonne("hommes", T.ENTIER, "hommes en insertion", "hommes"),
            Colonne("heures", T.DECIMAL, "heures travaillées", "heures"),
        ),
    ),
)


def principal_sites(source: Source) -> ir.Table:
    """Return where each SIAE has its principal site: siae, departement, region."""
    sites = source("structures_implantations")
    return sites.filter(sites.principale).select("siae", "departement", "region")


def draw_supply(source: Source) -> ir.Table:
    """Return SIAE, employees and ETP by territory, kind and year.

    `etp` follows the rule of the map (`queries.offre`): what was worked, or what was granted where that is not known. A
    sum leaves out what is unknown: `…_inconnus` counts the figures that it lacks.
    """
    import ibis

    kinds = source("structures_siae").select("siae", "type_siae")
    rows = source("structures_effectifs").join(kinds, "siae")
    both = rows.etp_conventionnes.notnull() & rows.etp_realises.notnull()
    etp = ibis.coalesce(rows.etp_realises, rows.etp_conventionnes)
    return roll_up(
        rows,
        ["type_siae", "annee"],
        siae=rows.siae.nunique(),
        salaries=rows.salaries.sum(),
        postes=rows.postes.sum(),
        etp_conventionnes=rows.etp_conventionnes.sum(),
        etp_realises=rows.etp_realises.sum(),
        etp=etp.sum(),
        salaries_inconnus=rows.salaries.isnull().sum(),
        etp_conventionnes_inconnus=rows.etp_conventionnes.isnull().sum(),
        etp_realises_inconnus=rows.etp_realises.isnull().sum(),
        etp_inconnus=etp.isnull().sum(),
        conventionnes_compares=rows.etp_conventionnes.sum(where=both),
        realises_compares=rows.etp_realises.sum(where=both),
    )


def draw_trades(source: Source) -> ir.Table:
    """Return women and men by territory, group of sectors and year, where both are known."""
    known = source("structures_effectifs_secteurs")
    rows = known.filter(known.femmes.notnull() & known.hommes.notnull()).join(source("structures_sites"), "siae")
    return roll_up(rows, ["groupe", "annee"], femmes=rows.femmes.sum(), hommes=rows.hommes.sum())


def measure(column: str) -> Expression:
    """Return the expression that sums a column of the supply over the kinds, with how many figures it lacks."""

    def draw(source: Source) -> ir.Table:
        import ibis

        rows = source("structures_offre")
        lacking = f"{column}_inconnus"
        return rows.group_by(["niveau", "code", "annee"]).aggregate(
            numerateur=rows[column].sum(),
            denominateur=ibis.null(),
            inconnus=rows[lacking].sum() if lacking in rows.columns else ibis.literal(0),
        )

    return draw


def draw_rate(source: Source) -> ir.Table:
    """Return the ETP worked against those granted, where both are known."""
    rows = source("structures_offre")
    return rows.group_by(["niveau", "code", "annee"]).aggregate(
        numerateur=rows.realises_compares.sum(), denominateur=rows.conventionnes_compares.sum()
    )


MARTS = (
    Mart("sites", "implantation principale de chaque SIAE", principal_sites, "intermediaire"),
    Mart("offre", "l’offre par territoire, type de SIAE et année", draw_supply),
    Mart("metiers", "femmes et hommes par territoire, groupe de secteurs et année", draw_trades),
)

INDICATEURS = (
    Indicateur(
        code="siae",
        libelle="SIAE",
        definition="SIAE qui ont un effectif connu dans l’année\u202f; celle qui travaille dans deux départements "
        "compte une fois dans chacun, une fois dans la région.",
        formule="nombre de SIAE distinctes ayant un effectif dans le territoire",
        unite="SIAE",
        source=SOURCE,
        objectif="1.1",
        expression=measure("siae"),
    ),
    Indicateur(
        code="salaries",
        libelle="salariés en insertion",
        definition="Salariés en insertion employés dans l’année.",
        formule="somme des salariés connus\u202f; «\u202fau moins\u202f» quand une SIAE ne les dit pas",
        unite="salariés",
        source=SOURCE,
        objectif="1.1",
        expression=measure("salaries"),
        secret=Secret(list_salaries_dits),
    ),
    Indicateur(
        code="etp",
        libelle="ETP",
        definition="ETP travaillés par les salariés en insertion dans l’année\u202f; conventionnés, là où ceux qui ont "
        "été travaillés ne sont pas connus. C’est le chiffre de la carte.",
        formule="somme des ETP réalisés, sinon conventionnés\u202f; «\u202fau moins\u202f» quand une SIAE ne dit ni "
        "les uns ni les autres",
        unite="ETP",
        source=SOURCE,
        objectif="1.1",
        expression=measure("etp"),
        decimales=1,
    ),
    Indicateur(
        code="etp_conventionnes",
        libelle="ETP conventionnés",
        definition="ETP que les annexes financières accordent pour l’année.",
        formule="somme des ETP conventionnés connus\u202f; «\u202fau moins\u202f» quand une SIAE ne les dit pas",
        unite="ETP",
        source=SOURCE,
        objectif="1.1",
        expression=measure("etp_conventionnes"),
        decimales=1,
    ),
    Indicateur(
        code="etp_realises",
        libelle="ETP réalisés",
        definition="ETP travaillés par les salariés en insertion dans l’année.",
        formule="somme des ETP réalisés connus\u202f; «\u202fau moins\u202f» quand une SIAE ne les dit pas",
        unite="ETP",
        source=SOURCE,
        objectif="1.1",
        expression=measure("etp_realises"),
        decimales=1,
    ),
    Indicateur(
        code="taux_realisation",
        libelle="taux de réalisation des ETP",
        definition="Part des ETP conventionnés qui ont été travaillés, là où les deux sont connus.",
        formule="ETP réalisés ÷ ETP conventionnés × 100",
        unite="%",
        source=SOURCE,
        objectif="1.1",
        expression=draw_rate,
        facteur=100,
        decimales=1,
    ),
)
