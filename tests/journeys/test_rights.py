"""Every address × every role × one's own objects and a neighbour's: the answer is what `docs/roles.md` says.

A screen that opens objects says which (`portee`); here stands, for each `portee`, how to make such an object for a
person and one for a stranger. A new `portee` without an example fails the test.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from maillage.domains.diagnostics.models import Commentaire, Revision
from maillage.domains.offre.models import Objectif
from maillage.foundations.kernel.checks import declared_permission, declared_portee, routes
from maillage.foundations.kernel.models import Notification, Tache
from maillage.foundations.kernel.permissions import Role, every_role, granted, grants, implied
from maillage.interfaces.imports.queries.lots import list_rejets
from maillage.references.accounts.models import Session, User
from maillage.references.accounts.rules import types_organisation
from maillage.references.accounts.sessions import SessionStore
from maillage.references.economie.permissions import Permission as EconomiePermission
from maillage.references.personnes.models import DemandeDroit, Personne
from maillage.references.territoires.models import Appartenance, Territoire
from tests import droits_entreprises, droits_parcours
from tests.droits_parcours import keep
from tests.factories.accounts import InvitationFactory, MembreFactory, OrganisationFactory, UserFactory, member
from tests.factories.diagnostics import PlaceScenarioFactory, ScenarioFactory
from tests.factories.economie import FapFactory, GrandProjetFactory
from tests.factories.imports import RejetFactory
from tests.factories.notes import NoteBesoinFactory
from tests.factories.offre import AppelFactory, AvisFactory, DossierFactory, PieceFactory
from tests.factories.partage import BlocFactory, CoAuteurFactory, DiagnosticFactory
from tests.factories.personnes import OuvertureFactory, PersonneFactory, RelationFactory
from tests.factories.publics import BonnePratiqueFactory, ObjectifFactory
from tests.factories.structures import SiaeFactory
from tests.factories.territoires import TerritoireFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.http import HttpResponse

    from maillage.domains.offre.models import Dossier
    from maillage.references.accounts.models import Organisation

pytestmark = pytest.mark.django_db

Kwargs = dict[str, Any]
ROUTES = {name: pattern for name, _, pattern in routes(get_resolver().url_patterns)}


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def tache(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    author = user if user.pk else None
    own, other = (Tache.objects.create(libelle="Import", auteur=each) for each in (author, UserFactory()))
    # An operator follows every task.
    return {"pk": own.pk}, None if user.is_staff else {"pk": other.pk}


def lot(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    rejet = RejetFactory()
    values = {"code": "siae", "motif": list_rejets(rejet.lot).get(pk=rejet.pk).motif, "format": "csv"}
    values["pk"] = rejet.pk if str(ROUTES[name].pattern).startswith("rejets/") else rejet.lot_id
    return {key: values[key] for key in ROUTES[name].pattern.converters}, None


def session(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    def opened(by: User) -> Kwargs:
        store = SessionStore()
        store[SESSION_KEY] = str(by.pk)
        store.create()
        return {"public_id": Session.objects.get(pk=store.session_key).public_id}

    return opened(user if user.pk else UserFactory()), opened(UserFactory())


def notification(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    def told(to: User) -> Kwargs:
        return {"pk": Notification.objects.create(destinataire=to, type="imports.termine", texte="Fini.").pk}

    return told(user if user.pk else UserFactory()), told(UserFactory())


def note(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    def written(by: Any) -> Kwargs:
        made = NoteBesoinFactory(organisation=by)
        made.refresh_from_db()
        return {"public_id": made.public_id}

    own = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
    return written(own), written(OrganisationFactory())


def every_note(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    return note(name, user)[0], None


def structure(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    return {"pk": SiaeFactory().pk}, None


def organisation(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    return {"public_id": OrganisationFactory().public_id}, None


def administered(factory: Any) -> Callable[[str, User], tuple[Kwargs, Kwargs | None]]:
    """Return how to make something of the organisation that a person administers, and of another one."""

    def make(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        mine = user.membre.organisation if user.pk and user.membre else OrganisationFactory()
        other = OrganisationFactory()
        own, theirs = (each if factory is OrganisationFactory else factory(organisation=each) for each in (mine, other))
        # An operator manages the members of every organisation.
        return {"public_id": own.public_id}, None if user.pk and user.is_staff else {"public_id": theirs.public_id}

    return make


def personne(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Follow one person in every way that opens their file to this account; another lives and is followed elsewhere."""
    own, other = PersonneFactory(departement="95"), PersonneFactory(departement="77")
    membre = user.membre if user.is_authenticated else None
    ours = {"organisation": membre.organisation, "referent": membre} if membre else {}
    relation = RelationFactory(personne=own, **ours)
    foreign = RelationFactory(personne=other)
    if membre:
        membre.organisation.competences.create(niveau="departement", code="95")
    if user.is_staff:
        OuvertureFactory(personne=own, exploitant=user)
    found = []
    for person, link in ((own, relation), (other, foreign)):
        person.refresh_from_db()
        link.refresh_from_db()
        values = {"public_id": person.public_id, "relation": link.public_id, "autre": _second(person, ours)}
        found.append({key: values[key] for key in ROUTES[name].pattern.converters})
    return found[0], found[1]


