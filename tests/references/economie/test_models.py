"""What the database refuses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maillage.references.economie.models import (
    AcheteurProjet,
    BesoinRecrutement,
    Employeur,
    Fap,
    FapRome,
    LieuProjet,
    MetierProjet,
    PhaseProjet,
    Rome,
    SerieOffres,
    Tension,
)
from tests.factories.accounts import OrganisationFactory
from tests.factories.economie import (
    BesoinRecrutementFactory,
    EmployeurFactory,
    FapFactory,
    FapRomeFactory,
    GrandProjetFactory,
    LieuProjetFactory,
    MetierProjetFactory,
    PhaseProjetFactory,
    RomeFactory,
    SerieOffresFactory,
    TensionFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from django.db.models import Model


def same_code(lieux: SimpleNamespace) -> Model:
    return Fap(nomenclature=FapFactory().nomenclature, niveau="metier", code="T4X60")


def short_trade(lieux: SimpleNamespace) -> Model:
    return Fap(nomenclature="fap2021", niveau="metier", code="T4X")


def family_of_a_family(lieux: SimpleNamespace) -> Model:
    family = FapFactory(niveau="famille", code="T4X")
    return Fap(nomenclature="fap2021", niveau="famille", code="T6X", famille=family)


def unknown_nomenclature(lieux: SimpleNamespace) -> Model:
    return Fap(nomenclature="fap1987", niveau="metier", code="T4X60")


def wrong_rome(lieux: SimpleNamespace) -> Model:
    return Rome(code="Z2204", libelle="Rien")


def same_link(lieux: SimpleNamespace) -> Model:
    link = FapRomeFactory()
    return FapRome(fap=link.fap, rome=link.rome)


def besoin(lieux: SimpleNamespace, **fields: object) -> Model:
    return BesoinRecrutement(fap=FapFactory(), territoire=lieux.nord, annee=2024, source="essai", **fields)


def same_need(lieux: SimpleNamespace) -> Model:
    BesoinRecrutementFactory(territoire=lieux.nord)
    return besoin(lieux, departement="93")


def told_secret(lieux: SimpleNamespace) -> Model:
    return besoin(lieux, projets=3, secrets=["projets"])


def part_over_whole(lieux: SimpleNamespace) -> Model:
    return besoin(lieux, projets=3, difficiles=4)


def same_tension(lieux: SimpleNamespace) -> Model:
    tension = TensionFactory(territoire=lieux.seine)
    return Tension(fap=tension.fap, territoire=lieux.seine, annee=tension.annee, source="essai")


def tension_of_six(lieux: SimpleNamespace) -> Model:
    return Tension(fap=FapFactory(), territoire=lieux.seine, annee=2024, conditions_travail=6, source="essai")


def same_series(lieux: SimpleNamespace) -> Model:
    series = SerieOffresFactory(territoire=lieux.nord)
    return SerieOffres(rome=series.rome, territoire=lieux.nord, periode=series.periode, source="essai")


def thirteenth_month(lieux: SimpleNamespace) -> Model:
    return SerieOffres(rome=RomeFactory(), territoire=lieux.nord, periode="2025-13", source="essai")


def short_siret(lieux: SimpleNamespace) -> Model:
    return Employeur(siret="123", denomination="X", commune=lieux.big, source="essai")


def wrong_naf(lieux: SimpleNamespace) -> Model:
    return EmployeurFactory.build(commune=lieux.big, naf="81.21Z"[:5])


def undated_hires(lieux: SimpleNamespace) -> Model:
    return EmployeurFactory.build(commune=lieux.big, intentions=3)


def backward_project(lieux: SimpleNamespace) -> Model:
    return GrandProjetFactory.build(debut=date(2026, 1, 1), fin=date(2026, 1, 1))


def unknown_state(lieux: SimpleNamespace) -> Model:
    return GrandProjetFactory.build(etat="rêvé")


def unknown_programme(lieux: SimpleNamespace) -> Model:
    return GrandProjetFactory.build(programme="rien")


def same_place(lieux: SimpleNamespace) -> Model:
    lieu = LieuProjetFactory(commune=lieux.big)
    return LieuProjet(projet=lieu.projet, commune=lieux.big)


def half_a_point(lieux: SimpleNamespace) -> Model:
    return LieuProjet(projet=GrandProjetFactory(), commune=lieux.big, longitude=2.3)


def same_phase(lieux: SimpleNamespace) -> Model:
    phase = PhaseProjetFactory()
    return PhaseProjet(projet=phase.projet, nom=phase.nom, debut=phase.debut, fin=phase.fin)


def backward_phase(lieux: SimpleNamespace) -> Model:
    return PhaseProjet(projet=GrandProjetFactory(), nom="Études", debut=date(2026, 1, 1), fin=date(2025, 1, 1))


def same_trade(lieux: SimpleNamespace) -> Model:
    metier = MetierProjetFactory()
    return MetierProjet(projet=metier.projet, fap=metier.fap)


def same_buyer(lieux: SimpleNamespace) -> Model:
    projet, organisation = GrandProjetFactory(), OrganisationFactory()
    projet.acheteurs.add(organisation)
    return AcheteurProjet(projet=projet, organisation=organisation)


@pytest.mark.parametrize(
    ("build", "constraint"),
    [
        (same_code, "fap_unique"),
        (short_trade, "fap_code"),
        (family_of_a_family, "fap_code"),
        (unknown_nomenclature, "fap_nomenclature"),
        (wrong_rome, "rome_code"),
        (same_link, "fap_rome_unique"),
        (same_need, "besoin_recrutement_unique"),
        (told_secret, "besoin_recrutement_secret"),
        (part_over_whole, "besoin_recrutement_parts"),
        (same_tension, "tension_unique"),
        (tension_of_six, "tension_niveaux"),
        (same_series, "serie_offres_unique"),
        (thirteenth_month, "serie_offres_periode"),
        (short_siret, "employeur_siret"),
        (wrong_naf, "employeur_naf"),
        (undated_hires, "employeur_intentions_datees"),
        (backward_project, "grand_projet_periode"),
        (unknown_state, "grand_projet_etat"),
        (unknown_programme, "grand_projet_programme"),
        (same_place, "lieu_projet_unique"),
        (half_a_point, "lieu_projet_coordonnees"),
        (same_phase, "phase_projet_unique"),
        (backward_phase, "phase_projet_periode"),
        (same_trade, "metier_projet_unique"),
        (same_buyer, "acheteur_projet_unique"),
    ],
)
def test_the_database_refuses_and_says_why_in_french(
    lieux: SimpleNamespace, build: Callable[[SimpleNamespace], Model], constraint: str
) -> None:
    row = build(lieux)
    declared = {each.name: each.violation_error_message for each in row._meta.constraints}
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert error.value.messages == [declared[constraint]]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda lieux: BesoinRecrutementFactory(territoire=lieux.big), "Un besoin de recrutement est celui d’une zone"),
        (lambda lieux: TensionFactory(territoire=lieux.nord), "Une tension est celle d’un département"),
        (lambda lieux: SerieOffresFactory(territoire=lieux.big), "Une série d’offres est celle d’une zone"),
        (lambda lieux: EmployeurFactory(commune=lieux.ept), "Un employeur est dans une unité"),
        (lambda lieux: LieuProjetFactory(commune=lieux.ept), "Un lieu de projet est dans une unité"),
    ],
)
def test_what_refers_to_a_territory_refers_to_the_right_level(
    lieux: SimpleNamespace, make: Callable[[SimpleNamespace], Model], message: str
) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        make(lieux)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expected", "done", "share"), [(200, 50, 0.25), (None, 50, None), (200, None, None), (0, 0, None)]
)
def test_the_progress_of_a_project_is_unknown_rather_than_zero(
    expected: int | None, done: int | None, share: float | None
) -> None:
    assert GrandProjetFactory(heures_prevues=expected, heures_realisees=done).avancement == share


@pytest.mark.django_db
def test_the_last_day_of_a_project_is_the_day_before_its_end() -> None:
    assert GrandProjetFactory(fin=date(2027, 1, 1)).dernier_jour == date(2026, 12, 31)
    assert GrandProjetFactory().dernier_jour is None
