"""What is written, by whom, and what it leaves in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.models import Acte, JournalTransition
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.economie.enums import EtatProjet, Nomenclature
from maillage.references.economie.models import BesoinRecrutement, Employeur, Fap, GrandProjet, SerieOffres, Tension
from maillage.references.economie.permissions import may_edit
from maillage.references.economie.queries.projets import describe_fiche
from maillage.references.economie.rules import FicheLieu, FichePhase, FicheProjet, LigneBmo
from maillage.references.economie.services.employeurs import LigneEmployeur, record_employeurs
from maillage.references.economie.services.nomenclatures import (
    LigneFap,
    LigneRome,
    link_romes,
    record_faps,
    record_romes,
)
from maillage.references.economie.services.projets import create_projet, move_projet, register_projet, update_projet
from maillage.references.economie.services.series import (
    LigneOffres,
    LigneTension,
    record_bmo,
    record_offres,
    record_tensions,
)
from tests.factories.accounts import OrganisationFactory, UserFactory, member, siret
from tests.factories.economie import FapFactory, GrandProjetFactory, RomeFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

ON = date(2026, 11, 23)
COMMON: dict[str, Any] = {"actor": None, "on": ON, "source": "essai"}
FAP = Nomenclature.FAP_2021

pytestmark = pytest.mark.django_db


def codes(results: list[Any]) -> list[str]:
    return [each.code if isinstance(each, Refusal) else each for each in results]


def bmo(lieux: SimpleNamespace, **fields: Any) -> LigneBmo:
    values = {"fap_code": "T4X60", "niveau": "bassin", "zone_code": lieux.nord.code, "annee": 2024}
    figures = {"projets": 10, "difficiles": 4, "saisonniers": None, "departement": "93"}
    return LigneBmo(**{**values, **figures, **fields})


def test_trades_come_with_their_families_and_twice_changes_nothing() -> None:
    lignes = [LigneFap("T4X60", "Agents d’entretien", "Entretien"), LigneFap("T4X62", "Assainissement", "Entretien")]
    assert record_faps(nomenclature=FAP, lignes=lignes, **COMMON) == ["cree", "cree"]
    assert record_faps(nomenclature=FAP, lignes=lignes, **COMMON) == ["inchange", "inchange"]
    assert list(Fap.objects.order_by("code").values_list("code", "libelle", "famille__code")) == [
        ("T4X", "Entretien", None),
        ("T4X60", "Agents d’entretien", "T4X"),
        ("T4X62", "Assainissement", "T4X"),
    ]
    assert Acte.objects.filter(acte="economie.record_fap").count() == 3


def test_a_title_that_is_not_given_erases_none() -> None:
    record_faps(nomenclature=FAP, lignes=[LigneFap("T4X60", "Agents d’entretien", "Entretien")], **COMMON)
    assert record_faps(nomenclature=FAP, lignes=[LigneFap("T4X60", "")], **COMMON) == ["inchange"]
    assert str(Fap.objects.get(code="T4X60")) == "Agents d’entretien"


def test_a_trade_is_linked_to_what_is_known_only() -> None:
    FapFactory()
    assert record_romes(lignes=[LigneRome("K2204", "Propreté")], **COMMON) == ["cree"]
    liens = [("T4X60", "K2204"), ("T4X60", "K9999"), ("B1X31", "K2204")]
    assert codes(link_romes(nomenclature=FAP, liens=liens, **COMMON)) == ["cree", "rome_inconnu", "fap_inconnu"]
    assert codes(link_romes(nomenclature=FAP, liens=liens[:1], **COMMON)) == ["inchange"]


def test_projects_are_kept_secrets_apart_and_corrected(lieux: SimpleNamespace) -> None:
    FapFactory()
    hidden = bmo(lieux, zone_code=lieux.sud.code, projets=None, secrets=("projets", "difficiles"), difficiles=None)
    lignes = [bmo(lieux), hidden, bmo(lieux, fap_code="B1X31"), bmo(lieux, zone_code="9999")]
    assert codes(record_bmo(nomenclature=FAP, lignes=lignes, **COMMON)) == [
        "cree",
        "cree",
        "fap_inconnu",
        "zone_inconnue",
    ]
    again = [replace(lignes[0], projets=12), hidden]
    assert codes(record_bmo(nomenclature=FAP, lignes=again, **COMMON)) == ["modifie", "inchange"]
    rows = BesoinRecrutement.objects.order_by("territoire__nom").values_list("projets", "difficiles", "secrets")
    assert list(rows) == [(12, 4, []), (None, None, ["difficiles", "projets"])]
    assert [acte.details["cree"] for acte in Acte.objects.filter(acte="economie.record_bmo").order_by("pk")[:1]] == [2]


def test_the_parts_of_a_bassin_astride_are_two_rows(lieux: SimpleNamespace) -> None:
    FapFactory()
    lignes = [bmo(lieux, zone_code=lieux.astride.code, departement=code) for code in ("93", "95")]
    assert codes(record_bmo(nomenclature=FAP, lignes=lignes, **COMMON)) == ["cree", "cree"]
    assert BesoinRecrutement.objects.count() == 2


def test_tensions_and_vacancies(lieux: SimpleNamespace) -> None:
    FapFactory()
    RomeFactory()
    tension = LigneTension("T4X60", "93", 2024, 1200, Decimal("0.523456"), 5, (1, 2, 3, 4, 5, None))
    for expected in ("cree", "inchange"):
        assert codes(record_tensions(nomenclature=FAP, lignes=[tension], **COMMON)) == [expected]
    assert codes(record_tensions(nomenclature=FAP, lignes=[replace(tension, departement="13")], **COMMON)) == [
        "zone_inconnue"
    ]
    row = Tension.objects.get()
    assert (row.indicateur, row.niveau, row.conditions_travail, row.inadequation_geographique) == (
        Decimal("0.5235"),
        5,
        5,
        None,
    )
    offres = [
        LigneOffres("K2204", "departement", "93", "2025", 40),
        LigneOffres("K2204", "bassin", lieux.nord.code, "2025-03", None),
        LigneOffres("A1201", "departement", "93", "2025", 1),
        LigneOffres("K2204", "region", "99", "2025", 1),
    ]
    assert codes(record_offres(lignes=offres, **COMMON)) == ["cree", "cree", "rome_inconnu", "zone_inconnue"]
    assert sorted(SerieOffres.objects.values_list("periode", "offres")) == [("2025", 40), ("2025-03", None)]


def test_employers_are_establishments_of_known_communes(lieux: SimpleNamespace) -> None:
    lignes = [LigneEmployeur(siret(1), "Propreté", lieux.big.code), LigneEmployeur(siret(2), "Ailleurs", "13055")]
    assert codes(record_employeurs(lignes=lignes, **COMMON)) == ["cree", "commune_inconnue"]
    assert codes(record_employeurs(lignes=[replace(lignes[0], tranche="12")], **COMMON)) == ["modifie"]
    assert list(Employeur.objects.values_list("siret", "tranche")) == [(siret(1), "12")]


def test_only_operators_record_series(lieux: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        record_bmo(nomenclature=FAP, lignes=[], actor=member(P.ETAT_REGION, "dreets"), on=ON, source="essai")
    assert [reason.code for reason in refused.value.refusals] == ["interdit"]
    assert record_bmo(nomenclature=FAP, lignes=[], actor=UserFactory(exploitant=True), on=ON, source="essai") == []


@pytest.fixture
def fiche(lieux: SimpleNamespace) -> FicheProjet:
    FapFactory()
    return FicheProjet(
        nom="Gare inventée",
        programme="gpe",
        debut=date(2026, 1, 1),
        fin=date(2030, 1, 1),
        heures_prevues=1000,
        source="essai",
        lieux=(FicheLieu(lieux.small.code), FicheLieu(lieux.big.code, "gare")),
        phases=(FichePhase("Gros œuvre", date(2026, 1, 1), date(2028, 1, 1)),),
        metiers=(("T4X60", 12),),
        acheteurs=(OrganisationFactory(types=["donneur_ordre_public"]).siret,),
    )


def test_a_sheet_is_opened_read_back_and_corrected(fiche: FicheProjet) -> None:
    buyer = member(P.ACHETEUR, "donneur_ordre_public")
    projet = create_projet(fiche=fiche, actor=buyer, on=ON)
    assert (projet.code, projet.etat, projet.saisi_par) == (
        "gare-inventee",
        EtatProjet.ANNONCE,
        buyer.membre.organisation,
    )
    assert not update_projet(projet=projet, fiche=describe_fiche(projet), actor=buyer, on=ON)
    assert update_projet(projet=projet, fiche=replace(fiche, heures_realisees=10, metiers=()), actor=buyer, on=ON)
    acte = Acte.objects.get(acte="economie.update_projet")
    assert acte.details["champs"] == ["heures_realisees", "metiers"]
    assert describe_fiche(GrandProjet.objects.get()).metiers == ()


def test_a_sheet_that_names_what_is_not_known_is_refused_with_every_reason(fiche: FicheProjet) -> None:
    wrong = replace(
        fiche, programme="rien", lieux=(FicheLieu("99999"),), metiers=(("B1X31", None),), acheteurs=(siret(7777),)
    )
    with pytest.raises(Refused) as refused:
        create_projet(fiche=wrong, actor=None, on=ON)
    assert [(reason.code, reason.field) for reason in refused.value.refusals] == [
        ("programme_inconnu", "programme"),
        ("commune_inconnue", "lieux"),
        ("fap_inconnu", "metiers"),
        ("acheteur_inconnu", "acheteurs"),
    ]
    create_projet(fiche=fiche, actor=None, on=ON)
    with pytest.raises(Refused, match="déjà sa fiche"):
        create_projet(fiche=fiche, actor=None, on=ON)


def test_a_project_goes_from_state_to_state_and_says_why(fiche: FicheProjet) -> None:
    projet = create_projet(fiche=fiche, actor=None, on=ON)
    projet = move_projet(projet=projet, act="begin", actor=None)
    projet = move_projet(projet=projet, act="abandon", actor=None, motif="Financement retiré.")
    assert projet.etat == EtatProjet.ABANDONNE
    with pytest.raises(Refused, match="pas possible"):
        move_projet(projet=projet, act="finish", actor=None)
    moves = JournalTransition.objects.order_by("pk").values_list("de", "vers", "motif")
    assert list(moves) == [("annonce", "en_cours", ""), ("en_cours", "abandonne", "Financement retiré.")]


def test_registering_twice_changes_nothing(fiche: FicheProjet) -> None:
    assert register_projet(fiche=fiche, etat="termine", actor=None, on=ON) == "cree"
    assert register_projet(fiche=fiche, etat="termine", actor=None, on=ON) == "inchange"
    assert register_projet(fiche=fiche, etat="en_cours", actor=None, on=ON) == "modifie"
    assert GrandProjet.objects.get().etat == EtatProjet.EN_COURS


@pytest.mark.parametrize(
    ("profil", "kind", "own", "other"),
    [
        (P.ETAT_REGION, "dreets", True, True),
        (P.ETAT_DEPARTEMENT, "ddets", True, True),
        (P.REGION, "conseil_regional", True, True),
        (P.ACHETEUR, "donneur_ordre_public", True, False),
        (P.FACILITATEUR, "facilitateur", True, False),
        (P.SIAE_DIRECTION, "siae", False, False),
    ],
)
def test_who_edits_which_sheet(profil: P, kind: str, own: bool, other: bool) -> None:
    user = member(profil, kind)
    mine, theirs = GrandProjetFactory(saisi_par=user.membre.organisation), GrandProjetFactory()
    assert (may_edit(user, mine).ok, may_edit(user, theirs).ok) == (own, other)
    theirs.acheteurs.add(user.membre.organisation)
    assert may_edit(user, theirs).ok == own


def test_a_buyer_does_not_write_the_sheet_of_another(fiche: FicheProjet) -> None:
    projet = create_projet(fiche=replace(fiche, acheteurs=()), actor=None, on=ON)
    with pytest.raises(Refused, match="autre organisation"):
        update_projet(projet=projet, fiche=fiche, actor=member(P.ACHETEUR, "donneur_ordre_public"), on=ON)
