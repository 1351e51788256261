"""The blocks drawn from the profile of the publics, the local economy and the trades of the SIAE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from maillage.domains.diagnostics.enums import Gravite
from maillage.domains.diagnostics.queries.economie import draw_debouches, get_opportunites
from maillage.domains.diagnostics.queries.notes import list_notes_de, list_themes
from maillage.domains.diagnostics.queries.offre_iae import MASQUE, draw_groupes, get_mixite, get_offre_iae
from maillage.domains.diagnostics.queries.partage_blocs import Chiffres, Producteur
from maillage.domains.diagnostics.queries.profils import FONDS, draw_profil, get_profil
from maillage.foundations.kernel.secret import describe_secret
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import decimal, nombre
from maillage.references.economie.queries.metiers import find_annee
from maillage.references.structures.queries.annees import get_annee_reference
from maillage.references.structures.queries.effectifs import draw_mixite
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from maillage.domains.diagnostics.queries.partage_blocs import Contexte
    from maillage.references.economie.queries.metiers import Marche

MEMBRES = "répertoire des SIAE de la plateforme"


def produce_publics(contexte: Contexte) -> Chiffres | None:
    """Set each public beside the region's, per 1,000 people of working age; None without an imported series."""
    territoire = contexte.territoire
    if not contexte.couverture.series:
        return None
    on = timezone.localdate()
    profil = get_profil(contexte.region, territoire.niveau, territoire.code, annee=contexte.annee, on=on)
    if profil is None:
        return None
    lignes = [ligne for ligne in profil.lignes if ligne.ici.valeur is not None and ligne.public.code not in FONDS]
    if not lignes:
        return None
    rows = [
        (
            ligne.public.libelle,
            ligne.annee,
            round(ligne.ici.valeur or 0),
            ligne.ici.nature.label,
            ligne.ici.pour_mille,
            ligne.chiffres[-1].pour_mille,
            ligne.indice,
        )
        for ligne in lignes
    ]
    region = profil.lieux[-1].nom
    columns = (
        "Public",
        "Année",
        territoire.nom,
        "Nature",
        "Pour 1 000",
        f"Pour 1 000, {region}",
        f"Indice ({region} : 100)",
    )
    told = {ligne.court for ligne in lignes}
    note = " ".join(
        (
            "Pour 1 000 habitants de 15 à 64 ans.",
            "Chaque public suit sa propre définition\u202f: ils ne s’additionnent pas.",
            *(f"{court}\u202f: {regle}" for court, regle in profil.regles if court in told),
        )
    )
    sources = dict.fromkeys(f"{ligne.court}\u202f: {ligne.source}" for ligne in lignes if ligne.source)
    return Chiffres("Profil des publics", Sheet("Profil", columns, rows, note), draw_profil(profil, lignes), sources)


def produce_debouches(contexte: Contexte) -> Chiffres | None:
    """Add up what employers seek, by group of sectors where SIAE work or could work.

    The survey is the newest that the period knew: None when the only ones are later.
    """
    annee = find_annee(contexte.annee)
    if annee is None:
        return None
    opportunites = get_opportunites(contexte.territoire, annee)
    marche = opportunites.marche
    rows = [
        (each.libelle, each.metiers, each.projets, each.secrets, _percent(each.difficiles), each.fortes, each.siae)
        for each in opportunites.debouches
        if each.metiers
    ]
    if not rows:
        return None
    columns = (
        *("Secteur", "Métiers", "Projets de recrutement", "Cases secrètes", "Jugés difficiles (%)"),
        *("Métiers en forte tension", "SIAE du territoire"),
    )
    note = (
        f"Enquête de {annee}, la dernière connue pour {contexte.annee}. {_tell_tension(marche)}"
        "Un métier qui mène à deux secteurs compte dans chacun\u202f; le secret reste inconnu."
    )
    title = "Ce que les employeurs recherchent, par secteur"
    drawing = draw_debouches(opportunites.debouches, link=lambda _: "")
    return Chiffres(title, Sheet("Débouchés", columns, rows, note), drawing, marche.sources)


def produce_projets(contexte: Contexte) -> Chiffres | None:
    """List the great projects inside the territory or near it."""
    opportunites = get_opportunites(contexte.territoire)
    rows = [
        (
            each.projet.nom,
            each.projet.get_programme_display(),
            each.projet.get_etat_display(),
            each.projet.debut,
            each.projet.fin,
            each.projet.heures_prevues,
            round(each.distance_km, 1),
        )
        for each in opportunites.projets
    ]
    if not rows:
        return None
    columns = ("Projet", "Programme", "État", "Début", "Fin", "Heures d’insertion prévues", "Distance (km)")
    note = f"À {nombre(opportunites.rayon_km)} km ou moins d’une commune du territoire\u202f; 0 à l’intérieur."
    sources = dict.fromkeys(each.projet.source for each in opportunites.projets)
    return Chiffres("Grands projets", Sheet("Grands projets", columns, rows, note), sources=sources)


