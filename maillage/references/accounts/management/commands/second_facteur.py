"""`manage.py second_facteur retirer` : open the account of whoever lost both telephone and recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError

from maillage.foundations.kernel.errors import Refused
from maillage.references.accounts.models import User
from maillage.references.accounts.services.second_facteur import remove

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Retire le second facteur d’une personne que vous avez reconnue ; elle en activera un autre."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("acte", choices=["retirer"])
        parser.add_argument("email", help="adresse électronique du compte")
        parser.add_argument("--motif", required=True, help="comment la personne a été reconnue ; reste au journal")

    def handle(self, *args: Any, email: str, motif: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Aucun compte à l’adresse {email}.")
        try:
            remove(user=user, motif=motif)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("Second facteur retiré, sessions fermées.")
