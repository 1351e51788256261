"""Objectives for the publics, what is reached, what was done."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import factory
from factory.django import DjangoModelFactory

from maillage.domains.offre.models import BonnePratique, Objectif, RealisationPublic
from maillage.references.territoires.enums import Niveau
from tests.factories.accounts import OrganisationFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from maillage.references.structures.models import Siae
    from maillage.references.territoires.models import Territoire


class ObjectifFactory(DjangoModelFactory[Objectif]):
    class Meta:
        model = Objectif

    public = "femmes"
    niveau = Niveau.REGION
    code = "11"
    annee = 2025
    cible_part = Decimal("40.00")
    source = "cor_iae"


class RealisationFactory(DjangoModelFactory[RealisationPublic]):
    class Meta:
        model = RealisationPublic

    siae = factory.SubFactory(SiaeFactory)
    public = "femmes"
    annee = 2025
    effectif = 20
    total = 50


class BonnePratiqueFactory(DjangoModelFactory[BonnePratique]):
    class Meta:
        model = BonnePratique

    organisation = factory.SubFactory(OrganisationFactory)
    titre = factory.Sequence(lambda n: f"Action {n}")
    public = "femmes"
    annee = 2024
    action = "Recruter par groupes."
    resultat = "Neuf recrutements."


def make_region() -> dict[str, Territoire]:
    """Make a region of two départements, one commune in each; return the communes by département."""
    TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
    communes = {}
    for code, nom in (("93", "Seine-Saint-Denis"), ("95", "Val-d’Oise")):
        TerritoireFactory(niveau=Niveau.DEPARTEMENT, code=code, nom=nom, departement=code)
        communes[code] = TerritoireFactory(code=f"{code}001", nom=f"Commune {code}", departement=code)
    return communes


def siae_in(commune: Territoire, kind: str = "ACI", nom: str = "", **counts: tuple[int, int]) -> Siae:
    """Make a SIAE with its principal site there, and its (count, total) of each public in 2025."""
    siae = SiaeFactory(type_siae=kind, **({"nom": nom} if nom else {}))
    ImplantationFactory(siae=siae, commune=commune)
    for public, (effectif, total) in counts.items():
        RealisationFactory(siae=siae, public=public, effectif=effectif, total=total)
    return siae
