"""What this room publishes to the warehouse: the need, and how the supply covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.diagnostics.models import Besoin
from maillage.foundations.analytics.declarations import Colonne, Indicateur, Mart, Table, TypeColonne
from maillage.foundations.analytics.expressions import roll_up
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Expression, Source

T = TypeColonne
SOURCE = "France Travail, Dares, Cnaf (séries importées)"

TABLES = (
    Table(
        "besoins",
        "personnes d’un public par commune et année",
        Besoin,
        (
            Colonne("public", T.TEXTE, "code du public", "public__code"),
            Colonne("annee", T.ENTIER, "année de la mesure", "annee"),
            Colonne("commune", T.TEXTE, "code INSEE de la commune", "territoire__code"),
            Colonne("departement", T.TEXTE, "code du département", "territoire__departement"),
            Colonne("region", T.TEXTE, "code de la région", "territoire__region"),
            Colonne("valeur", T.DECIMAL, "nombre de personnes ; vide si le producteur le tait", "valeur"),
            Colonne("estime", T.BOOLEEN, "le nombre n’a pas été compté à ce niveau", "estime"),
        ),
        lambda: Besoin.objects.filter(territoire__niveau=Niveau.COMMUNE),
    ),
)


def draw_need(source: Source) -> ir.Table:
    """Return the need by territory, public and year: unknown as soon as one commune is."""
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
    return known.mutate(valeur=ibis.ifelse(known.inconnues == 0, known.connue, ibis.null()))


def draw_coverage(source: Source) -> ir.Table:
    """Return the ETP of all kinds beside the need, by territory, public and year, where both years are the same."""
    supply = source("structures_offre").group_by(["niveau", "code", "annee"])
    etp = supply.aggregate(etp=lambda t: t.etp_realises.sum(), siae=lambda t: t.siae.sum())
    need = source("diagnostics_besoins_par_territoire").select("niveau", "code", "annee", "public", "valeur")
    rows = need.join(etp, ["niveau", "code", "annee"])
    return rows.select("niveau", "code", "annee", "public", "valeur", "etp", "siae")


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
        return rows.mutate(numerateur=rows.etp, denominateur=rows.valeur)

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

INDICATEURS = (
    *(
        Indicateur(
            code=f"besoin_{public}",
            libelle=libelle,
            definition=f"Nombre de {definition}, résidant dans le territoire.",
            formule="somme des communes ; inconnue dès qu’une commune l’est",
            unite="personnes",
            source=SOURCE,
            objectif="1.1",
            expression=need_of(public),
            personnes=True,
        )
        for public, libelle, definition in PUBLICS
    ),
    *(
        Indicateur(
            code=f"etp_pour_mille_{public}",
            libelle=f"ETP pour 1\u202f000 {libelle}",
            definition=f"ETP réalisés de toutes les SIAE rapportés aux {definition}, la même année.",
            formule="ETP réalisés ÷ personnes × 1 000",
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
