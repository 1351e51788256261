from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "maillage.references.accounts"
    label = "accounts"
    verbose_name = "comptes et organisations"
