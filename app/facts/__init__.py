"""Facts: what a lower room tells upper ones, in the same transaction."""
