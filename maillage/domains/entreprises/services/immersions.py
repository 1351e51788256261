"""Write, sign, validate, renew and assess an immersion. Every act locks the person first."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import (
    Deroulement,
    Document,
    EtatImmersion,
    ModeSignature,
    RoleSignataire,
)
from maillage.domains.entreprises.models import BilanImmersion, Immersion, Signature
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import (
    contrats_en_cours,
    get_limites,
    get_situation,
    list_prescripteurs,
    list_signatures,
    own_immersions,
    perimables,
    print_of,
    read_link,
    sign_link,
    verify_immersion,
)
from maillage.domains.entreprises.rules.immersions import (
    CONVENTION,
    EN_PREPARATION,
    JOUR,
    SIGNATAIRES_BILAN,
    count_presence,
    is_minor,
    refusals,
    signataires,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.mail import address, notify
from maillage.foundations.kernel.notifications import notify_all
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.accounts.models import Membre, User
from maillage.references.personnes.services.droit import lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.entreprises.rules.immersions import FicheImmersion
    from maillage.domains.parcours.models import Contrat
    from maillage.references.accounts.models import Organisation
    from maillage.references.economie.models import Employeur, Rome
    from maillage.references.personnes.models import Personne

REPRISE = Refusal(
    "reprise",
    "Cette immersion n’a pas été signée ici\u202f: elle se corrige à sa source, la livraison suivante la met à jour.",
)


@dataclass(frozen=True, slots=True)
class FicheBilan:
    """What an assessment says; `embauche` None: not known yet."""

    deroulement: str
    dernier_jour: date | None = None
    atteint: bool | None = None
    appreciation: str = ""
    embauche: bool | None = None
    contrat_suite: str = ""
    embauche_le: date | None = None


@transaction.atomic
def write_immersion(
    *,
    personne: Personne,
    employeur: Employeur,
    rome: Rome,
    prescripteur: Organisation,
    fiche: FicheImmersion,
    actor: User,
    on: date,
    contrat: Contrat | None = None,
    precedente: Immersion | None = None,
) -> Immersion:
    """Write a convention and send to each signatory their personal link.

    Raise `Refused` with every rule that is broken, when the prescripteur does not follow the person, when the first
    day is past: a convention is signed before.
    """
    _check(actor)
    locked = lock(personne, actor)
    assert actor.membre is not None
    _check_parts(locked, contrat, prescripteur, actor, on)
    if precedente is not None and not own_immersions(actor).filter(pk=precedente.pk, etat=EtatImmersion.ACCEPTEE):
        raise Refused(Refusal("precedente", "Seule une immersion validée de votre organisation se renouvelle."))
    _check_rules(fiche, on, locked, employeur, contrat, prescripteur, precedente=precedente)
    immersion = Immersion(
        personne=locked,
        employeur=employeur,
        rome=rome,
        contrat=contrat,
        prescripteur=prescripteur,
        accompagnement=actor.membre.organisation,
        precedente=precedente,
    )
    _write(immersion, fiche)
    _ask_signatures(immersion, on)
    _record("rediger", immersion, actor)
    return immersion


@transaction.atomic
def edit_immersion(
    *,
    immersion: Immersion,
    employeur: Employeur,
    rome: Rome,
    prescripteur: Organisation,
    fiche: FicheImmersion,
    actor: User,
    on: date,
    contrat: Contrat | None = None,
) -> Immersion:
    """Change a convention that is not validated: every signature is wiped, everyone receives a new link."""
    locked = _lock(immersion, actor)
    if locked.precedente_id is not None and employeur.pk != locked.employeur_id:
        raise Refused(Refusal("accueil_fixe", "Un renouvellement se fait chez le même accueil.", "siret"))
    audit.move(locked, "modifier", CONVENTION, actor=actor)
    _check_parts(locked.personne, contrat, prescripteur, actor, on)
    _check_rules(
        fiche, on, locked.personne, employeur, contrat, prescripteur, precedente=locked.precedente, changed=locked
    )
    locked.employeur, locked.rome, locked.contrat, locked.prescripteur = employeur, rome, contrat, prescripteur
    locked.version += 1
    _write(locked, fiche)
    locked.signatures.all().delete()
    _ask_signatures(locked, on)
    _record("modifier", locked, actor, version=locked.version)
    return locked


@transaction.atomic
def sign_by_link(*, lien: str, nom: str) -> Signature:
    """Sign by a personal link; raise `Refused` when it opens nothing, or nothing any more."""
    read = read_link(lien)
    Immersion.objects.select_for_update().get(pk=read.immersion_id)
    signature = read_link(lien, lock=True)
    proof = hashlib.sha256(lien.encode()).hexdigest()
    return _sign(signature, nom, ModeSignature.LIEN, preuve=proof)


@transaction.atomic
def sign_on_spot(*, signature: Signature, nom: str, actor: User) -> Signature:
    """Take a signature on the spot, before a member of the organisation that accompanies, or for the employer."""
    immersion = _lock(signature.immersion, actor, own=False)
    offered = {
        ligne.signature.pk
        for ligne in list_signatures(immersion, Document(signature.document), actor)
        if ligne.sur_place
    }
    if signature.pk not in offered:
        raise Refused(Refusal("signature_impossible", "Cette signature est donnée, ou n’est pas à prendre ici."))
    locked = Signature.objects.select_for_update().get(pk=signature.pk)
    locked.immersion = immersion
    return _sign(locked, nom, ModeSignature.SUR_PLACE, temoin=actor.membre)


@transaction.atomic
def decide_immersion(*, immersion: Immersion, accord: bool, actor: User, on: date, motif: str = "") -> Immersion:
    """Validate a convention that everyone signed, or refuse it with a reason: the prescripteur's act."""
    locked = _lock(immersion, actor)
    if actor.membre is None or actor.membre.organisation_id != locked.prescripteur_id:
        raise Refused(Refusal("pas_prescripteur", "Seul le prescripteur de la convention la valide ou la refuse."))
    if not accord and not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi la convention est refusée.", "motif"))
    if accord and locked.fin <= on:
        raise Refused(Refusal("trop_tard", "La période est passée\u202f: cette convention ne se valide plus."))
    return _move(locked, "valider" if accord else "refuser", actor, motif=motif.strip(), decision_le=on)


