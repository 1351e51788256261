"""The portfolio of a person: the team whose skills one sees, the page, the acts on each competence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.forms.competences import CompetenceForm, EquipeFilter, ObserverForm, PreuveForm
from maillage.domains.parcours.models import Competence
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.competences import (
    by_group,
    ligne,
    list_equipe,
    missing_blocs,
    observables,
    own_contrats_of,
    portefeuille,
    skilled,
)
from maillage.domains.parcours.queries.valorisation import attestations_of
from maillage.domains.parcours.rules.competences import COMPETENCE, VIVANTES
from maillage.domains.parcours.services.competences import (
    declare_competence,
    join_preuve,
    move_competence,
    remove_preuve,
)
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, Export, ExportScreen, ListScreen
from maillage.references.personnes.permissions import Permission as PersonnesPermission
from maillage.references.personnes.views.base import PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django import forms
    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.queries.competences import LigneCompetence
    from maillage.references.personnes.models import Personne

EQUIPE = ("Compétences des salariés", "parcours:competences_equipe")


def portefeuille_url(personne: Personne) -> str:
    """Return the page of a portfolio."""
    return reverse("parcours:competences", args=[personne.public_id])


class Equipe(PersonnesScreen, ListScreen):
    """The employees of one's SIAE, and what is to be observed and attested: where an encadrant begins."""

    permission = Permission.OBSERVE
    title = "Compétences des salariés"
    columns = (
        Column("nom", "Personne", lambda row: f"{row.nom} {row.prenom}", sort="nom_recherche", link=portefeuille_url),
        Column("metier", "Métier", "metier", sort="metier"),
        Column("a_faire", "À observer ou attester", "a_faire", sort="a_faire", numeric=True),
        Column("declarees", "Dites", "declarees", sort="declarees", numeric=True),
        Column("observees", "Observées", "observees", sort="observees", numeric=True),
        Column("attestees", "Attestées", "attestees", sort="attestees", numeric=True),
        Column(
            "depart",
            "Attestation de compétences",
            lambda row: "délivrée" if row.remise else "à délivrer" if row.depart else "—",
            sort="depart",
        ),
    )
    default_sort = "-a_faire"
    export_name = "competences"
    filter_form = EquipeFilter
    noun = ("salarié", "salariés")
    empty_title = "Aucun salarié ne répond à ces critères"
    empty_text = "Les salariés paraissent ici dès leur contrat enregistré."

    def get_intro(self) -> str:
        return (
            "Ce que savent faire les salariés de votre SIAE\u202f: ouvrez un nom pour observer ou attester. Chaque nom "
            "affiché est inscrit au journal des lectures."
        )

    def get_queryset(self) -> QuerySet[Any]:
        return list_equipe(self.actor, timezone.localdate())

    def named(self, row: Any) -> Model:
        person: Model = row
        return person


