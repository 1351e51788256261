"""The immersions that one may see, what the rules need to know before one, what its documents say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from maillage.domains.entreprises.enums.immersion import Document, EtatImmersion, JourSemaine, RoleSignataire
from maillage.domains.entreprises.models import Immersion, Signature
from maillage.domains.entreprises.models.immersion import SANS_EFFET
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.rules.immersions import (
    EN_PREPARATION,
    Passee,
    Situation,
    figure,
    hash_document,
    verify,
)
from maillage.domains.parcours.enums.contrat import TypeContrat
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.parameters import Parametre, catalogue, get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.entreprises.rules.immersions import Controle, FicheImmersion
    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import User
    from maillage.references.economie.models import Employeur
    from maillage.references.personnes.models import Personne

SALT = "entreprises.signature"
PERIME = Refusal(
    "lien_perime",
    "Ce document a changé depuis, ou n’attend plus de signature\u202f: servez-vous du dernier lien reçu.",
)
ECHEANCE = Coalesce("fin", "fin_prevue")
# Who may answer for a convention besides a SIAE: whoever follows the person for their own organisation.
PRESCRIPTION = (TypeRelation.PRESCRIPTION, TypeRelation.CONSEIL_EMPLOI)


def visible_immersions(user: User) -> QuerySet[Immersion]:
    """Return the immersions of the persons whose file is open to one."""
    if not granted(user, Permission.VIEW_IMMERSIONS):
        return Immersion.objects.none()
    return Immersion.objects.filter(personne__in=visible_to(user))


def own_immersions(user: User) -> QuerySet[Immersion]:
    """Return, among them, those that one's organisation writes or answers for."""
    if user.membre is None:
        return Immersion.objects.none()
    mine = user.membre.organisation_id
    return visible_immersions(user).filter(Q(prescripteur=mine) | Q(accompagnement=mine))


def list_immersions(user: User) -> QuerySet[Immersion]:
    """Return the visible immersions with all that the list shows, in one query."""
    return (
        visible_immersions(user)
        .select_related("personne", "employeur", "rome", "prescripteur", "accompagnement", "contrat__siae", "bilan")
        .defer("personne__nir", "personne__nir_empreinte")
        .order_by("-debut", "-pk")
    )


def immersions_of(personne: Personne) -> QuerySet[Immersion]:
    """Return every immersion of a person, the latest first."""
    return (
        Immersion.objects.filter(personne=personne)
        .select_related("employeur__commune", "rome", "prescripteur", "accompagnement", "contrat__siae", "bilan")
        .order_by("-debut", "-pk")
    )


def get_limites(on: date) -> Mapping[str, Parametre]:
    """Return the parameters of the room in force on a day, by their short code."""
    held = (value for values in catalogue().values() for value in values if value.holds(on))
    return {v.code.removeprefix("entreprises."): v for v in held if v.code.startswith("entreprises.")}


def contrats_en_cours(personne: Personne, on: date) -> QuerySet[Contrat]:
    """Return the contracts of a person that are not over on a day, the latest first."""
    return (
        personne.contrats.annotate(echeance=ECHEANCE)
        .filter(Q(echeance__isnull=True) | Q(echeance__gt=on))
        .select_related("siae__organisation")
        .order_by("-debut", "-pk")
    )


def list_prescripteurs(personne: Personne, user: User, on: date) -> list[Organisation]:
    """Return who may answer for a convention: one's organisation first, then those that prescribe for the person."""
    assert user.membre is not None
    others = (
        Organisation.objects.filter(relations__personne=personne, relations__type__in=PRESCRIPTION)
        .filter(Q(relations__fin__isnull=True) | Q(relations__fin__gt=on), relations__debut__lte=on)
        .exclude(pk=user.membre.organisation_id)
        .distinct()
        .order_by("denomination")
    )
    return [user.membre.organisation, *others]


