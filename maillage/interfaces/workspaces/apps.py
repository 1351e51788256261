from django.apps import AppConfig

from maillage.foundations.kernel.ui.menu import Entry


class WorkspacesConfig(AppConfig):
    name = "maillage.interfaces.workspaces"
    label = "workspaces"
    verbose_name = "espaces"
    menu = (
        Entry("Accueil", "workspaces:accueil", order=0),
        Entry("Mon espace", "workspaces:mon_espace", order=1, audience="connectes"),
        Entry(
            "Organisation",
            "workspaces:organisation",
            order=10,
            place="tools",
            audience="connectes",
            icon="building-line",
            detail="maillage.interfaces.workspaces.queries.espace.describe_organisation",
        ),
        Entry("Données et sources", "workspaces:donnees", order=10, place="footer"),
        Entry("Plan du site", "workspaces:plan", order=20, place="footer"),
        Entry("Accessibilité : non conforme", "workspaces:accessibilite", order=30, place="footer"),
        Entry("Mentions légales", "workspaces:mentions", order=40, place="footer"),
    )
