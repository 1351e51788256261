"""Write the contracts that the ASP knows, with the relations that they open to the SIAE, and the exits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from maillage.domains.parcours.models import Contrat, SalarieAsp, Sortie, StructureAsp, TitreParcours
from maillage.domains.parcours.models.contrat import DURABLES
from maillage.domains.parcours.rules.flux import AGE_MIN, find_overlap, too_young
from maillage.domains.parcours.services.flux import (
    CREE,
    INCHANGE,
    MODIFIE,
    Resultat,
    clash,
    fill_situations,
    find_salaries,
    refuse,
    stage,
    writing,
)
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal
from maillage.references.economie.models import Rome
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import empreinte_nir
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from maillage.domains.parcours.rules.flux import LigneContrat
    from maillage.domains.parcours.services.flux import Connu
    from maillage.references.accounts.models import User

# What a line says of a contract that is already known, and corrects.
CORRECTED = ("type", "debut", "fin_prevue", "fin", "heures_semaine", "rome_id")


@dataclass(frozen=True, slots=True)
class Annuaire:
    """What contracts name, read once for a whole file: structures by their number, SIAE by kind, trades."""

    organisations: Mapping[str, int]
    siae: Mapping[tuple[int, str], int]
    romes: Mapping[str, int]

    @classmethod
    def read(cls) -> Annuaire:
        """Return the directory of today."""
        return cls(
            dict(StructureAsp.objects.values_list("identifiant", "organisation_id")),
            {(org, kind): pk for pk, org, kind in Siae.objects.values_list("pk", "organisation_id", "type_siae")},
            dict(Rome.objects.values_list("code", "pk")),
        )

    def find(self, structure: str, kind: str) -> int | Resultat:
        """Return the SIAE of a structure of the ASP for a kind, or why there is none."""
        organisation = self.organisations.get(structure)
        if organisation is None:
            message = f"La structure {structure} de l’ASP n’est pas connue\u202f: importez d’abord la table Structure."
            return refuse("structure_inconnue", message, "structure")
        siae = self.siae.get((organisation, kind))
        if siae is None:
            message = f"L’organisation de la structure {structure} ne porte pas de SIAE de type {kind}."
            return refuse("siae_inconnue", message, "mesure")
        return siae


def record_contrats(
    *, lignes: Sequence[LigneContrat], annuaire: Annuaire, actor: User | None, on: date, source: str
) -> list[Resultat]:
    """Create the contracts whose reference is new, correct those that changed, and refuse those that cannot be.

    A contract opens the relation of its organisation with the person for its days, links the renewed contract and the
    right of the day, fills what was unknown of the situation, and records the exit of whoever left.
    """
    with writing(actor=actor, on=on, source=source):
        return _Contrats(lignes, annuaire).record(lignes, actor=actor, source=source)


@dataclass(slots=True)
class _Etat:
    """A contract as it is, or is to be, written; `values` follow `CORRECTED`."""

    pk: int
    personne: int
    siae: int
    reference: str | None
    values: tuple[Any, ...]
    titre: int | None = None
    precedent: int | None = None

    @property
    def avant(self) -> date | None:
        """The first day after it."""
        end: date | None = self.values[3] or self.values[2]
        return end


class _Contrats:
    """A slice of contracts: what is known of their persons, read once; what is to be written."""

    def __init__(self, lignes: Sequence[LigneContrat], annuaire: Annuaire) -> None:
        self.annuaire = annuaire
        self.empreintes = {ligne.nir: empreinte_nir(ligne.nir) for ligne in lignes if ligne.nir}
        self.numbers, self.nirs = find_salaries((each.salarie for each in lignes), self.empreintes.values())
        persons = {known.pk for known in (*self.numbers.values(), *self.nirs.values())}
        self.known: dict[str | None, _Etat] = {}
        self.periods: dict[tuple[int, int], list[tuple[date, date | None, str]]] = defaultdict(list)
        self.ends: dict[tuple[int, int, date], int] = {}
        self.renewed: set[int] = set()
        self.typed: dict[tuple[int, int, str, date], _Etat] = {}
        self._read({ligne.reference for ligne in lignes}, persons)
        self.titres: dict[int, list[tuple[date, date, int, int | None]]] = defaultdict(list)
        for personne, *titre in TitreParcours.objects.filter(personne_id__in=persons, annule_le=None).values_list(
            "personne_id", "debut", "fin", "pk", "siae_id"
        ):
            self.titres[personne].append((titre[0], titre[1], titre[2], titre[3]))
        self.numbered = iter(_reserve(len(lignes)))
        self.new: list[_Etat] = []
        self.changed: list[_Etat] = []
        self.shortened: list[tuple[int, int, date | None]] = []
        self.links: dict[str, int] = {}
        self.situations: list[tuple[int, Mapping[str, Any]]] = []
        self.exits: list[tuple[int, str, date]] = []

    def _read(self, references: set[str], persons: set[int]) -> None:
        """Read the contracts of these references, and those of these persons that leave no room for another."""
        wanted = Contrat.objects.filter(Q(reference__in=references) | Q(personne_id__in=persons, type__in=DURABLES))
        for pk, personne, siae, reference, precedent, *values in wanted.values_list(
            "pk", "personne_id", "siae_id", "reference", "precedent_id", *CORRECTED
        ):
            etat = _Etat(pk, personne, siae, reference, tuple(values))
            if reference in references:
                self.known[reference] = etat
            if precedent:
                self.renewed.add(precedent)
            if values[0] not in DURABLES:
                continue
            self.periods[personne, siae].append((values[1], etat.avant, _name(etat)))
            if etat.avant:
                self.ends[personne, siae, etat.avant] = pk
            if reference is None:
                self.typed[personne, siae, values[0], values[1]] = etat

    def record(self, lignes: Sequence[LigneContrat], *, actor: User | None, source: str) -> list[Resultat]:
        results = [self._take(ligne) for ligne in lignes]
        _write_contrats(self.new, self.changed)
        SalarieAsp.objects.bulk_create(
            SalarieAsp(identifiant=number, personne_id=pk) for number, pk in self.links.items()
        )
        fill_situations(self.situations, source=source)
        shorten_relations(self.shortened)
        open_relations([(each.personne, each.siae) for each in (*self.new, *self.changed)], actor=actor, source=source)
        record_sorties(self.exits)
        return results

    def _take(self, ligne: LigneContrat) -> Resultat:
        siae = self.annuaire.find(ligne.structure, ligne.type_siae)
        if isinstance(siae, Resultat):
            return siae
        connu = self._find_person(ligne)
        if isinstance(connu, Resultat):
            return connu
        if too_young(connu.naissance, ligne.debut):
            message = f"La personne a moins de {AGE_MIN} ans au début du contrat\u202f: une des deux dates est fausse."
            return refuse("age_impossible", message, "debut")
        etat = self.known.get(ligne.reference) or self.typed.get((connu.pk, siae, ligne.type, ligne.debut))
        if etat is not None and (etat.personne, etat.siae) != (connu.pk, siae):
            message = f"Le contrat {ligne.reference} est déjà connu pour une autre personne ou une autre SIAE."
            return refuse("contrat_d_un_autre", message, "contrat")
        if ligne.type in DURABLES:
            own = ligne.reference if etat is None else _name(etat)
            if overlap := find_overlap(self.periods[connu.pk, siae], ligne.debut, ligne.avant, own):
                return refuse("contrats_chevauches", _tell_overlap(overlap), "debut")
        return self._write(ligne, connu, siae, etat)

    def _find_person(self, ligne: LigneContrat) -> Connu | Resultat:
        empreinte = self.empreintes.get(ligne.nir, "")
        known, bearer = self.numbers.get(ligne.salarie), self.nirs.get(empreinte)
        if faulty := clash(empreinte, known, bearer):
            return faulty
        connu = known or bearer
        if connu is None:
            message = f"Le salarié {ligne.salarie} de l’ASP n’est pas connu\u202f: importez d’abord la table Salarie."
            return refuse("salarie_inconnu", message, "salarie")
        return connu

    def _write(self, ligne: LigneContrat, connu: Connu, siae: int, etat: _Etat | None) -> Resultat:
        if ligne.salarie not in self.numbers:
            self.links[ligne.salarie] = connu.pk
            self.numbers[ligne.salarie] = connu
        rome = self.annuaire.romes.get(ligne.rome)
        values = (ligne.type, ligne.debut, ligne.fin_prevue, ligne.fin, ligne.heures_semaine, rome)
        result = INCHANGE
        if etat is None:
            etat, result = self._create(ligne, connu.pk, siae, values), CREE
        elif etat.reference != ligne.reference or etat.values != values:
            self._correct(etat, ligne, values)
            result = MODIFIE
        if ligne.situation and result is not INCHANGE:
            self.situations.append((connu.pk, ligne.situation))
        if ligne.motif and ligne.fin is not None and result is not INCHANGE:
            self.exits.append((etat.pk, ligne.motif, ligne.fin))
        warnings = _warn(ligne, rome)
        return Resultat(result.change, warnings=warnings) if warnings else result

    def _create(self, ligne: LigneContrat, personne: int, siae: int, values: tuple[Any, ...]) -> _Etat:
        precedent = self.ends.get((personne, siae, ligne.debut)) if ligne.type in DURABLES else None
        if precedent in self.renewed:
            precedent = None
        if precedent is not None:
            self.renewed.add(precedent)
        titre = self._find_titre(personne, siae, ligne.debut)
        etat = _Etat(next(self.numbered), personne, siae, ligne.reference, values, titre, precedent)
        self.new.append(etat)
        self.known[ligne.reference] = etat
        self._occupy(etat, ligne.reference)
        return etat

    def _correct(self, etat: _Etat, ligne: LigneContrat, values: tuple[Any, ...]) -> None:
        before, name = etat.avant, _name(etat)
        self.typed.pop((etat.personne, etat.siae, etat.values[0], etat.values[1]), None)
        etat.values, etat.reference = values, ligne.reference
        if ligne.avant is not None and (before is None or ligne.avant < before):
            self.shortened.append((etat.personne, etat.siae, before))
        self.changed.append(etat)
        self._occupy(etat, name)

    def _occupy(self, etat: _Etat, former: str) -> None:
        """Note the days of a contract, that none of the same slice may take, in the place of those it had."""
        if etat.values[0] not in DURABLES:
            return
        periods = self.periods[etat.personne, etat.siae]
        periods[:] = [period for period in periods if period[2] != former]
        periods.append((etat.values[1], etat.avant, _name(etat)))
        if etat.avant is not None:
            self.ends[etat.personne, etat.siae, etat.avant] = etat.pk

    def _find_titre(self, personne: int, siae: int, on: date) -> int | None:
        """Return the right in force on a day: a PASS, or the agrément that names this SIAE."""
        for debut, fin, pk, named in self.titres.get(personne, ()):
            if debut <= on < fin and named in (None, siae):
                return pk
        return None


def _name(etat: _Etat) -> str:
    """Return how a contract is called in a refusal: by its number at the ASP, else by ours."""
    return etat.reference or f"saisi n° {etat.pk}"


def _warn(ligne: LigneContrat, rome: int | None) -> tuple[Refusal, ...]:
    found = []
    if ligne.rome and rome is None:
        found.append(Refusal("rome_inconnu", f"Le métier {ligne.rome} n’est pas dans le ROME chargé.", "rome"))
    if ligne.motif_lu and not ligne.motif:
        message = f"Le motif de sortie « {ligne.motif_lu} » n’est pas traduit\u202f: la sortie reste à saisir."
        found.append(Refusal("motif_non_traduit", message, "motif"))
    return tuple(found)


_COLUMNS = {
    "id": "bigint",
    "personne_id": "bigint",
    "siae_id": "bigint",
    "titre_id": "bigint",
    "precedent_id": "bigint",
    "reference": "varchar",
    "type": "varchar",
    "debut": "date",
    "fin_prevue": "date",
    "fin": "date",
    "heures_semaine": "numeric",
    "rome_id": "bigint",
}
_INSERT = """
insert into parcours_contrat (id, personne_id, siae_id, titre_id, precedent_id, reference, type, debut, fin_prevue,
    fin, heures_semaine, rome_id, derogation, cree_le)
