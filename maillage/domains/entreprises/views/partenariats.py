"""Companies: the directory, one of them, what is done with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.entreprises.forms.champs import JOUR, HoteForm
from maillage.domains.entreprises.forms.partenariats import (
    ActionForm,
    AnnuaireFilter,
    BesoinForm,
    ContactForm,
    ConventionForm,
    EmbaucheForm,
    PartenariatsFilter,
)
from maillage.domains.entreprises.permissions import Permission
from maillage.domains.entreprises.queries.immersions import visible_immersions
from maillage.domains.entreprises.queries.partenariats import (
    find_partenariat,
    followable,
    list_annuaire,
    list_partenariats,
    next_steps,
    own_actions,
    own_besoins,
    own_contacts,
    own_partenariats,
)
from maillage.domains.entreprises.services.hotes import get_host
from maillage.domains.entreprises.services.partenariats import (
    add_besoin,
    add_contact,
    close_besoin,
    finish_step,
    follow_company,
    follow_hire,
    record_action,
    remove_contact,
    set_convention,
)
from maillage.domains.entreprises.views.base import EntreprisesScreen
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet

    from maillage.domains.entreprises.models import (
        ActionMediation,
        BesoinEntreprise,
        Contact,
        Partenariat,
    )
    from maillage.domains.parcours.models import Sortie
    from maillage.references.economie.models import Employeur

PARTENAIRES = ("Entreprises partenaires", "entreprises:partenariats")


def company_url(employeur: Employeur) -> str:
    """Return the page of an establishment."""
    return reverse("entreprises:entreprise", args=[employeur.siret])


class PartenariatList(EntreprisesScreen, ListScreen):
    """The companies that one's organisation works with."""

    permission = Permission.MEDIATE
    title = "Entreprises partenaires"
    intro = (
        "Les entreprises que votre organisation suit\u202f: leurs besoins, ce qui est à faire, qui elles embauchent."
    )
    template_name = "entreprises/partenariats/liste.html"
    filter_form = PartenariatsFilter
    columns = (
        Column(
            "entreprise",
            "Entreprise",
            "employeur.denomination",
            sort="employeur__denomination",
            link=lambda row: company_url(row.employeur),
        ),
        Column("commune", "Commune", "employeur.commune.nom", sort="employeur__commune__nom"),
        Column("depuis", "Depuis", "depuis", sort="depuis"),
        Column(
            "convention", "Convention jusqu’au", lambda row: row.convention_fin - JOUR if row.convention_fin else "—"
        ),
        Column(
            "besoins", "Besoins ouverts", lambda row: row.besoins_ouverts or 0, sort="besoins_ouverts", numeric=True
        ),
        Column("suite", "Prochaine suite", lambda row: row.suite or "—", sort="suite"),
        Column("embauches", "Embauches suivies", lambda row: row.embauchees or 0, sort="embauchees", numeric=True),
    )
    default_sort = "entreprise"
    export_name = "entreprises-partenaires"
    noun = ("entreprise", "entreprises")
    empty_title = "Votre organisation ne suit encore aucune entreprise"
    empty_text = "Choisissez-en dans l’annuaire, ou ajoutez-en une par son SIRET."
    empty_url = "/entreprises/annuaire/"
    empty_label = "Ouvrir l’annuaire"

    def get_queryset(self) -> QuerySet[Partenariat]:
        return list_partenariats(self.actor)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "suites": next_steps(self.actor)[:8], "on": self.today}


class Annuaire(EntreprisesScreen, ListScreen):
    """Every establishment that employs, and those one's organisation works with."""

    permission = Permission.MEDIATE
    title = "Annuaire des entreprises"
    intro = "Les établissements qui emploient. Ouvrez-en un pour le suivre."
    template_name = "entreprises/partenariats/annuaire.html"
    filter_form = AnnuaireFilter
    columns = (
        Column("denomination", "Établissement", "denomination", sort="denomination", link=company_url),
        Column("commune", "Commune", "commune.nom", sort="commune__nom"),
        Column("departement", "Département", "commune.departement", sort="commune__departement"),
        Column("naf", "NAF", "naf", sort="naf"),
        Column("tranche", "Effectif", "get_tranche_display", sort="tranche"),
        Column("intentions", "Recrutements annoncés", "intentions", sort="intentions", numeric=True),
        Column("suivie", "Suivie", lambda row: "oui" if row.suivie else "non", sort="suivie"),
    )
    default_sort = "-intentions"
    export_name = "annuaire-entreprises"
    noun = ("établissement", "établissements")
    empty_title = "Aucune entreprise"
    empty_text = "Élargissez la recherche, ou ajoutez l’entreprise par son SIRET."
    empty_url = "/entreprises/annuaire/ajouter/"
    empty_label = "Ajouter une entreprise"

    def get_queryset(self) -> QuerySet[Employeur]:
        return list_annuaire(self.actor)


