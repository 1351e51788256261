"""`manage.py roles`: who may do what, as the code says; `--check` fails when `docs/roles.md` says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from maillage.foundations.kernel.documentation import roles

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Montre qui peut faire quoi : permissions et adresses, rôle par rôle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare avec docs/roles.md, sans rien écrire")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = roles()
        if not check:
            self.stdout.write(text)
        elif (settings.BASE_DIR / "docs" / "roles.md").read_text() == text:
            self.stdout.write("docs/roles.md dit ce que dit le code.")
        else:
            raise CommandError("docs/roles.md ne dit plus ce que dit le code : lancez « make docs ».")
