"""Contracts: employ, the page of one, renew, change, end, take back; the lists of one's SIAE."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from maillage.domains.parcours.enums.embauche import ControleEtat, Derogation
from maillage.domains.parcours.forms.contrats import (
    AvenantForm,
    ContratsFilter,
    EmbaucheForm,
    RenouvellementForm,
    RetraitForm,
    SansSuiteFilter,
    SortieForm,
)
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.contrats import (
    alert_days,
    contrats_of,
    get_compteur,
    get_limites,
    get_titre,
    list_contrats,
    own_siae,
    verify_contrat,
)
from maillage.domains.parcours.queries.eligibilite import read_ouvertures
from maillage.domains.parcours.queries.embauche import employed_by, prefill
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.suites import a_preparer
from maillage.domains.parcours.queries.titres import remaining_days
from maillage.domains.parcours.queries.volets_contrats import contrat_url, draw_contrats
from maillage.domains.parcours.rules.contrats import age_revolu, etat_contrat, possibles, refusals
from maillage.domains.parcours.services.contrats import (
    cancel_contrat,
    change_contrat,
    end_contrat,
    fiche_suite,
    hire,
    renew_contrat,
)
from maillage.foundations.kernel.permissions import ALLOWED, Decision, granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.templatetags.ui import de, jour
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.domains.parcours.models import Contrat
    from maillage.domains.parcours.rules.contrats import Controle
    from maillage.references.structures.models import Siae

JOUR = timedelta(days=1)


class Embaucher(OfPersonne, ActScreen):
    """Employ a person: what remains of their right and every rule are told before the click."""

    permission = Permission.HIRE
    title = "Embaucher"
    template_name = "parcours/contrats/embaucher.html"
    form_class = EmbaucheForm
    submit_label = "Enregistrer l’embauche"
    success_message = "L’embauche est enregistrée."
    controles: Sequence[Controle] = ()

    def get_intro(self) -> str:
        return f"{self.personne}. Vérifiez les règles autant de fois qu’il le faut\u202f: rien n’est enregistré avant."

    @cached_property
    def siae(self) -> list[Siae]:
        """The SIAE in whose name this person may employ."""
        return list(own_siae(self.actor))

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "") for name in ("candidature", "poste")}
        return {
            "siae": self.siae,
            "on": (on := timezone.localdate()),
            "membre": (membre := self.actor.membre),
            "suivie": membre is None or employed_by(membre, self.personne, on),
            "initial": prefill(self.personne, self.siae, **asked),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the rules beside the form; only the second button acts."""
        form: Any = self.get_form()
        if form.is_valid():
            on = timezone.localdate()
            self.controles = verify_contrat(self.personne, form.employeur, form.fiche, on=on)
            if "verifier" in request.POST:
                return self.ask(form)
        return super().post(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        on = timezone.localdate()
        titre, born = get_titre(self.personne, on), self.personne.date_naissance
        limites = get_limites(on)
        told = {} if titre else read_ouvertures(self.personne, self.siae, on)
        return {
            "personne": self.personne,
            "siae": self.siae,
            "titre": titre,
            "ouvertures": [] if titre else [(each, told[each.pk]) for each in self.siae],
            "titre_fin": titre.fin - JOUR if titre else None,
            "titre_jours": remaining_days(titre, on) if titre else None,
            "age": age_revolu(born, on) if born else None,
            "possibles": [(each, possibles(each.type_siae, limites, on)) for each in self.siae],
            "compteur": get_compteur(self.personne, on),
            "controles": controls_rows(self.controles),
            "refuse": bool(refusals(self.controles)),
        }

    def perform(self, form: EmbaucheForm) -> str:
        contrat = hire(
            personne=self.personne,
            siae=form.employeur,
            fiche=form.fiche,
            actor=self.actor,
            on=timezone.localdate(),
            referent=form.charge,
        )
        return contrat_url(contrat)


class OfContrat(OfPersonne):
    """A screen about one contract of a person whose file is open."""

    portee = "les contrats des personnes dont le dossier lui est ouvert"

    @cached_property
    def contrat(self) -> Contrat:
        """The contract of the address, among those of the person."""
        found = contrats_of(self.personne).filter(public_id=self.kwargs["contrat"]).first()
        if found is None or not self.reach(found):
            raise Http404("Ce contrat n’existe pas, ou n’est pas d’une de vos SIAE.")
        return found

    def reach(self, contrat: Contrat) -> bool:
        """Tell whether the screen opens this contract."""
        return True

    def is_own(self, contrat: Contrat) -> bool:
        """Tell whether one acts for the SIAE of a contract."""
        membre = self.actor.membre
        return bool(membre and membre.organisation_id == contrat.siae.organisation_id)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), (capfirst(str(self.contrat)), contrat_url(self.contrat, self.personne))]