class Ajouter(EntreprisesScreen, ActScreen):
    """Follow an establishment that the directory does not hold yet."""

    permission = Permission.MEDIATE
    title = "Ajouter une entreprise"
    intro = "Par son SIRET. Une personne qui travaille sous son propre nom n’est pas une entreprise de l’annuaire."
    parents = (PARTENAIRES,)
    form_class = HoteForm
    submit_label = "Suivre cette entreprise"
    success_message = "L’entreprise est suivie par votre organisation."

    def perform(self, form: HoteForm) -> str:
        employeur = get_host(**form.hote, actor=self.actor, on=self.today)
        follow_company(employeur=employeur, actor=self.actor, on=self.today)
        return company_url(employeur)


class OfEntreprise(PersonnesScreen):
    """A screen about one establishment: they are public, what is kept of them is one's own organisation's."""

    permission = Permission.MEDIATE
    portee = "tous les employeurs"

    @cached_property
    def employeur(self) -> Employeur:
        """The establishment of the address."""
        found = list_annuaire(self.actor).filter(siret=self.kwargs["siret"]).first()
        if found is None:
            raise Http404("Cet établissement n’est pas dans l’annuaire.")
        return found

    @cached_property
    def partenariat(self) -> Partenariat | None:
        """The partnership of one's organisation with it."""
        return find_partenariat(self.actor, self.employeur)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(PARTENAIRES[0], reverse(PARTENAIRES[1])), (str(self.employeur), company_url(self.employeur))]


class EntrepriseDetail(OfEntreprise, DetailScreen):
    """A company: contacts, needs, convention, actions, hires, immersions."""

    template_name = "entreprises/partenariats/entreprise.html"

    def get_object(self) -> Employeur:
        return self.employeur

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(PARTENAIRES[0], reverse(PARTENAIRES[1]))]

    @cached_property
    def immersions(self) -> list[Any]:
        """The immersions with this company of the persons whose file is open."""
        rows = visible_immersions(self.actor).filter(employeur=self.employeur)
        return list(rows.select_related("personne", "rome").order_by("-debut")[:20])

    def readings(self) -> Iterable[Model]:
        named = {row.personne.pk: row.personne for row in self.immersions}
        return list(named.values())

    def get_intro(self) -> str:
        where = self.employeur.commune
        return f"{where.nom} ({where.departement}), SIRET {self.employeur.siret}."

    def get_context(self) -> dict[str, Any]:
        link, employeur = self.partenariat, self.employeur
        return {
            **super().get_context(),
            "faits": (
                ("Effectif", employeur.get_tranche_display() if employeur.tranche else None),
                ("Code NAF", employeur.naf),
                ("Recrutements annoncés", employeur.intentions),
                ("Source", employeur.source),
            ),
            "partenariat": link,
            "convention_fin": link.convention_fin - JOUR if link and link.convention_fin else None,
            "contacts": own_contacts(self.actor).filter(partenariat=link).order_by("nom") if link else [],
            "besoins": own_besoins(self.actor).filter(partenariat=link).order_by("clos_le", "pour_le") if link else [],
            "actions": own_actions(self.actor).filter(partenariat=link).order_by("-faite_le", "-pk") if link else [],
            "embauches": link.embauches.select_related("sortie__contrat", "rome").order_by("-pk") if link else [],
            "immersions": self.immersions,
            "may_hire": followable(self.actor).exists(),
        }


class Suivre(OfEntreprise, ActScreen):
    """Begin to work with an establishment."""

    title = "Suivre cette entreprise"
    intro = "Votre organisation pourra noter ses contacts, ses besoins et ce qu’elle fait avec elle."
    submit_label = "Suivre"
    success_message = "L’entreprise est suivie par votre organisation."

    def perform(self, form: Any) -> str:
        follow_company(employeur=self.employeur, actor=self.actor, on=timezone.localdate())
        return company_url(self.employeur)


class PartenariatAct(EntreprisesScreen, ActScreen):
    """An act on a partnership of one's organisation."""

    permission = Permission.MEDIATE
    portee = "les partenariats de son organisation"

    @cached_property
    def partenariat(self) -> Partenariat:
        """The partnership of the address."""
        found = own_partenariats(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce partenariat est celui d’une autre organisation.")
        return found

    @property
    def page_url(self) -> str:
        return company_url(self.partenariat.employeur)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(PARTENAIRES[0], reverse(PARTENAIRES[1])), (str(self.partenariat.employeur), self.page_url)]


