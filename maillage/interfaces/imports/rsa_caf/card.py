"""What a file of the Caf on RSA is made of."""

from maillage.interfaces.imports.chiffres import ANNEE, COMMUNE
from maillage.interfaces.imports.source import Card, Column

# The parts of the RSA: a file gives their total, or all of them.
PARTS = ("socle", "socle_majore", "activite")

CARD = Card(
    code="rsa_caf",
    label="Foyers allocataires du RSA par commune (Caf)",
    description=(
        "Une ligne par commune : les foyers qui ont un droit versable au RSA en décembre. Un foyer compte pour un : ce "
        "n’est pas un nombre de personnes, et la plateforme en fait un public à part."
    ),
    producer="Cnaf, data.caf.fr",
    licence="Licence Ouverte 2.0",
    rhythm="une fois par an, au titre de décembre",
    formats=("CSV", "XLSX", "ODS"),
    key="même commune et même année",
    one_of=("foyers", *PARTS),
    columns=(
        COMMUNE,
        Column(
            "annee",
            "Année",
            "Année ou date de référence : décembre de l’année.",
            "2024",
            required=True,
            aliases=(*ANNEE.aliases, "dtref", "date_reference", "date de reference"),
        ),
        Column(
            "foyers",
            "Foyers RSA",
            "Total. À défaut, la somme des trois colonnes qui suivent.",
            "5210",
            aliases=(
                "nb_allocataire_rsa",
                "rsa",
                "nb_rsa",
                "foyers_rsa",
                "nb_foyers_rsa",
                "rsa_verse",
            ),
            count=True,
        ),
        Column("socle", "RSA non majoré", "", "4310", aliases=("rsa_socle_non_majore", "rsa_non_majore"), count=True),
        Column("socle_majore", "RSA majoré", "", "700", aliases=("rsa_socle_majore", "rsa_majore"), count=True),
        Column(
            "activite",
            "RSA activité",
            "Jusqu’en 2015 : la prime d’activité l’a remplacé.",
            "",
            aliases=("rsa_activite",),
            count=True,
        ),
    ),
)
