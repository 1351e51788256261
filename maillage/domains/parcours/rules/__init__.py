"""Pure rules of the pathways, one file per subject."""
