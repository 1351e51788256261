"""What we promise to stay under, measured beside the peers."""
