"""What a list of employers is made of."""

from maillage.interfaces.imports.source import Card, Column

CARD = Card(
    code="employeurs",
    label="Employeurs",
    description=(
        "Une ligne par établissement : qui il est, où, sa taille, les recrutements qu’il annonce. Jamais une "
        "personne : un entrepreneur individuel est rejeté."
    ),
    producer="Insee (Sirene), intercommunalités, chambres consulaires, France Travail",
    licence="Licence Ouverte 2.0 pour Sirene\u202f; sinon selon le producteur",
    rhythm="annuel",
    formats=("CSV", "XLSX", "ODS"),
    key="même SIRET",
    columns=(
        Column(
            "siret",
            "SIRET",
            "14 chiffres, clé vérifiée.",
            "00000000000000",
            required=True,
            aliases=("n siret", "numero siret", "siretEtablissement"),
        ),
        Column(
            "denomination",
            "Dénomination",
            "Nom de l’établissement ou de son entreprise.",
            "Propreté du Canal",
            required=True,
            aliases=("nom", "raison sociale", "denominationUniteLegale", "enseigne"),
        ),
        Column(
            "commune",
            "Code INSEE de la commune",
            "Cinq caractères ; les codes disparus sont convertis.",
            "93066",
            required=True,
            aliases=("code commune", "codeCommuneEtablissement", "code insee", "codgeo"),
        ),
        Column(
            "naf",
            "Code NAF",
            "NAF rév. 2, avec ou sans point.",
            "8121Z",
            aliases=("ape", "code naf", "activitePrincipaleEtablissement"),
        ),
        Column(
            "tranche",
            "Tranche d’effectif",
            "Code Sirene : 11, 12, 21…\u202f; « NN » : non employeur.",
            "12",
            aliases=("tranche effectif", "trancheEffectifsEtablissement"),
        ),
        Column(
            "intentions",
            "Recrutements annoncés",
            "Vide : l’établissement n’a rien dit.",
            "8",
            count=True,
            aliases=("recrutements", "intentions d embauche"),
        ),
        Column(
            "annee",
            "Année",
            "Celle des recrutements annoncés.",
            "2026",
            aliases=("an",),
        ),
        Column(
            "categorie_juridique",
            "Catégorie juridique",
            "Code Insee ; une personne physique (1…) est rejetée.",
            "5710",
            aliases=("categorieJuridiqueUniteLegale", "forme juridique"),
        ),
    ),
)
