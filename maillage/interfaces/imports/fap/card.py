"""What a table of the FAP is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="fap",
    label="Métiers FAP",
    description=(
        "Une ligne par métier, avec sa famille. La table de passage de la Dares, plus fine, convient telle "
        "quelle : ses lignes d’un même métier n’en font qu’un."
    ),
    producer="Dares",
    licence="Licence Ouverte 2.0",
    rhythm="à chaque révision de la nomenclature",
    formats=("CSV", "XLSX", "ODS"),
    key="même métier et même détail",
    one_of=("code_2021", "code_2009"),
    columns=(
        Column(
            "code_2021",
            "Code FAP 2021",
            "Cinq caractères ; trois pour une famille.",
            "T4X60",
            aliases=("Code_FAP228", "fap 2021", "fap228", "code metier bmo"),
        ),
        Column(
            "code_2009",
            "Code FAP 2009",
            "Cinq caractères ; trois pour une famille.",
            "T4Z60",
            aliases=("Code_FAP225", "fap 2009", "fap225"),
        ),
        Column(
            "libelle",
            "Libellé du métier",
            "",
            "Agents d’entretien de locaux",
            required=True,
            aliases=("Intitulé_FAP228", "Intitulé_FAP225", "intitule", "libelle metier"),
        ),
        Column(
            "famille",
            "Libellé de la famille",
            "",
            "Agents d’entretien",
            aliases=("Intitulé_FAP86", "Intitulé_FAP87", "libelle famille"),
        ),
        Column(
            "detail",
            "Code de détail",
            "Sans effet : distingue les lignes d’une table plus fine que les métiers.",
            "",
            aliases=("Code_FAP341",),
        ),
    ),
)
