"""Send fiches salarié to the ASP by file, and read its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from maillage.domains.parcours.enums.asp import EtatFiche
from maillage.domains.parcours.models import EnvoiFiches, FicheSalarie
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.fiches import list_attendues, list_lignes
from maillage.domains.parcours.rules.fiches import ACCEPTED, MOST_RECORDS
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Membre, User

CODE = 4


@dataclass(frozen=True, slots=True)
class Reponse:
    """What an answer of the ASP said: how many fiches of each kind, and lines that are none of this organisation's."""

    acceptees: int
    rejetees: int
    inconnues: int


def _member(actor: User) -> Membre:
    if not (decision := granted(actor, Permission.HIRE)):
        raise Refused(Refusal("interdit", decision.reason))
    if actor.membre is None:
        raise Refused(Refusal("interdit", "Seul un membre d’une SIAE envoie des fiches salarié."))
    return actor.membre


@transaction.atomic
def prepare_envoi(*, actor: User, on: date) -> EnvoiFiches:
    """Put in one file the fiches that are ready, 700 at most, those that the ASP rejected included.

    Raise `Refused` when none is. The next file takes what this one leaves.
    """
    membre = _member(actor)
    # Two files of one organisation are made one after the other: a fiche is never in both.
    type(membre.organisation).objects.select_for_update().get(pk=membre.organisation_id)
    ready = [each for each in list_attendues(actor, on=on) if each.prete][:MOST_RECORDS]
    if not ready:
        raise Refused(Refusal("aucune_fiche", "Aucune fiche n’est prête\u202f: complétez d’abord les dossiers."))
    now = timezone.now().replace(microsecond=0)
    name = f"RIAE_FS_{timezone.localtime(now):%Y%m%d%H%M%S}.json"
    if EnvoiFiches.objects.filter(nom=name).exists():
        raise Refused(Refusal("trop_vite", "Un autre envoi vient d’être préparé\u202f: recommencez dans une seconde."))
    envoi = EnvoiFiches.objects.create(organisation_id=membre.organisation_id, nom=name, cree_le=now, auteur=actor)
    FicheSalarie.objects.filter(pk__in=[each.fiche.pk for each in ready if each.fiche]).delete()
    FicheSalarie.objects.bulk_create(
        FicheSalarie(titre=each.titre, siae=each.siae, envoi=envoi, ligne=line)
        for line, each in enumerate(ready, start=1)
    )
    envoi.refresh_from_db()
    audit.record("parcours.fiches_envoyer", envoi, actor=actor, fiches=len(ready))
    return envoi


def render_envoi(envoi: EnvoiFiches, *, actor: User) -> bytes:
    """Return the file that the ASP expects, with the persons as they are known today, if still open to who asks."""
    lines = [
        {"numLigne": each.fiche.ligne, **each.contenu} for each in list_lignes(envoi, actor) if each.fiche is not None
    ]
    document = {"msgInformatif": None, "telId": None, "lignesTelechargement": lines}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


@transaction.atomic
def read_reponse(*, contenu: bytes, actor: User) -> Reponse:
    """Note what the ASP answered of each fiche (file RIAE_FS_…_FichierRetour); raise `Refused` when it is no answer.

    A line is known by its PASS, its SIRET and its measure, among the fiches of the organisation of who acts. Read
    twice, an answer says the same.
    """
    membre = _member(actor)
    answers = dict(_read_answers(contenu))
    fiches = {
        (each.titre.numero, each.siae.organisation.siret, f"{each.siae.type_siae}_DC"): each
        for each in FicheSalarie.objects.select_for_update(of=("self",))
        .filter(siae__organisation=membre.organisation_id, titre__numero__in=[number for number, _, _ in answers])
        .select_related("titre", "siae__organisation")
    }
    told = [(fiches[key], *answer) for key, answer in answers.items() if key in fiches]
    for fiche, code, libelle in told:
        fiche.etat = EtatFiche.ACCEPTEE if code in ACCEPTED else EtatFiche.REJETEE
        fiche.code, fiche.libelle = code, libelle[:300]
    FicheSalarie.objects.bulk_update([fiche for fiche, _, _ in told], ["etat", "code", "libelle"])
    accepted = sum(code in ACCEPTED for _, code, _ in told)
    reponse = Reponse(accepted, len(told) - accepted, len(answers) - len(told))
    audit.record(
        "parcours.fiches_reponse",
        membre.organisation,
        actor=actor,
        acceptees=reponse.acceptees,
        rejetees=reponse.rejetees,
        inconnues=reponse.inconnues,
    )
    return reponse


def _read_answers(contenu: bytes) -> list[tuple[tuple[str, str, str], tuple[str, str]]]:
    """Return ((PASS, SIRET, measure), (code, label)) of each line of an answer."""
    try:
        document: Any = json.loads(contenu.decode("utf-8-sig"))
        lines = document["lignesTelechargement"]
        answers = [
            (
                (str(line["personnePhysique"]["passIae"]), str(line["siret"]), str(line["mesure"])),
                (str(line["codeTraitement"] or ""), str(line["libelleTraitement"] or "")),
            )
            for line in lines
        ]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        message = "Ce fichier n’est pas une réponse de l’ASP (RIAE_FS_…_FichierRetour.json)."
        raise Refused(Refusal("reponse_illisible", message, "fichier")) from error
    if wrong := next((code for _, (code, _) in answers if code and not (len(code) == CODE and code.isdecimal())), None):
        message = f"« {wrong} » n’est pas un code de retour\u202f: quatre chiffres."
        raise Refused(Refusal("code_illisible", message, "fichier"))
    if any(not code for _, (code, _) in answers):
        message = "Ce fichier ne porte pas de réponse\u202f: c’est celui qui a été envoyé, non celui que l’ASP rend."
        raise Refused(Refusal("sans_reponse", message, "fichier"))
    return answers
