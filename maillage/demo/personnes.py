"""Fictional persons whom the organisations of the demonstration follow. Their names are names of plants and of winds.

Their NIR have a right key and a département that does not exist (00): no one bears them.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from django.db import transaction
from stdnum.fr.nir import calc_check_digits

from maillage.demo.region import get_region
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.identite import empreinte_nir
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

NOMS = (
    *("Brindille", "Fougère", "Genêt", "Ortie", "Bruyère", "Écorce", "Lichen", "Mousse", "Ronce", "Aubier", "Liseron"),
    *("Mistral", "Zéphyr", "Noroît", "Suroît", "Autan", "Galerne", "Sirocco", "Tramontane", "Libeccio", "Foehn"),
)
PRENOMS = {
    "F": ("Alderine", "Brumelle", "Cléorine", "Dorabelle", "Églantille", "Fanélie", "Givrine", "Ondeline"),
    "H": ("Aldéric", "Brumont", "Cléoran", "Dorain", "Églantin", "Faunélien", "Givrain", "Ondelin"),
}
PAR_MEMBRE, PAR_SIAE, SIAE_SANS_MEMBRE = 30, 12, 20
PREFIXE = "dossier-"
DEPARTEMENT = "95"  # of those whose organisation answers for none


def load_personnes(on: date) -> int:
    """Give persons to each member who follows some, and to a few SIAE besides; return how many there are.

    What is already there stays: run after the accounts are created, it adds the persons whom they follow.
    """
    with transaction.atomic():
        for organisation, membre, number in _followers():
            _load(organisation, membre, number, on)
    return Personne.objects.filter(email__startswith=PREFIXE, email__endswith="@maillage.example").count()


def _followers() -> Iterable[tuple[Organisation, Membre | None, int]]:
    """Yield who follows how many persons: the members whose role it is, then SIAE of every département."""
    membres = Membre.objects.actifs().filter(profil__in=list(TYPES_PAR_ROLE)).select_related("organisation", "user")
    found = list(membres.order_by("user__email", "organisation__siret"))
    for membre in found:
        yield membre.organisation, membre, PAR_MEMBRE
    others = Organisation.objects.filter(types__contains=["siae"]).exclude(pk__in=[m.organisation_id for m in found])
    size = others.count()
    for organisation in others.order_by("siret")[:: max(1, size // SIAE_SANS_MEMBRE)]:
        yield organisation, None, PAR_SIAE


def _load(organisation: Organisation, membre: Membre | None, number: int, on: date) -> None:
    owner = f"{organisation.siret}-{membre.profil.replace('_', '-')}" if membre else organisation.siret
    if membre:
        owner += f"-{membre.user.email.partition('@')[0].replace('_', '-')}"
    emails = [f"{PREFIXE}{owner}-{rank}@maillage.example".casefold() for rank in range(number)]
    if Personne.objects.filter(email=emails[0]).exists():
        return
    draw = get_region().draw(owner)
    communes = list(_communes(organisation))
    if not communes:
        return
    types = TYPES_PAR_ROLE[membre.profil] if membre else (TypeRelation.CONTRAT, TypeRelation.CANDIDATURE)
    names = list(product(NOMS, range(len(PRENOMS["F"]))))
    persons, relations = [], []
    for rank, email in enumerate(emails):
        nom, prenom = names[draw.integers(len(names))]
        sexe = "F" if draw.random() < 0.45 else "H"
        born = on.replace(day=1) - timedelta(days=int(draw.integers(18 * 366, 62 * 365)))
        commune, departement = communes[draw.integers(len(communes))]
        nir = _nir(sexe, born, int(draw.integers(1_000_000))) if draw.random() < 0.8 else None
        personne = Personne(
            nom=nom,
            prenom=PRENOMS[sexe][prenom],
            sexe=sexe,
            date_naissance=born,
            nir=nir,
            nir_empreinte=empreinte_nir(nir) if nir else None,
            email=email,
            telephone=f"01 99 00 {rank // 100:02} {rank % 100:02}",
            commune=commune,
            departement=departement,
        )
        persons.append(personne)
        relations.append(_relation(personne, organisation, membre, str(types[rank % len(types)]), draw, on))
    _drop_doubles(persons)
    Personne.objects.bulk_create(persons)
    Relation.objects.bulk_create(relations)


def _relation(
    personne: Personne,
    organisation: Organisation,
    membre: Membre | None,
    kind: str,
    draw: np.random.Generator,
    on: date,
) -> Relation:
    """Return a relation of up to two years; one in six is over."""
    debut = on - timedelta(days=int(draw.integers(20, 720)))
    fin = debut + timedelta(days=int(draw.integers(10, (on - debut).days + 1))) if draw.random() < 1 / 6 else None
    return Relation(personne=personne, organisation=organisation, referent=membre, type=kind, debut=debut, fin=fin)


def _communes(organisation: Organisation) -> Iterable[tuple[str, str]]:
    """Return the communes, with their département, where its persons live: those of the land it answers for."""
    competences = list(organisation.competences.filter(niveau="departement").values_list("code", flat=True))
    units = Territoire.objects.en_vigueur().unites().filter(departement__in=competences or [DEPARTEMENT])
    return units.order_by("code").values_list("code", "departement")


def _nir(sexe: str, born: date, order: int) -> str:
    body = f"{'2' if sexe == 'F' else '1'}{born:%y%m}00{order:06}"
    return body + str(calc_check_digits(body + "00"))


def _drop_doubles(persons: list[Personne]) -> None:
    """Leave without NIR who would bear that of somebody else: drawn by chance, two may be equal."""
    drawn = [personne.nir_empreinte for personne in persons if personne.nir_empreinte]
    seen = set(Personne.objects.filter(nir_empreinte__in=drawn).values_list("nir_empreinte", flat=True))
    for personne in persons:
        if personne.nir_empreinte in seen:
            personne.nir = personne.nir_empreinte = None
        elif personne.nir_empreinte:
            seen.add(personne.nir_empreinte)
