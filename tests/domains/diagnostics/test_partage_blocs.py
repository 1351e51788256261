"""What the blocks of a shared diagnostic tell: their year, and which ones open in the next edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from maillage.domains.diagnostics.enums import EtatDiagnostic
from maillage.domains.diagnostics.models import Bloc, Section
from maillage.domains.diagnostics.queries import partage_blocs
from maillage.domains.diagnostics.queries.partage_blocs import (
    choose_annees,
    compute_annee,
    freeze,
    get_contexte,
    producteurs,
)
from maillage.domains.diagnostics.rules import Choix, LigneBesoin
from maillage.domains.diagnostics.services.besoins import record_besoins
from maillage.domains.diagnostics.services.partage import begin_next, open_diagnostic
from maillage.domains.diagnostics.services.partage_blocs import add_bloc, remove_bloc
from maillage.references.structures.models import EffectifAnnuel
from tests.factories.partage import as_author, freeze_state, partner

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


def record(public: str, annee: int, *lignes: tuple[str, str, int]) -> None:
    rows = [LigneBesoin(code, annee, Decimal(value), False, niveau) for niveau, code, value in lignes]
    record_besoins(public_code=public, lignes=rows, source=f"essai {annee}", actor=None, on=ON)


def active(annee: int, scale: int) -> None:
    """Record the people of working age of every commune of the region."""
    communes = ("93066", "93001", "77288", "77186")
    record("population_active_age", annee, *(("commune", code, scale) for code in communes))


def rows(contexte: Any, code: str) -> dict[str, Any]:
    fields = freeze(producteurs()[code], contexte)
    assert fields is not None
    return {row[0]: row[1] for row in fields["tableau"]["rows"]}


def test_a_diagnostic_tells_the_need_and_the_supply_of_its_own_year(offre: SimpleNamespace) -> None:
    for year in (2022, 2024):
        active(year, year)
    for figure in EffectifAnnuel.objects.filter(annee=2025):
        departement, etp = figure.departement, figure.etp_realises
        EffectifAnnuel.objects.create(siae=figure.siae, departement=departement, annee=2023, etp_realises=2 * etp)

    assert choose_annees("11", 2023) == Choix(annee=2022, annee_offre=2023)
    assert choose_annees("11", 2024) == Choix(annee=2024, annee_offre=2023)
    assert choose_annees("11", 2020) == Choix(annee=2022, annee_offre=2023)  # nothing before: the first known after
    this_year = timezone.localdate().year
    assert choose_annees("11", this_year) == Choix(annee=2024, annee_offre=None)  # the supply of today

    past, present = (get_contexte("departement", "93", year) for year in (2023, this_year))
    assert (past.fiche.ligne.besoin, present.fiche.ligne.besoin) == (2 * 2022, 2 * 2024)
    assert (rows(past, "siae_par_type")["ETP"], rows(present, "siae_par_type")["ETP"]) == (94.0, 47.0)


def test_a_coverage_is_shared_by_the_diagnostics_of_its_year_alone(offre: SimpleNamespace) -> None:
    active(2022, 100)
    active(2024, 200)
    shared = compute_annee("11", 2022)
    assert get_contexte("departement", "93", 2022, shared).couverture is shared
    other = get_contexte("departement", "93", 2024, shared).couverture
    assert (other.besoins.annee, shared.besoins.annee) == (2024, 2022)


def test_the_publics_say_how_figures_known_above_were_spread(offre: SimpleNamespace) -> None:
    record("femmes", 2024, ("departement", "93", 90), ("departement", "77", 30))
    fields = freeze(producteurs()["publics"], get_contexte("ept", "200057867", 2025))
    assert fields is not None
    note = fields["tableau"]["note"]
    assert "ils ne s’additionnent pas. Femmes" in note.replace("femmes", "Femmes")
    assert "Le chiffre est donné par département\u202f: ce que les communes connues en laissent est réparti" in note


def codes(section: Section) -> list[str]:
    return list(section.blocs.order_by("ordre").values_list("code", flat=True))


def test_next_year_opens_new_blocks_and_leaves_out_those_removed(
    offre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    etat = partner("etat", ("departement", "93"))
    last = open_diagnostic(territoire=offre.ensembles["93"], annee_debut=2026, annee_fin=2026, **as_author(etat))
    section = last.sections.get(code="offre")
    assert codes(section) == ["siae_par_type", "mesures", "siae"]
    for code in ("siae", "siae_par_type"):
        remove_bloc(bloc=Bloc.objects.get(section=section, code=code), **as_author(etat))
    section.refresh_from_db()
    assert section.retires == ["siae", "siae_par_type"]
    add_bloc(section=section, code="siae", **as_author(etat))
    section.refresh_from_db()
    assert (codes(section), section.retires) == (["mesures", "siae"], ["siae_par_type"])
    freeze_state(last, EtatDiagnostic.PUBLIE, ON)

    new_one = replace(producteurs()["mesures"], code="nouveau")
    known = {**producteurs(), "nouveau": new_one}
    monkeypatch.setattr(partage_blocs, "producteurs", lambda: known)
    monkeypatch.setattr("maillage.domains.diagnostics.services.partage_blocs.producteurs", lambda: known)
    new = begin_next(diagnostic=last, **as_author(etat))
    carried = new.sections.get(code="offre")
    assert (codes(carried), carried.retires) == (["mesures", "siae", "nouveau"], ["siae_par_type"])
