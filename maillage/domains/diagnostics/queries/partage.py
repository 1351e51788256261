"""The shared diagnostics: which ones a person may open, who takes part, what stands in a section.

| state | who reads |
|---|---|
| brouillon | the members of the organisations that take part |
| concertation, validé | whoever is signed in |
| publié | everyone |

An operator reads all of them, to help; they write in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from maillage.domains.diagnostics.enums import EtatDiagnostic, RoleCoAuteur, SensPosition
from maillage.domains.diagnostics.models import (
    Bloc,
    CoAuteur,
    Commentaire,
    DiagnosticPartage,
    Position,
    Revision,
    Section,
)
from maillage.domains.diagnostics.permissions import CONTRIBUTEURS, PILOTES, Permission
from maillage.domains.diagnostics.queries.competences import INTERCOMMUNALITES, count_parts
from maillage.domains.diagnostics.queries.fichier import NIVEAUX
from maillage.domains.diagnostics.rules import MODIFIABLES, PARTENAIRES, REDACTEURS, partenaires_absents
from maillage.foundations.kernel.permissions import ALLOWED, Decision, Role, granted, roles
from maillage.references.accounts.models import Membre, Organisation, User
from maillage.references.accounts.rules import types_organisation
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Appartenance, Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    Person = User | AnonymousUser

OUVERTS = (EtatDiagnostic.CONCERTATION, EtatDiagnostic.VALIDE, EtatDiagnostic.PUBLIE)


def visible_to(user: Person) -> QuerySet[DiagnosticPartage]:
    """Return the diagnostics that a person may read, acting as they do now."""
    rows = DiagnosticPartage.objects.all()
    if not user.is_authenticated:
        return rows.filter(etat=EtatDiagnostic.PUBLIE)
    if Role.EXPLOITANT in roles(user):
        return rows
    membre = _contributor(user)
    mine = Q(co_auteurs__organisation=membre.organisation_id) if membre else Q(pk__in=[])
    return rows.filter(Q(etat__in=OUVERTS) | Q(Exists(DiagnosticPartage.objects.filter(mine, pk=OuterRef("pk")))))


def list_diagnostics(user: Person) -> QuerySet[DiagnosticPartage]:
    """Return the diagnostics that a person may read, with `pilote` (its name), the newest period first."""
    return (
        visible_to(user)
        .filter(co_auteurs__role=RoleCoAuteur.PILOTE)
        .annotate(pilote=F("co_auteurs__nom"))
        .order_by("-annee_debut", "departement", "territoire")
    )


def get_diagnostic(user: Person, public_id: UUID) -> DiagnosticPartage | None:
    """Return the diagnostic of an address, if this person may read it."""
    return visible_to(user).select_related("precedent", "suivant").filter(public_id=public_id).first()


def _contributor(user: Person) -> Membre | None:
    """Return the membership in whose name a person acts, if its role takes part in diagnostics and is awake."""
    return user.membre if user.is_authenticated and granted(user, Permission.CONTRIBUTE) else None


def role_of(user: Person, diagnostic: DiagnosticPartage) -> RoleCoAuteur | None:
    """Return what the organisation in whose name a person acts does in a diagnostic."""
    membre = _contributor(user)
    if membre is None:
        return None
    role = diagnostic.co_auteurs.filter(organisation=membre.organisation_id).values_list("role", flat=True).first()
    return RoleCoAuteur(role) if role else None


@dataclass(frozen=True, slots=True)
class Droits:
    """What a person may do in a diagnostic as it stands."""

    role: RoleCoAuteur | None
    etat: str

    @property
    def ecrire(self) -> bool:
        """Write texts and freeze figures."""
        return self.role in REDACTEURS and self.etat in MODIFIABLES

    @property
    def commenter(self) -> bool:
        """Comment."""
        return self.role is not None and self.etat in MODIFIABLES

    @property
    def se_prononcer(self) -> bool:
        """Agree or not with a section."""
        return self.role is not None and self.etat == EtatDiagnostic.CONCERTATION

    @property
    def valider(self) -> bool:
        """Validate in the name of one's organisation."""
        return self.role in REDACTEURS and self.etat == EtatDiagnostic.CONCERTATION

    @property
    def piloter(self) -> bool:
        """Steer: co-authors, states, next year's."""
        return self.role == RoleCoAuteur.PILOTE


