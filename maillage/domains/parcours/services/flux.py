"""Write what the tables of the ASP bring: organisations, persons. Contracts and hours are in their own files.

Each function takes some thousands of lines, answers of each in their order, and makes a number of queries that does not
depend on how many they are. A line refused stops no other.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import pghistory
from django.db import connection, transaction

from maillage.domains.parcours.models import SalarieAsp, StructureAsp, TitreParcours
from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import empreinte_nir
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from maillage.domains.parcours.rules.flux import LigneSalarie, LigneStructure
    from maillage.references.accounts.models import User

# Writers of these tables queue up behind this PostgreSQL advisory lock: two imports never race for one person.
LOCK = 1_1501


@dataclass(frozen=True, slots=True)
class Resultat:
    """What became of a line: a change or a refusal, and what is odd about it all the same."""

    change: Literal["cree", "modifie", "inchange"] | None
    refusal: Refusal | None = None
    warnings: tuple[Refusal, ...] = ()


CREE, MODIFIE, INCHANGE = Resultat("cree"), Resultat("modifie"), Resultat("inchange")


def stage(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Bring rows into a table of this transaction alone, `columns` giving the SQL type of each: what is then written
    from it goes by one statement, and its row history with it.
    """
    definition = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table if not exists {name} ({definition}) on commit delete rows")
        cursor.execute(f"truncate {name}")
        with cursor.copy(f"copy {name} from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def refuse(code: str, message: str, field: str) -> Resultat:
    """Return the result of a line that is not written."""
    return Resultat(None, Refusal(code, message, field))


@contextmanager
def writing(*, actor: User | None, on: date, source: str) -> Iterator[None]:
    """Check who writes (None is the machine), wait for the other writers, and say in the row histories where it is
    from.
    """
    if actor is not None and not (decision := granted(actor, Permission.RECORD)):
        raise Refused(Refusal("interdit", decision.reason))
    with (
        transaction.atomic(),
        pghistory.context(auteur=actor.pk if actor else None, source=source, date=on.isoformat()),
    ):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            # The triggers that write the history of a statement join its rows before and after. Their plan is made once
            # in a session, often for no row at all: nested loops then take the square of some thousands.
            cursor.execute("discard plans")
            cursor.execute("set local enable_nestloop = off")
        yield


def record_structures(*, lignes: Sequence[LigneStructure], actor: User | None, on: date, source: str) -> list[Resultat]:
    """Bind the numbers of the ASP to the organisations that the register knows by one of their SIRETs."""
    with writing(actor=actor, on=on, source=source):
        sirets = [siret for ligne in lignes for siret in ligne.sirets]
        organisations = dict(Organisation.objects.filter(siret__in=sirets).values_list("siret", "pk"))
        known = {
            row.identifiant: row
            for row in StructureAsp.objects.filter(identifiant__in=[ligne.identifiant for ligne in lignes])
        }
        results, new, moved = [], [], []
        for ligne in lignes:
            found = next((organisations[siret] for siret in ligne.sirets if siret in organisations), None)
            row = known.get(ligne.identifiant)
            if found is None:
                message = (
                    f"Aucune organisation n’a le SIRET {' ni '.join(ligne.sirets)}\u202f: importez d’abord la SIAE."
                )
                results.append(refuse("siret_inconnu", message, "siret"))
            elif row is None:
                new.append(StructureAsp(identifiant=ligne.identifiant, organisation_id=found))
                results.append(CREE)
            elif row.organisation_id != found:
                row.organisation_id = found
                moved.append(row)
                results.append(MODIFIE)
            else:
                results.append(INCHANGE)
        StructureAsp.objects.bulk_create(new)
        StructureAsp.objects.bulk_update(moved, ["organisation_id"])
        return results


@dataclass(slots=True)
class Connu:
    """What must be known of a person to tell whether a line speaks of them."""

    pk: int
    empreinte: str | None
    naissance: date | None


def find_salaries(identifiants: Iterable[str], empreintes: Iterable[str]) -> tuple[dict[str, Connu], dict[str, Connu]]:
    """Return the persons known by a number of the ASP and those known by the fingerprint of a NIR."""
    by_number = {
        identifiant: Connu(pk, empreinte, naissance)
        for identifiant, pk, empreinte, naissance in SalarieAsp.objects.filter(
            identifiant__in=set(identifiants), personne__anonymisee_le__isnull=True
        ).values_list("identifiant", "personne_id", "personne__nir_empreinte", "personne__date_naissance")
    }
    wanted = set(empreintes)
    by_nir = (
        {
            row[1]: Connu(*row)
            for row in Personne.objects.filter(nir_empreinte__in=wanted).values_list(
                "pk", "nir_empreinte", "date_naissance"
            )
            if row[1]
        }
        if wanted
        else {}
    )
    return by_number, by_nir


def clash(empreinte: str, known: Connu | None, bearer: Connu | None) -> Resultat | None:
    """Return why a NIR and a number of the ASP cannot be those of one person; None when they can."""
    if known is not None and empreinte and known.empreinte and known.empreinte != empreinte:
        message = (
            "Ce salarié a déjà un autre NIR dans son dossier\u202f: une personne n’en a qu’un. Corrigez la ligne, "
            "ou le dossier."
        )
        return refuse("deux_nir", message, "nir")
    if known is not None and bearer is not None and known.pk != bearer.pk:
        message = "Ce NIR est celui d’un autre dossier que celui de ce salarié\u202f: l’un des deux numéros est faux."
        return refuse("nir_d_un_autre", message, "nir")
    return None


def record_salaries(*, lignes: Sequence[LigneSalarie], actor: User | None, on: date, source: str) -> list[Resultat]:
    """Create the persons whom neither their NIR nor their number at the ASP tells, and complete the others.

    What is already known of a person is never replaced: only what was unknown is filled.
    """
    with writing(actor=actor, on=on, source=source):
        return _Salaries(lignes).record(lignes, actor=actor, source=source)


class _Salaries:
    """A slice of persons: what is known of them, read once; what is to be written."""

    COMPLETED = ("sexe", "date_naissance", "email", "telephone", "adresse", "commune", "departement")

    def __init__(self, lignes: Sequence[LigneSalarie]) -> None:
        self.empreintes = {ligne.nir: empreinte_nir(ligne.nir) for ligne in lignes if ligne.nir}
        self.numbers, self.nirs = find_salaries((each.identifiant for each in lignes), self.empreintes.values())
        self.titres = dict(
            TitreParcours.objects.filter(numero__in={each.numero for each in lignes if each.numero}).values_list(
                "numero", "personne_id"
            )
        )
        self.departements = _departements({ligne.commune for ligne in lignes if ligne.commune})
        pks = {known.pk for known in (*self.numbers.values(), *self.nirs.values())}
        self.personnes = Personne.objects.in_bulk(pks)
        self.created: list[Personne] = []
        self.completed: dict[int, Personne] = {}
        self.links: list[tuple[str, Personne]] = []
        self.situations: dict[int, tuple[Personne, dict[str, Any]]] = {}

    def record(self, lignes: Sequence[LigneSalarie], *, actor: User | None, source: str) -> list[Resultat]:
        fresh: dict[str, Personne] = {}
        results = [self._take(ligne, fresh) for ligne in lignes]
        Personne.objects.bulk_create(self.created)
        Personne.objects.bulk_update(self.completed.values(), [*self.COMPLETED, "nir", "nir_empreinte"])
        SalarieAsp.objects.bulk_create(
            SalarieAsp(identifiant=identifiant, personne_id=personne.pk) for identifiant, personne in self.links
        )
        fill_situations([(personne.pk, values) for personne, values in self.situations.values()], source=source)
        details = {"source": source}
        audit.record_all("personnes.create", [(each, details) for each in self.created], actor=actor)
        audit.record_all("personnes.rectify", [(each, details) for each in self.completed.values()], actor=actor)
        return results

    def _take(self, ligne: LigneSalarie, fresh: dict[str, Personne]) -> Resultat:
        empreinte = self.empreintes.get(ligne.nir, "")
        known, bearer = self.numbers.get(ligne.identifiant), self.nirs.get(empreinte)
        if faulty := clash(empreinte, known, bearer):
            return faulty
        found = known or bearer
        personne = self.personnes.get(found.pk) if found else fresh.get(empreinte)
        if personne and personne.date_naissance and personne.date_naissance != ligne.date_naissance:
            message = (
                "Ce NIR, ou ce numéro, est celui d’une personne née un autre jour\u202f: ce ne sont pas les mêmes."
            )
            return refuse("naissance_differente", message, "date_naissance")
        owner = self.titres.get(ligne.numero)
        if owner is not None and (personne is None or owner != personne.pk):
            return refuse("pass_d_un_autre", f"Le titre {ligne.numero} est celui d’une autre personne.", "numero")
        created = personne is None
        if personne is None:
            personne = self._create(ligne, empreinte)
            if empreinte:
                fresh[empreinte] = personne
        changed = not created and self._complete(personne, ligne, empreinte)
        if known is None:
            self.links.append((ligne.identifiant, personne))
        places = {name: value for name, value in (("qpv", ligne.qpv), ("zrr", ligne.zrr)) if value is not None}
        if places:
            self.situations.setdefault(id(personne), (personne, {}))[1].update(places)
        return CREE if created else MODIFIE if changed or known is None else INCHANGE

    def _create(self, ligne: LigneSalarie, empreinte: str) -> Personne:
        personne = Personne(
            public_id=uuid4(),
            nom=ligne.nom,
            prenom=ligne.prenom,
            nir=ligne.nir or None,
            nir_empreinte=empreinte or None,
            **self._values(ligne),
        )
        self.created.append(personne)
        return personne

    def _values(self, ligne: LigneSalarie) -> dict[str, Any]:
        return {
            "sexe": ligne.sexe,
            "date_naissance": ligne.date_naissance,
            "email": ligne.email,
            "telephone": ligne.telephone,
            "adresse": ligne.adresse,
            "commune": ligne.commune,
            "departement": self.departements.get(ligne.commune, ""),
        }

    def _complete(self, personne: Personne, ligne: LigneSalarie, empreinte: str) -> bool:
        values = {name: value for name, value in self._values(ligne).items() if value and not getattr(personne, name)}
        if personne.commune and personne.commune != ligne.commune:  # a département follows its own commune
            values.pop("departement", None)
        if empreinte and not personne.nir_empreinte:
            values |= {"nir": ligne.nir, "nir_empreinte": empreinte}
        for name, value in values.items():
            setattr(personne, name, value)
        if values and personne.pk:
            self.completed[personne.pk] = personne
        return bool(values)


def _departements(communes: set[str]) -> Mapping[str, str]:
    """Return the département of each commune, by the last vintage that knows it."""
    rows = Territoire.objects.filter(niveau=Niveau.COMMUNE, code__in=communes).order_by("millesime")
    return dict(rows.values_list("code", "departement"))


# What the ASP says of the situation of a person, with the type of its column and the value that means « unknown ».
_SITUATION = {
    "niveau_formation": ("varchar", ""),
    "rsa": ("varchar", ""),
    "duree_chomage": ("smallint", None),
    **dict.fromkeys(("ass", "aah", "rqth", "oeth", "qpv", "zrr"), ("boolean", None)),
}


def fill_situations(rows: Sequence[tuple[int, Mapping[str, Any]]], *, source: str) -> None:
    """Fill what was unknown of the situations of persons, by pk: what is known stays. Of two rows, the first."""
    first: dict[int, dict[str, Any]] = {}
    for personne, values in rows:
        first[personne] = {**values, **first.get(personne, {})}
    if not first:
        return
    rows_of = (
        (pk, *(values.get(name, empty) for name, (_, empty) in _SITUATION.items())) for pk, values in first.items()
    )
    stage(
        "flux_situation", {"personne_id": "bigint", **{name: kind for name, (kind, _) in _SITUATION.items()}}, rows_of
    )
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [source])


def _unknown(table: str, name: str) -> str:
    return f"{table}.{name} = ''" if _SITUATION[name][1] == "" else f"{table}.{name} is null"


def _fill() -> str:
    """Return the statement that fills unknown columns with what the staged rows know, and touches no other row."""
    known = " or ".join(f"({_unknown('t', name)} and not {_unknown('excluded', name)})" for name in _SITUATION)
    kept = ", ".join(
        f"{name} = case when {_unknown('t', name)} then excluded.{name} else t.{name} end" for name in _SITUATION
    )
    names = ", ".join(_SITUATION)
    return (
        f"insert into parcours_situation as t (personne_id, {names}, source) "  # noqa: S608 - names of columns
        f"select personne_id, {names}, %s from flux_situation "
        f"on conflict (personne_id) do update set {kept} where {known}"
    )


_FILL = _fill()
