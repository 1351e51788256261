"""Sessions of POEC and their candidates; the figures of immersions."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.entreprises.forms.poec import (
    ChiffresFilter,
    MouvementForm,
    ProposerForm,
    SessionForm,
    SessionsFilter,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.chiffres import count_immersions
from maillage.domains.entreprises.queries.poec import (
    count_etapes,
    led_sessions,
    list_candidats,
    list_sessions,
    open_sessions,
    proposed_by,
    reachable,
)
from maillage.domains.entreprises.rules.poec import CANDIDAT, MOTIVES, may_move
from maillage.domains.entreprises.services.poec import (
    cancel_session,
    edit_session,
    move_candidat,
    open_session,
    propose,
)
from maillage.domains.entreprises.views.base import EntreprisesScreen
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.secret import describe_secret
from maillage.foundations.kernel.templatetags.ui import jour, pourcent
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen
from maillage.references.structures.models import Siae
from maillage.references.territoires.queries.liste import list_departements

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model, QuerySet

    from maillage.domains.entreprises.models import CandidatPoec, SessionPoec
    from maillage.domains.entreprises.queries.chiffres import LigneTaux
    from maillage.domains.entreprises.queries.poec import LigneCandidat

POEC = ("Formations avant embauche (POEC)", "entreprises:poec")
JOUR = timedelta(days=1)
SECRET = "secret"  # noqa: S105  (a word of the tables)


def session_url(session: SessionPoec) -> str:
    """Return the page of a session."""
    return reverse("entreprises:session", args=[session.public_id])


class SessionList(EntreprisesScreen, ListScreen):
    """Every session: nobody is named."""

    permission = Permission.VIEW_POEC
    title = "Formations avant embauche (POEC)"
    intro = "Les sessions de préparation opérationnelle à l’emploi collective, ouvertes avec les Opco et les branches."
    template_name = "entreprises/poec/sessions.html"
    filter_form = SessionsFilter
    columns = (
        Column("intitule", "Session", "intitule", sort="intitule", link=session_url),
        Column("metier", "Métier", "rome.libelle", sort="rome__libelle"),
        Column("opco", "Opco", "opco", sort="opco"),
        Column("branche", "Branche", "branche", sort="branche"),
        Column("commune", "Commune", "commune.nom", sort="commune__nom"),
        Column("debut", "Premier jour", "debut", sort="debut"),
        Column("heures", "Heures", "heures", sort="heures", numeric=True),
        Column("places", "Places", "places", sort="places", numeric=True),
        Column("libres", "Libres", "libres", sort="libres", numeric=True),
        Column("annulee", "Annulée le", lambda row: row.annulee_le or "—"),
    )
    default_sort = "-debut"
    export_name = "poec"
    noun = ("session", "sessions")
    empty_title = "Aucune session"
    empty_text = "Les Opco, les réseaux et les directions de France Travail ouvrent les sessions."

    def get_queryset(self) -> QuerySet[SessionPoec]:
        return list_sessions()

    def get_context(self) -> dict[str, Any]:
        may_lead = bool(granted(self.actor, Permission.LEAD_POEC))
        figures = may_lead or bool(granted(self.actor, Permission.FIGURES))
        return {
            **super().get_context(),
            "may_lead": may_lead,
            "etapes": count_etapes(list_sessions().filter(annulee_le__isnull=True)) if figures else None,
            "secret": describe_secret(),
        }


class SessionDetail(PersonnesScreen, DetailScreen):
    """A session, its seats and the candidates that one may see; a SIAE sees the names of its own."""

    permission = Permission.VIEW_POEC
    portee = "toutes les sessions de POEC"
    template_name = "entreprises/poec/session.html"
    parents = (POEC,)
    object: SessionPoec

    def get_object(self) -> SessionPoec:
        found = list_sessions().filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cette session n’existe pas.")
        return found

    @cached_property
    def candidats(self) -> list[LigneCandidat]:
        """The candidates that this account may see."""
        return list_candidats(self.object, self.actor)

    def readings(self) -> Iterable[Model]:
        return [ligne.personne for ligne in self.candidats if ligne.personne]

    def get_intro(self) -> str:
        return f"{self.object.rome}, {self.object.organisme}."

    def get_context(self) -> dict[str, Any]:
        session = self.object
        leads = led_sessions(self.actor).filter(pk=session.pk).exists()
        return {
            **super().get_context(),
            "faits": (
                ("Ouverte par", str(session.organisation)),
                ("Opco et branche", f"{session.opco}, {session.branche}"),
                ("Métier", f"{session.rome} ({session.rome.code})"),
                ("Organisme de formation", session.organisme),
                ("Commune", session.commune.nom),
                ("Période", f"du {jour(session.debut)} au {jour(session.fin - JOUR)}"),
                ("Heures", session.heures),
                ("Prérequis", session.prerequis),
            ),
            "candidats": self.candidats,
            "leads": leads,
            "proposes": bool(granted(self.actor, Permission.PROPOSE)),
            "annulable": leads and not session.annulee_le and session.debut > timezone.localdate(),
        }


class SessionCreate(EntreprisesScreen, ActScreen):
    """Open a session."""

    permission = Permission.LEAD_POEC
    title = "Ouvrir une session"
    parents = (POEC,)
    form_class = SessionForm
    submit_label = "Ouvrir la session"
    success_message = "La session est ouverte\u202f: les SIAE peuvent proposer des candidats."

    def perform(self, form: SessionForm) -> str:
        return session_url(open_session(fiche=form.fiche, actor=self.actor))


class SessionAct(EntreprisesScreen, ActScreen):
    """An act on a session that one's organisation leads."""

    permission = Permission.LEAD_POEC
    portee = "les sessions de POEC que son organisation ouvre"

    @cached_property
    def session(self) -> SessionPoec:
        """The session of the address."""
        found = led_sessions(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cette session est celle d’une autre organisation.")
        return found

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(POEC[0], reverse(POEC[1])), (str(self.session), session_url(self.session))]


