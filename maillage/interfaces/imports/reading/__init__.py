"""Pure reading of outside files: bytes in, rows of text out, and what was understood on the way.

Nothing here knows a source, Django or the clock. A file that cannot be read raises `kernel.errors.Refused`; a row that
cannot be read is a row with a defect, never a lost row.
"""

from maillage.interfaces.imports.reading.rows import Row
from maillage.interfaces.imports.reading.table import Table, open_table

__all__ = ["Row", "Table", "open_table"]