def produce_secteurs(contexte: Contexte) -> Chiffres | None:
    """Share the hours of the SIAE between the groups of sectors."""
    offre = get_offre_iae(contexte.territoire, contexte.region, annee=contexte.annee_offre)
    rows = [
        (each.libelle, each.siae, _etp(each.etp_conventionnes), _etp(each.etp), _percent(each.part))
        for each in offre.groupes
        if each.siae
    ]
    if not rows:
        return None
    columns = ("Secteur", "SIAE", "ETP conventionnés", "ETP", "Part des heures (%)")
    note = (
        "Une SIAE qui travaille dans deux secteurs compte dans chacun\u202f; ses ETP se partagent selon ses heures.\n"
        "ETP réalisés, à défaut conventionnés."
    )
    sources = (f"{MEMBRES}, chiffres de {offre.annee or 'non renseignés'}",)
    return Chiffres("L’offre par secteur", Sheet("Secteurs", columns, rows, note), draw_groupes(offre), sources)


def produce_mixite(contexte: Contexte) -> Chiffres | None:
    """Count women and men by trade, under secrecy; None under the département, where they are not published."""
    territoire, annee = contexte.territoire, contexte.annee_offre or get_annee_reference()
    if annee is None or territoire.niveau not in {Niveau.DEPARTEMENT, Niveau.REGION}:
        return None
    mixite = get_mixite(territoire, annee, territoire.code if territoire.niveau == Niveau.DEPARTEMENT else "")
    if not mixite.metiers:
        return None
    rows = [
        (
            each.libelle,
            MASQUE if each.femmes is None else each.femmes,
            MASQUE if each.hommes is None else each.hommes,
            MASQUE if each.part is None else decimal(each.part, 0),
        )
        for each in mixite.metiers
    ]
    sheet = Sheet("Mixité", ("Secteur", "Femmes", "Hommes", "Part des femmes (%)"), rows, describe_secret())
    sources = (f"effectifs par secteur déclarés par {nombre(mixite.declarantes)} SIAE, {annee}",)
    return Chiffres("Mixité des métiers", sheet, draw_mixite(mixite.metiers, mixite.lieu, annee), sources)


def produce_constats(contexte: Contexte) -> Chiffres | None:
    """Count the needs observed by theme and gravity: what was written of them stays with the partners."""
    notes = list(list_notes_de(contexte.territoire.niveau, contexte.territoire.code))
    if not notes:
        return None
    rows = [
        (theme.libelle, *(sum(note.theme == code and note.gravite == level for note in notes) for level in Gravite))
        for code, theme in list_themes().items()
        if any(note.theme == code for note in notes)
    ]
    columns = ("Thème", *(level.label.capitalize() for level in Gravite))
    sources = dict.fromkeys(f"{note.organisation}, {note.annee}" for note in notes)
    sheet = Sheet("Besoins constatés", columns, rows, "Constats ouverts qui concernent ce territoire, par gravité.")
    return Chiffres("Besoins constatés, par thème", sheet, sources=sources)


def _tell_tension(marche: Marche) -> str:
    years = {metier.tension.annee for metier in marche.metiers if metier.tension}
    return f"Tension de {max(years)}. " if years else ""


def _etp(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _percent(share: float | None) -> str | None:
    return None if share is None else decimal(100 * share, 0)


PRODUCTEURS = (
    Producteur(
        "publics",
        "publics",
        "Profil des publics",
        "Chaque public au regard de la région, indice et barres.",
        produce_publics,
    ),
    Producteur(
        "debouches",
        "opportunites",
        "Débouchés par secteur",
        "Ce que les employeurs recherchent dans les secteurs des SIAE.",
        produce_debouches,
    ),
    Producteur("projets", "opportunites", "Grands projets", "Ceux du territoire et de ses abords.", produce_projets),
    Producteur(
        "secteurs", "offre", "Offre par secteur", "SIAE, ETP et part des heures, par secteur.", produce_secteurs
    ),
    Producteur("mixite", "publics_prioritaires", "Mixité des métiers", "Femmes et hommes par secteur.", produce_mixite),
    Producteur(
        "constats",
        "besoins_qualitatifs",
        "Besoins constatés",
        "Combien de constats par thème et par gravité.",
        produce_constats,
    ),
)
