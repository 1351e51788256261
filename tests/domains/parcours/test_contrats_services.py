"""Employ, renew, change, end, take back: what each act writes, refuses and tells."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from maillage.domains.parcours.models import Contrat, MiseADisposition, Sortie
from maillage.domains.parcours.queries.contrats import get_compteur, get_passe, own_contrats, sans_suite
from maillage.domains.parcours.rules.contrats import FicheContrat, Periode, Utilisateur
from maillage.domains.parcours.rules.heures import Saisie
from maillage.domains.parcours.services.contrats import (
    cancel_contrat,
    change_contrat,
    end_contrat,
    hire,
    renew_contrat,
)
from maillage.domains.parcours.services.evenements_contrats import ContratAnnule, ContratCommence, ContratFini
from maillage.domains.parcours.services.heures import record_heures
from maillage.foundations.kernel import events
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.accounts.enums import ProfilMembre as P
from maillage.references.personnes.models import Relation
from tests.factories.accounts import member
from tests.factories.economie import RomeFactory
from tests.factories.parcours import ContratFactory, EtatMensuelFactory
from tests.factories.parcours_contrats import MiseADispositionFactory, employer, followed
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

pytestmark = pytest.mark.django_db

ON = date(2026, 1, 12)
FIN = date(2026, 7, 12)
FICHE = FicheContrat("cddi", ON, FIN, Decimal(26))


@pytest.fixture
def aci() -> tuple[User, Siae, Personne]:
    user, siae = employer()
    return user, siae, followed(user)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is published, once committed."""
    found: list[Any] = []
    for kind in (ContratCommence, ContratFini, ContratAnnule):
        monkeypatch.setitem(events._SUBSCRIBERS, kind, [found.append])
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in refused.value.refusals]


def embauche(aci: tuple[User, Siae, Personne], fiche: FicheContrat = FICHE, on: date = ON) -> Contrat:
    user, siae, personne = aci
    return hire(personne=personne, siae=siae, fiche=fiche, actor=user, on=on)


def relations(personne: Personne) -> list[tuple[str, date, date | None]]:
    return list(personne.relations.order_by("pk").values_list("type", "debut", "fin"))


# --- Employ -----------------------------------------------------------------------------------------------------------


