"""The screens: what each one shows to whom, filters and files, refusals on their fields."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.enums import Demande
from maillage.domains.offre.models import AppelProjets, Dossier
from maillage.domains.offre.queries.demandes import list_pieces
from maillage.domains.offre.queries.dossiers import read_ligne
from maillage.domains.offre.queries.lettre import describe_letter
from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.economie import FicheSaisie, write_fiche
from maillage.foundations.kernel import parameters, uploads
from maillage.foundations.kernel.parameters import catalogue, get_history
from tests.domains.offre.conftest import DAY, answering, examined, new_dossier
from tests.factories.offre import AppelFactory, AvisFactory, DemandePiecesFactory, PieceFactory
from tests.factories.structures import SecteurFactory, SiaeFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db
MOTIFS = "L’offre existante couvre déjà ce public dans ce rayon."


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = client.get(reverse(f"offre:{name}", args=args) + query)
    assert response.status_code == status
    return response.content.decode()


def test_the_list_filters_and_goes_away_as_a_file(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    new_dossier(region, direction, nom="Ancien", etat="depose", depose_le=today - timedelta(days=55))
    new_dossier(region, direction, nom="Récent", etat="complet", depose_le=today)
    client = signed_in(agent)
    for query, expected in (
        ("", ["Ancien", "Récent"]),
        ("?tri=-echeance", ["Récent", "Ancien"]),
        ("?pressant=on", ["Ancien"]),
        ("?etat=complet", ["Récent"]),
        ("?q=recent", []),
        ("?q=réc", ["Récent"]),
        ("?demande=avenant", []),
        ("?departement=93", ["Ancien", "Récent"]),
    ):
        response = client.get(reverse("offre:dossiers") + query)
        assert [row.nom for row in response.context["page"]] == expected, query
    response = client.get(reverse("offre:dossiers") + "?pressant=on&format=csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "avant refus implicite" in lines[1]


def test_the_page_says_whose_turn_it_is_and_offers_the_next_act(
    region: SimpleNamespace, direction: User, agent: User
) -> None:
    today = timezone.localdate()
    dossier = new_dossier(region, direction, etat="depose", depose_le=today - timedelta(days=10))
    seen = page(signed_in(agent), "dossier", dossier.public_id)
    assert "Au tour de\u202f: le service instructeur" in seen
    for act, shown in (
        ("Déclarer le dossier complet", True),
        ("Demander des pièces", True),
        ("Retirer la demande", False),
    ):
        assert (act in seen) is shown
    assert "Retirer la demande" in page(signed_in(direction), "dossier", dossier.public_id)
    reader = answering("region", "conseil_regional", "region", "11")
    assert "Déclarer le dossier complet" not in page(signed_in(reader), "dossier", dossier.public_id)


def test_a_suspended_clock_says_so(region: SimpleNamespace, direction: User) -> None:
    today = timezone.localdate()
    dossier = new_dossier(region, direction, etat="pieces", depose_le=today - timedelta(days=10))
    DemandePiecesFactory(dossier=dossier, debut=today - timedelta(days=4), limite=today + timedelta(days=9))
    seen = page(signed_in(direction), "dossier", dossier.public_id)
    assert "Délai suspendu" in seen
    assert "Il manque les statuts." in seen


def test_the_carrier_reads_opinions_once_it_is_decided(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    dossier = new_dossier(region, direction, etat="avis", depose_le=today)
    AvisFactory(dossier=dossier, rendu_le=today, sens="reserve", texte="La desserte reste à organiser.")
    assert "La desserte reste" in page(signed_in(agent), "dossier", dossier.public_id)
    assert "La desserte reste" not in page(signed_in(direction), "dossier", dossier.public_id)
    Dossier.objects.update(etat="refuse", decision_le=today, motifs=MOTIFS)
    assert "La desserte reste" in page(signed_in(direction), "dossier", dossier.public_id)


def test_the_carrier_reads_the_commission_once_it_is_decided(dossier: Dossier, direction: User, agent: User) -> None:
    examined(dossier, agent, direction)
    acts.put_on_agenda(dossier=dossier, seance=DAY, actor=agent, on=DAY)
    said = "Le marché est déjà servi."
    acts.record_commission(dossier=dossier, sens="defavorable", texte=said, le=DAY, actor=agent, on=DAY)
    dossier.refresh_from_db()
    shown = page(signed_in(agent), "dossier", dossier.public_id)
    assert shown.count(said) == 2  # the opinions, the course of the dossier
    assert "avis défavorable" in shown
    hidden = page(signed_in(direction), "dossier", dossier.public_id)
    assert (said in hidden, "avis défavorable" in hidden) == (False, False)
    assert hidden.count("lisible après la décision") == 2
    acts.refuse(dossier=dossier, motifs=MOTIFS, actor=agent, on=DAY)
    assert page(signed_in(direction), "dossier", dossier.public_id).count(said) == 2


def test_an_opinion_is_no_longer_awaited_once_it_is_decided(region: SimpleNamespace, direction: User) -> None:
    today = timezone.localdate()
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    dossier = new_dossier(region, direction, etat="avis", depose_le=today)
    avis = AvisFactory(dossier=dossier, organisation=partner.membre.organisation)
    avis.refresh_from_db()
    address = reverse("offre:avis_rendre", args=[avis.public_id])
    client = signed_in(partner)
    found = {}
    for etat, changes in (("avis", {}), ("accorde", {"decision_le": today})):
        Dossier.objects.update(etat=etat, **changes)
        listed = page(client, "avis")
        sheet = page(client, "dossier", dossier.public_id)
        found[etat] = (address in listed, "plus attendu" in listed, address in sheet, "non rendu" in sheet)
    assert found == {"avis": (True, False, True, False), "accorde": (False, True, False, True)}


def test_legal_delays_are_those_of_the_parameters(
    region: SimpleNamespace, direction: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = {
        code: (replace(get_history(code)[0], value=Decimal(3)),)
        for code in ("offre.delai_silence_mois", "offre.delai_recours_mois")
    }
    known = {**catalogue(), **three}
    monkeypatch.setattr(parameters, "catalogue", lambda: known)
    draft, today = new_dossier(region, direction), timezone.localdate()
    assert "Le délai de 3 mois commence" in page(signed_in(direction), "dossier_porteur", draft.public_id, "deposer")
    deposited = new_dossier(region, direction, depose=True)
    assert "Le délai de 3 mois est suspendu" in page(signed_in(agent), "dossier_demander_pieces", deposited.public_id)
    refused = new_dossier(region, direction, etat="refuse", depose_le=today, decision_le=today, motifs=MOTIFS)
    assert describe_letter(refused)["recours"] == {
        "mois": "3",
        "article": "Code de justice administrative, art. R. 421-1",
    }


@pytest.mark.parametrize(("etat", "title"), [("refuse", "Décision de refus"), ("accorde", "Décision d’accord")])
def test_the_letter_of_a_decision(region: SimpleNamespace, direction: User, etat: str, title: str) -> None:
    today = timezone.localdate()
    dossier = new_dossier(region, direction, etat=etat, depose_le=today, decision_le=today, motifs=MOTIFS)
    response = signed_in(direction).get(reverse("offre:dossier_lettre", args=[dossier.public_id]))
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as document:
        assert str(document.docinfo.Title) == title
        assert document.Root.MarkInfo.Marked
    waiting = new_dossier(region, direction, etat="depose", depose_le=today)
    page(signed_in(direction), "dossier_lettre", waiting.public_id, status=404)


def test_a_piece_is_given_back_to_who_may_read_the_dossier(
    region: SimpleNamespace, direction: User, agent: User
) -> None:
    upload: Any = SimpleUploadedFile("x.pdf", b"%PDF-1.4\n%%EOF\n")
    kept = uploads.receive(upload, natures=tuple(uploads.Nature))
    dossier = new_dossier(region, direction, depose=True)
    piece = PieceFactory(dossier=dossier, fichier=kept.nom)
    piece.refresh_from_db()
    address = reverse("offre:dossier_piece", args=[dossier.public_id, piece.public_id])
    response = signed_in(agent).get(address)
    assert (response.content, response["Content-Disposition"]) == (
        b"%PDF-1.4\n%%EOF\n",
        'attachment; filename="statuts.pdf"',
    )
    stranger = answering("etat_departement", "ddets", "departement", "77")
    assert signed_in(stranger).get(address).status_code == 404
    other = new_dossier(region, direction, depose=True)
    page(signed_in(agent), "dossier_piece", other.public_id, piece.public_id, status=404)


def test_an_act_that_does_not_exist(region: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(region, direction, depose=True)
    for user, side, act in (
        (direction, "porteur", "instruire"),
        (agent, "service", "deposer"),
        (agent, "service", "x"),
    ):
        page(signed_in(user), f"dossier_{side}", dossier.public_id, act, status=404)


@pytest.mark.parametrize(
    ("etat", "name", "reason"),
    [
        ("avis", "dossier_accorder", "Cet acte n’est pas possible dans l’état «\u202favis demandés\u202f»."),
        ("pieces", "dossier_inscrire", "Cet acte n’est pas possible dans l’état «\u202fpièces demandées\u202f»."),
        ("sans_suite", "dossier_consulter", "Cet acte n’est pas possible dans l’état «\u202fsans suite\u202f»."),
    ],
)
def test_an_act_that_the_table_forbids_shows_no_form(
    region: SimpleNamespace, direction: User, agent: User, etat: str, name: str, reason: str
) -> None:
    dossier = new_dossier(region, direction, etat=etat, depose_le=timezone.localdate())
    seen = page(signed_in(agent), name, dossier.public_id, status=409)
    assert (reason in seen, "<textarea" in seen, 'type="date"' in seen) == (True, False, False)
    address = reverse("offre:dossier", args=[dossier.public_id])
    assert f'href="{address}"' in seen


def test_no_form_changes_what_the_service_holds(region: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(region, direction, depose=True)
    client = signed_in(direction)
    for name in ("dossier_modifier", "dossier_joindre", "dossier_chiffrer"):
        assert "il ne se modifie plus" in page(client, name, dossier.public_id, status=409)
    assert "état «\u202fdéposé\u202f»" in page(client, "dossier_porteur", dossier.public_id, "deposer", status=409)
    assert agent.membre is not None
    appel = AppelFactory(etat="ouvert", organisation=agent.membre.organisation)
    appel.refresh_from_db()
    assert "ne se modifie plus" in page(signed_in(agent), "appel_modifier", appel.public_id, status=409)
    seen = page(signed_in(agent), "appel_acte", appel.public_id, "achever", status=409)
    assert "état «\u202fouvert\u202f»" in seen


def test_the_deposit_shows_what_is_missing(dossier: Dossier, direction: User) -> None:
    client = signed_in(direction)
    seen = page(client, "dossier_porteur", dossier.public_id, "deposer")
    missing = [piece.code for piece in list_pieces("creation", "EI", on=timezone.localdate())]
    joining = reverse("offre:dossier_joindre", args=[dossier.public_id])
    assert [code for code in missing if f"{joining}?piece={code}" in seen] == missing
    assert "La fiche économique n’est pas remplie." in seen
    for code in missing:
        PieceFactory(dossier=dossier, code=code)
    plan = {("services", 1): Decimal(1000), ("ventes", 1): Decimal(1000)}
    write_fiche(
        dossier=dossier,
        fiche=FicheSaisie(plan, dict.fromkeys((1, 2, 3), dossier.etp), Decimal(5000)),
        actor=direction,
    )
    assert "n’appelle pas de remarque" in page(client, "dossier_porteur", dossier.public_id, "deposer")
    client.post(reverse("offre:dossier_porteur", args=[dossier.public_id, "deposer"]))
    dossier.refresh_from_db()
    assert dossier.etat == "depose"


def test_a_session_after_silence_is_confirmed(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    dossier = new_dossier(region, direction, etat="instruction", depose_le=today - timedelta(days=50))
    client, address = signed_in(agent), reverse("offre:dossier_inscrire", args=[dossier.public_id])
    last = read_ligne(dossier, on=today).horloge
    assert last is not None
    assert "confirme" not in client.get(address).context["form"].fields
    late = {"seance": last.echeance + timedelta(days=1)}
    response = client.post(address, late)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["confirme"]
    assert client.post(address, {**late, "confirme": "on"}).status_code == 302
    assert "se tient après le refus implicite" in page(client, "dossier", dossier.public_id)
    Dossier.objects.update(etat="instruction", seance_le=None)
    assert client.post(address, {"seance": last.echeance}).status_code == 302
    assert "se tient après le refus implicite" not in page(client, "dossier", dossier.public_id)


def test_an_answer_is_asked_before_silence(region: SimpleNamespace, direction: User, agent: User) -> None:
    today = timezone.localdate()
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    client, found = signed_in(agent), {}
    for days in (5, 50):
        dossier = new_dossier(region, direction, etat="instruction", depose_le=today - timedelta(days=days))
        address = reverse("offre:dossier_consulter", args=[dossier.public_id])
        horloge = read_ligne(dossier, on=today).horloge
        assert horloge is not None
        initial = client.get(address).context["form"].initial["echeance"]
        found[days] = initial == min(today + timedelta(days=21), horloge.echeance)
        late = {"organisation": partner.membre.organisation.pk, "echeance": horloge.echeance + timedelta(days=1)}
        assert list(client.post(address, late).context["form"].errors) == ["confirme"]
        assert client.post(address, {**late, "confirme": "on"}).status_code == 302
    assert found == {5: True, 50: True}


def test_long_lists_are_grouped(region: SimpleNamespace, direction: User) -> None:
    atelier, other = SecteurFactory(libelle="maçonnerie"), SecteurFactory()
    client = signed_in(direction)
    seen = page(client, "dossier_creer", "creation")
    for number, legend in enumerate(("Emploi", "Minima sociaux")):
        title = rf'aria-labelledby="(id_publics_groupe_{number})">\s*<p id="\1"[^>]*>{legend}<'
        assert re.search(title, seen)
    assert re.findall(r'<details class="mg-options__fold"( open)?>', seen) == ["", ""]
    data = {"nom": "A", "type_siae": "EI", "commune": "93066", "annee": timezone.localdate().year, "etp": "2"}
    address = reverse("offre:dossier_creer", args=["creation"])
    client.post(address, {**data, "secteurs": [atelier.pk], "publics": ["brsa"]})
    dossier = Dossier.objects.get()
    assert ([each.pk for each in dossier.secteurs.all()], dossier.publics) == ([atelier.pk], ["brsa"])
    seen = page(client, "dossier_modifier", dossier.public_id)
    assert seen.count(" checked") == 2
    groups = dict(re.findall(r'<details class="mg-options__fold"( open)?>\s*<summary>\s*([^<]*?) \(1\)', seen))
    assert groups == {" open": atelier.groupe.libelle, "": other.groupe.libelle}


def test_refusals_are_on_their_fields(region: SimpleNamespace, direction: User, agent: User) -> None:
    client = signed_in(direction)
    address = reverse("offre:dossier_creer", args=["creation"])
    year = timezone.localdate().year
    data = {"nom": "Atelier", "type_siae": "EI", "commune": "Nulle part", "annee": year + 9, "etp": "0"}
    response = client.post(address, data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["commune"]
    response = client.post(address, {**data, "commune": "saint denis"})
    assert sorted(response.context["form"].errors) == ["annee", "etp"]
    response = client.post(address, {**data, "commune": "93066", "annee": year, "etp": "12,5", "zones": "Melun, 93"})
    dossier = Dossier.objects.get()
    assert response.status_code == 302
    assert (dossier.etp, {zone.code for zone in dossier.zones.all()}) == (Decimal("12.5"), {"77288", "93"})
    dossier.refresh_from_db()
    seen = page(client, "dossier_modifier", dossier.public_id)
    assert 'value="Saint-Denis"' in seen


def test_a_request_asks_for_what_it_needs(direction: User) -> None:
    client = signed_in(direction)
    fields = {
        demande: set(client.get(reverse("offre:dossier_creer", args=[demande])).context["form"].fields)
        for demande in ("creation", "avenant", "territoire")
    }
    assert {"type_siae", "appel"} <= fields["creation"]
    assert "siae" in fields["avenant"]
    assert fields["avenant"] & {"type_siae", "appel"} == set()
    page(client, "dossier_creer", "loto", status=404)
    assert "Création" in page(client, "dossier_choisir")


def test_a_call_may_be_answered_by_a_siae_that_grows(region: SimpleNamespace, direction: User) -> None:
    assert direction.membre is not None
    today = timezone.localdate()
    appel = AppelFactory(etat="ouvert", ouverture=today, cloture=today)
    appel.refresh_from_db()
    siae = SiaeFactory(organisation=direction.membre.organisation, type_siae="ACI")
    client, query = signed_in(direction), f"?appel={appel.public_id}"
    assert f'href="{reverse("offre:dossier_choisir")}{query}"' in page(client, "appel", appel.public_id)
    seen = page(client, "dossier_choisir", query=query)
    assert {demande: reverse("offre:dossier_creer", args=[demande]) + query in seen for demande in Demande.values} == {
        demande: demande in {"creation", "extension", "territoire"} for demande in Demande.values
    }
    address = reverse("offre:dossier_creer", args=["extension"]) + query
    assert client.get(address).context["form"].initial["appel"] == appel
    data = {"nom": "Atelier", "siae": siae.pk, "appel": appel.pk, "commune": "93066", "annee": today.year, "etp": "15"}
    assert client.post(address, data).status_code == 302
    assert Dossier.objects.get().appel == appel
    # A call that is over, or is none, leaves the choice whole.
    AppelProjets.objects.update(etat="clos")
    for other in (query, "?appel=1"):
        assert reverse("offre:dossier_creer", args=["avenant"]) in page(client, "dossier_choisir", query=other)


def test_an_extension_says_that_its_etp_are_those_of_one_departement(direction: User) -> None:
    client = signed_in(direction)
    told = {
        demande: "Dans le seul département" in page(client, "dossier_creer", demande)
        for demande in ("creation", "extension")
    }
    assert told == {"creation": False, "extension": True}


def test_a_fit_without_present_figure_says_so(offre: SimpleNamespace, direction: User) -> None:
    dossier = new_dossier(offre, direction, demande="extension", existante=True)
    assert "ETP ajoutés non renseignés" in page(signed_in(direction), "dossier_adequation", dossier.public_id)


def test_the_grid_of_the_economic_sheet(dossier: Dossier, direction: User) -> None:
    client = signed_in(direction)
    address = reverse("offre:dossier_chiffrer", args=[dossier.public_id])
    plain = {"tresorerie": "1 000", "delai_ventes": 30, "delai_aides": 60, "delai_achats": 30}
    response = client.post(address, {**plain, "ventes_1": "-5"})
    assert list(response.context["form"].errors) == ["ventes_1"]
    assert (
        client.post(address, {**plain, "tresorerie": "1000", "ventes_1": "12 000,50", "etp_1": "4,5"}).status_code
        == 302
    )
    fiche = dossier.fiche_economique
    assert [(line.poste, line.annee, line.montant) for line in fiche.lignes.all()] == [
        ("ventes", 1, Decimal("12000.50"))
    ]
    assert fiche.etp_1 == Decimal("4.5")
    assert 'value="12000,50"' in page(client, "dossier_chiffrer", dossier.public_id)
    assert "Plan d’affaires" in page(client, "dossier_economie", dossier.public_id)


def test_the_fit_on_demand(offre: SimpleNamespace, direction: User) -> None:
    dossier = new_dossier(offre, direction)
    seen = page(signed_in(direction), "dossier_adequation", dossier.public_id)
    assert "Plaine Commune" in seen
    assert "4 SIAE déjà là" in seen


def test_the_fit_where_nothing_is_loaded(dossier: Dossier, direction: User) -> None:
    dossier.commune.region = "84"
    dossier.commune.save()
    assert "ne dit rien" in page(signed_in(direction), "dossier_adequation", dossier.public_id)


def test_a_draft_call_is_its_organisation_s(agent: User) -> None:
    assert agent.membre is not None
    appel = AppelFactory(organisation=agent.membre.organisation)
    appel.refresh_from_db()
    page(Client(), "appel", appel.public_id, status=404)
    assert "Ouvrir l’appel" in page(signed_in(agent), "appel", appel.public_id)
    AppelProjets.objects.update(etat="ouvert", cloture=timezone.localdate())
    seen = page(Client(), "appel", appel.public_id)
    assert "aujourd’hui" in seen
    assert "Clore l’appel" not in seen


def test_a_call_from_a_territory(region: SimpleNamespace, agent: User) -> None:
    client = signed_in(agent)
    seen = page(client, "appel_creer", query="?niveau=ept&code=200057867")
    assert 'value="Plaine Commune"' in seen
    today = timezone.localdate()
    data = {
        "titre": "Un chantier",
        "contexte": "Peu d’offre.",
        "ouverture": today.isoformat(),
        "cloture": (today - timedelta(days=1)).isoformat(),
        "etp": "20",
        "territoires": "Melun",
    }
    response = client.post(reverse("offre:appel_creer"), data)
    assert sorted(response.context["form"].errors) == ["cloture", "territoires"]
    right = {**data, "cloture": today.isoformat(), "territoires": "Plaine Commune, Aubervilliers", "types": ["ACI"]}
    client.post(reverse("offre:appel_creer"), right)
    appel = AppelProjets.objects.get()
    assert {each.code for each in appel.territoires.all()} == {"200057867", "93001"}
    response = client.get(reverse("offre:appels") + "?type=ACI&territoire=Aubervilliers&etat=brouillon")
    assert list(response.context["page"]) == [appel]
    assert list(client.get(reverse("offre:appels") + "?type=EI").context["page"]) == []


def test_the_sheet_of_a_territory_leads_to_a_call(region: SimpleNamespace, agent: User) -> None:
    address = reverse("diagnostics:territoire", args=["ept", "200057867"])
    assert "Susciter un projet" in signed_in(agent).get(address).content.decode()
    assert "Susciter un projet" not in Client().get(address).content.decode()
