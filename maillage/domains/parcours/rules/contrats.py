"""What the law allows of a contract: each rule is told with what was found, kept or broken. Pure functions.

Nothing is refused without a reason: the same list of checks is shown before the click and raised after it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.domains.parcours.enums.contrat import TypeContrat as T
from maillage.domains.parcours.enums.embauche import ControleEtat, Derogation, EtatContrat, NatureUtilisateur
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.templatetags.ui import decimal, jour, nombre

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from maillage.domains.parcours.rules.eligibilite import Ouverture
    from maillage.foundations.kernel.parameters import Parametre

    Limites = Mapping[str, Parametre]  # the parameters of the room in force on the first day, by their short code

JOUR = timedelta(days=1)
ALTERNANCE = frozenset({T.PROFESSIONNALISATION, T.APPRENTISSAGE})
DURABLES = frozenset({T.CDDI, T.CDI_INCLUSION, *ALTERNANCE})
RENOUVELABLES = frozenset({T.CDDI, T.MISSION, T.EITI, T.PROFESSIONNALISATION})
SANS_FIN = 9999  # the year in which a period without an end is written to end
MISSIONS = frozenset({T.CDDU, T.MISSION})  # contracts by which a person works for somebody else


@dataclass(frozen=True, slots=True)
class TypeAdmis:
    """Which kinds of SIAE employ under a type of contract, since when, under which article."""

    structures: tuple[str, ...]
    depuis: date
    article: str


@dataclass(frozen=True, slots=True)
class Ecart:
    """What a departure lifts (`duree_min`, `duree_max`, `heures_min`), which kinds of SIAE know it, which article."""

    leve: str
    structures: tuple[str, ...]
    article: str


@dataclass(frozen=True, slots=True)
class Utilisateur:
    """For whom a person works during an assignment; a private individual is not named."""

    nature: str
    denomination: str = ""
    siret: str = ""


@dataclass(frozen=True, slots=True)
class FicheContrat:
    """A contract as an employer writes it, during `[debut, fin_prevue)`; `rome` is the code of the trade."""

    type: str
    debut: date
    fin_prevue: date | None = None
    heures_semaine: Decimal | None = None
    rome: str = ""
    derogations: tuple[str, ...] = ()
    utilisateur: Utilisateur | None = None


@dataclass(frozen=True, slots=True)
class Periode:
    """The days `[debut, fin)`."""

    debut: date
    fin: date

    @property
    def jours(self) -> int:
        return (self.fin - self.debut).days


@dataclass(frozen=True, slots=True)
class Passe:
    """What is known of a person on the first day of a contract.

    `titre` is the right that covers that day, `entree` the first day of work under it. `autres` are the employment
    contracts in this SIAE that end later, `cddi` its CDDI of this pathway, `mission` the assignment so far;
    `renouvelle` tells that a contract is renewed. Hours are those of assignments in the months that count: in
    companies, and for users unknown. `ouverture` is told when no right covers the day (None: nobody looked).
    """

    naissance: date | None = None
    titre: Periode | None = None
    entree: date | None = None
    autres: tuple[Periode, ...] = ()
    cddi: tuple[Periode, ...] = ()
    mission: Periode | None = None
    renouvelle: bool = False
    rqth: bool | None = None
    heures_entreprises: Decimal = Decimal(0)
    heures_inconnues: Decimal = Decimal(0)
    ouverture: Ouverture | None = None


@dataclass(frozen=True, slots=True)
class Controle:
    """One rule: what it says, what was found, whether it is kept, where it stands, which field it concerns."""

    code: str
    regle: str
    constat: str
    etat: ControleEtat
    article: str = ""
    field: str | None = None
    confirme: bool = True

    @property
    def refus(self) -> Refusal | None:
        """The refusal of a broken rule, in one sentence."""
        if self.etat != ControleEtat.REFUS:
            return None
        article = f" ({self.article})" if self.article else ""
        return Refusal(self.code, f"{self.regle}{article}\u202f: {self.constat}.", self.field)


@cache
def _facts() -> dict[str, dict[str, dict[str, object]]]:
    path = Path(__file__).parent.parent / "facts" / "contrats.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def types_admis() -> Mapping[str, TypeAdmis]:
    """Return who may employ under each type of contract."""
    return {
        code: TypeAdmis(tuple(row["structures"]), row["depuis"], str(row["article"]))  # type: ignore[arg-type]
        for code, row in _facts()["types"].items()
    }


@cache
def ecarts() -> Mapping[str, Ecart]:
    """Return what each departure lifts."""
    return {
        code: Ecart(str(row["leve"]), tuple(row["structures"]), str(row["article"]))  # type: ignore[arg-type]
        for code, row in _facts()["derogations"].items()
    }


def heures_comptees(type_siae: str) -> str:
    """Return which hours make the ETP of a kind of SIAE: the name of a field of `EtatMensuel`."""
    return str(_facts()["heures_etp"][type_siae])


def types_pour(type_siae: str, on: date) -> list[T]:
    """Return the types of contract that a kind of SIAE may write on a day."""
    return [T(code) for code, row in types_admis().items() if type_siae in row.structures and row.depuis <= on]


def etat_contrat(debut: date, fin: date | None, on: date) -> EtatContrat:
    """Return where a contract stands, `fin` being its real end, else the planned one."""
    if debut > on:
        return EtatContrat.A_VENIR
    return EtatContrat.EN_COURS if fin is None or fin > on else EtatContrat.FINI


def check_contrat(fiche: FicheContrat, *, type_siae: str, passe: Passe, limites: Limites, on: date) -> list[Controle]:
    """Return every rule that concerns this contract in this kind of SIAE, kept or not, the most general first."""
    admis = types_admis().get(fiche.type)
    if admis is None:
        return [_told(False, "type_inconnu", "Le contrat est d’un type de la liste", "choisissez-en un", "", "type")]
    controls = [_type(fiche, admis, type_siae), *_dates(fiche, limites, on)]
    if any(control.etat == ControleEtat.REFUS for control in controls):
        return controls  # what follows would count days that do not exist
    return [
        *controls,
        *_seul(fiche, passe),
        *_titre(fiche, passe),
        *_ecarts(fiche, type_siae, passe, limites),
        *_durees(fiche, type_siae, passe, limites),
        *_heures(fiche, type_siae, limites),
        *_cdi(fiche, passe, limites),
        *_entreprises(fiche, type_siae, passe, limites),
    ]


def check_avenant(fiche: FicheContrat, *, type_siae: str, passe: Passe, limites: Limites) -> list[Controle]:
    """Return the rules that concern a contract whose hours change."""
    return [*_ecarts(fiche, type_siae, passe, limites), *_heures(fiche, type_siae, limites)]


def refusals(controls: Sequence[Controle]) -> list[Refusal]:
    """Return the reasons why a contract is refused."""
    return [refus for control in controls if (refus := control.refus) is not None]


def _type(fiche: FicheContrat, admis: TypeAdmis, type_siae: str) -> Controle:
    label = T(fiche.type).label
    ok = type_siae in admis.structures and fiche.debut >= admis.depuis
    if type_siae not in admis.structures:
        found = f"cette SIAE est de type {type_siae}"
    elif not ok:
        found = f"il n’existait pas le {jour(fiche.debut)}"
    else:
        found = f"cette SIAE est de type {type_siae}"
    rule = f"« {label} » s’emploie en {_either(admis.structures)}"
    return _told(ok, "type_interdit", rule, found, admis.article, "type")


def _dates(fiche: FicheContrat, limites: Limites, on: date) -> Iterator[Controle]:
    ahead, late = limites["embauche_avance_mois"], limites["embauche_retard_jours"]
    first, last = on - timedelta(days=int(late.value)), add_months(on, int(ahead.value))
    rule = f"Un contrat s’enregistre {ahead.amount} avant son début au plus tôt, {late.amount} après au plus tard"
    yield _told(
        first <= fiche.debut <= last, "debut_hors_delai", rule, f"il commence le {jour(fiche.debut)}", "", "debut"
    )
    if fiche.type == T.CDI_INCLUSION:
        rule, ok = "Un CDI n’a pas de fin prévue", fiche.fin_prevue is None
        found = "aucune" if ok else "une fin est donnée"
    else:
        rule, ok = "Un contrat à durée limitée finit après son début", False
        found = "la fin prévue n’est pas donnée"
        if fiche.fin_prevue is not None:
            ok = fiche.fin_prevue > fiche.debut
            found = f"du {jour(fiche.debut)} au {jour(fiche.fin_prevue - JOUR)}"
    yield _told(ok, "fin_prevue", rule, found, "", "fin_prevue")


def _seul(fiche: FicheContrat, passe: Passe) -> Iterator[Controle]:
    """One employment contract at a time in a SIAE; assignments follow each other within a day."""
    if fiche.type not in DURABLES:
        return
    other = next((each for each in passe.autres if not fiche.fin_prevue or each.debut < fiche.fin_prevue), None)
    found = f"un autre court jusqu’au {jour(other.fin - JOUR)}" if other else "aucun autre sur ces jours"
    if other and other.fin.year == SANS_FIN:
        found = "un CDI est en cours"
    yield _told(other is None, "deja_sous_contrat", "Un seul contrat à la fois dans la SIAE", found, "", "debut")


def _titre(fiche: FicheContrat, passe: Passe) -> Iterator[Controle]:
    rule, article = "Le contrat commence pendant un PASS IAE ou un agrément", "Code du travail, art. R. 5132-1-7"
    titre = passe.titre
    if titre is None and passe.renouvelle:
        found = "aucun titre ne couvre ce jour\u202f: demandez d’abord une prolongation"
        yield Controle("hors_titre", rule, found, ControleEtat.REFUS, article, "fin_prevue")
        return
    if titre is None and (opening := passe.ouverture) is not None:
        code = opening.refus or "titre"
        yield _told(not opening.refus, code, "L’embauche ouvre un titre de parcours", opening.constat, article, "debut")
        return
    if titre is None:
        found = "aucun titre ne couvre ce jour\u202f: l’embauche en ouvre un, si la personne est éligible"
        yield Controle("titre", rule, found, ControleEtat.ALERTE, article, "debut")
        return
    left = (titre.fin - fiche.debut).days
    ok = titre.debut <= fiche.debut < titre.fin
    found = f"le titre va jusqu’au {jour(titre.fin - JOUR)}, soit {_jours(left)} à compter du début"
    yield _told(ok, "hors_titre", rule, found, article, "debut")
    if ok and fiche.fin_prevue and fiche.fin_prevue > titre.fin:
        over = (fiche.fin_prevue - titre.fin).days
        yield Controle(
            "apres_titre",
            "Le titre couvre tout le contrat",
            f"il finit {_jours(over)} avant le contrat\u202f: prévoyez une prolongation ou une suite",
            ControleEtat.ALERTE,
            article,
            "fin_prevue",
        )


def _ecarts(fiche: FicheContrat, type_siae: str, passe: Passe, limites: Limites) -> Iterator[Controle]:
    for code in fiche.derogations:
        known = ecarts().get(code)
        if known is None:
            yield _told(False, "derogation_inconnue", "Une dérogation est de la liste", code, "", "derogations")
            continue
        label = Derogation(code).label
        rule = f"La dérogation « {label} » existe pour un CDDI en {_either(known.structures)}"
        ok = fiche.type == T.CDDI and type_siae in known.structures
        found = f"{T(fiche.type).label}, {type_siae}"
        yield _told(ok, "derogation_interdite", rule, found, known.article, "derogations")
        if code == Derogation.SENIOR:
            least = limites["senior_age"]
            rule = f"La dérogation au titre de l’âge se donne à {least.amount} ou plus"
            yield _age("derogation_age", rule, passe.naissance, fiche.fin_prevue or fiche.debut, least, "derogations")
        if code == Derogation.RQTH:
            rule = "La dérogation « travailleur handicapé » suppose la reconnaissance (RQTH)"
            found = {True: "connue", False: "la fiche de situation dit non", None: "non renseignée"}[passe.rqth]
            state = {True: ControleEtat.TENUE, False: ControleEtat.REFUS, None: ControleEtat.ALERTE}[passe.rqth]
            yield Controle("derogation_rqth", rule, found, state, known.article, "derogations")


# Contracts in other SIAE do not count: the right to a pathway bounds the whole of them.
CDDI_ICI = "Les CDDI d’un parcours dans la SIAE"


def _durees(fiche: FicheContrat, type_siae: str, passe: Passe, limites: Limites) -> Iterator[Controle]:
    if fiche.fin_prevue is None:
        return
    asked = Periode(fiche.debut, fiche.fin_prevue)
    lifted = _lifted(fiche, type_siae)
    if fiche.type == T.CDDI:
        if not passe.renouvelle:
            yield _shortest(asked, limites["cddi_mois_min"], "Un premier CDDI", lifted.get("duree_min"))
        over = lifted.get("duree_max")
        most = limites["cddi_mois_max_derogation" if over else "cddi_mois_max"]
        what = f"Les CDDI d’un parcours dans la SIAE, dérogation « {over} »" if over else CDDI_ICI
        yield _longest(passe.cddi, asked, most, what)
    elif fiche.type == T.MISSION:
        before = (passe.mission,) if passe.mission else ()
        yield _longest(before, asked, limites["mission_mois_max"], "Un contrat de mission")
    elif fiche.type == T.EITI:
        yield _longest((), asked, limites["eiti_mois_max"], "Un contrat d’EITI")
    elif fiche.type in ALTERNANCE:
        yield _shortest(asked, limites["alternance_mois_min"], "Un contrat en alternance", None)
        yield _longest((), asked, limites["alternance_mois_max"], "Un contrat en alternance")


def _shortest(asked: Periode, least: Parametre, what: str, lifted: str | None) -> Controle:
    until = add_months(asked.debut, int(least.value))
    rule = f"{what} dure {least.amount} au moins, soit jusqu’au {jour(until - JOUR)}"
    found = f"il finit le {jour(asked.fin - JOUR)}"
    if lifted and asked.fin < until:
        found = f"{found}, par dérogation\u202f: {lifted}"
        return Controle("duree_min", rule, found, ControleEtat.ALERTE, least.article, "fin_prevue", least.confirmed)
    return _told(asked.fin >= until, "duree_min", rule, found, least.article, "fin_prevue", least.confirmed)


def _longest(before: Sequence[Periode], asked: Periode, most: Parametre, what: str) -> Controle:
    """Count in days, from the first contract: contracts that follow each other reach the very same day."""
    first = min((each.debut for each in before), default=asked.debut)
    allowed = (add_months(first, int(most.value)) - first).days
    used = sum(each.jours for each in before)
    until = asked.debut + timedelta(days=allowed - used)
    rule = f"{what}, renouvellements compris, durent {most.amount} au plus ({_jours(allowed)})"
    if what.startswith("Un "):
        rule = f"{what}, renouvellements compris, dure {most.amount} au plus ({_jours(allowed)})"
    if used:
        found = f"{_jours(used)} déjà faits et {_jours(asked.jours)} demandés, possible jusqu’au {jour(until - JOUR)}"
    else:
        found = f"{_jours(asked.jours)} demandés, possible jusqu’au {jour(until - JOUR)}"
    if until <= asked.debut:
        found = f"{_jours(used)} déjà faits, il n’en reste pas"
    return _told(asked.fin <= until, "duree_max", rule, found, most.article, "fin_prevue", most.confirmed)


def _heures(fiche: FicheContrat, type_siae: str, limites: Limites) -> Iterator[Controle]:
    if fiche.type == T.CDDI:
        least = limites["cddi_heures_min"]
    elif fiche.type == T.CDI_INCLUSION and type_siae in {"EI", "ACI"}:
        least = limites["cdi_inclusion_heures_min"]
    else:
        return
    rule = f"La semaine compte {least.amount} au moins"
    if fiche.heures_semaine is None:
        found = "le nombre d’heures n’est pas donné"
        yield _told(False, "heures_min", rule, found, least.article, "heures_semaine", least.confirmed)
        return
    ok, found = fiche.heures_semaine >= least.value, f"{heures(fiche.heures_semaine)} au contrat"
    lifted = _lifted(fiche, type_siae).get("heures_min")
    if not ok and lifted:
        found = f"{found}, par dérogation\u202f: {lifted}"
        state = ControleEtat.ALERTE
        yield Controle("heures_min", rule, found, state, least.article, "heures_semaine", least.confirmed)
        return
    yield _told(ok, "heures_min", rule, found, least.article, "heures_semaine", least.confirmed)


def _cdi(fiche: FicheContrat, passe: Passe, limites: Limites) -> Iterator[Controle]:
    if fiche.type != T.CDI_INCLUSION:
        return
    least = limites["cdi_inclusion_age_min"]
    rule = f"Un CDI d’inclusion se conclut à {least.amount} ou plus"
    yield _age("cdi_age", rule, passe.naissance, fiche.debut, least, "type")
    months = limites["cdi_inclusion_mois_parcours"]
    rule = f"Il suit un parcours de {months.amount} au moins"
    if passe.entree is None:
        found = "aucun contrat d’insertion n’est connu avant ce jour"
        yield _told(False, "cdi_parcours", rule, found, months.article, "type", months.confirmed)
        return
    ok = add_months(passe.entree, int(months.value)) <= fiche.debut
    found = f"premier contrat du parcours le {jour(passe.entree)}"
    yield _told(ok, "cdi_parcours", rule, found, months.article, "type", months.confirmed)


def _entreprises(fiche: FicheContrat, type_siae: str, passe: Passe, limites: Limites) -> Iterator[Controle]:
    if fiche.type not in MISSIONS:
        return
    user = fiche.utilisateur
    rule = "Une mission dit pour qui la personne travaille"
    if user is None or user.nature not in NatureUtilisateur.values:
        yield _told(False, "utilisateur", rule, "l’utilisateur n’est pas donné", "", "nature")
        return
    named = bool(user.denomination) or user.nature == NatureUtilisateur.PARTICULIER
    found = "un particulier, qui n’est pas nommé" if not user.denomination else user.denomination
    yield _told(named, "utilisateur", rule, found if named else "son nom n’est pas donné", "", "denomination")
    if type_siae != "AI" or user.nature != NatureUtilisateur.ENTREPRISE:
        return
    most, months = limites["ai_heures_max"], limites["ai_heures_mois"]
    rule = f"Une AI met une personne à disposition d’entreprises {most.amount} au plus sur {months.amount}"
    left = most.value - passe.heures_entreprises
    found = f"{heures(passe.heures_entreprises)} déjà faites, il en reste {heures(max(left, Decimal(0)))}"
    if passe.heures_inconnues:
        found += f", et {heures(passe.heures_inconnues)} pour des utilisateurs inconnus"
    state = ControleEtat.REFUS if left <= 0 else ControleEtat.TENUE
    if state == ControleEtat.TENUE and left <= passe.heures_inconnues:
        state = ControleEtat.ALERTE
    yield Controle("ai_heures", rule, found, state, most.article, "nature", months.confirmed)


def _age(code: str, rule: str, naissance: date | None, on: date, least: Parametre, field: str) -> Controle:
    if naissance is None:
        return _told(False, code, rule, "la date de naissance n’est pas connue", least.article, field)
    years = age_revolu(naissance, on)
    return _told(years >= least.value, code, rule, f"{years} ans ce jour-là", least.article, field, least.confirmed)


def age_revolu(naissance: date, on: date) -> int:
    """Return the full years of age on a day; who was born on 29 February turns a year on 1 March."""
    return on.year - naissance.year - ((on.month, on.day) < (naissance.month, naissance.day))


def _lifted(fiche: FicheContrat, type_siae: str) -> dict[str, str]:
    """Return, for each rule that a departure of this contract lifts, what the departure is called."""
    return {
        known.leve: Derogation(code).label
        for code in fiche.derogations
        if (known := ecarts().get(code)) and type_siae in known.structures
    }


def _told(
    ok: bool, code: str, regle: str, constat: str, article: str, field: str | None, confirme: bool = True
) -> Controle:
    state = ControleEtat.TENUE if ok else ControleEtat.REFUS
    return Controle(code, regle, constat, state, article, field, confirme)


def _either(words: Sequence[str]) -> str:
    return " ou ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _jours(count: int) -> str:
    return f"{nombre(count)}\u202fjour{'s' if abs(count) > 1 else ''}"


def heures(value: Decimal) -> str:
    """Write a number of hours, with the decimals that it has: 104,5 h."""
    digits = len(f"{value:.2f}".rstrip("0").partition(".")[2])
    return f"{decimal(value, digits)}\u202fh"


@dataclass(frozen=True, slots=True)
class Possible:
    """A type of contract that a SIAE may write: what the law asks of it, in words, and its article."""

    type: T
    conditions: tuple[str, ...]
    article: str


def possibles(type_siae: str, limites: Limites, on: date) -> list[Possible]:
    """Return what a kind of SIAE may write on a day, so that one knows the rules before one types."""
    told = {
        T.CDDI: (
            f"{limites['cddi_mois_min'].amount} au moins, {limites['cddi_mois_max'].amount} au plus dans la SIAE, "
            f"renouvellements compris ({limites['cddi_mois_max_derogation'].amount} par dérogation)",
            f"{limites['cddi_heures_min'].amount} par semaine au moins",
        ),
        T.CDI_INCLUSION: (
            f"{limites['cdi_inclusion_age_min'].amount} ou plus",
            f"après {limites['cdi_inclusion_mois_parcours'].amount} de parcours",
        ),
        T.CDDU: (
            f"{limites['ai_heures_max'].amount} en entreprise au plus, sur {limites['ai_heures_mois'].amount}",
            "sans limite chez un particulier, dans une association ou une collectivité",
        ),
        T.MISSION: (f"{limites['mission_mois_max'].amount} au plus avec les renouvellements",),
        T.EITI: (f"{limites['eiti_mois_max'].amount} au plus",),
        **dict.fromkeys(
            ALTERNANCE,
            (f"de {limites['alternance_mois_min'].amount} à {limites['alternance_mois_max'].amount}",),
        ),
    }
    return [Possible(each, told[each], types_admis()[each].article) for each in types_pour(type_siae, on)]
