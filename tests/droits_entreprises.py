"""One's own object and a neighbour's, for each `portee` of the room of companies (`test_rights.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maillage.domains.entreprises.permissions import Permission
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.models import Personne
from tests.factories.accounts import OrganisationFactory
from tests.factories.economie import EmployeurFactory
from tests.factories.entreprises import (
    ActionFactory,
    BesoinEntrepriseFactory,
    CandidatFactory,
    ContactFactory,
    ImmersionFactory,
    PartenariatFactory,
    PresentationFactory,
    SessionPoecFactory,
    SignatureFactory,
)
from tests.factories.personnes import RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from maillage.references.accounts.models import User

Kwargs = dict[str, Any]
Example = tuple[Kwargs, Kwargs | None]


def objects(routes: Mapping[str, Any], personne: Callable[[str, User], Example]) -> dict[str, Any]:
    """Return how to make the objects of each `portee`; `personne` makes two persons, one of whom is open."""

    def kept(name: str, **values: object) -> Kwargs:
        return {key: values[key] for key in routes[name].pattern.converters}

    def immersion(name: str, user: User) -> Example:
        """Make the immersion of a person whose file is open, that one's organisation writes; and that of another."""
        membre = user.membre if user.is_authenticated else None
        found: list[Kwargs] = []
        for kwargs in personne("personnes:detail", user):
            assert kwargs is not None
            ours = {"prescripteur": membre.organisation} if membre and not found else {}
            made = ImmersionFactory(personne=Personne.objects.get(public_id=kwargs["public_id"]), **ours)
            signature = SignatureFactory(immersion=made)
            for each in (made, signature):
                each.refresh_from_db()
            found.append(kept(name, **kwargs, immersion=made.public_id, signature=signature.public_id))
        return found[0], found[1]

    def profil(name: str, user: User) -> Example:
        """Show a profile to one's organisation, or of one's SIAE; another's too."""
        membre = user.membre if user.is_authenticated else None
        shown = {"destinataire": membre.organisation} if membre else {}
        own, other = PresentationFactory(**shown), PresentationFactory()
        if membre:
            RelationFactory(personne=own.personne, organisation=membre.organisation, referent=membre)
            own.siae.organisation = membre.organisation
            own.siae.save()
        acte = "retirer" if name == "entreprises:profil_clore" else "interesser"
        for each in (own, other):
            each.refresh_from_db()
        return kept(name, public_id=own.public_id, acte=acte), kept(name, public_id=other.public_id, acte=acte)

    return {
        "les immersions des personnes dont le dossier lui est ouvert": immersion,
        "les immersions que son organisation suit ou prescrit": immersion,
        "toutes les sessions de POEC": session_poec,
        "les sessions de POEC que son organisation ouvre": session_poec,
        "les candidats de ses sessions et ceux de sa SIAE": candidat,
        "tous les employeurs": employeur,
        "les partenariats de son organisation": of_partenariat(PartenariatFactory),
        "les contacts de son organisation": of_partenariat(ContactFactory),
        "les besoins notés par son organisation": of_partenariat(BesoinEntrepriseFactory),
        "les actions de son organisation": of_partenariat(ActionFactory),
        "les profils présentés à son organisation": profil,
        "les profils que sa SIAE présente": profil,
    }


def session_poec(name: str, user: User) -> Example:
    membre = user.membre if user.is_authenticated else None
    own, other = SessionPoecFactory(**({"organisation": membre.organisation} if membre else {})), SessionPoecFactory()
    for each in (own, other):
        each.refresh_from_db()
    return {"public_id": own.public_id}, None if name == "entreprises:session" else {"public_id": other.public_id}


def candidat(name: str, user: User) -> Example:
    """Make a candidate for whoever leads a session; a SIAE moves none that it did not propose, the others nobody."""
    membre = user.membre if user.is_authenticated else None
    leads = bool(membre and granted(user, Permission.LEAD_POEC))
    own = CandidatFactory(
        session=SessionPoecFactory(**({"organisation": membre.organisation} if membre and leads else {}))
    )
    other = CandidatFactory()
    for each in (own, other):
        each.refresh_from_db()
    acte = "retenir"
    if membre and not leads and granted(user, Permission.PROPOSE):
        RelationFactory(personne=own.personne, organisation=membre.organisation)
        own.siae.organisation = membre.organisation
        own.siae.save()
        acte = "desister"
    return {"public_id": own.public_id, "acte": acte}, {"public_id": other.public_id, "acte": acte}


def employeur(name: str, user: User) -> Example:
    return {"siret": EmployeurFactory().siret}, None


def of_partenariat(factory: Any) -> Callable[[str, User], Example]:
    """Return how to make something that one's organisation keeps of a company, and that another keeps."""

    def make(name: str, user: User) -> Example:
        mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
        links = [PartenariatFactory(organisation=each) for each in (mine, OrganisationFactory())]
        made = links if factory is PartenariatFactory else [factory(partenariat=link) for link in links]
        for each in made:
            each.refresh_from_db()
        return {"public_id": made[0].public_id}, {"public_id": made[1].public_id}

    return make
