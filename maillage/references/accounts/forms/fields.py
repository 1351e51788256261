"""The fields that several forms of the accounts ask for."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator

# Neither Django's own check nor the database tells « ı » (dotless) or the Kelvin sign from the letters that they look
# like: two spellings of one address would have two counts of failures.
ASCII = RegexValidator(
    r"\A[\x00-\x7f]*\Z", "Une adresse électronique s’écrit sans accent ni lettre d’un autre alphabet.", "adresse_ascii"
)


class AdresseField(forms.EmailField):
    """The e-mail address of an account."""

    default_validators = [*forms.EmailField.default_validators, ASCII]


def password_field(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    """Return the field of a password: `autocomplete` tells a browser whether it is the present one or a new one."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, help_text=help_text, max_length=200, widget=widget)
