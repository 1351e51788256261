"""What a file of job seekers by commune is made of."""

from maillage.interfaces.imports.chiffres import ANNEE, COMMUNE
from maillage.interfaces.imports.source import Card, Column

# Column → public: what a wide file says of a commune.
PUBLICS = {
    "abc": "defm_abc",
    "un_an": "deld_1an",
    "deux_ans": "deld_2ans",
    "femmes": "femmes",
    "cinquante": "seniors",
    "cinquante_un_an": "seniors_deld",
    "moins_26": "jeunes",
    "moins_25": "jeunes_25",
    "handicap": "rqth",
    "infra_cap": "infra_cap",
    "quartiers": "defm_qpv",
}


def _count(code: str, label: str, example: str, *aliases: str) -> Column:
    return Column(code, label, "Catégories A, B et C, à la fin de la période.", example, aliases=aliases, count=True)


CARD = Card(
    code="defm",
    label="Demandeurs d’emploi par commune",
    description=(
        "Une ligne par commune et par période, une colonne par public. Une case secrète reste inconnue. Les intitulés "
        "de la Dares et de France Travail changent d’une livraison à l’autre : une colonne qui n’est pas reconnue se "
        "désigne une fois, à la main, et le reste pour les fichiers suivants."
    ),
    producer="Dares et France Travail, statistiques du marché du travail (STMT)",
    licence="Licence Ouverte 2.0",
    rhythm="une fois par trimestre\u202f; la plateforme garde un chiffre par an",
    formats=("CSV", "XLSX", "ODS"),
    key="même commune et même année",
    one_of=tuple(PUBLICS),
    columns=(
        COMMUNE,
        ANNEE,
        _count("abc", "Demandeurs d’emploi A, B et C", "9120", "defm_abc", "de abc", "nb_de_abc", "ensemble abc"),
        _count("un_an", "Inscrits depuis un an ou plus", "4310", "deld", "deld_1an", "un an ou plus", "abc_ld"),
        _count("deux_ans", "Inscrits depuis deux ans ou plus", "2240", "deld_2ans", "deux ans ou plus"),
        _count("femmes", "Femmes", "4480", "abc_femmes", "defm_abc_f", "nb_de_abc_f"),
        _count("cinquante", "50 ans ou plus", "2210", "seniors", "abc_50", "50 ans et plus"),
        _count("cinquante_un_an", "50 ans ou plus, depuis un an ou plus", "1340", "seniors_deld", "50 ans deld"),
        _count("moins_26", "Moins de 26 ans", "1180", "jeunes", "moins de 26 ans", "abc_m26"),
        _count("moins_25", "Moins de 25 ans", "1040", "moins de 25 ans", "abc_m25", "abc_jeunes"),
        _count("handicap", "Bénéficiaires de l’obligation d’emploi", "610", "boeth", "rqth", "boe", "deboe"),
        _count("infra_cap", "Niveau inférieur au CAP-BEP", "2750", "infra cap bep", "niveau vi v bis", "sans diplome"),
        _count("quartiers", "Habitants de QPV", "5020", "defm_qpv", "abc_qpv", "residents qpv"),
    ),
)
