"""The directory of organisations, the page of one, and what operators write of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.references.accounts.forms.organisations import (
    ModificationForm,
    OrganisationFilter,
    OrganisationForm,
    describe,
)
from maillage.references.accounts.models import Organisation, User
from maillage.references.accounts.permissions import Permission, is_operator, may_manage, may_see_members
from maillage.references.accounts.queries.membres import list_anciens_membres, list_invitations, list_membres
from maillage.references.accounts.queries.organisations import list_evenements, list_organisations
from maillage.references.accounts.rules import familles, types_organisation
from maillage.references.accounts.services.organisations import create_organisation, update_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.references.accounts.rules import TypeOrganisation

ANNUAIRE = ("Organisations", "organisations:list")


def detail_url(organisation: Organisation) -> str:
    """Return the page of an organisation."""
    return reverse("organisations:detail", args=[organisation.public_id])


def _types(organisation: Organisation) -> str:
    return organisation.libelle_types(timezone.localdate())


def _territoires(organisation: Organisation) -> str:
    return ", ".join(each.nom or str(each) for each in organisation.competences.all())  # type: ignore[attr-defined]


class Annuaire(ListScreen):
    """Every organisation, found by words, kind, family, département of competence."""

    permission = Permission.VIEW_ORGANISATIONS
    title = "Organisations"
    intro = "Qui agit pour l’insertion par l’activité économique, et sur quel territoire."
    template_name = "accounts/organisations.html"
    columns = (
        Column("nom", "Nom", str, sort="nom_recherche", link=detail_url),
        Column("types", "Types", _types, sort="types"),
        Column("territoires", "Territoires de compétence", _territoires),
        Column("parent", "Rattachée à", lambda row: str(row.parent) if row.parent else "—"),
        Column("siret", "SIRET", "siret", sort="siret"),
    )
    export_name = "organisations"
    noun = ("organisation", "organisations")
    empty_title = "Aucune organisation"
    empty_text = "Les exploitants de la plateforme créent les organisations\u202f; un import de SIAE crée les leurs."

    @cached_property
    def form(self) -> OrganisationFilter:
        """The filters, with those of the operators for them alone."""
        on = timezone.localdate()
        return OrganisationFilter(self.request.GET, on=on, exploitant=is_operator(self.request.user))

    def get_queryset(self) -> QuerySet[Organisation]:
        return list_organisations()

    def get_context(self) -> dict[str, Any]:
        decision = granted(self.request.user, Permission.EDIT_ORGANISATIONS)
        return {**super().get_context(), "may_edit": bool(decision)}


class SansAdministrateur(ListScreen):
    """The organisations that nobody administers: an operator invites the first one."""

    permission = Permission.EDIT_ORGANISATIONS
    title = "Organisations sans administrateur"
    intro = "Personne ne peut y inviter de membres\u202f: invitez une première personne qui l’administrera."
    parents = (ANNUAIRE,)
    columns = (
        Column("nom", "Nom", str, sort="nom_recherche", link=detail_url),
        Column("types", "Types", _types, sort="types"),
        Column("territoires", "Territoires de compétence", _territoires),
        Column("siret", "SIRET", "siret", sort="siret"),
        Column(
            "inviter",
            "Suite",
            lambda row: "Inviter son administrateur",
            link=lambda row: f"{reverse('organisations:inviter', args=[row.public_id])}?administrateur=1",
        ),
    )
    default_sort = "nom"
    export_name = "organisations-sans-administrateur"
    noun = ("organisation", "organisations")
    empty_title = "Chaque organisation a quelqu’un qui l’administre"
    empty_text = "Rien n’est à faire ici."

    def get_queryset(self) -> QuerySet[Organisation]:
        return list_organisations(sans_administrateur=True)


class Types(ListScreen):
    """The register of the kinds of organisations."""

    public = True
    title = "Types d’organisations"
    intro = (
        "Les acteurs de la stratégie, ce qu’ils s’appellent et se sont appelés, les rôles que tiennent leurs membres."
    )
    columns = (
        Column("nom", "Nom actuel", lambda row: row.nom(timezone.localdate())),
        Column("famille", "Famille", lambda row: familles()[row.famille]),
        Column("anciens", "Anciens noms", lambda row: _former_names(row) or "—"),
        Column("habilite", "Prescripteur habilité", "habilite", sort="habilite"),
        Column("asp", "Code ASP", lambda row: row.code_asp or "—"),
        Column("roles", "Rôles des membres", lambda row: ", ".join(profil.fonction for profil in row.roles)),
        Column("code", "Code dans la plateforme", "code", sort="code"),
    )
    page_size = 100
    export_name = "types-organisations"
    noun = ("type", "types")

    def get_queryset(self) -> Sequence[TypeOrganisation]:
        return list(types_organisation().values())


def _former_names(kind: TypeOrganisation) -> str:
    return ", ".join(f"{nom} jusqu’au {end:%d/%m/%Y}" for nom, end in kind.anciens(timezone.localdate()))


class Detail(DetailScreen):
    """Who it is, what it was called, what it answers for, who acts for it, what was done to it."""

    permission = Permission.VIEW_ORGANISATIONS
    portee = "toutes les organisations"
    template_name = "accounts/organisation.html"
    parents = (ANNUAIRE,)
    object: Organisation

    def get_object(self) -> Organisation:
        return get_object_or_404(list_organisations(), public_id=self.kwargs["public_id"])

    def get_intro(self) -> str:
        types = _types(self.object)
        return f"{types[0].upper()}{types[1:]}"

    def get_context(self) -> dict[str, Any]:
        organisation, user, on = self.object, self.request.user, timezone.localdate()
        assert isinstance(user, User)
        sees, manages = may_see_members(user, organisation), may_manage(user, organisation)
        kinds = [types_organisation()[code] for code in organisation.types]
        return {
            **super().get_context(),
            "user_pk": user.pk,
            "sees": sees,
            "manages": manages,
            "may_edit": bool(granted(user, Permission.EDIT_ORGANISATIONS)),
            "types": [(kind.nom(on), kind.anciens(on)) for kind in kinds],
            "competences": list(organisation.competences.all()),
            "filiales": list(organisation.filiales.order_by("nom_recherche", "pk")),
            "membres": list_membres(organisation) if sees else [],
            "partis": list_anciens_membres(organisation) if manages else [],
            "invitations": list_invitations(organisation) if manages else [],
            "evenements": list_evenements(organisation) if manages else [],
        }


class Edition(ActScreen):
    """An act of an operator on what an organisation is."""

    permission = Permission.EDIT_ORGANISATIONS
    portee = "toutes les organisations"

    @property
    def actor(self) -> User:
        """The person who acts: the permission has kept the others out."""
        assert isinstance(self.request.user, User)
        return self.request.user


class Creer(Edition):
    title = "Créer une organisation"
    intro = "Cherchez-la d’abord dans l’annuaire\u202f: un SIRET ne s’inscrit qu’une fois."
    parents = (ANNUAIRE,)
    form_class = OrganisationForm
    submit_label = "Créer l’organisation"
    success_message = "L’organisation est créée. Invitez maintenant la personne qui l’administrera."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def perform(self, form: OrganisationForm) -> str:
        return detail_url(create_organisation(fiche=form.get_fiche(), actor=self.actor))


class Modifier(Edition):
    title = "Modifier l’organisation"
    form_class = ModificationForm
    success_message = "L’organisation est enregistrée."

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation of the address."""
        return get_object_or_404(Organisation.objects.select_related("parent"), public_id=self.kwargs["public_id"])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(ANNUAIRE[0], reverse(ANNUAIRE[1])), (str(self.organisation), detail_url(self.organisation))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"on": timezone.localdate(), "initial": describe(self.organisation)}

    def perform(self, form: ModificationForm) -> str:
        organisation = update_organisation(
            organisation=self.organisation,
            fiche=form.get_fiche(),
            actor=self.actor,
            nom_depuis=form.cleaned_data["nom_depuis"],
            on=timezone.localdate(),
        )
        return detail_url(organisation)
