"""The life of a batch: received, mapped, checked, imported, interrupted, resumed, cancelled."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection

from maillage.foundations.kernel import antivirus
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.models import JournalTransition
from maillage.interfaces.imports.enums import EtatLot
from maillage.interfaces.imports.models import Correspondance, Fichier, Lot
from maillage.interfaces.imports.services import passes
from maillage.interfaces.imports.services.lots import cancel_lot, map_colonnes, submit_lot
from maillage.interfaces.imports.services.passes import LotApplique, apply_lot, check_lot, start_lot
from maillage.interfaces.imports.source import list_sources
from maillage.references.structures.models import Siae
from tests.factories.accounts import UserFactory
from tests.factories.imports import LotFactory
from tests.interfaces.imports.conftest import ON, Import, counts, siae_file, siae_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territoires")]

FOREIGN = "Numéro;Famille;Intitulé;CP;Commune;Est;Nord"
FOREIGN_COLUMNS = {"siret": 0, "type_siae": 1, "nom": 2, "longitude": 5, "latitude": 6}


def submit(contenu: bytes, **options: Any) -> Lot:
    return submit_lot(source="siae", nom="liste.csv", contenu=contenu, actor=None, on=ON, **options)


def test_the_antivirus_looks_before_anything_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(content: bytes) -> None:
        raise Refused(Refusal("fichier_infecte", "dangereux", "fichier"))

    monkeypatch.setattr(antivirus, "scan", refuse)
    with pytest.raises(Refused, match="dangereux"):
        submit(siae_file(siae_line(1)))
    assert (Fichier.objects.count(), Lot.objects.count()) == (0, 0)


def test_the_journal_tells_the_whole_life(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1)))
    assert (lot.etat, lot.applique_le is not None) == (EtatLot.APPLIQUE, True)
    journal = JournalTransition.objects.filter(objet_id=lot.pk).order_by("pk")
    assert list(journal.values_list("de", "vers")) == [
        ("pret", "controle"),
        ("controle", "en_cours"),
        ("en_cours", "applique"),
    ]


def test_the_end_is_published(imported: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[object] = []
    monkeypatch.setattr(passes, "publish", published.append)
    lot = imported(siae_file(siae_line(1)))
    assert published == [LotApplique(lot.pk, "siae")]


def test_the_same_content_is_kept_once() -> None:
    first, second = submit(siae_file(siae_line(1))), submit(siae_file(siae_line(1)))
    assert first.fichier == second.fichier
    assert Fichier.objects.count() == 1


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.interfaces.imports.services.lots.MEGABYTE", 1)
    with pytest.raises(Refused, match=r"Le fichier dépasse la taille permise, 50.Mo. Découpez-le en plusieurs."):
        submit(siae_file(siae_line(1)))


def test_a_provenance_too_long_is_refused() -> None:
    with pytest.raises(Refused, match=r"La provenance compte 201 caractères.; 200 au plus.") as refused:
        submit(siae_file(siae_line(1)), provenance="x" * 201)
    assert refused.value.refusals[0].field == "provenance"


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    known = ", ".join(sorted(source.card.code for source in list_sources()))
    with pytest.raises(Refused, match=rf"Sources connues.: {known}\."):
        submit_lot(source="zut", nom="x", contenu=b"a;b\n", actor=None, on=ON)


def test_who_may_not_import_is_refused() -> None:
    with pytest.raises(Refused, match="réservée"):
        submit_lot(source="siae", nom="x", contenu=b"a;b\n", actor=UserFactory(), on=ON)


def test_columns_are_designated_once_for_all_files_alike() -> None:
    line = siae_line(1)
    lot = submit(siae_file(line, header=FOREIGN))
    assert lot.etat == EtatLot.DEPOSE
    lot = map_colonnes(lot=lot, colonnes=FOREIGN_COLUMNS, actor=None)
    assert lot.etat == EtatLot.PRET
    assert counts(check_lot(lot=lot, actor=None, on=ON)) == (1, 1, 0, 0, 0)
    following = submit(siae_file(line, siae_line(2), header=FOREIGN))
    assert (following.etat, following.colonnes) == (EtatLot.PRET, FOREIGN_COLUMNS)
    assert Correspondance.objects.count() == 1


@pytest.mark.parametrize(
    ("colonnes", "field", "message"),
    [
        ({"siret": 0, "nom": 2, "code_postal": 3}, "type_siae", "Désignez la colonne «.Type.»."),
        ({**FOREIGN_COLUMNS, "nom": 1}, "type_siae", "La colonne «.Famille.» ne peut servir qu’une fois."),
    ],
)
def test_a_wrong_designation_is_refused_on_its_column(colonnes: dict[str, int], field: str, message: str) -> None:
    lot = submit(siae_file(siae_line(1), header=FOREIGN))
    with pytest.raises(Refused, match=message) as refused:
        map_colonnes(lot=lot, colonnes=colonnes, actor=None)
    assert refused.value.refusals[0].field == field


def test_a_file_without_a_valid_line_is_not_imported(check: Import) -> None:
    lot = check(siae_file(siae_line(1, "GEIQ")))
    with pytest.raises(Refused, match=r"Aucune ligne du fichier n’est valide.: il n’y a rien à importer."):
        start_lot(lot=lot, actor=None)


def test_an_import_goes_on_after_the_last_slice_written(check: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "SLICE", 2)
    lines = [siae_line(number) for number in range(1, 6)]
    lot = start_lot(lot=check(siae_file(*lines, siae_line(1), siae_line(6, "GEIQ"))), actor=None)

    def die(done: int) -> None:
        if done == 4:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        apply_lot(lot=lot, actor=None, on=ON, report=die)
    lot.refresh_from_db()
    assert (lot.etat, lot.derniere_ligne, Siae.objects.count()) == (EtatLot.ECHOUE, 5, 4)
    lot = apply_lot(lot=start_lot(lot=lot, actor=None), actor=None, on=ON)
    assert (lot.etat, counts(lot), Siae.objects.count()) == (EtatLot.APPLIQUE, (7, 5, 0, 0, 2), 5)
    assert [rejet.code for rejet in lot.rejets.order_by("ligne")] == ["doublon", "pas_une_siae"]


def test_an_import_done_and_run_again_by_its_job_stays_as_it_is(imported: Import) -> None:
    lot = imported(siae_file(siae_line(1)))
    assert counts(apply_lot(lot=lot, actor=None, on=ON)) == (1, 1, 0, 0, 0)


def test_an_import_that_nobody_decided_is_refused(check: Import) -> None:
    with pytest.raises(Refused, match=r"Ce lot n’est pas en cours d’import.: «.contrôlé.»."):
        apply_lot(lot=check(siae_file(siae_line(1))), actor=None, on=ON)


def test_cancelling_stops_a_running_import_at_its_next_slice(check: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "SLICE", 1)
    lot = start_lot(lot=check(siae_file(siae_line(1), siae_line(2))), actor=None)
    with pytest.raises(Refused, match=r"Le lot a changé d’état.: «.annulé.»."):
        apply_lot(lot=lot, actor=None, on=ON, report=lambda done: cancel_lot(lot=lot, actor=None))
    lot.refresh_from_db()
    assert (lot.etat, Siae.objects.count()) == (EtatLot.ANNULE, 1)


def test_an_import_done_cannot_be_cancelled(imported: Import) -> None:
    with pytest.raises(Refused, match="Cet acte n’est pas possible"):
        cancel_lot(lot=imported(siae_file(siae_line(1))), actor=None)


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_run_the_same_batch() -> None:
    lot = LotFactory(etat=EtatLot.EN_COURS)
    with connection.copy().cursor() as other:
        other.execute("select pg_advisory_lock(%s, %s)", [passes.LOCK, lot.pk])
        for run in (partial(apply_lot, on=ON), start_lot):
            with pytest.raises(Refused, match=r"Ce lot est déjà en cours de traitement."):
                run(lot=lot, actor=None)
        other.connection.close()


def test_the_number_of_queries_does_not_depend_on_the_number_of_lines(
    check: Import, django_assert_num_queries: Any
) -> None:
    """A slice costs as much with one line as with three."""
    from django.test.utils import CaptureQueriesContext

    def queries(*lines: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            check(siae_file(*lines))
        return len(captured)

    check(siae_file(siae_line(9)))
    assert queries(siae_line(1)) == queries(siae_line(2), siae_line(3), siae_line(4))