select *, '', now() from flux_contrat
"""
_UPDATE = """
update parcours_contrat as c set reference = n.reference, type = n.type, debut = n.debut, fin_prevue = n.fin_prevue,
    fin = n.fin, heures_semaine = n.heures_semaine, rome_id = n.rome_id
from flux_contrat as n where n.id = c.id
"""


def _write_contrats(new: Sequence[_Etat], changed: Sequence[_Etat]) -> None:
    """Write contracts by one statement each way; changes first, that may free days for new ones."""
    for statement, rows in ((_UPDATE, changed), (_INSERT, new)):
        if rows:
            staged = (
                (each.pk, each.personne, each.siae, each.titre, each.precedent, each.reference, *each.values)
                for each in rows
            )
            stage("flux_contrat", _COLUMNS, staged)
            with connection.cursor() as cursor:
                cursor.execute(statement)


def _reserve(count: int) -> list[int]:
    """Return the next primary keys of the contracts, so that one of them may renew another of the same slice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('parcours_contrat', 'id')) from generate_series(1, %s)", [count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def _tell_overlap(overlap: tuple[date, date | None, str]) -> str:
    debut, avant, reference = overlap
    end = f"au {avant:%d/%m/%Y} exclu" if avant else "sans terme"
    return (
        f"Le contrat {reference} de cette personne dans cette SIAE couvre déjà une partie de ces jours (du "
        f"{debut:%d/%m/%Y} {end})."
    )


