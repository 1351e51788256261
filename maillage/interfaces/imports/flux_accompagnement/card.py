"""What the table Accompagnement of the ASP is made of."""

from maillage.domains.parcours.enums.accompagnement import Frein
from maillage.interfaces.imports.flux import FORMATS, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

# The end of the names of the columns of an obstacle at the ASP, then what precedes it for each count.
SUFFIXES = {
    Frein.LANGUE: "illettrisme",
    Frein.DROITS: "demarch",
    Frein.LOGEMENT: "heberg",
    Frein.MOBILITE: "mobilite",
    Frein.SANTE: "sante",
    Frein.JUSTICE: "justice",
    Frein.FINANCES: "surendet",
    Frein.DISPONIBILITE: "manque_dispo",
}
COMPTES = {
    "concernes": ("conc", "concernés"),
    "internes": ("int", "accompagnés dans la SIAE"),
    "externes": ("ext", "accompagnés par un partenaire"),
    "deux": ("int_ext", "accompagnés par les deux"),
}

CARD = Card(
    code="flux_accompagnement",
    label="ASP : freins déclarés (fluxIAE_Accompagnement)",
    description=(
        "Une ligne par annexe financière : combien de salariés ont rencontré chacun des huit freins, et par qui ils "
        "ont été accompagnés. Personne n’y est nommé. La structure, la mesure et les dates de l’annexe se joignent de "
        "la table AnnexeFinanciere, par le numéro de l’annexe. Elle suit la table des structures."
    ),
    producer=PRODUCER,
    licence="données des SIAE, non publiques à ce niveau",
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même annexe financière",
    columns=(
        Column("annexe", "Annexe financière", "Numéro à l’ASP.", "9001", required=True, aliases=("acc_afi_id",)),
        Column(
            "structure",
            "Numéro de la structure",
            "Numéro à l’ASP de l’organisation (table Structure).",
            "4051",
            required=True,
            aliases=("af_id_structure",),
        ),
        Column(
            "mesure",
            "Mesure",
            "ACI_DC, EI_DC, AI_DC, ETTI_DC, EITI_DC, ou « _MP » en milieu pénitentiaire.",
            "ACI_DC",
            required=True,
            aliases=("af_mesure_dispositif_code", "af_mesure_dispositive_code"),
        ),
        Column(
            "debut",
            "Début de l’annexe",
            "Premier jour.",
            "01/01/2026",
            required=True,
            aliases=("af_date_debut_effet", "af_date_debut_effet_v2"),
        ),
        Column(
            "fin",
            "Fin de l’annexe",
            "Dernier jour ; vide : inconnu.",
            "31/12/2026",
            aliases=("af_date_fin_effet", "af_date_fin_effet_v2"),
        ),
        *(
            Column(
                f"{compte}_{frein.value}",
                f"{frein.label[:1].upper()}{frein.label[1:]} : {label}",
                "Nombre de salariés ; vide : inconnu.",
                "4",
                aliases=(f"acc_dif_nb_sal_{prefix}_{suffix}",),
                count=True,
            )
            for frein, suffix in SUFFIXES.items()
            for compte, (prefix, label) in COMPTES.items()
        ),
    ),
)
