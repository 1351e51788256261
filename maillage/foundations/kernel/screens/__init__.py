"""The four screens of the house: List, Detail, Act, Export.

A view of a room subclasses one of them, says its `permission` (or `public = True`) and makes one domain call.
"""

from maillage.foundations.kernel.screens.act import ActScreen
from maillage.foundations.kernel.screens.base import Screen
from maillage.foundations.kernel.screens.columns import Column
from maillage.foundations.kernel.screens.detail import DetailScreen
from maillage.foundations.kernel.screens.export import Export, ExportScreen
from maillage.foundations.kernel.screens.filters import FilterForm
from maillage.foundations.kernel.screens.list import ListScreen
from maillage.foundations.kernel.screens.onward import Onward

__all__ = [
    "ActScreen",
    "Column",
    "DetailScreen",
    "Export",
    "ExportScreen",
    "FilterForm",
    "ListScreen",
    "Onward",
    "Screen",
]
