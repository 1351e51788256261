"""Attestations, fiches de liaison, shared profiles: what they hold, who reads them, what a code or a link opens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Q

from maillage.domains.parcours.enums.accompagnement import EtatFrein, Frein
from maillage.domains.parcours.enums.competences import EtatCompetence as E
from maillage.domains.parcours.enums.competences import PartProfil as Part
from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.models import (
    Accompagnement,
    AttestationCompetences,
    Contrat,
    FicheLiaison,
    ProfilPartage,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.competences import portefeuille
from maillage.domains.parcours.queries.titres import last_titre
from maillage.domains.parcours.rules.accompagnement import Constat, state_on
from maillage.domains.parcours.rules.competences import read_code
from maillage.domains.parcours.rules.sorties import MOIS_JOURS
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.references.accounts.models import Membre, User
    from maillage.references.personnes.models import Personne

JOUR = timedelta(days=1)
SALT = "parcours.profil"


# --- What documents tell ----------------------------------------------------------------------------------------------


def tell_competences(personne: Personne, etats: Sequence[str]) -> list[list[str]]:
    """Return competences as the rows of a table: what, reference, level, how it is known."""
    rows = []
    for each in portefeuille(personne, etats):
        known = each.competence
        told = str(known.get_etat_display())
        if known.etat == E.ATTESTEE:
            told = f"attestée le {known.attestee_le:%d/%m/%Y}"
        elif known.etat == E.OBSERVEE:
            told = f"observée le {known.observee_le:%d/%m/%Y}"
        reference = each.detail if each.bloc is None else " · ".join(filter(None, (each.groupe, each.detail)))
        rows.append([each.libelle, reference, str(known.get_niveau_display()), told])
    return rows


def tell_sejour(contrat: Contrat, on: date) -> str:
    """Return when a person worked in a SIAE, up to a contract: « du 5 janvier 2026 au 4 juillet 2026 »."""
    first = Contrat.objects.filter(personne=contrat.personne_id, siae=contrat.siae_id).earliest("debut").debut
    end = contrat.fin or contrat.fin_prevue
    if end is None or end > on:
        return f"depuis le {jour(first)}"
    return f"du {jour(first)} au {jour(end - JOUR)}"


def describe_attestation(contrat: Contrat, signataire: Membre, on: date) -> dict[str, Any]:
    """Return what an attestation freezes; its list is empty when nothing is attested."""
    personne = contrat.personne
    return {
        "personne": str(personne),
        "naissance": jour(personne.date_naissance) if personne.date_naissance else "",
        "siae": contrat.siae.nom,
        "type_siae": str(contrat.siae.get_type_siae_display()),
        "metier": str(contrat.rome) if contrat.rome else "",
        "sejour": tell_sejour(contrat, on),
        "signataire": str(signataire.user),
        "fonction": str(signataire.profil_role.fonction),
        "jour": jour(on),
        "competences": tell_competences(personne, (E.ATTESTEE,)),
    }


def lifted_freins(contrat: Contrat, on: date) -> list[str]:
    """Return the obstacles that the SIAE of a contract knows lifted."""
    support = Accompagnement.objects.filter(
        relation__personne=contrat.personne_id, relation__organisation=contrat.siae.organisation_id
    ).last()
    if support is None:
        return []
    known = [Constat(row.frein, row.etat, row.le) for row in support.constats.order_by("le", "pk")]
    state = state_on(known, on)
    return [str(frein.label) for frein in Frein if state[frein] == EtatFrein.LEVE]


def describe_fiche(
    contrat: Contrat, *, projet: str, suites: str, freins: bool, auteur: Membre, on: date
) -> dict[str, Any]:
    """Return what a fiche de liaison freezes; `freins`: the person agrees that what was lifted is told."""
    personne = contrat.personne
    titre = last_titre(personne, on)
    return {
        "identite": [
            ["Nom", str(personne)],
            ["Date de naissance", jour(personne.date_naissance) if personne.date_naissance else ""],
            ["Téléphone", personne.telephone],
            ["Adresse électronique", personne.email],
        ],
        "titre": (f"{titre.get_regime_display()}, du {jour(titre.debut)} au {jour(titre.fin - JOUR)}" if titre else ""),
        "contrats": [
            [
                each.siae.nom,
                str(each.get_type_display()),
                str(each.rome or ""),
                f"{each.debut:%d/%m/%Y}",
                f"{end - JOUR:%d/%m/%Y}" if (end := each.fin or each.fin_prevue) else "",
            ]
            for each in personne.contrats.select_related("siae", "rome").order_by("-debut", "-pk")[:4]
        ],
        "competences": [row[:3:2] for row in tell_competences(personne, (E.ATTESTEE, E.OBSERVEE))],
        "freins": lifted_freins(contrat, on) if freins else None,
        "projet": projet,
        "suites": suites,
        "siae": contrat.siae.nom,
        "auteur": str(auteur.user),
        "jour": jour(on),
    }


# --- Attestations -----------------------------------------------------------------------------------------------------


def attestations_of(personne: Personne) -> QuerySet[AttestationCompetences]:
    """Return the attestations of a person, the latest first."""
    rows = AttestationCompetences.objects.filter(contrat__personne=personne)
    return rows.select_related("contrat__siae", "signataire__user").order_by("-delivree_le", "-pk")


def find_attestation(text: str) -> AttestationCompetences | None:
    """Return the attestation that a code opens, withdrawn or not; None for a code that is none."""
    code = read_code(text)
    if not code:
        return None
    rows = AttestationCompetences.objects.filter(code=code, contrat__personne__anonymisee_le__isnull=True)
    return rows.select_related("contrat__siae").first()


# --- Fiches de liaison ------------------------------------------------------------------------------------------------


def list_agences(personne: Personne, on: date) -> QuerySet[Organisation]:
    """Return the agencies of France Travail that follow a person on a day."""
    relations = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on), personne=personne, type=TypeRelation.CONSEIL_EMPLOI, debut__lte=on
    )
    return Organisation.objects.filter(pk__in=relations.values("organisation")).order_by("denomination", "pk")


def received_fiches(user: User) -> QuerySet[FicheLiaison]:
    """Return the fiches sent to one's agency, of persons whose file is open to one."""
    if user.membre is None or not granted(user, Permission.RECEIVE_LIAISON):
        return FicheLiaison.objects.none()
    rows = FicheLiaison.objects.filter(
        destinataire=user.membre.organisation_id, contrat__personne__in=visible_to(user).values("pk")
    )
    return rows.select_related("contrat__personne", "contrat__siae", "auteur__user", "lue_par__user").defer(
        "contrat__personne__nir", "contrat__personne__nir_empreinte"
    )


