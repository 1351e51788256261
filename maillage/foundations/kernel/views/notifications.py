"""The notification centre of a person: the list, the act of opening one, the choice of how to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from maillage.foundations.kernel.notification_kinds import kinds
from maillage.foundations.kernel.notifications import (
    Canal,
    choose,
    list_notifications,
    list_preferences,
    open_notification,
    read_all,
)
from maillage.foundations.kernel.permissions import Permission
from maillage.foundations.kernel.screens import ActScreen, Column, FilterForm, ListScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.foundations.kernel.models import Notification


def label(notification: Notification) -> str:
    """Return what kind of notification it is, in words; its code when its room is gone."""
    kind = kinds().get(notification.type)
    return kind.label if kind else notification.type


class NotificationFilter(FilterForm):
    lookups = {"type": "type", "non_lues": "lue_le__isnull"}

    type = forms.ChoiceField(
        label="Sujet", choices=lambda: [("", "tous"), *((kind.code, kind.label) for kind in kinds().values())]
    )
    non_lues = forms.BooleanField(label="Seulement les non lues")


class NotificationList(ListScreen):
    """One's own notifications, those to read first."""

    permission = Permission.NOTIFICATIONS
    title = "Notifications"
    intro = "Ce que la plateforme vous a signalé. Ouvrir une notification la marque comme lue."
    template_name = "kernel/notifications.html"
    columns = (
        Column("date", "Date", "cree_le"),
        Column("sujet", "Sujet", label),
        Column("texte", "Texte", "texte"),
        Column("lue", "Lue le", "lue_le"),
    )
    filter_form = NotificationFilter
    page_size = 20
    export_name = "notifications"
    noun = ("notification", "notifications")
    empty_title = "Aucune notification"
    empty_text = "Vous serez prévenu ici de ce qui vous concerne, et par courriel si vous le souhaitez."

    def get_queryset(self) -> QuerySet[Notification]:
        return list_notifications(self.request.user)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        return {**context, "items": [(item, label(item)) for item in context["page"]]}


class NotificationAct(ActScreen):
    """An act on one's own notifications."""

    permission = Permission.NOTIFICATIONS
    parents = (("Notifications", "kernel:notifications"),)


class Ouvrir(NotificationAct):
    """Mark a notification as read and go where it leads; somebody else's does not exist."""

    portee = "ses notifications"
    title = "Ouvrir la notification"
    submit_label = "Ouvrir"

    @cached_property
    def notification(self) -> Notification:
        return get_object_or_404(list_notifications(self.request.user), pk=self.kwargs["pk"])

    def get_intro(self) -> str:
        return self.notification.texte

    def perform(self, form: Any) -> str:
        return open_notification(notification=self.notification) or reverse("kernel:notifications")


class ToutLire(NotificationAct):
    title = "Tout marquer comme lu"
    intro = "Vos notifications restent dans la liste\u202f; aucune ne sera plus signalée comme nouvelle."
    submit_label = "Tout marquer comme lu"
    success_message = "Toutes vos notifications sont marquées comme lues."

    def perform(self, form: Any) -> str:
        read_all(user=self.request.user)  # type: ignore[arg-type]  # the permission has kept visitors out
        return reverse("kernel:notifications")


# An option is read alone: it says the whole way, where the label of a `Canal` only says what it adds.
CANAUX = (
    (Canal.APPLICATION, "Dans l’application seulement"),
    (Canal.IMMEDIAT, "Dans l’application, et par courriel aussitôt"),
    (Canal.QUOTIDIEN, "Dans l’application, et par courriel une fois par jour"),
)


class PreferencesForm(forms.Form):
    """One choice for each kind."""

    def __init__(self, *args: Any, preferences: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, canal in preferences:
            self.fields[kind.code] = forms.ChoiceField(label=kind.label, choices=CANAUX, initial=canal)


class Preferences(NotificationAct):
    title = "Comment être prévenu"
    intro = (
        "Chaque notification est toujours visible ici. Choisissez, sujet par sujet, si elle doit aussi vous arriver "
        "par courriel\u202f: aussitôt, ou dans un seul message par jour, à 7\u00a0heures."
    )
    form_class = PreferencesForm
    success_message = "Vos choix sont enregistrés."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"preferences": list_preferences(self.request.user)}

    def perform(self, form: PreferencesForm) -> str:
        choose(user=self.request.user, canaux=form.cleaned_data)  # type: ignore[arg-type]  # as above
        return reverse("kernel:notifications")
