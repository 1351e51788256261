"""The 27,500 employees: counting their rows gives the figures of the strategy, and nothing contradicts itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from maillage.demo.economie import get_facts as get_economie
from maillage.demo.parcours import get_facts
from maillage.domains.entreprises.queries.chiffres import count_immersions
from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte
from maillage.domains.parcours.models import (
    Contrat,
    Diagnostic,
    EtatMensuel,
    Prolongation,
    Situation,
    Sortie,
    Suspension,
    TitreParcours,
)
from maillage.domains.parcours.queries.chaines import get_chaine, measure
from maillage.domains.parcours.queries.entrepot import departements
from maillage.domains.parcours.queries.sorties import with_sejour
from maillage.domains.parcours.rules.sorties import DYNAMIQUES
from maillage.foundations.analytics import warehouse
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Personne, Relation
from maillage.references.personnes.queries.doublons import list_doublons
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.structures.models import EffectifAnnuel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_demo")]

ANNEE = 2025
INFRA_CAP = ["60", "51", "00"]
# The figure of the warehouse, and the name of its target.
CIBLES = {
    **{code: code for code in ("brsa", "qpv", "rqth")},
    "deld": "deld_2ans",
    "femme": "femmes",
    "senior": "seniors",
    "jeune": "jeunes",
}


def cible(name: str) -> float:
    return float(get_facts()["cible"][name]["part"])


def employed() -> QuerySet[Contrat]:
    """The contracts of the year."""
    ends = Q(fin__isnull=True) | Q(fin__gt=date(ANNEE, 1, 1))
    return Contrat.objects.filter(ends, debut__lt=date(ANNEE + 1, 1, 1))


def part(**condition: Any) -> float:
    """The share, in per cent, of the employees of the year who meet a condition: one per SIAE that employs them."""
    pairs = employed().values("siae", "personne").distinct()
    return 100 * pairs.filter(**condition).count() / pairs.count()


def test_each_siae_has_the_employees_that_it_declares() -> None:
    declared = EffectifAnnuel.objects.filter(annee=ANNEE).values("siae").annotate(n=Sum("salaries"))
    counted = employed().values("siae").annotate(n=Count("personne", distinct=True))
    assert dict(counted.values_list("siae", "n")) == dict(declared.values_list("siae", "n"))
    assert employed().values("siae", "personne").distinct().count() == 27_500


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("deld_2ans", {"personne__situation__duree_chomage": 4}),
        ("brsa", {"personne__situation__rsa__startswith": "OUI"}),
        ("qpv", {"personne__situation__qpv": True}),
        ("rqth", {"personne__situation__rqth": True}),
        ("femmes", {"personne__sexe": "F"}),
        ("seniors", {"personne__date_naissance__lte": date(ANNEE - 50, 12, 31)}),
        ("jeunes", {"personne__date_naissance__gt": date(ANNEE - 26, 12, 31)}),
    ],
)
def test_the_publics_have_the_shares_of_the_strategy(name: str, condition: dict[str, Any]) -> None:
    assert part(**condition) == pytest.approx(cible(name), abs=1)


def test_the_warehouse_gives_the_figures_of_the_rows() -> None:
    """By another road: shares of those whose situation is known, exits that count, hours, immersions."""
    told = {
        each.indicateur: each.valeur
        for each in warehouse.read_valeurs()
        if (each.annee, each.niveau) == (ANNEE, "region")
    }
    persons = employed().values("siae", "personne").distinct()
    for code, public, known in (
        ("deld", Q(personne__situation__duree_chomage=4), Q(personne__situation__duree_chomage__isnull=False)),
        ("brsa", Q(personne__situation__rsa__startswith="OUI"), ~Q(personne__situation__rsa="")),
        ("qpv", Q(personne__situation__qpv=True), Q(personne__situation__qpv__isnull=False)),
        ("rqth", Q(personne__situation__rqth=True), Q(personne__situation__rqth__isnull=False)),
        ("femme", Q(personne__sexe="F"), Q(personne__sexe__in=["F", "H"])),
        ("senior", Q(personne__date_naissance__lte=date(ANNEE - 50, 12, 31)), Q()),
        ("jeune", Q(personne__date_naissance__gt=date(ANNEE - 26, 12, 31)), Q()),
    ):
        share = 100 * persons.filter(public).count() / persons.filter(known).count()
        assert told[f"emploi_{code}"] == pytest.approx(share)
        assert told[f"emploi_{code}"] == pytest.approx(cible(CIBLES[code]), abs=1)
    assert told["emploi_infra_cap"] == pytest.approx(
        100
        * persons.filter(personne__situation__niveau_formation__in=INFRA_CAP).count()
        / persons.exclude(personne__situation__niveau_formation="").count()
    )
    hours = EtatMensuel.objects.filter(mois__year=ANNEE).aggregate(Sum("heures"))["heures__sum"]
    assert told["heures_realisees"] == pytest.approx(float(hours))
    assert told["sorties_durables"] == pytest.approx(cible("durable"), abs=1)
    assert told["sorties_dynamiques"] == pytest.approx(cible("dynamique"), abs=1)
    [aci] = [ligne for ligne in count_immersions(ANNEE, departements()) if (ligne.type, ligne.code) == ("ACI", "")]
    assert aci.taux is not None
    assert told["pmsmp_aci"] == pytest.approx(100 * aci.taux)


def test_more_than_sixty_per_cent_are_below_the_cap_bep() -> None:
    assert part(personne__situation__niveau_formation__in=INFRA_CAP) > cible("infra_cap")


@pytest.mark.parametrize(("departement", "share"), [*get_facts()["cible"]["departements"].items()])
def test_departements_have_the_shares_of_the_strategy(departement: str, share: float) -> None:
    assert part(personne__departement=departement) == pytest.approx(share, abs=1)


def counted_exits() -> list[tuple[int, str]]:
    """The year and category of each exit that counts."""
    rows = with_sejour(Sortie.objects.all(), date(ANNEE, 12, 31)).filter(decompte=Decompte.COMPTEE)
    return [(le.year, categorie) for le, categorie in rows.values_list("le", "categorie")]


def test_exits_have_the_shares_of_the_strategy_every_year() -> None:
    exits = counted_exits()
    years = {year for year, _ in exits}
    assert years >= {2023, 2024, 2025}
    for year in years:
        categories = [categorie for when, categorie in exits if when == year]
        if len(categories) < 200:  # a year that has just begun
            continue
        durable = categories.count(CategorieSortie.DURABLE)
        dynamique = sum(categorie in DYNAMIQUES for categorie in categories)
        assert 100 * durable / len(categories) == pytest.approx(cible("durable"), abs=1)
        assert 100 * dynamique / len(categories) == pytest.approx(cible("dynamique"), abs=1)


def test_the_hours_of_each_siae_make_the_etp_that_it_declares() -> None:
    """A few EI declare more ETP than their people could work, at 44 hours a week: 1 % of the whole at most."""
    per_etp = Decimal(get_economie()["mixite"]["heures_par_etp"])
    declared = dict(
        EffectifAnnuel.objects.filter(annee=ANNEE).values_list("siae").annotate(etp=Sum("etp_realises") * per_etp)
    )
    worked = dict(
        EtatMensuel.objects.annotate(annee=ExtractYear("mois"))
        .filter(annee=ANNEE)
        .values_list("contrat__siae")
        .annotate(Sum("heures"))
    )
    assert worked.keys() == declared.keys()
    assert float(sum(worked.values())) == pytest.approx(float(sum(declared.values())), rel=0.01)
    close = [siae for siae, hours in worked.items() if abs(hours - declared[siae]) <= declared[siae] / 50]
    assert len(close) > 0.9 * len(declared)


def test_every_contract_stands_on_a_right_that_covers_it() -> None:
    ends = Contrat.objects.annotate(until=Coalesce("fin", "fin_prevue"))
    assert not Contrat.objects.filter(titre__isnull=True).exists()
    assert not ends.filter(Q(debut__lt=F("titre__debut")) | Q(until__gt=F("titre__fin"))).exists()
    firsts = TitreParcours.objects.annotate(first=Min("contrats__debut"))
    assert not firsts.exclude(first=F("debut")).exists()
    assert set(TitreParcours.objects.values_list("regime", "duree_jours")) == {("pass_iae", 730)}


def test_hours_are_within_contracts_and_outside_suspensions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from parcours_etatmensuel etat join parcours_contrat contrat on contrat.id = contrat_id"
            " where mois + interval '1 month' <= debut or mois >= coalesce(fin, 'infinity')"
            " or exists (select from parcours_suspension s where s.titre_id = contrat.titre_id and mois >= s.debut"
            " and mois + interval '1 month' <= s.fin)"
        )
        assert cursor.fetchone() == (0,)


def test_the_siae_follows_each_person_as_long_as_it_employs_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from parcours_contrat contrat join structures_siae siae on siae.id = siae_id"
            " where not exists (select from personnes_relation relation where relation.type = 'contrat'"
            " and relation.personne_id = contrat.personne_id and relation.organisation_id = siae.organisation_id"
            " and daterange(relation.debut, relation.fin) @> daterange(contrat.debut, contrat.fin))"
        )
        assert cursor.fetchone() == (0,)


def test_contracts_are_those_of_their_kind_of_siae_and_renewals_follow_each_other() -> None:
    kinds = {
        ("ACI", "cddi"),
        ("EI", "cddi"),
        ("AI", "cddu"),
        ("ETTI", "mission"),
        ("EITI", "eiti"),
        *((kind, "cdi_inclusion") for kind in ("ACI", "EI", "AI", "ETTI", "EITI")),
    }
    assert set(Contrat.objects.values_list("siae__type_siae", "type")) <= kinds
    assert Contrat.objects.filter(precedent__isnull=False).exists()
    broken = Contrat.objects.filter(precedent__isnull=False).exclude(
        precedent__personne=F("personne"), precedent__siae=F("siae"), precedent__fin=F("debut")
    )
    assert not broken.exists()
    assert not Contrat.objects.filter(type="cddi", heures_semaine__lt=20).exists()
    assert Contrat.objects.filter(rome__isnull=False).count() > 0.9 * Contrat.objects.count()


def test_ways_out_rest_on_the_last_contract_and_some_lead_to_another_siae() -> None:
    last = Contrat.objects.values("siae", "personne").annotate(last=Max("fin"))
    ends = {(row["siae"], row["personne"]): row["last"] for row in last}
    rows = Sortie.objects.values_list("contrat__siae", "contrat__personne", "contrat__fin")
    assert [row for row in rows if ends[row[0], row[1]] != row[2]] == []
    moved = Personne.objects.annotate(siae=Count("contrats__siae", distinct=True)).filter(siae__gt=1)
    assert moved.count() > 500
    assert not moved.annotate(rights=Count("titres", distinct=True)).exclude(rights=1).exists()


def test_some_rights_are_suspended_or_prolonged_and_the_database_counted_their_days() -> None:
    assert Suspension.objects.filter(debut__lte=date.today(), fin__gt=date.today()).count() > 100
    assert set(Prolongation.objects.values_list("motif", flat=True)) >= {"rqth", "senior", "difficultes"}
    counted = TitreParcours.objects.annotate(days=Sum("prolongations__jours")).filter(days__isnull=False)
    assert counted.exists()
    assert not counted.exclude(jours_prolonges=F("days")).exists()


def test_everyone_has_a_situation_and_an_age_to_work() -> None:
    assert not Personne.objects.filter(contrats__isnull=False, situation__isnull=True).exists()
    ages = Contrat.objects.aggregate(young=Min(F("debut") - F("personne__date_naissance")))
    assert ages["young"].days >= 18 * 365
    assert Situation.objects.filter(rsa="").exists()  # some are not known


def test_each_account_that_follows_has_persons_and_a_cip_about_forty() -> None:
    users = [User.objects.get(email=f"{profil}@maillage.example") for profil in TYPES_PAR_ROLE]
    assert [user.email for user in users if visible_to(user).count() < 30] == []
    cip = User.objects.get(email="siae_accompagnement@maillage.example")
    charge = Relation.objects.filter(referent__user=cip, fin__isnull=True, type="contrat").count()
    assert 30 <= charge <= 45


@pytest.mark.parametrize("model", [Personne, Relation, TitreParcours, Contrat, EtatMensuel, Sortie])
def test_the_history_remembers_every_insertion(model: Any) -> None:
    """Written by one statement, it holds what the triggers of other rows write."""
    [history] = [each for each in apps.get_models() if getattr(each, "pgh_tracked_model", None) is model]
    told = history._default_manager.filter(pgh_label="insert", pgh_obj_id=OuterRef("pk"))
    assert not model.objects.filter(~Exists(told)).exists()


def test_running_again_changes_nothing() -> None:
    models: tuple[Any, ...] = (Personne, Relation, TitreParcours, Contrat, EtatMensuel, Sortie, Situation, Suspension)
    before = [model.objects.aggregate(n=Count("pk"), last=Max("pk")) for model in models]
    call_command("demo", stdout=None)
    assert [model.objects.aggregate(n=Count("pk"), last=Max("pk")) for model in models] == before


def test_each_right_in_force_was_opened_by_a_diagnosis_made_before() -> None:
    running = TitreParcours.objects.filter(annule_le__isnull=True, fin__gt=timezone.localdate())
    assert not running.filter(diagnostic__isnull=True).exists()
    made = Diagnostic.objects.filter(titre__isnull=False)
    assert not made.filter(Q(debut__gt=F("titre__debut")) | Q(fin__lte=F("titre__debut"))).exists()
    assert set(made.values_list("auteur", flat=True)) == {"prescripteur", "siae"}
    assert not made.filter(auteur="siae", criteres__isnull=True).exists()  # a SIAE says so on criteria


def test_the_delays_of_a_chain_are_measured() -> None:
    steps = {each.etape.role: each.raison for each in measure(get_chaine("95"), timezone.localdate())}
    assert (steps["diagnostiquer"], steps["valider"]) == ("", "")


@pytest.mark.parametrize(("profil", "pairs"), [("siae_accompagnement", 2), ("prescripteur", 1)])
def test_accounts_find_likely_duplicates(profil: str, pairs: int) -> None:
    assert len(list_doublons(User.objects.get(email=f"{profil}@maillage.example"))) == pairs
