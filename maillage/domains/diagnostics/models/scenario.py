"""What if places opened here? Scenarios are kept, compared and shared."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.diagnostics.enums import Methode, Visibilite
from maillage.foundations.kernel.models import Tache
from maillage.references.accounts.models import Organisation
from maillage.references.structures.enums import TypeSiae
from maillage.references.territoires.models import Territoire
from maillage.references.territoires.models.territoire import check_niveau


class Scenario(models.Model):
    """New places of insertion on the land of a region, chosen by hand or by computation, for one public.

    `public` and `annee` say whose need counts, `rayon_km` from how far one goes to a SIAE. The request of a
    computation is `composition` (kind of SIAE → how many sites, of how many ETP each), the `departements` where one may
    open (empty: all), `espacement_km` between two new sites, `besoin_min` people of the public in reach of each, and
    `budget_etp` in all; these last three are null when nothing is asked. Who did what is in the journal of acts.

    `objectif` and `borne` are what the computation found and what no choice can beat (people for COUVRIR, people ×
    metres for RAPPROCHER); they are equal when the optimum is proven, and null once a hand has touched the places.
    `besoin_total` is how many people of the public the computation counted, `communes_inconnues` how many communes it
    left out because their need is unknown, and `part_connue` the share (0 to 1) of the population that lives elsewhere.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    nom = models.CharField("nom", max_length=120)
    region = models.CharField("région", max_length=2)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="scenarios", verbose_name="organisation"
    )
    visibilite = models.CharField("visible par", max_length=12, choices=Visibilite, default=Visibilite.ORGANISATION)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    # Request
    methode = models.CharField("méthode", max_length=12, choices=Methode)
    public = models.SlugField("public")
    annee = models.PositiveSmallIntegerField("année du besoin", null=True, blank=True)
    rayon_km = models.FloatField("rayon (km)")
    composition = models.JSONField("sites à ouvrir, par type", default=list, blank=True)
    departements = ArrayField(
        models.CharField(max_length=3), verbose_name="départements ouverts", default=list, blank=True
    )
    espacement_km = models.FloatField("écart entre deux sites (km)", null=True, blank=True)
    besoin_min = models.PositiveIntegerField("personnes à portée de chaque site", null=True, blank=True)
    budget_etp = models.DecimalField("ETP en tout", max_digits=8, decimal_places=2, null=True, blank=True)

    # Result
    tache = models.ForeignKey(
        Tache, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="calcul en cours"
    )
    objectif = models.FloatField("valeur atteinte", null=True, blank=True)
    borne = models.FloatField("valeur indépassable", null=True, blank=True)
    besoin_total = models.FloatField("personnes du public comptées", null=True, blank=True)
    communes_inconnues = models.PositiveIntegerField("communes de besoin inconnu", null=True, blank=True)
    part_connue = models.FloatField("part de la population de besoin connu", null=True, blank=True)
    secondes = models.FloatField("durée du calcul (s)", null=True, blank=True)
    calcule_le = models.DateTimeField("calculé le", null=True, blank=True)

    class Meta:
        verbose_name = "scénario"
        verbose_name_plural = "scénarios"
        constraints = [
            models.CheckConstraint(
                condition=Q(methode__in=Methode.values),
                name="scenario_methode",
                violation_error_message="Cette méthode n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(visibilite__in=Visibilite.values),
                name="scenario_visibilite",
                violation_error_message="Ce partage n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(rayon_km__gt=0),
                name="scenario_rayon",
                violation_error_message="Le rayon est une distance positive.",
            ),
            models.CheckConstraint(
                condition=Q(objectif__isnull=True, borne__isnull=True, calcule_le__isnull=True)
                | Q(objectif__isnull=False, borne__isnull=False, calcule_le__isnull=False),
                name="scenario_resultat_entier",
                violation_error_message="Un résultat a une valeur, une borne et une date.",
            ),
            models.CheckConstraint(
                condition=Q(objectif__isnull=True)
                | ~Q(methode=Methode.MANUELLE) & Q(methode=Methode.COUVRIR, borne__gte=F("objectif"))
                | Q(methode=Methode.RAPPROCHER, borne__lte=F("objectif")),
                name="scenario_borne",
                violation_error_message="Un résultat ne dépasse pas sa borne.",
            ),
            models.CheckConstraint(
                condition=Q(objectif__isnull=False)
                | Q(besoin_total__isnull=True, communes_inconnues__isnull=True, part_connue__isnull=True),
                name="scenario_besoin_compte",
                violation_error_message="Seul un calcul compte le besoin.",
            ),
            models.CheckConstraint(
                condition=Q(part_connue__gte=0, part_connue__lte=1) | Q(part_connue__isnull=True),
                name="scenario_part_connue",
                violation_error_message="Une part va de 0 à 1.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-modifie_le"], name="scenario_organisation")]

    def __str__(self) -> str:
        return self.nom


class PlaceScenario(models.Model):
    """A site that a scenario opens in a unit: one kind of SIAE, its ETP."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="places", verbose_name="scénario")
    unite = models.ForeignKey(Territoire, models.PROTECT, related_name="+", verbose_name="commune")
    type_siae = models.CharField("type de SIAE", max_length=4, choices=TypeSiae)
    etp = models.DecimalField("ETP", max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = "site d’un scénario"
        verbose_name_plural = "sites d’un scénario"
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "unite", "type_siae"],
                name="place_scenario_unique",
                violation_error_message="Ce scénario ouvre déjà un site de ce type dans cette commune.",
            ),
            models.CheckConstraint(
                condition=Q(etp__gt=0),
                name="place_scenario_etp",
                violation_error_message="Un site offre des ETP.",
            ),
            models.CheckConstraint(
                condition=Q(type_siae__in=TypeSiae.values),
                name="place_scenario_type",
                violation_error_message="Ce type de SIAE n’existe pas.",
            ),
        ]
        triggers = [check_niveau("unite", "niveau = 'commune'", "Un site est dans une unité.")]

    def __str__(self) -> str:
        return f"{self.type_siae} à {self.unite_id}"
