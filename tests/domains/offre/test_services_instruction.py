"""What the service does: examine, put on an agenda, decide, sign, activate."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from maillage.domains.diagnostics.enums import Capacite
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.offre.models import Dossier
from maillage.domains.offre.queries.adequation import MAILLES, simulate
from maillage.domains.offre.queries.dossiers import describe_annee, list_dossiers_prets, list_etapes
from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.dossiers import (
    deposit,
)
from maillage.domains.offre.services.economie import FicheSaisie, write_fiche
from maillage.foundations.kernel import events
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.structures.models import EffectifAnnuel, Siae
from tests.domains.offre.conftest import DAY, codes, examined, heard, new_dossier
from tests.factories.structures import ImplantationFactory, SecteurFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from pytest_django import DjangoCaptureOnCommitCallbacks

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db
MOTIFS = "L’offre existante couvre déjà ce public dans ce rayon."


def test_the_fit_is_frozen_at_the_examination(offre: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(offre, direction)
    fit = examined(dossier, agent, direction).adequation
    assert fit is not None
    commune, interco, departement = fit["territoires"]
    assert (commune["nom"], interco["nom"], departement["nom"]) == (
        "Saint-Denis",
        "Plaine Commune",
        "Seine-Saint-Denis",
    )
    for territory in fit["territoires"]:
        taux = next(each for each in territory["mesures"] if each["code"] == "accessibilite")
        assert taux["apres"] > taux["avant"]
    # 10, 20 and 5 ETP in Saint-Denis, 12 in Aubervilliers: four SIAE, one EI.
    assert (fit["voisines"], fit["voisines_meme_type"], fit["etp_ajoutes"]) == (4, 1, 10.0)
    EffectifAnnuel.objects.update(etp_realises=0)
    dossier.refresh_from_db()
    assert dossier.adequation == fit


def test_what_is_asked_in_all_takes_the_place_of_what_is_worked(
    offre: SimpleNamespace, direction: User, agent: User
) -> None:
    """12 ETP are worked, those granted are not known, 15 are asked in all: 15 count, not 27."""
    siae = Siae.objects.get(type_siae="ETTI")
    asked = {"demande": "extension", "siae": siae, "type_siae": "ETTI", "etp": Decimal(15)}
    dossier = new_dossier(offre, direction, commune=offre.communes["93001"], **asked)
    couverture = compute_couverture("11", Choix(capacite=Capacite.ETP), mailles=MAILLES, on=DAY)
    after = simulate(couverture, dossier).offre
    assert after.etp[after.siae_pk == siae.pk].tolist() == [15.0]
    fit = examined(dossier, agent, direction).adequation
    assert fit is not None
    assert fit["etp_ajoutes"] is None
    # Two sites share what is asked; a SIAE without a site in the département opens one.
    double = Siae.objects.get(type_siae="AI")
    shared = simulate(couverture, new_dossier(offre, direction, **{**asked, "siae": double, "type_siae": "AI"})).offre
    assert shared.etp[shared.siae_pk == double.pk].tolist() == [7.5, 7.5]
    away = {**asked, "siae": siae, "commune": offre.communes["77288"]}
    opened = simulate(couverture, new_dossier(offre, direction, **away)).offre
    assert (opened.etp[-1], opened.unite_code[-1], len(opened.etp)) == (15.0, "77288", len(after.etp) + 1)


def test_ready_dossiers_are_told_and_listed(
    dossier: Dossier, direction: User, agent: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: list[Any] = []
    for kind in (acts.DossierPret, acts.DossierInscrit):
        events.subscribe(kind, told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            examined(dossier, agent, direction)
        assert [ligne.dossier for ligne in list_dossiers_prets("93")] == [dossier]
        assert list_dossiers_prets("77") == []
        with django_capture_on_commit_callbacks(execute=True):
            acts.put_on_agenda(dossier=dossier, seance=DAY, actor=agent, on=DAY)
        assert list_dossiers_prets("93") == []
    finally:
        for kind in (acts.DossierPret, acts.DossierInscrit):
            events._SUBSCRIBERS[kind].remove(told.append)
    assert told == [acts.DossierPret(dossier.pk, "93"), acts.DossierInscrit(dossier.pk, "93", DAY)]


def test_a_renewal_waits_for_its_dialogue(region: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(region, direction, demande="renouvellement", existante=True)
    examined(dossier, agent, direction)
    assert list_dossiers_prets("93") == []
    with pytest.raises(Refused) as refused:
        acts.put_on_agenda(dossier=dossier, seance=DAY, actor=agent, on=DAY)
    assert codes(refused) == ["transition_interdite"]
    acts.record_dialogue(dossier=dossier, compte_rendu="Objectifs reconduits.", actor=agent)
    assert [ligne.dossier for ligne in list_dossiers_prets("93")] == [dossier]


@pytest.mark.parametrize(("actuels", "refused"), [(Decimal(10), False), (Decimal(8), True), (None, True)])
def test_an_avenant_of_unchanged_posts_needs_no_opinion(
    region: SimpleNamespace, direction: User, agent: User, actuels: Decimal | None, refused: bool
) -> None:
    dossier = new_dossier(region, direction, demande="avenant", existante=True, etp_actuels=actuels)
    examined(dossier, agent, direction)
    acts.record_dialogue(dossier=dossier, compte_rendu="Objectifs reconduits.", actor=agent)
    if refused:
        with pytest.raises(Refused, match="n’a pas rendu d’avis"):
            acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY)
    else:
        assert acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY).etat == "accorde"


def test_an_evolution_needs_a_favourable_opinion(region: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(region, direction, demande="evolution", existante=True)
    heard(dossier, agent, direction, "reserve")
    with pytest.raises(Refused) as refused:
        acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY)
    assert codes(refused) == ["avis_favorable_requis"]
    acts.adjourn(dossier=dossier, motifs="La comptabilité séparée est à produire.", actor=agent)
    again = acts.put_on_agenda(dossier=dossier, seance=DAY, actor=agent, on=DAY)
    assert (again.commission_sens, again.commission_le) == ("", None)


def test_an_aci_that_sells_much_needs_a_favourable_opinion(
    region: SimpleNamespace, direction: User, agent: User
) -> None:
    dossier = new_dossier(region, direction, type_siae="ACI")
    amounts = {("services", 1): Decimal(100), ("ventes", 1): Decimal(40), ("aide_poste", 1): Decimal(60)}
    write_fiche(dossier=dossier, fiche=FicheSaisie(amounts, {}), actor=direction)
    heard(dossier, agent, direction, "reserve")
    with pytest.raises(Refused) as refused:
        acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY)
    assert codes(refused) == ["avis_favorable_requis"]


def test_an_aci_that_sells_too_much_is_never_granted(region: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(region, direction, type_siae="ACI")
    amounts = {("services", 2): Decimal(100), ("ventes", 2): Decimal(51), ("aide_poste", 2): Decimal(49)}
    write_fiche(dossier=dossier, fiche=FicheSaisie(amounts, {}), actor=direction)
    heard(dossier, agent, direction, "favorable")
    with pytest.raises(Refused, match=r"Année 2.*51.*au-delà du plafond de 50") as refused:
        acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY)
    assert codes(refused) == ["part_interdite"]


def test_a_refusal_is_reasoned_and_told(dossier: Dossier, direction: User, agent: User) -> None:
    heard(dossier, agent, direction, "defavorable")
    with pytest.raises(Refused) as refused:
        acts.refuse(dossier=dossier, motifs="Non.", actor=agent, on=DAY)
    assert codes(refused) == ["motifs_courts"]
    found = acts.refuse(dossier=dossier, motifs=MOTIFS, actor=agent, on=DAY)
    assert (found.etat, found.decision_le, found.motifs) == ("refuse", DAY, MOTIFS)
    assert "refusée" in Notification.objects.filter(destinataire=direction).latest("pk").texte
    assert [each.vers for each in list_etapes(found)] == [
        "déposé",
        "complet",
        "en instruction",
        "inscrit à une séance",
        "avis de la commission rendu",
        "refusé",
    ]


def test_dates_to_come(dossier: Dossier, direction: User, agent: User) -> None:
    examined(dossier, agent, direction)
    yesterday = DAY - timedelta(days=1)
    with pytest.raises(Refused, match="à venir"):
        acts.put_on_agenda(dossier=dossier, seance=yesterday, actor=agent, on=DAY)
    with pytest.raises(Refused) as refused:
        acts.request_pieces(dossier=dossier, message=" ", limite=DAY, actor=agent, on=DAY)
    assert codes(refused) == ["message_manquant", "limite_passee"]


def granted_convention(dossier: Dossier, agent: User, direction: User, **fields: Any) -> Any:
    heard(dossier, agent, direction)
    acts.grant(dossier=dossier, motifs="", actor=agent, on=DAY)
    values = {"numero": "EI93-1", "debut": DAY, "fin": date(2029, 3, 1), "etp": Decimal(12), "postes": 16}
    return acts.sign(dossier=dossier, **{**values, **fields}, actor=agent, on=DAY)


def test_a_convention_lasts_three_years_at_most(dossier: Dossier, direction: User, agent: User) -> None:
    with pytest.raises(Refused) as refused:
        granted_convention(dossier, agent, direction, fin=date(2029, 3, 2))
    assert codes(refused) == ["trop_longue"]


def test_a_creation_makes_a_siae(offre: SimpleNamespace, direction: User, agent: User) -> None:
    secteur = SecteurFactory()
    dossier = new_dossier(offre, direction)
    dossier.secteurs.add(secteur)
    granted_convention(dossier, agent, direction)
    with pytest.raises(Refused) as refused:
        acts.activate(dossier=dossier, actor=agent, on=DAY - timedelta(days=1))
    assert codes(refused) == ["trop_tot"]
    found = acts.activate(dossier=dossier, actor=agent, on=DAY)
    siae = Siae.objects.get(organisation=dossier.organisation)
    assert (found.etat, found.siae, siae.nom, siae.type_siae) == ("actif", siae, dossier.nom, "EI")
    effectif = siae.effectifs.get()
    assert (effectif.annee, effectif.postes, effectif.etp_conventionnes) == (2026, 16, Decimal(12))
    assert effectif.departement == offre.ensembles["93"]
    assert [each.secteur for each in siae.activites.all()] == [secteur]
    assert siae.source == "convention EI93-1"


def test_the_year_from_which_a_convention_counts_is_told(offre: SimpleNamespace, direction: User, agent: User) -> None:
    convention = granted_convention(new_dossier(offre, direction), agent, direction)
    reference = EffectifAnnuel.objects.values_list("annee", flat=True).distinct().get()
    told = describe_annee(convention)
    assert f"comptent les effectifs de {reference}," in told
    assert f"ses ETP de {DAY.year} y comptent" in told
    EffectifAnnuel.objects.update(annee=DAY.year)
    assert describe_annee(convention) == ""


def test_an_extension_adds_to_a_siae(offre: SimpleNamespace, direction: User, agent: User) -> None:
    dossier = new_dossier(offre, direction, demande="territoire", existante=True)
    siae = dossier.siae
    assert siae is not None
    ImplantationFactory(siae=siae, commune=offre.communes["93001"], adresse="1 rue Neuve")
    siae.zones.create(territoire=offre.ensembles["93"])
    dossier.zones.add(offre.ensembles["247700057"])
    granted_convention(dossier, agent, direction)
    acts.activate(dossier=dossier, actor=agent, on=DAY)
    site = siae.implantations.get()
    assert (site.commune, site.adresse) == (offre.communes["93001"], "1 rue Neuve")
    assert {zone.territoire.code for zone in siae.zones.all()} == {"93", "247700057"}
    assert siae.effectifs.get().etp_conventionnes == Decimal(12)


def test_dropping_says_why(dossier: Dossier, direction: User, agent: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    with pytest.raises(Refused):
        acts.drop(dossier=dossier, motifs="", actor=agent)
    assert acts.drop(dossier=dossier, motifs="Le porteur n’a pas donné suite.", actor=agent).etat == "sans_suite"