@transaction.atomic
def cancel_immersion(*, immersion: Immersion, motif: str, actor: User, on: date) -> Immersion:
    """Cancel an immersion, for a reason; one that is assessed stays."""
    locked = _lock(immersion, actor)
    if not motif.strip():
        raise Refused(Refusal("motif_manquant", "Dites pourquoi l’immersion est annulée.", "motif"))
    if BilanImmersion.objects.filter(immersion=locked).exists():
        raise Refused(Refusal("bilan_ecrit", "Le bilan est écrit\u202f: cette immersion ne s’annule plus."))
    return _move(locked, "annuler", actor, motif=motif.strip(), decision_le=on)


@transaction.atomic
def write_bilan(*, immersion: Immersion, fiche: FicheBilan, actor: User, on: date) -> BilanImmersion:
    """Assess an immersion that is over, or correct its assessment: both sides sign it again, nobody an absence."""
    locked = _lock(immersion, actor)
    found = []
    if locked.etat != EtatImmersion.ACCEPTEE:
        found.append(Refusal("pas_validee", "Seule une immersion validée a un bilan."))
    if locked.debut > on:
        found.append(Refusal("pas_commencee", f"L’immersion commence le {locked.debut:%d/%m/%Y}."))
    if fiche.deroulement == Deroulement.REALISEE and locked.fin - JOUR > on:  # told on the last day, once it is worked
        message = f"Elle finit le {jour(locked.fin - JOUR)}\u202f: arrêtée avant, dites qu’elle est interrompue."
        found.append(Refusal("pas_finie", message, "deroulement"))
    if fiche.deroulement == Deroulement.PARTIELLE and (
        fiche.dernier_jour is None or not locked.debut <= fiche.dernier_jour < locked.fin
    ):
        found.append(Refusal("dernier_jour", "Donnez un jour de la période.", "dernier_jour"))
    if fiche.embauche and not fiche.contrat_suite:
        found.append(Refusal("contrat_manquant", "Dites par quel contrat.", "contrat_suite"))
    if found:
        raise Refused(*found)
    values = asdict(fiche)
    if not fiche.embauche:
        values |= {"contrat_suite": "", "embauche_le": None}
    if fiche.deroulement != Deroulement.PARTIELLE:
        values["dernier_jour"] = None
    bilan, _ = BilanImmersion.objects.update_or_create(immersion=locked, defaults={**values, "redige_le": on})
    locked.bilan = bilan
    locked.version += 1
    locked.save(update_fields=["version"])
    locked.signatures.filter(document=Document.BILAN).delete()
    if fiche.deroulement != Deroulement.ABSENCE:
        _ask(locked, Document.BILAN, SIGNATAIRES_BILAN)
    _record("bilan", locked, actor)
    return bilan


