"""From published tables to indicators, as Ibis expressions over any backend."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from maillage.foundations.analytics.declarations import Indicateur, marts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import ibis.expr.types as ir

    # A measure of a table, or what draws it from the group of rows that it is asked of.
    Measure: TypeAlias = ir.Value | Callable[[ir.Table], ir.Value]


class Expressions:
    """The tables of one backend by full name: those it holds, and the marts drawn from them, each built once."""

    def __init__(self, published: Mapping[str, ir.Table]) -> None:
        self._built = dict(published)

    def __call__(self, name: str) -> ir.Table:
        """Return a table; raise `LookupError` when nobody declares it."""
        if name not in self._built:
            if name not in marts():
                raise LookupError(f"« {name} » n’est pas une table de l’entrepôt")
            self._built[name] = marts()[name].expression(self)
        return self._built[name]

    def indicateur(self, indicateur: Indicateur) -> ir.Table:
        """Return the values of an indicator: what `Indicateur` says of them, and whether each is a minimum."""
        import ibis

        rows = indicateur.expression(self)
        above = rows.numerateur.cast("float64")
        below = rows.denominateur.cast("float64")
        # Without a denominator anywhere, the figure is the numerator itself.
        value = above if rows.denominateur.type().is_null() else above * indicateur.facteur / below.nullif(0.0)
        return rows.select(
            indicateur=ibis.literal(indicateur.code),
            niveau=rows.niveau,
            territoire=rows.code,
            annee=rows.annee.cast("int64"),
            axe=rows.axe if indicateur.ventilations else ibis.literal(""),
            modalite=rows.modalite if indicateur.ventilations else ibis.literal(""),
            numerateur=above,
            denominateur=below,
            valeur=value,
            minimum=rows.inconnus > 0 if "inconnus" in rows.columns else ibis.literal(False),
        )


def roll_up(table: ir.Table, keys: Sequence[str], **measures: Measure) -> ir.Table:
    """Group rows that have a `departement` and a `region` by each of them, and by `keys`: one table, niveau and code.

    Nothing is summed twice: both groupings read the rows themselves.
    """
    import ibis

    parts = []
    for niveau in ("departement", "region"):
        grouped = table.filter(table[niveau] != "").group_by([niveau, *keys]).aggregate(**measures)
        named = grouped.mutate(niveau=ibis.literal(niveau), code=grouped[niveau])
        parts.append(named.select("niveau", "code", *keys, *measures))
    return ibis.union(*parts)
