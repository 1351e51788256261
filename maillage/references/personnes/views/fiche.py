"""The sheet of a person, and the acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from maillage.foundations.kernel import audit
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, DetailScreen
from maillage.references.personnes.forms.personnes import IdentiteForm
from maillage.references.personnes.forms.relations import CreationForm
from maillage.references.personnes.forms.traces import NirForm
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.doublons import find_kept
from maillage.references.personnes.queries.identite import find_likely
from maillage.references.personnes.queries.personnes import get_personne, is_current, last_day, list_relations
from maillage.references.personnes.queries.visibilite import CONSENTIES, followed_by
from maillage.references.personnes.queries.volets import list_volets
from maillage.references.personnes.rules import format_nir, mask_nir
from maillage.references.personnes.services.personnes import create_personne, read_nir, rectify_personne
from maillage.references.personnes.views.base import OfPersonne, PersonneAct, PersonnesScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from maillage.references.personnes.models import Personne

ACTS_SHOWN = 20


class PersonneDetail(OfPersonne, DetailScreen):
    """Who the person is, who follows them, what was done; the NIR is masked."""

    permission = Permission.VIEW
    template_name = "personnes/fiche.html"
    parents = (("Personnes", "personnes:list"),)

    def get_object(self) -> Personne:
        return self.personne

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the sheet; the address of a file merged into another leads there."""
        kept = find_kept(self.kwargs["public_id"])
        if kept is not None and get_personne(self.actor, str(kept.public_id)):
            return HttpResponseRedirect(reverse("personnes:detail", args=[kept.public_id]))
        return super().get(request, *args, **kwargs)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Personnes", reverse("personnes:list"))]

    def get_context(self) -> dict[str, Any]:
        person: Any = self.personne
        on, membre = timezone.localdate(), self.actor.membre
        may = {name: granted(self.actor, name).ok for name in Permission}
        follows = may[Permission.FOLLOW] and followed_by(self.actor).filter(pk=person.pk).exists()
        mine = membre.organisation_id if membre and may[Permission.FOLLOW] else None
        return {
            **super().get_context(),
            "identite": (
                ("Nom", person.nom),
                ("Prénom", person.prenom),
                ("Date de naissance", person.date_naissance),
                ("Sexe", person.get_sexe_display()),
                ("Numéro de sécurité sociale", mask_nir(person.nir) if person.nir else None),
            ),
            "contact": (
                ("Adresse électronique", person.email),
                ("Téléphone", person.telephone),
                ("Adresse", person.adresse),
                ("Commune", f"{person.commune_nom or person.commune} ({person.departement})"),
            ),
            "relations": [
                (
                    relation,
                    is_current(relation, on),
                    last_day(relation),
                    relation.organisation_id == mine and relation.type not in CONSENTIES,
                )
                for relation in list_relations(person)
            ],
            "volets": list_volets(self.actor, person, on),
            "actes": audit.history(person)[:ACTS_SHOWN],
            "may_follow": follows,
            "may_read": may[Permission.READINGS],
            "droits": page("donnees_personnelles:personne", person.public_id) if may[Permission.RIGHTS] else "",
            "demande": page("donnees_personnelles:demander", person.public_id) if may[Permission.RIGHTS] else "",
            "may_see_nir": follows and bool(person.nir),
        }


class PersonneCreate(PersonnesScreen, ActScreen):
    """A new file, and the relation that opens it to the organisation."""

    permission = Permission.FOLLOW
    title = "Créer un dossier"
    intro = (
        "Le dossier s’ouvre à votre organisation parce qu’elle suit la personne. Dites à quel titre, et depuis quand."
    )
    parents = (("Personnes", "personnes:list"),)
    template_name = "personnes/creer.html"
    form_class = CreationForm
    submit_label = "Créer le dossier"
    success_message = "Le dossier est créé."
    likely: list[Personne] = []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"membre": self.actor.membre}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show first, once, the files that this one might repeat; sent again with the box ticked, it is created."""
        form = self.get_form()
        if form.is_valid() and "malgre" not in request.POST:
            names = {name: form.cleaned_data[name] for name in ("nom", "prenom", "date_naissance")}
            self.likely = find_likely(self.actor, **names)
            if self.likely:
                return self.ask(form, status=422)
        return super().post(request, *args, **kwargs)

    def readings(self) -> Iterable[Model]:
        return self.likely

    def get_context(self) -> dict[str, Any]:
        return {"likely": self.likely}

    @sensitive_variables()
    def perform(self, form: CreationForm) -> str:
        personne = create_personne(
            identite=form.identite,
            type_relation=form.cleaned_data["type_relation"],
            debut=form.cleaned_data["debut"],
            referent=form.cleaned_data["referent"],
            verifie=form.cleaned_data["verifie"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        personne.refresh_from_db(fields=["public_id"])
        return reverse("personnes:detail", args=[personne.public_id])


class PersonneRectify(PersonneAct):
    """Correct what is known; the NIR is typed again to be changed, never shown."""

    title = "Corriger le dossier"
    intro = "Le journal garde le nom des champs corrigés, jamais ce qu’ils disaient."
    form_class = IdentiteForm
    success_message = "Le dossier est corrigé."

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("nom", "prenom", "date_naissance", "sexe", "email", "telephone", "adresse", "commune")
        return {"initial": {name: getattr(self.personne, name) for name in names}}

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["nir"].help_text = "Laissez vide pour garder le numéro enregistré."
        return form

    @sensitive_variables()
    def perform(self, form: IdentiteForm) -> str:
        rectify_personne(
            personne=self.personne,
            identite=form.identite,
            verifie=form.cleaned_data["verifie"],
            actor=self.actor,
            on=timezone.localdate(),
        )
        return self.sheet_url


class PersonneNir(PersonneAct):
    """Show the whole NIR, once, for a reason."""

    title = "Afficher le numéro de sécurité sociale"
    intro = "Le numéro s’affiche une fois. Votre motif est gardé au journal des lectures."
    form_class = NirForm
    submit_label = "Afficher le NIR"
    template_name = "personnes/nir.html"
    lu = False

    def readings(self) -> Iterable[Model]:
        """Return the person; nobody once the number is given: the journal holds its reading, with the reason."""
        return () if self.lu else super().readings()

    @sensitive_variables()
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with the number itself: a redirection would have to keep it somewhere."""
        form = self.get_form()
        if form.is_valid():
            try:
                nir = read_nir(personne=self.personne, motif=form.cleaned_data["motif"], actor=self.actor)
            except Refused as refused:
                for reason in refused.refusals:
                    form.add_error(reason.field if reason.field in form.fields else None, reason.message)
            else:
                self.lu = True
                return self.render(nir=format_nir(nir), form=None)
        return self.ask(form, status=422)