@transaction.atomic
def remind(*, immersion: Immersion, actor: User | None) -> int:
    """Send their link again to those who have not signed and have an address; return how many."""
    if actor is not None:
        immersion = _lock(immersion, actor)
    waiting = [
        row for row in immersion.signatures.filter(signee_le=None).exclude(email="") if _expected(row, immersion)
    ]
    for row in waiting:
        row.immersion = immersion
        row.relances += 1
        _send(row)
    if waiting:
        _record("relancer", immersion, actor, nombre=len(waiting))
    return len(waiting)


@transaction.atomic
def expire(rows: QuerySet[Immersion], on: date) -> None:
    """Close the conventions that nobody validated in time."""
    for immersion in perimables(on).filter(pk__in=rows.values("pk")).select_for_update():
        _move(immersion, "perimer", None)


def tell_prescripteur(immersion: Immersion, *, on: date) -> None:
    """Press whoever answers for a convention that begins soon."""
    text = f"Une immersion commence le {immersion.debut:%d/%m/%Y} et n’est pas validée."
    _tell(immersion.prescripteur, text, immersion)


def _check(actor: User) -> None:
    if not (decision := granted(actor, Permission.PRESCRIBE)) or actor.membre is None:
        raise Refused(Refusal("interdit", decision.reason or "Agissez au nom d’une organisation."))


def _lock(immersion: Immersion, actor: User, *, own: bool = True) -> Immersion:
    """Return an immersion, its person locked first; one's own unless told otherwise."""
    _check(actor)
    lock(immersion.personne, actor)
    rows = Immersion.objects.select_for_update(of=("self",)).select_related(
        "personne", "employeur", "rome", "prescripteur", "accompagnement", "contrat__siae__organisation", "precedente"
    )
    found = rows.get(pk=immersion.pk)
    if found.reprise:
        raise Refused(REPRISE)
    if own and not own_immersions(actor).filter(pk=found.pk).exists():
        raise Refused(Refusal("autre_organisation", "Cette immersion est celle d’une autre organisation."))
    return found


def _check_parts(
    personne: Personne, contrat: Contrat | None, prescripteur: Organisation, actor: User, on: date
) -> None:
    if contrat is not None and not contrats_en_cours(personne, on).filter(pk=contrat.pk).exists():
        raise Refused(Refusal("contrat_fini", "Ce contrat n’est pas en cours.", "contrat"))
    if prescripteur.pk not in {each.pk for each in list_prescripteurs(personne, actor, on)}:
        raise Refused(Refusal("prescripteur", "Ce prescripteur ne suit pas la personne.", "prescripteur"))


def _check_rules(
    fiche: FicheImmersion,
    on: date,
    personne: Personne,
    employeur: Employeur,
    contrat: Contrat | None,
    prescripteur: Organisation,
    **around: Any,
) -> None:
    situation = get_situation(personne, employeur, contrat, prescripteur, **around)
    found = refusals(verify_immersion(fiche, situation))
    if fiche.debut < on:
        found.insert(0, Refusal("debut_passe", "Une convention se signe avant le premier jour.", "debut"))
    if found:
        raise Refused(*found)


def _write(immersion: Immersion, fiche: FicheImmersion) -> None:
    for name, value in asdict(fiche).items():
        setattr(immersion, name, list(value) if name == "jours_semaine" else value)
    immersion.jours = count_presence(fiche.debut, fiche.fin, fiche.jours_semaine)
    try:
        with transaction.atomic():
            immersion.save()
    except IntegrityError as error:
        for constraint in Immersion._meta.constraints:
            if constraint.name in str(error):
                raise Refused(Refusal(constraint.name, str(constraint.violation_error_message), "debut")) from error
        raise
    immersion.refresh_from_db(fields=["public_id"])


def _ask_signatures(immersion: Immersion, on: date) -> None:
    minor = is_minor(immersion.personne.date_naissance, immersion.debut, get_limites(immersion.debut))
    _ask(immersion, Document.CONVENTION, signataires(minor=minor, employed=immersion.contrat_id is not None))


