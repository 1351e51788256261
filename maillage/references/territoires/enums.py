"""Kinds of territories and the partitions they form."""

from __future__ import annotations

from django.db import models


class Niveau(models.TextChoices):
    """What a territory is. Municipal arrondissements are communes here: the units of Paris, Lyon, Marseille."""

    COMMUNE = "commune", "commune"
    VILLE = "ville", "ville à arrondissements"
    EPT = "ept", "établissement public territorial"
    EPCI = "epci", "établissement public de coopération intercommunale"
    METROPOLE = "metropole", "métropole composée d’établissements publics territoriaux"
    ZONE_EMPLOI = "zone_emploi", "zone d’emploi"
    BASSIN = "bassin", "bassin d’emploi"
    CLPE = "clpe", "comité local pour l’emploi"
    QPV = "qpv", "quartier prioritaire de la politique de la ville"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"


class Maille(models.TextChoices):
    """A partition of the units: within one vintage, each unit belongs to at most one ensemble of a maille.

    `INTERCOMMUNALITE` is the level the strategy names: the EPT inside the métropole, the EPCI elsewhere, and Paris,
    which exercises both powers itself. `VILLE` and `METROPOLE` are partial: most units belong to none.
    """

    COMMUNE = "commune", "commune"
    VILLE = "ville", "ville à arrondissements"
    INTERCOMMUNALITE = "intercommunalite", "EPT, EPCI ou Paris"
    METROPOLE = "metropole", "métropole du Grand Paris"
    ZONE_EMPLOI = "zone_emploi", "zone d’emploi"
    BASSIN = "bassin", "bassin d’emploi"
    CLPE = "clpe", "comité local pour l’emploi"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"


class Mode(models.TextChoices):
    """How one travels, in a matrix of travel times."""

    VOITURE = "voiture", "en voiture"
    TRANSPORTS = "transports", "en transports en commun"
    VELO = "velo", "à vélo"
    MARCHE = "marche", "à pied"


# The mailles at which a region is compared: those that cover it, from the finest to the whole.
MAILLES_COUVRANTES = tuple(maille for maille in Maille if maille not in {Maille.VILLE, Maille.METROPOLE})
