"""Objective 1.2 of the strategy: the offer follows the diagnostics.

Where it lacks, projects are called for and their applications examined; whom it misses, objectives are set.
"""
