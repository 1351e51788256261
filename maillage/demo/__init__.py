"""A fictional, deterministic region on real communes: what `make demo` shows.

Its totals are those that the strategy publishes (introduction), so that the platform, computing them from the SIAE,
finds the strategy's figures again. Nothing in it is a real structure.
"""
