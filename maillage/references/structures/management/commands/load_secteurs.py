"""`manage.py load_secteurs`: load or refresh the taxonomy of sectors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from maillage.references.structures.services.secteurs import load_secteurs


class Command(BaseCommand):
    """Load the sectors shipped with the application."""

    help = "Charge la nomenclature des secteurs d’activité livrée avec l’application."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and tell how many."""
        self.stdout.write(f"{load_secteurs()} secteurs d’activité chargés.")
