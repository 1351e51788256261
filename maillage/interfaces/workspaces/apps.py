from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "maillage.interfaces.workspaces"
    label = "workspaces"
    verbose_name = "espaces"