def droits(user: Person, diagnostic: DiagnosticPartage) -> Droits:
    """Return what a person may do in a diagnostic; one query."""
    return Droits(role_of(user, diagnostic), diagnostic.etat)


def takes_part(organisation: Organisation, diagnostic: DiagnosticPartage, wanted: Sequence[RoleCoAuteur]) -> Decision:
    """Decide whether an organisation takes part in a diagnostic under one of these roles."""
    if diagnostic.co_auteurs.filter(organisation=organisation, role__in=wanted).exists():
        return ALLOWED
    names = " ou ".join(RoleCoAuteur(role).label for role in wanted)
    return Decision(False, f"«\u202f{organisation}\u202f» n’est pas {names} de ce diagnostic.")


def list_co_auteurs(diagnostic: DiagnosticPartage) -> list[CoAuteur]:
    """Return who takes part, the pilot first; each knows whether its validation still holds (`a_jour`)."""
    order = {role: rank for rank, role in enumerate(RoleCoAuteur)}
    found = list(diagnostic.co_auteurs.select_related("organisation"))
    for each in found:
        each.a_jour = each.valide_le is not None and each.valide_le >= diagnostic.modifie_le  # type: ignore[attr-defined]
    return sorted(found, key=lambda each: (order[RoleCoAuteur(each.role)], each.nom))


def may_steer(co_auteur: CoAuteur) -> bool:
    """Tell whether a co-author could take the place of the pilot: its kind of organisation may open a diagnostic."""
    known = types_organisation()
    roles_held = {role for code in co_auteur.organisation.types if code in known for role in known[code].roles}
    return co_auteur.role == RoleCoAuteur.CO_AUTEUR and not roles_held.isdisjoint(PILOTES)


def sans_validation(diagnostic: DiagnosticPartage) -> list[str]:
    """Return the names of those whose agreement is missing: never given, or given before the last change."""
    waited = [each for each in list_co_auteurs(diagnostic) if each.role in REDACTEURS]
    return [each.nom for each in waited if not each.a_jour]  # type: ignore[attr-defined]


def list_absents(co_auteurs: Iterable[CoAuteur]) -> list[str]:
    """Return the partners of the strategy who take no part."""
    return partenaires_absents(code for each in co_auteurs for code in each.organisation.types)


def list_sections(diagnostic: DiagnosticPartage, *, comments: bool = True) -> QuerySet[Section]:
    """Return the sections with their blocks and positions, and `ouverts`: how many remarks wait for an answer.

    The number of queries does not depend on what they hold.
    """
    rows = diagnostic.sections.order_by("ordre").prefetch_related(
        Prefetch("blocs", Bloc.objects.order_by("ordre", "pk")),
        Prefetch("positions", Position.objects.order_by("organisation_nom")),
    )
    if not comments:
        return rows
    waiting = Q(commentaires__parent__isnull=True, commentaires__resolu_le__isnull=True)
    return rows.annotate(ouverts=Count("commentaires", filter=waiting, distinct=True))


def list_remarques(section: Section) -> list[Commentaire]:
    """Return the remarks on a section with their answers, those that wait first."""
    answers = Commentaire.objects.order_by("date", "pk")
    rows = section.commentaires.filter(parent=None).prefetch_related(Prefetch("reponses", answers))
    return list(rows.order_by(F("resolu_le").desc(nulls_first=True), "date", "pk"))


def list_revisions(section: Section) -> QuerySet[Revision]:
    """Return every version of a text, the newest first."""
    return section.revisions.select_related("auteur", "reunit").order_by("-numero")


