"""The convention of an immersion: its table of states, its rules told one by one, what is signed and by whom."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.entreprises.enums.immersion import Document, EtatImmersion, Objectif, RoleSignataire
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.states import Transition, Transitions
from maillage.foundations.kernel.templatetags.ui import decimal, jour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from maillage.foundations.kernel.parameters import Parametre

E = EtatImmersion
EN_PREPARATION = (E.A_SIGNER, E.SIGNEE_EN_PARTIE, E.EN_EXAMEN)
JOUR = timedelta(days=1)
PLURIEL_MIN = 2

CONVENTION = Transitions(
    (
        Transition("signer", (E.A_SIGNER, E.SIGNEE_EN_PARTIE), E.SIGNEE_EN_PARTIE, "Signer"),
        Transition("signer_dernier", (E.A_SIGNER, E.SIGNEE_EN_PARTIE), E.EN_EXAMEN, "Signer"),
        Transition("modifier", EN_PREPARATION, E.A_SIGNER, "Modifier"),
        Transition("valider", (E.EN_EXAMEN,), E.ACCEPTEE, "Valider"),
        Transition("refuser", (E.EN_EXAMEN,), E.REFUSEE, "Refuser"),
        Transition("annuler", (*EN_PREPARATION, E.ACCEPTEE), E.ANNULEE, "Annuler"),
        Transition("perimer", EN_PREPARATION, E.PERIMEE, "Laisser sans suite"),
    )
)


@dataclass(frozen=True, slots=True)
class FicheImmersion:
    """What a convention says, as it is typed; `fin` is the first day after it, texts are free."""

    objectif: str
    debut: date
    fin: date
    jours_semaine: tuple[int, ...]
    heures_semaine: Decimal
    horaires: str
    activites: str
    adresse: str
    accueil_nom: str
    tuteur_nom: str
    tuteur_fonction: str
    accueil_email: str = ""
    tuteur_email: str = ""
    tuteur_telephone: str = ""
    representant_nom: str = ""
    representant_email: str = ""
    competences: str = ""
    protections: str = ""
    prevention: str = ""
    justification: str = ""


@dataclass(frozen=True, slots=True)
class Passee:
    """An immersion that counts: `ici` tells that it is with the same host, `renouvelle` that it renews another."""

    debut: date
    fin: date
    jours: int
    objectif: str
    ici: bool
    renouvelle: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of who would be immersed, besides the convention.

    `contrat` is the period of the contract that goes on, `cddi` tells that its length bounds the immersions, `jours
    du contrat` are those already spent in immersions under it. `renouvelee` is the immersion that this one renews.
    """

    naissance: date | None
    prescripteur: str
    prescripteur_types: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    contrat: tuple[date, date | None] | None = None
    cddi: bool = False
    jours_du_contrat: int = 0
    passees: Sequence[Passee] = ()
    renouvelee: Passee | None = None


@dataclass(frozen=True, slots=True)
class Controle:
    """One rule, kept or not: `texte` says why in figures, `parametre` is the figure of the law behind it.

    `refus` is None when the rule is kept.
    """

    regle: str
    texte: str
    refus: Refusal | None = None
    parametre: Parametre | None = None

    @property
    def ok(self) -> bool:
        return self.refus is None


def count_presence(debut: date, fin: date, jours_semaine: Sequence[int]) -> int:
    """Return how many days of `[debut, fin)` fall on the given days of the week."""
    return sum((debut + timedelta(days=n)).isoweekday() in jours_semaine for n in range((fin - debut).days))


def age(naissance: date, on: date) -> int:
    """Return an age in full years."""
    return on.year - naissance.year - ((on.month, on.day) < (naissance.month, naissance.day))


def is_minor(naissance: date | None, on: date, limites: Mapping[str, Parametre]) -> bool:
    """Tell whether a person is under age on a day; unknown, they are taken for of age."""
    return naissance is not None and age(naissance, on) < limites["age_majeur"].value


def counted(passees: Sequence[Passee], debut: date, mois: int) -> list[Passee]:
    """Return the immersions with the same host that touch the months around a first day, back and forward.

    A window of so many months may hold both that one and this one: order of entry does not matter.
    """
    return [
        each
        for each in passees
        if each.ici and add_months(debut, -mois) < each.fin and each.debut < add_months(debut, mois)
    ]


