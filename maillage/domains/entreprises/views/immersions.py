"""Immersions: the list, the convention and its rules before the click, the decision, the assessment."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.entreprises.enums.immersion import Document, EtatImmersion
from maillage.domains.entreprises.forms.immersions import (
    BilanForm,
    DecisionForm,
    ImmersionForm,
    ImmersionsFilter,
    MotifForm,
    initial_bilan,
    initial_of,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import (
    contrats_en_cours,
    describe_bilan,
    describe_convention,
    get_situation,
    immersions_of,
    list_immersions,
    list_prescripteurs,
    list_signatures,
    own_immersions,
    remaining_days,
    verify_immersion,
)
from maillage.domains.entreprises.queries.partenariats import own_partenariats
from maillage.domains.entreprises.rules.immersions import CONVENTION, EN_PREPARATION, refusals
from maillage.domains.entreprises.services.hotes import get_host
from maillage.domains.entreprises.services.immersions import (
    cancel_immersion,
    decide_immersion,
    edit_immersion,
    remind,
    write_bilan,
    write_immersion,
)
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.entreprises.models import Immersion
    from maillage.domains.entreprises.rules.immersions import Controle

IMMERSIONS = ("Immersions", "entreprises:immersions")


def immersion_url(immersion: Immersion) -> str:
    """Return the page of an immersion."""
    return reverse("entreprises:immersion", args=[immersion.personne.public_id, immersion.public_id])


class ImmersionList(PersonnesScreen, ListScreen):
    """The immersions of the persons whose file is open."""

    permission = Permission.VIEW_IMMERSIONS
    title = "Immersions en entreprise (PMSMP)"
    intro = "Les périodes de mise en situation en milieu professionnel des personnes dont le dossier vous est ouvert."
    filter_form = ImmersionsFilter
    columns = (
        Column("personne", "Personne", "personne", sort="personne__nom_recherche", link=immersion_url),
        Column("employeur", "Accueil", "employeur.denomination", sort="employeur__denomination"),
        Column("metier", "Métier", lambda row: row.rome.libelle if row.rome else "—", sort="rome__libelle"),
        Column("objectif", "Objet", "get_objectif_display", sort="objectif"),
        Column("debut", "Premier jour", "debut", sort="debut"),
        Column("fin", "Dernier jour", "dernier_jour", sort="fin"),
        Column("siae", "SIAE", "contrat.siae.nom", sort="contrat__siae__nom"),
        Column("etat", "État", "get_etat_display", sort="etat"),
        Column("bilan", "Bilan", lambda row: getattr(row, "bilan", None) or "—"),
    )
    default_sort = "-debut"
    export_name = "immersions"
    noun = ("immersion", "immersions")
    empty_title = "Aucune immersion"
    empty_text = "Une immersion se propose depuis le dossier d’une personne, section « Immersions »."
    empty_url = "/personnes/"
    empty_label = "Choisir une personne"

    def get_queryset(self) -> QuerySet[Immersion]:
        return list_immersions(self.actor)

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person


class ConventionAct(OfPersonne, ActScreen):
    """Write or change a convention: the rules are told beside the form; only the second button acts."""

    permission = Permission.PRESCRIBE
    template_name = "entreprises/immersions/rediger.html"
    form_class = ImmersionForm
    submit_label = "Envoyer à la signature"
    controles: Sequence[Controle] = ()
    restent: int | None = None

    @property
    def precedente(self) -> Immersion | None:
        """The immersion that this one renews."""
        return None

    @property
    def changed(self) -> Immersion | None:
        """The convention that is being changed."""
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        on = timezone.localdate()
        return {
            "contrats": list(contrats_en_cours(self.personne, on)),
            "prescripteurs": list_prescripteurs(self.personne, self.actor, on) if self.actor.membre else [],
            "renouvelle": self.precedente is not None,
            "initial": self.get_initial(),
        }

    def get_initial(self) -> dict[str, Any]:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form: Any = self.get_form()
        if form.is_valid():
            hote, values = form.connu, form.cleaned_data
            around = {"precedente": self.precedente, "changed": self.changed}
            situation = get_situation(self.personne, hote, values["contrat"], values["prescripteur"], **around)
            self.controles = verify_immersion(form.fiche, situation)
            self.restent = remaining_days(self.personne, hote, values["debut"]) if hote else None
            if "verifier" in request.POST:
                return self.ask(form)
        return super().post(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return {
            "personne": self.personne,
            "controles": self.controles,
            "refuse": bool(refusals(list(self.controles))),
            "restent": self.restent,
            "partenaires": [link.employeur for link in own_partenariats(self.actor)],
        }


class Proposer(ConventionAct):
    """A new immersion, or the renewal of one (`?renouvelle=`)."""

    title = "Proposer une immersion"
    success_message = "La convention est écrite. Chacun a reçu son lien pour signer."

    def get_intro(self) -> str:
        return f"{self.personne}. Vérifiez les règles autant de fois qu’il le faut\u202f: rien n’est enregistré avant."

    @cached_property
    def precedente(self) -> Immersion | None:
        """The immersion to renew, among those of one's organisation with this person."""
        asked = self.request.GET.get("renouvelle", "")
        rows = own_immersions(self.actor).filter(personne=self.personne, etat=EtatImmersion.ACCEPTEE)
        if not asked:
            return None
        found = next(
            (
                row
                for row in rows.select_related("employeur", "rome", "prescripteur", "contrat")
                if str(row.public_id) == asked
            ),
            None,
        )
        if found is None:
            raise Http404("Cette immersion n’est pas à renouveler ici.")
        return found

    def get_initial(self) -> dict[str, Any]:
        if self.precedente is not None:
            kept = initial_of(self.precedente)
            return {name: value for name, value in kept.items() if name not in {"debut", "fin", "justification"}}
        contrat = contrats_en_cours(self.personne, timezone.localdate()).first()
        return {
            "jours_semaine": [1, 2, 3, 4, 5],
            "heures_semaine": 35,
            "siret": self.request.GET.get("siret", ""),
            "contrat": str(contrat.public_id) if contrat else "",
        }

    def perform(self, form: ImmersionForm) -> str:
        on, values = timezone.localdate(), form.cleaned_data
        immersion = write_immersion(
            personne=self.personne,
            employeur=get_host(**form.hote, actor=self.actor, on=on),
            rome=values["rome"],
            prescripteur=values["prescripteur"],
            fiche=form.fiche,
            contrat=values["contrat"],
            precedente=self.precedente,
            actor=self.actor,
            on=on,
        )
        return immersion_url(immersion)