def record_sorties(exits: Iterable[tuple[int, str, date]]) -> None:
    """Record why persons left, by (contract, motive, first day after); an exit already known stays as it is."""
    Sortie.objects.bulk_create(
        [Sortie(contrat_id=contrat, motif=motif, saisie_le=fin) for contrat, motif, fin in exits],
        ignore_conflicts=True,
    )


_OPEN = """
with wanted as (
    select c.personne_id, s.organisation_id,
        range_agg(daterange(c.debut, coalesce(c.fin, c.fin_prevue))) as days
    from (select distinct * from unnest(%s::bigint[], %s::bigint[]) as t(personne_id, siae_id)) as t
    join structures_siae as own on own.id = t.siae_id
    join parcours_contrat as c on c.personne_id = t.personne_id
    join structures_siae as s on s.id = c.siae_id and s.organisation_id = own.organisation_id
    group by 1, 2
), known as (
    select w.personne_id, w.organisation_id, range_agg(daterange(r.debut, r.fin)) as days
    from wanted as w
    join personnes_relation as r on r.personne_id = w.personne_id and r.organisation_id = w.organisation_id
    where r.type = 'contrat'
    group by 1, 2
), missing as (
    select w.personne_id, w.organisation_id, unnest(w.days - coalesce(k.days, '{}'::datemultirange)) as days
    from wanted as w
    left join known as k on k.personne_id = w.personne_id and k.organisation_id = w.organisation_id
), longer as (
    update personnes_relation as r set fin = upper(m.days)
    from missing as m
    where r.personne_id = m.personne_id and r.organisation_id = m.organisation_id
        and r.type = 'contrat' and r.fin = lower(m.days)
    returning m.*
)
insert into personnes_relation (personne_id, organisation_id, type, debut, fin)
select m.personne_id, m.organisation_id, 'contrat', lower(m.days), upper(m.days)
from missing as m
where not exists (
    select from longer as l
    where l.personne_id = m.personne_id and l.organisation_id = m.organisation_id and l.days = m.days
)
returning personne_id, debut
"""


