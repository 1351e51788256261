"""What this room publishes to the warehouse: who is employed, for how many hours, how they leave, what they become."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte
from maillage.domains.parcours.models import Contrat, Enquete, EtatMensuel, Sortie, TitreParcours
from maillage.domains.parcours.queries.entrepot import (
    SANS_REPONSE,
    SITUATIONS,
    fins_dites,
    list_fins,
    list_heures,
    list_nouvelles,
    list_salaries,
    list_sorties,
    nouvelles_dites,
    sorties_dites,
)
from maillage.domains.parcours.rules.sorties import DYNAMIQUES
from maillage.foundations.analytics.declarations import (
    Colonne,
    Forme,
    Indicateur,
    Mart,
    Secret,
    Table,
    TypeColonne,
    Ventilation,
)
from maillage.foundations.analytics.expressions import roll_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import ibis.expr.types as ir

    from maillage.foundations.analytics.declarations import Expression, Source

T = TypeColonne
SOURCE = "SIAE (contrats saisis ou importés de l’ASP), situation des personnes à leur entrée"
SOURCE_SORTIES = "SIAE (motifs de sortie saisis ou importés de l’ASP), heures déclarées"
REDUIT_ANNEE, REDUIT_CATEGORIE, REDUIT_OUI_NON = "année", "catégorie", "oui ou non"
M6 = 6
Measure: TypeAlias = "ir.Value | Callable[[ir.Table], ir.Value]"
Figure: TypeAlias = "tuple[Expression, tuple[Ventilation, ...]]"
INCONNU = "inconnu"  # the modality of what nobody filled

_SIAE = Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "contrat__siae_id", "siae")


def _place(path: str) -> tuple[Colonne, Colonne]:
    return (
        Colonne(
            "departement",
            T.TEXTE,
            "département où vit la personne ; vide hors de la région",
            f"{path}__departement",
            reduit="département",
        ),
        Colonne("region", T.TEXTE, "région de la plateforme ; vide ailleurs", f"{path}__departement", reduit="région"),
    )


def _yes(nom: str, sens: str, champ: str) -> Colonne:
    return Colonne(nom, T.BOOLEEN, f"{sens} ; vide si inconnu", champ, reduit=REDUIT_OUI_NON)


TABLES = (
    Table(
        "salaries",
        "personnes employées par SIAE et année, une fois dans chaque SIAE",
        Contrat,
        (
            Colonne("personne", T.TEXTE, "pseudonyme de la personne", "personne_id", "personne"),
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "siae_id", "siae"),
            Colonne("type_siae", T.TEXTE, "type de SIAE", "siae__type_siae"),
            Colonne("annee", T.ENTIER, "année où la personne a été employée", "debut", reduit=REDUIT_ANNEE),
            *_place("personne"),
            Colonne("rome", T.TEXTE, "code ROME du dernier contrat de l’année", "rome__code"),
            _yes("femme", "femme", "personne__sexe"),
            _yes("senior", "50 ans ou plus à la fin de l’année", "personne__date_naissance"),
            _yes("jeune", "moins de 26 ans à la fin de l’année", "personne__date_naissance"),
            _yes("deld", "deux ans et plus sans emploi à l’entrée", "personne__situation__duree_chomage"),
            _yes("brsa", "bénéficiaire du RSA à l’entrée", "personne__situation__rsa"),
            _yes("qpv", "habite un quartier prioritaire", "personne__situation__qpv"),
            _yes("rqth", "reconnue travailleur handicapé", "personne__situation__rqth"),
            _yes("infra_cap", "formation sous le niveau CAP ou BEP", "personne__situation__niveau_formation"),
        ),
        list_salaries,
    ),
    Table(
        "sorties",
        "sorties de SIAE, avec ce que vaut leur motif et si elles comptent",
        Sortie,
        (
            _SIAE,
            Colonne("type_siae", T.TEXTE, "type de SIAE", "contrat__siae__type_siae"),
            Colonne("annee", T.ENTIER, "année du dernier jour", "contrat__fin", reduit=REDUIT_ANNEE),
            *_place("contrat__personne"),
            Colonne("rome", T.TEXTE, "code ROME du dernier contrat", "contrat__rome__code"),
            Colonne("categorie", T.TEXTE, "catégorie du motif", "motif", reduit=REDUIT_CATEGORIE),
            Colonne("decompte", T.TEXTE, "si la sortie compte, sinon pourquoi", "motif", reduit=REDUIT_CATEGORIE),
            _yes("brsa", "bénéficiaire du RSA à l’entrée", "contrat__personne__situation__rsa"),
        ),
        list_sorties,
    ),
    Table(
        "nouvelles",
        "nouvelles demandées après une sortie, une fois le délai de réponse passé",
        Enquete,
        (
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE", "sortie__contrat__siae_id", "siae"),
            Colonne("type_siae", T.TEXTE, "type de SIAE", "sortie__contrat__siae__type_siae"),
            Colonne("annee", T.ENTIER, "année de la sortie", "sortie__contrat__fin", reduit=REDUIT_ANNEE),
            *_place("sortie__contrat__personne"),
            Colonne("rome", T.TEXTE, "code ROME du dernier contrat", "sortie__contrat__rome__code"),
            Colonne("mois", T.ENTIER, "délai après la sortie, en mois", "mois"),
            Colonne("groupe", T.TEXTE, "emploi, formation, autre ou sans_reponse", "situation", reduit="groupe"),
        ),
        list_nouvelles,
    ),
    Table(
        "heures",
        "heures travaillées par SIAE, métier et année",
        EtatMensuel,
        (
            _SIAE,
            Colonne("rome", T.TEXTE, "code ROME du contrat", "contrat__rome__code"),
            Colonne("annee", T.ENTIER, "année civile", "mois", reduit=REDUIT_ANNEE),
            Colonne("heures", T.DECIMAL, "heures travaillées connues", "heures"),
            Colonne("inconnus", T.ENTIER, "mois dont les heures ne sont pas connues", "heures"),
        ),
        list_heures,
    ),
    Table(
        "fins_titres",
        "droits au parcours qui finissent dans les douze mois",
        TitreParcours,
        (
            *_place("personne"),
            Colonne("regime", T.TEXTE, "agrément ou PASS IAE", "regime", reduit=REDUIT_CATEGORIE),
            Colonne("type_siae", T.TEXTE, "type de SIAE du dernier contrat", "contrats__siae__type_siae"),
            Colonne("siae", T.TEXTE, "pseudonyme de la SIAE du dernier contrat", "contrats__siae_id", "siae"),
            Colonne("rome", T.TEXTE, "code ROME du dernier contrat", "contrats__rome__code"),
            Colonne("annee", T.ENTIER, "année où l’entrepôt est publié", "fin", reduit=REDUIT_ANNEE),
            Colonne("trois_mois", T.BOOLEEN, "fin dans les trois mois", "fin", reduit=REDUIT_OUI_NON),
            Colonne("six_mois", T.BOOLEEN, "fin dans les six mois", "fin", reduit=REDUIT_OUI_NON),
        ),
        list_fins,
    ),
)

# The publics of the strategy: code, column, name, what is counted, formula.
PUBLICS = (
    ("deld", "demandeurs d’emploi de très longue durée", "deux ans et plus sans emploi à l’entrée"),
    ("brsa", "bénéficiaires du RSA", "bénéficiaires du RSA à l’entrée"),
    ("qpv", "habitants des quartiers prioritaires", "qui habitent un quartier prioritaire de la ville"),
    ("rqth", "travailleurs handicapés", "reconnus travailleurs handicapés (RQTH)"),
    ("femme", "femmes", "femmes"),
    ("senior", "seniors", "qui ont 50 ans ou plus à la fin de l’année"),
    ("jeune", "jeunes", "qui ont moins de 26 ans à la fin de l’année"),
    (
        "infra_cap",
        "personnes sans CAP ni BEP",
        "dont la formation est sous le niveau du CAP ou du BEP (codes 00, 51 et 60 de l’ASP)",
    ),
)
AXES: Mapping[str, tuple[str, Forme]] = {
    "type_siae": ("type de SIAE", Forme.TABLE),
    "rome": ("métier", Forme.LIGNE),
    "siae": ("SIAE", Forme.PROPRE),
}


def count(rows: ir.Table) -> ir.Value:
    """Count the rows of whatever group they are put in."""
    return rows.count()


def sum_by_axes(rows: ir.Table, keys: Sequence[str], **measures: Measure) -> ir.Table:
    """Return measures by territory and by the modalities of each axis: `axe` and `modalite`, "" for the whole.

    Trades and SIAE are told of the region alone.
    """
    import ibis

    named = rows.mutate(modalite=ibis.literal(""))
    parts = [roll_up(named, ["modalite", *keys], **measures).mutate(axe=ibis.literal(""))]
    for axe, (_, forme) in AXES.items():
        named = rows.mutate(modalite=rows[axe].nullif("").fill_null(INCONNU))
        part = roll_up(named, ["modalite", *keys], **measures).mutate(axe=ibis.literal(axe))
        parts.append(part if forme is Forme.TABLE else part.filter(part.niveau == "region"))
    return ibis.union(*(part.select("niveau", "code", "axe", "modalite", *keys, *measures) for part in parts))


def draw_publics(source: Source) -> ir.Table:
    """Return the employees of each public, and those of whom it is known whether they are, by axis and year."""
    rows = source("parcours_salaries")
    measures = {"salaries": count}
    for code, *_ in PUBLICS:
        measures |= {code: rows[code].sum(), f"{code}_connus": rows[code].count()}
    return sum_by_axes(rows, ["annee"], **measures)


def draw_exits(source: Source) -> ir.Table:
    """Return the ways out that count, those of each worth, and the same of the recipients of the RSA."""
    rows = source("parcours_sorties")
    counted = rows.decompte == Decompte.COMPTEE.value
    durable = rows.categorie == CategorieSortie.DURABLE.value
    dynamique = rows.categorie.isin([each.value for each in DYNAMIQUES])
    brsa = rows.brsa.fill_null(False)
    return sum_by_axes(
        rows,
        ["annee"],
        sorties=count,
        comptees=counted.sum(),
        durables=(counted & durable).sum(),
        dynamiques=(counted & dynamique).sum(),
        brsa_comptees=(counted & brsa).sum(),
        brsa_durables=(counted & brsa & durable).sum(),
        brsa_dynamiques=(counted & brsa & dynamique).sum(),
    )


def draw_news(source: Source) -> ir.Table:
    """Return what became of those who left, after each delay; those who did not answer stand apart."""
    rows = source("parcours_nouvelles")
    numbers = {each: (rows.groupe == each).sum() for each in SITUATIONS}
    answered = (rows.groupe != SANS_REPONSE).sum()
    return sum_by_axes(rows, ["annee", "mois"], interrogees=count, repondues=answered, **numbers)


def draw_hours(source: Source) -> ir.Table:
    """Return the hours by territory of the principal site, kind, trade and SIAE."""
    kinds = source("structures_siae").select("siae", "type_siae")
    rows = source("parcours_heures").join(kinds, "siae").join(source("structures_sites"), "siae")
    return sum_by_axes(
        rows,
        ["annee"],
        heures=rows.heures.sum(),
        inconnus=rows.inconnus.sum(),
    )


def draw_ends(source: Source) -> ir.Table:
    """Return the rights that end within a year, and within three and six months."""
    rows = source("parcours_fins_titres")
    return sum_by_axes(
        rows,
        ["annee"],
        fins=count,
        trois_mois=rows.trois_mois.sum(),
        six_mois=rows.six_mois.sum(),
    )


MARTS = (
    Mart("publics", "les publics employés par territoire, type, métier, SIAE et année", draw_publics),
    Mart("devenir", "les sorties qui comptent par territoire, type, métier, SIAE et année", draw_exits),
    Mart("suivi", "les nouvelles à 3, 6, 12 et 18 mois par territoire, type, métier, SIAE et année", draw_news),
    Mart("travail", "les heures par territoire, type, métier, SIAE et année", draw_hours),
    Mart("echeances", "les droits qui finissent dans l’année, par territoire, type, métier et SIAE", draw_ends),
)


def share(
    mart: str, above: str, below: str, mois: int | None = None, axes: Sequence[str] = ("type_siae", "rome", "siae")
) -> Figure:
    """Return a figure drawn from a mart, one count against another ("": none), by territory and by some axes."""

    def draw(source: Source) -> ir.Table:
        import ibis

        rows = source(mart)
        rows = rows.filter(rows.axe.isin(["", *axes]))
        if mois is not None:
            rows = rows.filter(rows.mois == mois)
        return rows.mutate(numerateur=rows[above], denominateur=rows[below] if below else ibis.null())

    return draw, tuple(Ventilation(axe, *AXES[axe]) for axe in axes)


def percent(
    code: str, libelle: str, definition: str, formule: str, figure: Figure, *, source: str, secret: Secret
) -> Indicateur:
    """Return the indicator of a share."""
    expression, ventilations = figure
    return Indicateur(
        code=code,
        libelle=libelle,
        definition=definition,
        formule=formule,
        unite="%",
        source=source,
        objectif="3.1",
        expression=expression,
        facteur=100,
        decimales=1,
        secret=secret,
        ventilations=ventilations,
    )


def _sortie(code: str, libelle: str, worth: str, public: str = "") -> Indicateur:
    whom = " des bénéficiaires du RSA (à l’entrée)" if public else ""
    prefix = f"{public}_" if public else ""
    return percent(
        code,
        libelle,
        f"Part des sorties {worth}{whom} parmi celles qui comptent. Une sortie compte selon son motif, la durée et les "
        "heures du séjour, avec les règles de chaque type de SIAE. La personne est comptée où elle vit.",
        f"sorties {worth}{whom} ÷ sorties{whom} comptées × 100",
        share("parcours_devenir", prefix + worth.partition(" ")[0], f"{prefix}comptees"),
        source=SOURCE_SORTIES,
        secret=SORTIES[public],
    )


SORTIES = {public: Secret(des_tables=partial(sorties_dites, public=public)) for public in ("", "brsa")}
HEURES = share("parcours_travail", "heures", "", axes=("type_siae", "siae"))
FINS = share("parcours_echeances", "fins", "")

INDICATEURS = (
    *(
        percent(
            f"emploi_{code}",
            f"part des {libelle}, d’après les contrats",
            f"Part des personnes employées dans l’année {quoi}. Une personne compte une fois dans chaque SIAE qui "
            "l’emploie, dans le département où elle vit.",
            "personnes employées du public ÷ personnes employées dont la situation est connue × 100",
            share("parcours_publics", code, f"{code}_connus"),
            source=SOURCE,
            secret=Secret(),
        )
        for code, libelle, quoi in PUBLICS
    ),
    _sortie("sorties_durables", "sorties vers l’emploi durable", "durables"),
    _sortie("sorties_dynamiques", "sorties dynamiques", "dynamiques (durables, de transition ou positives)"),
    _sortie("sorties_brsa_durables", "sorties durables des bénéficiaires du RSA", "durables", "brsa"),
    _sortie(
        "sorties_brsa_dynamiques",
        "sorties dynamiques des bénéficiaires du RSA",
        "dynamiques (durables, de transition ou positives)",
        "brsa",
    ),
    percent(
        "emploi_6_mois",
        "personnes en emploi six mois après leur sortie",
        "Part des personnes qui travaillent six mois après leur sortie, parmi celles qui ont répondu. Qui n’a pas "
        "répondu n’est compté ni en emploi, ni au chômage\u202f: voyez le taux de réponse.",
        "réponses «\u202fje travaille\u202f» à six mois ÷ réponses à six mois × 100",
        share("parcours_suivi", "emploi", "repondues", M6, ("rome", "siae")),
        source="personnes sorties (enquête à six mois)",
        secret=Secret(partial(nouvelles_dites, M6)),
    ),
    percent(
        "reponse_6_mois",
        "taux de réponse six mois après la sortie",
        "Part des personnes qui ont donné de leurs nouvelles, parmi celles à qui on en a demandé et dont le délai de "
        "réponse est passé. Un refus est une absence de réponse.",
        "réponses à six mois ÷ personnes interrogées à six mois × 100",
        share("parcours_suivi", "repondues", "interrogees", M6, ("rome", "siae")),
        source="personnes sorties (enquête à six mois)",
        secret=Secret(partial(nouvelles_dites, M6)),
    ),
    Indicateur(
        code="heures_realisees",
        libelle="heures réalisées",
        definition="Heures travaillées par les salariés en insertion, mois par mois, dans le département de "
        "l’implantation principale de leur SIAE.",
        formule="somme des heures connues des états mensuels\u202f; «\u202fau moins\u202f» quand il en manque",
        unite="heures",
        source="SIAE (états mensuels saisis ou importés de l’ASP)",
        objectif="3.1",
        expression=HEURES[0],
        ventilations=HEURES[1],
    ),
    Indicateur(
        code="fins_pass",
        libelle="droits au parcours qui finissent dans les douze mois",
        definition="Agréments et PASS IAE en cours qui finissent dans les douze mois qui suivent le calcul, par "
        "département où vit la personne.",
        formule="nombre de droits en cours dont la fin, suspensions et prolongations comprises, tombe avant douze mois",
        unite="droits",
        source="SIAE et prescripteurs (titres de parcours)",
        objectif="3.1",
        expression=FINS[0],
        secret=Secret(fins_dites),
        ventilations=FINS[1],
    ),
)
