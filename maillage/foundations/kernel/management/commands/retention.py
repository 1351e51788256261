"""`manage.py retention`: tell people, anonymise, delete: what has been kept long enough."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from maillage.foundations.kernel import retention

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Applique les durées de conservation. Interrompue, elle se relance ; relancée, elle ne change rien de plus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="compte ce qui est échu, n’écrit rien")
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="fait comme si l’on était ce jour"
        )

    def handle(self, *args: Any, dry_run: bool, on: date | None, **options: Any) -> None:
        today = timezone.localdate()
        if on is not None and on > today and not dry_run:
            raise CommandError("Une date à venir ne vaut que pour un essai : ajoutez --dry-run.")
        for bilan in retention.run(on=on or today, dry_run=dry_run):
            self.stdout.write(f"{bilan.nombre:>8} {bilan.modele} — {bilan.libelle}")
        self.stdout.write("Essai : rien n’a été écrit." if dry_run else "Fait.")
