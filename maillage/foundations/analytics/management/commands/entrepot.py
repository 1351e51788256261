"""`manage.py entrepot publish|state|check`: the warehouse, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from maillage.foundations.analytics import warehouse

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Publie l’entrepôt (publish), dit ce qu’il contient (state), le compare à ce qui est déclaré (check)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("acte", choices=("publish", "state", "check"))

    def handle(self, *args: Any, acte: str, **options: Any) -> None:
        {"publish": self.publish, "state": self.state, "check": self.check_snapshot}[acte]()

    def publish(self) -> None:
        """Publish, then tell what was written."""
        warehouse.publish()
        self.state()

    def state(self) -> None:
        """Tell when the current snapshot was taken and how many rows it holds."""
        etat = warehouse.read_etat()
        if etat is None:
            raise CommandError("Aucun entrepôt n’est publié : lancez « manage.py entrepot publish ».")
        for name, count in etat.lignes.items():
            self.stdout.write(f"{count:>9} {name}")
        moment = timezone.localtime(etat.moment)
        self.stdout.write(f"Publié le {moment:%d/%m/%Y à %H:%M}, en {etat.secondes:g} s, dans {warehouse.folder()}")

    def check_snapshot(self) -> None:
        """Tell how the current snapshot departs from the declarations; the exit code says whether it does."""
        if faults := warehouse.check():
            raise CommandError("\n".join(faults))
        self.stdout.write("L’entrepôt est celui qui est déclaré.")
