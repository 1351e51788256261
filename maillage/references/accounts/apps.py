from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class AccountsConfig(AppConfig):
    name = "maillage.references.accounts"
    label = "accounts"
    verbose_name = "comptes et organisations"
    menu = (
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
