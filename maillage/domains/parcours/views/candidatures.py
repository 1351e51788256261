"""Candidatures: presented, received, answered, passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from maillage.domains.parcours.enums.orientation import EtatCandidature
from maillage.domains.parcours.forms.candidatures import (
    AcceptationForm,
    CandidatureFilter,
    CibleForm,
    CommentaireForm,
    OrientationFilter,
    PresentationForm,
    RefusForm,
    SansPosteForm,
    TransfertForm,
    TransmissionForm,
)
from maillage.domains.parcours.models import Candidature
from maillage.domains.parcours.permissions import SIAE, Permission
from maillage.domains.parcours.queries.candidatures import get_candidature, received, visible_candidatures, with_etat
from maillage.domains.parcours.queries.chaines import get_chaine
from maillage.domains.parcours.queries.postes import get_poste, own_postes, read_entree, really_open
from maillage.domains.parcours.queries.suites import proposes_next
from maillage.domains.parcours.rules.orientation import ATTENDUES, CANDIDATURE, DE_L_ORIENTEUR, DE_LA_SIAE, SIMPLES
from maillage.domains.parcours.services.candidatures import (
    PAS_SALARIE,
    accept,
    comment,
    move_candidature,
    own_siae,
    pass_on,
    present,
    refuse,
    transfer,
)
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import JournalTransition
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import PersonneAct, PersonnesScreen
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms
    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import Poste

RECUES = ("Candidatures reçues", "parcours:candidatures")
ORIENTATIONS = ("Orientations", "parcours:orientations")


def candidature_url(candidature: Candidature) -> str:
    """Return the page of a candidature."""
    return reverse("parcours:candidature", args=[candidature.public_id])


def etat_label(candidature: Any) -> str:
    """Return the state as it is read today."""
    label = str(EtatCandidature(candidature.etat_lu).label)
    return f"{label} (sans réponse)" if candidature.etat_lu != candidature.etat else label


def motif_label(candidature: Any) -> str | None:
    """Return why the SIAE said no, in its words of the list."""
    if candidature.etat_lu != candidature.etat:
        return "la SIAE n’a pas répondu dans le délai"
    return candidature.get_motif_refus_display() or None


PERSONNE = Column(
    "personne", "Personne", lambda each: str(each.personne), sort="personne__nom_recherche", link=candidature_url
)
POSTE = Column("poste", "Poste", lambda each: str(each.poste or "sans poste précis"), sort="poste__intitule_recherche")
SIAE_COLUMN = Column("siae", "SIAE", "siae", sort="siae__nom_recherche")
PAR = Column("par", "Présentée par", "organisation", sort="organisation__nom_recherche")
DEPOSEE = Column("deposee", "Déposée le", "deposee_le", sort="deposee_le")
ETAT = Column("etat", "État", lambda each: capfirst(etat_label(each)), sort="etat_lu")


class Candidatures(PersonnesScreen, ListScreen):
    """The candidatures that one's SIAE received: those that wait for an answer, the oldest first."""

    permission = Permission.PUBLISH
    title = "Candidatures reçues"
    intro = "Les plus anciennes d’abord. Sans réponse au terme, une candidature est réputée refusée."
    columns: ClassVar[tuple[Column, ...]] = (
        PERSONNE,
        POSTE,
        SIAE_COLUMN,
        PAR,
        DEPOSEE,
        Column(
            "echeance",
            "Répondre avant le",
            lambda each: each.echeance if each.etat_lu in ATTENDUES else "—",
            sort="echeance",
        ),
        ETAT,
    )
    filter_form: ClassVar[type[CandidatureFilter]] = CandidatureFilter
    default_sort = "deposee"
    export_name = "candidatures"
    noun = ("candidature", "candidatures")
    empty_title = "Aucune candidature à répondre"
    empty_text = "Publiez et confirmez vos postes\u202f: les prescripteurs y orientent des personnes."

    @cached_property
    def form(self) -> CandidatureFilter:
        """The filters, bound to the address and to who asks."""
        return self.filter_form(self.request.GET, user=self.actor, on=timezone.localdate())

    def get_queryset(self) -> QuerySet[Candidature]:
        return with_etat(received(self.actor), timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person


class Orientations(Candidatures):
    """What became of those whom one follows and who were presented to SIAE."""

    permission = Permission.ORIENTATIONS
    title = "Orientations"
    intro = "Les candidatures des personnes dont le dossier vous est ouvert, et ce que les SIAE ont répondu."
    columns = (
        PERSONNE,
        POSTE,
        SIAE_COLUMN,
        PAR,
        DEPOSEE,
        ETAT,
        Column("repondue", "Réponse du", lambda each: each.repondue_le or "—", sort="repondue_le"),
        Column("motif", "Motif", lambda each: motif_label(each) or "—"),
    )
    filter_form = OrientationFilter
    default_sort = "-deposee"
    export_name = "orientations"
    empty_title = "Aucune orientation"
    empty_text = "Cherchez un poste pour une personne, depuis son dossier ou depuis la recherche de postes."

    def get_queryset(self) -> QuerySet[Candidature]:
        return with_etat(visible_candidatures(self.actor), timezone.localdate())


class OfCandidature(PersonnesScreen):
    """A screen about one candidature, whose person is named on it."""

    permission = Permission.VIEW
    portee = "les candidatures des personnes dont le dossier lui est ouvert"

    @cached_property
    def candidature(self) -> Any:
        """The candidature of the address, among those that one may read."""
        found = get_candidature(self.actor, self.kwargs["public_id"])
        if found is None or not self.concerns(found):
            raise Http404("Cette candidature n’existe pas, ou ne vous est pas ouverte.")
        return found

    def concerns(self, candidature: Candidature) -> bool:
        """Tell whether the screen is for this candidature."""
        return True

    def is_received(self, candidature: Candidature) -> bool:
        """Tell whether one's own SIAE received it."""
        membre = self.actor.membre
        return membre is not None and candidature.siae.organisation_id == membre.organisation_id

    def readings(self) -> Iterable[Model]:
        return [self.candidature.personne]

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        label, name = RECUES if granted(self.actor, Permission.PUBLISH) else ORIENTATIONS
        return [(label, reverse(name))]


class CandidatureDetail(OfCandidature, DetailScreen):
    """A candidature: who, where, what was told, what to do next."""

    template_name = "parcours/candidatures/candidature.html"

    def get_object(self) -> Any:
        return self.candidature

    def get_title(self) -> str:
        return f"Candidature\u202f: {self.candidature.personne}"

    def get_intro(self) -> str:
        return f"{self.candidature.poste or 'Sans poste précis'}, {self.candidature.siae}"

    def get_context(self) -> dict[str, Any]:
        found = self.candidature
        mine = self.is_received(found)
        moves = JournalTransition.objects.filter(
            objet_type=ContentType.objects.get_for_model(Candidature), objet_id=found.pk
        ).order_by("-date", "-pk")
        labels = {each.act: each.label for each in CANDIDATURE}
        return {
            **super().get_context(),
            "etat": etat_label(found),
            "motif": motif_label(found),
            "attendue": found.etat_lu in ATTENDUES,
            "mine": mine,
            "acts": list(self._acts(found, mine)),
            "moves": [(each.date, labels.get(each.acte, each.acte), each.pour_nom) for each in moves],
            "commentaires": found.commentaires.select_related("auteur").order_by("pk") if mine else (),
            "comment_form": CommentaireForm() if mine and granted(self.actor, Permission.PUBLISH) else None,
            "embaucher": self._hire(found) if mine else "",
            "sheet": reverse("personnes:detail", args=[found.personne.public_id]),
        }

    def _acts(self, found: Any, mine: bool) -> Iterable[tuple[str, str]]:
        """Yield the label and address of what one may do now, the usual act first."""
        membre = self.actor.membre
        presented = membre is not None and found.organisation_id == membre.organisation_id
        for each in CANDIDATURE.available(found.etat_lu):
            if each.act == "transferer" and len(own_siae(self.actor)) < 2:
                continue
            if each.act in DE_LA_SIAE and mine and granted(self.actor, Permission.PUBLISH):
                yield each.label, _act_url(each.act, found)
            elif each.act in DE_L_ORIENTEUR and presented and granted(self.actor, Permission.ORIENT):
                yield each.label, reverse("parcours:candidature_retirer", args=[found.public_id])

    def _hire(self, found: Any) -> str:
        """Return the page that hires the person, once they are accepted and until they are hired."""
        hiring = page("parcours:embaucher", found.personne.public_id)
        if found.etat_lu != EtatCandidature.ACCEPTEE or not hiring or not granted(self.actor, Permission.HIRE):
            return ""
        if found.personne.contrats.filter(siae=found.siae_id, debut__gte=found.deposee_le).exists():
            return ""
        return f"{hiring}?candidature={found.public_id}"


def _act_url(act: str, candidature: Candidature) -> str:
    if act in SIMPLES:
        return reverse("parcours:candidature_acte", args=[candidature.public_id, act])
    return reverse(f"parcours:candidature_{act}", args=[candidature.public_id])


class CandidatureAct(OfCandidature, ActScreen):
    """An act of the SIAE that received the candidature."""

    permission = Permission.PUBLISH
    portee = "les candidatures reçues par sa SIAE"
    success_message = "C’est fait."

    def concerns(self, candidature: Candidature) -> bool:
        return self.is_received(candidature)

    def get_intro(self) -> str:
        return f"{self.candidature.personne}, {self.candidature.poste or 'sans poste précis'}."

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        found = self.candidature
        return [*super().get_breadcrumb(), (f"Candidature\u202f: {found.personne}", candidature_url(found))]


class CandidatureSimple(CandidatureAct):
    """An act that asks nothing more than a confirmation."""

    def get_title(self) -> str:
        acte = self.kwargs["acte"]
        label = next((each.label for each in CANDIDATURE if each.act == acte), None)
        if label is None or acte not in SIMPLES & DE_LA_SIAE or not self.candidature:
            raise Http404("Cet acte n’existe pas.")
        return label

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return self.get_title()

    def perform(self, form: Any) -> str:
        move_candidature(
            candidature=self.candidature, act=self.kwargs["acte"], actor=self.actor, on=timezone.localdate()
        )
        return candidature_url(self.candidature)


class CandidatureRetirer(OfCandidature, ActScreen):
    """Withdraw a candidature that one's organisation presented."""

    permission = Permission.ORIENT
    portee = "les candidatures présentées par son organisation"
    title = "Retirer la candidature"
    intro = "La SIAE n’aura plus à répondre, et son accès au dossier prendra fin."
    submit_label = "Retirer la candidature"
    success_message = "La candidature est retirée."

    def concerns(self, candidature: Candidature) -> bool:
        membre = self.actor.membre
        return membre is not None and candidature.organisation_id == membre.organisation_id

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        found = self.candidature
        return [*super().get_breadcrumb(), (f"Candidature\u202f: {found.personne}", candidature_url(found))]

    def perform(self, form: Any) -> str:
        move_candidature(candidature=self.candidature, act="retirer", actor=self.actor, on=timezone.localdate())
        return candidature_url(self.candidature)


class Accepter(CandidatureAct):
    """Accept: the hiring screen comes next."""

    title = "Accepter la candidature"
    form_class = AcceptationForm
    submit_label = "Accepter"
    success_message = "La candidature est acceptée. Les autres SIAE qui l’étudiaient en sont prévenues."

    def get_intro(self) -> str:
        return f"{super().get_intro()} Les candidatures de la personne qui attendent ailleurs deviennent sans objet."

    def perform(self, form: AcceptationForm) -> str:
        accept(
            candidature=self.candidature,
            debut=form.cleaned_data["debut"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        hiring = page("parcours:embaucher", self.candidature.personne.public_id)
        return f"{hiring}?candidature={self.candidature.public_id}" if hiring else candidature_url(self.candidature)


class Refuser(CandidatureAct):
    """Refuse, for a reason."""

    title = "Refuser la candidature"
    form_class = RefusForm
    submit_label = "Refuser"
    success_message = "La candidature est refusée. L’orienteur en est prévenu."

    def perform(self, form: RefusForm) -> str:
        refuse(candidature=self.candidature, **form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return candidature_url(self.candidature)


class Transferer(CandidatureAct):
    """Give the candidature to another SIAE of one's own."""

    title = "Transférer à une autre de nos SIAE"
    form_class = TransfertForm
    submit_label = "Transférer"
    success_message = "La candidature est transférée\u202f: elle y est nouvelle, sans vos commentaires."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"siae": [each for each in own_siae(self.actor) if each.pk != self.candidature.siae_id]}

    def perform(self, form: TransfertForm) -> str:
        transfer(
            candidature=self.candidature,
            siae=form.cleaned_data["siae"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        seen = get_candidature(self.actor, self.kwargs["public_id"])
        return candidature_url(seen) if seen else reverse(RECUES[1])


class Transmettre(CandidatureAct):
    """Pass on a person whom one refused."""

    title = "Transmettre à une autre SIAE"
    form_class = TransmissionForm
    submit_label = "Transmettre"
    success_message = "La candidature est transmise. L’autre SIAE peut lire le dossier."

    def get_intro(self) -> str:
        return (
            f"{super().get_intro()} Le dossier de la personne s’ouvre à l’autre SIAE\u202f: le journal garde que c’est "
            "vous qui l’avez transmis."
        )

    def perform(self, form: TransmissionForm) -> str:
        pass_on(candidature=self.candidature, **form.cleaned_data, actor=self.actor, on=timezone.localdate())
        return candidature_url(self.candidature)


class Commenter(CandidatureAct):
    """Write to one's colleagues of the SIAE."""

    title = "Commenter la candidature"
    form_class = CommentaireForm
    submit_label = "Écrire"
    success_message = "Le commentaire est écrit."

    def perform(self, form: CommentaireForm) -> str:
        comment(candidature=self.candidature, texte=form.cleaned_data["texte"], actor=self.actor)
        return candidature_url(self.candidature)


class Orienter(PersonneAct):
    """Present a person to a SIAE: for the post or SIAE of the address, or to one's own, or to a SIAE by its name."""

    permission = Permission.ORIENT
    template_name = "parcours/candidatures/orienter.html"
    submit_label = "Présenter la candidature"
    success_message = "La candidature est présentée. La SIAE en est prévenue et peut lire le dossier."

    @cached_property
    def poste(self) -> Poste | None:
        """The post of the address, if it names one."""
        try:
            asked = UUID(self.request.GET.get("poste", ""))
        except ValueError:
            return None
        return get_poste(self.actor, str(asked), timezone.localdate())

    @cached_property
    def siae(self) -> Siae | None:
        """The SIAE of the address, if it names one in activity: one presents the person to it without a post."""
        asked = self.request.GET.get("siae", "")
        return Siae.objects.actives().filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None

    @property
    def is_siae(self) -> bool:
        """Whether one acts for a SIAE, which presents persons to itself, or its employees to another."""
        return self.actor.membre is not None and self.actor.membre.profil_role in SIAE

    def check(self) -> None:
        if self.is_siae and self.elsewhere and not proposes_next(self.actor, self.personne, timezone.localdate()):
            raise Refused(PAS_SALARIE)

    def get_title(self) -> str:
        if self.is_siae and self.elsewhere:
            return "Proposer une suite de parcours"
        return "Enregistrer une candidature" if self.is_siae else "Orienter vers une SIAE"

    @property
    def elsewhere(self) -> bool:
        """Whether the address names a SIAE of another organisation."""
        siae = self.poste.siae if self.poste else self.siae
        membre = self.actor.membre
        return siae is not None and membre is not None and siae.organisation_id != membre.organisation_id

    def get_intro(self) -> str:
        if self.poste:
            return f"{self.poste}, {self.poste.siae}"
        return f"{self.siae}, sans poste précis" if self.siae else ""

    @property
    def form_class(self) -> type[forms.Form]:  # type: ignore[override]
        if self.poste or self.siae:
            return PresentationForm
        return CibleForm if self.is_siae else SansPosteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        if self.form_class is not CibleForm:
            return {}
        mine = own_postes(self.actor).filter(really_open(timezone.localdate())).select_related("siae")
        membre = self.actor.membre
        siae = [each for each in own_siae(self.actor) if membre and each.organisation_id == membre.organisation_id]
        return {"siae": siae, "postes": list(mine.order_by("intitule"))}

    def get_context(self) -> dict[str, Any]:
        on = timezone.localdate()
        entree = read_entree(self.actor, self.personne, on)
        return {
            **super().get_context(),
            "poste": self.poste,
            "acces": entree.acces(self.poste) if self.poste else None,
            "entree": entree,
            "chaine": get_chaine(self.personne.departement) if self.personne.departement else None,
            "chercher": reverse("parcours:postes_personne", args=[self.personne.public_id]),
            "is_siae": self.is_siae,
            "choisie": self.poste or self.siae,
        }

    def perform(self, form: Any) -> str:
        siae: Siae
        if self.poste:
            siae, poste = self.poste.siae, self.poste
        elif self.siae:
            siae, poste = self.siae, None
        else:
            siae, poste = form.cleaned_data.get("cible") or (form.cleaned_data["siae"], None)
        candidature = present(
            personne=self.personne,
            siae=siae,
            poste=poste,
            message=form.cleaned_data["message"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        return candidature_url(candidature)