class SessionEdit(SessionAct):
    """Change a session."""

    title = "Modifier la session"
    form_class = SessionForm
    success_message = "La session est modifiée."

    def get_form_kwargs(self) -> dict[str, Any]:
        session = self.session
        names = set(SessionForm.base_fields) - {"fin", "rome", "commune"}
        return {
            "initial": {
                **{name: getattr(session, name) for name in names},
                "fin": session.fin - JOUR,
                "rome": f"{session.rome} ({session.rome.code})",
                "commune": session.commune.code,
            }
        }

    def perform(self, form: SessionForm) -> str:
        return session_url(edit_session(session=self.session, fiche=form.fiche, actor=self.actor))


class SessionCancel(SessionAct):
    """Cancel a session."""

    title = "Annuler la session"
    intro = "Les SIAE qui ont proposé des candidats en sont averties."
    submit_label = "Annuler la session"
    success_message = "La session est annulée."

    def perform(self, form: Any) -> str:
        return session_url(cancel_session(session=self.session, actor=self.actor, on=self.today))


class CandidatMove(EntreprisesScreen, ActScreen):
    """Move a candidate, known here by their number alone."""

    permission = Permission.MOVE_POEC
    portee = "les candidats de ses sessions et ceux de sa SIAE"
    form_class = MouvementForm
    success_message = "C’est noté."

    @cached_property
    def candidat(self) -> CandidatPoec:
        """The candidate of the address, if one may do this to them."""
        found = reachable(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce candidat n’est ni de vos sessions, ni de votre SIAE.")
        act = self.kwargs["acte"]
        leads = led_sessions(self.actor).filter(pk=found.session_id).exists()
        proposes = proposed_by(self.actor).filter(pk=found.pk).exists()
        if act not in {each.act for each in CANDIDAT} or not may_move(act, leads=leads, proposes=proposes):
            raise Http404("Cet acte n’est pas de votre organisation.")
        return found

    def get_title(self) -> str:
        label = next(each.label for each in CANDIDAT if each.act == self.kwargs["acte"])
        return f"{label}\u202f: {self.candidat}"

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Enregistrer"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        session = self.candidat.session
        return [(POEC[0], reverse(POEC[1])), (str(session), session_url(session))]

    def check(self) -> None:
        CANDIDAT.target(self.kwargs["acte"], self.candidat.etat)

    def get_form_kwargs(self) -> dict[str, Any]:
        act = self.kwargs["acte"]
        return {"motif": act in MOTIVES, "contrat": act == "embaucher"}

    def perform(self, form: MouvementForm) -> str:
        moved = move_candidat(candidat=self.candidat, act=self.kwargs["acte"], actor=self.actor, **form.cleaned_data)
        return session_url(moved.session)


class ProposerPoec(OfPersonne, ActScreen):
    """Propose a person to a session that still has seats."""

    permission = Permission.PROPOSE
    title = "Proposer une formation avant embauche (POEC)"
    intro = "Qui ouvre la session reçoit un numéro, jamais le nom\u202f: votre SIAE reste son interlocutrice."
    template_name = "entreprises/poec/proposer.html"
    form_class = ProposerForm
    submit_label = "Proposer"
    success_message = "La candidature est envoyée."

    def get_form_kwargs(self) -> dict[str, Any]:
        membre = self.actor.membre
        siae = Siae.objects.actives().filter(organisation=membre.organisation_id) if membre else Siae.objects.none()
        return {"sessions": list(open_sessions(timezone.localdate())), "siae": list(siae.order_by("nom"))}

    def perform(self, form: ProposerForm) -> str:
        values = form.cleaned_data
        propose(personne=self.personne, **values, actor=self.actor, on=timezone.localdate())
        return self.sheet_url


class Chiffres(EntreprisesScreen, ListScreen):
    """The share of employees who had an immersion, by kind and département."""

    permission = Permission.FIGURES
    title = "Immersions en chiffres"
    template_name = "entreprises/immersions/chiffres.html"
    columns = (
        Column("type", "Type de SIAE", "type", sort="type"),
        Column("departement", "Département de la personne", "departement", sort="departement"),
        Column("salaries", "Salariés", lambda row: SECRET if row.salaries is None else row.salaries, numeric=True),
        Column(
            "immersions",
            "Ont fait une immersion",
            lambda row: SECRET if row.immersions is None else row.immersions,
            numeric=True,
        ),
        Column(
            "taux",
            "Part",
            lambda row: SECRET if row.taux is None else pourcent(row.taux, 1),
            sort="taux",
            numeric=True,
        ),
    )
    export_name = "immersions-chiffres"
    noun = ("ligne", "lignes")
    empty_title = "Aucun salarié cette année-là"
    empty_text = "Les parts se calculent dès que des contrats sont enregistrés ou importés."

    @cached_property
    def form(self) -> ChiffresFilter:
        return ChiffresFilter(self.request.GET, on=self.today)

    @property
    def annee(self) -> int:
        return int(self.form.values.get("annee") or self.today.year)

    def get_intro(self) -> str:
        return f"Les salariés de {self.annee}, et ceux dont une immersion validée a commencé dans l’année. Aucun nom."

    def get_queryset(self) -> Sequence[LigneTaux]:
        return count_immersions(self.annee, list_departements(settings.MAILLAGE_REGION))

    def get_context(self) -> dict[str, Any]:
        rows: Sequence[LigneTaux] = self.rows  # type: ignore[assignment]
        whole = next((row for row in rows if row.type == "ACI" and row.departement.startswith("ensemble")), None)
        return {
            **super().get_context(),
            "aci": whole,
            "repere": get_parametre("entreprises.repere_aci", on=self.today),
            "secret": describe_secret(),
        }
