"""What a person agrees to: how long, before whom, and what stops the day they take it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.consentement import ObjetConsentement
from maillage.domains.parcours.models import Consentement, Enquete
from maillage.domains.parcours.queries.consentements import consent_en_cours, default_end
from maillage.domains.parcours.queries.enquetes import agreed
from maillage.domains.parcours.queries.social import reads_social
from maillage.domains.parcours.queries.volets_consentements import consentements
from maillage.domains.parcours.rules.consentements import check_accord, explications
from maillage.domains.parcours.services.consentements import ensure_consent, give_consent
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.personnes.queries.visibilite import followed_by, visible_to
from tests.factories.accounts import member
from tests.factories.parcours import ConsentementFactory, ContratFactory, SortieFactory
from tests.factories.parcours_sorties import EnqueteFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from django.test import Client

TODAY = timezone.localdate()
JOUR = timedelta(days=1)


def codes(act: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(**fields)
    return [each.code for each in refused.value.refusals]


def followed(profil: str = "siae_accompagnement", type_organisation: str = "siae", **fields: Any) -> tuple[Any, Any]:
    """Return an account and a person whom its organisation follows."""
    user = member(profil, type_organisation)
    person = PersonneFactory(**fields)
    RelationFactory(personne=person, organisation=user.membre.organisation, debut=date(2020, 1, 1))  # type: ignore[union-attr]
    person.refresh_from_db()
    return user, person


@pytest.mark.parametrize(
    ("debut", "fin", "found"),
    [
        (date(2026, 5, 2), date(2026, 5, 3), []),
        (date(2026, 5, 3), date(2026, 6, 3), ["debut_futur"]),
        (date(2026, 5, 2), date(2026, 5, 2), ["fin_avant_debut"]),
        (date(2026, 5, 2), date(2027, 5, 2), []),
        (date(2026, 5, 2), date(2027, 5, 3), ["trop_long"]),
    ],
)
def test_an_agreement_has_its_days(debut: date, fin: date, found: list[str]) -> None:
    told = check_accord(debut=debut, fin=fin, latest=date(2027, 5, 2), on=date(2026, 5, 2))
    assert [each.code for each in told] == found


def test_every_use_is_told_in_plain_words() -> None:
    assert list(explications()) == list(ObjetConsentement)
    for each in explications().values():
        sentences = [each.pourquoi, each.qui, each.jamais, each.retrait]
        assert max(len(part.split()) for text in sentences for part in text.split(". ")) <= 30
        assert each.voit


@pytest.mark.django_db
def test_an_agreement_ends_by_itself_after_the_delay_of_its_use() -> None:
    debut = date(2026, 1, 5)
    assert {objet: default_end(objet, debut, debut) for objet in ObjetConsentement} == {
        "cta": date(2026, 7, 5),
        "suite": date(2026, 4, 5),
        "profil": date(2026, 7, 5),
        "entreprise": date(2026, 4, 5),
        "enquete": date(2028, 1, 5),
        "liaison": date(2026, 4, 5),
    }
    given = ConsentementFactory(debut=debut, fin=date(2026, 7, 5))
    seen = [consent_en_cours(given.personne, "cta", given.organisation, day) for day in (debut, date(2026, 7, 4))]
    assert seen == [given, given]
    assert consent_en_cours(given.personne, "cta", given.organisation, date(2026, 7, 5)) is None


@pytest.mark.django_db
def test_who_follows_a_person_writes_their_agreement_and_nobody_else() -> None:
    user, person = followed()
    asked = {"personne": person, "objet": "cta", "debut": TODAY, "fin": TODAY + 30 * JOUR, "on": TODAY}
    given = give_consent(**asked, actor=user)
    assert (given.organisation, given.retire) == (user.membre.organisation, False)
    assert codes(give_consent, **asked, actor=user) == ["deja_donne"]
    assert codes(give_consent, **{**asked, "objet": "tout"}, actor=user) == ["objet_inconnu"]
    assert codes(give_consent, **{**asked, "fin": TODAY + 2000 * JOUR}, actor=user) == ["trop_long"]
    other = member("siae_accompagnement")
    assert codes(give_consent, **asked, actor=other) == ["dossier_ferme"]
    RelationFactory(personne=person, organisation=other.membre.organisation, type="suite", debut=TODAY)
    assert codes(give_consent, **asked, actor=other) == ["pas_suivie"]
    assert codes(give_consent, **asked, actor=member("etat_departement", "ddets")) == ["interdit"]
    type(person).objects.filter(pk=person.pk).update(opposition_le=timezone.now())
    assert codes(give_consent, **{**asked, "objet": "suite"}, actor=user) == ["opposition"]


@pytest.mark.django_db
def test_what_rests_on_an_agreement_takes_the_one_in_force_or_asks_for_it() -> None:
    user, person = followed()
    asked: dict[str, Any] = {"personne": person, "objet": ObjetConsentement.CTA, "actor": user, "on": TODAY}
    for day in (None, TODAY):
        assert codes(ensure_consent, **asked, jusqu_au=day) == ["sans_accord"]
    first = ensure_consent(**asked, jusqu_au=TODAY + JOUR)
    assert ensure_consent(**asked, jusqu_au=None) == first
    assert Consentement.objects.count() == 1


@pytest.mark.django_db
def test_an_agreement_is_taken_back_before_any_organisation_that_follows_the_person() -> None:
    user, person = followed()
    given = ConsentementFactory(personne=person, objet="profil", debut=TODAY - 9 * JOUR, fin=TODAY + 9 * JOUR)
    assert codes(withdraw_consent, consentement=given, actor=member("prescripteur"), on=TODAY) == ["dossier_ferme"]
    back = withdraw_consent(consentement=given, actor=user, on=TODAY)
    assert (back.fin, back.retire) == (TODAY, True)
    assert consent_en_cours(person, "profil", given.organisation, TODAY) is None
    assert Acte.objects.get(acte="parcours.retirer_consentement").details == {"objet": "profil"}
    assert codes(withdraw_consent, consentement=given, actor=user, on=TODAY) == ["deja_fini"]
    same_day = ConsentementFactory(personne=person, objet="profil", debut=TODAY, fin=TODAY + JOUR)
    assert withdraw_consent(consentement=same_day, actor=user, on=TODAY).fin == TODAY


@pytest.mark.django_db
def test_taken_back_no_message_leaves_after_the_way_out() -> None:
    user, person = followed()
    siae = SiaeFactory(organisation=user.membre.organisation)
    contrat = ContratFactory(personne=person, siae=siae, fin=date(2026, 7, 5))
    EnqueteFactory(sortie=SortieFactory(contrat=contrat))
    given = ConsentementFactory(
        personne=person, organisation=siae.organisation, objet="enquete", debut=TODAY - JOUR, fin=TODAY + 9 * JOUR
    )
    assert Enquete.objects.filter(agreed(TODAY)).count() == 1
    withdraw_consent(consentement=given, actor=user, on=TODAY)
    assert Enquete.objects.filter(agreed(TODAY)).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("profil", "kind", "relation"),
    [
        ("siae_accompagnement", "siae", "suite"),
        ("emploi_conseiller", "ft_agence", "cta"),
        ("departement_referent", "conseil_departemental", "cta"),
        ("etat_departement", "ddets", "cta"),
    ],
)
def test_what_an_agreement_opens_closes_the_day_it_ends_and_shows_nothing_social(
    profil: str, kind: str, relation: str
) -> None:
    user = member(profil, kind)
    given = RelationFactory(organisation=user.membre.organisation, type=relation, fin=TODAY + JOUR)  # type: ignore[union-attr]
    assert list(visible_to(user)) == [given.personne]
    assert (list(followed_by(user)), reads_social(user, given.personne)) == ([], False)
    given.fin = TODAY
    given.save()
    assert list(visible_to(user)) == []


@pytest.mark.django_db
def test_the_sheet_tells_what_is_agreed_and_folds_what_was(client: Client) -> None:
    user, person = followed()
    mine = {"personne": person, "organisation": user.membre.organisation}
    now = ConsentementFactory(**mine, objet="cta", debut=TODAY, fin=TODAY + 9 * JOUR)
    old = ConsentementFactory(**mine, objet="suite", debut=TODAY - 9 * JOUR, fin=TODAY - JOUR, retire=True)
    volet = consentements(user, person, TODAY)
    assert volet is not None
    assert [(each, last) for each, last, _ in volet.contexte["en_cours"]] == [(now, TODAY + 8 * JOUR)]
    assert volet.contexte["passes"] == [(old, TODAY - 2 * JOUR)]
    assert len(volet.contexte["offerts"]) == len(ObjetConsentement) - 1
    assert consentements(member("etat_departement", "ddets"), person, TODAY) is None
    client.force_login(user)
    page = reverse("parcours:consentir", args=[person.public_id, "suite"])
    fin = default_end("suite", TODAY, TODAY) - JOUR
    assert f'value="{fin:%Y-%m-%d}"' in client.get(page).content.decode()
    answer = client.post(page, {"dit": "on", "debut": TODAY, "dernier": fin})
    assert answer.status_code == 302
    given = Consentement.objects.get(objet="suite", retire=False)
    assert (given.fin, given.organisation) == (fin + JOUR, user.membre.organisation)
    form = client.get(reverse("parcours:consentement_formulaire", args=[person.public_id, "suite"]))
    assert form.content[:5] == b"%PDF-"
    given.refresh_from_db()
    client.post(reverse("parcours:consentement_retirer", args=[person.public_id, given.public_id]))
    given.refresh_from_db()
    assert given.retire
    assert client.get(reverse("parcours:consentir", args=[person.public_id, "tout"])).status_code == 404
