from django.apps import AppConfig

from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry
from maillage.references.accounts.permissions import Permission


class AccountsConfig(AppConfig):
    name = "maillage.references.accounts"
    label = "accounts"
    verbose_name = "comptes et organisations"
    menu = (
        Entry(
            "Organisations",
            order=25,
            children=(
                Entry("Annuaire des organisations", "organisations:list", permission=Permission.VIEW_ORGANISATIONS),
                Entry("Types d’organisations", "organisations:types"),
                Entry(
                    "Organisations sans administrateur",
                    "organisations:sans_administrateur",
                    permission=Permission.EDIT_ORGANISATIONS,
                ),
            ),
        ),
        Entry(
            "Mon compte", "accounts:compte", order=40, place="tools", audience="connectes", icon="account-circle-line"
        ),
        Entry("Se connecter", "accounts:login", place="tools", audience="anonymes", icon="account-circle-line"),
        Entry(
            "Se déconnecter",
            "accounts:logout",
            place="tools",
            audience="connectes",
            icon="logout-box-r-line",
            post=True,
        ),
    )
    actes = {
        "accounts.activate_second_factor": "activation de la double authentification",
        "accounts.anonymise": "anonymisation d’un compte",
        "accounts.change_password": "changement de mot de passe",
        "accounts.disable_second_factor": "désactivation de la double authentification",
        "accounts.link_proconnect": "rattachement à ProConnect",
        "accounts.remove_second_factor": "retrait de la double authentification par un exploitant",
        "accounts.rename": "changement de nom",
        "accounts.renew_recovery_codes": "renouvellement des codes de secours",
        "accounts.reset_password": "mot de passe oublié, remplacé",
        "accounts.revoke_session": "fermeture d’une session",
        "accounts.revoke_sessions": "fermeture des autres sessions",
        "accounts.sign_in": "connexion",
        "accounts.unlink_proconnect": "détachement de ProConnect",
        "accounts.use_recovery_code": "connexion par un code de secours",
        "invitation.resend": "invitation renvoyée",
        "invitation.revoke": "invitation annulée",
        "invitation.send": "personne invitée",
        "membre.change": "rôle changé",
        "membre.end": "départ d’un membre",
        "membre.join": "invitation acceptée",
        "organisation.create": "organisation créée",
        "organisation.update": "fiche modifiée",
    }
    attentes = ("maillage.references.accounts.queries.attentes.list_attentes",)
    notifications = (
        TypeNotification("accounts.invitation_acceptee", "Une personne invitée a accepté", "quotidien"),
        TypeNotification("accounts.droits", "Vos droits dans une organisation ont changé", "immediat"),
    )

    def ready(self) -> None:
        from maillage.foundations.kernel.events import subscribe
        from maillage.references.accounts.services.invitations import InvitationAcceptee
        from maillage.references.accounts.services.membres import MembreParti
        from maillage.references.accounts.services.notifications import on_invitation_acceptee, on_membre_parti

        subscribe(InvitationAcceptee, on_invitation_acceptee)
        subscribe(MembreParti, on_membre_parti)
