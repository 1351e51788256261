"""`manage.py worker`: run the background jobs, until told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, call_command

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Exécute les tâches de fond, jusqu’à l’arrêt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--one-shot", action="store_true", help="s’arrête quand il n’y a plus rien à faire")
        parser.add_argument("--concurrency", type=int, default=1, help="nombre de tâches menées de front")

    def handle(self, *args: Any, one_shot: bool, concurrency: int, **options: Any) -> None:
        arguments = ["worker", f"--concurrency={concurrency}", "--delete-jobs=successful"]
        call_command("procrastinate", *arguments, *(["--one-shot"] if one_shot else []))