class ContratDetail(OfContrat, DetailScreen):
    """What a contract says, the hours month by month, what follows."""

    permission = Permission.VIEW
    template_name = "parcours/contrats/contrat.html"

    def get_object(self) -> Contrat:
        return self.contrat

    def get_title(self) -> str:
        return f"{capfirst(self.contrat.get_type_display())} {de(self.personne)}"

    def get_intro(self) -> str:
        return str(self.contrat.siae)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    def get_context(self) -> dict[str, Any]:
        on, contrat = timezone.localdate(), self.contrat
        end = contrat.fin or contrat.fin_prevue
        rows = list(contrats_of(self.personne).filter(siae=contrat.siae_id))
        suite = next((each for each in reversed(rows) if each.debut > contrat.debut), None)
        own = self.is_own(contrat) and bool(granted(self.actor, Permission.HIRE))
        etats = list(contrat.etats_mensuels.order_by("-mois"))
        return {
            **super().get_context(),
            "personne": self.personne,
            "definitions": self.definitions(contrat, end, on),
            "etats": [(each.mois, each.heures, each.heures_payees) for each in etats],
            "total": sum(each.heures or 0 for each in etats) if etats else None,
            "drawing": draw_contrats(self.personne, rows, on),
            "precedent": contrat_url(contrat.precedent, self.personne) if contrat.precedent else "",
            "suite": contrat_url(suite, self.personne) if suite else "",
            "compteur": get_compteur(self.personne, on) if contrat.siae.type_siae == "AI" else None,
            "actes": self.acts(contrat, suite) if own else (),
            "heures_url": f"{reverse('parcours:heures_mois', args=[contrat.siae_id])}" if own else "",
        }

    def definitions(self, contrat: Contrat, end: date | None, on: date) -> Sequence[tuple[str, Any]]:
        """Return what the contract says, label by label."""
        user = getattr(contrat, "mise_a_disposition", None)
        sortie = getattr(contrat, "sortie", None)
        titre = contrat.titre
        return (
            ("État", etat_contrat(contrat.debut, end, on).label),
            ("Premier jour", jour(contrat.debut)),
            ("Dernier jour prévu", jour(contrat.fin_prevue - JOUR) if contrat.fin_prevue else "sans fin prévue"),
            *([("Dernier jour", jour(contrat.fin - JOUR))] if contrat.fin else []),
            ("Heures par semaine", contrat.heures_semaine),
            ("Métier", f"{contrat.rome.code} {contrat.rome}" if contrat.rome else None),
            *([("Pour", f"{user} ({user.get_nature_display()})")] if user else []),
            *([("Dérogation", derogation_label(contrat.derogation))] if contrat.derogation else []),
            ("Titre", f"{titre}, jusqu’au {jour(titre.fin - JOUR)}" if titre else None),
            *([("Sortie", sortie.get_motif_display())] if sortie else []),
            *([("Référence ASP", contrat.reference)] if contrat.reference else []),
        )

    def acts(self, contrat: Contrat, suite: Contrat | None) -> list[tuple[str, str, Decision]]:
        """Return the acts with their address, and why one is not possible now: none of these once the person left."""
        sorti = hasattr(contrat, "sortie")
        followed = Decision(False, "Un autre contrat suit celui-ci.") if suite else ALLOWED
        ended = Decision(False, "La sortie est enregistrée.") if sorti else ALLOWED
        renewable = ALLOWED if contrat.fin_prevue else Decision(False, "Un CDI ne se renouvelle pas.")
        args = [self.personne.public_id, contrat.public_id]
        found = [
            (label, reverse(f"parcours:contrat_{name}", args=args), next((d for d in decisions if not d), ALLOWED))
            for label, name, decisions in (
                ("Renouveler", "renouveler", (followed, ended, renewable)),
                ("Modifier les heures", "modifier", (ended,)),
                ("Corriger le motif de sortie" if sorti else "Mettre fin au contrat", "terminer", (followed,)),
                ("Retirer", "retirer", (followed, ended)),
            )
        ]
        return [act for act in found if act[2]] if sorti else found


