"""`manage.py check_invariants`: walk the whole database, and fail on any breach of what must be true of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from maillage.foundations.kernel.invariants import walk

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Relit toute la base et dit ce qui n’y est pas vrai ; sort en erreur s’il y en a."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tout", action="store_true", help="montre aussi ce qui est vrai")

    @transaction.atomic  # one state of the database, however long the walk
    def handle(self, *args: Any, tout: bool, **options: Any) -> None:
        read, broken = 0, 0
        for constat in walk():
            read += 1
            broken += bool(constat.nombre)
            if constat.nombre:
                examples = ", ".join(constat.exemples)
                self.stdout.write(f"FAUX  {constat.code}\u202f: {constat.label} {constat.nombre} écarts ({examples}…)")
            elif tout:
                self.stdout.write(f"vrai  {constat.code}\u202f: {constat.label}")
        if broken:
            raise CommandError(f"{broken} invariants sur {read} sont rompus.")
        self.stdout.write(f"{read} invariants relus, aucun écart.")
