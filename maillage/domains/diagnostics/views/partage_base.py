"""What the screens of a shared diagnostic share: the document of the address, who acts, in whose name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse

from maillage.domains.diagnostics.permissions import Permission
from maillage.domains.diagnostics.queries.partage import Droits, droits, get_diagnostic
from maillage.domains.diagnostics.rules import REDACTEURS
from maillage.foundations.kernel.screens import ActScreen, Screen
from maillage.references.accounts.models import Organisation, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.domains.diagnostics.models import DiagnosticPartage, Section

LISTE = ("Diagnostics partagés", "diagnostics:partages")


class OfPartage(Screen):
    """A screen about one diagnostic, among those that this account may read."""

    permission = Permission.READ_SHARED
    portee = "les diagnostics partagés qui lui sont ouverts"

    @cached_property
    def diagnostic(self) -> DiagnosticPartage:
        """The diagnostic of the address."""
        found = get_diagnostic(self.request.user, self.kwargs["public_id"])
        if found is None or not self.admits(found):
            raise Http404("Ce diagnostic n’existe pas, ou ne vous est pas ouvert.")
        return found

    def admits(self, diagnostic: DiagnosticPartage) -> bool:
        """Tell whether the screen opens this diagnostic to whoever may read it."""
        return True

    @cached_property
    def section(self) -> Section:
        """The section of the address."""
        found = self.diagnostic.sections.filter(code=self.kwargs["section"]).first()
        if found is None:
            raise Http404("Cette section n’existe pas.")
        found.diagnostic = self.diagnostic
        return found

    @cached_property
    def droits(self) -> Droits:
        """What this account may do in the diagnostic."""
        return droits(self.request.user, self.diagnostic)

    @property
    def sheet_url(self) -> str:
        """The page of the document."""
        return reverse("diagnostics:partage", args=[self.diagnostic.public_id])

    @property
    def section_url(self) -> str:
        """The page of the section."""
        return reverse("diagnostics:partage_section", args=[self.diagnostic.public_id, self.section.code])

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        crumbs = [(LISTE[0], reverse(LISTE[1])), (self.diagnostic.titre, self.sheet_url)]
        if "section" in self.kwargs:
            crumbs.append((self.section.titre, self.section_url))
        return crumbs

    def get_context(self) -> dict[str, Any]:
        context = {"diagnostic": self.diagnostic, "droits": self.droits}
        return {**context, "section": self.section} if "section" in self.kwargs else context


class PartageAct(OfPartage, ActScreen):
    """An act in the name of an organisation that takes part."""

    permission = Permission.CONTRIBUTE
    portee = "les diagnostics partagés auxquels son organisation prend part"
    roles: Iterable[str] | None = None
    template_name = "diagnostics/partage/acte.html"

    def admits(self, diagnostic: DiagnosticPartage) -> bool:
        role = droits(self.request.user, diagnostic).role
        return role is not None and (self.roles is None or role in self.roles)

    @property
    def actor(self) -> User:
        """The account that acts: the permission has kept anonymous visitors out."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def organisation(self) -> Organisation:
        """The organisation in whose name it acts."""
        assert self.actor.membre is not None  # `admits` found its role
        return self.actor.membre.organisation

    @property
    def author(self) -> dict[str, Any]:
        """Who acts, as the services ask for it."""
        return {"actor": self.actor, "organisation": self.organisation}


class RedacteurAct(PartageAct):
    """An act of those who write."""

    portee = "les diagnostics partagés que son organisation écrit"
    roles = REDACTEURS
