"""The page of a long task: how far it is, what came of it, where to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from maillage.foundations.kernel.models import Tache
from maillage.foundations.kernel.permissions import Permission, Role, roles
from maillage.foundations.kernel.screens import DetailScreen

if TYPE_CHECKING:
    from django.template.response import TemplateResponse

# htmx stops asking again when it is answered with this status.
STOP_POLLING = 286


class TacheDetail(DetailScreen):
    """A task is shown to the person who started it, and to the operators of the platform."""

    permission = Permission.VIEW_TACHE
    portee = "ses tâches"
    template_name = "kernel/tache.html"

    def get_object(self) -> Tache:
        user = self.request.user
        rows = Tache.objects.all() if Role.EXPLOITANT in roles(user) else Tache.objects.filter(auteur=user.pk)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context(self) -> dict[str, Any]:
        return {"tache": self.object, "avancement_url": reverse("kernel:tache_avancement", args=[self.object.pk])}


class TacheAvancement(TacheDetail):
    """The part of the page that htmx asks for again while the task runs."""

    template_name = "kernel/_tache.html"

    def render(self, status: int = 200, **more: Any) -> TemplateResponse:
        return super().render(STOP_POLLING if self.object.finie_le else status, **more)
