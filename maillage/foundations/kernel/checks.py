"""System checks that hold the conventions of the house."""