def _ask(immersion: Immersion, document: Document, roles: Iterable[RoleSignataire]) -> None:
    organisation = immersion.contrat.siae.organisation if immersion.contrat else None
    host = (immersion.accueil_nom, immersion.accueil_email)
    if document == Document.BILAN:
        host = (immersion.tuteur_nom, immersion.tuteur_email or immersion.accueil_email)
    known = {
        RoleSignataire.BENEFICIAIRE: (str(immersion.personne), immersion.personne.email),
        RoleSignataire.REPRESENTANT: (immersion.representant_nom, immersion.representant_email),
        RoleSignataire.ACCUEIL: host,
        RoleSignataire.EMPLOYEUR: (str(organisation), organisation.email) if organisation else ("", ""),
    }
    for role in roles:
        nom, email = known[role]
        row = Signature.objects.create(immersion=immersion, document=document, role=role, nom=nom[:160], email=email)
        row.refresh_from_db(fields=["public_id"])
        if email:
            _send(row)


def _expected(signature: Signature, immersion: Immersion) -> bool:
    if signature.document == Document.BILAN:
        return immersion.etat == EtatImmersion.ACCEPTEE
    return immersion.etat in EN_PREPARATION


def _send(signature: Signature) -> None:
    immersion = signature.immersion
    signature.envoyee_le = timezone.now()
    signature.save(update_fields=["envoyee_le", "relances"])
    lien = address(page("entreprises:signer", sign_link(signature, immersion.version)))
    what = "le bilan" if signature.document == Document.BILAN else "la convention"
    notify(
        [signature.email],
        f"À signer\u202f: {what} d’une immersion en entreprise",
        "entreprises/courriel_signature.txt",
        {
            "nom": signature.nom,
            "role": signature.get_role_display(),
            "quoi": what,
            "debut": immersion.debut,
            "dernier_jour": immersion.dernier_jour,
            "accompagnement": str(immersion.accompagnement),
            "lien": lien,
            "relance": signature.relances > 0,
        },
    )


def _sign(
    signature: Signature, nom: str, mode: ModeSignature, *, preuve: str = "", temoin: Membre | None = None
) -> Signature:
    """Write the proof, and move the convention; who signs last hands it to the prescripteur."""
    immersion = signature.immersion
    if not nom.strip():
        raise Refused(Refusal("nom_manquant", "Écrivez votre nom.", "nom"))
    signature.nom = nom.strip()[:160]
    signature.signee_le = timezone.now()
    signature.mode, signature.preuve, signature.temoin = mode, preuve, temoin
    signature.version = immersion.version
    signature.empreinte = print_of(immersion, signature.document)
    signature.save()
    actor = temoin.user if temoin else None
    if signature.document == Document.CONVENTION:
        left = immersion.signatures.filter(document=Document.CONVENTION, signee_le=None).exists()
        audit.move(immersion, "signer" if left else "signer_dernier", CONVENTION, actor=actor)
        immersion.save(update_fields=["etat"])
        if not left:
            _tell(immersion.prescripteur, "Une convention d’immersion est signée de tous\u202f: à valider.", immersion)
    _record("signer", immersion, actor, role=signature.role, document=signature.document, mode=str(mode))
    return signature


def _move(immersion: Immersion, act: str, actor: User | None, **changes: Any) -> Immersion:
    audit.move(immersion, act, CONVENTION, actor=actor)
    for name, value in changes.items():
        setattr(immersion, name, value)
    immersion.save(update_fields=["etat", *changes])
    _record(act, immersion, actor)
    if act in {"valider", "refuser", "annuler"}:
        others = {immersion.accompagnement, immersion.prescripteur}
        mine = actor.membre.organisation_id if actor and actor.membre else None
        for organisation in others:
            if organisation.pk != mine:
                _tell(organisation, f"Une convention d’immersion est {immersion.get_etat_display()}.", immersion)
    return immersion


def _tell(organisation: Organisation, texte: str, immersion: Immersion) -> None:
    members = Membre.objects.actifs().filter(organisation=organisation).values("user")
    people = [user for user in User.objects.filter(pk__in=members) if granted(user, Permission.PRESCRIBE)]
    url = page("entreprises:immersion", immersion.personne.public_id, immersion.public_id)
    notify_all(people, "entreprises.immersion", texte, url)


def _record(act: str, immersion: Immersion, actor: User | None, **details: Any) -> None:
    """Write the act in the journal of the person: the immersion by its public number."""
    audit.record(f"entreprises.{act}", immersion.personne, actor=actor, immersion=str(immersion.public_id), **details)
