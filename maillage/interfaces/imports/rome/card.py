"""What a table of the ROME is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="rome",
    label="Métiers ROME",
    description="Une ligne par métier du répertoire opérationnel des métiers et des emplois (ROME 4.0).",
    producer="France Travail",
    licence="Licence Ouverte 2.0",
    rhythm="trimestriel",
    formats=("CSV", "XLSX", "ODS"),
    key="même code ROME",
    columns=(
        Column(
            "code",
            "Code ROME",
            "Une lettre et quatre chiffres.",
            "K2204",
            required=True,
            aliases=("code_rome", "rome"),
        ),
        Column(
            "libelle",
            "Libellé",
            "",
            "Agent / Agente de propreté de locaux",
            required=True,
            aliases=("libelle_rome", "intitule", "intitule_rome"),
        ),
        Column(
            "parent",
            "Code de rattachement",
            "",
            "K2204",
            aliases=("code_rome_parent",),
        ),
        Column(
            "transition",
            "Transition écologique",
            "",
            "Emploi Blanc",
            aliases=("transition_eco",),
        ),
    ),
)
