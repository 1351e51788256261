"""One's own object and a neighbour's, for each `portee` of the pathways (`test_rights.py`)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from maillage.domains.parcours.models import Contrat
from maillage.foundations.kernel import uploads
from maillage.references.personnes.models import Personne
from maillage.references.structures.models import Siae
from maillage.references.territoires.models import Territoire
from tests.factories.accounts import OrganisationFactory
from tests.factories.flux import EnvoiFichesFactory
from tests.factories.parcours import (
    ConsentementFactory,
    ContratFactory,
    SortieFactory,
    SuspensionFactory,
    TitreFactory,
)
from tests.factories.parcours_accompagnement import (
    AccompagnementFactory,
    ActionParcoursFactory,
    AtelierFactory,
    DocumentParcoursFactory,
    EntretienFactory,
    InscriptionFactory,
    ObjectifParcoursFactory,
)
from tests.factories.parcours_accords import (
    TODAY,
    CasFactory,
    DecisionFactory,
    PresentationSuiteFactory,
    RencontreFactory,
)
from tests.factories.parcours_competences import (
    AttestationFactory,
    CompetenceFactory,
    FicheLiaisonFactory,
    PreuveFactory,
    ProfilFactory,
)
from tests.factories.parcours_cooperation import ConventionFactory, PartieFactory
from tests.factories.parcours_orientation import CandidatureFactory, PosteFactory
from tests.factories.parcours_sorties import EnqueteFactory
from tests.factories.parcours_titre import DemandeFactory
from tests.factories.personnes import PersonneFactory, RelationFactory
from tests.factories.structures import SiaeFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from maillage.references.accounts.models import User

Kwargs = dict[str, Any]


def keep() -> str:
    upload: Any = SimpleUploadedFile("piece.pdf", b"%PDF-1.4\n%%EOF\n")
    return uploads.receive(upload, natures=tuple(uploads.Nature)).nom


def objects(  # noqa: C901
    routes: Mapping[str, Any], personne: Callable[[str, User], tuple[Kwargs, Kwargs | None]]
) -> dict[str, Any]:
    """Return how to make the objects of each `portee`; `personne` makes two persons, one of whom is open."""

    def titre(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Give a suspended right to a person whom this account follows, and to another one."""
        own, other = personne("personnes:detail", user)
        _employer(user)
        found = []
        for each in (own, other):
            assert each is not None
            person = Personne.objects.get(public_id=each["public_id"])
            suspension = SuspensionFactory(titre=TitreFactory(personne=person))
            suspension.refresh_from_db()
            values = {"public_id": person.public_id, "suspension": suspension.public_id, "motif": "fin_formation"}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def support(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Support an employee of one's SIAE, or follow one whom a SIAE employs; another is a stranger's."""
        membre = user.membre if user.is_authenticated else None
        of_siae = membre is None or membre.profil.startswith("siae")
        found = []
        for mine in (membre, None):
            person = PersonneFactory()
            employs = {"organisation": mine.organisation, "referent": mine} if mine and of_siae else {}
            relation = RelationFactory(personne=person, **employs)
            if mine and not of_siae:
                types = {"departement_referent": "referent_rsa", "emploi_conseiller": "conseil_emploi"}
                kind = types.get(mine.profil, "prescription")
                RelationFactory(personne=person, organisation=mine.organisation, referent=mine, type=kind)
            made = AccompagnementFactory(relation=relation)
            lines = {
                "/actions/": ActionParcoursFactory,
                "/objectifs/": ObjectifParcoursFactory,
                "/entretiens/": EntretienFactory,
                "/documents/": DocumentParcoursFactory,
            }
            address = str(routes[name].pattern)
            line = next((factory for part, factory in lines.items() if part in address), ActionParcoursFactory)
            fields = {"fichier": keep()} if line is DocumentParcoursFactory else {}
            row = line(accompagnement=made, **fields)
            for each in (person, row):
                each.refresh_from_db(fields=["public_id"])
            acte = "annuler" if line is EntretienFactory else "faire"
            values = {"public_id": person.public_id, "objet": row.public_id, "acte": acte}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def poste(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Open a post of the SIAE of this account, and one elsewhere; who looks for posts reads both."""
        mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
        own = PosteFactory(siae=SiaeFactory(organisation=mine), ouvert_le=timezone.localdate())
        other = PosteFactory(ouvert_le=timezone.localdate())
        for each in (own, other):
            each.refresh_from_db(fields=["public_id"])
        read = name in {"parcours:poste", "parcours:poste_orienter"}
        return {"public_id": own.public_id}, None if read else {"public_id": other.public_id}

    def candidature(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Present to the SIAE of this account a person whose file is open to it; another one elsewhere."""
        organisation = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
        own, other = personne("personnes:detail", user)
        found = []
        for kwargs, mine in ((own, organisation), (other or own, OrganisationFactory())):
            made = CandidatureFactory(
                personne=Personne.objects.get(public_id=kwargs["public_id"]),
                siae=SiaeFactory(organisation=mine),
                organisation=mine,
            )
            made.refresh_from_db(fields=["public_id"])
            values = {"public_id": made.public_id, "acte": "examiner"}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def demande_prolongation(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Make a request that this account’s SIAE made to its own organisation, and a stranger's."""
        own, other = personne("personnes:detail", user)
        siae = _employer(user)
        found = []
        for each, asked in ((own, siae.organisation), (other, OrganisationFactory())):
            assert each is not None
            right = TitreFactory(personne=Personne.objects.get(public_id=each["public_id"]))
            employer = siae if each is own else SiaeFactory()
            made = DemandeFactory(titre=right, siae=employer, destinataire=asked)
            made.refresh_from_db()
            found.append({"public_id": made.public_id})
        return found[0], found[1]

    def _employer(user: User) -> Siae:
        membre = user.membre if user.is_authenticated else None
        return SiaeFactory(organisation=membre.organisation if membre else OrganisationFactory())

    def contrat(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Employ a person whose file is open to this account, in its SIAE; another one elsewhere."""
        membre = user.membre if user.is_authenticated else None
        found = []
        for kwargs in personne("personnes:detail", user):
            assert kwargs
            followed = Personne.objects.get(public_id=kwargs["public_id"])
            ours = {"organisation": membre.organisation} if membre and not found else {}
            made = ContratFactory(personne=followed, siae=SiaeFactory(**ours))
            made.refresh_from_db()
            found.append({**kwargs, "contrat": made.public_id})
        return found[0], found[1]

    def nouvelles(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Make somebody followed by this account leave its SIAE, and a stranger another: news are asked of both."""
        found = []
        for kwargs in contrat("parcours:contrat", user):
            assert kwargs
            left = Contrat.objects.get(public_id=kwargs["contrat"])
            left.fin = left.fin_prevue
            left.save()
            enquete = EnqueteFactory(sortie=SortieFactory(contrat=left))
            enquete.refresh_from_db()
            found.append({"public_id": kwargs["public_id"], "enquete": enquete.public_id})
        return found[0], found[1]

    def chaine(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        for code in ("95", "77"):
            found = {"niveau": "departement", "code": code, "millesime": 2026}
            Territoire.objects.get_or_create(
                **found, defaults={"nom": f"Département {code}", "departement": code, "region": "11"}
            )
        if user.is_authenticated and user.membre:
            user.membre.organisation.competences.create(niveau="departement", code="95")
        return {"departement": "95"}, None if name == "parcours:chaine" else {"departement": "77"}

    def envoi_fiches(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
        own, other = EnvoiFichesFactory(organisation=mine), EnvoiFichesFactory()
        for each in (own, other):
            each.refresh_from_db(fields=["public_id"])
        return {"public_id": own.public_id}, {"public_id": other.public_id}

    def atelier(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Open a workshop that one leads, or where one's SIAE sends somebody, and a stranger's."""
        membre = user.membre if user.is_authenticated else None
        ours = {"organisation": membre.organisation} if membre else {}
        found = []
        for mine in (ours, {}):
            made = AtelierFactory(**mine)
            row = InscriptionFactory(atelier=made, **mine)
            for each in (made, row):
                each.refresh_from_db(fields=["public_id"])
            values = {"public_id": made.public_id, "objet": row.public_id}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], None if name in {"parcours:atelier", "parcours:atelier_inscrire"} else found[1]

    def followed(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Follow a person who agrees to something; another is a stranger's."""
        found = []
        for kwargs in personne("personnes:detail", user):
            assert kwargs
            person = Personne.objects.get(public_id=kwargs["public_id"])
            given = ConsentementFactory(personne=person, debut=TODAY, fin=TODAY + timedelta(days=9))
            given.refresh_from_db()
            values = {**kwargs, "objet": "suite", "consentement": given.public_id}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def cas(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Present to the CTA of one's land, in one's own name, a person whose file is open; another elsewhere."""
        membre = user.membre if user.is_authenticated else None
        found = []
        for kwargs in personne("personnes:detail", user):
            assert kwargs
            ours = membre.organisation if membre and not found else OrganisationFactory()
            person = Personne.objects.get(public_id=kwargs["public_id"])
            made = CasFactory(personne=person, organisation=ours, departement=person.departement)
            decision = DecisionFactory(cas=made, qui=ours)
            for each in (made, decision):
                each.refresh_from_db(fields=["public_id"])
            values = {"public_id": made.public_id, "decision": decision.public_id}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def rencontre(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Hold a meeting where one's SIAE presents somebody, or another one does; a stranger holds another."""
        membre = user.membre if user.is_authenticated else None
        found = []
        for kwargs in personne("personnes:detail", user):
            assert kwargs
            ours = membre.organisation if membre and not found else OrganisationFactory()
            presents = OrganisationFactory() if name == "parcours:suite_interet" else ours
            shown = PresentationSuiteFactory(
                rencontre=RencontreFactory(organisation=ours),
                personne=Personne.objects.get(public_id=kwargs["public_id"]),
                siae=SiaeFactory(organisation=presents),
            )
            for each in (shown, shown.rencontre):
                each.refresh_from_db(fields=["public_id"])
            values = {"public_id": shown.rencontre.public_id, "presentation": shown.public_id}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def portefeuille(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Employ somebody in the SIAE of this account, or follow them, and give them all that shows their skills."""
        found = []
        for kwargs in contrat("parcours:contrat", user):
            assert kwargs
            hired = Contrat.objects.select_related("siae").get(public_id=kwargs["contrat"])
            ours = {"organisation": user.membre.organisation} if user.is_authenticated and user.membre else {}
            mine: Kwargs = {} if found else ours
            rows: dict[str, Any] = {
                "competence": CompetenceFactory(personne=hired.personne),
                "preuve": None,
                "attestation": AttestationFactory(contrat=hired),
                "liaison": FicheLiaisonFactory(
                    contrat=hired, **({"destinataire": mine["organisation"]} if mine else {})
                ),
                "profil": ProfilFactory(
                    consentement__personne=hired.personne, consentement__organisation=hired.siae.organisation
                ),
            }
            rows["preuve"] = PreuveFactory(competence=rows["competence"], fichier=keep())
            row = rows[next(key for key in rows if name.removeprefix("parcours:").startswith(key))]
            if name == "parcours:preuve_joindre":
                row = rows["competence"]
            row.refresh_from_db(fields=["public_id"])
            values = {"public_id": kwargs["public_id"], "objet": row.public_id, "acte": "observer"}
            found.append({key: values[key] for key in routes[name].pattern.converters})
        return found[0], found[1]

    def convention(name: str, user: User) -> tuple[Kwargs, Kwargs | None]:
        """Propose a convention to one's organisation, or one that it proposes; another is between strangers."""
        mine = user.membre.organisation if user.is_authenticated and user.membre else OrganisationFactory()
        states = {"signer": "signature", "renvoyer": "signature", "denoncer": "vigueur", "renouveler": "vigueur"}
        found = []
        for organisation in (mine, OrganisationFactory()):
            etat = states.get(name.removeprefix("parcours:convention_"), "projet")
            today = timezone.localdate()
            made = ConventionFactory(organisation=organisation, etat=etat, debut=today, fin=today + timedelta(days=365))
            PartieFactory(convention=made, organisation=organisation)
            made.refresh_from_db(fields=["public_id"])
            found.append({"public_id": made.public_id})
        return found[0], found[1]

    return {
        "les titres des personnes dont le dossier lui est ouvert": titre,
        "les suspensions des personnes dont le dossier lui est ouvert": titre,
        "les demandes de prolongation de son organisation": demande_prolongation,
        "les demandes de prolongation adressées à son organisation": demande_prolongation,
        "les demandes de prolongation de ses SIAE": demande_prolongation,
        "les contrats des personnes dont le dossier lui est ouvert": contrat,
        "les contrats de sa SIAE": contrat,
        "les personnes sorties dont le dossier lui est ouvert": nouvelles,
        "les compétences des personnes que son organisation suit ou emploie": portefeuille,
        "les compétences des salariés de sa SIAE": portefeuille,
        "les salariés de sa SIAE, pendant leur contrat et un temps après": portefeuille,
        "les attestations des personnes que son organisation suit": portefeuille,
        "les attestations que sa SIAE a délivrées": portefeuille,
        "les fiches de liaison que son organisation a envoyées ou reçues": portefeuille,
        "les fiches de liaison adressées à son agence": portefeuille,
        "les profils que des personnes partagent avec sa SIAE": portefeuille,
        "tous les postes": poste,
        "les postes de son organisation": poste,
        "les candidatures des personnes dont le dossier lui est ouvert": candidature,
        "les candidatures reçues par sa SIAE": candidature,
        "les candidatures présentées par son organisation": candidature,
        "toutes les chaînes de prescription": chaine,
        "les chaînes de prescription de ses départements": chaine,
        "les envois de son organisation": envoi_fiches,
        "l’accompagnement des personnes que son organisation suit": support,
        "l’accompagnement des salariés de son organisation": support,
        "tous les ateliers": atelier,
        "les ateliers de son organisation": atelier,
        "les ateliers où son organisation a des inscrits": atelier,
        "les personnes que son organisation suit": followed,
        "les accords des personnes que son organisation suit": followed,
        "les cas de CTA que son organisation présente, ou où elle siège": cas,
        "les cas des CTA où son organisation siège": cas,
        "les cas de CTA que son organisation présente": cas,
        "les actions que des CTA confient à son organisation": cas,
        "les rencontres que son organisation tient, ou auxquelles elle est invitée": rencontre,
        "les rencontres que son organisation tient": rencontre,
        "les rencontres de sa SIAE": rencontre,
        "les personnes que sa SIAE présente à une rencontre": rencontre,
        "les personnes présentées à sa SIAE dans une rencontre": rencontre,
        "les conventions de son organisation": convention,
        "les projets de convention de son organisation": convention,
        "les conventions signées, et celles de son organisation": convention,
    }