class Convention(PartenariatAct):
    """Write the convention of partnership."""

    title = "Convention de partenariat"
    intro = "Tout vider retire la convention."
    form_class = ConventionForm
    success_message = "La convention est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        link = self.partenariat
        fin = link.convention_fin - JOUR if link.convention_fin else None
        return {"initial": {"debut": link.convention_debut, "fin": fin, "engagements": link.engagements}}

    def perform(self, form: ConventionForm) -> str:
        set_convention(partenariat=self.partenariat, **form.cleaned_data, actor=self.actor)
        return self.page_url


class ContactAdd(PartenariatAct):
    """Add a contact."""

    title = "Ajouter un contact"
    intro = "Des données professionnelles seulement\u202f: la personne peut demander à les voir ou à les effacer."
    form_class = ContactForm
    success_message = "Le contact est ajouté."

    def perform(self, form: ContactForm) -> str:
        add_contact(partenariat=self.partenariat, **form.cleaned_data, actor=self.actor)
        return self.page_url


class BesoinAdd(PartenariatAct):
    """Add a need."""

    title = "Noter un besoin"
    form_class = BesoinForm
    success_message = "Le besoin est noté."

    def perform(self, form: BesoinForm) -> str:
        add_besoin(partenariat=self.partenariat, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class ActionAdd(PartenariatAct):
    """Write what was done, what comes next."""

    title = "Noter une action"
    form_class = ActionForm
    success_message = "L’action est notée."

    def perform(self, form: ActionForm) -> str:
        record_action(partenariat=self.partenariat, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class EmbaucheAdd(PersonnesScreen, PartenariatAct):
    """Say whom the company hired, among those who left the SIAE for a job."""

    title = "Suivre une embauche"
    intro = "Parmi les personnes sorties de votre SIAE vers un emploi et dont le dossier vous est ouvert."
    form_class = EmbaucheForm
    success_message = "L’embauche est suivie."

    @cached_property
    def sorties(self) -> list[Sortie]:
        """The exits that no hire tells yet."""
        return list(followable(self.actor)[:200])

    def readings(self) -> Iterable[Model]:
        return [each.contrat.personne for each in self.sorties]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"sorties": self.sorties}

    def perform(self, form: EmbaucheForm) -> str:
        follow_hire(partenariat=self.partenariat, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class ContactRemove(PartenariatAct):
    """Erase a contact."""

    portee = "les contacts de son organisation"
    title = "Effacer le contact"
    submit_label = "Effacer"
    success_message = "Le contact est effacé."

    @cached_property
    def contact(self) -> Contact:
        """The contact of the address."""
        found = own_contacts(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce contact est celui d’une autre organisation.")
        return found

    @cached_property
    def partenariat(self) -> Partenariat:
        return self.contact.partenariat

    def get_intro(self) -> str:
        return f"{self.contact}, {self.contact.fonction}. Il ne pourra pas être retrouvé."

    def perform(self, form: Any) -> str:
        remove_contact(contact=self.contact, actor=self.actor)
        return self.page_url


class BesoinClose(PartenariatAct):
    """Close a need."""

    portee = "les besoins notés par son organisation"
    title = "Clore le besoin"
    submit_label = "Clore"
    success_message = "Le besoin est clos."

    @cached_property
    def besoin(self) -> BesoinEntreprise:
        """The need of the address."""
        found = own_besoins(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Ce besoin est noté par une autre organisation.")
        return found

    @cached_property
    def partenariat(self) -> Partenariat:
        return self.besoin.partenariat

    def get_intro(self) -> str:
        return f"{self.besoin}. Pourvu ou abandonné\u202f: il ne paraît plus parmi les besoins ouverts."

    def perform(self, form: Any) -> str:
        close_besoin(besoin=self.besoin, actor=self.actor, on=self.today)
        return self.page_url


class StepFinish(PartenariatAct):
    """Say that what was to follow is done."""

    portee = "les actions de son organisation"
    title = "Suite faite"
    submit_label = "C’est fait"
    success_message = "C’est noté."

    @cached_property
    def action(self) -> ActionMediation:
        """The action of the address."""
        found = own_actions(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404("Cette action est celle d’une autre organisation.")
        return found

    @cached_property
    def partenariat(self) -> Partenariat:
        return self.action.partenariat

    def get_intro(self) -> str:
        return self.action.suite

    def perform(self, form: Any) -> str:
        finish_step(action=self.action, actor=self.actor, on=self.today)
        return self.page_url
