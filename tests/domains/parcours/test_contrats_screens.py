"""The screens of contracts and hours: what they show, what they write, what they ask of the database."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.models import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.queries.attentes_contrats import list_attentes
from maillage.domains.parcours.queries.embauche import from_poste, prefill
from maillage.domains.parcours.queries.heures import describe_annee
from maillage.domains.parcours.rules.heures import mois_precedent, premier
from maillage.foundations.kernel.models import Lecture
from maillage.foundations.kernel.templatetags.ui import mois_en_lettres
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import member
from tests.factories.parcours import ContratFactory, EtatMensuelFactory, TitreFactory
from tests.factories.parcours_contrats import MiseADispositionFactory, employer, followed
from tests.factories.parcours_titre import DiagnosticFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import EffectifFactory, SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MOIS = mois_precedent(TODAY)
DEBUT = premier(MOIS - timedelta(days=40))


@pytest.fixture
def aci(client: Client) -> tuple[User, Siae]:
    user, siae = employer()
    client.force_login(user)
    return user, siae


def contract(user: User, siae: Siae, **fields: Any) -> Contrat:
    made: Contrat = ContratFactory(
        personne=fields.pop("personne", None) or followed(user, titre=DEBUT),
        siae=siae,
        **{"debut": DEBUT, "fin_prevue": TODAY + timedelta(days=20), **fields},
    )
    made.refresh_from_db()
    return made


def url(name: str, contrat: Contrat) -> str:
    return reverse(f"parcours:{name}", args=[contrat.personne.public_id, contrat.public_id])


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def cells(text: str) -> list[list[str]]:
    """Return the texts of the rows of the tables of a page."""
    rows = re.findall(r"<tr>(.*?)</tr>", text, flags=re.S)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


# --- Employ -----------------------------------------------------------------------------------------------------------


def typed(**fields: Any) -> dict[str, Any]:
    return {"type": "cddi", "debut": TODAY, "fin_prevue": TODAY + timedelta(days=180), "heures_semaine": "26", **fields}


def test_the_rules_are_told_before_the_click(client: Client, aci: tuple[User, Siae]) -> None:
    personne = followed(aci[0], titre=TODAY - timedelta(days=10))
    address = reverse("parcours:embaucher", args=[personne.public_id])
    text = page(client, address)
    assert "720\u202fjours" in text
    assert "57\u202fans ou plus" in text
    answer = client.post(address, typed(siae=aci[1].pk, fin_prevue=TODAY + timedelta(days=9), verifier="1"))
    assert answer.status_code == 200
    told = {row[0]: row[2] for row in cells(unescape(answer.content.decode())) if len(row) == 4}
    assert list(told.values()).count("non respectée") == 1
    assert not Contrat.objects.exists()


def test_employ(client: Client, aci: tuple[User, Siae]) -> None:
    personne = followed(aci[0], titre=TODAY - timedelta(days=10))
    address = reverse("parcours:embaucher", args=[personne.public_id])
    last = TODAY + timedelta(days=180)
    answer = client.post(address, typed(siae=aci[1].pk, fin_prevue=last, heures_semaine="26,5"))
    contrat = Contrat.objects.get()
    assert (contrat.fin_prevue, contrat.heures_semaine) == (last + timedelta(days=1), Decimal("26.5"))
    assert answer.headers["Location"] == url("contrat", contrat)


def test_a_refusal_is_on_its_field(client: Client, aci: tuple[User, Siae]) -> None:
    personne = followed(aci[0], titre=TODAY - timedelta(days=10))
    answer = client.post(
        reverse("parcours:embaucher", args=[personne.public_id]), typed(siae=aci[1].pk, heures_semaine="10")
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["heures_semaine"]


def test_an_organisation_without_siae_is_told_so(client: Client) -> None:
    user = member(P.SIAE_DIRECTION)
    client.force_login(user)
    text = page(client, reverse("parcours:embaucher", args=[followed(user).public_id]))
    assert "Votre organisation ne porte aucune SIAE connue" in text


def test_an_assignment_is_counted_on_the_screen(client: Client) -> None:
    user, siae = employer("AI")
    client.force_login(user)
    personne = followed(user, titre=DEBUT)
    done = contract(user, siae, personne=personne, type="cddu")
    MiseADispositionFactory(contrat=done, denomination="Grenier")
    for mois in (MOIS, mois_precedent(MOIS)):
        EtatMensuelFactory(contrat=done, mois=mois, heures=Decimal(240))
    address = reverse("parcours:embaucher", args=[personne.public_id])
    assert ["Grenier", "480"] in cells(page(client, address))
    answer = client.post(
        address, typed(siae=siae.pk, type="cddu", heures_semaine="", nature="entreprise", denomination="Grenier")
    )
    assert list(answer.context["form"].errors) == ["nature"]
    answer = client.post(address, typed(siae=siae.pk, type="cddu", heures_semaine="", nature="particulier"))
    assert answer.status_code == 302


def test_what_the_address_names_fills_the_form(aci: tuple[User, Siae]) -> None:
    class Rome:
        code = "K2204"

    class Poste:
        siae_id, type_contrat, heures_semaine, rome = 7, "cddi", Decimal(26), Rome

    assert from_poste(Poste) == {"siae": "7", "type": "cddi", "heures_semaine": Decimal(26), "rome": "K2204"}
    assert prefill(followed(aci[0]), [aci[1]], candidature="nimporte", poste="") == {}


# --- One contract -----------------------------------------------------------------------------------------------------


def test_the_page_of_a_contract(client: Client, aci: tuple[User, Siae]) -> None:
    contrat = contract(*aci)
    EtatMensuelFactory(contrat=contrat, mois=MOIS, heures=Decimal("104.5"))
    text = page(client, url("contrat", contrat))
    assert ["Total", "104,5", ""] in cells(text)
    acts = ("renouveler", "modifier", "terminer", "retirer")
    assert [name for name in acts if url(f"contrat_{name}", contrat) in text] == list(acts)
    assert [(read.ecran, read.objet_id) for read in Lecture.objects.all()] == [
        ("parcours:contrat", contrat.personne_id)
    ]


def test_another_siae_reads_and_does_not_act(client: Client, aci: tuple[User, Siae]) -> None:
    user = aci[0]
    contrat = contract(user, SiaeFactory())
    text = page(client, url("contrat", contrat))
    assert url("contrat_renouveler", contrat) not in text
    assert client.get(url("contrat_renouveler", contrat)).status_code == 404


def test_a_contract_of_somebody_else_is_not_found(client: Client, aci: tuple[User, Siae]) -> None:
    contrat = contract(*aci)
    other = followed(aci[0])
    address = reverse("parcours:contrat", args=[other.public_id, contrat.public_id])
    assert client.get(address).status_code == 404


def test_acts(client: Client, aci: tuple[User, Siae]) -> None:
    contrat = contract(*aci)
    last = TODAY + timedelta(days=200)
    verify = client.post(url("contrat_renouveler", contrat), {"fin_prevue": last, "verifier": "1"})
    assert (verify.status_code, Contrat.objects.count()) == (200, 1)
    assert "Ce contrat respecte les règles" in unescape(verify.content.decode())
    client.post(url("contrat_renouveler", contrat), {"fin_prevue": last})
    suite = Contrat.objects.get(precedent=contrat)
    client.post(url("contrat_modifier", suite), {"heures_semaine": "30"})
    suite.refresh_from_db()
    assert suite.heures_semaine == Decimal(30)
    client.post(url("contrat_retirer", suite), {"motif": "Saisi deux fois."})
    client.post(url("contrat_terminer", contrat), {"fin": TODAY, "motif": "cdi"})
    assert Sortie.objects.get().contrat.fin == TODAY + timedelta(days=1)
    text = page(client, url("contrat", contrat))
    acts = ("renouveler", "modifier", "terminer", "retirer")
    shown = [name for name in acts if url(f"contrat_{name}", contrat) in text]
    assert shown == ["terminer"]  # its motive may still be corrected
    assert "Corriger le motif de sortie" in text


def test_a_director_chooses_the_cip_who_will_support(client: Client, aci: tuple[User, Siae]) -> None:
    user, siae = aci
    first, second = (member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.organisation) for _ in range(2))
    personne = followed(user, titre=TODAY - timedelta(days=10))
    address = reverse("parcours:embaucher", args=[personne.public_id])
    field = client.get(address).context["form"].fields["referent"]
    assert {key for key, _ in field.choices} == {"", *(str(each.membre.public_id) for each in (first, second))}
    assert client.post(address, typed(siae=siae.pk)).context["form"].errors.keys() == {"referent"}
    client.post(address, typed(siae=siae.pk, referent=str(second.membre.public_id)))
    assert personne.relations.get(type="contrat").referent == second.membre
    assert "referent" not in client.get(address).context["form"].fields  # they have their référent


def test_a_cip_is_chosen_first_and_the_only_one_without_being_asked(client: Client, aci: tuple[User, Siae]) -> None:
    user, siae = aci
    cip = member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.organisation)
    personne = followed(user, titre=TODAY - timedelta(days=10))
    address = reverse("parcours:embaucher", args=[personne.public_id])
    client.post(address, typed(siae=siae.pk))
    assert personne.relations.get(type="contrat").referent == cip.membre
    member(P.SIAE_ACCOMPAGNEMENT, organisation=siae.organisation)
    client.force_login(cip)
    other = reverse("parcours:embaucher", args=[followed(user).public_id])
    assert client.get(other).context["form"].fields["referent"].initial == str(cip.membre.public_id)


def test_eligibility_is_told_before_the_click(client: Client, aci: tuple[User, Siae]) -> None:
    user, siae = aci
    personne = followed(user, titre=None)
    addresses = [reverse(name, args=[personne.public_id]) for name in ("parcours:embaucher", "personnes:detail")]
    for address in addresses:
        assert "aucun diagnostic d’éligibilité n’est valable" in page(client, address)
    DiagnosticFactory(personne=personne, siae=SiaeFactory(), auteur="siae", debut=TODAY, fin=TODAY + timedelta(days=9))
    answer = client.post(addresses[0], typed(siae=siae.pk, verifier="1"))
    assert [each.code for each, _ in answer.context["controles"] if each.refus] == ["non_eligible"]
    own = {"siae": siae, "auteur": "siae", "organisation": siae.organisation}
    DiagnosticFactory(personne=personne, **own, debut=TODAY, fin=date(2090, 3, 4))
    for address in addresses:
        text = " ".join(page(client, address).split())
        assert "(SIAE qui embauche), diagnostic valable jusqu’au 3 mars 2090. L’embauche ouvrira un titre." in text


# --- Lists ------------------------------------------------------------------------------------------------------------


def listed(client: Client, query: str = "", name: str = "contrats") -> list[str]:
    text = page(client, f"{reverse(f'parcours:{name}')}?{query}")
    return [row[0] for row in cells(text) if row and "Salarié" not in row[0]]


def test_the_list_and_its_filters(client: Client, aci: tuple[User, Siae]) -> None:
    user, siae = aci

    def one(nom: str, **fields: Any) -> Contrat:
        return contract(user, siae, personne=followed(user, titre=None, prenom="A", nom=nom), **fields)

    one("Court")
    one("Loin", fin_prevue=TODAY + timedelta(days=80))
    one("Fini", fin=TODAY)
    one("Futur", debut=TODAY + timedelta(days=2), fin_prevue=TODAY + timedelta(days=180), type="apprentissage")
    titre = one("Titre")
    Contrat.objects.filter(pk=titre.pk).update(titre=TitreFactory(personne=titre.personne, debut=DEBUT))
    ContratFactory(siae=siae, debut=DEBUT, fin_prevue=TODAY)  # the file is not open
    ContratFactory(personne=followed(user), debut=DEBUT, fin_prevue=TODAY)  # another SIAE's
    assert sorted(listed(client, "tri=salarie")) == ["A Court", "A Fini", "A Futur", "A Loin", "A Titre"]
    assert listed(client, "etat=fini") == ["A Fini"]
    assert listed(client, "etat=a_venir") == ["A Futur"]
    assert listed(client, "tri=salarie&fin_dans=30") == ["A Court", "A Titre"]
    assert listed(client, "type=apprentissage") == ["A Futur"]
    assert listed(client, "q=loin") == ["A Loin"]
    assert listed(client, "tri=salarie&sans_titre=on") == ["A Court", "A Fini", "A Futur", "A Loin"]
    assert listed(client, "", "contrats_sans_suite") == ["A Fini", "A Court", "A Titre"]


def test_lists_ask_as_many_queries_for_one_as_for_three(
    client: Client, aci: tuple[User, Siae], django_assert_constant_queries: Callable[..., None]
) -> None:
    def create(number: int) -> None:
        for _ in range(number):
            EtatMensuelFactory(contrat=contract(*aci), mois=MOIS)

    for address in (
        reverse("parcours:contrats"),
        reverse("parcours:contrats_sans_suite"),
        reverse("parcours:heures"),
        reverse("parcours:heures_mois", args=[aci[1].pk]),
    ):
        client.get(address)
        django_assert_constant_queries(create, lambda address=address: client.get(address))


def test_each_name_on_the_list_is_a_reading(client: Client, aci: tuple[User, Siae]) -> None:
    contrat = contract(*aci)
    client.get(reverse("parcours:contrats"))
    assert [(read.ecran, read.objet_id) for read in Lecture.objects.all()] == [
        ("parcours:contrats", contrat.personne_id)
    ]


# --- Sheet ------------------------------------------------------------------------------------------------------------


def test_the_sheet_tells_the_contracts_on_one_scale(client: Client, aci: tuple[User, Siae]) -> None:
    TerritoireFactory(code="95018", nom="Argenteuil", departement="95")
    contrat = contract(*aci)
    ContratFactory(personne=contrat.personne, type="cdi_inclusion", debut=TODAY, fin_prevue=None)
    text = page(client, reverse("personnes:detail", args=[contrat.personne.public_id]))
    rows = [row for row in cells(text) if "insertion" in row[0] or "inclusion" in row[0]]
    assert [row[3] for row in rows] == ["en cours, sans fin prévue", "en cours"]
    assert reverse("parcours:embaucher", args=[contrat.personne.public_id]) in text


def test_the_sheet_of_an_advisor_shows_no_button(client: Client) -> None:
    user = member(P.PRESCRIPTEUR, "prescripteur")
    client.force_login(user)
    personne: Personne = PersonneFactory()
    RelationFactory(personne=personne, organisation=user.membre.organisation, type="prescription")  # type: ignore[union-attr]
    personne.refresh_from_db()
    ContratFactory(personne=personne)
    text = page(client, reverse("personnes:detail", args=[personne.public_id]))
    assert 'id="contrats"' in text
    assert "embaucher" not in text


# --- Hours ------------------------------------------------------------------------------------------------------------


def grid(siae: Siae, mois: date = MOIS) -> str:
    return f"{reverse('parcours:heures_mois', args=[siae.pk])}?mois={mois:%Y-%m}"


def test_the_grid_is_saved_at_once(client: Client, aci: tuple[User, Siae]) -> None:
    first, second = contract(*aci), contract(*aci)
    EtatMensuelFactory(contrat=first, mois=mois_precedent(MOIS), heures=Decimal(91))
    text = page(client, grid(aci[1]))
    assert [row[3] for row in cells(text) if len(row) == 7][1:] == ["91", "non renseigné"]
    answer = client.post(
        grid(aci[1]),
        {f"heures-{first.pk}": "104,5", f"heures_payees-{first.pk}": "112", f"heures-{second.pk}": "0"},
    )
    assert answer.status_code == 302
    found = EtatMensuel.objects.filter(mois=MOIS).order_by("contrat").values_list("heures", "heures_payees")
    assert list(found) == [(Decimal("104.5"), Decimal(112)), (Decimal(0), None)]
    assert {read.objet_id for read in Lecture.objects.filter(ecran="parcours:heures_mois")} == {
        first.personne_id,
        second.personne_id,
    }


def test_a_wrong_cell_is_shown_and_nothing_is_saved(client: Client, aci: tuple[User, Siae]) -> None:
    first, second = contract(*aci), contract(*aci)
    answer = client.post(
        grid(aci[1]),
        {f"heures-{first.pk}": "104", f"heures-{second.pk}": "beaucoup", f"heures_payees-{second.pk}": "1"},
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"heures-{second.pk}"])
    answer = client.post(grid(aci[1]), {f"heures-{first.pk}": "104", f"heures_payees-{first.pk}": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"heures_payees-{first.pk}"])
    assert not EtatMensuel.objects.exists()


def test_a_large_siae_turns_pages(client: Client, aci: tuple[User, Siae], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.domains.parcours.views.heures.PAR_PAGE", 1)
    personnes = [followed(aci[0], titre=None, nom=nom) for nom in ("Abeille", "Bourdon")]
    contracts = [contract(*aci, personne=personne) for personne in personnes]
    second = f"{grid(aci[1])}&page=2"
    assert f"heures-{contracts[0].pk}" not in page(client, second)
    assert [read.objet_id for read in Lecture.objects.all()] == [personnes[1].pk]
    answer = client.post(second, {f"heures-{contracts[1].pk}": "12"})
    assert (answer.headers["Location"], EtatMensuel.objects.get().contrat) == (second, contracts[1])


def test_what_a_colleague_wrote_meanwhile_stays(client: Client, aci: tuple[User, Siae]) -> None:
    first, second = contract(*aci), contract(*aci)
    names = [f"heures-{first.pk}", f"heures-{second.pk}"]
    EtatMensuelFactory(contrat=second, mois=MOIS, heures=Decimal(50))
    client.post(grid(aci[1]), {names[0]: "104", names[1]: "50,00"})
    assert list(EtatMensuel.objects.order_by("contrat").values_list("heures", flat=True)) == [104, 50]


@pytest.mark.parametrize("mois", ["2026-13", "octobre", f"{TODAY.year + 1}-01"])
def test_no_such_month(client: Client, aci: tuple[User, Siae], mois: str) -> None:
    assert client.get(f"{reverse('parcours:heures_mois', args=[aci[1].pk])}?mois={mois}").status_code == 404


def test_the_hours_of_another_siae_are_not_found(client: Client, aci: tuple[User, Siae]) -> None:
    assert client.get(grid(SiaeFactory())).status_code == 404


def test_etp_against_what_was_granted(aci: tuple[User, Siae]) -> None:
    """An ACI counts paid hours, else worked ones: 1,820 a year; 12 ETP granted are 3 at the end of March."""
    user, siae = aci
    where = TerritoireFactory(niveau="departement", code="95", departement="95")
    EffectifFactory(siae=siae, annee=2025, departement=where, etp_conventionnes=Decimal(12))
    contrat = contract(user, siae, debut=date(2025, 1, 1), fin_prevue=date(2025, 6, 1))
    other = contract(user, siae, debut=date(2025, 3, 1), fin_prevue=date(2025, 6, 1))
    EtatMensuelFactory(contrat=contrat, mois=date(2025, 1, 1), heures=Decimal(100), heures_payees=Decimal(182))
    EtatMensuelFactory(contrat=contrat, mois=date(2025, 3, 1), heures=Decimal(91))
    EtatMensuelFactory(contrat=other, mois=date(2025, 3, 1), heures=None)
    found = describe_annee(siae, 2025, date(2025, 3, 31))
    rows = [
        (row.mois.month, row.contrats, row.manquants, row.heures, row.etp, row.cumul, row.attendu, row.ecart)
        for row in found.mois
    ]
    assert rows == [
        (3, 2, 1, Decimal(91), Decimal("0.60"), Decimal("0.15"), Decimal(3), Decimal("-2.85")),
        (2, 1, 1, None, None, Decimal("0.10"), Decimal(2), Decimal("-1.90")),
        (1, 1, 0, Decimal(182), Decimal("1.20"), Decimal("0.10"), Decimal(1), Decimal("-0.90")),
    ]


def test_an_unknown_grant_is_not_zero(client: Client, aci: tuple[User, Siae]) -> None:
    contrat = contract(*aci)
    EtatMensuelFactory(contrat=contrat, mois=MOIS, heures=Decimal("151.67"))
    text = page(client, reverse("parcours:heures"))
    found = {row[0].lower(): row for row in cells(text) if len(row) == 7}
    named = next(row for name, row in found.items() if name.endswith(str(MOIS.year)) and row[3] == "151,67")
    assert (named[2], named[4], named[6]) == ("aucune", "1", "non renseigné")


# --- What awaits ------------------------------------------------------------------------------------------------------


def test_what_awaits_a_siae(aci: tuple[User, Siae]) -> None:
    user, siae = aci
    for days in (-3, 20, 50, 80):
        contract(user, siae, fin_prevue=TODAY + timedelta(days=days))
    assert [(attente.label, attente.echeance, attente.urgente) for attente in list_attentes(user)] == [
        (
            "1 contrat terminé sans suite enregistrée\u202f: renouvelez-les ou dites la sortie",
            TODAY - timedelta(days=4),
            True,
        ),
        ("1 contrat finit dans les 30 jours, sans suite", TODAY + timedelta(days=19), True),
        ("1 contrat finit dans les 60 jours, sans suite", TODAY + timedelta(days=49), False),
        (f"Les heures de 4 contrats manquent en {mois_en_lettres(MOIS)}", None, False),
        ("3 salariés n’ont pas de PASS IAE", None, True),
    ]


def test_what_awaits_asks_the_same_queries(
    aci: tuple[User, Siae], django_assert_constant_queries: Callable[..., None]
) -> None:
    django_assert_constant_queries(
        lambda number: [contract(*aci) for _ in range(number)], lambda: list(list_attentes(aci[0]))
    )


def test_nothing_awaits_a_prescripteur() -> None:
    assert list(list_attentes(member(P.PRESCRIPTEUR, "prescripteur"))) == []
