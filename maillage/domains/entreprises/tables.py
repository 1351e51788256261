"""What this room publishes to the warehouse: the immersions, and how many employees of SIAE have access to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from maillage.domains.entreprises.models import Immersion
from maillage.domains.entreprises.queries.entrepot import acces_dit, list_immersions
from maillage.domains.entreprises.rules.immersions import get_prescrivent
from maillage.domains.parcours.tables import AXES, share, sum_by_axes
from maillage.foundations.analytics.declarations import (
    Colonne,
    Indicateur,
    Mart,
    Secret,
    Table,
    TypeColonne,
)
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Source

T = TypeColonne
SOURCE = "SIAE (conventions d’immersion et contrats, saisis ou importés de l’ASP)"
PRESCRIVENT = tuple(get_prescrivent())
ACCES = "entreprises_acces"

TABLES = (
    Table(
        "immersions",
        "immersions en entreprise (PMSMP) validées, sauf celles où la personne n’est pas venue",
        Immersion,
        (
            Colonne("personne", T.TEXTE, "pseudonyme de la personne", "personne_id", "personne"),
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE qui l’emploie", "contrat__siae_id", "siae"),
            Colonne("annee", T.ENTIER, "année du premier jour", "debut", reduit="année"),
            Colonne("rome", T.TEXTE, "code ROME du métier", "rome__code"),
            Colonne("objectif", T.TEXTE, "découvrir, confirmer ou recruter", "objectif", reduit="catégorie"),
            Colonne("embauche", T.BOOLEEN, "embauche à la suite ; vide si inconnu", "bilan__embauche"),
        ),
        list_immersions,
    ),
)


def draw_access(source: Source) -> ir.Table:
    """Return the employees of each kind of SIAE and those who had an immersion in the year, by axis.

    A person counts once a year under each kind that employs them, once in each trade and SIAE.
    """
    seen = source("entreprises_immersions").select("personne", "annee").distinct().mutate(immersion=1)
    rows = source("parcours_salaries").left_join(seen, ["personne", "annee"])
    rows = rows.mutate(qui=rows.type_siae + rows.personne)
    prescrit, aci = rows.type_siae.isin(PRESCRIVENT), rows.type_siae == TypeSiae.ACI.value
    had = rows.immersion.notnull()
    return sum_by_axes(
        rows,
        ["annee"],
        salaries=rows.qui.nunique(where=prescrit),
        immersions=rows.qui.nunique(where=prescrit & had),
        salaries_aci=rows.qui.nunique(where=aci),
        immersions_aci=rows.qui.nunique(where=aci & had),
    )


MARTS = (Mart("acces", "l’accès aux immersions par territoire, type, métier, SIAE et année", draw_access),)


def _acces(code: str, libelle: str, whom: str, suffix: str, kinds: tuple[str, ...], *axes: str) -> Indicateur:
    expression, ventilations = share(ACCES, f"immersions{suffix}", f"salaries{suffix}", axes=axes)
    return Indicateur(
        code=code,
        libelle=libelle,
        definition=f"Part des salariés {whom} qui ont commencé dans l’année une immersion en entreprise (PMSMP) "
        "validée et où ils sont venus. Une personne compte une fois par type de SIAE, là où elle vit.",
        formule="salariés qui ont eu une immersion ÷ salariés employés dans l’année × 100",
        unite="%",
        source=SOURCE,
        objectif="3.2",
        expression=expression,
        facteur=100,
        decimales=1,
        secret=Secret(partial(acces_dit, *kinds)),
        ventilations=ventilations,
    )


INDICATEURS = (
    _acces(
        "pmsmp_aci",
        "part des salariés d’ACI qui ont eu une immersion",
        "d’ateliers et chantiers d’insertion",
        "_aci",
        (TypeSiae.ACI.value,),
        "rome",
        "siae",
    ),
    _acces(
        "pmsmp",
        "part des salariés d’EI, ACI et AI qui ont eu une immersion",
        "des SIAE qui peuvent prescrire une immersion (EI, ACI, AI)",
        "",
        PRESCRIVENT,
        *AXES,
    ),
)
