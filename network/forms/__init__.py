"""What may be said to the network."""