class ContratAct(OfContrat, ActScreen):
    """An act on a contract of one's own SIAE."""

    permission = Permission.HIRE
    portee = "les contrats de sa SIAE"
    template_name = "parcours/contrats/acte.html"

    def reach(self, contrat: Contrat) -> bool:
        return self.is_own(contrat)

    def get_context(self) -> dict[str, Any]:
        end = self.contrat.fin or self.contrat.fin_prevue
        return {"personne": self.personne, "contrat": self.contrat, "dernier_jour": end - JOUR if end else None}

    @property
    def page_url(self) -> str:
        """The page of the contract, where its acts lead back."""
        return contrat_url(self.contrat, self.personne)


class Renouveler(ContratAct):
    """Go on with a contract; the rules are told before the click."""

    title = "Renouveler le contrat"
    template_name = "parcours/contrats/renouveler.html"
    form_class = RenouvellementForm
    submit_label = "Renouveler"
    success_message = "Le renouvellement est enregistré."
    controles: Sequence[Controle] = ()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"contrat": self.contrat}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if form.is_valid() and self.contrat.fin_prevue:
            fiche = fiche_suite(self.contrat, **self.typed(form))
            siae, on = self.contrat.siae, timezone.localdate()
            self.controles = verify_contrat(self.personne, siae, fiche, on=on, renews=self.contrat)
            if "verifier" in request.POST:
                return self.ask(form)
        return super().post(request, *args, **kwargs)

    def typed(self, form: Any) -> dict[str, Any]:
        """Return what was typed, as the rules and the act want it."""
        data = form.cleaned_data
        return {
            "fin_prevue": data["fin_prevue"],
            "heures_semaine": data["heures_semaine"],
            "derogations": tuple(data.get("derogations", ())),
        }

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "controles": controls_rows(self.controles),
            "refuse": bool(refusals(self.controles)),
        }

    def perform(self, form: RenouvellementForm) -> str:
        suite = renew_contrat(contrat=self.contrat, **self.typed(form), actor=self.actor, on=timezone.localdate())
        return contrat_url(suite, self.personne)


class Modifier(ContratAct):
    """Write an amendment."""

    title = "Modifier les heures ou le métier"
    intro = "Un avenant\u202f: ce que le contrat disait avant reste dans son historique."
    form_class = AvenantForm
    success_message = "L’avenant est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        contrat = self.contrat
        initial = {
            "heures_semaine": contrat.heures_semaine,
            "rome": contrat.rome.code if contrat.rome else "",
            "derogations": contrat.derogation.split(","),
        }
        return {"contrat": contrat, "initial": initial}

    def perform(self, form: AvenantForm) -> str:
        data = form.cleaned_data
        change_contrat(
            contrat=self.contrat,
            heures_semaine=data["heures_semaine"],
            rome=data["rome"],
            derogations=tuple(data.get("derogations", ())),
            actor=self.actor,
            on=timezone.localdate(),
        )
        return self.page_url


