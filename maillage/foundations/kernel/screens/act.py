"""The screen of one act: a form, one service call, and the page where the person lands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse

from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens.base import Heading, Screen

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class ActScreen(Screen):
    """Ask, act, redirect.

    `perform(form)` makes one service call and returns the address to go to: the answer to an accepted POST is always a
    redirection, so that reloading the page never acts twice. Reasons of a `Refused` are shown on the fields they name.
    An act that asks nothing but a confirmation leaves `form_class` as it is. One that depends on a state overrides
    `check`: nobody fills a form for an act that would be refused whatever it says.
    """

    form_class: ClassVar[type[forms.Form]] = forms.Form
    template_name = "kernel/act.html"
    submit_label: ClassVar[str] = "Enregistrer"
    success_message: ClassVar[str] = ""

    def perform(self, form: Any) -> str:
        """Do the act with a valid form; return the URL of the page that follows."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise `Refused` when the act is impossible now, whatever one would type: its table of transitions says so."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form receives beyond the posted data: `initial`, objects it offers…"""
        return {}

    def get_form(self) -> forms.Form:
        """Return the form: empty on GET, bound on POST."""
        data = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return self.form_class(*data, **self.get_form_kwargs())

    def get_cancel_url(self) -> str:
        """Return where « Annuler » leads: the nearest page of the breadcrumb."""
        parents = self.get_breadcrumb()
        return parents[-1][1] if parents else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.forbid() or self.ask(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if forbidden := self.forbid():
            return forbidden
        form = self.get_form()
        if not form.is_valid():
            return self.ask(form, status=422)
        try:
            url = self.perform(form)
        except Refused as refused:
            for reason in refused.refusals:
                field = reason.field if reason.field in form.fields else None
                form.add_error(field, ValidationError(reason.message, code=reason.code))
            return self.ask(form, status=422)
        if self.success_message:
            messages.success(request, self.success_message)
        return HttpResponseRedirect(url)

    def forbid(self) -> HttpResponseBase | None:
        """Say why the act is impossible now, without its form; None when it is possible."""
        try:
            self.check()
        except Refused as refused:
            reasons = [reason.message for reason in refused.refusals]
            context = {"screen": Heading(self.get_title(), "", self.get_breadcrumb()), "reasons": reasons}
            return TemplateResponse(
                self.request, "kernel/impossible.html", {**context, "back_url": self.get_cancel_url()}, status=409
            )
        return None

    def ask(self, form: forms.Form, status: int = 200) -> HttpResponseBase:
        """Show the form, with its errors if it has some."""
        context = {"form": form, "submit_label": self.submit_label, "cancel_url": self.get_cancel_url()}
        return self.render(status, **context, has_errors=status != 200)
