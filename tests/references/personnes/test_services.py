"""Acts on files: what they write, what they refuse, what the journal keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte, Compteur, Lecture
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.personnes.models import Ouverture, Personne, Relation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.personnes.rules import Identite
from maillage.references.personnes.services import relations
from maillage.references.personnes.services.effacement import anonymise_personnes
from maillage.references.personnes.services.essais import limit
from maillage.references.personnes.services.ouvertures import close_file, open_file
from maillage.references.personnes.services.personnes import create_personne, read_nir, rectify_personne
from maillage.references.personnes.services.relations import (
    assign_referent,
    begin_relation,
    end_relation,
    follow_known,
)
from tests.factories.accounts import MembreFactory, UserFactory, member
from tests.factories.personnes import OuvertureFactory, PersonneFactory, RelationFactory, nir
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MOTIF = "La CIP n’arrive plus à corriger la fiche."
ALDO = Identite(
    nom="Brindille",
    prenom="Aldo",
    sexe="H",
    date_naissance=date(1980, 5, 17),
    nir=nir(1),
    email="aldo@maillage.example",
    commune="95018",
)


@pytest.fixture
def cip() -> User:
    TerritoireFactory(code="95018", nom="Argenteuil", departement="95")
    return member(P.SIAE_ACCOMPAGNEMENT)


def create(actor: User, **more: Any) -> Personne:
    options = {"identite": ALDO, "type_relation": "contrat", "debut": date(2026, 1, 5), "on": TODAY, **more}
    return create_personne(actor=actor, **options)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.field) for reason in refused.value.refusals]


def acts(personne: Personne) -> list[tuple[str, dict[str, Any]]]:
    return list(Acte.objects.filter(objet_id=personne.pk).order_by("pk").values_list("acte", "details"))


def test_a_file_is_created_with_the_relation_that_opens_it(cip: User) -> None:
    personne = create(cip)

    relation = Relation.objects.get(personne=personne)
    assert (relation.organisation, relation.referent, relation.type) == (cip.membre.organisation, cip.membre, "contrat")
    assert list(visible_to(cip)) == [personne]
    assert Personne.objects.get().nir == ALDO.nir
    filled = ["commune", "date_naissance", "departement", "email", "nir", "nom", "prenom", "sexe"]
    follow = {"type": "contrat", "debut": "2026-01-05", "membre": str(cip.membre.public_id)}
    assert acts(personne) == [("personnes.create", {"champs": filled}), ("personnes.follow", follow)]
    assert "Brindille" not in str(acts(personne))


@pytest.mark.parametrize(
    ("change", "options", "expected"),
    [
        ({"nom": " "}, {}, ("sans_nom", "nom")),
        ({"nir": "1"}, {}, ("nir_format", "nir")),
        ({"sexe": "F"}, {}, ("nir_incoherent", "nir")),
        ({}, {"type_relation": "referent_rsa"}, ("type_interdit", "type_relation")),
        ({}, {"debut": TODAY + timedelta(days=1)}, ("debut_futur", "debut")),
    ],
)
def test_a_wrong_file_is_not_created(
    cip: User, change: dict[str, Any], options: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        create(cip, identite=replace(ALDO, **change), **options)
    assert codes(refused) == [expected]
    assert (Personne.objects.count(), Acte.objects.count()) == (0, 0)


def test_a_nir_read_on_a_document_may_differ_from_the_civil_status(cip: User) -> None:
    assert create(cip, identite=replace(ALDO, sexe="F"), verifie=True).nir == ALDO.nir


def test_a_nir_that_somebody_bears_is_refused_without_saying_who(cip: User) -> None:
    create(member(P.SIAE_DIRECTION))
    with pytest.raises(Refused) as refused:
        create(cip, identite=replace(ALDO, nom="Ortie", prenom="Ida"))
    assert codes(refused) == [("nir_deja_connu", "nir")]
    assert "Brindille" not in str(refused.value)


@pytest.mark.parametrize(
    ("profil", "kind"), [(P.ETAT_DEPARTEMENT, "ddets"), (P.ANALYSTE, "dreets"), (P.DPO, "siae"), (P.RESEAU, "reseau")]
)
def test_only_those_who_follow_create(profil: P, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        create(member(profil, kind))
    assert codes(refused) == [("interdit", None)]


def test_a_referent_rsa_follows_in_person() -> None:
    referent = member(P.DEPARTEMENT_REFERENT, "conseil_departemental")
    colleague = MembreFactory(organisation=referent.membre.organisation, profil=P.DEPARTEMENT_REFERENT)
    personne = create(referent, type_relation="referent_rsa", referent=colleague)

    assert personne.relations.get().referent == referent.membre


def test_a_correction_keeps_the_names_of_fields_only(cip: User) -> None:
    personne = create(cip)
    rectify_personne(personne=personne, identite=replace(ALDO, nom="Bruyère", nir=None), actor=cip, on=TODAY)

    personne = Personne.objects.get()
    assert (personne.nom, personne.nir) == ("Bruyère", ALDO.nir)
    assert acts(personne)[-1] == ("personnes.rectify", {"champs": ["nom"]})

    rectify_personne(personne=personne, identite=replace(ALDO, nom="Bruyère", nir=nir(2)), actor=cip, on=TODAY)
    assert acts(personne)[-1] == ("personnes.rectify", {"champs": ["nir"]})

    before = len(acts(personne))
    rectify_personne(personne=personne, identite=replace(ALDO, nom="Bruyère", nir=None), actor=cip, on=TODAY)
    assert len(acts(personne)) == before


def test_the_departement_is_that_of_the_commune(cip: User) -> None:
    TerritoireFactory(code="93066", nom="Saint-Denis", departement="93")
    personne = create(cip)
    assert personne.departement == "95"
    moved = replace(ALDO, commune="93066", nir=None)
    assert rectify_personne(personne=personne, identite=moved, actor=cip, on=TODAY).departement == "93"
    assert acts(personne)[-1] == ("personnes.rectify", {"champs": ["commune", "departement"]})


def test_a_correction_is_compared_with_the_nir_that_stays(cip: User) -> None:
    personne = create(cip)
    with pytest.raises(Refused) as refused:
        rectify_personne(personne=personne, identite=replace(ALDO, sexe="F", nir=None), actor=cip, on=TODAY)
    assert codes(refused) == [("nir_incoherent", "nir")]


def test_a_neighbour_corrects_nothing(cip: User) -> None:
    personne = create(cip)
    with pytest.raises(Refused) as refused:
        rectify_personne(personne=personne, identite=ALDO, actor=member(P.SIAE_DIRECTION), on=TODAY)
    assert codes(refused) == [("dossier_ferme", None)]


def test_a_nir_is_read_for_a_reason(cip: User) -> None:
    personne = create(cip)
    with pytest.raises(Refused) as refused:
        read_nir(personne=personne, motif=MOTIF, actor=cip)
    assert codes(refused) == [("motif_inconnu", "motif")]
    assert Lecture.objects.count() == 0

    assert read_nir(personne=personne, motif="droits", actor=cip) == ALDO.nir
    reading = ("personnes:nir", "ouvrir ou vérifier des droits", personne.pk)
    assert Lecture.objects.values_list("ecran", "motif", "objet_id").get() == reading


def test_a_known_person_is_followed_by_number_and_day_of_birth(cip: User) -> None:
    personne = create(member(P.SIAE_DIRECTION))
    relation = follow_known(
        nir=ALDO.nir or "",
        date_naissance=date(1980, 5, 17),
        type_relation="candidature",
        debut=TODAY,
        actor=cip,
        on=TODAY,
    )

    assert relation.personne == personne
    assert list(visible_to(cip)) == [personne]


@pytest.mark.parametrize(("number", "born"), [(nir(9), date(1980, 5, 17)), (nir(1), date(1980, 5, 18))])
def test_a_wrong_number_and_a_wrong_day_are_answered_alike(cip: User, number: str, born: date) -> None:
    create(member(P.SIAE_DIRECTION))
    with pytest.raises(Refused) as refused:
        follow_known(nir=number, date_naissance=born, type_relation="contrat", debut=TODAY, actor=cip, on=TODAY)
    assert codes(refused) == [("personne_introuvable", None)]


def test_numbers_are_not_tried_for_ever(cip: User) -> None:
    operator, personne = UserFactory(exploitant=True), create(cip)
    create(member(P.SIAE_DIRECTION), identite=replace(ALDO, nir=nir(2)))
    taken = replace(ALDO, nir=nir(2))
    follow = {"nir": nir(3), "date_naissance": TODAY, "type_relation": "contrat", "debut": TODAY, "on": TODAY}
    tries: dict[str, tuple[User, Callable[[], object], str]] = {
        "create": (cip, lambda: create(cip, identite=taken), "nir_deja_connu"),
        "rectify": (
            cip,
            lambda: rectify_personne(personne=personne, identite=taken, actor=cip, on=TODAY),
            "nir_deja_connu",
        ),
        "follow": (cip, lambda: follow_known(actor=cip, **follow), "personne_introuvable"),
        "open": (
            operator,
            lambda: open_file(identifiant=nir(3), motif=MOTIF, heures=1, actor=operator, on=TODAY),
            "personne_introuvable",
        ),
    }
    for actor, act, code in tries.values():
        limit(TODAY).forget(str(actor.pk))
        told = []
        for _ in range(limit(TODAY).most + 1):
            with pytest.raises(Refused) as refused:
                act()
            told += [reason for reason, _ in codes(refused)]
        assert told == [code] * limit(TODAY).most + ["trop_d_essais"]


@pytest.mark.parametrize("number", [nir(1), nir(9)])
def test_a_wrong_day_is_refused_before_the_number_is_looked_for(cip: User, number: str) -> None:
    create(member(P.SIAE_DIRECTION))
    wrong = {"type_relation": "contrat", "debut": TODAY + timedelta(days=1), "on": TODAY, "actor": cip}
    for act in (
        lambda: create_personne(identite=replace(ALDO, nir=number), **wrong),
        lambda: follow_known(nir=number, date_naissance=date(1980, 5, 17), **wrong),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == [("debut_futur", "debut")]
    assert Compteur.objects.count() == 1  # that of who created


def test_a_person_forgotten_meanwhile_is_not_followed(cip: User, monkeypatch: pytest.MonkeyPatch) -> None:
    personne = create(member(P.SIAE_DIRECTION))

    def forget_first(actor: User, *, on: date) -> None:
        Relation.objects.update(fin=TODAY)
        anonymise_personnes(personnes=Personne.objects.filter(pk=personne.pk), actor=None)

    monkeypatch.setattr(relations, "count_try", forget_first)
    with pytest.raises(Refused) as refused:
        follow_known(
            nir=nir(1), date_naissance=date(1980, 5, 17), type_relation="contrat", debut=TODAY, actor=cip, on=TODAY
        )
    assert codes(refused) == [("personne_introuvable", None)]


def test_a_known_person_is_read_behind_a_lock(cip: User) -> None:
    create(member(P.SIAE_DIRECTION))
    with CaptureQueriesContext(connection) as captured:
        follow_known(
            nir=nir(1), date_naissance=date(1980, 5, 17), type_relation="contrat", debut=TODAY, actor=cip, on=TODAY
        )
    found = [query["sql"] for query in captured if '"nir_empreinte" = ' in query["sql"]]
    assert [sql.endswith("FOR UPDATE") for sql in found] == [True]


def test_an_organisation_follows_under_another_title_once(cip: User) -> None:
    personne = create(cip)
    begin = {"personne": personne, "debut": TODAY, "actor": cip, "on": TODAY}
    begin_relation(type_relation="candidature", **begin)
    with pytest.raises(Refused) as refused:
        begin_relation(type_relation="candidature", **begin)
    assert codes(refused) == [("deja_suivie", "type_relation")]


def test_the_referent_is_a_member_who_follows(cip: User) -> None:
    relation = create(cip).relations.get()
    colleague = MembreFactory(organisation=cip.membre.organisation, profil=P.SIAE_DIRECTION)
    assign_referent(relation=relation, referent=colleague, actor=cip)
    assert Relation.objects.get().referent == colleague

    stranger = MembreFactory(profil=P.SIAE_DIRECTION)
    trainer = MembreFactory(organisation=cip.membre.organisation, profil=P.SIAE_ENCADREMENT)
    former = MembreFactory(
        organisation=cip.membre.organisation,
        profil=P.SIAE_DIRECTION,
        fin=timezone.now() - timedelta(days=1),
        debut=timezone.now() - timedelta(days=2),
    )
    for wrong in (stranger, trainer, former):
        with pytest.raises(Refused) as refused:
            assign_referent(relation=relation, referent=wrong, actor=cip)
        assert codes(refused) == [("referent_impossible", "referent")]


@pytest.mark.parametrize(
    ("fin", "expected"),
    [
        (date(2026, 1, 4), ("fin_avant_debut", "fin")),
        (TODAY + timedelta(days=367), ("fin_lointaine", "fin")),
    ],
)
def test_a_relation_ends_from_its_start_to_the_year_to_come(cip: User, fin: date, expected: tuple[str, str]) -> None:
    relation = create(cip).relations.get()
    with pytest.raises(Refused) as refused:
        end_relation(relation=relation, fin=fin, actor=cip, on=TODAY)
    assert codes(refused) == [expected]


def test_a_planned_end_is_moved_until_it_comes(cip: User) -> None:
    relation = create(cip).relations.get()
    colleague = MembreFactory(organisation=cip.membre.organisation, profil=P.SIAE_DIRECTION)
    for fin in (TODAY + timedelta(days=366), TODAY + timedelta(days=1)):
        assert end_relation(relation=relation, fin=fin, actor=cip, on=TODAY).fin == fin
    assert assign_referent(relation=relation, referent=colleague, actor=cip).referent == colleague

    assert end_relation(relation=relation, fin=TODAY, actor=cip, on=TODAY).fin == TODAY


def test_a_relation_ends_once(cip: User) -> None:
    personne = create(cip)
    relation = end_relation(relation=personne.relations.get(), fin=TODAY, actor=cip, on=TODAY)

    assert acts(personne)[-1] == ("personnes.end", {"type": "contrat", "fin": TODAY.isoformat()})
    with pytest.raises(Refused) as refused:
        end_relation(relation=relation, fin=TODAY, actor=cip, on=TODAY)
    assert codes(refused) == [("relation_finie", None)]


def test_the_relation_of_another_organisation_is_not_ours_to_end(cip: User) -> None:
    personne = create(cip)
    theirs = RelationFactory(personne=personne)
    with pytest.raises(Refused) as refused:
        end_relation(relation=theirs, fin=TODAY, actor=cip, on=TODAY)
    assert codes(refused) == [("autre_organisation", None)]


@pytest.mark.parametrize("by", ["public_id", "email", "nir"])
def test_an_operator_opens_a_file_by_an_exact_identifier(cip: User, by: str) -> None:
    personne, operator = create(cip), UserFactory(exploitant=True)
    personne.refresh_from_db()
    ouverture = open_file(identifiant=f" {getattr(personne, by)} ", motif=MOTIF, heures=2, actor=operator, on=TODAY)

    assert list(visible_to(operator)) == [personne]
    assert timedelta(minutes=119) < ouverture.fin - timezone.now() <= timedelta(hours=2)
    assert ouverture.motif == MOTIF
    reference = {"ouverture": str(ouverture.public_id)}
    assert acts(personne)[-1] == ("personnes.open", reference | {"heures": 2})

    close_file(ouverture=ouverture, actor=operator)
    assert acts(personne)[-1] == ("personnes.close", reference)
    assert set(Acte.objects.values_list("motif", flat=True)) == {""}
    assert list(visible_to(operator)) == []
    with pytest.raises(Refused) as refused:
        close_file(ouverture=ouverture, actor=operator)
    assert codes(refused) == [("deja_close", None)]


@pytest.mark.parametrize(
    ("identifiant", "motif", "heures", "expected"),
    [
        ("nul@maillage.example", MOTIF, 1, [("personne_introuvable", "identifiant")]),
        ("deux@maillage.example", MOTIF, 1, [("personne_introuvable", "identifiant")]),
        ("c0ffee00-0000-4000-8000-000000000000", MOTIF, 1, [("personne_introuvable", "identifiant")]),
        ("12", MOTIF, 1, [("nir_format", "nir")]),
        ("deux@maillage.example", "vite", 99, [("motif_court", "motif"), ("duree", "heures")]),
    ],
)
def test_an_opening_is_refused(identifiant: str, motif: str, heures: int, expected: list[tuple[str, str]]) -> None:
    PersonneFactory.create_batch(2, email="deux@maillage.example")
    with pytest.raises(Refused) as refused:
        open_file(identifiant=identifiant, motif=motif, heures=heures, actor=UserFactory(exploitant=True), on=TODAY)
    assert codes(refused) == expected
    assert Ouverture.objects.count() == 0


def test_nobody_else_opens_nor_closes(cip: User) -> None:
    ouverture = OuvertureFactory()
    for act in (
        lambda: open_file(identifiant="a@maillage.example", motif=MOTIF, heures=1, actor=cip, on=TODAY),
        lambda: close_file(ouverture=ouverture, actor=cip),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == [("interdit", None)]
    with pytest.raises(Refused) as refused:
        close_file(ouverture=ouverture, actor=UserFactory(exploitant=True))
    assert codes(refused) == [("autre_exploitant", None)]


def test_what_an_agreement_opens_is_read_and_not_moved_nor_changed(cip: User) -> None:
    personne = create(cip)
    reader = member(P.EMPLOI_CONSEILLER, "france_travail")
    shared = RelationFactory(
        personne=personne, organisation=reader.membre.organisation, type="cta", fin=TODAY + timedelta(days=9)
    )
    assert list(visible_to(reader)) == [personne]
    acts: list[tuple[str, Callable[[], object]]] = [
        ("accord", lambda: end_relation(relation=shared, fin=TODAY + timedelta(days=90), actor=reader, on=TODAY)),
        ("accord", lambda: assign_referent(relation=shared, referent=reader.membre, actor=reader)),
        ("pas_suivie", lambda: read_nir(personne=personne, motif="droits", actor=reader)),
        (
            "pas_suivie",
            lambda: rectify_personne(personne=personne, identite=replace(ALDO, nom="Autre"), actor=reader, on=TODAY),
        ),
    ]
    for code, act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert [each.code for each in refused.value.refusals] == [code]
    shared.refresh_from_db()
    assert shared.fin == TODAY + timedelta(days=9)
