"""`manage.py docs`: write the pages of `docs/` that are drawn from the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from maillage.foundations.kernel.documentation import pages


class Command(BaseCommand):
    help = "Réécrit les pages de docs/ tirées du code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in pages().items():
            (settings.BASE_DIR / "docs" / name).write_text(text)
            self.stdout.write(f"docs/{name}")
