"""What may be said of a proposal."""
