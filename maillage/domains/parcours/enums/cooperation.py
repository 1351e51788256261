"""Where a cooperation convention stands."""

from django.db.models import TextChoices


class EtatConvention(TextChoices):
    """The state of a convention; the last two are never written: its days tell them."""

    PROJET = "projet", "projet"
    SIGNATURE = "signature", "en signature"
    VIGUEUR = "vigueur", "en vigueur"
    DENONCEE = "denoncee", "dénoncée"
    ABANDONNEE = "abandonnee", "projet abandonné"
    A_VENIR = "a_venir", "signée, à venir"
    ECHUE = "echue", "échue"
