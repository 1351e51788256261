"""What a partner observes: on its land, in its name, by those whose role it is; read by whoever is connected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from maillage.domains.diagnostics.models import NoteBesoin
from maillage.domains.diagnostics.queries.competences import list_competents, name_territoire
from maillage.domains.diagnostics.queries.notes import list_notes_de, list_themes
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.domains.diagnostics.rules import FicheNote, check_note, find_designations
from maillage.domains.diagnostics.services.notes import create_note, end_note, update_note
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, QpvCommune
from tests.factories.accounts import UserFactory, member
from tests.factories.notes import NoteBesoinFactory
from tests.factories.territoires import TerritoireFactory

ON = date(2026, 11, 23)
FICHE = FicheNote("departement", "93", 2026, "mobilite", 3, "Les bus ne passent pas avant sept heures.", "brsa")

pytestmark = pytest.mark.django_db


def partner(*lieux, profil="departement_pilotage", kind="departement"):
    """Return a member of an organisation that answers for these territories."""
    user = member(profil, kind)
    for niveau, code in lieux:
        user.membre.organisation.competences.create(niveau=niveau, code=code)
    return user


@pytest.fixture
def quartier(region):
    """A quarter astride the two communes of the EPT."""
    qpv = TerritoireFactory(niveau=Niveau.QPV, code="QN09301M", nom="Le Moulin", departement="93", millesime=2024)
    for code in ("93066", "93001"):
        QpvCommune.objects.create(qpv=qpv, commune=region.communes[code])
    return qpv


@pytest.mark.parametrize(
    ("lieux", "codes"),
    [
        ([("departement", "93")], ["93", "200057867", "QN09301M", "93001", "93066"]),
        ([("ept", "200057867")], ["93", "200057867", "QN09301M", "93001", "93066"]),
        ([("commune", "93066")], ["93066"]),
        ([("commune", "93066"), ("commune", "93001")], ["93", "200057867", "QN09301M", "93001", "93066"]),
        ([("commune", "77288")], ["247700057", "77288"]),
        ([("departement", "75")], []),
        ([], []),
    ],
)
def test_the_land_of_an_organisation(region, quartier, lieux, codes):
    user = partner(*lieux)
    assert [each.code for each in list_competents(user.membre.organisation)] == codes


def test_an_intercommunalite_astride_is_of_the_land_of_each_departement(region):
    Appartenance.objects.filter(unite__code="77288", maille="intercommunalite").update(
        ensemble=region.ensembles["200057867"]
    )
    named = {}
    for lieu in (("departement", "93"), ("departement", "77"), ("commune", "77288")):
        found = list_competents(partner(lieu).membre.organisation)
        named[lieu] = [name_territoire(each) for each in found if each.code == "200057867"]
    part = "Plaine Commune (200057867), à cheval\u202f: {} de ses 3 communes ici"
    assert named == {
        ("departement", "93"): [part.format(2)],
        ("departement", "77"): [part.format(1)],
        ("commune", "77288"): [],
    }


def test_a_note_is_written_for_the_organisation(region):
    user = partner(("departement", "93"))

    note = create_note(fiche=FICHE, actor=user, on=ON)

    assert (note.organisation, note.theme, note.creee_le) == (user.membre.organisation, "mobilite", ON)
    assert Acte.objects.get(acte="diagnostics.create_note").details == {
        "theme": "mobilite",
        "niveau": "departement",
        "code": "93",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"niveau": "departement", "code": "77"}, "hors_competence"),
        ({"theme": "meteo"}, "theme_inconnu"),
        ({"public": "martiens"}, "public_inconnu"),
        ({"gravite": 9}, "gravite_inconnue"),
        ({"texte": "court"}, "constat_court"),
        ({"annee": 2040}, "annee_invalide"),
    ],
)
def test_a_note_told_badly_is_refused(region, changes, code):
    user = partner(("departement", "93"))

    with pytest.raises(Refused) as refused:
        create_note(fiche=replace(FICHE, **changes), actor=user, on=ON)

    assert [reason.code for reason in refused.value.refusals] == [code]
    assert not NoteBesoin.objects.exists()


def test_every_fault_comes_at_once():
    wrong = FicheNote("", "", 1990, "", 0, "", "x")
    reasons = check_note(wrong, themes=list_themes(), publics=list_publics(), on=ON)
    assert [reason.field for reason in reasons] == ["theme", "public", "gravite", "texte", "annee"]


def test_only_those_whose_role_it_is_write(region):
    for user in (UserFactory(is_staff=True), partner(("departement", "93"), profil="siae_direction", kind="siae")):
        with pytest.raises(Refused, match="réservée"):
            create_note(fiche=FICHE, actor=user, on=ON)


def test_a_correction_keeps_what_changed_and_the_same_words_leave_no_trace(region):
    user = partner(("departement", "93"))
    note = create_note(fiche=FICHE, actor=user, on=ON)

    update_note(note=note, fiche=FICHE, actor=user, on=ON)
    update_note(note=note, fiche=replace(FICHE, gravite=1), actor=user, on=ON)

    assert NoteBesoin.objects.get().gravite == 1
    assert [acte.details for acte in Acte.objects.filter(acte="diagnostics.update_note")] == [{"champs": ["gravite"]}]


def test_a_note_is_that_of_its_organisation_until_it_ends(region):
    user, neighbour = partner(("departement", "93")), partner(("departement", "93"))
    note = create_note(fiche=FICHE, actor=user, on=ON)

    with pytest.raises(Refused, match="autre organisation"):
        end_note(note=note, motif="Une navette a ouvert.", actor=neighbour, on=ON)
    with pytest.raises(Refused, match="Dites en quelques mots"):
        end_note(note=note, motif=" ", actor=user, on=ON)
    end_note(note=note, motif="Une navette a ouvert.", actor=user, on=ON)
    with pytest.raises(Refused, match="clos"):
        update_note(note=note, fiche=FICHE, actor=user, on=ON)

    note.refresh_from_db()
    assert (note.close_le, note.motif) == (ON, "Une navette a ouvert.")


def test_the_notes_of_a_territory_are_its_own_and_those_of_what_holds_it_or_lies_in_it(region, quartier):
    for niveau, code in (("departement", "93"), ("commune", "93066"), ("qpv", "QN09301M"), ("commune", "77288")):
        NoteBesoinFactory(niveau=niveau, code=code)
    NoteBesoinFactory(niveau="commune", code="93066", close_le=ON, motif="Fini depuis mars.")

    def codes(niveau, code):
        return sorted(note.code for note in list_notes_de(niveau, code))

    assert codes("commune", "93066") == ["93", "93066", "QN09301M"]
    assert codes("commune", "93001") == ["93", "QN09301M"]
    assert codes("ept", "200057867") == ["93", "93066", "QN09301M"]
    assert codes("qpv", "QN09301M") == ["93", "93066", "QN09301M"]
    assert codes("departement", "77") == ["77288"]


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("note_besoin_gravite", {"gravite": 4}),
        ("note_besoin_texte", {"texte": ""}),
        ("note_besoin_close", {"close_le": date(2026, 1, 1), "motif": "avant"}),
        ("note_besoin_close", {"motif": "sans date"}),
        ("note_besoin_close", {"close_le": ON}),
    ],
)
def test_the_database_refuses(constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NoteBesoinFactory(**values)


def test_from_the_sheet_of_a_territory_to_the_end_of_a_note(region, client):
    user = partner(("departement", "93"))
    client.force_login(user)
    sheet = client.get(reverse("diagnostics:territoire", args=["departement", "93"])).content.decode()
    address = f"{reverse('diagnostics:constater')}?niveau=departement&amp;code=93"
    assert address in sheet

    form = client.get(address.replace("&amp;", "&")).context["form"]
    assert form["territoire"].value() == "departement 93"
    data = {"territoire": "departement 93", "annee": 2026, "theme": "mobilite", "gravite": 2, "texte": FICHE.texte}
    refused = client.post(reverse("diagnostics:constater"), {**data, "texte": "court"})
    assert (refused.status_code, "texte" in refused.context["form"].errors) == (422, True)
    done = client.post(reverse("diagnostics:constater"), data)
    note = NoteBesoin.objects.get()
    assert done.headers["Location"] == reverse("diagnostics:note", args=[note.public_id])

    page = client.get(done.headers["Location"]).content.decode()
    assert reverse("diagnostics:clore", args=[note.public_id]) in page
    client.post(reverse("diagnostics:corriger", args=[note.public_id]), {**data, "gravite": 3})
    client.post(reverse("diagnostics:clore", args=[note.public_id]), {"motif": "Une navette a ouvert."})
    note.refresh_from_db()
    assert (note.gravite, note.motif) == (3, "Une navette a ouvert.")
    assert client.get(reverse("diagnostics:corriger", args=[note.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("texte", "found"),
    [
        ("La crèche ferme à 18 h, Mme Dupont et M. Élie l’ont dit.", ["Mme Dupont", "M. Élie"]),
        ("Appeler le 06 12 34 56 78 ou +33612345678.", ["06 12 34 56 78", "+33612345678"]),
        ("Écrire à a.b@exemple.fr, encore a.b@exemple.fr", ["a.b@exemple.fr"]),
        ("Son numéro, 2 85 07 93 066 123 45, est connu.", ["2 85 07 93 066 123 45"]),
        ("Madame la maire de Saint-Denis et monsieur le préfet ont compté 12 500 demandes en 2025.", []),
        ("Le SIRET 130 005 481 00010 et la ligne M. de nuit.", []),
    ],
)
def test_words_that_seem_to_designate_somebody(texte, found):
    assert find_designations(texte) == found


def test_a_note_that_seems_to_name_somebody_is_confirmed_first(region, client):
    client.force_login(partner(("departement", "93")))
    url = reverse("diagnostics:constater")
    assert "confirme" not in client.get(url).context["form"].fields
    data = {"territoire": "departement 93", "annee": 2026, "theme": "mobilite", "gravite": 2}
    data |= {"texte": "La halte-garderie ferme trop tôt, selon Mme Dupont."}
    asked = client.post(url, data)
    assert asked.status_code == 422
    assert asked.context["form"].errors == {
        "confirme": [
            "Ces mots semblent désigner quelqu’un\u202f: «\u202fMme Dupont\u202f». Retirez-les, ou confirmez qu’ils ne "
            "désignent aucune personne accompagnée."
        ]
    }
    assert NoteBesoin.objects.count() == 0
    assert client.post(url, {**data, "confirme": "on"}).status_code == 302
    assert NoteBesoin.objects.get().texte == data["texte"]


def test_visitors_are_led_to_sign_in_and_told_on_the_sheet(region, client):
    NoteBesoinFactory(niveau="departement", code="93", texte="Un constat que seul lit qui se connecte.")

    assert client.get(reverse("diagnostics:notes")).status_code == 302
    sheet = client.get(reverse("diagnostics:territoire", args=["departement", "93"])).content.decode()
    assert "Un constat que seul lit" not in sheet
    assert "se lit une fois connecté" in sheet


def test_the_list_costs_the_same_whatever_its_length(region, client, django_assert_constant_queries):
    client.force_login(UserFactory())

    django_assert_constant_queries(
        lambda count: NoteBesoinFactory.create_batch(count, code="93"),
        lambda: client.get(reverse("diagnostics:notes")),
    )


def test_the_list_is_narrowed_and_leaves_the_ended_ones_out(region, client):
    client.force_login(UserFactory())
    NoteBesoinFactory(code="93", theme="sante", texte="Six mois d’attente au centre.")
    NoteBesoinFactory(code="77", texte="Aucun bus le soir dans le sud.")
    NoteBesoinFactory(code="77", texte="Un constat clos depuis.", close_le=ON, motif="Fini depuis mars.")

    def texts(query=""):
        return sorted(note.texte[:9] for note in client.get(f"{reverse('diagnostics:notes')}{query}").context["page"])

    assert texts() == ["Aucun bus", "Six mois "]
    assert texts("?departement=93") == ["Six mois "]
    assert texts("?theme=mobilite&closes=on") == ["Aucun bus", "Un consta"]
