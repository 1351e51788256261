"""Calls for projects and dossiers of the demonstration, at every step of every workflow.

Each dossier is led by the acts that its people would do, on the days when they would: one is close to its implicit
refusal, one already past it, one suspended for missing pieces.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from maillage.domains.diagnostics.enums import Capacite, Classe
from maillage.domains.diagnostics.queries.couverture import compute_couverture
from maillage.domains.diagnostics.rules import Choix
from maillage.domains.offre.enums import NOUVELLES, Demande
from maillage.domains.offre.models import AppelProjets, AvisPartenaire, Dossier
from maillage.domains.offre.queries.demandes import list_pieces
from maillage.domains.offre.queries.partenaires import list_partenaires
from maillage.domains.offre.rules.dossiers import WORKFLOWS
from maillage.domains.offre.services import instruction as acts
from maillage.domains.offre.services.appels import FicheAppel, move_appel, raise_appel
from maillage.domains.offre.services.avis import ask_avis
from maillage.domains.offre.services.dossiers import FicheDossier, complete, create_dossier, deposit
from maillage.domains.offre.services.economie import FicheSaisie, write_fiche
from maillage.domains.offre.services.pieces import join, judge
from maillage.foundations.kernel.models import JournalTransition, Notification
from maillage.references.accounts.models import Membre, Organisation, User
from maillage.references.structures.models import Secteur, Siae
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEPARTEMENT = "95"
PORTEUSES = 6
KEPT = 2
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MOTIFS = "L’offre existante couvre déjà ce public dans ce rayon, et le plan ne montre pas de marché stable."


@dataclass(frozen=True, slots=True)
class Scene:
    """One dossier: what is asked, by which of the carriers, how many days ago it was deposited, up to which act.

    `etp` are those of a new SIAE, those added to one in activity; `depuis` is a day of deposit that does not move.
    """

    demande: Demande
    porteuse: int
    nom: str
    jours: int
    jusqu_a: str
    etp: str = "12"
    economie: str = "saine"
    commune: str = ""
    depuis: date | None = None


SCENES = (
    Scene(Demande.CREATION, 0, "Ressourcerie itinérante", 0, "brouillon"),
    Scene(Demande.CREATION, 1, "Conserverie solidaire", 5, "deposer"),
    Scene(Demande.CREATION, 2, "Maraîchage de Marines", 40, "pieces", commune="95370"),
    Scene(Demande.CREATION, 3, "Atelier vélo de Sarcelles", 53, "consulter", economie="fragile", commune="95585"),
    Scene(Demande.CREATION, 4, "Repassage et couture d’Argenteuil", 75, "instruire", commune="95018"),
    Scene(Demande.CREATION, 5, "Traiteur de Goussainville", 90, "signer", etp="9", commune="95280"),
    Scene(Demande.RENOUVELLEMENT, 0, "Renouvellement de la convention", 20, "dialoguer", etp="0"),
    Scene(Demande.RENOUVELLEMENT, 1, "Renouvellement de la convention", 45, "inscrire", etp="1.5"),
    Scene(Demande.RENOUVELLEMENT, 2, "Renouvellement de la convention", 100, "signer", etp="0"),
    # Its posts are those that the region counts already: the calibrated supply does not move.
    Scene(Demande.RENOUVELLEMENT, 5, "Renouvellement de la convention", 0, "activer", etp="0", depuis=date(2025, 9, 1)),
    Scene(Demande.AVENANT, 0, "Avenant de l’année", 12, "declarer_complet", etp="2"),
    Scene(Demande.AVENANT, 3, "Avenant de l’année", 30, "accorder", etp="0"),
    Scene(Demande.EXTENSION, 0, "Extension à la collecte des biodéchets", 50, "rendre_avis", etp="6"),
    Scene(Demande.EXTENSION, 4, "Dix postes en propreté", 60, "refuser", etp="10", economie="fragile"),
    Scene(Demande.TERRITOIRE, 1, "Ouvrir sur le Pays de France", 35, "ajourner", etp="3"),
    Scene(Demande.EVOLUTION, 2, "Une entreprise d’insertion en menuiserie", 25, "instruire", etp="8"),
)
# The acts of the service, in the order of a dossier that goes well; some end it otherwise.
SUITE = (
    "declarer_complet",
    "instruire",
    "dialoguer",
    "consulter",
    "inscrire",
    "rendre_avis",
    "accorder",
    "signer",
    "activer",
)
FINS = frozenset({"refuser", "ajourner"})
INFORMATION = frozenset({"consulter", "inscrire", "rendre_avis"})


def load_dossiers(on: date) -> int:
    """Write the calls and the dossiers once; return how many there are."""
    agent, direction = _account("etat_departement"), _account("siae_direction")
    if Dossier.objects.exists() or agent is None or direction is None or agent.membre is None:
        return Dossier.objects.count()
    with transaction.atomic():
        appels = _raise_calls(agent, on)
        carriers = _carriers(direction, agent)
        for scene in SCENES:
            _play(scene, carriers[scene.porteuse], agent, appels, on)
        _keep_last_notifications()
        return Dossier.objects.count()


def _date_last(dossier: Dossier, day: date) -> None:
    """Put the last change of state of a dossier on the day when it would have been made: journals know only today."""
    moment = timezone.make_aware(datetime.combine(day, time(10, 30)))
    rows = JournalTransition.objects.filter(objet_id=dossier.pk, objet_type__model="dossier")
    last = rows.order_by("-pk").values("pk")[:1]
    with pgtrigger.ignore("kernel.JournalTransition:ecrit_une_fois"):
        JournalTransition.objects.filter(pk__in=list(last.values_list("pk", flat=True))).update(date=moment)


def _keep_last_notifications() -> None:
    """Leave two notifications to each person: nobody would have kept the others unread."""
    kept: Counter[int] = Counter()
    for row in Notification.objects.filter(type__startswith="offre.").order_by("-pk"):
        kept[row.destinataire_id] += 1
        if kept[row.destinataire_id] > KEPT:
            row.delete()


def _account(profil: str) -> User | None:
    return User.objects.filter(email=f"{profil}@maillage.example").first()


def _carriers(direction: User, agent: User) -> list[tuple[User, Siae]]:
    """Return who carries the dossiers: the direction of the demonstration first, then chantiers of the département.

    These have no account: they borrow a member for the time of loading.
    """
    assert direction.membre is not None
    mine = Siae.objects.get(organisation=direction.membre.organisation, type_siae="ACI")
    others = (
        Siae.objects.actives()
        .filter(type_siae="ACI", implantations__principale=True, implantations__commune__departement=DEPARTEMENT)
        .exclude(pk=mine.pk)
        .select_related("organisation")
        .order_by("organisation__siret")[: PORTEUSES - 1]
    )
    return [(direction, mine), *((_stand_in(siae.organisation), siae) for siae in others)]


def _stand_in(organisation: Organisation) -> User:
    """Return somebody who acts for an organisation without an account: never saved, gone with the loading."""
    user = User(email="", is_active=False)
    user.__dict__["membre"] = Membre(user=user, organisation=organisation, profil="siae_direction")
    return user


def _raise_calls(agent: User, on: date) -> list[AppelProjets]:
    """Raise two calls on the least served territories that the agent answers for: one open, one draft."""
    couverture = compute_couverture("11", Choix(capacite=Capacite.ETP), mailles=(Maille.INTERCOMMUNALITE,), on=on)
    lignes = [each for each in couverture.mailles[Maille.INTERCOMMUNALITE] if each.departement == DEPARTEMENT]
    low = sorted(lignes, key=lambda each: (each.classe != Classe.SOUS_DOTE, each.rang or 0))[:2]
    found = []
    for rank, ligne in enumerate(low):
        territoire = Territoire.objects.en_vigueur().get(niveau=ligne.niveau, code=ligne.code)
        fiche = FicheAppel(
            titre=("Un chantier pour les allocataires du RSA", "Des postes pour les jeunes sans diplôme")[rank],
            territoires=[territoire],
            ouverture=on - timedelta(days=30 - 20 * rank),
            cloture=on + timedelta(days=(12, 60)[rank]),
            contexte=(
                f"Sur le territoire «\u202f{ligne.nom}\u202f», l’offre d’insertion est l’une des plus faibles de la "
                "région au regard des habitants qui en ont besoin. Les communes s’engagent à prêter des locaux."
            ),
            publics=(("brsa",), ("jeunes",))[rank],
            types=(("ACI", "EI"), ())[rank],
            etp=Decimal((20, 15)[rank]),
            montant=Decimal((350_000, 200_000)[rank]),
            criteres=(
                "Qualité du projet d’insertion\u202f; complémentarité avec l’offre existante\u202f; viabilité "
                "économique\u202f; accès en transport en commun."
            ),
        )
        appel = raise_appel(fiche=fiche, actor=agent, on=on - timedelta(days=35))
        found.append(move_appel(appel=appel, act="ouvrir", actor=agent, on=on) if rank == 0 else appel)
    return found


def _play(scene: Scene, carrier: tuple[User, Siae], agent: User, appels: Sequence[AppelProjets], on: date) -> None:
    """Lead a dossier from its draft to the act of the scene."""
    person, siae = carrier
    day = scene.depuis or on - timedelta(days=scene.jours)
    dossier = create_dossier(fiche=_fiche(scene, siae, appels, day), actor=person, on=day)
    write_fiche(dossier=dossier, fiche=draw_plan(scene.economie, dossier.type_siae, dossier.etp), actor=person)
    expected = list_pieces(dossier.demande, dossier.type_siae, on=day)
    missing = 2 if scene.jusqu_a in {"pieces", "brouillon"} else 0
    for piece in expected[: len(expected) - missing]:
        _join(dossier, piece.code, person, day)
    if scene.jusqu_a == "brouillon":
        return
    deposit(dossier=dossier, actor=person, on=day)
    _date_last(dossier, day)
    if scene.jusqu_a == "pieces":
        message = "Il manque\u202f:\n" + "\n".join(f"- {piece.libelle}" for piece in expected[-missing:])
        limite = on + timedelta(days=9)
        acts.request_pieces(dossier=dossier, message=message, limite=limite, actor=agent, on=on - timedelta(days=21))
        _date_last(dossier, on - timedelta(days=21))
        return
    _examine(scene, dossier, person, agent, day, on)


def _examine(scene: Scene, dossier: Dossier, person: User, agent: User, day: date, on: date) -> None:
    """Do the acts of the service, a few days apart, up to that of the scene."""
    if scene.demande == Demande.EXTENSION and scene.jusqu_a == "rendre_avis":
        asked = acts.request_pieces(
            dossier=dossier,
            message="Le bilan est illisible.",
            limite=day + timedelta(days=20),
            actor=agent,
            on=day + timedelta(days=4),
        )
        _join(dossier, "", person, day + timedelta(days=14))
        _date_last(dossier, day + timedelta(days=4))
        complete(dossier=asked.dossier, actor=person, on=day + timedelta(days=14))
        _date_last(dossier, day + timedelta(days=14))
    if scene.jusqu_a == "deposer":
        return
    known = {each.act for each in WORKFLOWS[dossier.demande]}
    # An avenant that changes no post is only told to the commission.
    told = INFORMATION if scene.demande == Demande.AVENANT and dossier.etp == dossier.etp_actuels else frozenset()
    for rank, act in enumerate(act for act in SUITE if act in known and act not in told):
        if scene.jusqu_a in FINS and act == "accorder":
            break
        dossier.refresh_from_db()
        when = min(on, day + timedelta(days=3 + 4 * rank))
        _do(act, scene, dossier, agent, when, on)
        _date_last(dossier, when)
        if act == scene.jusqu_a:
            return
    dossier.refresh_from_db()
    if scene.jusqu_a == "refuser":
        acts.refuse(dossier=dossier, motifs=MOTIFS, actor=agent, on=on - timedelta(days=3))
        _date_last(dossier, on - timedelta(days=3))
    elif scene.jusqu_a == "ajourner":
        acts.adjourn(dossier=dossier, motifs="La commission demande une lettre d’intention des communes.", actor=agent)


def _do(act: str, scene: Scene, dossier: Dossier, agent: User, when: date, on: date) -> None:
    """Do one act of the service."""
    who: Any = {"dossier": dossier, "actor": agent}
    if act == "declarer_complet":
        for piece in dossier.pieces.filter(etat="recue"):
            judge(piece=piece, accepted=True, motif="", actor=agent)
    if act == "consulter":
        _consult(dossier, agent, when, answered=scene.jusqu_a != "consulter")
        return
    favourable = scene.jusqu_a != "refuser"
    avis = (
        "La commission relève la complémentarité avec l’offre existante." if favourable else "Le marché est déjà servi."
    )
    convention = {
        "numero": f"{dossier.type_siae}{dossier.departement}-{dossier.numero}",
        "debut": when,
        "fin": when + timedelta(days=364),
        "etp": dossier.etp,
        "postes": dossier.postes if scene.depuis is None else None,
        "montant": dossier.etp * AIDE,
    }
    more: dict[str, dict[str, Any]] = {
        "dialoguer": {"compte_rendu": "Objectifs de sorties reconduits\u202f; effort attendu sur la formation."},
        "inscrire": {"seance": on + timedelta(days=14) if scene.jusqu_a == "inscrire" else when, "on": when},
        "rendre_avis": {"sens": "favorable" if favourable else "defavorable", "texte": avis, "le": when, "on": when},
        "accorder": {"motifs": "", "on": when},
        "signer": {**convention, "on": when},
    }
    ACTES[act](**who, **more.get(act, {"on": when}))


AIDE = 12_459  # euros for one ETP
ACTES: dict[str, Callable[..., object]] = {
    "declarer_complet": acts.declare_complete,
    "instruire": acts.examine,
    "dialoguer": acts.record_dialogue,
    "inscrire": acts.put_on_agenda,
    "rendre_avis": acts.record_commission,
    "accorder": acts.grant,
    "signer": acts.sign,
    "activer": acts.activate,
}

# What the partners of the demonstration answer, in turn; the last one has not answered yet.
REPONSES = (
    ("favorable", "Le public visé est nombreux dans nos fichiers, et nos conseillers orienteront vers la structure."),
    ("reserve", "Projet utile, mais la desserte en transport reste à organiser avant l’ouverture."),
)


def _consult(dossier: Dossier, agent: User, when: date, *, answered: bool) -> None:
    """Ask the partners of the demonstration first, whose accounts then have something to answer."""
    accounts = [_account(profil) for profil in ("emploi_direction", "departement_pilotage", "reseau")]
    ours = [account.membre.organisation_id for account in accounts if account and account.membre]
    partners = [each for each in list_partenaires(DEPARTEMENT) if each.pk in ours]
    for rank, organisation in enumerate(sorted(partners, key=lambda each: ours.index(each.pk))):
        avis = ask_avis(
            dossier=dossier,
            organisation=organisation,
            echeance=when + timedelta(days=21),
            question="Le projet répond-il à un besoin que vous constatez\u202f?",
            actor=agent,
            on=when,
        )
        if answered and rank < len(REPONSES):
            sens, texte = REPONSES[rank]
            # Written as the partner would, whose account the demonstration may not have.
            AvisPartenaire.objects.filter(pk=avis.pk).update(sens=sens, texte=texte, rendu_le=when + timedelta(days=6))


def _fiche(scene: Scene, siae: Siae, appels: Sequence[AppelProjets], day: date) -> FicheDossier:
    site = siae.implantations.select_related("commune").get(principale=True)
    new = scene.demande == Demande.CREATION
    zones = Territoire.objects.en_vigueur().filter(niveau=Niveau.EPCI, departement=DEPARTEMENT).order_by("code")[:1]
    etp = Decimal(scene.etp)
    if scene.demande not in NOUVELLES:
        years = siae.effectifs.filter(etp_conventionnes__isnull=False).order_by("-annee")
        last = years.values_list("annee", flat=True).first() or day.year
        etp += years.filter(annee=last).aggregate(total=Sum("etp_conventionnes"))["total"] or 0
    answering = new and scene.jusqu_a in {"deposer", "brouillon"} and bool(appels)
    return FicheDossier(
        demande=scene.demande,
        nom=scene.nom
        if new or scene.demande == Demande.EVOLUTION
        else f"{siae.nom}, {scene.nom[0].lower()}{scene.nom[1:]}",
        type_siae="EI",
        commune=_target(appels) if answering else _commune(scene) or site.commune,
        annee=day.year,
        etp=etp,
        postes=int(float(etp) * 1.35),
        siae=None if new else siae,
        appel=appels[0] if answering else None,
        publics=("brsa", "deld_1an"),
        secteurs=list(Secteur.objects.order_by("code")[scene.porteuse * 3 : scene.porteuse * 3 + 2]) if new else (),
        zones=list(zones) if scene.demande == Demande.TERRITOIRE else (),
        projet=(
            "Le projet accueille des personnes éloignées de l’emploi, avec un accompagnement hebdomadaire et une "
            "formation aux gestes du métier. Les débouchés sont identifiés avec les entreprises voisines."
        ),
    )


def _commune(scene: Scene) -> Territoire | None:
    return Territoire.objects.en_vigueur().filter(niveau=Niveau.COMMUNE, code=scene.commune).first()


def _target(appels: Sequence[AppelProjets]) -> Territoire:
    """Return the most peopled commune of the territory of the open call."""
    land = appels[0].territoires.get()
    communes = Territoire.objects.filter(appartenances__ensemble=land).order_by("-populations__valeur", "code")
    first = communes.first()
    assert first is not None
    return first


def _join(dossier: Dossier, code: str, person: User, day: date) -> None:
    name = code or "bilan-lisible"
    fichier: Any = SimpleUploadedFile(f"{name}.pdf", PDF, "application/pdf")
    join(dossier=dossier, code=code, libelle="Bilan d’activité, copie lisible", fichier=fichier, actor=person, on=day)


# Euros a year for one ETP in insertion, by line: an EI that sells, one whose aids run out, an ACI.
PLANS: dict[str, dict[str, tuple[int, int, int]]] = {
    "saine": {
        "achats": (9_000, 9_800, 10_200),
        "services": (5_500, 5_600, 5_700),
        "salaires_insertion": (27_500, 28_000, 28_500),
        "salaires_permanents": (11_000, 11_200, 11_400),
        "impots": (700, 700, 700),
        "dotations": (1_500, 1_500, 1_500),
        "ventes": (36_500, 40_000, 42_500),
        "aide_poste": (12_459, 12_459, 12_459),
        "departement": (3_000, 3_000, 3_000),
        "collectivites": (2_500, 1_500, 1_000),
        "fondations": (1_500, 500, 0),
    },
    "fragile": {
        "achats": (14_000, 15_500, 17_000),
        "services": (8_500, 8_700, 8_900),
        "salaires_insertion": (28_000, 28_500, 29_000),
        "salaires_permanents": (14_000, 14_300, 14_600),
        "frais_financiers": (900, 900, 900),
        "dotations": (2_500, 2_500, 2_500),
        "ventes": (41_000, 46_500, 52_000),
        "aide_poste": (16_000, 16_000, 16_000),
        "europe": (9_000, 5_000, 2_000),
    },
}
PLANS["chantier"] = {
    "achats": (2_600, 2_700, 2_800),
    "services": (3_900, 4_000, 4_100),
    "salaires_insertion": (27_000, 27_500, 28_000),
    "salaires_permanents": (12_500, 12_800, 13_100),
    "dotations": (1_200, 1_200, 1_200),
    "ventes": (11_500, 13_000, 14_000),
    "aide_poste": (23_921, 23_921, 23_921),
    "departement": (7_500, 7_500, 7_500),
    "collectivites": (3_500, 3_300, 3_200),
    "fondations": (1_500, 1_000, 1_000),
}
FINANCEMENTS: dict[str, dict[str, tuple[int, int, int]]] = {
    "saine": {
        "investissements": (60_000, 0, 10_000),
        "bfr": (60_000, 8_000, 5_000),
        "fonds_propres": (50_000, 0, 0),
        "subventions_investissement": (30_000, 0, 0),
        "emprunts": (40_000, 0, 0),
        "autofinancement": (0, 8_000, 15_000),
    },
    "fragile": {
        "investissements": (90_000, 20_000, 0),
        "bfr": (70_000, 10_000, 10_000),
        "remboursements": (0, 12_000, 12_000),
        "fonds_propres": (20_000, 0, 0),
        "emprunts": (110_000, 30_000, 0),
    },
}


def draw_plan(economie: str, type_siae: str, etp: Decimal) -> FicheSaisie:
    """Return a plan for so many ETP: its business lines follow them, its funding does not."""
    kind = "chantier" if type_siae == "ACI" and economie == "saine" else economie
    business = {
        (poste, annee): (Decimal(amount) * etp).quantize(Decimal(1))
        for poste, amounts in PLANS[kind].items()
        for annee, amount in enumerate(amounts, start=1)
    }
    funding = {
        (poste, annee): Decimal(amount)
        for poste, amounts in FINANCEMENTS[economie].items()
        for annee, amount in enumerate(amounts, start=1)
    }
    return FicheSaisie(
        montants={**business, **funding},
        etp=dict.fromkeys((1, 2, 3), etp),
        tresorerie=Decimal(40_000 if economie == "saine" else 15_000),
        delais={"ventes": 45, "aides": 60, "achats": 30},
        hypotheses="Prix des marchés voisins\u202f; salaires au SMIC\u202f; aide au poste au montant socle.",
    )