def fiches_of(personne: Personne, user: User) -> QuerySet[FicheLiaison]:
    """Return the fiches of a person that one's SIAE sent, or that one's agency received, the latest first."""
    organisation = user.membre.organisation_id if user.membre else None
    rows = FicheLiaison.objects.filter(
        Q(contrat__siae__organisation=organisation) | Q(destinataire=organisation), contrat__personne=personne
    )
    return rows.select_related("contrat__siae", "destinataire", "auteur__user", "lue_par__user").order_by(
        "-envoyee_le", "-pk"
    )


# --- Shared profiles --------------------------------------------------------------------------------------------------


def vivants(on: date) -> Q:
    """Return the condition on profiles that their link opens on a day."""
    return Q(
        revoque_le__isnull=True,
        expire_le__gt=on,
        consentement__retire=False,
        consentement__debut__lte=on,
        consentement__fin__gt=on,
        consentement__objet=ObjetConsentement.PROFIL,
        consentement__personne__anonymisee_le__isnull=True,
        consentement__personne__opposition_le__isnull=True,
    )


def profils_of(personne: Personne, user: User) -> QuerySet[ProfilPartage]:
    """Return the profiles that a person shares before one's organisation and that were not revoked."""
    rows = ProfilPartage.objects.filter(
        consentement__personne=personne,
        consentement__organisation=user.membre.organisation_id if user.membre else None,
        revoque_le__isnull=True,
    )
    return rows.select_related("consentement").order_by("-pk")


def sign_profil(profil: ProfilPartage) -> str:
    """Return what makes the link of a profile: signed, nothing of the person in it."""
    return signing.dumps(str(profil.public_id), salt=SALT)


def read_profil(lien: str, on: date) -> ProfilPartage:
    """Return the profile that a link opens; raise `Refused` when it is altered, over, revoked, or no longer agreed."""
    unknown = Refused(Refusal("lien_altere", "Ce lien n’est pas entier, ou ne vient pas de la plateforme."))
    try:
        public_id = signing.loads(lien, salt=SALT)
    except signing.BadSignature as error:
        raise unknown from error
    profil = (
        ProfilPartage.objects.filter(public_id=public_id).filter(vivants(on)).select_related("consentement__personne")
    ).first()
    if profil is None:
        raise Refused(Refusal("lien_ferme", "Ce profil n’est plus partagé. Demandez un nouveau lien à la personne."))
    return profil


def describe_profil(profil: ProfilPartage, on: date) -> dict[str, Any]:
    """Return what a profile shows today: nothing but what the person ticked."""
    personne, parts = profil.consentement.personne, {Part(each) for each in profil.parts}
    contacts = [
        (label, value)
        for part, label, value in (
            (Part.TELEPHONE, "Téléphone", personne.telephone),
            (Part.EMAIL, "Adresse électronique", personne.email),
        )
        if part in parts and value
    ]
    shown = {Part.ATTESTEES: E.ATTESTEE, Part.OBSERVEES: E.OBSERVEE, Part.DECLAREES: E.DECLAREE}
    etats = [etat for part, etat in shown.items() if part in parts]
    return {
        "nom": str(personne) if Part.NOM in parts else "",
        "accroche": profil.accroche,
        "contacts": contacts,
        "experiences": _experiences(personne, parts, on),
        "competences": tell_competences(personne, etats) if etats else [],
        "jusqu_au": profil.expire_le - JOUR,
    }


def _experiences(personne: Personne, parts: set[Part], on: date) -> list[list[str]]:
    """Return where a person worked, as what and how long, in months: as much of it as they show."""
    if not parts & {Part.METIERS, Part.SIAE}:
        return []
    days: dict[tuple[str, str], int] = {}
    for contrat in personne.contrats.filter(debut__lte=on).select_related("siae", "rome").order_by("-debut", "-pk"):
        end = min(contrat.fin or contrat.fin_prevue or on + JOUR, on + JOUR)
        key = (
            str(contrat.rome or "métier non renseigné") if Part.METIERS in parts else "",
            contrat.siae.nom if Part.SIAE in parts else "",
        )
        days[key] = days.get(key, 0) + max((end - contrat.debut).days, 0)
    return [
        [*filter(None, key), f"{max(1, round(spent / MOIS_JOURS))}\u202fmois"]
        if Part.METIERS in parts
        else list(filter(None, key))
        for key, spent in days.items()
    ]