def get_situation(
    personne: Personne,
    employeur: Employeur | None,
    contrat: Contrat | None,
    prescripteur: Organisation,
    *,
    precedente: Immersion | None = None,
    changed: Immersion | None = None,
) -> Situation:
    """Return what the rules need to know of a person before a convention, in four queries; `changed` does not count."""
    rows = personne.immersions.exclude(etat__in=SANS_EFFET)
    if changed is not None:
        rows = rows.exclude(pk=changed.pk)
    kept = ("debut", "fin", "jours", "objectif", "employeur", "precedente", "contrat")
    past = list(rows.values_list(*kept))
    host = employeur.pk if employeur else None
    end = (contrat.fin or contrat.fin_prevue) if contrat else None
    spent = sum((fin - debut).days for debut, fin, _, _, _, _, under in past if contrat and under == contrat.pk)
    return Situation(
        naissance=personne.date_naissance,
        prescripteur=str(prescripteur),
        prescripteur_types=tuple(
            Siae.objects.actives().filter(organisation=prescripteur).values_list("type_siae", flat=True)
        ),
        emails=tuple(filter(None, (personne.email, contrat.siae.organisation.email if contrat else ""))),
        contrat=(contrat.debut, end) if contrat else None,
        cddi=contrat is not None and contrat.type == TypeContrat.CDDI,
        jours_du_contrat=spent,
        passees=tuple(
            Passee(debut, fin, jours, objectif, where == host, former is not None)
            for debut, fin, jours, objectif, where, former, _ in past
        ),
        renouvelee=Passee(
            precedente.debut,
            precedente.fin,
            precedente.jours,
            precedente.objectif,
            ici=True,
            renouvelle=precedente.precedente_id is not None,
        )
        if precedente
        else None,
    )


def verify_immersion(fiche: FicheImmersion, situation: Situation) -> list[Controle]:
    """Return every rule of a convention under the law of its first day."""
    return verify(fiche, situation, get_limites(fiche.debut))


def remaining_days(personne: Personne, employeur: Employeur, on: date) -> int:
    """Return how many days of presence a person may still spend with a host in the months that end on a day."""
    limites = get_limites(on)
    since = on - timedelta(days=31 * int(limites["cumul_mois"].value))
    rows = personne.immersions.exclude(etat__in=SANS_EFFET).filter(employeur=employeur, fin__gt=since)
    used = rows.aggregate(total=Sum("jours"))["total"] or 0
    return max(0, int(limites["cumul_jours"].value) - used)


# --- What is signed -------------------------------------------------------------------------------------------------


def tell_metier(immersion: Immersion) -> str:
    """Return the trade of an immersion and its code, "" when its source does not tell it."""
    return f"{immersion.rome} ({immersion.rome.code})" if immersion.rome else ""


def _tell_presence(immersion: Immersion) -> str:
    days = ", ".join(str(JourSemaine(day).label) for day in sorted(immersion.jours_semaine))
    hours = f"{figure(immersion.heures_semaine)} h par semaine" if immersion.heures_semaine else ""
    return "\u202f; ".join(filter(None, (days, immersion.horaires, hours)))


def describe_convention(immersion: Immersion) -> list[tuple[str, str]]:
    """Return what the convention says, line by line: what the page shows, the document prints and the print seals."""
    host, contrat = immersion.employeur, immersion.contrat
    employer = str(contrat.siae) if contrat else "aucun"
    lines = [
        ("Bénéficiaire", str(immersion.personne)),
        ("Employeur actuel", f"{employer}, contrat maintenu et payé" if contrat else employer),
        ("Structure d’accueil", f"{host.denomination}, SIRET {host.siret}"),
        ("Lieu de l’immersion", immersion.adresse),
        ("Représentée par", immersion.accueil_nom),
        ("Tuteur", ", ".join(filter(None, (immersion.tuteur_nom, immersion.tuteur_fonction)))),
        ("Prescripteur", str(immersion.prescripteur)),
        ("Structure d’accompagnement", str(immersion.accompagnement)),
        ("Objet", str(immersion.get_objectif_display())),
        ("Métier", tell_metier(immersion)),
        (
            "Période",
            f"du {jour(immersion.debut)} au {jour(immersion.dernier_jour)}, {immersion.jours} jours de présence",
        ),
        ("Présence", _tell_presence(immersion)),
        ("Activités confiées", immersion.activites),
        ("Compétences à observer", immersion.competences),
        ("Équipements de protection", immersion.protections),
        ("Prévention et conditions de travail", immersion.prevention),
    ]
    if immersion.representant_nom:
        lines.insert(1, ("Représentant légal", immersion.representant_nom))
    if immersion.precedente_id:
        lines.append(("Renouvellement, parce que", immersion.justification))
    return [(label, value) for label, value in lines if value]


def describe_bilan(immersion: Immersion) -> list[tuple[str, str | None]]:
    """Return what the assessment says, line by line."""
    bilan = immersion.bilan
    words = {True: "oui", False: "non", None: None}
    hired = f"oui, {bilan.get_contrat_suite_display()}" if bilan.embauche else words[bilan.embauche]
    if bilan.embauche and bilan.embauche_le:
        hired = f"{hired}, le {jour(bilan.embauche_le)}"
    return [
        ("Déroulement", str(bilan.get_deroulement_display())),
        *((("Dernier jour de présence", jour(bilan.dernier_jour)),) if bilan.dernier_jour else ()),
        ("Objectif atteint", words[bilan.atteint]),
        ("Appréciation", bilan.appreciation or None),
        ("Embauche", hired),
    ]