class OfPortefeuille(PersonnesScreen):
    """A screen about the skills of one person; an encadrant technique opens it without the rest of the file."""

    permission: ClassVar[str] = Permission.VIEW_SKILLS
    portee = "les compétences des personnes que son organisation suit ou emploie"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def personne(self) -> Personne:
        """The person of the address, among those whose portfolio one may read."""
        found = skilled(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if found is None or not self.reach(found):
            raise Http404("Ce portefeuille n’existe pas, ou ne vous est pas ouvert.")
        return found

    def reach(self, personne: Personne) -> bool:
        """Tell whether the screen opens the skills of this person."""
        return True

    @cached_property
    def writes(self) -> bool:
        """Whether one may write this portfolio."""
        return observables(self.actor, self.today).filter(pk=self.personne.pk).exists()

    def readings(self) -> Iterable[Model]:
        return [self.personne]

    @property
    def page_url(self) -> str:
        """The portfolio, where the acts lead back."""
        return portefeuille_url(self.personne)

    @property
    def sheet_url(self) -> str:
        """The file of the person; "" for who does not open it."""
        may = granted(self.actor, PersonnesPermission.VIEW)
        return reverse("personnes:detail", args=[self.personne.public_id]) if may else ""

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        above = self.sheet_url
        crumbs = (
            [("Personnes", reverse("personnes:list")), (str(self.personne), above)]
            if above
            else [(EQUIPE[0], reverse(EQUIPE[1]))]
        )
        return [*crumbs, ("Compétences", self.page_url)]


class Portefeuille(OfPortefeuille, DetailScreen):
    """What the person can do, how it is known, what may be done."""

    template_name = "parcours/competences/portefeuille.html"

    def get_object(self) -> Personne:
        return self.personne

    def get_title(self) -> str:
        return f"Compétences de {self.personne}"

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return super().get_breadcrumb()[:-1]

    def get_context(self) -> dict[str, Any]:
        lignes = portefeuille(self.personne, writes=self.writes)
        vouches = self.writes and granted(self.actor, Permission.VOUCH).ok
        return {
            **super().get_context(),
            "personne": self.personne,
            "groupes": by_group(lignes),
            "writes": self.writes,
            "vouches": vouches,
            "contrat": own_contrats_of(self.personne, self.actor, self.today).first() if self.writes else None,
            "attestations": attestations_of(self.personne) if granted(self.actor, Permission.VIEW_DOCUMENTS) else [],
            "sheet_url": self.sheet_url,
        }


class PortefeuilleAct(OfPortefeuille, ActScreen):
    """An act of a SIAE on the portfolio of somebody it employs."""

    permission = Permission.OBSERVE
    portee = "les compétences des salariés de sa SIAE"

    def reach(self, personne: Personne) -> bool:
        return observables(self.actor, self.today).filter(pk=personne.pk).exists()

    def get_form(self) -> forms.Form:
        self.personne  # noqa: B018  (404 before anything is asked)
        return super().get_form()


class Ajouter(PortefeuilleAct):
    """A new competence, as the person says it."""

    title = "Ajouter une compétence"
    intro = "Avec la personne\u202f: ce qu’elle sait faire. Vous l’observerez ensuite au travail."
    form_class = CompetenceForm
    submit_label = "Ajouter"
    success_message = "La compétence est ajoutée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"blocs": missing_blocs(self.personne)}

    def perform(self, form: CompetenceForm) -> str:
        declare_competence(personne=self.personne, fiche=form.fiche, actor=self.actor, on=self.today)
        return self.page_url


class OfCompetence(PortefeuilleAct):
    """An act on one competence, found by its public id."""

    @cached_property
    def competence(self) -> Competence:
        """The competence of the address."""
        rows = Competence.objects.filter(personne=self.personne, public_id=self.kwargs["objet"])
        found = rows.select_related("rome").first()
        if found is None:
            raise Http404("Cette compétence n’existe pas, ou n’est pas de cette personne.")
        return found

    @property
    def ligne(self) -> LigneCompetence:
        return ligne(self.competence)

    def get_intro(self) -> str:
        return f"{self.personne}\u202f: {self.ligne.libelle}."


class Mouvement(OfCompetence):
    """Observe, attest, take out: the address names the arrow."""

    success_message = "C’est enregistré."

    @property
    def acte(self) -> str:
        return str(self.kwargs["acte"])

    def check(self) -> None:
        self.get_title()
        COMPETENCE.target(self.acte, self.competence.etat)

    def get_title(self) -> str:
        label = next((each.label for each in COMPETENCE if each.act == self.acte), None)
        if label is None:
            raise Http404("Cet acte n’existe pas.")
        return f"{label} une compétence"

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return next(each.label for each in COMPETENCE if each.act == self.acte)

    def get_form(self) -> forms.Form:
        if self.acte != "observer":
            return super().get_form()
        data = self.request.POST if self.request.method == "POST" else None
        return ObserverForm(data, initial={"niveau": self.competence.niveau})

    def perform(self, form: forms.Form) -> str:
        niveau = form.cleaned_data.get("niveau")
        move_competence(competence=self.competence, acte=self.acte, niveau=niveau, actor=self.actor, on=self.today)
        return self.page_url


class JoindrePreuve(OfCompetence):
    """A file that proves it."""

    title = "Joindre une preuve"
    form_class = PreuveForm
    submit_label = "Joindre"
    success_message = "La preuve est jointe."

    def check(self) -> None:
        if self.competence.etat not in VIVANTES:
            raise Http404("Cette compétence est retirée.")

    def perform(self, form: PreuveForm) -> str:
        join_preuve(competence=self.competence, **form.cleaned_data, actor=self.actor, on=self.today)
        return self.page_url


class OfPreuve(OfPortefeuille):
    """A screen about one file, found by its public id."""

    @cached_property
    def preuve(self) -> Any:
        """The file of the address."""
        rows = [
            preuve
            for each in portefeuille(self.personne)
            for preuve in each.preuves
            if preuve.public_id == self.kwargs["objet"]
        ]
        if not rows:
            raise Http404("Ce fichier n’existe pas, ou n’est pas de cette personne.")
        return rows[0]


class PreuveFile(OfPreuve, ExportScreen):
    """Give a file back."""

    def build(self) -> Export:
        preuve = self.preuve
        nature = uploads.Nature(preuve.nature)
        kept = uploads.Piece(preuve.fichier, nature, preuve.taille, preuve.empreinte)
        try:
            content = uploads.read(preuve.fichier)
        except FileNotFoundError as error:
            raise Http404("Le fichier n’est plus là.") from error
        return Export(kept.filename(preuve.libelle), nature.content_type, content)


class RetirerPreuve(OfPreuve, PortefeuilleAct):
    """Forget a file."""

    permission = Permission.OBSERVE
    portee = "les compétences des salariés de sa SIAE"
    title = "Retirer une preuve"
    submit_label = "Retirer"
    success_message = "Le fichier est effacé."

    def get_intro(self) -> str:
        return f"«\u202f{self.preuve.libelle}\u202f» sera effacé, sans retour."

    def perform(self, form: forms.Form) -> str:
        remove_preuve(preuve=self.preuve, actor=self.actor, on=self.today)
        return self.page_url
