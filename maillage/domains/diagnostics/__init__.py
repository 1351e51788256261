"""Objective 1.1 of the strategy: territorial diagnostics that partners share, needs against supply."""
