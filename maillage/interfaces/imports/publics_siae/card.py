"""What a table of the publics of SIAE is made of: one column per public."""

from maillage.domains.offre.enums import PublicPrioritaire
from maillage.domains.offre.rules.publics import reperes
from maillage.interfaces.imports.source import Card, Column

ALIASES = {
    "femmes": ("nombre de femmes", "nb femmes", "dont femmes"),
    "rqth": ("th", "travailleurs handicapes", "boeth", "dont rqth"),
    "refugies": ("bpi", "refugies", "protection internationale"),
    "campements": ("campement", "bidonvilles"),
    "qpv": ("residents qpv", "habitants qpv", "dont qpv"),
    "brsa": ("rsa", "beneficiaires du rsa", "dont brsa"),
    "deld_2ans": ("tres longue duree", "deld 24 mois", "deld 2 ans"),
    "seniors": ("50 ans et plus", "plus de 50 ans", "seniors"),
    "seniors_deld": ("deld seniors", "seniors deld"),
    "jeunes": ("moins de 26 ans", "jeunes"),
}
EXAMPLES = {"femmes": "17", "rqth": "2", "qpv": "14", "brsa": "15", "deld_2ans": "19", "seniors": "8", "jeunes": "7"}

CARD = Card(
    code="publics_siae",
    label="Publics des SIAE",
    description=(
        "Une ligne par SIAE et par année\u202f: les salariés en insertion de l’année, puis une colonne par public. "
        "Une case vide ou «\u202fnd\u202f» laisse le public inconnu\u202f: elle ne compte pas pour zéro et n’efface "
        "rien. Une même personne compte dans chaque public dont elle relève. Le fichier ne porte aucun nom."
    ),
    producer="SIAE, réseaux de l’IAE, DDETS ou extraction de l’extranet IAE 2.0 (ASP)",
    licence="données des SIAE, non publiques à ce niveau",
    rhythm="une fois par an, avant les dialogues de gestion",
    formats=("CSV", "XLSX", "ODS"),
    key="même SIRET, même type et même année",
    one_of=tuple(PublicPrioritaire.values),
    columns=(
        Column(
            "siret",
            "SIRET",
            "14 chiffres\u202f; la clé est vérifiée.",
            "00009001900019",
            required=True,
            aliases=("n° siret", "numero siret", "siret structure", "siret de la structure"),
        ),
        Column(
            "type_siae",
            "Type",
            "ACI, EI, AI, ETTI ou EITI, ou le nom complet.",
            "ACI",
            required=True,
            aliases=("kind", "type de siae", "type siae", "type de structure", "dispositif", "mesure"),
        ),
        Column("annee", "Année", "Année civile.", "2025", required=True, aliases=("an", "exercice", "year")),
        Column(
            "salaries",
            "Salariés en insertion",
            "Ceux employés dans l’année dont la situation est connue\u202f: le dénominateur des parts.",
            "42",
            required=True,
            count=True,
            aliases=("salaries en insertion", "total", "effectif", "effectif total", "nombre de salaries"),
        ),
        *(
            Column(
                public.value,
                f"{public.label[:1].upper()}{public.label[1:]}",
                reperes()[public.value].definition,
                EXAMPLES.get(public.value, ""),
                count=True,
                aliases=ALIASES[public.value],
            )
            for public in PublicPrioritaire
        ),
    ),
)
