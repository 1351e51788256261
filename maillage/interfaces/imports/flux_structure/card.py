"""What the table Structure of the ASP is made of."""

from maillage.interfaces.imports.flux import FORMATS, PRODUCER, RHYTHM
from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="flux_structure",
    label="ASP : structures (fluxIAE_Structure)",
    description=(
        "Une ligne par organisation : le numéro sous lequel l’ASP la connaît et son SIRET. Les contrats la désignent "
        "par ce numéro : cette table s’importe avant les leurs. Elle ne crée pas de SIAE : "
        "l’organisation doit être connue."
    ),
    producer=PRODUCER,
    licence="données des SIAE, non publiques à ce niveau",
    rhythm=RHYTHM,
    formats=FORMATS,
    key="même numéro de structure",
    one_of=("siret", "siret_signature"),
    columns=(
        Column(
            "structure",
            "Numéro de la structure",
            "Numéro de la structure à l’ASP.",
            "4051",
            required=True,
            aliases=("structure_id_siae",),
        ),
        Column(
            "siret",
            "SIRET actualisé",
            "14 chiffres ; la clé est vérifiée.",
            "00009001900019",
            aliases=("structure_siret_actualise", "siret"),
        ),
        Column(
            "siret_signature",
            "SIRET à la signature",
            "Celui de la convention ; il sert quand l’actualisé n’est pas connu.",
            "00009001900019",
            aliases=("structure_siret_signature",),
        ),
    ),
)
