"""Write the immersions that the ASP knows: they took place, or will, and were signed elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection
from django.db.models import Q

from maillage.domains.entreprises.enums.immersion import ContratSuite, Deroulement, EtatImmersion
from maillage.domains.entreprises.models import BilanImmersion, Immersion
from maillage.domains.entreprises.models.immersion import SANS_EFFET
from maillage.domains.entreprises.queries.immersions import get_limites
from maillage.domains.entreprises.rules.flux import ContratConnu, find_contrat, tell_quotas
from maillage.domains.entreprises.rules.immersions import Passee, get_prescrivent
from maillage.domains.parcours.models import Contrat
from maillage.domains.parcours.rules.flux import find_overlap
from maillage.domains.parcours.services.flux import (
    CREE,
    INCHANGE,
    MODIFIE,
    Resultat,
    clash,
    find_salaries,
    refuse,
    stage,
    writing,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.errors import Refusal
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.economie.models import Employeur
from maillage.references.economie.services.employeurs import LigneEmployeur, record_employeurs
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import empreinte_nir

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from maillage.domains.entreprises.rules.flux import LigneImmersion
    from maillage.domains.parcours.services.flux import Connu
    from maillage.domains.parcours.services.flux_contrats import Annuaire
    from maillage.foundations.kernel.parameters import Parametre
    from maillage.references.accounts.models import User

# What a line says of an immersion that is already known, and corrects.
CORRECTED = {
    "employeur_id": "bigint",
    "contrat_id": "bigint",
    "rome_id": "bigint",
    "objectif": "varchar",
    "debut": "date",
    "fin": "date",
    "jours": "smallint",
    "heures_semaine": "numeric",
    "source": "varchar",
}
_UPDATE = """
update entreprises_immersion as i set employeur_id = n.employeur_id, contrat_id = n.contrat_id, rome_id = n.rome_id,
    objectif = n.objectif, debut = n.debut, fin = n.fin, jours = n.jours, heures_semaine = n.heures_semaine,
    source = n.source
