"""The screens of the support, the calendar, the workshops and the staff: what they show, to whom, at what cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import (
    Accompagnement,
    ActionParcours,
    Atelier,
    ConstatFrein,
    DocumentParcours,
    EffectifPermanent,
    Entretien,
    Evaluation,
    Inscription,
    ObjectifParcours,
)
from maillage.domains.parcours.queries.attentes_accompagnement import list_attentes
from maillage.domains.parcours.queries.encadrement import list_encadrement
from maillage.domains.parcours.queries.suivis import list_suivis
from maillage.domains.parcours.queries.volets_accompagnement import accompagnement
from maillage.foundations.kernel.calendar import add_months
from maillage.foundations.kernel.models import Lecture
from maillage.references.personnes.models import Personne
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.parcours import ContratFactory, TitreFactory
from tests.factories.parcours_accompagnement import (
    AccompagnementFactory,
    ActionParcoursFactory,
    AtelierFactory,
    ConstatFactory,
    DocumentParcoursFactory,
    EffectifPermanentFactory,
    EntretienFactory,
    EvaluationFactory,
    InscriptionFactory,
    ObjectifParcoursFactory,
    employed,
)
from tests.factories.personnes import RelationFactory
from tests.factories.structures import ImplantationFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db

ON = timezone.localdate()


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cip(client: Client) -> User:
    user = member("siae_accompagnement")
    client.force_login(user)
    return user


def supported(user: User, **fields: Any) -> Accompagnement:
    """Return the support of somebody whom the SIAE of a user employs, with something of everything."""
    relation = employed(user.membre, **fields)
    relation.personne.refresh_from_db()
    support = AccompagnementFactory(relation=relation, referent_social="Référente du CCAS")
    ConstatFactory(accompagnement=support, texte="Hébergée chez un proche")
    ObjectifParcoursFactory(accompagnement=support)
    ActionParcoursFactory(accompagnement=support)
    EvaluationFactory(accompagnement=support, bilan="De bons repères")
    DocumentParcoursFactory(accompagnement=support, libelle="CV de juin")
    moment = timezone.now() - timedelta(days=3)
    EntretienFactory(accompagnement=support, membre=user.membre, debut=moment, etat="tenu", note="Bien reçu")
    EntretienFactory(accompagnement=support, membre=user.membre)
    return support


def page(name: str, support: Accompagnement, *more: Any) -> str:
    return reverse(f"parcours:{name}", args=[support.relation.personne.public_id, *more])


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_of_a_support_shows_it_whole_to_its_siae_and_is_a_reading(client: Client, cip: User) -> None:
    support = supported(cip)
    text = html(client, page("accompagnement", support))
    for each in ("Hébergée chez un proche", "Bien reçu", "CV de juin", "De bons repères", "Référente du CCAS"):
        assert each in text
    assert [each.ecran for each in Lecture.objects.all()] == ["parcours:accompagnement"]


def test_a_prescripteur_reads_a_summary_without_notes(client: Client, cip: User) -> None:
    support = supported(cip)
    reader = member("prescripteur", "mission_locale")
    membre = reader.membre
    assert membre
    personne = support.relation.personne
    RelationFactory(personne=personne, organisation=membre.organisation, referent=membre, type="prescription")
    client.force_login(reader)
    text = html(client, page("accompagnement", support))
    assert "Travailler dans un jardin" in text
    assert "concerné" in text
    for secret in ("Hébergée chez un proche", "Bien reçu", "CV de juin", "De bons repères", "Ajouter une action"):
        assert secret not in text
    sheet = html(client, reverse("personnes:detail", args=[personne.public_id]))
    assert "Lire le résumé de l’accompagnement" in sheet
    assert "Dernier entretien" not in sheet


@pytest.mark.parametrize(
    ("profil", "kind", "type_relation"),
    [("siae_accompagnement", "siae", "candidature"), ("prescripteur", "mission_locale", "suite")],
)
def test_who_has_no_right_to_it_finds_nothing(
    client: Client, cip: User, profil: str, kind: str, type_relation: str
) -> None:
    support = supported(cip)
    reader = member(profil, kind)
    RelationFactory(
        personne=support.relation.personne,
        organisation=reader.membre.organisation,  # type: ignore[union-attr]
        type=type_relation,
    )
    client.force_login(reader)
    assert client.get(page("accompagnement", support)).status_code == 404
    assert accompagnement(reader, support.relation.personne, ON) is None


def test_every_act_of_a_cip_goes_through_its_page(client: Client, cip: User) -> None:
    relation = employed(cip.membre)
    relation.personne.refresh_from_db()
    who = relation.personne.public_id
    assert cip.membre

    def post(name: str, *more: Any, **data: Any) -> None:
        response = client.post(reverse(f"parcours:{name}", args=[who, *more]), data)
        assert response.status_code == 302, response.content.decode()

    freins = {f"{frein}": "non" for frein in ("langue", "droits", "mobilite", "sante", "justice", "finances")}
    freins |= {"logement": "concerne", "logement_texte": "bail à trouver", "disponibilite": "inconnu"}
    post("accompagnement_diagnostic", le=ON.isoformat(), **freins)
    post("accompagnement_evaluer", jalon="entree", le=ON.isoformat(), bilan="Bien", **freins)
    post("referent_social", nom="Référente", organisation="CCAS", telephone="01 99 00 00 01")
    post("objectif_fixer", libelle="Se loger")
    objectif = ObjectifParcours.objects.get()
    post("action_prevoir", libelle="Dossier", echeance=ON.isoformat(), objectif=str(objectif.public_id))
    post("action_acte", ActionParcours.objects.get().public_id, "faire")
    post("objectif_acte", objectif.public_id, "abandonner")
    yesterday = (ON - timedelta(days=1)).isoformat()
    membre = str(cip.membre.public_id)
    post("entretien_prevoir", jour=yesterday, heure="10:00", duree_minutes=30, membre=membre, texte="Vu")
    tomorrow = (ON + timedelta(days=1)).isoformat()
    post("entretien_prevoir", jour=tomorrow, heure="10:00", duree_minutes=30, membre=membre)
    post("entretien_acte", Entretien.objects.get(etat="prevu").public_id, "annuler")
    post("accompagnement_document_joindre", libelle="CV", fichier=SimpleUploadedFile("x.pdf", b"%PDF-1.4\n%%EOF\n"))
    document = DocumentParcours.objects.get()
    file = client.get(reverse("parcours:accompagnement_document", args=[who, document.public_id]))
    assert (file.status_code, file["Content-Disposition"]) == (200, 'attachment; filename="cv.pdf"')
    post("accompagnement_document_retirer", document.public_id)
    atelier = AtelierFactory()
    atelier.refresh_from_db()
    post("atelier_pour", atelier=str(atelier.public_id))

    told = ConstatFrein.objects.filter(frein__in=("disponibilite", "logement")).values_list("frein", "etat", "texte")
    assert list(told) == [("logement", "concerne", "bail à trouver")]
    assert ConstatFrein.objects.count() == 7
    assert Evaluation.objects.get().bilan == "Bien"
    assert list(ActionParcours.objects.values_list("etat", "objectif")) == [("fait", objectif.pk)]
    assert sorted(Entretien.objects.values_list("etat", flat=True)) == ["annule", "tenu"]
    assert (DocumentParcours.objects.count(), Inscription.objects.get().etat) == (0, "inscrit")


def test_a_wrong_arrow_says_so(client: Client, cip: User) -> None:
    support = supported(cip)
    action = support.actions.get()  # type: ignore[attr-defined]
    for acte, status in (("reprendre", 409), ("inventer", 404)):
        assert client.get(page("action_acte", support, action.public_id, acte)).status_code == status


def test_the_list_tells_deadlines_and_alerts(client: Client, cip: User) -> None:
    relation = employed(cip.membre, debut=ON - timedelta(days=200), personne__nom="Brindille")
    other = employed(cip.membre, debut=ON - timedelta(days=10), personne__nom="Aubier")
    siae = SiaeFactory(organisation=cip.membre.organisation)  # type: ignore[union-attr]
    end = ON + timedelta(days=20)
    ContratFactory(personne=relation.personne, siae=siae, debut=ON - timedelta(days=100), fin_prevue=end)
    TitreFactory(personne=relation.personne, debut=ON - timedelta(days=700))
    ActionParcoursFactory(
        accompagnement=AccompagnementFactory(relation=relation),
        ouverte_le=ON - timedelta(days=30),
        echeance=ON - timedelta(days=2),
    )
    lines = {line.personne.nom: line for line in list_suivis(cip, ON)}
    assert [each.value for each in lines["Brindille"].alertes] == ["contact", "contrat", "titre", "action", "jalon"]
    assert lines["Brindille"].fin_contrat == end - timedelta(days=1)
    assert lines["Brindille"].fin_titre == ON + timedelta(days=29)
    late = add_months(ON - timedelta(days=200), 6)
    assert (lines["Brindille"].echeance, lines["Brindille"].objet) == (late, "évaluation (6 mois)")
    assert (dict(lines["Aubier"].alertes), lines["Aubier"].actions) == ({}, 0)
    text = html(client, reverse("parcours:mes_accompagnements"))
    assert text.index("Brindille") < text.index("Aubier")
    filtered = html(client, f"{reverse('parcours:mes_accompagnements')}?alerte=action")
    assert ("Brindille" in filtered, "Aubier" in filtered) == (True, False)
    assert Lecture.objects.filter(ecran="parcours:mes_accompagnements").count() == 3
    export = client.get(f"{reverse('parcours:mes_accompagnements')}?format=csv")
    assert "Brindille" in export.content.decode("utf-8-sig")
    assert other.personne_id in {line.relation.personne_id for line in list_suivis(cip, ON, miens=True)}


def test_the_list_is_of_the_siae_and_of_nobody_else(cip: User) -> None:
    mine = employed(cip.membre)
    employed(member("siae_accompagnement").membre)
    employed(cip.membre, fin=ON)
    RelationFactory(organisation=cip.membre.organisation, type="candidature")  # type: ignore[union-attr]
    colleague = RelationFactory(organisation=cip.membre.organisation)  # type: ignore[union-attr]
    assert {line.relation for line in list_suivis(cip, ON)} == {mine, colleague}
    assert [line.relation for line in list_suivis(cip, ON, miens=True)] == [mine]


@pytest.mark.parametrize("name", ["mes_accompagnements", "agenda"])
def test_as_many_queries_for_one_person_as_for_three(client: Client, cip: User, name: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            html(client, f"{reverse(f'parcours:{name}')}?qui=tous&vue=suite")
        return len(captured)

    supported(cip)
    count()
    once = count()
    supported(cip)
    supported(cip)
    assert count() == once


def test_the_home_tells_alerts_without_a_name(cip: User) -> None:
    support = supported(cip, debut=ON - timedelta(days=100))
    ActionParcours.objects.update(ouverte_le=ON - timedelta(days=9), echeance=ON - timedelta(days=1))
    Entretien.objects.filter(etat="prevu").update(debut=timezone.now() + timedelta(hours=5))
    told = {attente.label: attente for attente in list_attentes(cip)}
    assert set(told) == {"1 personne a une action en retard", "1 évaluation à faire", "1 entretien dans les sept jours"}
    assert told["1 personne a une action en retard"].echeance == ON - timedelta(days=1)
    assert str(support.relation.personne) not in str(told)


def test_the_calendar_and_its_file(client: Client, cip: User) -> None:
    support = supported(cip)
    name = str(support.relation.personne)
    monday = ON - timedelta(days=ON.weekday())
    Entretien.objects.filter(etat="prevu").update(debut=timezone.now() + timedelta(hours=1))
    assert name in html(client, f"{reverse('parcours:agenda')}?vue=suite")
    assert name not in html(client, f"{reverse('parcours:agenda')}?semaine={monday - timedelta(days=70)}")
    file = client.get(reverse("parcours:agenda_ics"))
    text = file.content.replace(b"\r\n ", b"").decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert support.relation.personne.nom not in text
    assert Lecture.objects.filter(ecran="parcours:agenda_ics").count() == 1


def test_a_workshop_is_opened_filled_and_its_presence_told(client: Client) -> None:
    for code in ("93", "95"):
        TerritoireFactory(niveau="departement", code=code, departement=code)
    leader = member("emploi_conseiller", "france_travail")
    client.force_login(leader)
    day = ON + timedelta(days=3)
    values = {"titre": "Trois exercices", "theme": "candidature", "lieu": "Agence", "departement": "93", "places": 1}
    hours = {"jour": day.isoformat(), "de": "09:30", "a": "12:00"}
    assert client.post(reverse("parcours:atelier_ouvrir"), values | hours | {"a": "09:00"}).status_code == 422
    assert client.post(reverse("parcours:atelier_ouvrir"), values | hours).status_code == 302
    atelier = Atelier.objects.get()

    cip = member("siae_accompagnement")
    persons = [employed(cip.membre, personne__nom=nom).personne for nom in ("Brindille", "Aubier")]
    client.force_login(cip)
    offered = html(client, reverse("parcours:atelier_inscrire", args=[atelier.public_id]))
    assert all(each.nom in offered for each in persons)
    assert Lecture.objects.filter(ecran="parcours:atelier_inscrire").count() == 2
    for each in persons:
        each.refresh_from_db()
        url = reverse("parcours:atelier_inscrire", args=[atelier.public_id])
        assert client.post(url, {"personne": str(each.public_id)}).status_code == 302
    own = html(client, reverse("parcours:atelier", args=[atelier.public_id]))
    assert "en liste d’attente" in own
    assert "Brindille" in own
    assert "complet, 1 en attente" in html(client, reverse("parcours:ateliers"))
    assert "Trois exercices" not in html(client, f"{reverse('parcours:ateliers')}?libres=on")

    # Who leads the workshop knows how many, of which SIAE; names only of those whom they follow too.
    client.force_login(leader)
    RelationFactory(
        personne=persons[0],
        organisation=leader.membre.organisation,  # type: ignore[union-attr]
        type="conseil_emploi",
    )
    seen = html(client, reverse("parcours:atelier", args=[atelier.public_id]))
    assert ("Brindille" in seen, "Aubier" in seen, "inscription 2" in seen) == (True, False, True)
    moment = timezone.now() - timedelta(days=1)
    Atelier.objects.update(debut=moment, fin=moment + timedelta(hours=2))
    assert "1 atelier sans présences" in {attente.label for attente in list_attentes(leader)}
    assert "Trois exercices" in html(client, f"{reverse('parcours:ateliers')}?quand=a_noter")
    first = Inscription.objects.order_by("pk")[0]
    url = reverse("parcours:atelier_presences", args=[atelier.public_id])
    assert client.post(url, {f"i{first.pk}": "present"}).status_code == 302
    first.refresh_from_db()
    assert first.etat == "present"
    client.force_login(cip)
    assert "présent" in html(client, reverse("parcours:accompagnement", args=[persons[0].public_id]))


def test_another_siae_sees_no_registration(client: Client, cip: User) -> None:
    row = InscriptionFactory()
    row.refresh_from_db()
    row.atelier.refresh_from_db()
    text = html(client, reverse("parcours:atelier", args=[row.atelier.public_id]))
    assert str(row.personne) not in text
    assert str(row.organisation) not in text
    for name, more in (("atelier_presences", ()), ("atelier_desinscrire", (row.public_id,))):
        assert client.get(reverse(f"parcours:{name}", args=[row.atelier.public_id, *more])).status_code == 404


def staffed(organisation: Any, departement: str, employees: int, **etp: str) -> Any:
    commune = TerritoireFactory(departement=departement, region="11")
    siae = SiaeFactory(organisation=organisation)
    ImplantationFactory(siae=siae, commune=commune)
    for _ in range(employees):
        ContratFactory(siae=siae, debut=ON - timedelta(days=10), fin_prevue=ON + timedelta(days=100))
    for fonction, value in etp.items():
        EffectifPermanentFactory(siae=siae, annee=ON.year - 1, fonction=fonction, etp=Decimal(value))
    return siae


FONCTIONS = {"accompagnement": "1", "encadrement": "1", "formation": "0"}


def test_the_state_reads_the_means_of_its_departement_under_secrecy(client: Client) -> None:
    known = staffed(OrganisationFactory(), "93", 7, **FONCTIONS)
    few = staffed(OrganisationFactory(), "93", 4, **FONCTIONS)
    staffed(OrganisationFactory(), "95", 7, **FONCTIONS)
    nobody = staffed(OrganisationFactory(), "93", 0)
    agent = member("etat_departement", "ddets")
    agent.membre.organisation.competences.create(niveau="departement", code="93")  # type: ignore[union-attr]
    lines = {line.siae: line for line in list_encadrement(agent, ON)}
    assert set(lines) == {known, few, nobody}
    assert (lines[known].encadrement.par_permanent, lines[known].encadrement.situation) == (3.5, "dans le repère")
    assert (lines[few].secret, lines[few].encadrement.salaries, lines[few].encadrement.par_cip) == (True, None, None)
    assert (lines[nobody].secret, lines[nobody].encadrement.salaries) == (False, None)
    client.force_login(agent)
    text = html(client, f"{reverse('parcours:encadrement')}?situation=dans le repère")
    assert (known.nom in text, few.nom in text, "Saisir les permanents" in text) == (True, False, False)


def test_a_direction_types_its_staff_and_reads_itself_whole(client: Client) -> None:
    direction = member("siae_direction")
    siae = staffed(direction.membre.organisation, "93", 4)  # type: ignore[union-attr]
    client.force_login(direction)
    assert [each.label for each in list_attentes(direction)] == [f"L’effectif permanent de {ON.year - 1} à saisir"]
    url = reverse("parcours:permanents", args=[siae.pk])
    assert client.post(url, {"annee": ON.year - 1, **FONCTIONS, "autre": "0,5"}).status_code == 302
    assert EffectifPermanent.objects.get(fonction="autre").etp == Decimal("0.50")
    assert list(list_attentes(direction)) == []
    assert "1 pour 2,0" in html(client, reverse("parcours:encadrement"))
    assert client.get(reverse("parcours:permanents", args=[SiaeFactory().pk])).status_code == 404


def test_the_evolution_is_drawn_and_told_in_a_table(client: Client, cip: User) -> None:
    support = supported(cip)
    ConstatFrein.objects.update(le=date(ON.year - 1, 1, 5))
    Evaluation.objects.update(le=date(ON.year - 1, 1, 5))
    ConstatFactory(accompagnement=support, etat="leve", le=ON)
    text = html(client, page("accompagnement", support))
    assert text.count('class="mg-timeline__k') == 2
    assert "Les freins aux évaluations" in text
    assert Personne.objects.count() == 1
