"""What this room publishes to the warehouse: the need, and how the supply covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.models import Besoin
from maillage.domains.diagnostics.queries.entrepot import list_besoins, list_totaux
from maillage.foundations.analytics.declarations import Colonne, Indicateur, Mart, Table, TypeColonne
from maillage.foundations.analytics.expressions import roll_up

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Expression, Source

T = TypeColonne
SOURCE = "France Travail, Dares, Cnaf (séries importées)"

TABLES = (
    Table(
        "besoins",
        "personnes d’un public par commune en vigueur et année",
        Besoin,
        (
            Colonne("public", T.TEXTE, "code du public", "public__code"),
            Colonne("annee", T.ENTIER, "année de la mesure", "annee"),
            Colonne("commune", T.TEXTE, "code INSEE de la commune", "territoire__code"),
            Colonne("departement", T.TEXTE, "code du département", "territoire__departement"),
            Colonne("region", T.TEXTE, "code de la région", "territoire__region"),
            Colonne("valeur", T.DECIMAL, "nombre de personnes ; vide s’il est inconnu ou tu", "valeur"),
            Colonne("estime", T.BOOLEEN, "le nombre n’a pas été compté à ce niveau", "estime"),
        ),
        list_besoins,
    ),
    Table(
        "besoins_totaux",
        "personnes d’un public par département ou région et année, quand le producteur les donne",
        Besoin,
        (
            Colonne("public", T.TEXTE, "code du public", "public__code"),
            Colonne("annee", T.ENTIER, "année de la mesure", "annee"),
            Colonne("niveau", T.TEXTE, "région ou département", "territoire__niveau"),
            Colonne("code", T.TEXTE, "code du territoire", "territoire__code"),
            Colonne("valeur", T.DECIMAL, "nombre de personnes ; vide si le producteur le tait", "valeur"),
        ),
        list_totaux,
    ),
)


def draw_need(source: Source) -> ir.Table:
    """Return the need by territory, public and year: what its producer gives, else the sum of its communes.

    Every commune in force has a row: the sum is unknown as soon as one of them is.
    """
    import ibis

    rows = source("diagnostics_besoins")
    known = roll_up(
        rows,
        ["public", "annee"],
        connue=rows.valeur.sum(),
        communes=rows.commune.nunique(),
        inconnues=rows.valeur.isnull().sum(),
        estimees=rows.estime.sum(),
    )
    place = ["niveau", "code", "public", "annee"]
    given = source("diagnostics_besoins_totaux").mutate(donnee=ibis.literal(True)).rename(total="valeur")
    both = known.left_join(given, place)
    summed = ibis.ifelse(both.inconnues == 0, both.connue, ibis.null())
    return both.select(
        *place,
        "connue",
        "communes",
        "inconnues",
        "estimees",
        valeur=ibis.ifelse(both.donnee.fill_null(False), both.total, summed),
    )


def draw_coverage(source: Source) -> ir.Table:
    """Return the ETP of all kinds beside the need, by territory, public and year, where both years are the same.

    `etp` is a minimum where `etp_inconnus`, the figures that it lacks, is not zero.
    """
    supply = source("structures_offre").group_by(["niveau", "code", "annee"])
    etp = supply.aggregate(
        etp=lambda t: t.etp.sum(),
        etp_inconnus=lambda t: t.etp_inconnus.sum(),
        siae=lambda t: t.siae.sum(),
    )
    need = source("diagnostics_besoins_par_territoire").select("niveau", "code", "annee", "public", "valeur")
    rows = need.join(etp, ["niveau", "code", "annee"])
    return rows.select("niveau", "code", "annee", "public", "valeur", "etp", "etp_inconnus", "siae")


def need_of(public: str) -> Expression:
    """Return the expression of the number of people of a public."""

    def draw(source: Source) -> ir.Table:
        import ibis

        rows = source("diagnostics_besoins_par_territoire")
        rows = rows.filter(rows.public == public)
        return rows.mutate(numerateur=rows.valeur, denominateur=ibis.null())

    return draw


def etp_for(public: str) -> Expression:
    """Return the expression of the ETP against the people of a public."""

    def draw(source: Source) -> ir.Table:
        rows = source("diagnostics_couverture")
        rows = rows.filter(rows.public == public)
        return rows.mutate(numerateur=rows.etp, denominateur=rows.valeur, inconnus=rows.etp_inconnus)

    return draw


MARTS = (
    Mart("besoins_par_territoire", "le besoin par territoire, public et année", draw_need),
    Mart("couverture", "l’offre en face du besoin, par territoire, public et année", draw_coverage),
)

PUBLICS = (
    ("defm_abc", "demandeurs d’emploi (A, B, C)", "demandeurs d’emploi des catégories A, B et C"),
    ("deld_2ans", "demandeurs d’emploi de très longue durée", "demandeurs d’emploi inscrits depuis deux ans ou plus"),
    ("brsa", "bénéficiaires du RSA", "bénéficiaires du RSA, selon la définition de la source"),
)

# The need has no secrecy of its own: screens show each series as its producer gives it, who withholds what it must.
INDICATEURS = (
    *(
        Indicateur(
            code=f"besoin_{public}",
            libelle=libelle,
            definition=f"Nombre de {definition}, résidant dans le territoire.",
            formule="nombre que donne le producteur, sinon somme des communes\u202f; inconnue dès qu’une commune l’est",
            unite="personnes",
            source=SOURCE,
            objectif="1.1",
            expression=need_of(public),
        )
        for public, libelle, definition in PUBLICS
    ),
    *(
        Indicateur(
            code=f"etp_pour_mille_{public}",
            libelle=f"ETP pour 1\u202f000 {libelle}",
            definition=f"ETP de toutes les SIAE (réalisés, sinon conventionnés) rapportés aux {definition}, la même "
            "année.",
            formule="ETP ÷ personnes × 1\u202f000\u202f; «\u202fau moins\u202f» quand une SIAE ne dit pas ses ETP",
            unite="ETP pour 1\u202f000",
            source=f"SIAE (effectifs) ; {SOURCE}",
            objectif="1.1",
            expression=etp_for(public),
            facteur=1000,
            decimales=1,
        )
        for public, libelle, definition in PUBLICS
    ),
)
