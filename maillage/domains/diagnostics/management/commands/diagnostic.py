"""`manage.py diagnostic <code|region> --output FILE.(pdf|ods|json)`: the diagnostic of a territory as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.domains.diagnostics.enums import Adaptation, Capacite, Modele
from maillage.domains.diagnostics.queries.fichier import FORMATS, build_file, find_territoire
from maillage.domains.diagnostics.rules import DECROISSANCE_PAR_DEFAUT, PUBLIC_PAR_DEFAUT, Choix
from maillage.foundations.compute.decays import FAMILIES
from maillage.foundations.kernel.errors import Refused
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.enums import Mode, Niveau


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un nombre.") from None


class Command(BaseCommand):
    help = "Écrit le diagnostic d’un territoire (code INSEE ou SIREN) ou de toute la région (« region »)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("territoire", help="93066, 200057867, 93, 11… ou « region » pour tous les territoires")
        parser.add_argument("--output", required=True, help="fichier à écrire, .pdf, .ods ou .json")
        parser.add_argument("--niveau", choices=Niveau.values, help="niveau du territoire, si son code en désigne deux")
        parser.add_argument("--public", default=PUBLIC_PAR_DEFAUT, help="public dont on compte le besoin")
        parser.add_argument("--annee", type=int, help="année du besoin (par défaut la plus récente)")
        parser.add_argument(
            "--capacite",
            choices=Capacite.values,
            help="unité de l’offre, sinon ETP s’ils sont connus, à défaut structures",
        )
        parser.add_argument("--type", action="append", choices=TypeSiae.values, help="type de SIAE compté (répétable)")
        parser.add_argument("--rayon", type=_number, help="rayon d’accessibilité, en km")
        parser.add_argument("--sigma", type=_number, help="écart-type de la décroissance, en km (ou minutes)")
        parser.add_argument("--modele", choices=Modele.values, default=Modele.E2SFCA, help="modèle d’accessibilité")
        parser.add_argument("--decroissance", choices=list(FAMILIES), default=DECROISSANCE_PAR_DEFAUT)
        parser.add_argument("--adaptation", choices=Adaptation.values, default=Adaptation.UNIQUE, help="rayon adapté à")
        parser.add_argument("--distance", choices=Mode.values, default="", help="temps de trajet importés, par mode")
        parser.add_argument("--minutes", type=_number, help="rayon, en minutes de trajet")
        parser.add_argument("--annee-offre", type=int, help="année de l’offre (par défaut celle de référence)")
        parser.add_argument("--seuil-bas", type=_number, help="part de la valeur régionale, 0,75 par exemple")
        parser.add_argument("--seuil-haut", type=_number, help="part de la valeur régionale, 1,25 par exemple")
        parser.add_argument("--cible", type=_number, help="accessibilité visée, à défaut celle de la région")

    def handle(self, *args: Any, territoire: str, output: str, niveau: str | None, **options: Any) -> None:
        path = Path(output)
        extension = path.suffix.lstrip(".").lower()
        if extension not in FORMATS:
            raise CommandError(f"« {path.name} »\u202f: écrivez un fichier .{', .'.join(FORMATS)}.")
        if not path.parent.is_dir():
            raise CommandError(f"Le dossier {path.parent} n’existe pas.")
        choix = Choix(
            public=options["public"],
            annee=options["annee"],
            capacite=Capacite(options["capacite"]) if options["capacite"] else None,
            types=tuple(options["type"] or ()),
            rayon_km=options["rayon"],
            sigma_km=None if options["distance"] else options["sigma"],
            modele=Modele(options["modele"]),
            decroissance=options["decroissance"],
            adaptation=Adaptation(options["adaptation"]),
            mode=options["distance"],
            minutes=options["minutes"],
            sigma_minutes=options["sigma"] if options["distance"] else None,
            annee_offre=options["annee_offre"],
            seuil_bas=options["seuil_bas"],
            seuil_haut=options["seuil_haut"],
            cible=options["cible"],
        )
        try:
            place = None if territoire == "region" else find_territoire(territoire, niveau or "")
            region = place.region if place and place.region else settings.MAILLAGE_REGION
            content = build_file(region, place, choix, extension)
        except (Refused, LookupError) as error:
            raise CommandError(str(error)) from error
        path.write_bytes(content)
        self.stdout.write(f"{path}\u202f: {len(content) // 1024 + 1} ko")
