"""What each act writes, tells and refuses; the whole course of a dossier."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.domains.offre.models import AppelProjets, Dossier
from maillage.domains.offre.queries.dossiers import list_dossiers_prets, list_etapes, read_ligne, with_rows
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.queries.visibilite import within_competence
from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.appels import FicheAppel, edit_appel, move_appel, raise_appel
from maillage.domains.offre.services.avis import ask_avis, give_avis
from maillage.domains.offre.services.dossiers import (
    FicheDossier,
    complete,
    create_dossier,
    deposit,
    edit_dossier,
    withdraw,
)
from maillage.domains.offre.services.economie import FicheSaisie, write_fiche
from maillage.domains.offre.services.pieces import join, judge
from maillage.foundations.kernel import audit, events, uploads
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from maillage.references.structures.models import EffectifAnnuel, Siae
from tests.domains.offre.conftest import answering, new_dossier
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.offre import AppelFactory, PieceFactory
from tests.factories.structures import EffectifFactory, ImplantationFactory, SecteurFactory, SiaeFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from pytest_django import DjangoCaptureOnCommitCallbacks

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
MOTIFS = "L’offre existante couvre déjà ce public dans ce rayon."


def pdf() -> Any:
    return SimpleUploadedFile("piece.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


def fiche(region: SimpleNamespace, **fields: Any) -> FicheDossier:
    values = {
        "demande": "creation",
        "nom": "Atelier vélo",
        "type_siae": "EI",
        "commune": region.communes["93066"],
        "annee": 2026,
        "etp": Decimal(10),
    }
    return FicheDossier(**{**values, **fields})


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [each.code for each in refused.value.refusals]


def examined(dossier: Dossier, agent: User, direction: User) -> Dossier:
    """Return the dossier, deposited, complete and under examination."""
    deposit(dossier=dossier, actor=direction, on=DAY)
    acts.declare_complete(dossier=dossier, actor=agent, on=DAY)
    return acts.examine(dossier=dossier, actor=agent, on=DAY)


def heard(dossier: Dossier, agent: User, direction: User, sens: str = "favorable") -> Dossier:
    """Return the dossier, on which the commission has spoken."""
    examined(dossier, agent, direction)
    acts.put_on_agenda(dossier=dossier, seance=DAY + timedelta(days=10), actor=agent, on=DAY)
    le = DAY + timedelta(days=10)
    return acts.record_commission(dossier=dossier, sens=sens, texte="", le=le, actor=agent, on=le)


# Calls for projects


def call(region: SimpleNamespace, **fields: Any) -> FicheAppel:
    values = {
        "titre": "Un chantier",
        "territoires": [region.ensembles["200057867"]],
        "ouverture": DAY,
        "cloture": DAY + timedelta(days=60),
        "contexte": "Peu d’offre.",
        "etp": Decimal(20),
    }
    return FicheAppel(**{**values, **fields})


def test_a_call_keeps_what_the_diagnostic_said(offre: SimpleNamespace, agent: User) -> None:
    appel = raise_appel(fiche=call(offre), actor=agent, on=DAY)
    [territoire] = appel.constat["territoires"]
    assert (territoire["code"], territoire["etp"], appel.etat) == ("200057867", 47.0, "brouillon")
    assert [acte.acte for acte in audit.history(appel)] == ["offre.appel_creer"]


def test_a_call_is_raised_where_one_answers(region: SimpleNamespace, agent: User) -> None:
    with pytest.raises(Refused) as refused:
        raise_appel(fiche=call(region, territoires=[region.ensembles["247700057"]]), actor=agent, on=DAY)
    assert codes(refused) == ["hors_competence"]
    with pytest.raises(Refused) as refused:
        raise_appel(fiche=call(region), actor=member("siae_direction"), on=DAY)
    assert codes(refused) == ["interdit"]


def test_competence_holds_a_department_and_a_region(region: SimpleNamespace, agent: User) -> None:
    dreets = answering("etat_region", "dreets", "region", "11")
    assert set(within_competence(agent).values_list("code", flat=True)) == {"93", "200057867", "93066", "93001"}
    assert within_competence(dreets).count() == 10
    assert within_competence(member("siae_direction")).count() == 0


def test_the_life_of_a_call(region: SimpleNamespace, agent: User) -> None:
    appel = raise_appel(fiche=call(region), actor=agent, on=DAY)
    edit_appel(appel=appel, fiche=call(region, titre="Deux chantiers"), actor=agent, on=DAY)
    for act, etat in (("ouvrir", "ouvert"), ("clore", "clos"), ("rouvrir", "ouvert"), ("clore", "clos")):
        assert move_appel(appel=appel, act=act, actor=agent, on=DAY).etat == etat
    with pytest.raises(Refused) as refused:
        edit_appel(appel=appel, fiche=call(region), actor=agent, on=DAY)
    assert codes(refused) == ["deja_publie"]
    with pytest.raises(Refused) as refused:
        move_appel(appel=appel, act="rouvrir", actor=agent, on=DAY + timedelta(days=61))
    assert codes(refused) == ["cloture_passee"]
    assert AppelProjets.objects.get().titre == "Deux chantiers"


def test_a_call_is_its_organisation_s(agent: User) -> None:
    with pytest.raises(Refused, match="autre organisation"):
        move_appel(appel=AppelFactory(), act="ouvrir", actor=agent, on=DAY)


# The carrier


def test_a_draft_knows_what_is_granted_today(region: SimpleNamespace, direction: User) -> None:
    assert direction.membre is not None
    siae = SiaeFactory(organisation=direction.membre.organisation, type_siae="ACI")
    ImplantationFactory(siae=siae, commune=region.communes["93066"])
    for annee, etp in ((2024, 8), (2025, 9)):
        EffectifFactory(siae=siae, departement=region.ensembles["93"], annee=annee, etp_conventionnes=etp)
    secteur = SecteurFactory()
    asked = fiche(region, demande="extension", siae=siae, type_siae="", secteurs=[secteur])
    dossier = create_dossier(fiche=asked, actor=direction, on=DAY)
    assert (dossier.etp_actuels, dossier.type_siae, dossier.departement) == (9, "ACI", "93")
    assert dossier.etp_ajoutes == 1.0
    assert list(dossier.secteurs.all()) == [secteur]
    edit_dossier(dossier=dossier, fiche=fiche(region, demande="evolution", siae=siae), actor=direction, on=DAY)
    dossier.refresh_from_db()
    assert (dossier.etp_actuels, dossier.type_siae) == (None, "EI")


def test_what_a_draft_may_not_ask(region: SimpleNamespace, direction: User) -> None:
    assert direction.membre is not None
    SiaeFactory(organisation=direction.membre.organisation, type_siae="EI")
    other = SiaeFactory(type_siae="EI")
    closed = AppelFactory(etat="clos")
    for fields, expected in (
        ({"etp": Decimal(0)}, ["etp_invalides", "type_deja_porte"]),
        ({"annee": 2035, "type_siae": "AI"}, ["annee_invalide"]),
        ({"demande": "renouvellement"}, ["siae_manquante"]),
        ({"demande": "extension", "siae": other}, ["siae_autre"]),
        ({"demande": "evolution", "siae": other}, ["siae_autre", "pas_un_aci"]),
        ({"demande": "territoire", "siae": other}, ["siae_autre", "zones_manquantes"]),
        ({"type_siae": "AI", "appel": closed}, ["appel_ferme"]),
    ):
        with pytest.raises(Refused) as refused:
            create_dossier(fiche=fiche(region, **fields), actor=direction, on=DAY)
        assert codes(refused) == expected
    assert Dossier.objects.count() == 0


def test_only_a_direction_opens_a_dossier(region: SimpleNamespace, agent: User) -> None:
    with pytest.raises(Refused) as refused:
        create_dossier(fiche=fiche(region), actor=agent, on=DAY)
    assert codes(refused) == ["interdit"]


def test_a_deposit_starts_the_clock_and_tells_the_service(dossier: Dossier, direction: User, agent: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.depose_le) == ("depose", DAY)
    horloge = read_ligne(dossier, on=DAY).horloge
    assert horloge is not None
    assert horloge.echeance == date(2026, 5, 2)
    assert [(row.destinataire, row.type) for row in Notification.objects.all()] == [(agent, "offre.instruction")]
    with pytest.raises(Refused, match="ne se modifie plus"):
        write_fiche(dossier=dossier, fiche=FicheSaisie({}, {}), actor=direction)


def test_missing_pieces_stop_the_clock_until_they_come(dossier: Dossier, direction: User, agent: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    asked, limite = DAY + timedelta(days=4), DAY + timedelta(days=34)
    acts.request_pieces(dossier=dossier, message="Les statuts.", limite=limite, actor=agent, on=asked)
    with pytest.raises(Refused) as refused:
        complete(dossier=dossier, actor=direction, on=asked)
    assert codes(refused) == ["rien_de_joint"]
    given = asked + timedelta(days=10)
    join(dossier=dossier, code="statuts", libelle="", fichier=pdf(), actor=direction, on=given)
    complete(dossier=dossier, actor=direction, on=given)
    [ligne] = [read_ligne(each, on=given) for each in with_rows(Dossier.objects.all())]
    assert ligne.horloge is not None
    assert (ligne.dossier.etat, ligne.horloge.jours_suspendus) == ("depose", 10)
    assert ligne.horloge.echeance == date(2026, 5, 12)
    assert ligne.echeance == date(2026, 5, 12)


def test_one_s_own_dossier_alone(dossier: Dossier, agent: User) -> None:
    stranger = member("siae_direction")
    for act in (
        lambda: deposit(dossier=dossier, actor=stranger, on=DAY),
        lambda: withdraw(dossier=dossier, actor=stranger),
        lambda: edit_dossier(dossier=dossier, fiche=None, actor=stranger, on=DAY),  # type: ignore[arg-type]
        lambda: acts.declare_complete(dossier=dossier, actor=agent, on=DAY),  # a draft is its carrier's alone
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["interdit"]


def test_another_department_examines_nothing_here(dossier: Dossier, direction: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    neighbour = answering("etat_departement", "ddets", "departement", "77")
    with pytest.raises(Refused, match="pas de votre département"):
        acts.declare_complete(dossier=dossier, actor=neighbour, on=DAY)


def test_withdrawing(dossier: Dossier, direction: User, agent: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    assert withdraw(dossier=dossier, actor=direction).etat == "sans_suite"
    assert Notification.objects.filter(destinataire=agent).count() == 2


# Pieces


def test_a_piece_replaced_leaves_no_file(
    dossier: Dossier, direction: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = join(dossier=dossier, code="statuts", libelle="", fichier=pdf(), actor=direction, on=DAY)
    with django_capture_on_commit_callbacks(execute=True):
        second = join(dossier=dossier, code="statuts", libelle="", fichier=pdf(), actor=direction, on=DAY)
    assert uploads.read(second.fichier).startswith(b"%PDF")
    with pytest.raises(FileNotFoundError):
        uploads.read(first.fichier)
    assert dossier.pieces.count() == 1


def test_what_may_not_be_joined(dossier: Dossier, direction: User) -> None:
    PieceFactory(dossier=dossier, code="comptes", etat="acceptee")
    for code, libelle, expected in (
        ("passeport", "", "piece_inconnue"),
        ("", " ", "libelle_manquant"),
        ("comptes", "", "deja_acceptee"),
    ):
        with pytest.raises(Refused) as refused:
            join(dossier=dossier, code=code, libelle=libelle, fichier=pdf(), actor=direction, on=DAY)
        assert codes(refused) == [expected]
    with pytest.raises(Refused) as refused:
        wrong: Any = SimpleUploadedFile("x.exe", b"MZ")
        join(dossier=dossier, code="statuts", libelle="", fichier=wrong, actor=direction, on=DAY)
    assert codes(refused) == ["type_refuse"]


def test_a_piece_refused_says_why(dossier: Dossier, direction: User, agent: User) -> None:
    deposit(dossier=dossier, actor=direction, on=DAY)
    piece = PieceFactory(dossier=dossier)
    with pytest.raises(Refused) as refused:
        judge(piece=piece, accepted=False, motif=" ", actor=agent)
    assert codes(refused) == ["motif_manquant"]
    assert judge(piece=piece, accepted=False, motif="Illisible.", actor=agent).etat == "refusee"
    assert judge(piece=piece, accepted=True, motif="Illisible.", actor=agent).motif == ""


# The economic sheet


def test_a_sheet_is_replaced_whole(dossier: Dossier, direction: User) -> None:
    for amount in (1000, 2000):
        saisie = FicheSaisie(
            {("ventes", 1): Decimal(amount), ("achats", 1): Decimal(0)}, {1: Decimal(5)}, Decimal(300), {"ventes": 30}
        )
        write_fiche(dossier=dossier, fiche=saisie, actor=direction)
    plan = read_fiche(dossier, on=DAY).plan
    assert plan.montants == {("ventes", 1): Decimal(2000)}
    assert (plan.etp, plan.tresorerie_initiale, plan.delais.ventes) == ({1: Decimal(5)}, Decimal(300), 30)
    with pytest.raises(Refused) as refused:
        write_fiche(dossier=dossier, fiche=FicheSaisie({("ventes", 1): Decimal(-1)}, {}), actor=direction)
    assert codes(refused) == ["montant_invalide"]


# Opinions


def test_an_opinion_is_given_once(dossier: Dossier, direction: User, agent: User) -> None:
    examined(dossier, agent, direction)
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    organisation = partner.membre.organisation
    avis = ask_avis(dossier=dossier, organisation=organisation, echeance=DAY, actor=agent, on=DAY)
    assert Dossier.objects.get().etat == "avis"
    assert Notification.objects.filter(destinataire=partner, type="offre.avis").count() == 1
    with pytest.raises(Refused) as refused:
        ask_avis(dossier=dossier, organisation=organisation, echeance=DAY, actor=agent, on=DAY)
    assert codes(refused) == ["deja_demande"]
    for sens, texte, expected in (("bof", "Une phrase entière.", "sens_inconnu"), ("favorable", "Oui.", "texte_court")):
        with pytest.raises(Refused) as refused:
            give_avis(avis=avis, sens=sens, texte=texte, actor=partner, on=DAY)
        assert codes(refused) == [expected]
    give_avis(avis=avis, sens="reserve", texte="Le transport reste à organiser.", actor=partner, on=DAY)
    with pytest.raises(Refused) as refused:
        give_avis(avis=avis, sens="favorable", texte="Tout compte fait, oui.", actor=partner, on=DAY)
    assert codes(refused) == ["deja_rendu"]
    # A new version takes a new request.
    ask_avis(dossier=dossier, organisation=organisation, echeance=DAY, actor=agent, on=DAY)
    assert list(dossier.avis.order_by("pk").values_list("sens", flat=True)) == ["reserve", ""]


def test_who_may_be_asked_and_answer(dossier: Dossier, direction: User, agent: User) -> None:
    examined(dossier, agent, direction)
    with pytest.raises(Refused) as refused:
        ask_avis(dossier=dossier, organisation=OrganisationFactory(), echeance=DAY, actor=agent, on=DAY)
    assert codes(refused) == ["partenaire_impossible"]
    partner = OrganisationFactory(types=["ept"])
    avis = ask_avis(dossier=dossier, organisation=partner, echeance=DAY, actor=agent, on=DAY)
    with pytest.raises(Refused) as refused:
        give_avis(avis=avis, sens="favorable", texte="Une phrase.", actor=member("reseau", "cress"), on=DAY)
    assert codes(refused) == ["interdit"]


# Examination and decision


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
