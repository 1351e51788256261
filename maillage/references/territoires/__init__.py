"""The shared geography (strategy 1.1): the units that partition a region, and the ensembles built from them.

Every table carries its vintage; figures of two vintages never mix silently.
"""
