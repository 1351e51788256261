from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

from maillage.foundations.kernel.permissions import Permission
from maillage.foundations.kernel.ui.menu import Entry

if TYPE_CHECKING:
    from maillage.foundations.kernel.personal import Personnel

BASE = "mission d’intérêt public (RGPD, art. 6, 1, e) et sécurité du traitement (art. 32)"


class KernelConfig(AppConfig):
    name = "maillage.foundations.kernel"
    label = "kernel"
    verbose_name = "socle"
    menu = (
        Entry("Journal", "kernel:journal", order=90, permission=Permission.VIEW_JOURNAL),
        Entry("Paramètres", "kernel:parametres", order=15, place="footer"),
        Entry("Composants", "kernel:composants", order=25, place="footer"),
        Entry(
            "Notifications",
            "kernel:notifications",
            order=20,
            place="tools",
            audience="connectes",
            icon="notification-3-line",
            detail="maillage.foundations.kernel.notifications.describe_unread",
        ),
    )

    @property
    def personnels(self) -> dict[str, Personnel]:
        """What the libraries keep of people for us."""
        from maillage.foundations.kernel.personal import SECRET, Champ, Personnel, Sort

        return {
            "pghistory.Context": Personnel(
                qui="",
                par={"metadata__user": "compte"},
                finalite="savoir qui a fait quoi, pour répondre d’un acte et repérer un abus",
                base=BASE,
                conservation="tant que le compte n’est pas anonymisé",
                lecteurs="les exploitants",
                nom="trace technique",
                champs={
                    "metadata": Champ("trace d’un acte", nom="contexte"),
                    "created_at": Champ("trace d’un acte", Sort.GARDE, "écrite le"),
                },
            ),
            "procrastinate.ProcrastinateJob": Personnel(
                qui="",
                par={"args__to": "email"},
                finalite="prévenir par courriel",
                base=BASE,
                conservation="kernel.conservation_messages_jours",
                lecteurs="les exploitants",
                nom="courriel à envoyer",
                # The text may hold a link that opens an account: whoever asks learns that it was written, not what.
                champs={
                    "args": Champ(SECRET, nom="adresse et objet", montre=("to", "subject")),
                    "scheduled_at": Champ("contact", nom="à envoyer le"),
                },
                disparait=True,
            ),
        }

    def ready(self) -> None:
        from maillage.foundations.kernel import checks  # noqa: F401  (registers the system checks)
        from maillage.foundations.kernel.ui.forms import write_limits

        write_limits()
