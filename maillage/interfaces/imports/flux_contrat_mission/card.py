"""What the table ContratMission of the ASP is made of."""

from maillage.interfaces.imports.flux import FORMATS, LICENCE, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="flux_contrat_mission",
    label="ASP : contrats et missions (fluxIAE_ContratMission)",
    description=(
        "Une ligne par contrat ou renouvellement. Elle suit les tables des structures et des salariés. Le contrat "
        "ouvre à la SIAE le dossier de la personne pour sa durée, et complète ce qui est inconnu de sa situation."
    ),
    producer=PRODUCER,
    licence=LICENCE,
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même numéro de contrat",
    columns=(
        Column(
            "contrat",
            "Numéro du contrat",
            "Numéro à l’ASP.",
            "880001",
            required=True,
            aliases=("contrat_id_ctr",),
        ),
        Column(
            "salarie",
            "Numéro du salarié",
            "Numéro à l’ASP de la personne (table Salarie).",
            "710001",
            required=True,
            aliases=("contrat_id_pph",),
        ),
        Column(
            "nir",
            "NIR",
            "Facultatif, dans les extractions qui le joignent : il est comparé à celui du dossier.",
            "",
            aliases=("salarie_nir",),
        ),
        Column(
            "structure",
            "Numéro de la structure",
            "Numéro à l’ASP de l’organisation (table Structure).",
            "4051",
            required=True,
            aliases=("contrat_id_structure",),
        ),
        Column(
            "mesure",
            "Mesure",
            "ACI_DC, EI_DC, AI_DC, ETTI_DC, EITI_DC, ou « _MP » en milieu pénitentiaire ; FDI_DC est hors champ.",
            "ACI_DC",
            required=True,
            aliases=("contrat_mesure_disp_code",),
        ),
        Column(
            "forme",
            "Forme du contrat",
            "Libellé ou code ; à défaut, le contrat usuel du type de SIAE.",
            "CDDI",
            aliases=("contrat_format_contrat_code", "rfc_lib_forme_contrat"),
        ),
        Column(
            "debut",
            "Date d’embauche",
            "Premier jour.",
            "05/01/2026",
            required=True,
            aliases=("contrat_date_embauche",),
        ),
        Column(
            "fin_prevue",
            "Date de fin du contrat",
            "Dernier jour prévu ; vide pour un CDI.",
            "04/07/2026",
            aliases=("contrat_date_fin_contrat",),
        ),
        Column(
            "sortie",
            "Date de sortie définitive",
            "Dernier jour de la personne dans la structure.",
            "",
            aliases=("contrat_date_sortie_definitive",),
        ),
        Column(
            "motif",
            "Motif de sortie",
            "Code (rms_code) ou libellé (rms_libelle) de la table RefMotifSort, non son identifiant interne.",
            "",
            aliases=("contrat_motif_sortie_code", "rms_libelle", "rms_code"),
        ),
        Column(
            "heures",
            "Heures par semaine",
            "Vide : inconnu, ou sans objet.",
            "26",
            aliases=("contrat_nb_heures_hebdo", "contrat_duree_hebdo"),
        ),
        Column("rome", "Code ROME", "Métier exercé.", "A1203", aliases=("contrat_code_rome",)),
        Column("rsa", "RSA", "NON, OUI-M ou OUI-NM.", "NON", aliases=("contrat_salarie_rsa",)),
        Column("ass", "ASS", "Vrai ou faux.", "", aliases=("contrat_salarie_ass",)),
        Column("aah", "AAH", "Vrai ou faux.", "", aliases=("contrat_salarie_aah",)),
        Column("rqth", "RQTH", "Vrai ou faux.", "", aliases=("contrat_salarie_rqth",)),
        Column("oeth", "OETH", "Vrai ou faux.", "", aliases=("contrat_salarie_oeth",)),
        Column(
            "niveau_formation",
            "Niveau de formation",
            "Code de l’ASP, deux chiffres.",
            "40",
            aliases=("contrat_niveau_de_formation_code",),
        ),
        Column(
            "duree_chomage",
            "Durée sans emploi",
            "Code ou libellé de l’ASP : de 01 (moins de 6 mois) à 04 (24 mois et plus).",
            "03",
            aliases=("contrat_salarie_sans_emploi_depuis", "duree_inscription_ft"),
        ),
    ),
)
