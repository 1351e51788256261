"""The acts: who may, where, what they leave in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from maillage.domains.offre.models import BonnePratique, Objectif, RealisationPublic
from maillage.domains.offre.rules.publics import FicheObjectif, LigneRealisation
from maillage.domains.offre.services.objectifs import change_objectif, set_objectif, withdraw_objectif
from maillage.domains.offre.services.pratiques import FichePratique, tell_pratique, withdraw_pratique
from maillage.domains.offre.services.realisations import record_realisations
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.models import User
from tests.factories.accounts import UserFactory, member
from tests.factories.publics import make_region, siae_in
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 26)
REGION = FicheObjectif("femmes", "region", "11", "", 2026, Decimal(40), None, "cor_iae")
VAL_D_OISE = replace(REGION, niveau="departement", code="95")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.refusals]


@pytest.fixture
def etat_region() -> User:
    make_region()
    user = member("etat_region", "dreets")
    user.membre.organisation.competences.create(niveau="region", code="11")  # type: ignore[union-attr]
    return user


@pytest.fixture
def etat_95() -> User:
    user = member("etat_departement", "ddets")
    user.membre.organisation.competences.create(niveau="departement", code="95")  # type: ignore[union-attr]
    return user


def test_the_state_sets_objectives_on_the_territory_it_answers_for(etat_region: User, etat_95: User) -> None:
    for fiche in (REGION, VAL_D_OISE):
        set_objectif(fiche=fiche, actor=etat_region)
    set_objectif(fiche=replace(VAL_D_OISE, annee=2025), actor=etat_95)
    assert Objectif.objects.count() == 3
    for fiche in (replace(VAL_D_OISE, code="93"), replace(REGION, annee=2025), replace(VAL_D_OISE, code="13")):
        with pytest.raises(Refused) as refused:
            set_objectif(fiche=fiche, actor=etat_95)
        assert codes(refused) == ["hors_territoire"]
    with pytest.raises(Refused) as refused:
        set_objectif(fiche=replace(VAL_D_OISE, code="13"), actor=etat_region)
    assert codes(refused) == ["hors_territoire"]


def test_others_set_none(etat_region: User) -> None:
    for actor in (member("reseau", "reseau_regional"), member("siae_direction"), UserFactory(exploitant=True)):
        with pytest.raises(Refused) as refused:
            set_objectif(fiche=REGION, actor=actor)
        assert codes(refused) == ["interdit"]


def test_an_objective_is_set_once(etat_region: User) -> None:
    set_objectif(fiche=REGION, actor=etat_region)
    with pytest.raises(Refused) as refused:
        set_objectif(fiche=REGION, actor=etat_region)
    assert codes(refused) == ["objectif_double"]
    with pytest.raises(Refused) as refused:
        set_objectif(fiche=replace(REGION, cible_part=None), actor=etat_region)
    assert codes(refused) == ["une_cible"]


def test_a_changed_target_keeps_the_former_one_in_history(etat_region: User) -> None:
    objectif = set_objectif(fiche=REGION, actor=etat_region)
    changed = replace(REGION, cible_part=None, cible_nombre=500, reference="séance du 3 juin")
    change_objectif(objectif=objectif, fiche=changed, actor=etat_region)
    change_objectif(objectif=objectif, fiche=changed, actor=etat_region)  # nothing more
    objectif.refresh_from_db()
    assert (objectif.cible_part, objectif.cible_nombre) == (None, 500)
    last, first = audit.history(objectif)
    assert (first.acte, last.acte) == ("offre.set_objectif", "offre.change_objectif")
    assert last.details["avant"]["cible_part"] == "40.00"
    with pytest.raises(Refused) as refused:
        change_objectif(objectif=objectif, fiche=replace(changed, annee=2025), actor=etat_region)
    assert codes(refused) == ["autre_objet"]


def test_an_objective_is_withdrawn_for_a_reason(etat_region: User, etat_95: User) -> None:
    objectif = set_objectif(fiche=REGION, actor=etat_region)
    with pytest.raises(Refused) as refused:
        withdraw_objectif(objectif=objectif, motif=" ", actor=etat_region)
    assert codes(refused) == ["motif_manquant"]
    with pytest.raises(Refused) as refused:
        withdraw_objectif(objectif=objectif, motif="Erreur de saisie.", actor=etat_95)
    assert codes(refused) == ["hors_territoire"]
    withdraw_objectif(objectif=objectif, motif="Erreur de saisie.", actor=etat_region)
    assert not Objectif.objects.exists()
    assert audit.history(objectif)[0].motif == "Erreur de saisie."


def test_actuals_are_recorded_corrected_or_left() -> None:
    siae = siae_in(make_region()["95"])

    def record(total: int, *counts: tuple[str, int]) -> tuple[str, ...]:
        ligne = LigneRealisation(siae.pk, 2025, total, counts)
        return record_realisations(lignes=[ligne], source="essai", actor=None, on=ON).changes

    assert record(50, ("femmes", 20), ("rqth", 3)) == ("cree",)
    assert record(50, ("femmes", 20)) == ("inchange",)  # what a line does not say stays
    assert record(50, ("femmes", 21)) == ("modifie",)
    assert dict(RealisationPublic.objects.values_list("public", "effectif")) == {"femmes": 21, "rqth": 3}
    assert [acte.acte for acte in audit.history(siae)] == ["offre.record_realisations"] * 2


def test_a_refused_line_stops_no_other() -> None:
    siae = siae_in(make_region()["95"])
    lignes = [
        LigneRealisation(siae.pk, 2025, 5, (("femmes", 6),)),
        LigneRealisation(siae.pk, 2024, 5, (("femmes", 2),)),
    ]
    done = record_realisations(lignes=lignes, source="essai", actor=None, on=ON)
    assert done.changes == ("refuse", "cree")
    assert [reason.code for reason in done.refusals[0]] == ["effectif_trop_grand"]


def test_a_direction_records_its_own_siae_only() -> None:
    direction, other = member("siae_direction"), SiaeFactory()
    own = SiaeFactory(organisation=direction.membre.organisation)  # type: ignore[union-attr]

    def record(pk: int, actor: User) -> tuple[str, ...]:
        ligne = LigneRealisation(pk, 2025, 50, (("femmes", 20),))
        return record_realisations(lignes=[ligne], source="essai", actor=actor, on=ON).changes

    assert record(own.pk, direction) == ("cree",)
    assert record(other.pk, UserFactory(exploitant=True)) == ("cree",)
    for pk, actor, code in (
        (other.pk, direction, "autre_siae"),
        (own.pk, member("reseau", "reseau_regional"), "interdit"),
    ):
        with pytest.raises(Refused) as refused:
            record(pk, actor)
        assert codes(refused) == [code]


def test_many_lines_take_as_many_queries_as_one(django_assert_constant_queries) -> None:  # type: ignore[no-untyped-def]
    commune, lignes, annees = make_region()["95"], [], count(2018)
    audit.history(siae_in(commune)).exists()  # the content type is read once for all

    def create(number: int) -> None:
        lignes.extend(LigneRealisation(siae_in(commune).pk, 2025, 50, (("femmes", 20),)) for _ in range(number))

    django_assert_constant_queries(
        create,
        lambda: record_realisations(
            lignes=[replace(x, annee=annee) for annee in [next(annees)] for x in lignes],
            source="essai",
            actor=None,
            on=ON,
        ),
    )


PRATIQUE = FichePratique("Essai", "femmes", "", None, "", 2025, "Recruter par groupes.", "Neuf recrutements.")


def test_an_action_is_told_in_the_name_of_an_organisation_and_taken_back_by_it() -> None:
    author = member("reseau", "reseau_regional")
    pratique = tell_pratique(fiche=PRATIQUE, actor=author, on=ON)
    assert pratique.organisation == author.membre.organisation  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        withdraw_pratique(pratique=pratique, actor=member("siae_direction"), on=ON)
    assert codes(refused) == ["autre_organisation"]
    withdraw_pratique(pratique=pratique, actor=author, on=ON)
    assert BonnePratique.objects.get().retiree_le == ON
    with pytest.raises(Refused) as refused:
        withdraw_pratique(pratique=pratique, actor=author, on=ON)
    assert codes(refused) == ["deja_retiree"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"titre": " "}, ["titre_manquant"]),
        ({"action": "", "resultat": ""}, ["action_manquant", "resultat_manquant"]),
        ({"public": "zut"}, ["public_inconnu"]),
        ({"annee": 2027}, ["annee_invalide"]),
        ({"part_avant": Decimal(3)}, ["parts_ensemble"]),
        ({"part_avant": Decimal(3), "part_apres": Decimal(300)}, ["part_invalide"]),
    ],
)
def test_an_action_that_says_too_little_is_refused(changes: dict[str, object], found: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        tell_pratique(fiche=replace(PRATIQUE, **changes), actor=member("siae_direction"), on=ON)  # type: ignore[arg-type]
    assert codes(refused) == found


def test_others_tell_nothing() -> None:
    for actor in (member("prescripteur", "ccas"), UserFactory(exploitant=True)):
        with pytest.raises(Refused) as refused:
            tell_pratique(fiche=PRATIQUE, actor=actor, on=ON)
        assert codes(refused) == ["interdit"]