from flux_immersion as n where n.id = i.id
"""
INCONNU = Refusal(
    "contrat_suite_absent", "Une embauche sans son contrat\u202f: il reste « non renseigné ».", "contrat_suite"
)


def record_immersions(
    *, lignes: Sequence[LigneImmersion], annuaire: Annuaire, actor: User | None, on: date, source: str
) -> list[Resultat]:
    """Create the immersions whose reference is new, correct those that changed, and refuse those that cannot be.

    They are validated, and those that are over assessed as done. What a line leaves out never wipes what is known. One
    that was written here, with the same host and first day, stays as it is. A host that is not known yet is kept when
    its line gives its name and commune, even if the line is then refused.
    """
    with writing(actor=actor, on=on, source=source):
        return _Immersions(lignes, annuaire, on, source).record(lignes, actor=actor)


@dataclass(frozen=True, slots=True)
class _Lieu:
    """What a line names, found: the person, the contract that goes on, the host."""

    personne: int
    contrat: ContratConnu
    employeur: int


class _Immersions:
    """A slice of immersions: what is known of their persons, read once; what is to be written."""

    def __init__(self, lignes: Sequence[LigneImmersion], annuaire: Annuaire, on: date, source: str) -> None:
        self.annuaire, self.on, self.source = annuaire, on, source
        self.empreintes = {ligne.nir: empreinte_nir(ligne.nir) for ligne in lignes if ligne.nir}
        numbers = {ligne.salarie for ligne in lignes if ligne.salarie}
        self.numbers, self.nirs = find_salaries(numbers, self.empreintes.values())
        persons = {known.pk for known in (*self.numbers.values(), *self.nirs.values())}
        # Whoever writes an immersion on a page locks its person first.
        list(Personne.objects.filter(pk__in=persons).order_by("pk").select_for_update().values_list("pk"))
        self.contrats = _read_contrats(persons)
        self.hotes, self.hotes_refuses = _read_hotes(lignes, on, source)
        self.limites: dict[date, Mapping[str, Parametre]] = {}
        self.known: dict[str | None, Immersion] = {}
        self.typed: dict[tuple[int, int, date], Immersion] = {}
        self.of_person: dict[int, list[Immersion]] = defaultdict(list)
        self.periods: dict[int, list[tuple[date, date | None, str]]] = defaultdict(list)
        self._read({ligne.reference for ligne in lignes}, persons)
        bilans = BilanImmersion.objects.filter(immersion__in=self.known.values())
        self.bilans = {row.immersion_id: row for row in bilans}
        self.new: list[Immersion] = []
        self.changed: list[Immersion] = []
        self.new_bilans: list[BilanImmersion] = []
        self.changed_bilans: list[BilanImmersion] = []

    def _read(self, references: set[str], persons: set[int]) -> None:
        wanted = Immersion.objects.filter(Q(reference__in=references) | Q(personne_id__in=persons))
        for row in wanted.exclude(etat__in=SANS_EFFET).order_by("pk"):
            self._occupy(row)
            if row.reference in references:
                self.known[row.reference] = row
            if not row.reprise:
                self.typed[row.personne_id, row.employeur_id, row.debut] = row
            self.of_person[row.personne_id].append(row)

    def _occupy(self, row: Immersion) -> None:
        """Note the days of an immersion; those that a correction frees serve from the next slice on."""
        self.periods[row.personne_id].append((row.debut, row.fin, _name(row)))

    def record(self, lignes: Sequence[LigneImmersion], *, actor: User | None) -> list[Resultat]:
        results = [self._take(ligne) for ligne in lignes]
        _correct(self.changed)
        Immersion.objects.bulk_create(self.new)
        BilanImmersion.objects.bulk_create(self.new_bilans)
        BilanImmersion.objects.bulk_update(self.changed_bilans, ["embauche", "contrat_suite"])
        moved = {each.public_id: each for each in (*self.new, *self.changed)}
        details = {"source": self.source}
        audit.record_all(
            "entreprises.reprendre",
            [(Personne(pk=each.personne_id), {"immersion": str(key), **details}) for key, each in moved.items()],
            actor=actor,
        )
        return results

    def _take(self, ligne: LigneImmersion) -> Resultat:
        lieu = self._find(ligne)
        if isinstance(lieu, Resultat):
            return lieu
        row = self.known.get(ligne.reference)
        organisation = self.annuaire.organisations[ligne.structure]
        if row is not None and (row.personne_id, row.prescripteur_id) != (lieu.personne, organisation):
            message = f"L’immersion {ligne.reference} est déjà connue pour une autre personne ou une autre structure."
            return refuse("immersion_d_un_autre", message, "identifiant")
        if row is None and (lieu.personne, lieu.employeur, ligne.debut) in self.typed:
            message = "Cette immersion a été écrite ici\u202f: elle est laissée comme elle est."
            return Resultat("inchange", warnings=(Refusal("deja_ecrite", message, "identifiant"),))
        if overlap := find_overlap(self.periods[lieu.personne], ligne.debut, ligne.fin, ligne.reference):
            return refuse("immersions_chevauchees", _tell_overlap(overlap), "debut")
        result = self._write(ligne, lieu, row, organisation)
        warnings = self._warn(ligne, lieu)
        return Resultat(result.change, warnings=warnings) if warnings else result

    def _find(self, ligne: LigneImmersion) -> _Lieu | Resultat:
        """Return what the line names, or why it cannot be."""
        siae = self.annuaire.find(ligne.structure, ligne.type_siae)
        if isinstance(siae, Resultat):
            return siae
        if ligne.type_siae not in get_prescrivent():
            return refuse("prescripteur", f"Une {ligne.type_siae} ne prescrit pas d’immersion.", "mesure")
        connu = self._find_person(ligne)
        if isinstance(connu, Resultat):
            return connu
        latest = add_months(ligne.debut, int(self._get_limites(ligne.debut)["duree_mois"].value))
        if ligne.fin > latest:
            message = f"Une immersion dure un mois au plus\u202f: celle-ci finit avant le {latest:%d/%m/%Y}."
            return refuse("duree", message, "fin")
        contrat = find_contrat(self.contrats[connu.pk, siae], ligne.debut, ligne.fin)
        if contrat is None:
            message = "Cette personne n’a pas de contrat dans cette SIAE à tous ces jours."
            return refuse("contrat_absent", message, "debut")
        employeur = self.hotes.get(ligne.siret)
        if employeur is None:
            return self.hotes_refuses.get(ligne.siret) or refuse(
                "hote_inconnu",
                f"L’établissement {ligne.siret} n’est pas connu\u202f: donnez sa dénomination et sa commune.",
                "commune",
            )
        return _Lieu(connu.pk, contrat, employeur)

    def _find_person(self, ligne: LigneImmersion) -> Connu | Resultat:
        empreinte = self.empreintes.get(ligne.nir, "")
        known, bearer = self.numbers.get(ligne.salarie), self.nirs.get(empreinte)
        if faulty := clash(empreinte, known, bearer):
            return faulty
        if (connu := known or bearer) is not None:
            return connu
        message = "Ce salarié n’est pas connu\u202f: importez d’abord la table Salarie."
        return refuse("salarie_inconnu", message, "salarie" if ligne.salarie else "nir")

    def _write(self, ligne: LigneImmersion, lieu: _Lieu, row: Immersion | None, organisation: int) -> Resultat:
        said: dict[str, Any] = {
            "employeur_id": lieu.employeur,
            "contrat_id": lieu.contrat.pk,
            "rome_id": self.annuaire.romes.get(ligne.rome),
            **{name: getattr(ligne, name) for name in ("objectif", "debut", "fin", "jours", "heures_semaine")},
        }
        if row is None:
            row = Immersion(
                public_id=uuid4(),
                personne_id=lieu.personne,
                prescripteur_id=organisation,
                accompagnement_id=organisation,
                etat=EtatImmersion.ACCEPTEE,
                reference=ligne.reference,
                source=self.source,
                **said,
            )
            self.new.append(row)
            self.known[ligne.reference] = row
            self.of_person[lieu.personne].append(row)
            self._occupy(row)
            self._assess(ligne, row)
            return CREE
        moved = {name: value for name, value in said.items() if value is not None and getattr(row, name) != value}
        if moved:
            for name, value in moved.items():
                setattr(row, name, value)
            row.source = self.source
            self.changed.append(row)
            self._occupy(row)
        assessed = self._assess(ligne, row)
        return MODIFIE if moved or assessed else INCHANGE

    def _assess(self, ligne: LigneImmersion, row: Immersion) -> bool:
        """Write that an immersion which is over took place, and the hire that followed; tell whether that is news."""
        if ligne.fin > self.on:
            return False
        bilan = self.bilans.get(row.pk) if row.pk else None
        if bilan is None:
            bilan = BilanImmersion(immersion=row, deroulement=Deroulement.REALISEE, redige_le=self.on)
            self.new_bilans.append(bilan)
        elif ligne.embauche is None or (bilan.embauche, bilan.contrat_suite) == _suite(ligne, bilan):
            return False
        else:
            self.changed_bilans.append(bilan)
        bilan.embauche, bilan.contrat_suite = _suite(ligne, bilan)
        return True

    def _warn(self, ligne: LigneImmersion, lieu: _Lieu) -> tuple[Refusal, ...]:
        others = [row for row in self.of_person[lieu.personne] if row.reference != ligne.reference]
        passees = [
            Passee(
                row.debut,
                row.fin,
                row.jours,
                row.objectif,
                ici=row.employeur_id == lieu.employeur,
                renouvelle=row.precedente_id is not None,
            )
            for row in others
        ]
        pris = sum((row.fin - row.debut).days for row in others if row.contrat_id == lieu.contrat.pk)
        found = list(tell_quotas(ligne, passees, lieu.contrat, pris, self._get_limites(ligne.debut)))
        if ligne.rome and ligne.rome not in self.annuaire.romes:
            found.append(Refusal("rome_inconnu", f"Le métier {ligne.rome} n’est pas dans le ROME chargé.", "rome"))
        if ligne.embauche and ligne.contrat_suite in ("", ContratSuite.INCONNU):
            found.append(INCONNU)
        return tuple(found)

    def _get_limites(self, on: date) -> Mapping[str, Parametre]:
        if on not in self.limites:
            self.limites[on] = get_limites(on)
        return self.limites[on]


def _correct(rows: Sequence[Immersion]) -> None:
    """Write what changed of immersions, by one statement."""
    if not rows:
        return
    staged = ((row.pk, *(getattr(row, name) for name in CORRECTED)) for row in rows)
    stage("flux_immersion", {"id": "bigint", **CORRECTED}, staged)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE)


def _read_contrats(persons: set[int]) -> dict[tuple[int, int], list[ContratConnu]]:
    """Return the contracts of persons, by person and SIAE."""
    found: dict[tuple[int, int], list[ContratConnu]] = defaultdict(list)
    rows = Contrat.objects.filter(personne_id__in=persons)
    for personne, siae, pk, kind, debut, prevue, fin in rows.values_list(
        "personne_id", "siae_id", "pk", "type", "debut", "fin_prevue", "fin"
    ):
        found[personne, siae].append(ContratConnu(pk, kind, debut, fin or prevue))
    return found


def _read_hotes(lignes: Sequence[LigneImmersion], on: date, source: str) -> tuple[dict[str, int], dict[str, Resultat]]:
    """Return the hosts by SIRET, those that lines describe first kept, and why others cannot be."""
    rows = Employeur.objects.filter(siret__in={ligne.siret for ligne in lignes}).values_list("siret", "pk")
    known = dict(rows)
    unknown = {
        ligne.siret: LigneEmployeur(ligne.siret, ligne.denomination, ligne.commune)
        for ligne in lignes
        if ligne.siret not in known and ligne.denomination and ligne.commune
    }
    if not unknown:
        return known, {}
    told = record_employeurs(lignes=list(unknown.values()), actor=None, on=on, source=source)
    refused = {
        siret: Resultat(None, each) for siret, each in zip(unknown, told, strict=True) if isinstance(each, Refusal)
    }
    return dict(rows.all()), refused


def _suite(ligne: LigneImmersion, bilan: BilanImmersion) -> tuple[bool | None, str]:
    """Return whether a person is hired, and by which contract: what is known stays when the line does not tell it."""
    if not ligne.embauche:
        return ligne.embauche, ""
    return True, ligne.contrat_suite or bilan.contrat_suite or ContratSuite.INCONNU


def _name(row: Immersion) -> str:
    """Return what tells an immersion from others: its number at the ASP, else ours."""
    return row.reference or f"saisie n° {row.pk}"


def _tell_overlap(overlap: tuple[date, date | None, str]) -> str:
    debut, fin, _ = overlap
    return f"Cette personne est déjà en immersion à partir du {jour(debut)}, jusqu’au {fin:%d/%m/%Y} exclu."
