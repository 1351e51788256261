"""The next steps of a person: who may propose one, what is proposed, the steps already made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import hypot
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from maillage.domains.parcours.models import Candidature, Contrat
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.contrats import ECHEANCE, alert_days, own_contrats, sans_suite
from maillage.domains.parcours.queries.cooperation import partners
from maillage.domains.parcours.queries.postes import find_commune_of, list_postes, read_entree
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.rules.jours import end_after_months
from maillage.domains.parcours.rules.orientation import VIVANTES
from maillage.domains.parcours.rules.suites import Note, Offre, Poids, Profil, Sejour, days_without, etapes, score
from maillage.foundations.kernel.attentes import Attente, page
from maillage.foundations.kernel.parameters import Parametre, get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.volets import Volet
from maillage.references.structures.models import Implantation, Siae

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Poste
    from maillage.domains.parcours.rules.suites import Etape
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.territoires.models import Territoire

DELAI = "suite_delai_jours"
POIDS = ("distance", "metier", "droit", "progression", "convention", "places")
PARAMETRES = tuple(
    f"parcours.suite_{name}"
    for name in (*(f"points_{each}" for each in POIDS), "distance_proche_km", "distance_loin_km")
)


@dataclass(frozen=True, slots=True)
class Suite:
    """A next step proposed: a SIAE, its post if it published one, what it is worth and why."""

    siae: Siae
    poste: Poste | None
    commune: Territoire | None
    distance_km: float | None
    note: Note

    @property
    def rang(self) -> float:
        """What the list is ordered by."""
        return self.note.rang

    @property
    def nom(self) -> str:
        """The post, or that there is none."""
        return str(self.poste) if self.poste else "Sans poste publié"


def proposes_next(user: User, personne: Personne, on: date) -> bool:
    """Tell whether one may propose a next step in any SIAE: a SIAE does to its employees, until the delay after."""
    membre = user.membre
    if membre is None or not granted(user, Permission.ORIENT):
        return False
    if membre.profil_role not in SIAE:
        return True
    recent = Q(echeance__isnull=True) | Q(echeance__gt=on - timedelta(days=number(DELAI, on)))
    rows = Contrat.objects.filter(personne=personne, siae__organisation=membre.organisation_id, debut__lte=on)
    return rows.annotate(echeance=ECHEANCE).filter(recent).exists()


def a_preparer(rows: QuerySet[Contrat], on: date) -> QuerySet[Any]:
    """Keep the contracts after which a next step is to be prepared: they end soon, or the right of the person does.

    Adds `proposees`, the candidatures of the person that still await an answer, in whatever SIAE.
    """
    living = Candidature.objects.filter(personne=OuterRef("personne"), etat__in=VIVANTES).order_by()
    told = living.values("personne").annotate(number=Count("pk")).values("number")
    found = sans_suite(rows, on, alert_days(on), number("alerte_fin_titre_jours", on))
    return found.annotate(proposees=Coalesce(Subquery(told), 0))


def list_attentes(user: User) -> Iterator[Attente]:
    """Yield the employees for whom a next step is to be prepared and who are presented nowhere; one query."""
    if user.membre is None or not granted(user, Permission.HIRE):
        return
    on = timezone.localdate()
    alone = a_preparer(own_contrats(user), on).filter(proposees=0)
    if count := alone.values("personne").distinct().count():
        one = "1 suite à préparer\u202f: aucune candidature en cours"
        label = one if count == 1 else f"{count} suites à préparer\u202f: aucune candidature en cours"
        yield Attente(label, f"{page('parcours:contrats_sans_suite')}?sans_proposition=on", nombre=count)


def get_poids(on: date) -> Poids:
    """Return the points of each reason on a day."""
    figures = {name: number(f"suite_points_{name}", on) for name in POIDS}
    near, far = (float(get_parametre(f"parcours.suite_distance_{each}_km", on=on).value) for each in ("proche", "loin"))
    shortest = end_after_months(on, number("cddi_mois_min", on))
    return Poids(**figures, proche_km=near, loin_km=far, jours_min=shortest)


def list_parametres(on: date) -> list[Parametre]:
    """Return the dated figures that the list rests on, to be shown with it."""
    return [get_parametre(code, on=on) for code in PARAMETRES]


def list_suites(user: User, personne: Personne, on: date) -> list[Suite]:
    """Return what may be proposed to a person, the best first: posts really open, then SIAE that published none.

    The SIAE that employ them and the posts that they may not enter are left out. A number of queries that depends on
    nothing.
    """
    origin = find_commune_of(personne)
    entree = read_entree(user, personne, on)
    contrats = list(_contrats(personne))
    last = contrats[-1] if contrats else None
    profil = Profil(
        restants=entree.restants,
        type_siae=last.siae.type_siae if last else None,
        metiers=frozenset(each.rome.code for each in contrats if each.rome),
    )
    poids = get_poids(on)
    bound = partners({last.siae.organisation_id}, on) if last else {}
    postes = list(list_postes(on, origin))
    found = [
        _suite(poste.siae, poste, poste.commune, getattr(poste, "distance_km"), profil, poids, bound)  # noqa: B009
        for poste in postes
        if entree.acces(poste).ouvert is not False
    ]
    with_post = {poste.siae_id for poste in postes}
    left_out = with_post | entree.salariee_de
    sites = (
        Implantation.objects.filter(principale=True, siae__fin__isnull=True)
        .exclude(siae__in=left_out)
        .select_related("siae__organisation", "commune")
    )
    found += [
        _suite(site.siae, None, site.commune, _between(origin, site.commune), profil, poids, bound) for site in sites
    ]
    return sorted(found, key=lambda each: (-each.rang, each.siae.nom, each.nom))


def list_etapes(personne: Personne, on: date) -> tuple[list[tuple[Siae, Etape]], int]:
    """Return the steps of a person with the SIAE of each, and the days without a contract in all. One query."""
    rows = list(_contrats(personne))
    siae = {each.siae_id: each.siae for each in rows}
    stays = [Sejour(each.siae_id, each.debut, each.fin or each.fin_prevue) for each in rows]
    return [(siae[each.siae], each) for each in etapes(stays, number(DELAI, on))], days_without(stays)


def volet(user: User, personne: Personne, on: date) -> Volet | None:
    """Return the steps of a person from a SIAE to another, and the way to the next ones; one query."""
    if not granted(user, Permission.VIEW):
        return None
    lines, gap = list_etapes(personne, on)
    if not lines:
        return None
    return Volet(
        code="suites",
        titre="Suites de parcours",
        template="parcours/suites/_volet.html",
        ordre=31,
        contexte={
            "lignes": [
                {"siae": siae, "etape": each, "dernier": each.fin - timedelta(days=1) if each.fin else None}
                for siae, each in lines
            ],
            "ecart": gap,
            "delai": number(DELAI, on),
            "chercher": page("parcours:suites", personne.public_id) if granted(user, Permission.ORIENT) else "",
        },
    )


def _contrats(personne: Personne) -> QuerySet[Contrat]:
    return (
        Contrat.objects.filter(personne=personne).select_related("siae__organisation", "rome").order_by("debut", "pk")
    )


def _suite(
    siae: Siae,
    poste: Poste | None,
    commune: Territoire | None,
    distance_km: float | None,
    profil: Profil,
    poids: Poids,
    bound: dict[int, str],
) -> Suite:
    offre = Offre(
        type_siae=siae.type_siae,
        distance_km=distance_km,
        rome=poste.rome.code if poste else None,
        places=poste.places if poste else None,
        recentes=getattr(poste, "recentes") if poste else None,  # noqa: B009  (annotated)
        convention=bound.get(siae.organisation_id, ""),
    )
    return Suite(siae, poste, commune, distance_km, score(offre, profil, poids))


def _between(origin: Territoire | None, commune: Territoire | None) -> float | None:
    """Return the distance between two communes, in kilometres to a tenth, as that of posts."""
    if origin is None or commune is None or None in (origin.x, origin.y, commune.x, commune.y):
        return None
    return round(hypot(origin.x - commune.x, origin.y - commune.y) / 1000, 1)  # type: ignore[operator]
