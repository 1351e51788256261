"""What a table of links is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="fap_rome",
    label="Correspondance FAP – ROME",
    description="Une ligne par couple : un métier de la FAP et un métier du ROME qu’il recouvre, en tout ou partie.",
    producer="Dares",
    licence="Licence Ouverte 2.0",
    rhythm="à chaque révision d’une nomenclature",
    formats=("CSV", "XLSX", "ODS"),
    key="même métier FAP et même métier ROME",
    columns=(
        Column(
            "fap",
            "Code FAP",
            "Cinq caractères.",
            "T4Z60",
            required=True,
            aliases=("code_fap", "fap225", "fap228"),
        ),
        Column(
            "rome",
            "Code ROME",
            "Une lettre et quatre chiffres ; « NA » : le métier n’en recouvre aucun.",
            "K2204",
            required=True,
            aliases=("code_rome",),
        ),
        Column(
            "libelle",
            "Libellé du métier ROME",
            "Sans effet.",
            "Nettoyage de locaux",
            aliases=("intitule_rome", "libelle_rome"),
        ),
        Column(
            "nomenclature",
            "Nomenclature",
            "« FAP 2009 » ou « FAP 2021 » ; à défaut, celle que dit la troisième lettre du code (Z ou X), sinon 2009.",
            "FAP 2009",
            aliases=("version",),
        ),
    ),
)
