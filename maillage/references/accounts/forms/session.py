"""What one types to sign in."""

from __future__ import annotations

from django import forms

from maillage.references.accounts.forms.fields import AdresseField, password_field


class ConnexionForm(forms.Form):
    """An e-mail address and a password."""

    email = AdresseField(
        label="Adresse électronique",
        help_text="Format attendu : nom@domaine.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field("Mot de passe", "current-password")


class CodeForm(forms.Form):
    """A code of the application, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Les 6 chiffres affichés par votre application. Téléphone perdu\u202f? Tapez un code de secours.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )
