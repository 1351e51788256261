"""Maillage: the territorial strategy for the insertion par l'activité économique, made operable."""