def test_hire(aci: tuple[User, Siae, Personne], told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    user, siae, personne = aci
    rome = RomeFactory(code="A1203")
    with django_capture_on_commit_callbacks(execute=True):
        contrat = embauche(aci, FicheContrat("cddi", ON, FIN, Decimal(26), "a1203"))
    contrat.refresh_from_db()
    assert (contrat.titre_id, contrat.rome, contrat.fin_prevue, contrat.fin) == (
        personne.titres.get().pk,
        rome,
        FIN,
        None,
    )
    assert relations(personne) == [("candidature", date(2026, 1, 5), None), ("contrat", ON, None)]
    assert personne.relations.get(type="contrat").referent == user.membre
    act = Acte.objects.filter(acte="parcours.embaucher").get()
    assert act.details == {
        "contrat": str(contrat.public_id),
        "siae": siae.pk,
        "type": "cddi",
        "debut": "2026-01-12",
    }
    assert told == [ContratCommence(contrat.pk, personne.pk, siae.pk)]


def test_a_contract_of_tomorrow_opens_the_relation_today(aci: tuple[User, Siae, Personne]) -> None:
    embauche(aci, FicheContrat("cddi", date(2026, 2, 1), FIN, Decimal(26)))
    assert relations(aci[2])[1] == ("contrat", ON, None)


def test_a_relation_that_was_to_end_goes_on(aci: tuple[User, Siae, Personne]) -> None:
    user, _, personne = aci
    assert user.membre
    today = timezone.localdate()
    planned = {"debut": ON, "fin": today + timedelta(days=9)}
    Relation.objects.create(personne=personne, organisation=user.membre.organisation, type="contrat", **planned)
    embauche(aci)
    assert relations(personne)[1] == ("contrat", ON, None)


def test_a_relation_that_has_ended_is_followed_by_another(aci: tuple[User, Siae, Personne]) -> None:
    user, _, personne = aci
    assert user.membre
    past = {"debut": date(2026, 1, 6), "fin": date(2026, 1, 13)}
    Relation.objects.create(personne=personne, organisation=user.membre.organisation, type="contrat", **past)
    embauche(aci, on=date(2026, 1, 20))
    assert relations(personne)[1:] == [
        ("contrat", date(2026, 1, 6), date(2026, 1, 13)),
        ("contrat", date(2026, 1, 13), None),
    ]


def test_every_broken_rule_is_told_at_once_and_nothing_is_written(aci: tuple[User, Siae, Personne]) -> None:
    with pytest.raises(Refused) as refused:
        embauche(aci, FicheContrat("cddi", ON, date(2026, 2, 1), Decimal(10)))
    assert codes(refused) == ["duree_min", "heures_min"]
    assert not Contrat.objects.exists()


def test_an_unknown_trade_is_refused(aci: tuple[User, Siae, Personne]) -> None:
    with pytest.raises(Refused) as refused:
        embauche(aci, FicheContrat("cddi", ON, FIN, Decimal(26), "Z9999"))
    assert codes(refused) == ["rome_inconnu"]
    assert len(relations(aci[2])) == 1


def test_nobody_employs_for_another_siae(aci: tuple[User, Siae, Personne]) -> None:
    with pytest.raises(Refused) as refused:
        embauche((aci[0], SiaeFactory(), aci[2]))
    assert codes(refused) == ["autre_siae"]


def test_nobody_employs_whom_they_may_not_see(aci: tuple[User, Siae, Personne]) -> None:
    with pytest.raises(Refused) as refused:
        embauche((aci[0], aci[1], PersonneFactory()))
    assert codes(refused) == ["dossier_ferme"]


def test_a_prescripteur_employs_nobody(aci: tuple[User, Siae, Personne]) -> None:
    with pytest.raises(Refused) as refused:
        embauche((member(P.PRESCRIPTEUR, "prescripteur"), aci[1], aci[2]))
    assert codes(refused) == ["interdit"]


def test_a_siae_that_has_closed_employs_nobody(aci: tuple[User, Siae, Personne]) -> None:
    aci[1].fin = ON
    aci[1].save()
    with pytest.raises(Refused) as refused:
        embauche(aci)
    assert codes(refused) == ["siae_fermee"]


def test_a_second_contract_on_the_same_days_is_refused_in_words(aci: tuple[User, Siae, Personne]) -> None:
    embauche(aci)
    with pytest.raises(Refused) as refused:
        embauche(aci)
    assert codes(refused) == ["deja_sous_contrat"]


def test_an_assignment_says_for_whom() -> None:
    user, siae = employer("AI")
    personne = followed(user)
    company = Utilisateur("entreprise", "Entreprise d’essai", "12345678901234")
    embauche((user, siae, personne), FicheContrat("cddu", ON, date(2026, 1, 20), utilisateur=company))
    made = MiseADisposition.objects.get()
    assert (made.nature, made.denomination, made.siret) == ("entreprise", "Entreprise d’essai", "12345678901234")


# --- Renew and change -------------------------------------------------------------------------------------------------


def test_renew(aci: tuple[User, Siae, Personne], told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    contrat = embauche(aci)
    with django_capture_on_commit_callbacks(execute=True):
        suite = renew_contrat(contrat=contrat, fin_prevue=date(2026, 9, 12), actor=aci[0], on=date(2026, 7, 1))
    contrat.refresh_from_db()
    assert (contrat.fin, suite.debut, suite.precedent, suite.heures_semaine) == (FIN, FIN, contrat, Decimal(26))
    assert told == [ContratCommence(suite.pk, aci[2].pk, aci[1].pk, renouvelle=True)]
    with pytest.raises(Refused) as refused:
        renew_contrat(contrat=contrat, fin_prevue=date(2026, 9, 12), actor=aci[0], on=date(2026, 7, 1))
    assert codes(refused) == ["contrat_suivi"]


def test_renewals_stop_at_two_years(aci: tuple[User, Siae, Personne]) -> None:
    suite = renew_contrat(contrat=embauche(aci), fin_prevue=date(2027, 7, 12), actor=aci[0], on=date(2026, 7, 1))
    with pytest.raises(Refused) as refused:
        renew_contrat(contrat=suite, fin_prevue=date(2028, 1, 13), actor=aci[0], on=date(2027, 7, 1))
    assert codes(refused) == ["duree_max"]
    last = date(2028, 1, 5)  # the PASS ends before: it begins within, a warning says the rest
    assert renew_contrat(contrat=suite, fin_prevue=last, actor=aci[0], on=date(2027, 7, 1)).fin_prevue == last


def test_no_right_no_renewal(aci: tuple[User, Siae, Personne]) -> None:
    contrat = ContratFactory(personne=aci[2], siae=aci[1], debut=date(2027, 9, 5), fin_prevue=date(2028, 1, 5))
    with pytest.raises(Refused) as refused:
        renew_contrat(contrat=contrat, fin_prevue=date(2028, 6, 5), actor=aci[0], on=date(2028, 1, 2))
    assert codes(refused) == ["hors_titre"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "cddu"}, "non_renouvelable"),
        ({"type": "cdi_inclusion", "fin_prevue": None}, "non_renouvelable"),
        ({"fin": date(2026, 3, 1)}, "deja_rompu"),
    ],
)
def test_what_is_not_renewed(aci: tuple[User, Siae, Personne], fields: dict[str, Any], code: str) -> None:
    contrat = ContratFactory(personne=aci[2], siae=aci[1], **fields)
    with pytest.raises(Refused) as refused:
        renew_contrat(contrat=contrat, fin_prevue=date(2026, 9, 5), actor=aci[0], on=date(2026, 7, 1))
    assert codes(refused) == [code]


