"""The choice of the organisation in whose name one acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from maillage.references.accounts.models import User


class OrganisationForm(forms.Form):
    """One's memberships in force. Another value is refused by the service, which says why."""

    membre = forms.CharField(label="J’agis au nom de", widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membre"].widget.choices = [
            (str(membre.public_id), f"{membre.organisation} · {membre.fonction}") for membre in user.membres_actifs
        ]
        if user.membre:
            self.fields["membre"].initial = str(user.membre.public_id)
