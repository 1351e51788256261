"""A small region with everything that the warehouse publishes, and the folder where it does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.domains.diagnostics.models import Besoin, Public
from maillage.references.territoires.models import Territoire
from tests.factories.accounts import OrganisationFactory
from tests.factories.economie import EmployeurFactory, RomeFactory
from tests.factories.entreprises import ImmersionFactory
from tests.factories.parcours import (
    ContratFactory,
    EtatMensuelFactory,
    SituationFactory,
    SortieFactory,
    TitreFactory,
)
from tests.factories.parcours_sorties import EnqueteFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.publics import ObjectifFactory, make_region, siae_in
from tests.factories.structures import (
    EffectifFactory,
    EffectifSecteurFactory,
    GroupeSecteurFactory,
    SecteurFactory,
)

if TYPE_CHECKING:
    from maillage.references.structures.models import Siae


def fill_region() -> dict[str, Siae]:
    """Make SIAE with figures of two years, a need, objectives; return the SIAE by name."""
    communes = make_region()
    departements = {code: Territoire.objects.get(niveau="departement", code=code) for code in communes}
    btp = SecteurFactory(groupe=GroupeSecteurFactory(code="btp"))
    found = {}
    rows: tuple[tuple[str, str, str, int, str, str | None, dict[str, tuple[int, int]]], ...] = (
        ("a", "93", "ACI", 40, "10.25", "11.00", {"femmes": (20, 40), "rqth": (6, 40)}),
        ("b", "93", "EI", 60, "20.10", "22.00", {"femmes": (15, 60), "rqth": (2, 60)}),
        ("c", "95", "ACI", 30, "9.05", None, {"femmes": (12, 30), "rqth": (7, 30)}),
        ("d", "95", "AI", 90, "15.55", "15.00", {"femmes": (70, 90)}),
    )
    for nom, code, kind, salaries, realises, conventionnes, publics in rows:
        siae = siae_in(communes[code], kind, nom=nom, **publics)
        for annee in (2024, 2025):
            figures: dict[str, Any] = {"etp_realises": Decimal(realises), "salaries": salaries}
            if conventionnes:
                figures["etp_conventionnes"] = Decimal(conventionnes)
            EffectifFactory(siae=siae, departement=departements[code], annee=annee, **figures)
        EffectifSecteurFactory(siae=siae, secteur=btp, annee=2025, femmes=6 + len(found), hommes=30)
        found[nom] = siae
    # One SIAE also works in the other département: it counts once in each, once in the region.
    EffectifFactory(
        siae=found["a"], departement=departements["95"], annee=2025, salaries=None, etp_realises=Decimal("1.15")
    )
    for public, values in (("defm_abc", (1000, 3000)), ("brsa", (200, None))):
        row = Public.objects.create(code=public, libelle=public)
        for commune, value in zip(communes.values(), values, strict=True):
            Besoin.objects.create(public=row, territoire=commune, annee=2025, valeur=value, estime=value == 3000)
    ObjectifFactory()
    return found


def fill_parcours(siae: dict[str, Siae]) -> None:
    """Make the employees of 2025 of « a » (ACI, in the 93) and « b » (EI, in the 95), and what became of them.

    Of 20 and 10 persons, 12 and 6 are women, 8 and none receive the RSA, unknown of two. Ten left « a », eight by a job
    that lasts. Six had an immersion in « a ».
    """
    on = timezone.localdate()
    rome = RomeFactory(code="A1203")
    host = EmployeurFactory(commune=Territoire.objects.get(niveau="commune", departement="93"))
    immersion = {
        "etat": "acceptee",
        "debut": date(2025, 3, 3),
        "rome": rome,
        "employeur": host,
        "prescripteur": OrganisationFactory(),
    }
    for name, departement, total, women, brsa in (("a", "93", 20, 12, 8), ("b", "95", 10, 6, 0)):
        for n in range(total):
            person = PersonneFactory(
                departement=departement, sexe="F" if n < women else "H", date_naissance=date(1970, 5, 1)
            )
            known = "OUI-NM" if n < brsa else "" if n >= total - 2 else "NON"
            SituationFactory(personne=person, rsa=known, qpv=n % 2 == 0)
            right = TitreFactory(personne=person, debut=on - timedelta(days=600))
            left = name == "a" and n < 10
            contract = ContratFactory(
                personne=person,
                siae=siae[name],
                titre=right,
                rome=rome if name == "a" else None,
                debut=date(2025, 1, 6),
                fin_prevue=date(2025, 9, 6),
                fin=date(2025, 9, 6) if left else None,
            )
            EtatMensuelFactory(contrat=contract, mois=date(2025, 2, 1), heures=None if n == 19 else Decimal("100.50"))
            if left:
                way_out = SortieFactory(contrat=contract, motif="cdi" if n < 8 else "chomage")
                EnqueteFactory(
                    sortie=way_out,
                    mois=6,
                    echeance=date(2026, 3, 6),
                    expire_le=date(2026, 4, 20),
                    **({"repondue_le": date(2026, 3, 8), "situation": "emploi_durable"} if n < 5 else {}),
                )
            if name == "a" and n < 6:
                ImmersionFactory(personne=person, contrat=contract, **immersion)