def verify(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> list[Controle]:
    """Return every rule of the convention, kept or broken: what the screen tells and the act refuses."""
    return [
        _duree(fiche, limites),
        *_renouvellement(fiche, situation, limites),
        _periodes(fiche, situation, limites),
        _cumul(fiche, situation, limites),
        *_contrat(fiche, situation, limites),
        *_age(fiche, situation, limites),
        _repos(fiche, limites),
        _heures(fiche, situation, limites),
        _prescripteur(situation),
        _tuteur(fiche, situation),
    ]


def refusals(controles: Sequence[Controle]) -> list[Refusal]:
    """Return the reasons to refuse."""
    return [each.refus for each in controles if each.refus is not None]


def _told(
    code: str, regle: str, texte: str, kept: bool, field: str | None, limite: Parametre | None = None
) -> Controle:
    return Controle(regle, texte, None if kept else Refusal(code, texte, field), limite)


def figure(value: Decimal) -> str:
    """Write a number with the decimals that it has: 35, 26,5."""
    return decimal(value, 0 if value == int(value) else 2)


def _days(number: int) -> str:
    return f"{number} jour{'s' if number >= PLURIEL_MIN else ''}"


def _duree(fiche: FicheImmersion, limites: Mapping[str, Parametre]) -> Controle:
    limit = limites["duree_mois"]
    latest = add_months(fiche.debut, int(limit.value))
    ok = fiche.debut < fiche.fin <= latest
    period = f"Du {jour(fiche.debut)} au {jour(fiche.fin - JOUR)}"
    text = f"{period}\u202f: au plus tard le {jour(latest - JOUR)}, de date à date."
    if fiche.fin <= fiche.debut:
        text = "Le dernier jour ne précède pas le premier."
    return _told("duree", "Un mois au plus", text, ok, "fin", limit)


def _renouvellement(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> list[Controle]:
    former = situation.renouvelee
    if former is None:
        return []
    rule, limit = "Renouvelable une fois", limites["renouvellements"]
    checks = (
        (
            not former.renouvelle,
            "Cette immersion en renouvelle déjà une autre\u202f: elle ne se renouvelle plus.",
            None,
        ),
        (bool(fiche.justification.strip()), "Dites pourquoi l’objectif n’est pas atteint.", "justification"),
        (fiche.objectif == former.objectif, "Un renouvellement garde l’objet de l’immersion.", "objectif"),
        (fiche.debut >= former.fin, f"Elle commence après le {jour(former.fin - JOUR)}.", "debut"),
    )
    broken = next(((text, field) for kept, text, field in checks if not kept), None)
    if broken:
        return [_told("renouvellement", rule, broken[0], False, broken[1], limit)]
    return [_told("renouvellement", rule, "Premier renouvellement, justifié.", True, None, limit)]


def _periodes(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> Controle:
    """A renewal goes on with its period: it is not one more."""
    limit, months = limites["periodes_max"], int(limites["cumul_mois"].value)
    here = [each for each in counted(situation.passees, fiche.debut, months) if not each.renouvelle]
    rule = "Deux périodes au plus chez le même accueil, d’objets différents"
    if situation.renouvelee is not None:
        return _told("periodes", rule, "Le renouvellement prolonge une période, il n’en ajoute pas.", True, None, limit)
    if len(here) >= limit.value:
        text = f"{len(here)} périodes déjà en {months} mois chez cet accueil."
        return _told("periodes", rule, text, False, "siret", limit)
    if any(each.objectif == fiche.objectif for each in here):
        text = f"Une période a déjà pour objet «\u202f{Objectif(fiche.objectif).label}\u202f» chez cet accueil."
        return _told("objectif_repete", rule, text, False, "objectif", limit)
    left = int(limit.value) - len(here)
    text = f"{len(here)} période déjà, il en reste {left}." if here else "Aucune autre période chez cet accueil."
    return _told("periodes", rule, text, True, None, limit)


def _cumul(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> Controle:
    limit, months = limites["cumul_jours"], int(limites["cumul_mois"].value)
    used = sum(each.jours for each in counted(situation.passees, fiche.debut, months))
    wanted = count_presence(fiche.debut, fiche.fin, fiche.jours_semaine)
    left = int(limit.value) - used
    text = (
        f"Il reste {_days(max(left, 0))} chez cet accueil ({int(limit.value)} en {months} mois, {used} déjà faits ou "
        f"prévus)\u202f; cette immersion en compte {wanted}."
    )
    return _told("cumul", "Soixante jours de présence au plus en douze mois", text, 0 < wanted <= left, "fin", limit)


def _contrat(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> list[Controle]:
    if situation.contrat is None:
        return []
    start, end = situation.contrat
    inside = start <= fiche.debut and (end is None or fiche.fin <= end)
    until = f"au {jour(end - JOUR)}" if end else "sans fin prévue"
    text = f"Le contrat court du {jour(start)} {until}\u202f: il continue pendant l’immersion, heures payées comprises."
    found = [_told("hors_contrat", "Pendant le contrat", text, inside, "debut")]
    if situation.cddi and end is not None:
        limit = limites["part_contrat"]
        allowed = int((end - start).days * limit.value / 100)
        wanted = (fiche.fin - fiche.debut).days
        left = allowed - situation.jours_du_contrat
        text = (
            f"{figure(limit.value)} % de {_days((end - start).days)} de contrat font {_days(allowed)}\u202f; "
            f"{situation.jours_du_contrat} sont pris, il en reste {max(left, 0)}, cette immersion en couvre {wanted}."
        )
        found.append(_told("part_contrat", "Un quart du CDDI au plus", text, wanted <= left, "fin", limit))
    return found


def _age(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> list[Controle]:
    born, limit = situation.naissance, limites["age_min"]
    if born is None:
        text = "La date de naissance n’est pas renseignée\u202f: vérifiez l’âge, et complétez le dossier."
        return [Controle("Seize ans au moins", text, parametre=limit)]
    years = age(born, fiche.debut)
    found = [_told("age", "Seize ans au moins", f"{years} ans au premier jour.", years >= limit.value, "debut", limit)]
    if is_minor(born, fiche.debut, limites):
        named = bool(fiche.representant_nom.strip())
        text = (
            "Le représentant légal signe aussi."
            if named
            else "La personne est mineure\u202f: nommez qui la représente."
        )
        found.append(
            _told("representant", "Représentant d’un mineur", text, named, "representant_nom", limites["age_majeur"])
        )
    return found


def _repos(fiche: FicheImmersion, limites: Mapping[str, Parametre]) -> Controle:
    """Whoever is immersed rests as the employees of the host do."""
    limit, days = limites["jours_semaine"], len(set(fiche.jours_semaine))
    text = f"{_days(days)} par semaine, {int(limit.value)} au plus."
    return _told("repos", "Repos de la semaine", text, days <= limit.value, "jours_semaine", limit)


def _heures(fiche: FicheImmersion, situation: Situation, limites: Mapping[str, Parametre]) -> Controle:
    minor = is_minor(situation.naissance, fiche.debut, limites)
    limit = limites["heures_semaine_mineur" if minor else "heures_semaine"]
    whom = " pour un mineur" if minor else ""
    text = f"{figure(fiche.heures_semaine)} h par semaine, {figure(limit.value)} au plus{whom}."
    return _told(
        "heures", "Durée de la semaine", text, 0 < fiche.heures_semaine <= limit.value, "heures_semaine", limit
    )


def _prescripteur(situation: Situation) -> Controle:
    """An organisation that carries no SIAE prescribes by its own law; a SIAE by its kind."""
    rule, kinds = "Qui prescrit", situation.prescripteur_types
    if not kinds:
        return Controle(rule, f"{situation.prescripteur} prescrit.")
    allowed = [kind for kind in kinds if kind in get_prescrivent()]
    if allowed:
        return Controle(rule, f"{situation.prescripteur} prescrit ({', '.join(allowed)}).")
    text = (
        f"Une {' ou '.join(kinds)} ne prescrit pas d’immersion\u202f: choisissez un prescripteur qui suit la personne, "
        "votre SIAE reste structure d’accompagnement."
    )
    return Controle(rule, text, Refusal("prescripteur", text, "prescripteur"))


def _tuteur(fiche: FicheImmersion, situation: Situation) -> Controle:
    mine = {email.casefold() for email in (*situation.emails, fiche.representant_email) if email}
    theirs = [email for email in (fiche.tuteur_email, fiche.accueil_email) if email and email.casefold() in mine]
    text = (
        "L’adresse de l’accueil est aussi celle de la personne, de son représentant ou de son employeur."
        if theirs
        else "Le tuteur n’est ni la personne, ni qui la représente ou l’emploie."
    )
    return _told("tuteur", "Un tuteur chez l’accueil", text, not theirs, "tuteur_email")


@cache
def get_prescrivent() -> tuple[str, ...]:
    """Return the kinds of SIAE that may prescribe (`facts/pmsmp.toml`)."""
    facts = tomllib.loads((Path(__file__).parents[1] / "facts/pmsmp.toml").read_text("utf-8"))
    return tuple(facts["prescrivent"])


def signataires(*, minor: bool, employed: bool) -> tuple[RoleSignataire, ...]:
    """Return who signs a convention, in the order of the page."""
    return (
        RoleSignataire.BENEFICIAIRE,
        *((RoleSignataire.REPRESENTANT,) if minor else ()),
        RoleSignataire.ACCUEIL,
        *((RoleSignataire.EMPLOYEUR,) if employed else ()),
    )


SIGNATAIRES_BILAN = (RoleSignataire.BENEFICIAIRE, RoleSignataire.ACCUEIL)


def hash_document(document: Document, content: Mapping[str, object]) -> str:
    """Return the SHA-256 of what a document says: the same words give the same print, one letter another."""
    text = json.dumps({"document": str(document), **content}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
