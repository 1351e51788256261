"""The fiches salarié: what they say, what keeps one back, what the ASP answers."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse

from maillage.domains.parcours.enums.asp import EtatFiche
from maillage.domains.parcours.models import EnvoiFiches, FicheSalarie
from maillage.domains.parcours.queries.fiches import FLAGS, list_attendues
from maillage.domains.parcours.rules.fiches import Voie, birth_place, shorten, split_address
from maillage.domains.parcours.services.fiches import prepare_envoi, read_reponse, render_envoi
from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.models import Membre
from maillage.references.personnes.models import Personne
from maillage.references.personnes.queries.identite import empreinte_nir
from tests.factories.accounts import MembreFactory
from tests.factories.flux import EnvoiFichesFactory, nir
from tests.factories.parcours import ContratFactory, SituationFactory, TitreFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

ON = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 rue du Moulin", Voie("12", None, "RUE", "DU MOULIN")),
        ("3 bis, avenue de l’Été", Voie("3", "B", "AV", "DE L'ETE")),
        ("Place du Marché", Voie(None, None, "PL", "DU MARCHE")),
        ("Résidence des Lilas", None),
        ("", None),
    ],
)
def test_an_address_is_split_as_the_asp_wants_it(text: str, expected: Voie | None) -> None:
    assert split_address(text) == expected


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("188057511601142", ({"codeComInsee": "75116", "codeDpt": "075"}, "100", "1")),
        ("188059741101142", ({"codeComInsee": "97411", "codeDpt": "974"}, "100", "1")),
        ("188059935001142", ({"codeComInsee": None, "codeDpt": "099"}, "350", "3")),
        ("188059913901142", ({"codeComInsee": None, "codeDpt": "099"}, "139", "2")),
    ],
)
def test_a_nir_tells_where_a_person_was_born(number: str, place: tuple[object, ...]) -> None:
    assert tuple(birth_place(number).values()) == place


def test_a_long_first_name_is_cut_between_two_words() -> None:
    assert shorten("Marie-Hélène Éléonore Joséphine Clémentine") == "MARIE-HELENE ELEONORE"


@pytest.fixture
def directrice(db: None) -> Membre:
    membre: Membre = MembreFactory(profil="siae_direction")
    return membre


def hire(membre: Membre, number: int, **situation: object) -> Personne:
    """Return a person employed today by the SIAE of a member, of whom all that the ASP asks is known."""
    TerritoireFactory._meta.model.objects.filter(code="93066").exists() or TerritoireFactory(
        code="93066", nom="Saint-Denis", departement="93", codes_postaux=["93200"]
    )
    siae = membre.organisation.siae.first() or SiaeFactory(organisation=membre.organisation, type_siae="ACI")
    personne: Personne = PersonneFactory(
        nom="D’Été",
        prenom="Zoé",
        sexe="H",
        date_naissance=date(1988, 5, 15),
        nir=nir(number),
        nir_empreinte=empreinte_nir(nir(number)),
        adresse="12 rue du Moulin",
        commune="93066",
    )
    titre = TitreFactory(personne=personne, numero=f"99999{number:07}")
    ContratFactory(personne=personne, siae=siae, titre=titre)
    RelationFactory(personne=personne, organisation=membre.organisation, type="contrat", debut=date(2026, 1, 5))
    known = {**dict.fromkeys(FLAGS, False), "niveau_formation": "40", "rsa": "NON", "duree_chomage": 3, **situation}
    SituationFactory(personne=personne, **known)
    return personne


def answer(content: bytes, code: str, label: str = "") -> bytes:
    """Return what the ASP answers of a file, the same code for each line."""
    document = json.loads(content)
    for line in document["lignesTelechargement"]:
        line |= {"codeTraitement": code, "libelleTraitement": label}
    return json.dumps(document).encode()


def test_a_file_says_what_the_asp_asks(directrice: Membre) -> None:
    personne = hire(directrice, 1)
    envoi = prepare_envoi(actor=directrice.user, on=ON)
    [line] = json.loads(render_envoi(envoi, actor=directrice.user))["lignesTelechargement"]
    assert (line["numLigne"], line["typeMouvement"], line["mesure"]) == (1, "C", "ACI_DC")
    assert line["siret"] == directrice.organisation.siret
    assert line["personnePhysique"] | {"codeComInsee": None, "codeInseePays": None, "codeGroupePays": None} == {
        "passIae": "999990000001",
        "sufPassIae": None,
        "idItou": personne.public_id.hex[:30],
        "civilite": "M",
        "nomUsage": "D'ETE",
        "nomNaissance": None,
        "prenom": "ZOE",
        "dateNaissance": "15/05/1988",
        "codeComInsee": None,
        "codeInseePays": None,
        "codeGroupePays": None,
        "passDateDeb": "05/01/2026",
        "passDateFin": "04/01/2028",
        "salarieNIR": nir(1),
    }
    assert (line["adresse"]["codetypevoie"], line["adresse"]["codepostalcedex"]) == ("RUE", "93200")
    assert (line["situationSalarie"]["orienteur"], line["situationSalarie"]["salarieSansEmploiDepuis"]) == ("07", "03")


def test_what_is_unknown_keeps_a_fiche_back_and_is_never_no(directrice: Membre) -> None:
    hire(directrice, 1, rqth=None, rsa="")
    [attendue] = list_attendues(directrice.user, on=ON)
    assert (attendue.manques, attendue.prete) == (("RQTH", "RSA"), False)
    with pytest.raises(Refused, match="Aucune fiche n’est prête"):
        prepare_envoi(actor=directrice.user, on=ON)


@pytest.mark.parametrize(
    ("code", "etat"),
    [("0000", EtatFiche.ACCEPTEE), ("3436", EtatFiche.ACCEPTEE), ("3437", "rejetee"), ("3210", EtatFiche.REJETEE)],
)
def test_an_answer_says_what_became_of_each_fiche_and_twice_the_same(
    directrice: Membre, code: str, etat: EtatFiche
) -> None:
    hire(directrice, 1)
    envoi = prepare_envoi(actor=directrice.user, on=ON)
    content = answer(render_envoi(envoi, actor=directrice.user), code, "Réponse.")
    first, second = (read_reponse(contenu=content, actor=directrice.user) for _ in range(2))
    assert first == second
    fiche = FicheSalarie.objects.get()
    assert (fiche.etat, fiche.code, fiche.libelle) == (etat, code, "Réponse.")
    assert [each.prete for each in list_attendues(directrice.user, on=ON)] == [etat == EtatFiche.REJETEE]


def test_the_answer_of_another_organisation_changes_nothing(directrice: Membre) -> None:
    hire(directrice, 1)
    content = answer(render_envoi(prepare_envoi(actor=directrice.user, on=ON), actor=directrice.user), "0000")
    stranger = MembreFactory(profil="siae_direction")
    assert read_reponse(contenu=content, actor=stranger.user).inconnues == 1
    assert FicheSalarie.objects.get().etat == EtatFiche.ENVOYEE
    assert json.loads(render_envoi(EnvoiFiches.objects.get(), actor=stranger.user))["lignesTelechargement"] == []


@pytest.mark.parametrize("content", [b"", b"[]", b'{"lignesTelechargement": [{}]}', b"\xff"])
def test_a_file_that_is_no_answer_is_refused(directrice: Membre, content: bytes) -> None:
    with pytest.raises(Refused, match="n’est pas une réponse"):
        read_reponse(contenu=content, actor=directrice.user)


def test_the_screens_lead_from_the_list_to_the_file_and_its_answer(directrice: Membre, client: object) -> None:
    hire(directrice, 1)
    client.force_login(directrice.user)  # type: ignore[attr-defined]
    page = client.get(reverse("parcours:fiches"))  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert "D’Été" in page.content.decode()
    assert client.post(reverse("parcours:fiches_envoyer")).status_code == 302  # type: ignore[attr-defined]
    envoi = EnvoiFiches.objects.get()
    file = client.get(reverse("parcours:fiches_fichier", args=[envoi.public_id]))  # type: ignore[attr-defined]
    assert (file.status_code, envoi.nom in file["Content-Disposition"]) == (200, True)
    assert envoi.nom in client.get(reverse("parcours:fiches")).content.decode()  # type: ignore[attr-defined]


def _named(name: str, envoi: EnvoiFiches) -> None:
    """Break one constraint of the room, by its name."""
    fiche = {"titre": TitreFactory(), "siae": SiaeFactory(), "envoi": envoi, "ligne": 1}
    match name:
        case "envoi_fiches_nom":
            EnvoiFichesFactory(nom="fiches.json")
        case "fiche_unique":
            FicheSalarie.objects.create(**fiche)
            FicheSalarie.objects.create(**{**fiche, "ligne": 2})
        case "fiche_ligne_unique":
            FicheSalarie.objects.create(**fiche)
            FicheSalarie.objects.create(**{**fiche, "titre": TitreFactory()})
        case "fiche_reponse":
            FicheSalarie.objects.create(**fiche, code="0000")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["envoi_fiches_nom", "fiche_unique", "fiche_ligne_unique", "fiche_reponse"])
def test_the_database_refuses_what_cannot_be(name: str) -> None:
    envoi = EnvoiFichesFactory()
    with pytest.raises(IntegrityError, match=name):
        _named(name, envoi)
