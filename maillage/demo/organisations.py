"""The organisations of the fictional region and its accounts, as an operator would write them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password

from maillage.demo.siae import make_siret
from maillage.references.accounts.models import Competence, Membre, Organisation, User
from maillage.references.accounts.rules import FicheOrganisation, read_competences
from maillage.references.accounts.services.organisations import create_organisation, update_organisation
from maillage.references.structures.models import Implantation
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

HERE = Path(__file__).parent
DOMAINE = "@maillage.example"


@dataclass(frozen=True, slots=True)
class OrganisationFictive:
    """One organisation of `organisations.toml`; `ancien` is its former name and the first day of the present one."""

    numero: int
    nom: str
    types: tuple[str, ...]
    competences: tuple[str, ...]
    parent: int | None = None
    ancien: dict[str, Any] = field(default_factory=dict)

    def fiche(self, nom: str) -> FicheOrganisation:
        """Return it as an operator would write it, under a name."""
        return FicheOrganisation(
            siret=make_siret(self.numero),
            denomination=nom,
            types=self.types,
            parent=make_siret(self.parent) if self.parent else "",
            competences=read_competences("\n".join(self.competences)),
        )


@dataclass(frozen=True, slots=True)
class CompteFictif:
    """One account of `comptes.toml`."""

    profil: str
    prenom: str
    nom: str
    administrateur: bool
    adresse: str = ""
    numero: int | None = None
    siae: str = ""

    @property
    def email(self) -> str:
        """The role, at a domain that nobody can hold."""
        return f"{self.adresse or self.profil}{DOMAINE}"


@cache
def read_organisations() -> tuple[OrganisationFictive, ...]:
    """Return the organisations of the file, models unfolded, those that others are attached to first."""
    facts = tomllib.loads((HERE / "organisations.toml").read_text("utf-8"))
    alone = [OrganisationFictive(**_frozen(row)) for row in facts["organisation"]]
    rows = [*alone, *_unfold(facts)]
    return tuple(sorted(rows, key=lambda row: (row.parent is not None, row.numero)))


@cache
def read_comptes() -> tuple[CompteFictif, ...]:
    """Return the accounts of the file."""
    facts = tomllib.loads((HERE / "comptes.toml").read_text("utf-8"))
    return tuple(CompteFictif(**row) for row in facts["compte"])


def load_organisations(actor: User, on: date) -> int:
    """Create the organisations that are not yet there, and return how many the region has beside its SIAE."""
    wanted = [*read_organisations(), *_list_ept()]
    known = set(Organisation.objects.values_list("siret", flat=True))
    for row in wanted:
        if make_siret(row.numero) in known:
            continue
        organisation = create_organisation(fiche=row.fiche(row.ancien.get("nom", row.nom)), actor=actor)
        if row.ancien:
            update_organisation(
                organisation=organisation,
                fiche=row.fiche(row.nom),
                actor=actor,
                nom_depuis=row.ancien["depuis"],
                on=on,
            )
    _load_competences_siae()
    return len(wanted)


def load_comptes(password: str) -> int:
    """Create the accounts that are not yet there, one per role, and return how many there are."""
    encoded = make_password(password)  # once: it is slow on purpose, and the same for all
    known = set(User.objects.values_list("email", flat=True))
    for compte in read_comptes():
        if compte.email in known:
            continue
        organisation = _find_organisation(compte)
        if compte.profil not in organisation.roles_offerts:
            raise ValueError(f"{organisation} offers no role « {compte.profil} »")
        user = User.objects.create(email=compte.email, prenom=compte.prenom, nom=compte.nom, password=encoded)
        Membre.objects.create(
            user=user, organisation=organisation, profil=compte.profil, administrateur=compte.administrateur
        )
    return len(read_comptes())


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "types": tuple(row["types"]), "competences": tuple(row["competences"])}


def _unfold(facts: dict[str, Any]) -> Iterator[OrganisationFictive]:
    """Yield one organisation per model and département."""
    models = {row["numero"] for row in facts["modele"]}
    for row in facts["modele"]:
        for rank, departement in enumerate(facts["departement"]):
            if departement["code"] in row.get("departements", [departement["code"]]):
                ancien = row.get("ancien", {})
                parent = row.get("parent")
                yield OrganisationFictive(
                    numero=row["numero"] + rank,
                    nom=row["nom"].format(**departement),
                    types=tuple(row["types"]),
                    competences=tuple(text.format(**departement) for text in row["competences"]),
                    parent=parent + rank if parent in models else parent,
                    ancien=ancien and {**ancien, "nom": ancien["nom"].format(**departement)},
                )


def _list_ept() -> list[OrganisationFictive]:
    first = tomllib.loads((HERE / "organisations.toml").read_text("utf-8"))["ept"]["numero"]
    rows = Territoire.objects.en_vigueur().filter(niveau=Niveau.EPT).order_by("code")
    return [OrganisationFictive(first + rank, ept.nom, ("ept",), (f"EPT {ept.code}",)) for rank, ept in enumerate(rows)]


def _load_competences_siae() -> None:
    """Give each SIAE the département of its first site to answer for, in two queries for the four hundred."""
    sites = Implantation.objects.filter(principale=True, siae__organisation__competences__isnull=True)
    pairs = set(sites.values_list("siae__organisation_id", "commune__departement"))
    Competence.objects.bulk_create(
        Competence(organisation_id=pk, niveau=Niveau.DEPARTEMENT, code=code) for pk, code in sorted(pairs)
    )


def _find_organisation(compte: CompteFictif) -> Organisation:
    if compte.numero is not None:
        return Organisation.objects.get(siret=make_siret(compte.numero))
    chantiers = Organisation.objects.filter(
        siae__type_siae="ACI",
        siae__implantations__principale=True,
        siae__implantations__commune__departement=compte.siae,
    )
    return chantiers.order_by("siret")[:1].get()
