"""A night of the portal's, of which only the count is asked for."""

from network.forgetting import keep_little


def forgotten(*kinds):
    """How many rows a night forgets: of these kinds, or of all."""
    counts = keep_little().counts
    return sum(counts[kind] for kind in kinds or counts)
