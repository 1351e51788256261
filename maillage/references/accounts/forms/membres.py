"""What is asked of who invites, and of who is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from maillage.references.accounts.forms.fields import AdresseField, password_field
from maillage.references.accounts.validators import AIDE

if TYPE_CHECKING:
    from maillage.references.accounts.models import Organisation

ADMINISTRE = "Administre l’organisation"
ADMINISTRE_AIDE = (
    "Invite et retire ses membres, change leur rôle, y compris un rôle qui lit des dossiers de personnes\u202f: "
    "la double authentification est demandée."
)


class RoleForm(forms.Form):
    """A role among those that the organisation offers."""

    profil = forms.ChoiceField(label="Rôle")
    administrateur = forms.BooleanField(label=ADMINISTRE, required=False, help_text=ADMINISTRE_AIDE)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(profil.value, profil.fonction) for profil in organisation.roles_offerts]
        self.fields["profil"].choices = [("", "Choisir un rôle"), *offered]  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    """Whom to invite, and to do what."""

    email = AdresseField(
        label="Adresse électronique",
        help_text="L’adresse professionnelle de la personne. Format attendu\u202f: nom@domaine.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    field_order = ("email", "prenom", "nom", "profil", "administrateur")


class CompteForm(forms.Form):
    """What makes an account, besides the address of the invitation."""

    prenom = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    password = password_field("Mot de passe", "new-password", AIDE)
    confirmation = password_field("Mot de passe, une seconde fois", "new-password")

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        values: dict[str, Any] = super().clean() or {}
        first, second = values.get("password"), values.get("confirmation")
        if first and second and first != second:
            self.add_error("confirmation", "Les deux mots de passe ne sont pas les mêmes.")
        return values