def test_change(aci: tuple[User, Siae, Personne]) -> None:
    contrat = embauche(aci)
    change_contrat(contrat=contrat, heures_semaine=Decimal(30), actor=aci[0], on=ON)
    contrat.refresh_from_db()
    assert contrat.heures_semaine == Decimal(30)
    assert Acte.objects.get(acte="parcours.avenant").details["champs"] == ["heures_semaine"]
    with pytest.raises(Refused) as refused:
        change_contrat(contrat=contrat, heures_semaine=Decimal(12), actor=aci[0], on=ON)
    assert codes(refused) == ["heures_min"]
    change_contrat(contrat=contrat, heures_semaine=Decimal(12), derogations=("temps_reduit",), actor=aci[0], on=ON)
    contrat.refresh_from_db()
    assert (contrat.heures_semaine, contrat.derogation) == (Decimal(12), "temps_reduit")


def test_a_contract_that_is_over_does_not_change(aci: tuple[User, Siae, Personne]) -> None:
    contrat = ContratFactory(personne=aci[2], siae=aci[1], fin=ON)
    with pytest.raises(Refused) as refused:
        change_contrat(contrat=contrat, heures_semaine=Decimal(30), actor=aci[0], on=ON)
    assert codes(refused) == ["contrat_fini"]


# --- End --------------------------------------------------------------------------------------------------------------


