"""Where to open next: choices of places under limits, each told with what is proven of it."""

from maillage.foundations.compute.siting.coverage import (
    Covering,
    Expansion,
    Kind,
    Limit,
    expansion,
    maximise_coverage,
    too_close,
)
from maillage.foundations.compute.siting.median import Median, minimise_distance
from maillage.foundations.compute.siting.results import Alternative, Preuve, Progress, Report, Siting

__all__ = [
    "Alternative",
    "Covering",
    "Expansion",
    "Kind",
    "Limit",
    "Median",
    "Preuve",
    "Progress",
    "Report",
    "Siting",
    "expansion",
    "maximise_coverage",
    "minimise_distance",
    "too_close",
]
