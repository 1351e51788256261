"""`manage.py cles …`: the keys of the secrets at rest (`kernel.encryption`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from django.core.management import BaseCommand, CommandError

from maillage.foundations.kernel import encryption

if TYPE_CHECKING:
    from argparse import ArgumentParser

ACTIONS = {
    "etat": "dit combien de secrets chaque clé chiffre",
    "rotate": "rechiffre tout sous la première clé ; interrompue, elle se relance",
    "nouvelle": "tire une clé à mettre en tête de MAILLAGE_CLES",
}


class Command(BaseCommand):
    help = "Gère les clés de chiffrement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, text in ACTIONS.items():
            action = actions.add_parser(name, help=text)
            if name == "rotate":
                action.add_argument("--dry-run", action="store_true", help="compte, ne rechiffre rien")

    def handle(self, *args: Any, action: str, dry_run: bool = False, **options: Any) -> None:
        if action == "nouvelle":
            self.stdout.write(Fernet.generate_key().decode())
            return
        for column in encryption.columns():
            if action == "etat":
                counts = encryption.census(column)
                told = [f"clé n° {number}\u202f: {counts[number]}" for number in sorted(key for key in counts if key)]
                if counts[0]:
                    told.append(f"ILLISIBLES\u202f: {counts[0]}")
                self.stdout.write(f"{column}\u202f: {', '.join(told) or 'aucun secret'}")
                continue
            try:
                count = encryption.rotate_column(column, dry_run=dry_run)
            except encryption.Illisible as error:
                raise CommandError(f"{column}\u202f: {error} Remettez la clé retirée, puis relancez.") from error
            self.stdout.write(
                f"{column}\u202f: {count} à rechiffrer" if dry_run else f"{column}\u202f: {count} rechiffrés"
            )
