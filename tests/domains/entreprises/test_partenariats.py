"""Companies followed, profiles without a name, the labour market."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from maillage.domains.entreprises.models import Partenariat, PresentationProfil
from maillage.domains.entreprises.queries.attentes_entreprises import list_attentes
from maillage.domains.entreprises.queries.chiffres import count_immersions
from maillage.domains.entreprises.queries.marche import get_marche_local
from maillage.domains.entreprises.queries.partenariats import followable, list_partenariats
from maillage.domains.entreprises.queries.profils import presented, received
from maillage.domains.entreprises.rules.profils import names_somebody
from maillage.domains.entreprises.services.hotes import get_host
from maillage.domains.entreprises.services.partenariats import (
    add_besoin,
    add_contact,
    close_besoin,
    finish_step,
    follow_company,
    follow_hire,
    record_action,
    remove_contact,
    set_convention,
)
from maillage.domains.entreprises.services.profils import answer_profile, present_profile
from maillage.domains.parcours.models import Consentement
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.accounts.models import User
from maillage.references.economie.models import Employeur
from maillage.references.personnes.models import Personne
from tests.factories.accounts import member, siret
from tests.factories.economie import (
    BesoinRecrutementFactory,
    EmployeurFactory,
    FapRomeFactory,
    RomeFactory,
)
from tests.factories.entreprises import (
    TODAY,
    ActionFactory,
    BesoinEntrepriseFactory,
    ContactFactory,
    EmbaucheFactory,
    ImmersionFactory,
    PartenariatFactory,
    PresentationFactory,
)
from tests.factories.parcours import ConsentementFactory, ContratFactory, SortieFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

pytestmark = pytest.mark.django_db


def codes(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [each.code for each in refused.value.refusals]


@pytest.fixture
def link(cip: User) -> Partenariat:
    return follow_company(employeur=EmployeurFactory(), actor=cip, on=TODAY)


# --- What the database holds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factory", "fields", "constraint"),
    [
        (PartenariatFactory, {"convention_debut": TODAY}, "partenariat_convention"),
        (PartenariatFactory, {"engagements": "x"}, "partenariat_convention"),
        (
            PartenariatFactory,
            {"convention_debut": TODAY, "convention_fin": TODAY, "engagements": "x"},
            "partenariat_convention",
        ),
        (BesoinEntrepriseFactory, {"postes": 0}, "besoin_entreprise_postes"),
        (ActionFactory, {"type": "autre"}, "action_mediation_suite"),
        (ActionFactory, {"suite": "Rappeler"}, "action_mediation_suite"),
        (ActionFactory, {"suite_le": TODAY}, "action_mediation_suite"),
        (PresentationFactory, {"etat": "vendu"}, "presentation_etat"),
        (PresentationFactory, {"reponse_le": TODAY}, "presentation_etat"),
    ],
)
def test_invariants(factory: Any, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        factory(**fields)


def test_an_organisation_follows_a_company_once() -> None:
    first = PartenariatFactory()
    with pytest.raises(IntegrityError, match="partenariat_unique"):
        PartenariatFactory(organisation=first.organisation, employeur=first.employeur)


@pytest.mark.parametrize(
    "consent",
    [{"objet": "cta"}, {"fin": TODAY, "debut": TODAY - timedelta(days=5)}, {"personne": None}],
)
def test_no_profile_without_the_person_s_consent(consent: dict[str, Any]) -> None:
    person = PersonneFactory()
    given = {"personne": person, "objet": "entreprise", "debut": TODAY, "fin": TODAY + timedelta(days=9), **consent}
    given["personne"] = given["personne"] or PersonneFactory()
    with pytest.raises(IntegrityError, match="avec l’accord"):
        PresentationFactory(personne=person, consentement=ConsentementFactory(**given))


# --- Following companies --------------------------------------------------------------------------------------------


def test_a_company_unknown_is_kept_under_its_name(cip: User) -> None:
    commune = TerritoireFactory(code="93900")
    number = siret(8500)
    assert codes(lambda: get_host(siret=number, actor=cip, on=TODAY)) == ["hote_inconnu"]
    assert codes(lambda: get_host(siret="123", actor=cip, on=TODAY)) == ["siret_format"]
    made = get_host(siret=number, denomination="Propreté", commune=commune, actor=cip, on=TODAY)
    assert (made.siret, made.denomination, made.commune) == (number, "Propreté", commune)
    assert get_host(siret=number, actor=cip, on=TODAY) == made
    assert Employeur.objects.count() == 1


def test_following_twice_is_refused(link: Partenariat, cip: User) -> None:
    assert codes(lambda: follow_company(employeur=link.employeur, actor=cip, on=TODAY)) == ["deja_suivie"]


def test_what_is_kept_of_a_company_is_its_organisation_s(link: Partenariat, cip: User) -> None:
    stranger = member(P.SIAE_DIRECTION)
    acts: tuple[Callable[[User], object], ...] = (
        lambda who: set_convention(partenariat=link, debut=None, fin=None, engagements="", actor=who),
        lambda who: add_contact(partenariat=link, nom="x", fonction="y", actor=who),
        lambda who: record_action(
            partenariat=link, type_action="appel", faite_le=TODAY, resultat="x", actor=who, on=TODAY
        ),
        lambda who: add_besoin(partenariat=link, rome=RomeFactory(), postes=1, pour_le=TODAY, actor=who, on=TODAY),
    )
    for act in acts:
        assert codes(lambda act=act: act(stranger)) == ["autre_organisation"]  # type: ignore[misc]
        act(cip)


@pytest.mark.parametrize(
    ("debut", "fin", "engagements", "expected"),
    [
        (TODAY, None, "x", ["convention_incomplete"]),
        (TODAY, TODAY + timedelta(days=9), " ", ["convention_incomplete"]),
        (TODAY, TODAY, "x", ["fin_avant_debut"]),
    ],
)
def test_a_convention_is_whole(
    link: Partenariat, cip: User, debut: Any, fin: Any, engagements: str, expected: list[str]
) -> None:
    act = lambda: set_convention(partenariat=link, debut=debut, fin=fin, engagements=engagements, actor=cip)  # noqa: E731
    assert codes(act) == expected


def test_contacts_come_and_go(link: Partenariat, cip: User) -> None:
    contact = add_contact(partenariat=link, nom="Responsable", fonction="DRH", actor=cip)
    remove_contact(contact=contact, actor=cip)
    assert link.contacts.count() == 0


def test_needs_and_next_steps_are_closed_once(link: Partenariat, cip: User) -> None:
    assert codes(
        lambda: add_besoin(
            partenariat=link, rome=RomeFactory(), postes=1, pour_le=TODAY - timedelta(days=1), actor=cip, on=TODAY
        )
    ) == ["jour_passe"]
    besoin = add_besoin(partenariat=link, rome=RomeFactory(), postes=2, pour_le=TODAY, actor=cip, on=TODAY)
    action = record_action(
        partenariat=link,
        type_action="visite",
        faite_le=TODAY,
        resultat="Deux postes",
        suite="Rappeler",
        suite_le=TODAY + timedelta(days=3),
        actor=cip,
        on=TODAY,
    )
    row = list_partenariats(cip).get()
    assert (row.besoins_ouverts, row.suite, row.embauchees) == (1, TODAY + timedelta(days=3), None)  # type: ignore[attr-defined]
    assert [each.label for each in list_attentes(cip)] == ["1 suite à donner auprès d’une entreprise"]
    close_besoin(besoin=besoin, actor=cip, on=TODAY)
    finish_step(action=action, actor=cip, on=TODAY)
    assert codes(lambda: close_besoin(besoin=besoin, actor=cip, on=TODAY)) == ["deja_clos"]
    assert codes(lambda: finish_step(action=action, actor=cip, on=TODAY)) == ["rien_a_faire"]
    assert list(list_attentes(cip)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"faite_le": TODAY + timedelta(days=1)}, ["jour_futur"]),
        ({"suite": "Rappeler"}, ["suite_incomplete"]),
        ({"suite_le": TODAY}, ["suite_incomplete"]),
    ],
)
def test_an_action_says_when(link: Partenariat, cip: User, fields: dict[str, Any], expected: list[str]) -> None:
    given = {"type_action": "appel", "faite_le": TODAY, "resultat": "x", **fields}
    assert codes(lambda: record_action(partenariat=link, **given, actor=cip, on=TODAY)) == expected


def test_a_hire_follows_an_exit_of_ours(link: Partenariat, cip: User, contrat: Any) -> None:
    contrat.fin = TODAY
    contrat.save()
    ours = SortieFactory(contrat=contrat, motif="cdi")
    foreign = SortieFactory(motif="cdi")
    assert list(followable(cip)) == [ours]
    assert codes(lambda: follow_hire(partenariat=link, sortie=foreign, rome=RomeFactory(), actor=cip, on=TODAY)) == [
        "dossier_ferme"
    ]
    follow_hire(partenariat=link, sortie=ours, rome=RomeFactory(), actor=cip, on=TODAY)
    assert list(followable(cip)) == []
    assert codes(lambda: follow_hire(partenariat=link, sortie=ours, rome=RomeFactory(), actor=cip, on=TODAY)) == [
        "sortie_impossible"
    ]


def test_the_list_asks_as_many_queries_for_one_company_as_for_three(
    client: Client, cip: User, django_assert_constant_queries: Any
) -> None:
    client.force_login(cip)

    def create(number: int) -> None:
        for _ in range(number):
            made = PartenariatFactory(organisation=cip.membre.organisation)  # type: ignore[union-attr]
            BesoinEntrepriseFactory(partenariat=made)
            ContactFactory(partenariat=made)

    django_assert_constant_queries(create, lambda: client.get("/entreprises/"))


def test_the_page_of_a_company_shows_others_nothing_of_ours(client: Client, link: Partenariat) -> None:
    ContactFactory(partenariat=link, nom="Contact Secret")
    client.force_login(member(P.SIAE_DIRECTION))
    page = client.get(f"/entreprises/annuaire/{link.employeur.siret}/").content.decode()
    assert (link.employeur.denomination in page, "Contact Secret" in page) == (True, False)


# --- Profiles without a name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sait tenir une caisse.", False),
        ("Ondeline sait tenir une caisse.", True),
        ("Mme BRUYERE sait tenir une caisse.", True),
        ("Écrire à x@y.fr", True),
        ("Appeler le 06 01 02 03 04", True),
        ("Huit mois, 26 heures, 95 %", False),
    ],
)
def test_words_that_give_somebody_away(text: str, expected: bool) -> None:
    assert names_somebody(text, ("Bruyère", "Ondeline")) is expected


def present(cip: User, contrat: Any, personne: Personne, conseiller: User, **more: Any) -> PresentationProfil:
    given = {
        "atouts": "Sait tenir une caisse.",
        "accord_jusqu_au": TODAY + timedelta(days=90),
        "disponible_le": TODAY,
        **more,
    }
    return present_profile(
        personne=personne,
        siae=contrat.siae,
        destinataire=conseiller.membre.organisation,  # type: ignore[union-attr]
        rome=RomeFactory(),
        actor=cip,
        on=TODAY,
        **given,
    )


def test_a_profile_is_shown_as_long_as_the_person_agrees(
    cip: User, contrat: Any, personne: Personne, conseiller: User
) -> None:
    assert codes(lambda: present(cip, contrat, personne, conseiller, accord_jusqu_au=None)) == ["sans_accord"]
    assert codes(lambda: present(cip, contrat, personne, conseiller, atouts="Ondeline sait.")) == ["profil_nomme"]
    shown = present(cip, contrat, personne, conseiller)
    again = present(cip, contrat, personne, conseiller, accord_jusqu_au=None)  # the agreement holds
    assert (shown.consentement, Consentement.objects.count()) == (again.consentement, 1)
    assert received(conseiller, TODAY).count() == 2
    assert Notification.objects.filter(destinataire=conseiller, type="entreprises.profil").count() == 2
    Consentement.objects.update(fin=TODAY, retire=True)
    assert received(conseiller, TODAY).count() == 0


def test_a_profile_is_withdrawn_with_the_agreement(
    cip: User,
    contrat: Any,
    personne: Personne,
    conseiller: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    shown = [present(cip, contrat, personne, conseiller) for _ in range(2)]
    answer_profile(presentation=shown[0], act="embaucher", actor=cip, on=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(consentement=shown[0].consentement, actor=cip, on=TODAY)
    for each in shown:
        each.refresh_from_db()
    assert [each.etat for each in shown] == ["embauche", "retire"]
    assert received(conseiller, TODAY).count() == 0


def test_a_profile_names_nobody_on_the_pages_of_who_receives_it(
    client: Client, cip: User, contrat: Any, personne: Personne
) -> None:
    company = member(P.ENTREPRISE, "entreprise")
    shown = present(cip, contrat, personne, company)
    client.force_login(company)
    for address in ("/entreprises/profils/", f"/entreprises/profils/{shown.public_id}/"):
        page = client.get(address).content.decode()
        assert ("Sait tenir une caisse." in page, personne.nom in page, personne.prenom in page) == (True, False, False)


def test_a_profile_is_answered_then_closed(cip: User, contrat: Any, personne: Personne, conseiller: User) -> None:
    shown = present(cip, contrat, personne, conseiller)
    assert codes(lambda: answer_profile(presentation=shown, act="ecarter", actor=conseiller, on=TODAY)) == [
        "motif_manquant"
    ]
    assert codes(lambda: answer_profile(presentation=shown, act="interesser", actor=cip, on=TODAY)) == ["interdit"]
    answer_profile(presentation=shown, act="interesser", reponse="À rencontrer", actor=conseiller, on=TODAY)
    assert [each.label for each in list_attentes(cip)] == ["1 profil intéresse une entreprise"]
    answer_profile(presentation=shown, act="embaucher", actor=cip, on=TODAY)
    shown.refresh_from_db()
    assert (shown.etat, shown.reponse, presented(cip).count()) == ("embauche", "À rencontrer", 1)
    assert codes(lambda: answer_profile(presentation=shown, act="retirer", actor=cip, on=TODAY)) == [
        "transition_interdite"
    ]


def test_a_profile_goes_to_who_may_receive_it(cip: User, contrat: Any, personne: Personne) -> None:
    ddets = member(P.ETAT_DEPARTEMENT, "ddets")
    assert codes(lambda: present(cip, contrat, personne, ddets)) == ["destinataire"]


# --- Figures --------------------------------------------------------------------------------------------------------


def employ(kind: str, departement: str, number: int, immersed: int) -> None:
    siae = SiaeFactory(type_siae=kind)
    for rank in range(number):
        person = PersonneFactory(departement=departement)
        contract = ContratFactory(personne=person, siae=siae)
        if rank < immersed:
            ImmersionFactory(personne=person, contrat=contract, etat="acceptee", debut=date(2026, 3, 2))


def test_rates_are_withheld_with_what_would_lead_back_to_them() -> None:
    employ("ACI", "93", 20, 8)
    employ("ACI", "95", 30, 6)
    employ("EI", "93", 6, 2)
    ImmersionFactory(etat="refusee", debut=date(2026, 4, 2))
    rows = count_immersions(2026, [("93", "Seine-Saint-Denis"), ("95", "Val-d’Oise")])
    assert [(row.type, row.departement, row.salaries, row.immersions) for row in rows] == [
        ("ACI", "Seine-Saint-Denis (93)", 20, 8),
        ("ACI", "Val-d’Oise (95)", 30, 6),
        ("ACI", "ensemble de la région", 50, 14),
        ("EI", "Seine-Saint-Denis (93)", 6, None),
        ("EI", "ensemble de la région", 6, None),
    ]
    assert [row.taux for row in rows[:3]] == [0.4, 0.2, 0.28]
    assert count_immersions(2020, [("93", "Seine-Saint-Denis")]) == []


def test_a_territory_is_counted_alone() -> None:
    employ("ACI", "93", 20, 8)
    employ("ACI", "95", 30, 6)
    [first, last] = count_immersions(2026, [("95", "Val-d’Oise")])
    assert (first.salaries, first.immersions, last.salaries) == (30, 6, 50)


def test_the_market_beside_where_our_people_leave_to() -> None:
    region = TerritoireFactory(niveau="region", code="11", nom="Île-de-France", departement="", region="11")
    pair = FapRomeFactory()
    BesoinRecrutementFactory(fap=pair.fap, territoire=region, departement="")
    for _ in range(7):
        left = ContratFactory(fin=TODAY - timedelta(days=9), rome=pair.rome)
        SortieFactory(contrat=left, motif="cdi")
    elsewhere = RomeFactory(code="A1203", libelle="Jardinier")
    for _ in range(6):
        hired = SortieFactory(contrat=ContratFactory(fin=TODAY - timedelta(days=9), rome=pair.rome), motif="cdd_long")
        EmbaucheFactory(sortie=hired, rome=elsewhere)
    SortieFactory(contrat=ContratFactory(fin=TODAY - timedelta(days=9), rome=pair.rome), motif="chomage")
    SortieFactory(
        contrat=ContratFactory(debut=date(2025, 1, 6), fin=TODAY - timedelta(days=400), rome=pair.rome), motif="cdi"
    )
    BesoinEntrepriseFactory(rome=pair.rome, postes=4)
    BesoinEntrepriseFactory(rome=pair.rome, postes=9, clos_le=TODAY)
    local = get_marche_local(region, TODAY)
    assert [(row.metier.fap, row.sorties, row.besoins) for row in local.lignes] == [(pair.fap, 7, 4)]
    assert (local.sorties, local.hors_metier) == (13, 6)
