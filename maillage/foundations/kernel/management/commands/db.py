"""`manage.py db …`: the embedded PostgreSQL, and the copies of whatever database is in use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection

from maillage.foundations.kernel import backup, privileges
from maillage.foundations.kernel.database import EmbeddedPostgresError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from maillage.foundations.kernel.database import EmbeddedPostgres

ACTIONS = {
    "start": "démarre le serveur embarqué",
    "stop": "l’arrête",
    "status": "dit s’il tourne, et où sont ses données",
    "dump": "écrit une copie de la base dans un fichier",
    "restore": "remplace la base par une copie",
    "roles": "donne ses droits au rôle de l’application, après une migration",
}


class Command(BaseCommand):
    help = "Gère la base de données : serveur embarqué et copies de sauvegarde."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, text in ACTIONS.items():
            action = actions.add_parser(name, help=text)
            if name in {"dump", "restore"}:
                action.add_argument("file", type=Path, metavar="FICHIER")

    def handle(self, *args: Any, action: str, file: Path | None = None, **options: Any) -> None:
        server: EmbeddedPostgres | None = settings.EMBEDDED_POSTGRES
        try:
            if action == "roles":
                self.stdout.write(self._grant(server))
            elif file is None:
                self.stdout.write(self._manage(action, server))
            else:
                self._copy(action, file, server.start() if server else os.environ["DATABASE_URL"])
        except (EmbeddedPostgresError, backup.BackupError, privileges.PrivilegesError) as error:
            raise CommandError(str(error)) from error

    def _manage(self, action: str, server: EmbeddedPostgres | None) -> str:
        if server is None:
            return "DATABASE_URL est définie : ce serveur est géré ailleurs, il n’y a rien à faire ici."
        if action == "start":
            return f"PostgreSQL répond à {server.start()}"
        if action == "stop":
            return "PostgreSQL est arrêté." if server.stop() else "PostgreSQL ne tournait pas."
        status = server.status()
        state = f"tourne (processus {status.pid})" if status.pid else "est arrêté"
        return f"PostgreSQL {state} ; ses données sont dans {status.folder}"

    def _grant(self, server: EmbeddedPostgres | None) -> str:
        if server:
            server.start()
        role = privileges.grant()
        return (
            f"Le rôle {role} a ses droits." if role else "MAILLAGE_DB_ROLE est vide : l’application est propriétaire."
        )

    def _copy(self, action: str, file: Path, url: str) -> None:
        if action == "dump":
            backup.dump(url, file)
            self.stdout.write(f"Copie écrite dans {file}")
            return
        if not file.is_file():
            raise CommandError(f"{file} n’existe pas.")
        connection.close()
        backup.restore(url, file)
        privileges.grant()  # a copy carries the tables, not the rights
        self.stdout.write(f"La base a été remplacée par la copie {file}")
