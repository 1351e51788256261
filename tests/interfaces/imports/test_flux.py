"""The tables of the ASP: what they bring, what is refused, what a second delivery changes, what a kill leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from maillage.domains.parcours.models import (
    Contrat,
    EtatMensuel,
    FreinDeclare,
    SalarieAsp,
    Situation,
    Sortie,
    StructureAsp,
)
from maillage.interfaces.imports.enums import EtatLot, EtatRejet
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.reading import open_table
from maillage.interfaces.imports.services.suites import replay_rejet
from maillage.references.personnes.models import Personne, Relation
from tests.database import current_url
from tests.factories.flux import CONTRATS, SALARIES, contrats, nir, salaries, structures, table
from tests.factories.parcours import ContratFactory, TitreFactory
from tests.interfaces.imports.conftest import ON, Import, counts, rejects
from tests.waiting import wait_until

LIMIT = 10_000_000


def contrat(
    number: int, debut: str, fin: str, *, person: int = 0, structure: int = 4001, sortie: str = "", motif: str = ""
) -> str:
    """Return the line of a CDDI of an ACI."""
    return (
        f"{number}|{700_000 + person}|{structure}|ACI_DC|CDDI|0|{debut}|{fin}|{sortie}|{motif}||OUI-M|FALSE|FALSE|TRUE|"
        "FALSE|40|4|"
    )


def contracts(*lines: str) -> bytes:
    return table("ContratMission", CONTRATS, list(lines))


@pytest.fixture
def known(imported: Import) -> Import:
    """Two structures, an ACI and an EI, and three persons are known."""
    assert counts(imported(structures(2), "flux_structure")) == (2, 2, 0, 0, 0)
    assert counts(imported(salaries(3), "flux_salarie")) == (3, 3, 0, 0, 0)
    return imported


def relations() -> list[tuple[date, date | None]]:
    return list(Relation.objects.order_by("debut").values_list("debut", "fin"))


def test_a_table_of_the_asp_is_read_between_its_two_lines() -> None:
    content = table("Salarie", "a|b", ['1|un "guillemet', "2|b"])
    opened = open_table(content, (), unpacked_limit=LIMIT)
    assert [row.values for row in opened.rows()][1:] == [("1", 'un "guillemet'), ("2", "b")]
    assert not [note for note in opened.notes if "coupé" in note]
    cut = open_table(content.rsplit(b"FIN", 1)[0], (), unpacked_limit=LIMIT)
    assert cut.notes[-1].endswith("il a été coupé, sa fin manque.")


def test_a_thousand_lines_with_every_fault_then_the_same_again(imported: Import) -> None:
    imported(structures(7), "flux_structure")
    imported(salaries(91), "flux_salarie")
    content, fautes = contrats(273, persons=91, structures=7, every=6)
    assert min(fautes.structure, fautes.chevauchement, fautes.deux_nir, fautes.date) > 0
    lot = imported(content, "flux_contrat_mission")
    assert counts(lot) == (273, 273 - fautes.total, 0, 0, fautes.total)
    codes = [code for _, code, _ in rejects(lot)]
    assert {code: codes.count(code) for code in sorted(set(codes))} == {
        "contrats_chevauches": fautes.chevauchement,
        "date_impossible": fautes.date,
        "deux_nir": fautes.deux_nir,
        "structure_inconnue": fautes.structure,
    }
    before = list(Contrat.objects.order_by("pk").values_list("pk", "fin_prevue")), relations()
    again = imported(content, "flux_contrat_mission")
    assert counts(again) == (273, 0, 0, 273 - fautes.total, fautes.total)
    assert (list(Contrat.objects.order_by("pk").values_list("pk", "fin_prevue")), relations()) == before


@pytest.mark.usefixtures("db")
class TestSalaries:
    def test_a_person_is_told_by_their_nir_and_the_unknown_alone_is_filled(self, known: Import) -> None:
        personne = SalarieAsp.objects.get(identifiant="700000").personne
        Personne.objects.filter(pk=personne.pk).update(commune="", departement="", nom="CORRIGE")
        line = f"999|M.|AUTRE|PRENOM|15/05/1988|{nir(0)}||93001|NQP|FALSE"
        assert counts(known(table("Salarie", SALARIES, [line]), "flux_salarie")) == (1, 0, 1, 0, 0)
        personne.refresh_from_db()
        assert (personne.nom, personne.commune) == ("CORRIGE", "93001")
        assert sorted(personne.identifiants_asp.values_list("identifiant", flat=True)) == ["700000", "999"]
        assert Situation.objects.get(personne=personne).qpv is True  # said first, and kept

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (f"700000|M.|NOM0|PRENOM|15/05/1988|{nir(50)}||93066||", "deux_nir"),
            (f"999|M.|NOM|PRENOM|16/05/1988|{nir(0)}||93066||", "naissance_differente"),
            (f"999|MME|NOM|PRENOM|15/05/1988|{nir(60)}||93066||", "nir_different"),
            ("999|M.|NOM|PRENOM|31/02/1988|||93066||", "date_impossible"),
            ("999|M.|NOM|PRENOM|15/05/1988||999990000001|93066||", "pass_d_un_autre"),
        ],
    )
    def test_a_line_that_cannot_be_is_refused(self, known: Import, check: Import, line: str, code: str) -> None:
        TitreFactory(numero="999990000001")
        lot = check(table("Salarie", SALARIES, [line]), "flux_salarie")
        assert [found for _, found, _ in rejects(lot)] == [code]
        assert not SalarieAsp.objects.filter(identifiant="999").exists()

    def test_the_nir_is_encrypted(self, known: Import) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select nir from personnes_personne where nir is not null limit 1")
            assert nir(0)[:10] not in cursor.fetchone()[0]


@pytest.mark.usefixtures("db")
class TestContrats:
    def test_a_contract_opens_the_file_for_its_days_and_its_renewal_lengthens_them(self, known: Import) -> None:
        lines = contrat(1, "05/01/2026", "04/07/2026"), contrat(2, "05/07/2026", "04/01/2027")
        known(contracts(lines[0]), "flux_contrat_mission")
        assert relations() == [(date(2026, 1, 5), date(2026, 7, 5))]
        known(contracts(*lines), "flux_contrat_mission")
        assert relations() == [(date(2026, 1, 5), date(2027, 1, 5))]
        second = Contrat.objects.get(reference="2")
        assert second.precedent is not None
        assert second.precedent.reference == "1"
        situation = Situation.objects.get(personne=second.personne)
        assert (situation.rsa, situation.rqth, situation.niveau_formation) == ("OUI-M", True, "40")

    def test_days_without_a_contract_are_left_out_of_the_relation(self, known: Import) -> None:
        lines = contrat(1, "05/01/2025", "04/07/2025"), contrat(2, "05/01/2026", "04/07/2026")
        known(contracts(*lines), "flux_contrat_mission")
        assert relations() == [(date(2025, 1, 5), date(2025, 7, 5)), (date(2026, 1, 5), date(2026, 7, 5))]

    def test_a_contract_broken_early_brings_back_the_end_of_the_relation(self, known: Import) -> None:
        known(contracts(contrat(1, "05/01/2026", "04/07/2026")), "flux_contrat_mission")
        broken = contracts(contrat(1, "05/01/2026", "04/07/2026", sortie="15/03/2026", motif="2"))
        assert counts(known(broken, "flux_contrat_mission")) == (1, 0, 1, 0, 0)
        assert relations() == [(date(2026, 1, 5), date(2026, 3, 16))]
        assert list(Sortie.objects.values_list("motif", "saisie_le")) == [("autre_siae", date(2026, 3, 16))]

    def test_the_exit_of_a_pathway_ends_an_earlier_contract_at_its_own_end(self, known: Import) -> None:
        line = contrat(1, "05/01/2025", "04/07/2025", sortie="31/12/2025", motif="96")
        lot = known(contracts(line), "flux_contrat_mission")
        assert Contrat.objects.get().fin == date(2025, 7, 5)
        assert [each.code for each in lot.avertissements.all()] == ["motif_non_traduit"]

    def test_the_contract_that_a_siae_typed_is_numbered_and_not_doubled(self, known: Import) -> None:
        personne = SalarieAsp.objects.get(identifiant="700000").personne
        siae = StructureAsp.objects.get(identifiant="4001").organisation.siae.get()
        typed = ContratFactory(personne=personne, siae=siae, debut=date(2026, 1, 5), fin_prevue=date(2026, 7, 5))
        lot = known(contracts(contrat(1, "05/01/2026", "04/07/2026")), "flux_contrat_mission")
        assert counts(lot) == (1, 0, 1, 0, 0)
        typed.refresh_from_db()
        assert (typed.reference, Contrat.objects.count()) == ("1", 1)

    def test_the_right_of_the_day_is_bound(self, known: Import) -> None:
        titre = TitreFactory(personne=SalarieAsp.objects.get(identifiant="700000").personne)
        known(contracts(contrat(1, "05/01/2026", "04/07/2026")), "flux_contrat_mission")
        assert Contrat.objects.get().titre == titre

    def test_a_rejected_line_is_replayed_once_corrected(self, known: Import) -> None:
        lines = contrat(1, "05/01/2026", "04/07/2026"), contrat(2, "01/07/2026", "31/12/2026")
        lot = known(contracts(*lines), "flux_contrat_mission")
        rejet = lot.rejets.get()
        assert rejet.code == "contrats_chevauches"
        replay_rejet(rejet=rejet, valeurs={"debut": "05/07/2026"}, actor=None, on=ON)
        rejet.refresh_from_db()
        assert (rejet.etat, Contrat.objects.count()) == (EtatRejet.REJOUE, 2)
        assert relations() == [(date(2026, 1, 5), date(2027, 1, 1))]

    def test_the_history_of_each_row_is_written(self, known: Import) -> None:
        known(contracts(contrat(1, "05/01/2026", "04/07/2026")), "flux_contrat_mission")
        known(contracts(contrat(1, "05/01/2026", "04/08/2026")), "flux_contrat_mission")
        events = Contrat.objects.get().events.order_by("pgh_id")
        assert [(each.pgh_label, each.fin_prevue) for each in events] == [
            ("insert", date(2026, 7, 5)),
            ("update", date(2026, 8, 5)),
        ]
        assert events[0].pgh_context.metadata["source"].startswith("ASP")


@pytest.mark.usefixtures("db")
def test_the_last_version_of_a_month_is_right_and_its_annexes_are_added(known: Import) -> None:
    known(contracts(contrat(1, "05/01/2026", "04/07/2026")), "flux_contrat_mission")
    header = "emi_afi_id|emi_sme_mois|emi_sme_annee|emi_sme_version|emi_ctr_id|emi_nb_heures_travail"
    lines = ["9|2|2026|2|1|60", "9|2|2026|1|1|98", "8|2|2026|2|1|40,5", "9|3|2026|1|1|", "9|9|2026|1|1|80"]
    content = table("EtatMensuelIndiv", header, [*lines, "9|4|2026|1|77|80"])
    lot = known(content, "flux_etat_mensuel")
    assert [code for _, code, _ in rejects(lot)] == ["mois_hors_contrat", "contrat_inconnu"]
    assert lot.hors_champ == 1
    assert list(EtatMensuel.objects.order_by("mois").values_list("mois", "heures")) == [
        (date(2026, 2, 1), Decimal("100.50")),
        (date(2026, 3, 1), None),
    ]
    known(content, "flux_etat_mensuel")
    assert EtatMensuel.objects.count() == 2


ANNEXES = (
    "acc_afi_id|af_id_structure|af_mesure_dispositif_code|af_date_debut_effet|af_date_fin_effet|"
    "acc_dif_nb_sal_conc_mobilite|acc_dif_nb_sal_int_mobilite|acc_dif_nb_sal_ext_mobilite|acc_dif_nb_sal_conc_sante"
)


@pytest.mark.usefixtures("db")
def test_obstacles_are_counted_by_annexe_corrected_by_the_next_delivery_and_refused_with_a_reason(
    imported: Import,
) -> None:
    imported(structures(2), "flux_structure")
    dates = "01/01/2026|31/12/2026"
    lines = [
        f"9001|4001|ACI_DC|{dates}|7|4|2|",
        f"9002|4002|EI_DC|{dates}|3|2|2|5",
        f"9003|4009|EI_DC|{dates}|3|2|1|5",
        f"9004|4001|EI_DC|{dates}|3|2|1|5",
        f"9005|4001|ZUT|{dates}|3|2|1|5",
        "9006|4001|ACI_DC|31/12/2026|01/01/2026|3|2|1|5",
        f"9007|4001|ACI_DC|{dates}||||",
    ]
    lot = imported(table("Accompagnement", ANNEXES, lines), "flux_accompagnement")
    assert counts(lot) == (7, 2, 0, 0, 5)
    assert sorted(code for _, code, _ in rejects(lot)) == [
        "date_impossible",
        "effectifs_absents",
        "mesure_inconnue",
        "siae_inconnue",
        "structure_inconnue",
    ]
    told = FreinDeclare.objects.order_by("annexe", "frein").values_list("annexe", "frein", "concernes", "externes")
    assert list(told) == [("9001", "mobilite", 7, 2), ("9002", "mobilite", 3, 2), ("9002", "sante", 5, None)]
    assert FreinDeclare.objects.filter(fin=date(2027, 1, 1)).count() == 3
    again = imported(
        table("Accompagnement", ANNEXES, [lines[0].replace("|7|", "|8|"), lines[1]]), "flux_accompagnement"
    )
    assert counts(again) == (2, 0, 1, 1, 0)
    assert list(told.values_list("concernes", flat=True)) == [8, 3, 5]


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_then_run_again_nothing_is_lost_nor_written_twice(
    imported: Import, tmp_path: Path
) -> None:
    imported(structures(7), "flux_structure")
    imported(salaries(3000), "flux_salarie")
    content, fautes = contrats(12_000, persons=3000, structures=7, every=50)
    file = tmp_path / "contrats.csv"
    file.write_bytes(content)
    source = "flux_contrat_mission"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_source", source, str(file)]
    environment = {**os.environ, "DATABASE_URL": current_url(), "MAILLAGE_VAR": str(tmp_path)}
    environment |= {"MAILLAGE_CLE_EMPREINTE": settings.MAILLAGE_CLE_EMPREINTE}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    lots = Lot.objects.filter(source=source)
    wait_until(lambda: process.poll() is not None or lots.filter(derniere_ligne__gt=0).exists(), seconds=120)
    process.send_signal(signal.SIGKILL)
    process.wait()
    connection.close()  # the killed process may have left locks that fall with its own connection

    lot = lots.get()
    assert (lot.etat, 0 < lot.lus < 12_000) == (EtatLot.EN_COURS, True)
    assert (Contrat.objects.count(), lot.rejets.count()) == (lot.crees, lot.rejetes)
    call_command("import_source", source, str(file))
    lot.refresh_from_db()
    assert (lot.etat, counts(lot)) == (EtatLot.APPLIQUE, (12_000, 12_000 - fautes.total, 0, 0, fautes.total))
    assert Contrat.objects.count() == 12_000 - fautes.total
    assert Contrat.objects.values("reference").distinct().count() == Contrat.objects.count()
    assert lot.rejets.count() == fautes.total