class OfImmersion(OfPersonne):
    """A screen about one immersion of a person whose file is open."""

    portee = "les immersions des personnes dont le dossier lui est ouvert"

    @cached_property
    def immersion(self) -> Immersion:
        """The immersion of the address, among those of the person."""
        found = immersions_of(self.personne).filter(public_id=self.kwargs["immersion"]).first()
        if found is None:
            raise Http404("Cette immersion n’existe pas.")
        found.personne = self.personne
        return found

    @property
    def page_url(self) -> str:
        return immersion_url(self.immersion)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), (str(self.immersion), self.page_url)]


class OfOwnImmersion(OfImmersion):
    """An act on an immersion that one's organisation writes or answers for."""

    permission = Permission.PRESCRIBE
    portee = "les immersions que son organisation suit ou prescrit"

    @cached_property
    def immersion(self) -> Immersion:
        found = super().immersion
        if not own_immersions(self.actor).filter(pk=found.pk).exists():
            raise Http404("Cette immersion est celle d’une autre organisation.")
        if found.reprise:
            raise Http404("Cette immersion n’a pas été signée ici\u202f: elle se corrige à sa source.")
        return found


class ImmersionDetail(OfImmersion, DetailScreen):
    """The convention, who signed it, what to do next, its assessment."""

    permission = Permission.VIEW_IMMERSIONS
    template_name = "entreprises/immersions/immersion.html"

    def get_object(self) -> Immersion:
        return self.immersion

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return OfPersonne.get_breadcrumb(self)

    def get_title(self) -> str:
        return f"Immersion chez {self.immersion.employeur.denomination}"

    def get_intro(self) -> str:
        return f"{self.personne}, {self.immersion}."

    def get_context(self) -> dict[str, Any]:
        immersion, user, on = self.immersion, self.actor, timezone.localdate()
        ours = bool(granted(user, Permission.PRESCRIBE)) and own_immersions(user).filter(pk=immersion.pk).exists()
        own = ours and not immersion.reprise
        bilan = getattr(immersion, "bilan", None)
        accepted = immersion.etat == EtatImmersion.ACCEPTEE
        prescribes = own and user.membre is not None and user.membre.organisation_id == immersion.prescripteur_id
        args = [self.personne.public_id, immersion.public_id]
        conditions = {
            "immersion_decider": prescribes and immersion.etat == EtatImmersion.EN_EXAMEN,
            "immersion_bilan": own and accepted and immersion.debut <= on,
            "immersion_modifier": own and immersion.etat in EN_PREPARATION,
            "immersion_relancer": own and (immersion.etat in EN_PREPARATION or (accepted and bilan is not None)),
            "immersion_annuler": own and bilan is None and immersion.etat in {*EN_PREPARATION, EtatImmersion.ACCEPTEE},
        }
        renewable = ours and accepted and immersion.precedente_id is None and not hasattr(immersion, "renouvellement")
        return {
            **super().get_context(),
            "personne": self.personne,
            "convention": describe_convention(immersion),
            "signatures": list_signatures(immersion, Document.CONVENTION, user),
            "signatures_bilan": list_signatures(immersion, Document.BILAN, user),
            "bilan": describe_bilan(immersion) if bilan else None,
            "acts": {
                name: reverse(f"entreprises:{name}", args=args) for name, offered in conditions.items() if offered
            },
            "renouveler": f"{reverse('entreprises:immersion_proposer', args=args[:1])}?renouvelle={immersion.public_id}"
            if renewable
            else "",
            "restent": remaining_days(self.personne, immersion.employeur, on),
            "attend_prescripteur": immersion.etat == EtatImmersion.EN_EXAMEN and not prescribes,
        }


