"""What the database refuses of persons and of what is kept of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from maillage.references.personnes.models import DemandeDroit, Ouverture, Personne, Relation
from maillage.references.personnes.queries.identite import empreinte_nir
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.personnes import PersonneFactory, RelationFactory, nir

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SANS_NOM = "Une personne anonymisée ne garde ni nom, ni NIR, ni contact."


@pytest.mark.parametrize(
    ("model", "fields", "constraint", "message"),
    [
        (Personne, {"nir": nir(1)}, "personne_nir_et_empreinte", "Le NIR et son empreinte vont ensemble."),
        (Personne, {"nir_empreinte": "a" * 64}, "personne_nir_et_empreinte", "Le NIR et son empreinte vont ensemble."),
        (Personne, {"anonymisee_le": NOW}, "personne_anonymisee_sans_nom", SANS_NOM),
        (
            Personne,
            {"anonymisee_le": NOW, "nom": "", "prenom": "", "email": "a@maillage.example"},
            "personne_anonymisee_sans_nom",
            SANS_NOM,
        ),
        (Personne, {"nom": ""}, "personne_a_un_nom", "Une personne a un nom et un prénom."),
        (Personne, {"prenom": ""}, "personne_a_un_nom", "Une personne a un nom et un prénom."),
        (Personne, {"sexe": "X"}, "personne_sexe", "Cette valeur n’existe pas."),
        (Personne, {"commune": "9501"}, "personne_commune_format", "Un code de commune compte cinq caractères."),
        (Relation, {"type": "voisin"}, "relation_type", "Ce type de relation n’existe pas."),
        (Ouverture, {"fin": NOW - timedelta(days=1)}, "ouverture_periode", "Une ouverture dure un temps."),
        (
            DemandeDroit,
            {"etat": "accordee"},
            "demande_droit_etat_et_reponse",
            "Une demande traitée a la date de sa réponse.",
        ),
        (
            DemandeDroit,
            {"repondue_le": date(2026, 1, 6)},
            "demande_droit_etat_et_reponse",
            "Une demande traitée a la date de sa réponse.",
        ),
        (DemandeDroit, {"droit": "portabilite"}, "demande_droit_droit", "Ce droit n’existe pas."),
    ],
)
def test_the_database_refuses_and_says_why_in_french(
    model: type[Any], fields: dict[str, Any], constraint: str, message: str
) -> None:
    sound: dict[type[Any], dict[str, Any]] = {
        Personne: {"nom": "Brindille", "prenom": "Aldo"},
        Relation: {"personne": PersonneFactory(), "organisation": OrganisationFactory(), "type": "contrat"},
        Ouverture: {"personne": PersonneFactory(), "exploitant": UserFactory(), "motif": "dépannage", "debut": NOW},
        DemandeDroit: {"personne": PersonneFactory(), "droit": "acces", "recue_le": NOW.date(), "echeance": NOW.date()},
    }
    sound[Relation]["debut"] = date(2026, 1, 5)
    row = model(**{**sound[model], **fields})
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert message in error.value.messages
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_an_organisation_follows_a_person_once_at_a_time_under_a_title() -> None:
    first = RelationFactory(fin=date(2026, 3, 1))
    RelationFactory(personne=first.personne, organisation=first.organisation, type="candidature")
    RelationFactory(personne=first.personne, organisation=first.organisation, debut=date(2026, 3, 1))
    with pytest.raises(IntegrityError, match="relation_une_fois_a_la_fois"), transaction.atomic():
        RelationFactory(personne=first.personne, organisation=first.organisation, debut=date(2026, 2, 1))


def test_a_relation_ends_after_it_began() -> None:
    with pytest.raises(IntegrityError, match="relation_periode"), transaction.atomic():
        RelationFactory(fin=date(2026, 1, 4))


def test_a_nir_belongs_to_one_person_and_is_never_in_clear() -> None:
    number = nir(7)
    PersonneFactory(nir=number, nir_empreinte=empreinte_nir(number))
    with pytest.raises(IntegrityError, match="nir_empreinte"), transaction.atomic():
        PersonneFactory(nir=number, nir_empreinte=empreinte_nir(number))
    with connection.cursor() as cursor:
        cursor.execute("select p::text from personnes_personne p")
        assert [row for (row,) in cursor.fetchall() if number in row] == []
    assert Personne.objects.get().nir == number


def test_a_file_merged_in_another_keeps_no_name() -> None:
    gone, kept = PersonneFactory(), PersonneFactory()
    with pytest.raises(IntegrityError, match="personne_fusionnee_sans_nom"):
        Personne.objects.filter(pk=gone.pk).update(fusionnee_dans=kept)