def print_of(immersion: Immersion, document: str) -> str:
    """Return the fingerprint of a document as it stands."""
    lines = describe_bilan(immersion) if document == Document.BILAN else describe_convention(immersion)
    return hash_document(Document(document), {"version": immersion.version, "lignes": lines})


def sign_link(signature: Signature, version: int) -> str:
    """Return what makes a personal link: who signs, which version, signed by the platform."""
    return signing.dumps([str(signature.public_id), version], salt=SALT)


def read_link(lien: str, *, lock: bool = False) -> Signature:
    """Return the signature that a link opens, unsigned and of the present version; raise `Refused` otherwise."""
    unknown = Refused(Refusal("lien_altere", "Ce lien n’est pas entier, ou ne vient pas de la plateforme."))
    try:
        public_id, version = signing.loads(lien, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise unknown from error
    rows = Signature.objects.filter(public_id=public_id).select_related(
        "immersion__personne",
        "immersion__employeur",
        "immersion__rome",
        "immersion__prescripteur",
        "immersion__accompagnement",
        "immersion__contrat__siae",
        "immersion__bilan",
    )
    signature = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if signature is None or signature.immersion.personne.anonymisee_le:
        raise Refused(PERIME)
    if signature.signee_le:
        raise Refused(
            Refusal("deja_signee", "Vous avez déjà signé ce document\u202f: merci, il n’y a rien d’autre à faire.")
        )
    if version != signature.immersion.version or not is_open(signature):
        raise Refused(PERIME)
    return signature


def is_open(signature: Signature) -> bool:
    """Tell whether a document still waits for signatures."""
    state = signature.immersion.etat
    return state == EtatImmersion.ACCEPTEE if signature.document == Document.BILAN else state in EN_PREPARATION


@dataclass(frozen=True, slots=True)
class LigneSignature:
    """A signature as the page of an immersion shows it."""

    signature: Signature
    sur_place: bool

    @property
    def role(self) -> str:
        return str(self.signature.get_role_display())


def list_signatures(immersion: Immersion, document: Document, user: User) -> list[LigneSignature]:
    """Return who signs a document, in order; `sur_place` tells that this account may take the signature itself."""
    order = {role: place for place, role in enumerate(RoleSignataire)}
    rows = sorted(
        immersion.signatures.filter(document=document).select_related("temoin__user"),
        key=lambda row: order[RoleSignataire(row.role)],
    )
    mine = user.membre.organisation_id if user.membre else None
    employer = immersion.contrat.siae.organisation_id if immersion.contrat else None
    followed = mine in {immersion.accompagnement_id, immersion.prescripteur_id}
    for row in rows:
        row.immersion = immersion
    return [
        LigneSignature(
            row,
            row.signee_le is None
            and is_open(row)
            and bool(granted(user, Permission.PRESCRIBE))
            and (mine == employer if row.role == RoleSignataire.EMPLOYEUR else followed),
        )
        for row in rows
    ]


# --- What waits -----------------------------------------------------------------------------------------------------


def business_days_before(day: date, count: int) -> date:
    """Return the day that is so many business days (Monday to Friday) before another."""
    while count > 0:
        day -= timedelta(days=1)
        count -= day.isoweekday() <= 5
    return day


def unsigned(rows: QuerySet[Immersion]) -> QuerySet[Immersion]:
    """Keep the conventions that wait for signatures."""
    return rows.filter(etat__in=(EtatImmersion.A_SIGNER, EtatImmersion.SIGNEE_EN_PARTIE))


def sans_bilan(rows: QuerySet[Immersion], on: date) -> QuerySet[Immersion]:
    """Keep the immersions that are over and that nobody assessed; those from elsewhere are assessed there."""
    return rows.filter(source="", etat=EtatImmersion.ACCEPTEE, fin__lte=on, bilan__isnull=True)


def perimables(on: date) -> QuerySet[Immersion]:
    """Return the conventions that nobody validated and whose first day is too long ago."""
    months = int(get_parametre("entreprises.peremption_mois", on=on).value)
    return Immersion.objects.filter(etat__in=EN_PREPARATION, debut__lte=add_months(on, -months))
