"""`manage.py demo`: a database ready to be looked at."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from maillage.demo.accompagnement import load_accompagnement
from maillage.demo.accords import load_accords
from maillage.demo.competences import load_competences
from maillage.demo.dossiers import load_dossiers
from maillage.demo.doublons import load_doublons
from maillage.demo.economie import load_bassins, load_economie, load_effectifs, load_projets
from maillage.demo.eligibilites import load_eligibilites
from maillage.demo.enquetes import load_enquetes
from maillage.demo.entreprises import load_entreprises
from maillage.demo.load import load_besoins, load_exploitant, load_siae, load_trajets
from maillage.demo.lot import load_lot
from maillage.demo.mises_a_disposition import load_mises_a_disposition
from maillage.demo.notes import load_notes
from maillage.demo.organisations import load_comptes, load_organisations
from maillage.demo.orientation import load_orientation
from maillage.demo.parcours import load_parcours
from maillage.demo.partage import load_partages
from maillage.demo.publics import load_objectifs, load_pratiques, load_publics
from maillage.demo.region import get_region
from maillage.demo.scenarios import load_scenarios
from maillage.demo.suites import load_conventions
from maillage.demo.titres import load_titres
from maillage.demo.vie import load_vie
from maillage.foundations.analytics import warehouse
from maillage.references.structures.services.secteurs import load_secteurs

if TYPE_CHECKING:
    from collections.abc import Callable


class Command(BaseCommand):
    """Migrate and load the fictional region; run again, it changes nothing."""

    help = (
        "Prépare une région fictive sur des communes réelles : territoires, SIAE, organisations, besoins, un lot "
        "d’import, un compte par rôle."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Allow fewer persons than the region has: tests and short trials do not wait for all of them."""
        parser.add_argument(
            "--echelle", type=float, default=1.0, help="part des salariés en insertion à créer (1 : les 27 500)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, telling each step and its time."""
        if settings.PRODUCTION:
            raise CommandError("La région fictive ne se charge pas en production.")
        region, on = get_region(), timezone.localdate()
        email, password = settings.MAILLAGE_DEMO_COMPTE
        self.step("base à jour", lambda: call_command("migrate", verbosity=0))
        self.step("territoires", lambda: call_command("load_territoires", region=region.code, verbosity=0))
        self.step("secteurs d’activité", load_secteurs)
        actor = load_exploitant(email, password)
        self.step("SIAE fictives", lambda: load_siae(actor, on))
        self.step("statistiques des SIAE", self.analyse)
        self.step("autres organisations", lambda: load_organisations(actor, on))
        self.step("comptes, un par rôle", lambda: load_comptes(password))
        self.step("scénarios", lambda: load_scenarios(on))
        self.step("besoins, publics et quartiers", lambda: load_besoins(actor, on))
        self.step("besoins constatés", lambda: load_notes(on))
        self.step("temps de trajet fictifs", lambda: load_trajets(actor, on))
        self.step("bassins d’emploi fictifs", lambda: load_bassins(actor, on))
        self.step("lignes d’économie locale", lambda: load_economie(actor, on))
        self.step("grands projets", lambda: load_projets(actor, on))
        self.step("effectifs par secteur", lambda: load_effectifs(actor, on))
        self.step("statistiques des séries", self.analyse)
        self.step("diagnostics partagés", lambda: load_partages(on))
        self.step("lignes de publics des SIAE", lambda: load_publics(actor, on))
        self.step("objectifs de publics", lambda: load_objectifs(on))
        self.step("actions racontées", lambda: load_pratiques(on))
        self.step("personnes et parcours fictifs", lambda: load_parcours(on, options["echelle"]))
        self.step("accompagnements, ateliers, permanents", lambda: load_accompagnement(on))
        self.step("choses à faire", lambda: load_vie(on))
        self.step("dossiers d’évolution de l’offre", lambda: load_dossiers(on))
        self.step("diagnostics et demandes de prolongation", lambda: load_titres(on))
        self.step("candidatures fictives", lambda: load_orientation(on))
        self.step("diagnostics d’éligibilité", lambda: load_eligibilites(on))
        self.step("doublons probables", lambda: load_doublons(on))
        self.step("immersions fictives", lambda: load_entreprises(on))
        self.step("conventions de coopération", lambda: load_conventions(on))
        self.step("lignes d’un lot d’import", lambda: load_lot(actor, on))
        self.step("mises à disposition", lambda: load_mises_a_disposition(on))
        self.step("accords, cas de CTA, rencontres entre SIAE", lambda: load_accords(on))
        self.step("nouvelles de personnes sorties", lambda: load_enquetes(on))
        self.step("compétences au portefeuille", lambda: load_competences(on))
        self.step("entrepôt et indicateurs publiés", warehouse.publish)
        self.stdout.write(f"Compte de démonstration : {email}, mot de passe : {password}")

    def analyse(self) -> None:
        """Tell the planner what tables just filled hold: it would count them as nearly empty for minutes."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def step(self, label: str, load: Callable[[], object]) -> None:
        """Run one step and write what it counted."""
        start = perf_counter()
        count = load()
        shown = f"{count} {label}" if isinstance(count, int) else label
        self.stdout.write(f"  {shown} ({perf_counter() - start:.1f} s)")