class Terminer(ContratAct):
    """Say that the person leaves, and why; again, correct the motive."""

    title = "Mettre fin au contrat"
    intro = "La personne quitte la SIAE. Votre suivi s’arrête ce jour-là\u202f; son dossier vous reste ouvert un temps."
    form_class = SortieForm
    submit_label = "Enregistrer la sortie"
    success_message = "La sortie est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        end, sortie = self.contrat.fin or self.contrat.fin_prevue, getattr(self.contrat, "sortie", None)
        return {"initial": {"fin": end - JOUR if end else None, "motif": sortie.motif if sortie else ""}}

    def perform(self, form: SortieForm) -> str:
        end_contrat(
            contrat=self.contrat,
            fin=form.cleaned_data["fin"],
            motif=form.cleaned_data["motif"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        return self.page_url


class Retirer(ContratAct):
    """Take back a contract recorded by mistake."""

    title = "Retirer le contrat"
    intro = "Pour un contrat enregistré par erreur. Une personne qui part, elle, a une sortie."
    form_class = RetraitForm
    submit_label = "Retirer le contrat"
    success_message = "Le contrat est retiré."

    def perform(self, form: RetraitForm) -> str:
        cancel_contrat(
            contrat=self.contrat, motif=form.cleaned_data["motif"], actor=self.actor, on=timezone.localdate()
        )
        return self.sheet_url


def _state(row: Any) -> str:
    state = etat_contrat(row.debut, row.echeance, timezone.localdate()).label
    sortie = getattr(row, "sortie", None)
    return f"{state}\u202f: {sortie.get_motif_display()}" if sortie else str(state)


def _last(row: Any) -> Any:
    return row.echeance - JOUR if row.echeance else "sans fin"


def _right(row: Any) -> date | None:
    return row.titre.fin - JOUR if row.titre else None


def _suites_url(row: Any) -> str:
    return reverse("parcours:suites", args=[row.personne.public_id])


SALARIE = Column(
    "salarie",
    "Salarié",
    "personne",
    sort="personne__nom_recherche",
    link=lambda row: reverse("personnes:detail", args=[row.personne.public_id]),
)
CONTRAT = Column("contrat", "Contrat", "get_type_display", sort="type", link=contrat_url)
DEBUT = Column("debut", "Premier jour", "debut", sort="debut")
FIN = Column("fin", "Dernier jour", _last, sort="echeance")
TITRE = Column("titre", "Titre jusqu’au", _right, sort="titre__fin")


class Contrats(PersonnesScreen, ListScreen):
    """The contracts of one's SIAE: running, ending soon, ended."""

    permission = Permission.HIRE
    title = "Contrats"
    intro = "Les salariés en parcours de vos SIAE, contrat par contrat."
    template_name = "parcours/contrats/contrats.html"
    columns: ClassVar[tuple[Column, ...]] = (
        SALARIE,
        CONTRAT,
        Column("siae", "SIAE", "siae.nom", sort="siae__nom"),
        DEBUT,
        FIN,
        Column("heures", "Heures", "heures_semaine", sort="heures_semaine", numeric=True, unit="par semaine"),
        TITRE,
        Column("etat", "État", _state),
    )
    filter_class: ClassVar[type[ContratsFilter]] = ContratsFilter
    default_sort = "-debut"
    export_name = "contrats"
    noun = ("contrat", "contrats")
    empty_title = "Aucun contrat n’est enregistré"
    empty_text = "Ouvrez le dossier d’une personne que votre SIAE suit, puis «\u202fEmbaucher\u202f»."

    @cached_property
    def siae(self) -> list[Siae]:
        """The SIAE of one's organisation."""
        return list(own_siae(self.actor))

    @cached_property
    def form(self) -> ContratsFilter:
        """The filters, bound to the address and to one's SIAE."""
        return self.filter_class(self.request.GET, siae=self.siae, on=timezone.localdate())

    def get_queryset(self) -> QuerySet[Contrat]:
        return list_contrats(self.actor)

    def named(self, row: Any) -> Model:
        person: Model = row.personne
        return person

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "sans_suite": isinstance(self, SansSuite)}


class SansSuite(Contrats):
    """The contracts that end soon, or whose person's right does, and that nothing follows yet."""

    title = "Suites à préparer"
    columns = (
        SALARIE,
        CONTRAT,
        Column("siae", "SIAE", "siae.nom", sort="siae__nom"),
        FIN,
        Column("reste", "Jours restants", lambda row: (row.echeance - timezone.localdate()).days, numeric=True),
        TITRE,
        Column("proposees", "Candidatures en cours", "proposees", sort="proposees", numeric=True),
        Column("ailleurs", "Ailleurs", lambda row: "Chercher une suite", link=_suites_url),
        Column("suite", "Ici", lambda row: "Renouveler ou dire la sortie", link=contrat_url),
    )
    filter_class = SansSuiteFilter
    default_sort = "fin"
    export_name = "contrats-sans-suite"
    empty_title = "Tous les contrats qui finissent ont une suite"
    empty_text = "Un contrat paraît ici quand il approche de sa fin, sans renouvellement ni sortie."

    def get_intro(self) -> str:
        on = timezone.localdate()
        return (
            f"Contrats finis, ou qui finissent dans les {alert_days(on)} jours, ou dont le titre finit dans les "
            f"{number('alerte_fin_titre_jours', on)} jours, sans renouvellement, nouveau contrat ni sortie."
        )

    def get_queryset(self) -> QuerySet[Contrat]:
        on = timezone.localdate()
        return a_preparer(list_contrats(self.actor), on)


def controls_rows(controls: Sequence[Controle]) -> list[tuple[Controle, str]]:
    """Return each rule with the kind of its badge."""
    kinds = {ControleEtat.TENUE: "success", ControleEtat.ALERTE: "warning", ControleEtat.REFUS: "error"}
    return [(each, kinds[each.etat]) for each in controls]


def derogation_label(codes: str) -> str:
    """Write the departures of a contract; what an import wrote otherwise stays as it is."""
    labels = dict(Derogation.choices)
    return ", ".join(str(labels.get(code, code)) for code in codes.split(","))
