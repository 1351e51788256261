"""What one types about one's own account: name, passwords, codes."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.references.accounts.forms.fields import AdresseField, password_field
from maillage.references.accounts.validators import AIDE


class NomForm(forms.Form):
    """One's own name."""

    prenom = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))


class PreuveForm(forms.Form):
    """The present password: what one asks for before an act that weakens the account."""

    password = password_field("Votre mot de passe", "current-password")


class NouveauForm(forms.Form):
    """A new password, typed twice."""

    nouveau = password_field("Nouveau mot de passe", "new-password", AIDE)
    encore = password_field("Le même, encore une fois", "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("encore") and data.get("nouveau") != data["encore"]:
            self.add_error("encore", "Les deux mots de passe ne sont pas les mêmes.")
        return data


class ChangementForm(NouveauForm):
    """The present password, then a new one."""

    ancien = password_field("Mot de passe actuel", "current-password")
    field_order = ("ancien", "nouveau", "encore")


class OubliForm(forms.Form):
    """The address of the account whose password is forgotten."""

    email = AdresseField(
        label="Adresse électronique",
        help_text="Celle de votre compte. Format attendu\u202f: nom@domaine.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class PremierCodeForm(forms.Form):
    """The first code of the application."""

    code = forms.CharField(
        label="Code affiché par l’application",
        max_length=20,
        help_text="6 chiffres, renouvelés toutes les 30 secondes",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