def _second(person: Personne, ours: Kwargs) -> Any:
    """Return the address of another file open to the same organisation: what a person is compared with."""
    second = PersonneFactory(departement=person.departement)
    RelationFactory(personne=second, **ours)
    second.refresh_from_db(fields=["public_id"])
    return second.public_id


def demande(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    def asked(of: Kwargs) -> Kwargs:
        person, day = Personne.objects.get(public_id=of["public_id"]), date(2026, 1, 5)
        made = DemandeDroit.objects.create(personne=person, droit="acces", recue_le=day, echeance=day)
        made.refresh_from_db()
        return {"public_id": made.public_id}

    own, other = personne("donnees_personnelles:personne", user)
    return asked(own), asked(other) if other else None


def ouverture(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    own, other = OuvertureFactory(**({"exploitant": user} if user.pk else {})), OuvertureFactory()
    own.refresh_from_db()
    other.refresh_from_db()
    return {"public_id": own.public_id}, {"public_id": other.public_id}


def scenario(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Make a scenario of the organisation of who asks, and a neighbour's that is not shared."""
    membre = user.membre if user.is_authenticated else None
    unite, _ = Territoire.objects.get_or_create(
        niveau="commune",
        code="93066",
        millesime=2026,
        defaults={"nom": "Saint-Denis", "departement": "93", "region": "11", "x": 652_000, "y": 6_870_000},
    )
    region, _ = Territoire.objects.get_or_create(
        niveau="region", code="11", millesime=2026, defaults={"nom": "Île-de-France", "region": "11"}
    )
    Appartenance.objects.get_or_create(unite=unite, ensemble=region, maille="region")
    found = []
    for organisation in (membre.organisation if membre else OrganisationFactory(), OrganisationFactory()):
        made = ScenarioFactory(organisation=organisation, **({} if membre else {"visibilite": "partage"}))
        values = {"public_id": made.public_id, "place": PlaceScenarioFactory(scenario=made, unite=unite).pk}
        found.append({key: values[key] for key in ROUTES[name].pattern.converters})
    return found[0], found[1] if membre else None


def methode(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    return {"methode": "couvrir"}, None


def metier(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    fap = FapFactory()
    return {"nomenclature": fap.nomenclature, "code": fap.code}, None


def projet(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    made = GrandProjetFactory()
    made.refresh_from_db()
    return {"public_id": made.public_id}, None


def projet_tenu(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Open a sheet for the organisation of this account; the State, the Région and operators keep every other too."""
    membre = user.membre if user.is_authenticated else None
    own = GrandProjetFactory(saisi_par=membre.organisation if membre else None)
    other = GrandProjetFactory(saisi_par=OrganisationFactory())
    for made in (own, other):
        made.refresh_from_db()
    every = bool(granted(user, EconomiePermission.EDIT_PROJETS))
    return {"public_id": own.public_id}, None if every else {"public_id": other.public_id}


def partage(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Write a diagnostic with one's organisation, everyone else signed in reads it; another draft is a stranger's."""
    membre = user.membre if user.is_authenticated else None
    own = DiagnosticFactory(pilote=membre.organisation if membre else None, etat="concertation")
    other = DiagnosticFactory()
    found = []
    for diagnostic in (own, other):
        section = diagnostic.sections.get(code="offre")
        organisation = diagnostic.co_auteurs.get().organisation
        signed = {"section": section, "organisation": organisation, "organisation_nom": str(organisation)}
        Revision.objects.create(**signed, numero=1, depuis=0, retenue=False)
        remark = Commentaire.objects.create(**signed, texte="Et ici ?")
        author = CoAuteurFactory(diagnostic=diagnostic)
        values = {
            "public_id": diagnostic.public_id,
            "section": "offre",
            "numero": 1,
            "bloc": BlocFactory(section=section).code,
            "acte": "ouvrir",
            "pk": author.pk if name.endswith(("partage_retirer", "partage_transmettre")) else remark.pk,
        }
        found.append({key: values[key] for key in ROUTES[name].pattern.converters})
    # An operator reads them all.
    return found[0], None if user.is_authenticated and user.is_staff else found[1]


def dossier_offre(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Make a dossier that this account may open, as carrier, service, land or partner; another's too."""
    membre = user.membre if user.is_authenticated else None
    own = _dossier("95", membre.organisation if membre and membre.profil == "siae_direction" else None)
    if membre:
        membre.organisation.competences.create(niveau="departement", code="95")
        membre.organisation.competences.create(niveau="region", code="11")
        if membre.profil != "siae_direction":
            AvisFactory(dossier=own, organisation=membre.organisation)
    return _address(name, own), _address(name, _dossier("13", None))


def _dossier(departement: str, organisation: Organisation | None) -> Dossier:
    commune = TerritoireFactory(departement=departement, region="11" if departement == "95" else "93")
    Territoire.objects.get_or_create(
        niveau="departement", code=departement, millesime=2026, departement=departement, region=commune.region
    )
    carrier = {"organisation": organisation} if organisation else {}
    decided = {"etat": "refuse", "depose_le": date(2026, 1, 5), "decision_le": date(2026, 2, 5), "motifs": "Non."}
    return DossierFactory(commune=commune, **carrier, **decided)


def _address(name: str, dossier: Dossier) -> Kwargs:
    piece = PieceFactory(dossier=dossier, fichier=keep())
    for each in (dossier, piece):
        each.refresh_from_db()
    acte = "deposer" if "/porteur/" in str(ROUTES[name].pattern) else "instruire"
    values = {"public_id": dossier.public_id, "piece": piece.public_id, "acte": acte}
    return {key: values[key] for key in ROUTES[name].pattern.converters}


def avis(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    membre = user.membre if user.is_authenticated else None
    ours = {"organisation": membre.organisation} if membre else {}
    own, other = AvisFactory(dossier=_dossier("95", None), **ours), AvisFactory(dossier=_dossier("13", None))
    for each in (own, other):
        each.refresh_from_db()
    return {"public_id": own.public_id}, {"public_id": other.public_id}


def appel(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    membre = user.membre if user.is_authenticated else None
    own, other = AppelFactory(**({"organisation": membre.organisation} if membre else {})), AppelFactory()
    found = []
    for each in (own, other):
        each.refresh_from_db()
        values = {"public_id": each.public_id, "acte": "ouvrir"}
        found.append({key: values[key] for key in ROUTES[name].pattern.converters})
    return found[0], found[1]


def demande_offre(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    return {"demande": "creation"}, None


def objectif(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    """Set an objective on the land of the person, and one on another's; everybody reads both."""
    for code in ("95", "77"):
        if not Territoire.objects.filter(niveau="departement", code=code).exists():
            TerritoireFactory(niveau="departement", code=code, departement=code)
    if user.is_authenticated and user.membre:
        user.membre.organisation.competences.create(niveau="departement", code="95")
    annee = 2019 + Objectif.objects.count()
    own, other = (ObjectifFactory(niveau="departement", code=code, annee=annee) for code in ("95", "77"))
    for each in (own, other):
        each.refresh_from_db(fields=["public_id"])
    return {"public_id": own.public_id}, None if name == "offre:objectif" else {"public_id": other.public_id}


def ma_siae(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
    return {"pk": SiaeFactory(organisation=mine).pk}, {"pk": SiaeFactory().pk}


def pratique(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
    mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
    own, other = BonnePratiqueFactory(organisation=mine), BonnePratiqueFactory()
    for each in (own, other):
        each.refresh_from_db(fields=["public_id"])
    return {"public_id": own.public_id}, None if name == "offre:pratique" else {"public_id": other.public_id}


# For each `portee`: one's own object and a neighbour's (None: there is no neighbour, all are open to who may).
OBJECTS: dict[str, Callable[[str, User], tuple[Kwargs, Kwargs | None]]] = {
    "l’organisation que l’on administre": administered(OrganisationFactory),
    "les invitations de l’organisation que l’on administre": administered(InvitationFactory),
    "les membres de l’organisation que l’on administre": administered(MembreFactory),
    "ses notifications": notification,
    "ses sessions": session,
    "ses tâches": tache,
    "les grands projets de son organisation": projet_tenu,
    "tous les grands projets": projet,
    "tous les lots d’import": lot,
    "tous les métiers": metier,
    "les bonnes pratiques de son organisation": pratique,
    "les objectifs de son territoire": objectif,
    "les SIAE de son organisation": ma_siae,
    "tous les objectifs": objectif,
    "toutes les bonnes pratiques": pratique,
    "toutes les organisations": organisation,
    "toutes les structures": structure,
    "tous les constats": every_note,
    "les constats de son organisation": note,
    "les personnes dont le dossier lui est ouvert": personne,
    "les demandes des personnes dont le dossier lui est ouvert": demande,
    "les suivis de son organisation": personne,
    "ses ouvertures exceptionnelles": ouverture,
    "les scénarios de son organisation": scenario,
    "les scénarios de son organisation et ceux qui sont partagés": scenario,
    "les méthodes de calcul": methode,
    "les diagnostics partagés qui lui sont ouverts": partage,
    "les diagnostics partagés auxquels son organisation prend part": partage,
    "les diagnostics partagés que son organisation écrit": partage,
    "les diagnostics partagés que son organisation pilote": partage,
    "les diagnostics partagés que son organisation écrit et peut poursuivre": partage,
    "les dossiers qui lui sont ouverts": dossier_offre,
    "les dossiers de son organisation": dossier_offre,
    "les dossiers de son département": dossier_offre,
    "les avis demandés à son organisation": avis,
    "les appels à projets de son organisation": appel,
    "tous les types de demande": demande_offre,
    **droits_parcours.objects(ROUTES, personne),
    **droits_entreprises.objects(ROUTES, personne),
}


def account(role: str) -> User:
    """Return someone who holds this role, as the administrator of a new organisation of a suitable kind."""
    if role == Role.VISITEUR:
        return AnonymousUser()  # type: ignore[return-value]
    if role in set(Role):
        return UserFactory(is_staff=role == Role.EXPLOITANT)
    kind = next((code for code, each in types_organisation().items() if role in each.roles), "siae")
    return member(role, kind, administrateur=True)


def guarded() -> Iterator[tuple[str, str]]:
    """Yield the addresses that ask for a permission, with it."""
    for name, pattern in ROUTES.items():
        if permission := declared_permission(pattern.callback):
            yield name, permission


def test_every_object_that_a_page_opens_has_an_example() -> None:
    portees = {declared_portee(ROUTES[name].callback) for name, _ in guarded() if ROUTES[name].pattern.converters}
    assert portees == set(OBJECTS)


@pytest.mark.parametrize("role", every_role(), ids=str)
def test_a_role_opens_what_the_matrix_says_and_nothing_else(
    role: str, record_property: Callable[[str, object], None]
) -> None:
    """With the right, one’s own opens and a neighbour’s does not; without, nothing is looked for behind the door."""
    tried, faults, user = 0, [], account(role)
    signed_in = Client()
    if user.is_authenticated:
        signed_in.force_login(user)
    for name, permission in guarded():
        allowed = bool(grants()[permission] & implied(role))
        with transaction.atomic():  # each address finds the account as it was
            for whose, method, kwargs in opened(name, user) if allowed else closed(name, role):
                client = Client()
                client.cookies = signed_in.cookies.copy()
                response = getattr(client, method)(reverse(name, kwargs=kwargs))
                tried += 1
                if (found := outcome(response)) not in EXPECTED[whose]:
                    faults.append(f"{method} {name} ({whose}): {response.status_code}, {found}")
            transaction.set_rollback(True)
    record_property("bilan", f"droits · {role} : {len(dict(guarded()))} adresses, {tried} accès essayés")
    assert not faults, "\n".join(faults)


Attempt = tuple[str, str, Kwargs]
EXPECTED = {"own": {"open"}, "neighbour's": {"closed", "at the door"}, "anyone's": {"at the door"}}


def opened(name: str, user: User) -> Iterator[Attempt]:
    """Yield what somebody with the right tries: to read their own (to act is told elsewhere), both on a neighbour's."""
    own, neighbour = {}, None
    if ROUTES[name].pattern.converters:
        own, neighbour = OBJECTS[declared_portee(ROUTES[name].callback)](name, user)
    yield "own", "get", own
    if neighbour is not None:
        yield from (("neighbour's", method, neighbour) for method in ("get", "post"))


def closed(name: str, role: str) -> Iterator[Attempt]:
    """Yield what somebody without the right tries, on what does not exist: nothing may be told of what does.

    The door stands before the method: those who hold no right at all try it to act as well, the others to read.
    """
    methods = ("get", "post") if role in set(Role) else ("get",)
    yield from (("anyone's", method, nothing(name)) for method in methods)


def nothing(name: str) -> Kwargs:
    """Return an address of this kind where nothing is."""
    values = {UUIDConverter: uuid4(), IntConverter: 0}
    return {key: values.get(type(each), "rien") for key, each in ROUTES[name].pattern.converters.items()}


def outcome(response: HttpResponse) -> str:
    """Return what an answer says to who asked: « open », « closed », « at the door » before anything was looked for."""
    if response.status_code == 403 or response.get("Location", "").startswith(reverse(settings.LOGIN_URL)):
        return "at the door"
    if response.status_code in {404, 405}:
        return "closed"
    return "open" if response.status_code < 500 else "failed"
