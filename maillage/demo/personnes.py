"""Fictional persons, and whom the members of the demonstration follow. Their names are those of plants and winds.

Their NIR have a right key and a département that does not exist (00): no one bears them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.db.models import Q

from maillage.demo.copie import NULL, pour, reserve
from maillage.demo.region import get_mots, get_region
from maillage.domains.parcours.models import Situation
from maillage.foundations.kernel.encryption import encrypt
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.identite import empreinte_nir
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from maillage.demo.calibration import Integers

VENTS = ("Mistral", "Zéphyr", "Noroît", "Suroît", "Autan", "Galerne", "Sirocco", "Tramontane", "Libeccio", "Foehn")
PREFIXE, DOMAINE = "dossier-", "@maillage.example"
AVEC_NIR = 0.8
ARTICLE = re.compile(r"^(?:du|des|de la|de l’)\s*(?:(?:Deux|Trois|Quatre|Cinq|Six|Sept|Huit|Neuf|Dix)\s)?")
EPOCH = date(1970, 1, 1)


def pour_personnes(
    sexe: NDArray[np.str_],
    naissance: Integers,
    communes: Sequence[str],
    departements: Sequence[str],
    creation: Sequence[str],
    draw: np.random.Generator,
) -> list[int]:
    """Write persons of these sexes, days of birth (since 1970) and places, and return their keys, in growing order."""
    keys = reserve(Personne, len(sexe))
    first = Personne.objects.filter(email__startswith=PREFIXE).count()
    numbers = np.arange(first, first + len(keys))
    nirs = _draw_nirs(sexe, naissance, numbers, draw)
    noms, prenoms = _draw_names(sexe, draw)
    pour(
        Personne,
        {
            "id": list(map(str, keys)),
            "nom": noms,
            "prenom": prenoms,
            "sexe": sexe.tolist(),
            "date_naissance": texts(naissance),
            "nir": [encrypt(nir) if nir else NULL for nir in nirs],
            "nir_empreinte": [empreinte_nir(nir) if nir else NULL for nir in nirs],
            "email": [f"{PREFIXE}{number}{DOMAINE}" for number in numbers.tolist()],
            "telephone": [f"01 99 00 {number // 100 % 100:02} {number % 100:02}" for number in numbers.tolist()],
            "adresse": [""] * len(keys),
            "commune": communes,
            "departement": departements,
            "creee_le": creation,
        },
    )
    return keys


def texts(days: Integers) -> list[str]:
    """Return days since 1970 as the database reads them."""
    found: list[str] = days.astype("datetime64[D]").astype(str).tolist()
    return found


def number(day: date) -> int:
    """Return a day as a number of days since 1970."""
    return (day - EPOCH).days


def _draw_nirs(
    sexe: NDArray[np.str_], naissance: Integers, numbers: Integers, draw: np.random.Generator
) -> list[str | None]:
    """Return numbers of social security whose order is the person's own: nobody else may have the same."""
    months = naissance.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    year, month = (1970 + months // 12) % 100, months % 12 + 1
    bodies = np.where(sexe == "F", 2, 1) * 10**12 + year * 10**10 + month * 10**8 + numbers % 10**6
    known = draw.random(len(sexe)) < AVEC_NIR
    return [
        f"{body}{97 - body % 97:02}" if held else None
        for body, held in zip(bodies.tolist(), known.tolist(), strict=True)
    ]


def _draw_names(sexe: NDArray[np.str_], draw: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return names, half of them double, and first names."""
    mots = get_mots()
    words = [ARTICLE.sub("", each) for each in mots.apres]
    simples = sorted({each.title().replace(" ", "-") for each in words} | set(VENTS))
    first, second = draw.integers(0, len(simples), (2, len(sexe))).tolist()
    double = (draw.random(len(sexe)) < 0.5).tolist()
    noms = [
        f"{simples[a]}-{simples[b]}" if both and a != b and "-" not in simples[a] + simples[b] else simples[a]
        for a, b, both in zip(first, second, double, strict=True)
    ]
    both_sexes = {
        code: [start + end for start, end in product(mots.prenoms["debuts"], mots.prenoms[code])] for code in "FH"
    }
    ranks = draw.integers(0, len(both_sexes["F"]), len(sexe)).tolist()
    return noms, [both_sexes[code][rank] for code, rank in zip(sexe.tolist(), ranks, strict=True)]


def load_suivis(facts: Mapping[str, Any], on: date) -> int:
    """Give persons to each prescripteur, conseiller or référent who follows none yet; return how many follow-ups are.

    They follow persons whom a SIAE of their département employs, those of the SIAE of an account first: several
    accounts see them. A few others are still without contract, and half of them candidates at that SIAE.
    """
    with transaction.atomic():
        for membre in _others():
            if not Relation.objects.filter(referent=membre).exists():
                _follow(membre, facts["suivi"], on)
    return Relation.objects.exclude(type=TypeRelation.CONTRAT).count()


def _others() -> Iterator[Membre]:
    """Yield the members who follow persons without employing them."""
    profils = [profil for profil, types in TYPES_PAR_ROLE.items() if TypeRelation.CONTRAT not in types]
    yield from (
        Membre.objects.actifs()
        .filter(profil__in=profils)
        .select_related("organisation", "user")
        .order_by("user__email", "organisation__siret")
    )


def _follow(membre: Membre, suivi: Mapping[str, int], on: date) -> None:
    departements = _land(membre.organisation)
    kind = TYPES_PAR_ROLE[membre.profil][0]
    employed = Relation.objects.filter(
        Q(fin__isnull=True) | Q(fin__gt=on),
        type=TypeRelation.CONTRAT,
        debut__lte=on,
        personne__departement__in=departements,
    )
    if kind == TypeRelation.REFERENT_RSA:
        employed = employed.filter(personne__situation__rsa__startswith="OUI")
    oldest = _oldest(membre, suivi)
    employed = employed.filter(personne__date_naissance__gt=on - timedelta(days=oldest * 365))
    known = {
        row["personne"]: row
        for row in employed.order_by("referent", "personne").values("personne", "debut")[: 4 * suivi["membre"]]
    }
    draw = get_region().draw(f"suivi {membre.user.email}")
    chosen = list(known.values())[: suivi["membre"]]
    Relation.objects.bulk_create(
        Relation(
            personne_id=row["personne"],
            organisation=membre.organisation,
            referent=membre,
            type=kind,
            debut=row["debut"] - timedelta(days=int(draw.integers(10, 90))),
        )
        for row in chosen
    )
    _orient(membre, kind, departements, oldest, suivi["candidats"], on, draw)


def _oldest(membre: Membre, suivi: Mapping[str, int]) -> int:
    """Return the age under which a member follows persons: a mission locale is for the young."""
    return suivi["age_mission_locale" if "mission_locale" in membre.organisation.types else "age"]


def _orient(
    membre: Membre,
    kind: str,
    departements: list[str],
    oldest: int,
    count: int,
    on: date,
    draw: np.random.Generator,
) -> None:
    """Create persons without contract whom a member follows; half are candidates at the SIAE of the accounts."""
    units = Territoire.objects.en_vigueur().unites().filter(departement__in=departements).order_by("code")
    communes = list(units.values_list("code", "departement"))
    if not communes:
        return
    rsa = kind == TypeRelation.REFERENT_RSA
    places = [communes[rank] for rank in draw.integers(len(communes), size=count).tolist()]
    ages = draw.integers(18 * 366, oldest * 365, count)
    since = [on - timedelta(days=days) for days in draw.integers(20, 150, count).tolist()]
    keys = pour_personnes(
        np.where(draw.random(count) < 0.45, "F", "H"),
        number(on) - ages,
        [code for code, _ in places],
        [code for _, code in places],
        [f"{each} 09:00" for each in since],
        draw,
    )
    Situation.objects.bulk_create(
        Situation(
            personne_id=key,
            niveau_formation=str(draw.choice(["60", "51", "50", "40", "30"])),
            inscrit_ft=True,
            duree_chomage=int(draw.choice([2, 3, 4, 4])),
            rsa="OUI-NM" if rsa or draw.random() < 0.35 else "NON",
            francais=bool(draw.random() < 0.15),
            mobilite=bool(draw.random() < 0.2),
            source="entretien d’orientation",
            maj_le=day,
        )
        for key, day in zip(keys, since, strict=True)
    )
    house = Organisation.objects.filter(
        membres__in=Membre.objects.actifs().filter(profil__in=_employers()), competences__code__in=departements
    ).first()
    follow = [
        Relation(personne_id=key, organisation=membre.organisation, referent=membre, type=kind, debut=day)
        for key, day in zip(keys, since, strict=True)
    ]
    if house:
        follow += [
            Relation(
                personne_id=key,
                organisation=house,
                type=TypeRelation.CANDIDATURE,
                debut=day + timedelta(days=(on - day).days // 2),
            )
            for key, day in list(zip(keys, since, strict=True))[::2]
        ]
    Relation.objects.bulk_create(follow)


def _employers() -> list[str]:
    return [profil for profil, types in TYPES_PAR_ROLE.items() if TypeRelation.CONTRAT in types]


def _land(organisation: Organisation) -> list[str]:
    """Return the départements that an organisation answers for, whole or by one of their communes."""
    competences = list(organisation.competences.values_list("niveau", "code"))
    communes = [code for niveau, code in competences if niveau == "commune"]
    units = Territoire.objects.en_vigueur().unites().filter(code__in=communes)
    return [code for niveau, code in competences if niveau == "departement"] + list(
        units.values_list("departement", flat=True)
    )
