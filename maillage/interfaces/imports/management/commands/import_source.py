"""`manage.py import_source <source> <file>`: the mechanism of the screens, from a terminal or a timer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from maillage.foundations.kernel.errors import Refused
from maillage.interfaces.imports.queries.lots import count_motifs, find_unfinished, list_doubles, list_rejets
from maillage.interfaces.imports.reading.columns import normalise
from maillage.interfaces.imports.services.lots import check_size, map_colonnes, submit_lot
from maillage.interfaces.imports.services.passes import apply_lot, check_lot, start_lot
from maillage.interfaces.imports.source import get_source, list_sources

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from maillage.interfaces.imports.models import Lot

LINES_SHOWN = 20


class Command(BaseCommand):
    help = "Importe un fichier : contrôle, puis écriture. Une interruption se reprend en relançant la même commande."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", help="code de la source (voir --liste)")
        parser.add_argument("fichier", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="contrôle sans rien écrire")
        parser.add_argument(
            "--colonne",
            action="append",
            default=[],
            metavar="ATTENDUE=NOM",
            help="désigne une colonne du fichier, par exemple siret=« N° Siret » ; à répéter",
        )
        parser.add_argument("--provenance", default="", help="qui a produit le fichier, et quand")
        parser.add_argument("--liste", action="store_true", help="liste les sources connues")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["liste"]:
            for source in list_sources():
                self.stdout.write(f"{source.card.code:<12} {source.card.label} ({', '.join(source.card.formats)})")
            return
        if not options["source"] or not options["fichier"]:
            raise CommandError("Indiquez une source et un fichier, ou --liste.")
        try:
            self._import(**options)
        except Refused as refused:
            raise CommandError("\n".join(refusal.message for refusal in refused.refusals)) from None

    def _import(self, source: str, fichier: Path, dry_run: bool, colonne: list[str], provenance: str, **_: Any) -> None:
        on = timezone.localdate()
        if not fichier.is_file():
            raise CommandError(f"Le fichier {fichier} n’existe pas.")
        check_size(fichier.stat().st_size, on=on)
        contenu = fichier.read_bytes()
        if not dry_run and (lot := find_unfinished(source, contenu)):
            self.stdout.write(f"{lot} : import interrompu après la ligne {lot.derniere_ligne}, repris à la suivante.")
        else:
            lot = submit_lot(source=source, nom=fichier.name, contenu=contenu, provenance=provenance, actor=None, on=on)
            lot = self._map(lot, colonne)
            self._tell_reading(lot)
        if dry_run:
            self._tell_outcome(check_lot(lot=lot, actor=None, on=on))
            self.stdout.write("Contrôle seul : rien n’a été écrit.")
            return
        lot = apply_lot(lot=start_lot(lot=lot, actor=None), actor=None, on=on)
        self._tell_outcome(lot)
        if not lot.valides:
            raise CommandError("Aucune ligne du fichier n’est valide : rien n’a été importé.")
        self.stdout.write("Import terminé." if lot.crees + lot.modifies else "Import terminé : rien n’a changé.")

    def _map(self, lot: Lot, colonne: list[str]) -> Lot:
        """Apply --colonne, or refuse a header that lacks a required column."""
        card = get_source(lot.source).card
        colonnes = dict(lot.colonnes)
        names = [normalise(name) for name in lot.entete]
        for option in colonne:
            code, _, name = option.partition("=")
            if code not in {column.code for column in card.columns} or normalise(name) not in names:
                raise CommandError(
                    f"--colonne {option} : colonne inconnue. En-tête du fichier : {', '.join(lot.entete)}."
                )
            colonnes[code] = names.index(normalise(name))
        if missing := card.missing(colonnes):
            wanted = ", ".join(f"{column.label} ({column.code})" for column in missing)
            raise CommandError(
                f"L’en-tête ne permet pas l’import. Il manque : {wanted}.\n"
                f"En-tête du fichier : {', '.join(lot.entete)}.\n"
                "Désignez les colonnes par --colonne, ou à l’écran."
            )
        return map_colonnes(lot=lot, colonnes=colonnes, actor=None) if colonne else lot

    def _tell_reading(self, lot: Lot) -> None:
        card = get_source(lot.source).card
        self.stdout.write(f"{card.label} · {lot.nom_fichier} ({lot})")
        for constat in lot.constats:
            self.stdout.write(f"  {constat}")
        labels = {column.code: column.label for column in card.columns}
        for code, place in sorted(lot.colonnes.items(), key=lambda item: item[1]):
            self.stdout.write(f"  Colonne « {lot.entete[place]} » → {labels[code]}")
        for double in list_doubles(lot)[:1]:
            self.stdout.write(f"  Ce fichier a déjà été importé le {double.applique_le:%d/%m/%Y} ({double}).")

    def _tell_outcome(self, lot: Lot) -> None:
        for label, value in (
            ("lignes lues", lot.lus),
            ("créées", lot.crees),
            ("modifiées", lot.modifies),
            ("sans changement", lot.inchanges),
            *([("hors champ", lot.hors_champ)] if lot.hors_champ else []),
            ("rejetées", lot.rejetes),
            ("avertissements", lot.avertis),
        ):
            self.stdout.write(f"{value:>9} {label}")
        for motif in count_motifs(lot):
            self.stdout.write(f"Rejets · {motif['code']} : {motif['nombre']}")
            rejets = list_rejets(lot).filter(motif=motif["motif"]).order_by("ligne")[:LINES_SHOWN]
            self._tell_lines(motif["nombre"], [(rejet.ligne, rejet.message) for rejet in rejets])
        kinds = lot.avertissements.values("code").annotate(nombre=Count("pk")).order_by("-nombre", "code")
        for kind in kinds:
            self.stdout.write(f"Avertissements · {kind['code']} : {kind['nombre']}")
            odd = lot.avertissements.filter(code=kind["code"]).order_by("ligne")[:LINES_SHOWN]
            self._tell_lines(kind["nombre"], [(avertissement.ligne, avertissement.message) for avertissement in odd])

    def _tell_lines(self, nombre: int, lines: list[tuple[int, str]]) -> None:
        """Write the first lines of one reason, and how many are left out."""
        for ligne, message in lines:
            self.stdout.write(f"  ligne {ligne} : {message}")
        if nombre > len(lines):
            self.stdout.write(f"  … et {nombre - len(lines)} autres")
