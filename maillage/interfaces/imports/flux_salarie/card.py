"""What the table Salarie of the ASP is made of."""

from maillage.interfaces.imports.flux import FORMATS, LICENCE, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="flux_salarie",
    label="ASP : salariés (fluxIAE_Salarie)",
    description=(
        "Une ligne par personne employée dans l’IAE. Une personne se reconnaît à son NIR, à défaut à son numéro à "
        "l’ASP. Ce qui est déjà connu d’elle reste : seul l’inconnu est complété. Le NIR est chiffré."
    ),
    producer=PRODUCER,
    licence=LICENCE,
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même numéro de salarié",
    columns=(
        Column("salarie", "Numéro du salarié", "Numéro à l’ASP.", "710001", required=True, aliases=("salarie_id",)),
        Column(
            "nir",
            "NIR",
            "15 caractères, clé vérifiée. Vide : la personne n’est reconnue qu’à son numéro.",
            "",
            aliases=("salarie_nir",),
        ),
        Column(
            "nom",
            "Nom d’usage",
            "À défaut, le nom de naissance.",
            "MARTIN",
            aliases=("salarie_nom_usage",),
        ),
        Column("nom_naissance", "Nom de naissance", "", "MARTIN", aliases=("salarie_nom_naissance",)),
        Column("prenom", "Prénom", "", "ANNE", required=True, aliases=("salarie_prenom",)),
        Column(
            "civilite",
            "Civilité",
            "« M. » ou « MME ».",
            "MME",
            aliases=("salarie_rci_libelle", "salarie_civilite"),
        ),
        Column(
            "date_naissance",
            "Date de naissance",
            "Jour, mois, année.",
            "03/05/1988",
            required=True,
            aliases=("salarie_date_naissance",),
        ),
        Column(
            "numero",
            "Numéro de PASS ou d’agrément",
            "12 chiffres. Celui d’une autre personne fait rejeter la ligne.",
            "",
            aliases=("salarie_agrement",),
        ),
        Column(
            "commune",
            "Code INSEE de la commune",
            "Commune où vit la personne, cinq caractères.",
            "93066",
            aliases=("salarie_codeinseecom",),
        ),
        Column("numero_voie", "Numéro de voie", "", "12", aliases=("salarie_adr_numero_voie",)),
        Column("type_voie", "Type de voie", "", "RUE", aliases=("salarie_codetypevoie",)),
        Column("voie", "Libellé de la voie", "", "DU MOULIN", aliases=("salarie_adr_libelle_voie",)),
        Column("email", "Adresse électronique", "", "", aliases=("salarie_adr_mail",)),
        Column("telephone", "Téléphone", "", "", aliases=("salarie_adr_telephone", "salarie_telephone")),
        Column("qpv", "Quartier prioritaire", "« QP » : oui ; « NQP » : non.", "QP", aliases=("salarie_adr_qpv_type",)),
        Column("zrr", "Zone de revitalisation rurale", "Vrai ou faux.", "FALSE", aliases=("salarie_adr_is_zrr",)),
    ),
)
