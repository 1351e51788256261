"""Two files of one person become one: rows of several rooms follow, or nothing changes."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import Candidature, Contrat, Situation, TitreParcours
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import DemandeDroit, Personne, Relation
from maillage.references.personnes.queries.doublons import list_doublons
from maillage.references.personnes.queries.identite import empreinte_nir
from maillage.references.personnes.services.fusion import merge_personnes, references
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import (
    ConsentementFactory,
    ContratFactory,
    EtatMensuelFactory,
    SituationFactory,
    SortieFactory,
    TitreFactory,
)
from tests.factories.parcours_orientation import CandidatureFactory
from tests.factories.personnes import DemandeDroitFactory, OuvertureFactory, PersonneFactory, RelationFactory, nir
from tests.factories.structures import SiaeFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def scene() -> SimpleNamespace:
    """Two files of Aldo Brindille, both followed by one CIP."""
    cip = member(P.SIAE_ACCOMPAGNEMENT)
    kept = PersonneFactory(nom="Brindille", prenom="Aldo")
    number = nir(1)
    gone = PersonneFactory(
        nom="BRINDILE", prenom="Aldo", nir=number, nir_empreinte=empreinte_nir(number), telephone="0199000000"
    )
    for personne, debut in ((kept, date(2026, 1, 5)), (gone, date(2025, 6, 2))):
        RelationFactory(personne=personne, organisation=cip.membre.organisation, debut=debut)
        personne.refresh_from_db()
    return SimpleNamespace(cip=cip, kept=kept, gone=gone, number=number)


def merge(scene: SimpleNamespace, **fields: Any) -> Personne:
    return merge_personnes(**{"gardee": scene.kept, "autre": scene.gone, "actor": scene.cip, "on": TODAY, **fields})


def test_every_row_of_every_room_follows(scene: SimpleNamespace) -> None:
    gone = scene.gone
    titre = TitreFactory(personne=gone)
    contrat = ContratFactory(personne=gone, titre=titre, fin=date(2026, 7, 5))
    EtatMensuelFactory(contrat=contrat)
    SortieFactory(contrat=contrat)
    SituationFactory(personne=gone, rsa="OUI-M")
    ConsentementFactory(personne=gone)
    CandidatureFactory(personne=gone)
    DemandeDroitFactory(personne=gone)
    OuvertureFactory(personne=gone)
    elsewhere = RelationFactory(personne=gone, type="prescription")
    absorbed = PersonneFactory(nom="", prenom="", anonymisee_le=timezone.now(), fusionnee_dans=gone)
    kept = merge(scene)
    for field in references():
        assert not field.model._base_manager.filter(**{field.name: gone}).exists(), field
    rows = (TitreParcours, Contrat, Situation, Candidature, DemandeDroit)
    assert [model.objects.get().personne for model in rows] == [kept] * len(rows)
    elsewhere.refresh_from_db()
    absorbed.refresh_from_db()
    assert (elsewhere.personne, absorbed.fusionnee_dans) == (kept, kept)


def test_references_are_those_of_every_room() -> None:
    """A model that leads to a person in a room that this file does not know is found too."""
    labels = {f"{field.model._meta.label_lower}.{field.name}" for field in references()}
    assert labels >= {
        "parcours.titreparcours.personne",
        "parcours.contrat.personne",
        "parcours.situation.personne",
        "parcours.consentement.personne",
        "parcours.candidature.personne",
        "personnes.relation.personne",
        "personnes.ouverture.personne",
        "personnes.demandedroit.personne",
        "personnes.personne.fusionnee_dans",
    }
    assert not any("event" in label for label in labels)


def test_the_kept_file_takes_what_it_does_not_know(scene: SimpleNamespace) -> None:
    kept = merge(scene)
    kept.refresh_from_db()
    scene.gone.refresh_from_db()
    assert (kept.nom, kept.nir, kept.telephone) == ("Brindille", scene.number, "0199000000")
    assert (scene.gone.nom, scene.gone.nir, scene.gone.telephone, scene.gone.departement) == ("", None, "", "")
    assert scene.gone.fusionnee_dans == kept
    assert scene.gone.anonymisee_le is not None


def test_the_periods_of_one_organisation_are_united(scene: SimpleNamespace) -> None:
    merge(scene)
    relation = Relation.objects.get()
    assert (relation.personne, relation.debut, relation.fin) == (scene.kept, date(2025, 6, 2), None)


def test_the_journal_tells_both(scene: SimpleNamespace) -> None:
    merge(scene)
    acts = Acte.objects.filter(acte="personnes.merge").order_by("pk")
    assert [(each.objet_id, each.auteur) for each in acts] == [(scene.kept.pk, scene.cip), (scene.gone.pk, scene.cip)]
    assert acts[0].details["champs"] == ["nir", "telephone"]
    assert acts[0].details["dossier"] == str(scene.gone.public_id)
    assert not any("rindil" in str(each.details) for each in acts)


@pytest.mark.parametrize(
    ("conflict", "words"),
    [
        ("titres", "Titres de parcours\u202f: Cette personne a déjà un titre sur cette période. Corrigez"),
        ("contrats", "Contrats\u202f: Cette personne a déjà un contrat dans cette SIAE sur cette période. Corrigez"),
        ("consentements", "Consentements\u202f: Cet accord est déjà enregistré pour cette période. Corrigez"),
        ("situations", "ne disent pas la même situation\u202f: bénéficiaire du RSA. Corrigez"),
        ("demandes", "Demandes de droit\u202f: La même demande attend déjà sa réponse. Corrigez"),
    ],
)
def test_what_cannot_stand_together_changes_nothing(scene: SimpleNamespace, conflict: str, words: str) -> None:
    siae, organisation = SiaeFactory(), OrganisationFactory()
    for personne, rsa in ((scene.kept, "NON"), (scene.gone, "OUI-M")):
        match conflict:
            case "titres":
                TitreFactory(personne=personne)
            case "contrats":
                ContratFactory(personne=personne, siae=siae)
            case "consentements":
                ConsentementFactory(personne=personne, organisation=organisation)
            case "situations":
                SituationFactory(personne=personne, rsa=rsa)
            case "demandes":
                DemandeDroitFactory(personne=personne)
    before = _state()
    with pytest.raises(Refused, match=words):
        merge(scene)
    assert _state() == before
    assert not Acte.objects.filter(acte="personnes.merge").exists()


def _state() -> list[tuple[str, list[Any]]]:
    found = [("personnes", list(Personne.objects.order_by("pk").values_list("pk", "nom", "nir", "fusionnee_dans")))]
    for field in references():
        rows = field.model._base_manager.order_by("pk").values_list("pk", field.attname)
        found.append((str(field), list(rows)))
    return found


def test_situations_that_agree_are_united(scene: SimpleNamespace) -> None:
    SituationFactory(personne=scene.kept, rsa="OUI-M", qpv=None)
    SituationFactory(personne=scene.gone, rsa="OUI-M", qpv=True, niveau_formation="40")
    merge(scene)
    found = Situation.objects.get()
    assert (found.personne, found.rsa, found.qpv, found.niveau_formation) == (scene.kept, "OUI-M", True, "40")


def test_a_candidature_studied_twice_is_one(scene: SimpleNamespace) -> None:
    first = CandidatureFactory(personne=scene.kept)
    second = CandidatureFactory(personne=scene.gone, siae=first.siae)
    merge(scene)
    second.refresh_from_db()
    assert (second.personne, second.etat) == (scene.kept, "obsolete")


def test_two_nir_are_two_persons(scene: SimpleNamespace) -> None:
    other = nir(2)
    Personne.objects.filter(pk=scene.kept.pk).update(nir=other, nir_empreinte=empreinte_nir(other))
    with pytest.raises(Refused, match="ce sont deux personnes"):
        merge(scene)
    assert list_doublons(scene.cip) == []


def test_who_does_not_see_both_merges_nothing(scene: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="pas ouvert"):
        merge(scene, autre=PersonneFactory())
    with pytest.raises(Refused, match="même dossier"):
        merge(scene, autre=scene.kept)
    with pytest.raises(Refused):
        merge(scene, actor=member(P.ETAT_DEPARTEMENT, "ddets"))


@pytest.mark.parametrize(
    ("nom", "prenom", "naissance", "found"),
    [
        ("Brindille", "Aldo", date(1980, 5, 17), True),
        ("Aldo", "BRINDILLE", date(1980, 5, 17), True),
        ("Brindile", "Aldô", date(1980, 5, 17), True),
        ("Brindille", "Aldo", date(1980, 5, 18), False),
        ("Fougère", "Ondine", date(1980, 5, 17), False),
    ],
)
def test_who_looks_like_whom(nom: str, prenom: str, naissance: date, found: bool) -> None:
    cip = member(P.SIAE_ACCOMPAGNEMENT)
    first = PersonneFactory(nom="Brindille", prenom="Aldo")
    second = PersonneFactory(nom=nom, prenom=prenom, date_naissance=naissance)
    stranger = PersonneFactory(nom="Brindille", prenom="Aldo")  # whose file is closed
    for personne in (first, second):
        RelationFactory(personne=personne, organisation=cip.membre.organisation)
    pairs = [(each.gardee, each.autre) for each in list_doublons(cip)]
    assert pairs == ([(first, second)] if found else [])
    assert stranger not in {each for pair in pairs for each in pair}


def test_the_screens(scene: SimpleNamespace, client: Client) -> None:
    client.force_login(scene.cip)
    page = client.get(reverse("personnes:doublons")).content.decode()
    address = reverse("personnes:fusionner", args=[scene.kept.public_id, scene.gone.public_id])
    assert address in page
    assert client.get(address).status_code == 200
    assert client.post(address, {"gardee": str(scene.gone.public_id)}).status_code == 422  # the box is not ticked
    response = client.post(address, {"gardee": str(scene.gone.public_id), "certain": "on"})
    assert response["Location"] == reverse("personnes:detail", args=[scene.gone.public_id])
    followed = client.get(reverse("personnes:detail", args=[scene.kept.public_id]))
    assert followed["Location"] == reverse("personnes:detail", args=[scene.gone.public_id])
    client.force_login(member(P.SIAE_ACCOMPAGNEMENT))
    assert client.get(reverse("personnes:detail", args=[scene.kept.public_id])).status_code == 404


def test_a_merged_file_is_neither_listed_nor_forgotten_again(scene: SimpleNamespace) -> None:
    merge(scene)
    assert list_doublons(scene.cip) == []
    assert Personne.objects.get(pk=scene.gone.pk).relations.count() == 0
    assert Relation.objects.filter(debut__lte=TODAY + timedelta(days=1)).count() == 1