def open_relations(contrats: Sequence[tuple[int, int]], *, actor: User | None, source: str) -> None:
    """Give the relation CONTRAT of the organisations of `(person, SIAE)` all the days of their contracts.

    A relation that ends the day before is lengthened, and keeps its référent; days already covered are left.
    """
    if not contrats:
        return
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(column) for column in zip(*contrats, strict=True)])
        opened = cursor.fetchall()
    audit.record_all(
        "personnes.follow",
        [
            (Personne(pk=pk), {"type": TypeRelation.CONTRAT, "debut": debut.isoformat(), "source": source})
            for pk, debut in opened
        ],
        actor=actor,
    )


_SHORTEN = """
update personnes_relation as r set fin = last.avant
from unnest(%s::bigint[], %s::bigint[], %s::date[]) as t(personne_id, siae_id, avant)
join structures_siae as own on own.id = t.siae_id
cross join lateral (
    select max(coalesce(c.fin, c.fin_prevue, 'infinity')) as avant
    from parcours_contrat as c
    join structures_siae as s on s.id = c.siae_id
    where c.personne_id = t.personne_id and s.organisation_id = own.organisation_id
        and c.debut < coalesce(t.avant, 'infinity')
) as last
where r.personne_id = t.personne_id and r.organisation_id = own.organisation_id
    and r.type = 'contrat' and r.fin is not distinct from t.avant
    and last.avant >= r.debut and last.avant < coalesce(r.fin, 'infinity')
"""


def shorten_relations(ended: Sequence[tuple[int, int, date | None]]) -> None:
    """Bring back the end of the relations that stood at the end of contracts which ended earlier.

    `ended` gives (person, SIAE, end that the contract had). An end that somebody chose otherwise is left.
    """
    if not ended:
        return
    columns = [list(column) for column in zip(*ended, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_SHORTEN, columns)