def test_end(aci: tuple[User, Siae, Personne], told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    contrat, leaving = embauche(aci), date(2026, 4, 1)
    with django_capture_on_commit_callbacks(execute=True):
        sortie = end_contrat(contrat=contrat, fin=leaving, motif="cdi", actor=aci[0], on=date(2026, 3, 20))
    contrat.refresh_from_db()
    assert (contrat.fin, sortie.motif, sortie.saisie_le) == (leaving, "cdi", date(2026, 3, 20))
    assert relations(aci[2])[1] == ("contrat", ON, leaving)
    assert told == [ContratFini(contrat.pk, aci[2].pk, aci[1].pk, "cdi")]
    assert Acte.objects.get(acte="parcours.sortir").details["fin"] == "2026-04-01"


def test_the_motive_alone_is_corrected(aci: tuple[User, Siae, Personne]) -> None:
    contrat, leaving = embauche(aci), date(2026, 4, 1)
    end_contrat(contrat=contrat, fin=leaving, motif="cdi", actor=aci[0], on=leaving)
    end_contrat(contrat=contrat, fin=leaving, motif="cdd_long", actor=aci[0], on=leaving)
    assert Sortie.objects.get().motif == "cdd_long"
    with pytest.raises(Refused) as refused:
        end_contrat(contrat=contrat, fin=date(2026, 4, 2), motif="cdi", actor=aci[0], on=leaving)
    assert codes(refused) == ["deja_sorti"]


@pytest.mark.parametrize(
    ("fin", "motif", "found"),
    [
        (ON, "cdi", ["fin_avant_debut", "heures_apres"]),
        (date(2026, 7, 13), "cdi", ["fin_apres_prevue", "fin_lointaine"]),
        (date(2026, 5, 3), "cdi", ["fin_lointaine"]),
        (date(2026, 4, 1), "envie", ["motif_inconnu"]),
        (date(2026, 2, 1), "cdi", ["heures_apres"]),
    ],
)
def test_what_is_not_an_end(aci: tuple[User, Siae, Personne], fin: date, motif: str, found: list[str]) -> None:
    contrat = embauche(aci)
    EtatMensuelFactory(contrat=contrat, mois=date(2026, 3, 1))
    with pytest.raises(Refused) as refused:
        end_contrat(contrat=contrat, fin=fin, motif=motif, actor=aci[0], on=date(2026, 4, 1))
    assert codes(refused) == found


def test_the_relation_lasts_as_long_as_another_contract(aci: tuple[User, Siae, Personne]) -> None:
    """An organisation may carry an ACI and an EI: who leaves one stays in the other."""
    contrat = embauche(aci)
    ei = SiaeFactory(organisation=aci[1].organisation, type_siae="EI")
    ContratFactory(personne=aci[2], siae=ei)
    end_contrat(contrat=contrat, fin=date(2026, 4, 1), motif="autre_siae", actor=aci[0], on=date(2026, 4, 1))
    assert relations(aci[2])[1] == ("contrat", ON, None)


def test_who_is_renewed_does_not_leave(aci: tuple[User, Siae, Personne]) -> None:
    contrat = embauche(aci)
    renew_contrat(contrat=contrat, fin_prevue=date(2026, 12, 12), actor=aci[0], on=date(2026, 7, 1))
    with pytest.raises(Refused) as refused:
        end_contrat(contrat=contrat, fin=date(2026, 4, 1), motif="cdi", actor=aci[0], on=date(2026, 7, 1))
    assert codes(refused) == ["contrat_suivi"]


# --- Take back --------------------------------------------------------------------------------------------------------


def test_cancel(aci: tuple[User, Siae, Personne], told: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    contrat = embauche(aci)
    suite = renew_contrat(contrat=contrat, fin_prevue=date(2026, 12, 12), actor=aci[0], on=date(2026, 7, 1))
    pk = suite.pk
    with django_capture_on_commit_callbacks(execute=True):
        cancel_contrat(contrat=suite, motif="Saisi deux fois.", actor=aci[0], on=date(2026, 7, 2))
    contrat.refresh_from_db()
    assert (contrat.fin, Contrat.objects.count()) == (None, 1)
    assert relations(aci[2])[1] == ("contrat", ON, None)
    assert Acte.objects.get(acte="parcours.retirer_contrat").motif == "Saisi deux fois."
    assert told == [ContratAnnule(pk, aci[2].pk, aci[1].pk)]
    cancel_contrat(contrat=contrat, motif="Jamais venue.", actor=aci[0], on=date(2026, 7, 2))
    assert relations(aci[2])[1] == ("contrat", ON, date(2026, 7, 2))


@pytest.mark.parametrize(
    ("before", "code"),
    [("motif", "motif_manquant"), ("heures", "heures_saisies"), ("sortie", "deja_sorti"), ("suite", "contrat_suivi")],
)
def test_what_is_not_taken_back(aci: tuple[User, Siae, Personne], before: str, code: str) -> None:
    contrat, on = embauche(aci), date(2026, 7, 1)
    if before == "heures":
        EtatMensuelFactory(contrat=contrat)
    elif before == "sortie":
        end_contrat(contrat=contrat, fin=on, motif="cdi", actor=aci[0], on=on)
    elif before == "suite":
        renew_contrat(contrat=contrat, fin_prevue=date(2026, 12, 12), actor=aci[0], on=on)
    with pytest.raises(Refused) as refused:
        cancel_contrat(contrat=contrat, motif="" if before == "motif" else "Erreur.", actor=aci[0], on=on)
    assert codes(refused) == [code]


@pytest.mark.parametrize("act", ["renew", "change", "end", "cancel"])
def test_nobody_acts_on_the_contract_of_another_siae(aci: tuple[User, Siae, Personne], act: str) -> None:
    other: Any = {"contrat": ContratFactory(personne=aci[2]), "actor": aci[0], "on": ON}
    acts: dict[str, Any] = {
        "renew": lambda: renew_contrat(fin_prevue=FIN, **other),
        "change": lambda: change_contrat(heures_semaine=Decimal(30), **other),
        "end": lambda: end_contrat(fin=FIN, motif="cdi", **other),
        "cancel": lambda: cancel_contrat(motif="Erreur.", **other),
    }
    with pytest.raises(Refused) as refused:
        acts[act]()
    assert codes(refused) == ["autre_siae"]


# --- What the rules are told ------------------------------------------------------------------------------------------


def test_what_is_known_of_a_person(aci: tuple[User, Siae, Personne]) -> None:
    _, siae, personne = aci
    ContratFactory(personne=personne, siae=siae, debut=date(2026, 1, 5), fin_prevue=date(2026, 5, 5))
    ContratFactory(personne=personne, debut=date(2026, 1, 5), fin_prevue=date(2026, 5, 5))
    passe = get_passe(personne, siae, FicheContrat("cddi", date(2026, 4, 5), FIN))
    assert (passe.titre, passe.entree) == (Periode(date(2026, 1, 5), date(2028, 1, 5)), date(2026, 1, 5))
    assert passe.cddi == passe.autres == (Periode(date(2026, 1, 5), date(2026, 5, 5)),)


def test_hours_in_companies_slide_over_two_years() -> None:
    user, siae = employer("AI")
    personne = followed(user)
    for nature, start in (("entreprise", date(2024, 1, 5)), ("entreprise", date(2025, 6, 5)), ("particulier", ON)):
        contrat = ContratFactory(
            personne=personne, siae=siae, type="cddu", debut=start, fin_prevue=start + timedelta(days=20)
        )
        name = "Grenier" if nature == "entreprise" else ""
        MiseADispositionFactory(contrat=contrat, nature=nature, denomination=name)
        EtatMensuelFactory(contrat=contrat, mois=start.replace(day=1), heures=Decimal(100))
    unknown = ContratFactory(personne=personne, siae=siae, type="cddu", debut=ON)
    EtatMensuelFactory(contrat=unknown, mois=date(2026, 1, 1), heures=Decimal(7))
    elsewhere = ContratFactory(personne=personne, type="mission")  # an ACI: not counted
    EtatMensuelFactory(contrat=elsewhere)
    compteur = get_compteur(personne, date(2026, 1, 31))
    assert compteur is not None
    assert (compteur.entreprises, compteur.faites, compteur.restantes, compteur.inconnues) == (
        (("Grenier", Decimal(100)),),
        Decimal(100),
        Decimal(380),
        Decimal(7),
    )
    passe = get_passe(personne, siae, FicheContrat("cddu", date(2026, 1, 31)))
    assert (passe.heures_entreprises, passe.heures_inconnues) == (Decimal(100), Decimal(7))
    assert get_compteur(PersonneFactory(), ON) is None


def test_ends_without_anything_after(aci: tuple[User, Siae, Personne]) -> None:
    user, siae, _ = aci
    on = date(2026, 6, 1)

    def contract(**fields: Any) -> Contrat:
        return ContratFactory(personne=followed(user), siae=siae, **fields)

    soon = contract()
    contract(fin_prevue=date(2026, 8, 1))  # too far
    contract(type="cdi_inclusion", fin_prevue=None)
    left = contract(fin=date(2026, 5, 1))
    Sortie.objects.create(contrat=left, motif="cdi", saisie_le=on)
    renewed = contract(fin=date(2026, 7, 5))
    contract_after = {"personne": renewed.personne, "siae": siae, "debut": date(2026, 7, 5), "precedent": renewed}
    ContratFactory(**contract_after, fin_prevue=date(2026, 12, 5))
    over = contract(fin_prevue=date(2026, 5, 20))
    rows = sans_suite(own_contrats(user), on, 60)
    assert list(rows.order_by("echeance")) == [over, soon]


# --- Hours ------------------------------------------------------------------------------------------------------------

MARS = date(2026, 3, 1)


def test_record_hours(aci: tuple[User, Siae, Personne]) -> None:
    user, siae, _ = aci
    first, second = embauche(aci), ContratFactory(personne=followed(user), siae=siae)
    saisies = {first.pk: Saisie(Decimal(100), Decimal("112.5")), second.pk: Saisie(Decimal(0))}
    write: Any = {"siae": siae, "mois": MARS, "actor": user, "on": date(2026, 4, 2)}
    assert record_heures(saisies=saisies, **write) == 2
    assert record_heures(saisies=saisies, **write) == 0
    assert record_heures(saisies={first.pk: Saisie()}, **write) == 1
    assert list(first.etats_mensuels.values_list("mois", "heures", "heures_payees")) == [(MARS, None, None)]
    assert list(second.etats_mensuels.values_list("heures", "heures_payees")) == [(Decimal(0), None)]
    acts = Acte.objects.filter(acte="parcours.heures").order_by("pk").values_list("details", flat=True)
    assert list(acts) == [{"mois": "2026-03", "contrats": 2}, {"mois": "2026-03", "contrats": 1}]


def test_wrong_cells_are_all_named_and_nothing_is_written(aci: tuple[User, Siae, Personne]) -> None:
    user, siae, _ = aci
    first, second = embauche(aci), ContratFactory(personne=followed(user), siae=siae)
    saisies = {first.pk: Saisie(Decimal(500)), second.pk: Saisie(Decimal(10), Decimal(5))}
    with pytest.raises(Refused) as refused:
        record_heures(siae=siae, mois=MARS, saisies=saisies, actor=user, on=date(2026, 4, 2))
    assert [refusal.field for refusal in refused.value.refusals] == [
        f"heures-{first.pk}",
        f"heures_payees-{second.pk}",
    ]
    assert not first.etats_mensuels.exists()


@pytest.mark.parametrize(
    ("mois", "code"),
    [(date(2026, 5, 1), "mois_futur"), (date(2025, 12, 1), "contrat_hors_mois")],
)
def test_hours_of_a_month_without_the_contract(aci: tuple[User, Siae, Personne], mois: date, code: str) -> None:
    contrat = embauche(aci)
    with pytest.raises(Refused) as refused:
        record_heures(
            siae=aci[1], mois=mois, saisies={contrat.pk: Saisie(Decimal(1))}, actor=aci[0], on=date(2026, 4, 2)
        )
    assert codes(refused) == [code]


def test_hours_of_another_siae(aci: tuple[User, Siae, Personne]) -> None:
    other = ContratFactory(personne=aci[2])
    write: Any = {"mois": MARS, "saisies": {other.pk: Saisie(Decimal(1))}, "actor": aci[0], "on": date(2026, 4, 2)}
    with pytest.raises(Refused) as refused:
        record_heures(siae=aci[1], **write)
    assert codes(refused) == ["contrat_hors_mois"]
    with pytest.raises(Refused) as refused:
        record_heures(siae=other.siae, **write)
    assert codes(refused) == ["autre_siae"]


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"nature": "voisin"}, "mise_a_disposition_nature"),
        ({"nature": "particulier"}, "mise_a_disposition_particulier"),
        ({"siret": "123"}, "mise_a_disposition_siret"),
    ],
)
def test_mise_a_disposition(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        MiseADispositionFactory(**fields)
