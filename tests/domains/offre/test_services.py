"""What each act writes, tells and refuses; the carrier, the pieces, the opinions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.domains.offre.models import Dossier
from maillage.domains.offre.queries.attentes import list_attentes
from maillage.domains.offre.queries.dossiers import read_ligne, with_rows
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.services import instruction as acts
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
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Notification
from tests.domains.offre.conftest import DAY, answering, codes, examined, new_dossier
from tests.factories.accounts import OrganisationFactory, member
from tests.factories.offre import AppelFactory, PieceFactory
from tests.factories.structures import EffectifFactory, ImplantationFactory, SecteurFactory, SiaeFactory

if TYPE_CHECKING:
    from types import SimpleNamespace

    from pytest_django import DjangoCaptureOnCommitCallbacks

    from maillage.references.accounts.models import User

pytestmark = pytest.mark.django_db


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


def test_what_is_granted_in_another_departement_does_not_count(region: SimpleNamespace, direction: User) -> None:
    assert direction.membre is not None
    siae = SiaeFactory(organisation=direction.membre.organisation, type_siae="ACI")
    for code, annee, etp in (("93", 2024, 10), ("77", 2025, 8)):
        EffectifFactory(siae=siae, departement=region.ensembles[code], annee=annee, etp_conventionnes=etp)
    found = {
        code: create_dossier(
            fiche=fiche(region, demande="extension", siae=siae, commune=region.communes[code], etp=Decimal(20)),
            actor=direction,
            on=DAY,
        ).etp_ajoutes
        for code in ("93066", "77288")
    }
    assert found == {"93066": 10.0, "77288": 12.0}


@pytest.mark.parametrize(
    ("demande", "actuels", "expected"),
    [("creation", None, 15.0), ("evolution", None, 15.0), ("extension", None, None), ("extension", 18, -3.0)],
)
def test_what_a_dossier_adds_is_unknown_when_today_is(
    demande: str, actuels: int | None, expected: float | None
) -> None:
    asked = Dossier(demande=demande, etp=Decimal(15), etp_actuels=None if actuels is None else Decimal(actuels))
    assert asked.etp_ajoutes == expected


def test_a_deposited_dossier_stays_where_it_was_received(region: SimpleNamespace, direction: User, agent: User) -> None:
    assert direction.membre is not None
    mine, other = (SiaeFactory(organisation=direction.membre.organisation, type_siae=kind) for kind in ("ACI", "EI"))
    asked = fiche(region, demande="extension", siae=mine)
    dossier = create_dossier(fiche=asked, actor=direction, on=DAY)
    deposit(dossier=dossier, actor=direction, on=DAY)
    acts.request_pieces(dossier=dossier, message="Les statuts.", limite=DAY + timedelta(days=30), actor=agent, on=DAY)
    for fields, expected in (
        ({"commune": region.communes["77288"]}, ["departement_fixe"]),
        ({"siae": other}, ["siae_fixe"]),
        ({"demande": "avenant"}, ["demande_fixe"]),
    ):
        with pytest.raises(Refused) as refused:
            edit_dossier(dossier=dossier, fiche=replace(asked, **fields), actor=direction, on=DAY)
        assert codes(refused) == expected
    moved = replace(asked, commune=region.communes["93001"], etp=Decimal(11))
    edit_dossier(dossier=dossier, fiche=moved, actor=direction, on=DAY)
    dossier.refresh_from_db()
    assert (dossier.commune, dossier.departement, dossier.etp) == (region.communes["93001"], "93", 11)


def test_what_a_draft_may_not_ask(region: SimpleNamespace, direction: User) -> None:
    assert direction.membre is not None
    SiaeFactory(organisation=direction.membre.organisation, type_siae="EI")
    other = SiaeFactory(type_siae="EI")
    closed = AppelFactory(etat="clos")
    for fields, expected in (
        ({"etp": Decimal(0)}, ["etp_invalides", "type_deja_porte"]),
        ({"etp": Decimal(99_999), "type_siae": "AI"}, ["etp_excessifs"]),
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


def test_absurd_etp_are_not_deposited(region: SimpleNamespace, direction: User) -> None:
    draft = new_dossier(region, direction, etp=Decimal(99_999))
    with pytest.raises(Refused) as refused:
        deposit(dossier=draft, actor=direction, on=DAY)
    assert codes(refused) == ["etp_excessifs"]


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


@pytest.mark.parametrize("etat", ["accorde", "refuse", "sans_suite"])
def test_nothing_is_said_of_a_dossier_once_it_is_decided(
    dossier: Dossier, direction: User, agent: User, etat: str
) -> None:
    examined(dossier, agent, direction)
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    organisation = partner.membre.organisation
    avis = ask_avis(dossier=dossier, organisation=organisation, echeance=DAY, actor=agent, on=DAY)
    piece = PieceFactory(dossier=dossier)
    assert [attente.nombre for attente in list_attentes(partner)] == [1]
    decided = {"decision_le": DAY, "motifs": "Une décision motivée."} if etat != "sans_suite" else {}
    Dossier.objects.update(etat=etat, **decided)
    for act in (
        lambda: give_avis(avis=avis, sens="favorable", texte="Une phrase entière.", actor=partner, on=DAY),
        lambda: judge(piece=piece, accepted=True, motif="", actor=agent),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["dossier_decide"]
    assert list(list_attentes(partner)) == []


def test_an_opinion_locks_its_dossier(dossier: Dossier, direction: User, agent: User) -> None:
    examined(dossier, agent, direction)
    partner = answering("emploi_direction", "ft_agence", "departement", "93")
    assert partner.membre is not None
    organisation = partner.membre.organisation
    avis = ask_avis(dossier=dossier, organisation=organisation, echeance=DAY, actor=agent, on=DAY)
    with CaptureQueriesContext(connection) as queries:
        give_avis(avis=avis, sens="favorable", texte="Une phrase entière.", actor=partner, on=DAY)
    [locking] = [each["sql"] for each in queries if "FOR UPDATE" in each["sql"]]
    assert locking.endswith('FOR UPDATE OF "offre_avispartenaire", "offre_dossier"')


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
