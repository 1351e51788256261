"""What the « diag » layout of France Travail is made of: a cross table of job seekers and their brakes."""

from maillage.interfaces.imports.source import Card, Column

# Column of a brake → public.
CONTRAINTES = {
    "contrainte_numerique": "frein_numerique",
    "contrainte_mobilite": "frein_mobilite",
    "contrainte_familiale": "frein_famille",
    "contrainte_sante": "frein_sante",
    "contrainte_savoir": "frein_savoirs",
    "contrainte_logement": "frein_logement",
    "contrainte_financiere": "frein_finances",
    "contrainte_admin_jurid": "frein_justice",
}
# What tells a group of job seekers from another, besides its territory and its month: a line is one group.
MODALITES = {
    "categorie_statistique": ("Catégorie", "Seules A, B et C sont comptées.", "A"),
    "tranche_anciennete": ("Ancienneté d’inscription", "En mois ou en années.", "12 à 23 mois"),
    "top_qpv": ("Habite un QPV", "O ou N.", "N"),
    "top_zrr": ("Habite une ZRR", "O ou N ; laissé.", "N"),
    "top_boe": ("Bénéficiaire de l’obligation d’emploi", "O ou N.", "N"),
    "top_rsa": ("Bénéficiaire du RSA", "O ou N.", "O"),
    "tranche_age": ("Âge", "Moins de 25 ans, 50 ans et plus…", "50 ans et plus"),
    "niveau_de_formation": ("Niveau de formation", "CAP-BEP, inférieur au CAP…", "CAP-BEP"),
    "sexe": ("Sexe", "F ou H.", "F"),
    "situation_de_famille": ("Situation de famille", "Laissée.", "célibataire"),
    "nombre_enfants_a_charge": ("Enfants à charge", "Laissé.", "0"),
    "structure_accompagnement": ("Structure d’accompagnement", "Laissée.", ""),
    "parcours_accompagnement": ("Parcours d’accompagnement", "Laissé.", ""),
    "c_impactcontrainte_numeriq_id": ("Impact : numérique", "Laissé.", ""),
    "c_impactcontrainte_mobilite_id": ("Impact : mobilité", "Laissé.", ""),
    "c_impactcontrainte_famille_id": ("Impact\u202f: famille", "Laissé.", ""),
    "c_impactcontrainte_sante_id": ("Impact : santé", "Laissé.", ""),
    "c_impactcontrainte_savoir_id": ("Impact\u202f: savoirs", "Laissé.", ""),
    "c_impactcontrainte_logement_id": ("Impact\u202f: logement", "Laissé.", ""),
    "c_impactcontrainte_finance_id": ("Impact\u202f: finances", "Laissé.", ""),
    "c_impactcontrainte_adminjur_id": ("Impact\u202f: administratif ou juridique", "Laissé.", ""),
    "n_nbcontraintesactives": ("Nombre de contraintes actives", "Laissé.", "1"),
    "diag": ("Diagnostic", "Laissé.", ""),
}
# Without these, nothing can be counted.
NECESSAIRES = {"categorie_statistique"}

CARD = Card(
    code="ft_diag",
    label="Diagnostics de France Travail",
    description=(
        "Un tableau croisé par comité local pour l’emploi : chaque ligne est un groupe de demandeurs d’emploi et leur "
        "nombre. Les lignes s’additionnent en publics (longue durée, femmes, seniors, handicap, quartiers…) et en "
        "freins (mobilité, logement, santé…). Un mois par fichier."
    ),
    producer="France Travail, diagnostics des demandeurs d’emploi",
    licence="convention avec France Travail",
    rhythm="à chaque livraison",
    formats=("CSV", "XLSX", "ODS"),
    key="même territoire, même mois et mêmes modalités",
    columns=(
        Column("mois_statistique", "Mois", "Année et mois.", "202509", required=True, aliases=("mois",)),
        Column(
            "c_territoire_id",
            "Code du comité local pour l’emploi",
            "Les comités doivent être connus : importez d’abord les zonages.",
            "CLPE93001",
            required=True,
            aliases=("territoire_id", "clpe", "code_clpe"),
        ),
        Column("c_lblterritoire", "Nom du comité local", "Laissé.", "CLPE PLAINE COMMUNE"),
        Column("dptres", "Département de résidence", "Distingue les lignes d’un comité à cheval.", "93"),
        Column("regres", "Région de résidence", "Laissée.", "11"),
        *(
            Column(code, label, description, example, required=code in NECESSAIRES)
            for code, (label, description, example) in MODALITES.items()
        ),
        Column("defm", "Demandeurs d’emploi", "Nombre de personnes du groupe.", "12", required=True, count=True),
        *(
            Column(code, f"Contrainte\u202f: {public.removeprefix('frein_')}", "1 si elle est active, 0 sinon.", "0")
            for code, public in CONTRAINTES.items()
        ),
    ),
)
