"""Write the contracts that the ASP knows, with the relations that they open to the SIAE, and the exits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection

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


class _Contrats:
    """A slice of contracts: what is known of their persons, read once; what is to be written."""

    def __init__(self, lignes: Sequence[LigneContrat], annuaire: Annuaire) -> None:
        self.annuaire = annuaire
        self.empreintes = {ligne.nir: empreinte_nir(ligne.nir) for ligne in lignes if ligne.nir}
        self.numbers, self.nirs = find_salaries((each.salarie for each in lignes), self.empreintes.values())
        persons = {known.pk for known in (*self.numbers.values(), *self.nirs.values())}
        references = {ligne.reference for ligne in lignes}
        self.known = {each.reference: each for each in Contrat.objects.filter(reference__in=references)}
        self.periods: dict[tuple[int, int], list[tuple[date, date | None, str]]] = defaultdict(list)
        self.ends: dict[tuple[int, int, date], int] = {}
        self.renewed: set[int] = set()
        self.typed: dict[tuple[int, int, str, date], int] = {}
        for pk, personne, siae, kind, debut, fin, prevue, reference, precedent in Contrat.objects.filter(
            personne_id__in=persons, type__in=DURABLES
        ).values_list(
            "pk", "personne_id", "siae_id", "type", "debut", "fin", "fin_prevue", "reference", "precedent_id"
        ):
            avant = fin or prevue
            self.periods[personne, siae].append((debut, avant, reference or f"n° {pk}"))
            if avant:
                self.ends[personne, siae, avant] = pk
            if precedent:
                self.renewed.add(precedent)
            if reference is None:
                self.typed[personne, siae, kind, debut] = pk
        self.titres: dict[int, list[tuple[date, date, int, int | None]]] = defaultdict(list)
        for personne, *titre in TitreParcours.objects.filter(personne_id__in=persons, annule_le=None).values_list(
            "personne_id", "debut", "fin", "pk", "siae_id"
        ):
            self.titres[personne].append((titre[0], titre[1], titre[2], titre[3]))
        self.new: list[Contrat] = []
        self.changed: list[Contrat] = []
        self.shortened: list[tuple[int, int, date | None]] = []
        self.links: dict[str, int] = {}
        self.situations: list[tuple[int, Mapping[str, Any]]] = []
        self.exits: list[tuple[Contrat, str]] = []

    def record(self, lignes: Sequence[LigneContrat], *, actor: User | None, source: str) -> list[Resultat]:
        self.numbered = iter(_reserve(len(lignes)))
        results = [self._take(ligne) for ligne in lignes]
        Contrat.objects.bulk_create(self.new)
        Contrat.objects.bulk_update(self.changed, [*CORRECTED, "reference"])
        SalarieAsp.objects.bulk_create(
            (SalarieAsp(identifiant=number, personne_id=pk) for number, pk in self.links.items())
        )
        fill_situations(self.situations, source=source)
        shorten_relations(self.shortened)
        open_relations([*self.new, *self.changed], actor=actor, source=source)
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
        personne = connu.pk
        contrat = self.known.get(ligne.reference) or self._adopt(ligne, personne, siae)
        if contrat is not None and (contrat.personne_id, contrat.siae_id) != (personne, siae):
            message = f"Le contrat {ligne.reference} est déjà connu pour une autre personne ou une autre SIAE."
            return refuse("contrat_d_un_autre", message, "reference")
        if ligne.type in DURABLES:
            known = self.periods[personne, siae]
            if overlap := find_overlap(known, ligne.debut, ligne.avant, ligne.reference):
                return refuse("contrats_chevauches", _tell_overlap(overlap), "debut")
        return self._write(ligne, connu, siae, contrat)

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

    def _adopt(self, ligne: LigneContrat, personne: int, siae: int) -> Contrat | None:
        """Return the contract that the SIAE has typed itself, and that the ASP now numbers."""
        pk = self.typed.pop((personne, siae, ligne.type, ligne.debut), None)
        if pk is None:
            return None
        periods = self.periods[personne, siae]
        periods[:] = [period for period in periods if period[2] != f"n° {pk}"]
        return Contrat.objects.get(pk=pk)

    def _write(self, ligne: LigneContrat, connu: Connu, siae: int, contrat: Contrat | None) -> Resultat:
        if ligne.salarie not in self.numbers:
            self.links[ligne.salarie] = connu.pk
            self.numbers[ligne.salarie] = connu
        warnings: tuple[Refusal, ...] = ()
        rome = self.annuaire.romes.get(ligne.rome)
        if ligne.rome and rome is None:
            warnings += (Refusal("rome_inconnu", f"Le métier {ligne.rome} n’est pas dans le ROME chargé.", "rome"),)
        if ligne.motif_lu and not ligne.motif:
            message = f"Le motif de sortie « {ligne.motif_lu} » n’est pas traduit\u202f: la sortie reste à saisir."
            warnings += (Refusal("motif_non_traduit", message, "motif"),)
        values = (ligne.type, ligne.debut, ligne.fin_prevue, ligne.fin, ligne.heures_semaine, rome)
        result = INCHANGE
        if contrat is None:
            contrat, result = self._create(ligne, connu.pk, siae, values), CREE
        elif contrat.reference != ligne.reference or values != tuple(getattr(contrat, name) for name in CORRECTED):
            self._correct(contrat, ligne, values)
            result = MODIFIE
        if ligne.situation:
            self.situations.append((connu.pk, ligne.situation))
        if ligne.motif and contrat.fin is not None and result is not INCHANGE:
            self.exits.append((contrat, ligne.motif))
        return Resultat(result.change, warnings=warnings) if warnings else result

    def _create(self, ligne: LigneContrat, personne: int, siae: int, values: tuple[Any, ...]) -> Contrat:
        precedent = self.ends.get((personne, siae, ligne.debut)) if ligne.type in DURABLES else None
        if precedent in self.renewed:
            precedent = None
        contrat = Contrat(
            pk=next(self.numbered),
            public_id=uuid4(),
            personne_id=personne,
            siae_id=siae,
            titre_id=self._find_titre(personne, siae, ligne.debut),
            reference=ligne.reference,
            precedent_id=precedent,
            **dict(zip(CORRECTED, values, strict=True)),
        )
        if precedent is not None:
            self.renewed.add(precedent)
        self.new.append(contrat)
        self.known[ligne.reference] = contrat
        self._occupy(contrat, ligne)
        return contrat

    def _correct(self, contrat: Contrat, ligne: LigneContrat, values: tuple[Any, ...]) -> None:
        before = contrat.fin or contrat.fin_prevue
        for name, value in zip(CORRECTED, values, strict=True):
            setattr(contrat, name, value)
        contrat.reference = ligne.reference
        if ligne.avant is not None and (before is None or ligne.avant < before):
            self.shortened.append((contrat.personne_id, contrat.siae_id, before))
        self.changed.append(contrat)
        self._occupy(contrat, ligne)

    def _occupy(self, contrat: Contrat, ligne: LigneContrat) -> None:
        """Note the days of a contract, that none of the same slice may take."""
        if contrat.type not in DURABLES:
            return
        place = contrat.personne_id, contrat.siae_id
        self.periods[place] = [period for period in self.periods[place] if period[2] != ligne.reference]
        self.periods[place].append((ligne.debut, ligne.avant, ligne.reference))
        if ligne.avant is not None:
            self.ends[*place, ligne.avant] = contrat.pk

    def _find_titre(self, personne: int, siae: int, on: date) -> int | None:
        """Return the right in force on a day: a PASS, or the agrément that names this SIAE."""
        for debut, fin, pk, named in self.titres.get(personne, ()):
            if debut <= on < fin and named in (None, siae):
                return pk
        return None


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


def record_sorties(exits: Iterable[tuple[Contrat, str]]) -> None:
    """Record why persons left at the end of their contract; an exit that is already known stays as it is."""
    Sortie.objects.bulk_create(
        [Sortie(contrat=contrat, motif=motif, saisie_le=contrat.fin) for contrat, motif in exits if contrat.fin],
        ignore_conflicts=True,
    )


_OPEN = f"""
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
    where r.type = '{TypeRelation.CONTRAT}'
    group by 1, 2
), missing as (
    select w.personne_id, w.organisation_id, unnest(w.days - coalesce(k.days, '{{}}'::datemultirange)) as days
    from wanted as w
    left join known as k on k.personne_id = w.personne_id and k.organisation_id = w.organisation_id
), longer as (
    update personnes_relation as r set fin = upper(m.days)
    from missing as m
    where r.personne_id = m.personne_id and r.organisation_id = m.organisation_id
        and r.type = '{TypeRelation.CONTRAT}' and r.fin = lower(m.days)
    returning m.*
)
insert into personnes_relation (personne_id, organisation_id, type, debut, fin)
select m.personne_id, m.organisation_id, '{TypeRelation.CONTRAT}', lower(m.days), upper(m.days)
from missing as m
where not exists (
    select from longer as l
    where l.personne_id = m.personne_id and l.organisation_id = m.organisation_id and l.days = m.days
)
returning personne_id, debut
"""


def open_relations(contrats: Sequence[Contrat], *, actor: User | None, source: str) -> None:
    """Give their organisations the relation CONTRAT for all the days of the contracts of these persons.

    A relation that ends the day before is lengthened, and keeps its référent; days already covered are left.
    """
    if not contrats:
        return
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [[each.personne_id for each in contrats], [each.siae_id for each in contrats]])
        opened = cursor.fetchall()
    audit.record_all(
        "personnes.follow",
        [
            (Personne(pk=pk), {"type": TypeRelation.CONTRAT, "debut": debut.isoformat(), "source": source})
            for pk, debut in opened
        ],
        actor=actor,
    )


_SHORTEN = f"""
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
    and r.type = '{TypeRelation.CONTRAT}' and r.fin is not distinct from t.avant
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