def list_a_reunir(sections: Iterable[Section]) -> QuerySet[Revision]:
    """Return the texts written at the same time as another, that nobody has put together with it yet."""
    done = Revision.objects.filter(reunit=OuterRef("pk"))
    waiting = Revision.objects.filter(~Exists(done), section__in=list(sections), retenue=False)
    return waiting.select_related("section").order_by("numero")


def contested(sections: Iterable[Section]) -> list[Section]:
    """Return the sections with which some partner disagrees (positions prefetched)."""
    return [each for each in sections if any(p.sens == SensPosition.DESACCORD for p in each.positions.all())]


# Territories and organisations that one may choose.


def list_territoires(organisation: Organisation) -> list[Territoire]:
    """Return the territories that an organisation answers for, the largest first.

    Those of a whole region are its départements and intercommunalités, without its 1,285 communes. Those of a
    département hold the intercommunalités astride it, whose `part` tells how much of them is there.
    """
    competences = list(organisation.competences.values_list("niveau", "code"))
    whole = {code for niveau, code in competences if niveau == Niveau.REGION}
    land = {code for niveau, code in competences if niveau == Niveau.DEPARTEMENT}
    condition = Q(pk__in=[])
    for niveau, code in competences:
        condition |= Q(niveau=niveau, code=code)
    parts = count_parts(land)
    condition |= Q(departement__in=land) | Q(pk__in=parts) | (Q(region__in=whole) & ~Q(niveau=Niveau.COMMUNE))
    communes = Appartenance.objects.filter(
        ensemble__niveau__in=INTERCOMMUNALITES,
        ensemble__code__in=[code for niveau, code in competences if niveau in INTERCOMMUNALITES],
    )
    condition |= Q(pk__in=communes.values("unite"))
    found = list(Territoire.objects.en_vigueur().filter(condition, niveau__in=NIVEAUX).order_by("nom"))
    for territoire in found:
        territoire.part = parts.get(territoire.pk, "")  # type: ignore[attr-defined]
    order = (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPT, Niveau.EPCI, Niveau.VILLE, Niveau.COMMUNE)
    return sorted(found, key=lambda territoire: order.index(Niveau(territoire.niveau)))


def list_candidates(diagnostic: DiagnosticPartage) -> list[tuple[Organisation, bool]]:
    """Return the organisations that may take part, those that the strategy names and that answer for this land first.

    The flag says which ones these are.
    """
    kinds = [code for code, each in types_organisation().items() if set(each.roles) & set(CONTRIBUTEURS)]
    named = set().union(*PARTENAIRES.values())
    here = Q(competences__niveau=Niveau.REGION, competences__code=diagnostic.region)
    here |= Q(competences__niveau=diagnostic.niveau, competences__code=diagnostic.code)
    inside = Appartenance.objects.filter(ensemble__niveau=diagnostic.niveau, ensemble__code=diagnostic.code)
    astride = inside.values_list("unite__departement", flat=True).distinct()
    departements = {diagnostic.departement} if diagnostic.departement else set(astride)
    if diagnostic.niveau != Niveau.REGION:
        here |= Q(competences__niveau=Niveau.DEPARTEMENT, competences__code__in=departements)
        communes = Territoire.objects.unites().filter(departement__in=departements)
        here |= Q(competences__niveau=Niveau.COMMUNE, competences__code__in=communes.values("code"))
    rows = (
        Organisation.objects.filter(here, types__overlap=kinds)
        .exclude(diagnostics_partages__diagnostic=diagnostic)
        .distinct()
        .order_by("denomination")
    )
    pairs = [(each, bool(named & set(each.types))) for each in rows]
    return sorted(pairs, key=lambda pair: not pair[1])


def list_members(diagnostic: DiagnosticPartage, *, but: User | None = None) -> QuerySet[User]:
    """Return those who contribute to diagnostics in the organisations that take part, except one person."""
    membres = Membre.objects.actifs().filter(
        organisation__diagnostics_partages__diagnostic=diagnostic, profil__in=list(CONTRIBUTEURS)
    )
    people = User.objects.filter(pk__in=membres.values("user"), is_active=True)
    return people.exclude(pk=but.pk) if but else people
