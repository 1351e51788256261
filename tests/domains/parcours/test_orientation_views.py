"""The screens of the orientation: from the search of a post to the answer, through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import Candidature, ChainePrescription, Poste
from maillage.foundations.kernel.models import Lecture
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ContratFactory, TitreFactory
from tests.factories.parcours_orientation import CandidatureFactory, PosteFactory, RomeFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def scene() -> SimpleNamespace:
    commune = TerritoireFactory(code="95018", nom="Argenteuil", departement="95", x=640_000, y=6_870_000)
    TerritoireFactory(niveau="departement", code="95", departement="95", nom="Val-d’Oise")
    conseiller = member(P.PRESCRIPTEUR, "mission_locale")
    personne = PersonneFactory(nom="Brindille", prenom="Aldo")
    RelationFactory(personne=personne, organisation=conseiller.membre.organisation, type="prescription", debut=TODAY)
    siae = SiaeFactory()
    ImplantationFactory(siae=siae, commune=commune)
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.organisation)
    poste = PosteFactory(siae=siae, commune=commune, ouvert_le=TODAY)
    for each in (personne, poste):
        each.refresh_from_db()
    return SimpleNamespace(conseiller=conseiller, personne=personne, siae=siae, cip=cip, poste=poste)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def of(name: str, *args: Any) -> str:
    return reverse(f"parcours:{name}", args=args)


def test_from_the_sheet_to_the_answer(scene: SimpleNamespace, client: Client) -> None:
    TitreFactory(personne=scene.personne, debut=TODAY)
    client.force_login(scene.conseiller)
    sheet = client.get(reverse("personnes:detail", args=[scene.personne.public_id]))
    search = of("postes_personne", scene.personne.public_id)
    assert search in sheet.content.decode()
    first = client.get(search)
    assert first["Location"] == f"{search}?commune=95018"
    page = client.get(first["Location"])
    assert "730 jours restants" in text(page)
    assert "0 pour 2 places" in text(page)
    present = f"{of('orienter', scene.personne.public_id)}?poste={scene.poste.public_id}"
    assert present.replace("&", "&amp;") in page.content.decode()
    form = client.get(present)
    assert "La chaîne de prescription : Val-d’Oise" in text(form).replace("\u202f", " ")
    done = client.post(present, {"message": "Disponible tout de suite."})
    candidature = Candidature.objects.get()
    candidature.refresh_from_db()
    assert done["Location"] == of("candidature", candidature.public_id)
    assert client.post(present, {"message": ""})["Location"] == done["Location"]  # a second click
    assert "Disponible tout de suite." in text(client.get(done["Location"]))
    assert "candidature en cours" in text(client.get(first["Location"]))

    client.force_login(scene.cip)
    inbox = client.get(of("candidatures"))
    assert "Aldo Brindille" in text(inbox)
    assert list(Lecture.objects.filter(lecteur=scene.cip).values_list("ecran", "objet_id")) == [
        ("parcours:candidatures", scene.personne.pk)
    ]
    detail = client.get(done["Location"])
    assert of("candidature_accepter", candidature.public_id) in detail.content.decode()
    client.post(of("candidature_commenter", candidature.public_id), {"texte": "Bon contact."})
    client.post(of("candidature_acte", candidature.public_id, "examiner"))
    assert "Bon contact." in text(client.get(done["Location"]))
    refused = client.post(of("candidature_refuser", candidature.public_id), {"motif": "autre", "reponse": ""})
    assert refused.status_code == 422
    client.post(of("candidature_refuser", candidature.public_id), {"motif": "objectifs", "reponse": "En mai."})
    assert "Aucune candidature à répondre" in text(client.get(of("candidatures")))
    assert "Aldo Brindille" in text(client.get(of("candidatures"), {"voir": "repondues"}))

    client.force_login(scene.conseiller)
    follow = text(client.get(of("orientations")))
    assert "l’embauche empêche les objectifs du dialogue de gestion" in follow
    told = text(client.get(done["Location"]))
    assert "En mai." in told
    assert "Bon contact." not in told  # of the SIAE alone


def test_an_acceptance_leads_on(scene: SimpleNamespace, client: Client) -> None:
    candidature = CandidatureFactory(
        personne=scene.personne, siae=scene.siae, deposee_le=TODAY, echeance=TODAY + timedelta(days=60)
    )
    candidature.refresh_from_db()
    RelationFactory(personne=scene.personne, organisation=scene.siae.organisation, type="candidature", debut=TODAY)
    client.force_login(scene.cip)
    address = of("candidature_accepter", candidature.public_id)
    assert client.get(address).status_code == 200
    late = client.post(address, {"debut": (TODAY - timedelta(days=1)).isoformat()})
    assert (late.status_code, "aujourd’hui ou plus tard" in text(late)) == (422, True)
    done = client.post(address, {"debut": TODAY.isoformat()})
    assert done.status_code == 302
    assert str(candidature.public_id) in done["Location"]
    assert "Établir le contrat" in text(client.get(of("candidature", candidature.public_id)))
    ContratFactory(personne=scene.personne, siae=scene.siae, debut=TODAY, fin_prevue=TODAY + timedelta(days=180))
    assert "Établir le contrat" not in text(client.get(of("candidature", candidature.public_id)))


def test_a_siae_records_a_spontaneous_candidature(scene: SimpleNamespace, client: Client) -> None:
    RelationFactory(personne=scene.personne, organisation=scene.siae.organisation, type="candidature", debut=TODAY)
    client.force_login(scene.cip)
    address = of("orienter", scene.personne.public_id)
    assert "Agent de propreté" in text(client.get(address))
    client.post(address, {"cible": f"poste-{scene.poste.pk}", "message": ""})
    assert Candidature.objects.get().poste == scene.poste


def test_to_present_to_a_siae_without_post(scene: SimpleNamespace, client: Client) -> None:
    client.force_login(scene.conseiller)
    address = of("orienter", scene.personne.public_id)
    assert client.post(address, {"siae": "Introuvable", "message": ""}).status_code == 422
    client.post(address, {"siae": scene.siae.organisation.siret, "message": ""})
    found = Candidature.objects.get()
    assert (found.siae, found.poste) == (scene.siae, None)


def test_from_a_post_to_a_person(scene: SimpleNamespace, client: Client) -> None:
    client.force_login(scene.conseiller)
    choose = of("poste_orienter", scene.poste.public_id)
    assert choose in client.get(of("poste", scene.poste.public_id)).content.decode()
    page = client.get(choose)
    assert f"{of('orienter', scene.personne.public_id)}?poste={scene.poste.public_id}" in page.content.decode()
    assert Lecture.objects.get().ecran == "parcours:poste_orienter"


def test_transmit_after_a_refusal(scene: SimpleNamespace, client: Client) -> None:
    candidature = CandidatureFactory(
        personne=scene.personne,
        siae=scene.siae,
        deposee_le=TODAY,
        echeance=TODAY,
        etat="refusee",
        motif_refus="plus_de_place",
        repondue_le=TODAY,
    )
    candidature.refresh_from_db()
    RelationFactory(personne=scene.personne, organisation=scene.siae.organisation, type="candidature", debut=TODAY)
    elsewhere = SiaeFactory(nom="Le Verger")
    client.force_login(scene.cip)
    address = of("candidature_transmettre", candidature.public_id)
    assert client.get(address).status_code == 200
    client.post(address, {"siae": "Le Verger", "message": "À l’aise dehors."})
    assert Candidature.objects.get(siae=elsewhere).issue_de == candidature


def test_publish_confirm_change_close_a_post(scene: SimpleNamespace, client: Client) -> None:
    RomeFactory(code="A1414", libelle="Horticulture et maraîchage")
    RomeFactory(code="K2204", libelle="Nettoyage de locaux")
    client.force_login(scene.cip)
    address = of("poste_creer")
    assert 'value="95018"' in client.get(address).content.decode()
    values = {
        "siae": scene.siae.pk,
        "rome": "maraichage",
        "type_contrat": "cddi",
        "heures_semaine": "26",
        "places": "3",
        "commune": "Argenteuil",
        "description": "Du semis à la récolte.",
    }
    assert client.post(address, values | {"places": "0", "rome": "sorcellerie"}).status_code == 422
    done = client.post(address, values)
    poste = Poste.objects.get(rome__code="A1414")
    assert done["Location"] == of("poste", poste.public_id)
    assert poste.intitule == "Horticulture et maraîchage"
    late = TODAY - timedelta(days=61)
    Poste.objects.filter(pk=poste.pk).update(ouvert_le=late, confirme_le=late)
    mine = client.get(of("mes_postes"))
    assert of("poste_confirmer", poste.public_id) in mine.content.decode()
    client.post(of("poste_confirmer", poste.public_id))
    poste.refresh_from_db()
    assert poste.confirme_le == TODAY
    client.post(of("poste_modifier", poste.public_id), values | {"places": "4", "rome": "A1414"})
    client.post(of("poste_fermer", poste.public_id), {"motif": "pourvu"})
    poste.refresh_from_db()
    assert (poste.places, poste.etat) == (4, "ferme")
    assert "Poste fermé" in text(client.get(of("poste", poste.public_id)))
    client.post(of("poste_rouvrir", poste.public_id))
    poste.refresh_from_db()
    assert poste.etat == "ouvert"


@pytest.mark.parametrize(("etat", "count"), [("", 3), ("ouvert", 2), ("confirmer", 1), ("ferme", 1)])
def test_ones_posts_by_state(scene: SimpleNamespace, client: Client, etat: str, count: int) -> None:
    for days in (61, 91):
        PosteFactory(siae=scene.siae, ouvert_le=TODAY - timedelta(days=days))
    client.force_login(scene.cip)
    response = client.get(of("mes_postes"), {"etat": etat} if etat else {})
    assert response.context["page"].paginator.count == count


def test_everybody_signed_in_reads_posts_and_nobody_else(scene: SimpleNamespace, client: Client) -> None:
    assert client.get(of("postes")).status_code == 302
    client.force_login(member(P.ACHETEUR, "acheteur_public"))
    assert "Agent de propreté" in text(client.get(of("postes")))
    assert client.get(of("poste", scene.poste.public_id)).status_code == 200
    assert client.get(of("poste_orienter", scene.poste.public_id)).status_code == 403
    assert client.get(of("postes"), {"format": "csv"}).content.decode("utf-8-sig").startswith("Poste;SIAE;Type")


def test_the_map_leads_to_the_list(scene: SimpleNamespace, client: Client) -> None:
    client.force_login(scene.conseiller)
    page = client.get(of("postes_carte"), {"type": "ACI"})
    assert "Aucun contour" in text(page)
    assert f"{of('postes')}?type=ACI" in page.content.decode()


def test_without_a_solution_by_name_and_by_count(scene: SimpleNamespace, client: Client) -> None:
    CandidatureFactory(personne=scene.personne, deposee_le=TODAY - timedelta(days=45), echeance=TODAY + timedelta(15))
    client.force_login(scene.conseiller)
    assert "Brindille" in text(client.get(of("sans_solution")))
    assert Lecture.objects.get().ecran == "parcours:sans_solution"
    direction = member(P.EMPLOI_DIRECTION, "agence_france_travail")
    direction.membre.organisation.competences.create(niveau="departement", code="95")
    client.force_login(direction)
    assert client.get(of("sans_solution")).status_code == 403
    page = text(client.get(of("sans_solution_chiffres")))
    assert "Val-d’Oise (95)" in page
    assert "secret" in page
    assert "Brindille" not in page


def test_the_chain_is_read_by_all_and_set_by_its_departement(scene: SimpleNamespace, client: Client) -> None:
    organisation = OrganisationFactory(types=["ddets"])
    organisation.competences.create(niveau="departement", code="95")
    client.force_login(member(P.ETAT_DEPARTEMENT, organisation=organisation))
    assert "chaîne par défaut" in text(client.get(of("chaines")))
    assert of("chaine_fixer", "95") in client.get(of("chaine", "95")).content.decode()
    assert client.get(of("chaine", "00")).status_code == 404
    address = of("chaine_fixer", "95")
    assert client.get(address).status_code == 200
    steps = {
        "texte": "Le CTA se tient le premier lundi.",
        "role_1": "orienter",
        "acteur_1": "france_travail",
        "delai_1": "10",
        "contact_1": "ft95@maillage.example",
        "role_2": "diagnostiquer",
        "acteur_2": "prescripteurs",
        "role_3": "repondre",
        "acteur_3": "",
    }
    assert client.post(address, steps).status_code == 422
    assert client.post(address, steps | {"acteur_3": "siae"}).status_code == 302
    assert ChainePrescription.objects.get().etapes.count() == 3
    client.force_login(scene.conseiller)
    page = text(client.get(of("orienter", scene.personne.public_id)))
    assert "Le CTA se tient le premier lundi." in page
    assert "ft95@maillage.example" in page
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["candidatures", "orientations", "sans_solution"])
def test_lists_cost_the_same_for_one_and_three(
    scene: SimpleNamespace, client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    user = scene.cip if name == "candidatures" else scene.conseiller
    client.force_login(user)
    counts = []
    for number in (1, 1, 3):  # the first time, the kinds of objects that a page names are asked once by a process
        for _ in range(number):
            personne = PersonneFactory()
            RelationFactory(personne=personne, organisation=user.membre.organisation, debut=TODAY)
            CandidatureFactory(
                personne=personne,
                siae=scene.siae,
                deposee_le=TODAY - timedelta(days=40),
                echeance=TODAY + timedelta(days=20),
            )
        with django_assert_max_num_queries(60) as captured:
            response = client.get(of(name))
        assert response.status_code == 200
        counts.append(len(captured))
    assert counts[1] == counts[2]
