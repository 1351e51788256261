"""What a file of indicators of the quartiers prioritaires is made of."""

from maillage.interfaces.imports.chiffres import ANNEE
from maillage.interfaces.imports.source import Card, Column

PUBLICS = {
    "population": "qpv",
    "abc": "defm_abc",
    "un_an": "deld_1an",
    "deux_ans": "deld_2ans",
    "femmes": "femmes",
    "cinquante": "seniors",
    "moins_26": "jeunes",
    "foyers_rsa": "rsa_foyers",
    "sans_diplome": "sans_diplome",
}


def _count(code: str, label: str, example: str, *aliases: str) -> Column:
    return Column(code, label, "", example, aliases=aliases, count=True)


CARD = Card(
    code="qpv_indicateurs",
    label="Indicateurs des quartiers prioritaires",
    description=(
        "Une ligne par quartier et par année, une colonne par public. Les quartiers doivent être connus : importez "
        "d’abord leur liste (source « Quartiers prioritaires »). Les habitants d’une commune en QPV sont la somme de "
        "ceux de ses quartiers."
    ),
    producer="Insee et ANCT, bases de données des quartiers de la politique de la ville",
    licence="Licence Ouverte 2.0",
    rhythm="une fois par an",
    formats=("CSV", "XLSX", "ODS"),
    key="même quartier et même année",
    one_of=tuple(PUBLICS),
    columns=(
        Column(
            "code",
            "Code du quartier",
            "Huit caractères, quartiers de 2024.",
            "QN09301M",
            required=True,
            aliases=("codgeo", "code_qp", "code qpv", "codeqp", "code_quartier", "idqpv"),
        ),
        ANNEE,
        _count("population", "Habitants", "4120", "pop_mun", "pmun", "population municipale", "nb_habitants"),
        _count("abc", "Demandeurs d’emploi A, B et C", "620", "defm_abc", "nb_de_abc", "abc_qpv"),
        _count("un_an", "Inscrits depuis un an ou plus", "310", "deld_1an", "deld"),
        _count("deux_ans", "Inscrits depuis deux ans ou plus", "160", "deld_2ans"),
        _count("femmes", "Demandeuses d’emploi", "290", "defm_abc_f", "abc_femmes"),
        _count("cinquante", "Demandeurs d’emploi de 50 ans ou plus", "150", "seniors", "abc_50"),
        _count("moins_26", "Demandeurs d’emploi de moins de 26 ans", "95", "jeunes", "abc_m26"),
        _count("foyers_rsa", "Foyers allocataires du RSA", "410", "rsa", "nb_rsa", "rsa_foyers"),
        _count("sans_diplome", "Personnes sans diplôme", "980", "nscol15p_diplmin", "peu ou pas diplomes"),
    ),
)
