"""`manage.py serve`: the whole platform on this machine, web server and worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError

from maillage.foundations.kernel import privileges, server

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Sert la plateforme et exécute ses tâches de fond."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse écoutée (0.0.0.0 : toutes)")
        parser.add_argument("--port", type=int, default=8000)
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--background", action="store_true", help="rend la main une fois que la plateforme répond")
        mode.add_argument("--stop", action="store_true", help="arrête ce que --background a lancé")

    def handle(self, *args: Any, host: str, port: int, background: bool, stop: bool, **options: Any) -> None:
        try:
            if stop or background:
                stopped = server.stop()
            if stop:
                self.stdout.write("La plateforme est arrêtée." if stopped else "La plateforme ne tournait pas.")
                return
            privileges.grant()
            free = server.find_free_port(host, port)
            if free != port:
                self.stdout.write(f"Le port {port} est pris : le port {free} est utilisé.")
            if background:
                self.stdout.write(server.start(host, free))
            else:
                self.stdout.write(server.address(host, free))
                server.run(host, free)
        except (server.ServerError, privileges.PrivilegesError) as error:
            raise CommandError(str(error)) from error