class Modifier(OfOwnImmersion, ConventionAct):
    """Change a convention: what was signed is signed again."""

    title = "Modifier la convention"
    intro = "Toute modification efface les signatures déjà données\u202f: chacun reçoit un nouveau lien."
    success_message = "La convention est modifiée. Chacun a reçu un nouveau lien pour signer."

    @property
    def precedente(self) -> Immersion | None:
        return self.immersion.precedente

    @property
    def changed(self) -> Immersion | None:
        return self.immersion

    def check(self) -> None:
        CONVENTION.target("modifier", self.immersion.etat)

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.immersion)

    def perform(self, form: ImmersionForm) -> str:
        on, values = timezone.localdate(), form.cleaned_data
        edit_immersion(
            immersion=self.immersion,
            employeur=get_host(**form.hote, actor=self.actor, on=on),
            rome=values["rome"],
            prescripteur=values["prescripteur"],
            fiche=form.fiche,
            contrat=values["contrat"],
            actor=self.actor,
            on=on,
        )
        return self.page_url


class Decider(OfOwnImmersion, ActScreen):
    """Validate or refuse a convention that everyone signed."""

    title = "Valider ou refuser la convention"
    template_name = "entreprises/immersions/acte.html"
    form_class = DecisionForm
    submit_label = "Enregistrer la décision"
    success_message = "La décision est enregistrée."

    def check(self) -> None:
        CONVENTION.target("valider", self.immersion.etat)

    def get_context(self) -> dict[str, Any]:
        return {"convention": describe_convention(self.immersion)}

    def perform(self, form: DecisionForm) -> str:
        accord = form.cleaned_data["accord"] == "oui"
        motif = form.cleaned_data["motif"]
        decide_immersion(
            immersion=self.immersion, accord=accord, motif=motif, actor=self.actor, on=timezone.localdate()
        )
        return self.page_url


class Annuler(OfOwnImmersion, ActScreen):
    """Cancel."""

    title = "Annuler l’immersion"
    intro = "L’annulation est définitive. Les jours prévus sont rendus à la personne."
    form_class = MotifForm
    submit_label = "Annuler l’immersion"
    success_message = "L’immersion est annulée."

    def check(self) -> None:
        CONVENTION.target("annuler", self.immersion.etat)

    def perform(self, form: MotifForm) -> str:
        motif = form.cleaned_data["motif"]
        cancel_immersion(immersion=self.immersion, motif=motif, actor=self.actor, on=timezone.localdate())
        return self.page_url


class Relancer(OfOwnImmersion, ActScreen):
    """Send their link again to those who have not signed."""

    title = "Relancer les signataires"
    intro = "Ceux qui n’ont pas signé et dont l’adresse est connue reçoivent de nouveau leur lien."
    submit_label = "Relancer"
    success_message = "Les signataires sont relancés."

    def perform(self, form: Any) -> str:
        remind(immersion=self.immersion, actor=self.actor)
        return self.page_url


class Bilan(OfOwnImmersion, ActScreen):
    """Assess."""

    title = "Bilan de l’immersion"
    intro = "La personne et son tuteur le signent ensuite, sauf en cas d’absence."
    form_class = BilanForm
    success_message = "Le bilan est enregistré."

    def check(self) -> None:
        if self.immersion.etat != EtatImmersion.ACCEPTEE:
            raise Refused(Refusal("pas_validee", "Seule une immersion validée a un bilan."))
        if self.immersion.debut > timezone.localdate():
            raise Refused(Refusal("pas_commencee", f"L’immersion commence le {jour(self.immersion.debut)}."))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": initial_bilan(self.immersion)}

    def perform(self, form: BilanForm) -> str:
        write_bilan(immersion=self.immersion, fiche=form.fiche, actor=self.actor, on=timezone.localdate())
        return self.page_url
